//! What a year's mail told, against what there was to tell.

use super::Year;
use super::story;
use crate::support::TestApp;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A digest tells of this long at most.
const LONGEST: TimeDelta = TimeDelta::days(14);

/// A mail that left.
#[derive(sqlx::FromRow)]
struct Sent {
    member_id: Uuid,
    kind: String,
    body_text: String,
    created_at: DateTime<Utc>,
}

/// An update.
#[derive(sqlx::FromRow)]
struct Written {
    id: Uuid,
    member_id: Uuid,
    team_id: Uuid,
    posted_at: DateTime<Utc>,
}

/// All mail of the year that left, and all updates, each in the order they were written.
pub struct Letters {
    sent: Vec<Sent>,
    written: Vec<Written>,
}

impl Letters {
    /// Reads them.
    pub async fn read(app: &TestApp) -> Self {
        let mut raw = app.raw().await;
        let sent = sqlx::query_as(
            "select member_id, kind, body_text, created_at from mail
              where member_id is not null and sent_at is not null order by created_at, id",
        );
        let written =
            sqlx::query_as("select id, member_id, team_id, posted_at from \"update\" order by posted_at, id");
        Self {
            sent: sent.fetch_all(&mut raw).await.unwrap(),
            written: written.fetch_all(&mut raw).await.unwrap(),
        }
    }

    /// How many left.
    pub fn count(&self) -> usize {
        self.sent.len()
    }

    /// Each subscriber's digests together told of each update of their teams that was there to tell, once: the set they told is
    /// the set there was.
    pub fn digests_tell_all_once(&self, year: &Year<'_>) -> String {
        let (mut digests, mut told) = (0, 0);
        for person in 0..story::PEOPLE {
            let member = story::member(person);
            let (mut seen, mut last) = (BTreeSet::<Uuid>::new(), None);
            let theirs = self.sent.iter().filter(|mail| {
                mail.member_id == member && matches!(mail.kind.as_str(), "digest_daily" | "digest_weekly")
            });
            for digest in theirs {
                digests += 1;
                let teams = seats_at(year, person, digest.created_at);
                // What teammates wrote since the digest before: before the first, what is new may be as old as a holiday.
                let since = |from: DateTime<Utc>| -> BTreeSet<Uuid> {
                    self.written
                        .iter()
                        .filter(|one| one.member_id != member && teams.contains(&one.team_id))
                        .filter(|one| from <= one.posted_at && one.posted_at < digest.created_at)
                        .map(|one| one.id)
                        .filter(|id| !seen.contains(id))
                        .collect()
                };
                let floor = last
                    .map_or(digest.created_at, |last: DateTime<Utc>| last.max(digest.created_at - LONGEST));
                // Of a team they joined since, older things are news as well.
                let (there, may) = (since(floor), since(floor - LONGEST));
                let links: Vec<Uuid> = updates_in(&digest.body_text);
                let named: BTreeSet<Uuid> = links.iter().copied().collect();
                let when = digest.created_at;
                assert_eq!(named.len(), links.len(), "an update stands twice in a digest of {person}");
                assert!(named.is_disjoint(&seen), "an update is told twice to {person} at {when}");
                assert!(named.is_subset(&may), "told to {person} at {when}: {named:?} of {may:?}");
                assert!(
                    there.is_subset(&named),
                    "{person} at {when}: {there:?} was there, told are {named:?}"
                );
                told += named.len();
                seen.extend(named);
                last = Some(digest.created_at);
            }
        }
        assert!(digests > 1_000 && told > 1_000, "only {digests} digests told of {told} updates");
        format!("{digests} digests told {told} updates, missed 0, doubled 0")
    }

    /// Each reply is told once to each whom it concerns, by mail of its own or with the digest.
    pub async fn replies_are_told_once(&self, app: &TestApp) -> String {
        let notices: Vec<(Uuid, Uuid, Option<DateTime<Utc>>)> =
            sqlx::query_as("select member_id, comment_id, told_at from notice where comment_id is not null")
                .fetch_all(&mut app.raw().await)
                .await
                .unwrap();
        let mut by_member: BTreeMap<Uuid, String> = BTreeMap::new();
        for mail in self.sent.iter().filter(|mail| mail.kind != "reminder") {
            by_member.entry(mail.member_id).or_default().push_str(&mail.body_text);
        }
        let (mut told, mut waiting) = (0, 0);
        for (member, comment, told_at) in notices {
            let times =
                by_member.get(&member).map_or(0, |mails| mails.matches(&format!("#c-{comment}")).count());
            match told_at {
                Some(_) => assert_eq!(times, 1, "reply {comment} to {member}"),
                None => assert_eq!(times, 0, "reply {comment} to {member}"),
            }
            if told_at.is_some() { told += 1 } else { waiting += 1 }
        }
        assert!(told > 200 && waiting < 30, "{told} were told, {waiting} wait");
        format!("{told} replies told once each, {waiting} waiting for their readers")
    }

    /// No reminder of an update that was there, of somebody who is away, or a third time.
    pub async fn nobody_is_reminded_of_what_is_done(&self, app: &TestApp) -> String {
        let of_done = "from occurrence o join mail l on l.id = o.mail_id and l.state = 'sent'
            join \"update\" u on u.org_id = o.org_id and u.standup_id = o.standup_id and u.member_id = o.member_id
                             and u.local_date = o.local_date and u.posted_at < l.created_at";
        assert_eq!(app.count(of_done).await, 0);
        let measured = "from occurrence o join mail l on l.id = o.mail_id and l.state = 'sent'
            join check_in i on i.org_id = o.org_id and i.key_result_id = o.key_result_id and i.local_date >= o.local_date
                           and i.at < l.created_at";
        assert_eq!(app.count(measured).await, 0);
        let unwanted = "from mail l join member m on m.id = l.member_id where l.kind = 'reminder' and m.reminders = 'none'";
        assert_eq!(app.count(unwanted).await, 0);
        let (updates, check_ins) = (
            app.count("from mail where kind = 'reminder' and sent_at is not null and period like '%-update'")
                .await,
            app.count(
                "from mail where kind = 'reminder' and sent_at is not null and period not like '%-update'",
            )
            .await,
        );
        assert!(updates > 1_000 && check_ins > 50, "{updates} and {check_ins}");
        format!("{updates} reminders of updates, {check_ins} of check-ins, none of what was done")
    }
}

/// The teams somebody sat in when a digest was written: what was done before that tick.
fn seats_at(year: &Year<'_>, person: u64, at: DateTime<Utc>) -> BTreeSet<Uuid> {
    let mut seats: BTreeSet<u64> =
        story::seats().filter(|(_, who)| *who == person).map(|(team, _)| team).collect();
    for deed in year.deeds.iter().filter(|deed| deed["person"] == json!(person)) {
        let done: DateTime<Utc> = deed["at"].as_str().unwrap().parse().unwrap();
        let team = deed["team"].as_u64();
        match (deed["what"].as_str(), team) {
            (Some("sit"), Some(team)) if done < at => seats.insert(team),
            (Some("rise"), Some(team)) if done < at => seats.remove(&team),
            _ => false,
        };
    }
    seats.into_iter().map(story::team).collect()
}

/// The updates a digest names under “What moved”.
fn updates_in(text: &str) -> Vec<Uuid> {
    let moved = text.split("WHAT MOVED").nth(1).unwrap_or_default();
    let moved = moved.split("YOUR KEY RESULTS").next().unwrap_or_default();
    let links = moved.split("/o/year/updates/").skip(1);
    links.map(|rest| rest[..36].parse().unwrap()).collect()
}
