//! What each service is sent, byte by byte (`tests/golden/channels`), and what holds for every bulletin.

use super::message;
use crate::channel::Service;
use crate::channel::bulletin::{Bulletin, Entry, Step};
use crate::language::{Locale, Words};
use proptest::prelude::*;
use serde_json::Value;
use std::fs;

const T: Words = Words::of(Locale::English);

/// Words that would be markup or ring for somebody, in one service or another.
const NASTY: &str = "<!channel> @here @all @everyone @room <@U012AB3CD> *bold* _it_ [x](https://evil.example) # `c` {{DATE(x)}} a & b | c";

fn bulletin(entries: Vec<Entry>) -> Bulletin {
    Bulletin {
        t: T,
        title: "Forecast, Tuesday: two updates, one blocker".to_owned(),
        when: "Tuesday 17 November, 09:00 in Lisbon. Since Monday 09:00.".to_owned(),
        page: ("Forecast".to_owned(), "https://meridian.example/o/saltmarsh/teams/forecast".to_owned()),
        entries,
    }
}

fn entry(words: &str) -> Entry {
    Entry {
        who: "Tama Walker".to_owned(),
        place: "Tuesday evening in Auckland".to_owned(),
        page: Some("https://meridian.example/o/saltmarsh/updates/1".to_owned()),
        words: words.to_owned(),
        ..Entry::default()
    }
}

fn step(title: &str) -> Step {
    Step {
        word: "On track".to_owned(),
        title: title.to_owned(),
        page: "https://meridian.example/o/saltmarsh/key-results/1".to_owned(),
        went: "96.8% to 97.2%".to_owned(),
    }
}

fn example() -> Bulletin {
    let first = Entry {
        steps: vec![step("Forecasts published by 06:00"), step("A & B")],
        blocked: Some("Held at customs".to_owned()),
        ..entry("The spring tide is out.")
    };
    let check_in =
        Entry { who: "Mia Chen".to_owned(), page: None, steps: vec![step("Sensors")], ..entry("") };
    bulletin(vec![first, entry(NASTY), check_in])
}

#[test]
fn each_service_is_sent_what_its_golden_file_says() {
    for service in Service::ALL {
        let file = format!("tests/golden/channels/{}.json", service.as_str());
        let found: Value = serde_json::from_str(&message(*service, &example())).unwrap();
        let found = format!("{found:#}\n");
        if std::env::var_os("GOLDEN").is_some() {
            fs::write(&file, &found).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), found, "{file}");
    }
}

/// All text of a message, by where it stands.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

fn sent(service: Service, bulletin: &Bulletin) -> (Value, String) {
    let value: Value = serde_json::from_str(&message(service, bulletin)).unwrap();
    let mut found = Vec::new();
    texts(&value, &mut found);
    (value, found.join("\n"))
}

#[test]
fn nothing_somebody_wrote_rings_or_leads_away() {
    for service in Service::ALL {
        let (value, said) = sent(*service, &bulletin(vec![entry(NASTY)]));
        // Plain text, to Matrix, rings by nothing but the names behind `@`.
        let reads_brackets = *service != Service::Matrix;
        assert!(!(reads_brackets && (said.contains("<!") || said.contains("<@"))), "{service:?}: {said}");
        // Brackets are no link to Slack, nor in the plain text beside Matrix's HTML.
        let reads_markdown = !matches!(service, Service::Slack | Service::Matrix);
        let written = said.replace("\\]", "");
        assert!(!(reads_markdown && written.contains("](https://evil")), "{service:?}: {said}");
        match service {
            // To Slack only what stands in angle brackets is a mention, as long as nothing else is looked for.
            Service::Slack => {
                let blocks = value["blocks"].as_array().unwrap();
                assert!(blocks.iter().skip(1).all(|block| {
                    [&block["text"]["verbatim"], &block["elements"][0]["verbatim"]]
                        .contains(&&Value::Bool(true))
                }));
            }
            Service::Discord => assert_eq!(value["allowed_mentions"]["parse"], serde_json::json!([])),
            Service::Mattermost | Service::Teams | Service::Matrix => {
                let rings = ["@here", "@all", "@everyone", "@room", "@channel"];
                assert!(!rings.iter().any(|ring| said.contains(ring)), "{service:?}: {said}");
            }
        }
        assert!(!(*service == Service::Teams && said.contains("{{")), "{said}");
    }
}

#[test]
fn what_is_too_long_is_cut_at_whole_updates_and_counted() {
    for service in Service::ALL {
        let many =
            bulletin((0..500).map(|n| entry(&format!("Number {n:03}. {}", "word ".repeat(45)))).collect());
        let (_, said) = sent(*service, &many);
        let shown = (0..500).filter(|n| said.contains(&format!("Number {n:03}"))).count();
        assert!((5..500).contains(&shown), "{service:?}: {shown}");
        assert!(said.contains(&format!("and {} more", 500 - shown)), "{service:?}: {shown}");
        assert!(said.contains(&format!("Number {:03}", shown - 1)), "the newest stay");
        let whole = "word ".repeat(45).trim_end().to_owned();
        assert_eq!(said.matches(&whole).count() % shown, 0, "{service:?}: each is whole");
    }
}

/// What a service refuses a message for, by its own count.
fn within_limits(service: Service, value: &Value) -> bool {
    let long = |text: &Value| text.as_str().unwrap_or_default().chars().count();
    match service {
        Service::Slack => {
            let blocks = value["blocks"].as_array().unwrap();
            blocks.len() <= 50
                && blocks.iter().all(|block| match block["type"].as_str() {
                    Some("header") => (1..=150).contains(&long(&block["text"]["text"])),
                    Some("section") => (1..=3_000).contains(&long(&block["text"]["text"])),
                    _ => (1..=3_000).contains(&long(&block["elements"][0]["text"])),
                })
        }
        Service::Mattermost => long(&value["text"]) <= 16_383,
        Service::Teams => value.to_string().len() <= 28 * 1_024,
        Service::Discord => {
            let embed = &value["embeds"][0];
            long(&embed["title"]) <= 256 && long(&embed["description"]) <= 4_096
        }
        Service::Matrix => value.to_string().len() <= 60_000,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_message_is_within_the_limits_of_its_service(
        count in 0usize..120,
        words in prop::collection::vec("[\\PC]{0,240}", 1..8),
        title in "[\\PC]{1,300}",
        moved in 0usize..30,
    ) {
        let entries = words.iter().cycle().take(count).map(|words| Entry {
            steps: vec![step(&title); moved],
            blocked: Some(words.clone()),
            ..entry(words)
        });
        let bulletin = Bulletin { title: title.clone(), ..bulletin(entries.collect()) };
        for service in Service::ALL {
            let (value, _) = sent(*service, &bulletin);
            prop_assert!(within_limits(*service, &value), "{service:?}: {value}");
        }
    }
}
