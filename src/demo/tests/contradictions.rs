//! What is wrong with a story is told, and where.

use super::*;

const CAST: &str = include_str!("../../../demo/cast.toml");
const OKRS: &str = include_str!("../../../demo/okrs.toml");

/// What is said about a first week with one more entry.
fn complaint(extra: &str) -> String {
    match Story::read(CAST, OKRS, &[extra]) {
        Ok(_) => String::new(),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn a_story_that_contradicts_itself_is_refused() {
    let update = |by: &str, at: &str, rest: &str| {
        format!("[[update]]\nby = \"{by}\"\nat = \"{at}\"\nmoved = \"A.\"\nnext = \"B.\"\n{rest}\n")
    };
    let check_in = |key: &str| {
        format!(
            "[[update.check_in]]\nkey_result = \"{key}\"\nvalue = \"1.5\"\nconfidence = \"on_track\"\nnote = \"C.\""
        )
    };
    let reply = |at: &str| format!("[[update.reply]]\nby = \"tama\"\nat = \"{at}\"\ntext = \"D.\"");
    let good = update("ines", "week 1, Tue 10:00", &check_in("error"));
    assert_eq!(complaint(&good), "");
    let blocked = "blocker = { text = \"E.\", unblocker = \"nobody\" }";
    let cases = [
        (update("nobody", "week 1, Tue 10:00", ""), "nobody on week 1, Tue 10:00 is nobody"),
        (update("ines", "week 1, Mon 10:00", ""), "nobody asked ines"),
        (update("ines", "week 1, Tue 08:30", ""), "before the window opens"),
        (update("ines", "week 3, Tue 10:00", ""), "is away"),
        (update("ines", "week 9, Tue 10:00", ""), "lies in the future"),
        (update("aroha", "week 4, Mon 10:00", ""), "is nobody"),
        (update("ines", "week 1, Tue 10:00", &check_in("towns")), "may not check towns in"),
        (update("ines", "week 1, Tue 10:00", &check_in("nothing")), "may not check nothing in"),
        (update("ines", "week 1, Tue 10:00", blocked), "nobody can unblock ines"),
        (update("ines", "week 1, Tue 10:00", &reply("week 1, Tue 15:00")), "comes before"),
        (format!("{good}{}", update("ines", "week 1, Tue 11:00", "")), "posts twice"),
        (good.replace("1.5", "much"), "demo/week1.toml cannot be read"),
        (good.replace("moved", "mooved"), "demo/week1.toml cannot be read"),
    ];
    for (week, expected) in cases {
        let said = complaint(&week);
        assert!(said.contains(expected), "{expected:?} is not in {said:?}");
    }
    let renamed = CAST.replace("manager = \"sanne\"", "manager = \"ines\"");
    let fault = Story::read(&renamed, OKRS, &[]).unwrap_err();
    assert!(matches!(fault, StoryFault::Contradictory(ref faults) if faults.len() == 1), "{fault}");
}
