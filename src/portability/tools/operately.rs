//! Goals as Operately's API and command line write them: a list, or an object with a list of `goals` or one `goal`.
//!
//! What they hold is written down in its source:
//! <https://github.com/operately/operately/blob/250da97967f1e808c02de7cf07611a58f4ce3df7/app/lib/operately_web/api/serializers/goal.ex>
//! and `goal_update.ex` and `goal_target.ex` beside it. A goal is an objective, its targets are its key results, and the
//! values of its last check-in are theirs. The list is all there is: the API gives no history of a target.

use super::LeftOut;
use crate::portability::columns::Column;
use crate::portability::line::Line;
use serde::Deserialize;
use serde_json::Value;

/// What a column of ours is called there.
pub fn name_of(column: Column) -> Option<&'static str> {
    Some(match column {
        Column::Reference => "id",
        Column::Parent => "parent_goal_id",
        Column::Title => "name",
        Column::Team => "space",
        Column::Owner => "champion",
        Column::Description => "description",
        Column::Start => "from",
        Column::Target | Column::Kind => "to",
        Column::Unit => "unit",
        Column::Value => "value",
        Column::Date => "inserted_at",
        Column::Confidence => "status",
        Column::Note => "message",
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    List(Vec<Goal>),
    Goals { goals: Vec<Goal> },
    One { goal: Box<Goal> },
}

#[derive(Deserialize)]
struct Goal {
    id: String,
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    parent_goal_id: Option<String>,
    #[serde(default)]
    space: Option<Named>,
    #[serde(default)]
    champion: Option<Named>,
    #[serde(default)]
    targets: Option<Vec<Target>>,
    #[serde(default)]
    last_check_in: Option<CheckIn>,
    #[serde(default)]
    is_archived: bool,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    full_name: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    id: String,
    name: String,
    from: serde_json::Number,
    to: serde_json::Number,
    #[serde(default)]
    unit: Option<String>,
}

#[derive(Deserialize)]
struct CheckIn {
    #[serde(default)]
    status: String,
    #[serde(default)]
    message: Option<String>,
    inserted_at: String,
    #[serde(default)]
    author: Option<Named>,
    #[serde(default)]
    goal_target_updates: Vec<TargetValue>,
}

#[derive(Deserialize)]
struct TargetValue {
    id: String,
    value: serde_json::Number,
}

/// The goals as lines of ours; a row is the place of its goal in the list, from 1.
///
/// # Errors
/// The line from which on it is not such a list.
pub fn lines(text: &str) -> Result<(Vec<Line>, LeftOut), usize> {
    // Read twice, since a choice of shapes can't say where it failed.
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| error.line())?;
    let goals = match serde_json::from_str(text).map_err(|_| 1_usize)? {
        Document::List(goals) | Document::Goals { goals } => goals,
        Document::One { goal } => vec![*goal],
    };
    let (mut lines, mut left_out) = (Vec::new(), LeftOut::default());
    for (at, goal) in goals.iter().enumerate() {
        if goal.is_archived {
            left_out.others += 1;
        } else {
            goal.lines(at + 1, &mut lines, &mut left_out);
        }
    }
    Ok((lines, left_out))
}

impl Named {
    fn text(&self) -> &str {
        let texts = [&self.email, &self.full_name, &self.name];
        texts.into_iter().flatten().map(String::as_str).next().unwrap_or_default()
    }
}

impl Goal {
    fn lines(&self, row: usize, lines: &mut Vec<Line>, left_out: &mut LeftOut) {
        let named = |one: &'_ Option<Named>| one.as_ref().map_or(String::new(), |it| it.text().to_owned());
        lines.push(
            Line::new(row)
                .with(Column::Type, "objective")
                .with(Column::Reference, &self.id)
                .with(Column::Parent, self.parent_goal_id.as_deref().unwrap_or_default())
                .with(Column::Title, &self.name)
                .with(Column::Team, named(&self.space))
                .with(Column::Owner, named(&self.champion))
                .with(Column::Description, self.description.as_deref().map(rich).unwrap_or_default()),
        );
        let targets = self.targets.as_deref().unwrap_or_default();
        for target in targets {
            let line = Line::new(row)
                .with(Column::Type, "key_result")
                .with(Column::Reference, &target.id)
                .with(Column::Parent, &self.id)
                .with(Column::Title, &target.name)
                .with(Column::Owner, named(&self.champion))
                .with(Column::Unit, target.unit.as_deref().unwrap_or_default());
            lines.push(if target.from == target.to {
                line.with(Column::Kind, "keep_within").with(Column::Low, exact(&target.to))
            } else {
                line.with(Column::Start, exact(&target.from)).with(Column::Target, exact(&target.to))
            });
        }
        let Some(last) = &self.last_check_in else { return };
        let known = |one: &&TargetValue| targets.iter().any(|target| target.id == one.id);
        for value in last.goal_target_updates.iter().filter(known) {
            let Some(word) = confidence(&last.status) else {
                left_out.wordless += 1;
                continue;
            };
            let author = last.author.as_ref().or(self.champion.as_ref());
            lines.push(
                Line::new(row)
                    .with(Column::Type, "check_in")
                    .with(Column::Parent, &value.id)
                    .with(Column::Owner, author.map_or("", Named::text))
                    .with(Column::Date, instant(&last.inserted_at))
                    .with(Column::Value, exact(&value.value))
                    .with(Column::Confidence, word)
                    .with(Column::Note, last.message.as_deref().map(rich).unwrap_or_default()),
            );
        }
    }
}

/// A number so that its point can only be one: three decimals get a fourth.
fn exact(number: &serde_json::Number) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => format!("{text}0"),
        Some((whole, "0")) => whole.to_owned(),
        _ => text,
    }
}

/// Times there are of UTC, whether or not they say so.
fn instant(text: &str) -> String {
    let says_so = text.ends_with('Z') || text.get(10..).is_some_and(|time| time.contains(['+', '-']));
    if says_so { text.to_owned() } else { format!("{text}Z") }
}

/// The words of a text that is kept as a tree of paragraphs.
fn rich(text: &str) -> String {
    fn collect(node: &Value, out: &mut String) {
        if let Some(text) = node.get("text").and_then(Value::as_str) {
            out.push_str(text);
        }
        for below in node.get("content").and_then(Value::as_array).into_iter().flatten() {
            collect(below, out);
        }
        let ends = ["paragraph", "heading", "listItem", "hardBreak"];
        if node.get("type").and_then(Value::as_str).is_some_and(|sort| ends.contains(&sort)) {
            out.push('\n');
        }
    }
    let Ok(tree) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    let mut words = String::new();
    collect(&tree, &mut words);
    words.trim().to_owned()
}

fn confidence(status: &str) -> Option<&'static str> {
    match status {
        "on_track" => Some("on_track"),
        "at_risk" | "caution" => Some("at_risk"),
        "off_track" | "issue" => Some("off_track"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOALS: &str = r#"{"goals": [
        {"id": "grow-1", "name": "Grow", "space": {"id": "s", "name": "Forecast"}, "is_archived": false,
         "champion": {"id": "p", "full_name": "Inês Duarte", "email": "ines@saltmarsh.example"},
         "description": "{\"type\":\"doc\",\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"Because.\"}]}]}",
         "targets": [{"id": "t1", "name": "Towns", "from": 12.0, "to": 30.125, "unit": "towns", "index": 0, "value": 20.0}],
         "last_check_in": {"id": "c", "status": "caution", "message": "Slow", "inserted_at": "2026-10-09T08:00:00",
                           "goal_target_updates": [{"id": "t1", "value": 20.0, "previous_value": 12.0}, {"id": "gone", "value": 1}]}},
        {"id": "below-2", "name": "Below", "parent_goal_id": "grow-1", "targets": null},
        {"id": "old-3", "name": "Old", "is_archived": true}]}"#;

    #[test]
    fn goals_targets_and_the_last_values_come_out() {
        let (lines, left_out) = lines(GOALS).unwrap();
        assert_eq!(left_out, LeftOut { others: 1, wordless: 0 });
        let cells = |at: usize, columns: &[Column]| {
            columns.iter().map(|one| lines[at].cell(*one)).collect::<Vec<_>>()
        };
        use Column::{Confidence, Date, Description, Owner, Parent, Start, Target, Team, Title, Type, Value};
        assert_eq!(
            cells(0, &[Type, Title, Team, Owner, Description]),
            ["objective", "Grow", "Forecast", "ines@saltmarsh.example", "Because."]
        );
        assert_eq!(cells(1, &[Type, Parent, Start, Target]), ["key_result", "grow-1", "12", "30.1250"]);
        assert_eq!(
            cells(2, &[Type, Parent, Date, Value, Confidence]),
            ["check_in", "t1", "2026-10-09T08:00:00Z", "20", "at_risk"]
        );
        assert_eq!((lines[3].row, lines[3].cell(Parent)), (2, "grow-1"));
        assert_eq!(lines.len(), 4);
    }

    #[test]
    fn what_is_no_list_of_goals_is_told_by_line() {
        assert_eq!(lines("{\n\"goals\": [\n}").unwrap_err(), 3);
        assert_eq!(lines("{\"tasks\": []}").unwrap_err(), 1);
        assert!(lines("[]").unwrap().0.is_empty());
    }
}
