//! A year of fifty people in twelve zones, hour by hour through the real duties on three nodes, of which every now and then one
//! dies in the middle of its work and another goes on: they move and travel over the
//! date line both ways, change their rhythms, come and go, are away, post on time, late and afterwards, while clocks change
//! and nodes stand still. What was asked of whom is compared, to the second, with what Python makes of the same story; so
//! is the hour of every mail they got. What their digests told is held against what was there to tell, one by one.
//!
//! The story is thrown with one seed: it is the same in each run.

mod letters;
mod story;

use crate::rollup_oracle::Dice;
use crate::support::cast::id;
use crate::support::{TestApp, Visitor};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use letters::Letters;
use meridian::app::App;
use meridian::calendar::Zone;
use meridian::clockwork;
use meridian::config::Config;
use meridian::db::{Db, Limits};
use meridian::ids::SubmissionKey;
use serde_json::{Map, Value, json};
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use story::{CHANGES, CYCLES, Dates, HOLIDAYS, HOMES, KEY_RESULTS, ORG, PACIFIC, PEOPLE, TEAMS};
use uuid::Uuid;

const START: &str = "2026-02-01T00:00:00Z";
const HOURS: i64 = 8_760;

/// The changes of clocks that both nodes stand still over, and for how many hours: Morocco's, North America's, Europe's,
/// those of Lord Howe and New Zealand there and back.
const STANDSTILLS: [(&str, i64); 8] = [
    ("2026-02-15T00:00:00Z", 12),
    ("2026-03-08T05:00:00Z", 8),
    ("2026-03-28T06:00:00Z", 36),
    ("2026-04-04T13:00:00Z", 5),
    ("2026-09-26T10:00:00Z", 8),
    ("2026-10-03T12:00:00Z", 24),
    ("2026-10-24T12:00:00Z", 36),
    ("2026-11-01T00:00:00Z", 10),
];

#[tokio::test]
async fn a_year_loses_no_day_and_doubles_none() {
    let app = TestApp::empty().await;
    app.at(START);
    app.run(&story::sql(START)).await;
    let mut year = Year::begin(&app).await;
    year.live().await;
    let now = app.now();

    // What is asked, against the second answer.
    let until = now.date_naive() + Days::new(6);
    let theirs = python(&year.told(until).await);
    let asked = year.asked(until).await;
    compare(&asked, &theirs);
    assert_eq!(theirs["mails_outside"], json!([]));
    assert_eq!(theirs["mails_doubled"], json!([]));
    let letters = Letters::read(&app).await;
    let told = letters.digests_tell_all_once(&year);
    let answered = letters.replies_are_told_once(&app).await;
    let reminded = letters.nobody_is_reminded_of_what_is_done(&app).await;

    // Without any oracle: who was asked each day of the week all year has each date once.
    let every_day = year.whole_rows().await;
    assert!(every_day >= 5, "only {every_day} people were asked each day of the year");

    // Posts stand where they were written, each once.
    let app = &app;
    assert_eq!(app.count("from \"update\"").await, year.posts.values().sum::<i64>());
    let strayed = "from \"update\" u where not exists (select from occurrence o where o.org_id = u.org_id and o.standup_id = u.standup_id and o.member_id = u.member_id and o.local_date = u.local_date and o.zone = u.zone)";
    assert_eq!(app.count(strayed).await, 0);

    // Each local day of each cycle has its one snapshot, and a rebuild finds nothing to say.
    for (c, (first, last, _)) in CYCLES.iter().enumerate() {
        let days = (date(last) - date(first)).num_days() + 1;
        for n in 0..KEY_RESULTS {
            let of = format!(
                "from key_result_day where key_result_id = '{}' and day between '{first}' and '{last}'",
                story::key_result(c, n)
            );
            assert_eq!(app.count(&of).await, days, "quarter {c}, measure {n}");
        }
    }
    let snapshots = app.count("from key_result_day").await;
    let reports = clockwork::rebuild(&app.app, now, true).await.unwrap();
    let differences: Vec<_> = reports.iter().flat_map(|report| &report.differences).collect();
    assert!(differences.is_empty(), "{differences:?}");

    let counts = theirs["counts"].as_object().unwrap();
    let did: Vec<_> = counts.iter().map(|(what, times)| format!("{what} {times}")).collect();
    let seconds = |took: &Duration| took.as_secs_f64().round();
    let duties: Vec<_> = year.duties.iter().map(|(duty, took)| format!("{duty} {}", seconds(took))).collect();
    println!(
        "{PEOPLE} people in {} zones; {HOURS} hours, nodes standing still in {}",
        HOMES.len(),
        year.stood_still
    );
    println!("{} rows and 0 differences; {every_day} people were asked each date of the year", asked.len());
    println!("{}", did.join(", "));
    println!("posts {:?}, check-ins {}", year.posts, year.check_ins);
    println!("{snapshots} snapshots and 0 differences; {} nodes died in the middle of a tick", year.kills);
    println!(
        "{} mails, 0 outside their reader's hours, 0 doubled: {told}; {answered}; {reminded}",
        letters.count()
    );
    println!("{} ticks in {} s ({})", year.ticks, seconds(&year.ticking), duties.join(", "));
    for (what, least) in [
        ("go", 60),
        ("travelled", 30),
        ("came home by themselves", 20),
        ("change", 10),
        ("excused", 5),
        ("away", 40),
        ("sit", 5),
        ("rise", 5),
        ("observe", 2),
        ("over the date line, a day ahead", 5),
        ("over the date line, a day back", 5),
    ] {
        assert!(counts.get(what).and_then(Value::as_i64) >= Some(least), "{what}: {counts:?}");
    }
}

/// Lets a node work for so many steps, a step being what it does between two waits, and then die as by a power cut: nothing of
/// it runs any more. Whether it came to that.
async fn dies<T>(work: impl Future<Output = T>, steps: i64) -> bool {
    let mut work = std::pin::pin!(work);
    let mut left = steps;
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(false),
        Poll::Pending if left <= 0 => Poll::Ready(true),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// Set against set: what only one side has, and what both have otherwise.
fn compare(ours: &[Row], theirs: &Value) {
    let theirs: Vec<Row> = serde_json::from_value(theirs["rows"].clone()).unwrap();
    let (ours_set, theirs_set): (BTreeSet<_>, BTreeSet<_>) = (ours.iter().collect(), theirs.iter().collect());
    assert_eq!(ours.len(), ours_set.len(), "rows doubled");
    let only = |these: &BTreeSet<&Row>, those: &BTreeSet<&Row>| -> Vec<String> {
        these.difference(those).map(|row| format!("{row:?}")).collect()
    };
    let (ours_only, theirs_only) = (only(&ours_set, &theirs_set), only(&theirs_set, &ours_set));
    let shown = |rows: &[String]| rows.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(
        ours_only.is_empty() && theirs_only.is_empty(),
        "{} rows only Meridian has:\n{}\n{} rows only Python has:\n{}",
        ours_only.len(),
        shown(&ours_only),
        theirs_only.len(),
        shown(&theirs_only)
    );
    assert!(ours.len() > 10_000, "only {} rows were compared", ours.len());
}

/// What is asked (standup or key result), of whom, for which date, in which zone, from when to when, whether excused.
type Row = (String, String, String, String, String, String, bool);

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn python(story: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/year_oracle.py");
    let mut python = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this comparison needs python3 (3.9 or newer)");
    let mut stdin = python.stdin.take().unwrap();
    let told = story.to_string();
    let writer = std::thread::spawn(move || stdin.write_all(told.as_bytes()));
    let answer = python.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(answer.status.success());
    serde_json::from_slice(&answer.stdout).unwrap()
}

/// The year as it goes on.
struct Year<'a> {
    app: &'a TestApp,
    nodes: [App; 3],
    raw: PgConnection,
    dice: Dice,
    now: DateTime<Utc>,
    /// People's browsers, and when each signed in.
    browsers: HashMap<u64, (DateTime<Utc>, Visitor<'a>)>,
    seats: BTreeSet<(u64, u64)>,
    observers: BTreeSet<u64>,
    /// What people did, in the words of the oracle.
    deeds: Vec<Value>,
    posts: BTreeMap<&'static str, i64>,
    check_ins: i64,
    replies: i64,
    ticks: u32,
    ticking: Duration,
    /// How long each duty took.
    duties: BTreeMap<&'static str, Duration>,
    stood_still: i64,
    /// How often a node died in the middle of a tick.
    kills: u32,
}

impl<'a> Year<'a> {
    async fn begin(app: &'a TestApp) -> Self {
        let other = async |name: &str| {
            let config = Arc::new(Config { node: name.to_owned(), ..(*app.app.config).clone() });
            let db = Db::connect(app.test.options(), Limits { connections: 4 }).await.unwrap();
            App { config, db, ..app.app.clone() }
        };
        let nodes = [app.app.clone(), other("second").await, other("third").await];
        Self {
            app,
            nodes,
            raw: app.raw().await,
            dice: Dice(2026),
            now: app.now(),
            browsers: HashMap::new(),
            seats: story::seats().collect(),
            observers: BTreeSet::new(),
            deeds: Vec::new(),
            posts: BTreeMap::new(),
            check_ins: 0,
            replies: 0,
            ticks: 0,
            ticking: Duration::ZERO,
            duties: BTreeMap::new(),
            stood_still: 0,
            kills: 0,
        }
    }

    async fn live(&mut self) {
        self.people_choose_their_holidays().await;
        let mut still_until = None;
        for hour in 0..=HOURS {
            self.now = START.parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hour);
            self.app.app.clock.set(self.now);
            let planned =
                STANDSTILLS.iter().find(|(from, _)| from.parse() == Ok(self.now)).map(|(_, hours)| *hours);
            let standstill = planned.or_else(|| self.dice.one_in(700).then(|| 1 + self.dice.below(36)));
            still_until = still_until.max(standstill.map(|hours| hour + hours));
            if hour < HOURS && still_until.is_some_and(|until| hour < until) {
                self.stood_still += 1;
                continue;
            }
            // As PostgreSQL does by itself, but for the clusters of tests.
            if hour % (7 * 24) == 0 {
                sqlx::raw_sql("vacuum analyze").execute(&mut self.raw).await.unwrap();
            }
            self.tick(hour).await;
            // The last days are left for what was set going to end.
            if hour < HOURS - 96 {
                self.deeds_of_the_hour().await;
            }
            self.words_of_the_hour().await;
        }
    }

    /// One node, another, or all at once; now and then one dies at some point of its work before another goes on.
    async fn tick(&mut self, hour: i64) {
        let begun = Instant::now();
        let [one, two, three] = &self.nodes;
        let node = [one, two, three][usize::try_from(hour % 3).unwrap()];
        if self.dice.one_in(30) {
            let steps = self.dice.below(120);
            self.kills += u32::from(dies(clockwork::tick(node, self.now), steps).await);
        }
        let done = if hour % 8 == 0 {
            let all = tokio::join!(
                clockwork::tick(one, self.now),
                clockwork::tick(two, self.now),
                clockwork::tick(three, self.now)
            );
            self.ticks += 2;
            [all.0, all.1, all.2].into_iter().flat_map(Result::unwrap).collect()
        } else {
            clockwork::tick(node, self.now).await.unwrap()
        };
        for done in done {
            assert!(done.did.is_ok(), "{} at {}: {:?}", done.duty.name(), self.now, done.did);
            *self.duties.entry(done.duty.name()).or_default() += done.took;
        }
        self.ticks += 1;
        self.ticking += begun.elapsed();
    }

    async fn people_choose_their_holidays(&mut self) {
        for person in (0..PEOPLE).filter(|person| person % 2 == 0) {
            if let Some((_, code)) = HOLIDAYS.iter().find(|(zone, _)| *zone == story::home(person)) {
                let chosen = format!("shipped:{code}");
                let browser = self.browser(person).await;
                browser.post("/o/year/me/holidays", &[("calendar", &chosen)]).await.is(303);
            }
        }
    }

    /// Now and then somebody does something that changes what is asked.
    async fn deeds_of_the_hour(&mut self) {
        if self.dice.one_in(70) {
            self.somebody_goes().await;
        }
        if self.dice.one_in(350) {
            self.a_team_changes_its_rhythm().await;
        }
        if self.dice.one_in(300) {
            self.somebody_sits_down_or_rises().await;
        }
        if self.dice.one_in(900) {
            self.somebody_observes_or_takes_part_again().await;
        }
        if self.dice.one_in(100) {
            self.somebody_plans_days_away().await;
        }
    }

    async fn somebody_goes(&mut self) {
        let person = self.person();
        let zone = if self.dice.one_in(2) { self.dice.one_of(&PACIFIC) } else { self.dice.one_of(&HOMES) };
        let until = (!self.dice.one_in(3))
            .then(|| self.now.date_naive() + Days::new(2 + self.dice.below(20).unsigned_abs()));
        let text = until.map(|until| until.to_string()).unwrap_or_default();
        let stay = if until.is_some() { "travelling" } else { "moved" };
        let fields = [("zone", zone), ("stay", stay), ("until", &text)];
        self.browser(person).await.post("/o/year/me/zone", &fields).await.is(303);
        self.did(json!({ "what": "go", "person": person, "zone": zone, "until": until }));
        // Whoever had a window open writes there and then, every other time.
        if self.dice.one_in(2) {
            self.somebody_posts("right after a move", "o.opens_at <= $1 and o.due_at > $1", Some(person))
                .await;
        }
    }

    /// Of any standup but the last, which stays as it is all year.
    async fn a_team_changes_its_rhythm(&mut self) {
        let all = TEAMS[..5].iter().flat_map(|team| team.standups.iter().map(move |(n, _)| (team, *n)));
        let (team, n) = self.dice.one_of(&all.collect::<Vec<_>>());
        let rhythm = self.dice.one_of(&CHANGES);
        let (standup, today) = (story::standup(n), self.now.date_naive().to_string());
        let address = format!("/o/year/settings/teams/{}/standups/{standup}", team.slug);
        let lead = self.browser(team.n).await;
        let form = lead.get(&address).await.is(200).form(&format!("form[action='{address}']"));
        let form =
            form.fill("opens", rhythm.opens).fill("due", rhythm.due).fill("zone", rhythm.zone.unwrap_or(""));
        let form = form.without("evening");
        let form = if rhythm.evening { form.with("evening", "on") } else { form };
        let form = match rhythm.dates {
            Dates::Weekly(days, every) => {
                let form =
                    form.fill("recurs", "weekly").fill("every", &every.to_string()).fill("week_of", &today);
                days.iter().fold(form.without("day"), |form, day| form.with("day", &day.to_string()))
            }
            Dates::Monthly(nth, weekday) => {
                let form = form.fill("recurs", "monthly").fill("nth", &nth.to_string());
                form.fill("nth_weekday", &weekday.to_string())
            }
        };
        lead.submit(form).await.is(303);
        let mut deed = rhythm.told(&today);
        deed["what"] = json!("change");
        deed["standup"] = json!(standup);
        self.did(deed);
    }

    async fn somebody_sits_down_or_rises(&mut self) {
        let (team, person) = (self.dice.below(6).unsigned_abs(), self.person());
        let address =
            format!("/o/year/settings/teams/{}/members", TEAMS[usize::try_from(team).unwrap()].slug);
        if team == person {
            return;
        }
        let seated = self.seats.remove(&(team, person));
        let lead = self.browser(team).await;
        let what = if seated {
            lead.post(&format!("{address}/{}", story::member(person)), &[("seat", "gone")]).await.is(303);
            "rise"
        } else {
            lead.post(&address, &[("member", &story::member(person).to_string())]).await.is(303);
            self.seats.insert((team, person));
            "sit"
        };
        self.did(json!({ "what": what, "team": team, "person": person }));
    }

    async fn somebody_observes_or_takes_part_again(&mut self) {
        let person = 6 + self.dice.below(44).unsigned_abs();
        let (what, role) = if self.observers.remove(&person) {
            ("take_part", "member")
        } else {
            self.observers.insert(person);
            ("observe", "observer")
        };
        let address = format!("/o/year/settings/people/{}", story::member(person));
        self.browser(0).await.post(&address, &[("role", role)]).await.is(303);
        self.did(json!({ "what": what, "person": person }));
    }

    async fn somebody_plans_days_away(&mut self) {
        let person = self.person();
        let first = self.now.date_naive() + Days::new(2 + self.dice.below(20).unsigned_abs());
        let last = first + Days::new(self.dice.below(15).unsigned_abs());
        let fields =
            [("first", first.to_string()), ("last", last.to_string()), ("note", "Back soon.".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.browser(person).await.post("/o/year/me/away", &fields).await.is(303);
        self.did(json!({ "what": "away", "person": person, "first": first, "last": last }));
    }

    /// Updates and check-ins.
    async fn words_of_the_hour(&mut self) {
        if self.dice.one_in(6) {
            self.somebody_posts("on time", "o.opens_at <= $1 and o.due_at > $1", None).await;
        }
        if self.dice.one_in(40) {
            self.somebody_posts("late", "o.due_at <= $1 and o.due_at > $1 - interval '12 hours'", None).await;
        }
        if self.dice.one_in(40) {
            let days_ago = "o.due_at < $1 - interval '2 days' and o.due_at > $1 - interval '12 days'";
            self.somebody_posts("filled in afterwards", days_ago, None).await;
        }
        if self.dice.one_in(20) {
            self.somebody_checks_in().await;
        }
        if self.dice.one_in(12) {
            self.somebody_replies().await;
        }
    }

    /// To something that was written in the last week.
    async fn somebody_replies(&mut self) {
        let updates: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "select id, member_id from \"update\" where posted_at > $1 - interval '7 days' order by id",
        )
        .bind(self.now)
        .fetch_all(&mut self.raw)
        .await
        .unwrap();
        let person = self.person();
        if updates.is_empty() || self.observers.contains(&person) {
            return;
        }
        let (update, _) = self.dice.one_of(&updates);
        let key = SubmissionKey::fresh().to_string();
        let fields = [("reply", "Thank you for this."), ("submission_key", key.as_str())];
        let address = format!("/o/year/updates/{update}/comments");
        self.browser(person).await.post(&address, &fields).await.is(303);
        self.replies += 1;
    }

    /// Somebody who is asked writes for a date that is in this state; and, now and then, sends the form twice, or another.
    async fn somebody_posts(&mut self, how: &'static str, state: &str, person: Option<u64>) {
        let sql = format!(
            "select o.standup_id, o.member_id, o.local_date from occurrence o
               join standup s on s.org_id = o.org_id and s.id = o.standup_id
               join team_member t on t.org_id = o.org_id and t.team_id = s.team_id and t.member_id = o.member_id
               join member m on m.org_id = o.org_id and m.id = o.member_id and m.role <> 'observer'
              where {state} and ($2::uuid is null or o.member_id = $2) and not exists (
                    select from \"update\" u where u.org_id = o.org_id and u.standup_id = o.standup_id
                       and u.member_id = o.member_id and u.local_date = o.local_date)
              order by o.member_id, o.standup_id, o.local_date"
        );
        let rows: Vec<(Uuid, Uuid, NaiveDate)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(self.now)
            .bind(person.map(story::member))
            .fetch_all(&mut self.raw)
            .await
            .unwrap();
        if rows.is_empty() {
            return;
        }
        let (standup, member, day) = self.dice.one_of(&rows);
        let person = (0..PEOPLE).find(|n| story::member(*n) == member).unwrap();
        let number = (0..8).find(|n| story::standup(*n) == standup).unwrap();
        let (address, answer) =
            (format!("/o/year/standups/{standup}/updates"), format!("answer_{}", story::question(number)));
        let (day, twice, other) = (day.to_string(), self.dice.one_in(10), self.dice.one_in(10));
        let key = SubmissionKey::fresh().to_string();
        let browser = self.browser(person).await;
        let form = |key: &str| {
            [
                ("local_date", day.clone()),
                ("submission_key", key.to_owned()),
                (&answer, "Went on.".to_owned()),
            ]
        };
        let send = async |browser: &mut Visitor<'_>, key: &str, status| {
            let fields = form(key);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post(&address, &fields).await.is(status);
        };
        send(browser, &key, 303).await;
        if twice {
            send(browser, &key, 303).await;
        }
        if other {
            send(browser, &SubmissionKey::fresh().to_string(), 422).await;
        }
        *self.posts.entry(how).or_default() += 1;
    }

    /// In the quarter that it is, or, when its owner is late, the one that was.
    async fn somebody_checks_in(&mut self) {
        let today = self.now.date_naive();
        let cycle = CYCLES.iter().rposition(|(first, ..)| date(first) < today).unwrap_or(0);
        let n = self.dice.below(i64::try_from(KEY_RESULTS).unwrap()).unsigned_abs();
        let owner = story::owner(cycle, n);
        if self.observers.contains(&owner) {
            return;
        }
        let address = format!("/o/year/key-results/{}/check-ins", story::key_result(cycle, n));
        let (value, key) = (self.dice.below(110).to_string(), SubmissionKey::fresh().to_string());
        let said = self.dice.one_of(&["on_track", "at_risk", "off_track"]);
        let fields = [("submission_key", key.as_str()), ("value", &value), ("confidence", said)];
        self.browser(owner).await.post(&address, &fields).await.is(303);
        self.check_ins += 1;
    }

    fn person(&mut self) -> u64 {
        self.dice.below(i64::try_from(PEOPLE).unwrap()).unsigned_abs()
    }

    fn did(&mut self, mut deed: Value) {
        deed["at"] = json!(self.now);
        self.deeds.push(deed);
    }

    /// Somebody's browser; they sign in again before a fortnight is over.
    async fn browser(&mut self, person: u64) -> &mut Visitor<'a> {
        let fresh =
            self.browsers.get(&person).is_some_and(|(since, _)| self.now - *since < TimeDelta::days(10));
        if !fresh {
            let visitor = self.app.sign_in(story::account(person)).await;
            self.browsers.insert(person, (self.now, visitor));
        }
        &mut self.browsers.get_mut(&person).unwrap().1
    }

    /// All that the oracle is told.
    async fn told(&mut self, until: NaiveDate) -> Value {
        let mut told = story::told(START);
        let zones = HOMES
            .iter()
            .chain(&PACIFIC)
            .chain(TEAMS.iter().flat_map(|team| team.standups).filter_map(|(_, one)| one.zone.as_ref()));
        let rules: Map<String, Value> = zones
            .map(|name| {
                ((*name).to_owned(), json!(STANDARD.encode(Zone::parse(name).unwrap().rule_file().unwrap())))
            })
            .collect();
        let mails: Vec<(Uuid, String, DateTime<Utc>)> = sqlx::query_as(
            "select member_id, kind || ' ' || period, sent_at from mail where member_id is not null and sent_at is not null",
        )
        .fetch_all(&mut self.raw)
        .await
        .unwrap();
        let holidays: Vec<(Uuid, NaiveDate)> = sqlx::query_as(
            "select m.id, h.day from member m join holiday h on h.org_id = m.org_id and h.calendar_id = m.holiday_calendar_id",
        )
        .fetch_all(&mut self.raw)
        .await
        .unwrap();
        let number: HashMap<Uuid, u64> = (0..PEOPLE).map(|n| (story::member(n), n)).collect();
        let mails: Vec<_> = mails
            .into_iter()
            .map(|(member, period, at)| json!({ "person": number[&member], "period": period, "at": at }))
            .collect();
        let holidays: Vec<_> = holidays.into_iter().map(|(member, day)| (number[&member], day)).collect();
        let rest = json!({ "until": until, "end": self.now, "rules": rules, "deeds": self.deeds, "mails": mails, "holidays": holidays });
        told.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        told
    }

    /// Every row up to a date.
    async fn asked(&mut self, until: NaiveDate) -> Vec<Row> {
        sqlx::query_as(
            r#"select coalesce(standup_id, key_result_id)::text, member_id::text, local_date::text, zone,
                      to_char(opens_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                      to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), excused
                 from occurrence where org_id = $1 and local_date <= $2"#,
        )
        .bind(id(ORG))
        .bind(until)
        .fetch_all(&mut self.raw)
        .await
        .unwrap()
    }

    /// Of how many people whom a standup asks seven days a week, all year long, every date is there once.
    async fn whole_rows(&mut self) -> usize {
        let mut whole = 0;
        let standup = story::standup(TEAMS[5].standups[0].0);
        for (_, person) in story::seats().filter(|(team, _)| *team == 5) {
            let left = |deed: &Value| {
                deed["person"] == json!(person)
                    && ["rise", "observe"].iter().any(|what| deed["what"] == *what)
            };
            if self.deeds.iter().any(left) {
                continue;
            }
            let (rows, first, last): (i64, NaiveDate, NaiveDate) = sqlx::query_as(
                    "select count(*), min(local_date), max(local_date) from occurrence where standup_id = $1 and member_id = $2",
                )
                .bind(standup)
                .bind(story::member(person))
                .fetch_one(&mut self.raw)
                .await
                .unwrap();
            assert_eq!(rows, (last - first).num_days() + 1, "person {person}");
            assert!(rows > HOURS / 24);
            whole += 1;
        }
        whole
    }
}
