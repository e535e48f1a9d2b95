//! The figures are the log's, whatever happened on the way: people check in, late too, correct themselves, move targets,
//! owners, weights and parents, let things go and go away, while up to three nodes tick, stop for an hour or for forty
//! days, and are killed in the middle of it. In the end every stored row must be what a rebuild from nothing makes of the
//! log, and what a second roll-up in another language makes of it.

use crate::rollup_oracle::{Dice, assert_same, python};
use crate::support::TestApp;
use crate::support::app::tempfolder::Folder;
use crate::support::cast::{
    KR_FOULING, KR_RETIRED, OBJ_MODEL, OBJ_RETIRE, OBJ_SENSORS, Q4, SALTMARSH, Who, id,
};
use crate::support::page::Form;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use meridian::app::App;
use meridian::calendar::Zone;
use meridian::clockwork;
use meridian::db::{Db, Limits};
use meridian::ids::{CheckInId, KeyResultId, MemberId, OrgId, StepId, SubmissionKey};
use meridian::okr::check_in::{NewCheckIn, Refusal, record};
use meridian::okr::roll_up;
use meridian::okr::status::Confidence;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use uuid::Uuid;

fn saltmarsh() -> OrgId {
    OrgId(id(SALTMARSH))
}

/// What an objective can serve: objectives, and key results.
const SERVED: &str = "from (select id from objective where dropped_at is null
                            union all select id from key_result where dropped_at is null) served";

/// What happened in all runs.
#[derive(Debug, Default)]
struct Tally {
    deeds: BTreeMap<&'static str, u32>,
    rows: usize,
}

/// One organisation, its nodes, and a stretch of its life.
struct World {
    app: TestApp,
    nodes: Vec<App>,
    dice: Dice,
    now: DateTime<Utc>,
}

impl World {
    async fn new(seed: u64) -> Self {
        let app = TestApp::new().await;
        let mut dice = Dice(seed);
        let mut nodes = Vec::new();
        for _ in 0..1 + dice.below(3) {
            let db = Db::connect(app.test.options(), Limits { connections: 2 }).await.unwrap();
            nodes.push(App { db, ..app.app.clone() });
        }
        // Some trees count what serves them, to the third floor.
        if dice.one_in(2) {
            let (model, retire, sensors) = (id(OBJ_MODEL), id(OBJ_RETIRE), id(OBJ_SENSORS));
            app.run(&format!("update objective set parent_id = '{sensors}' where id = '{model}'; update objective set count_aligned = true, weight = 2 where id <> '{retire}'")).await;
        }
        // Some bands are kept, and some steps are taken.
        if dice.one_in(2) {
            let (band, steps) = (id(KR_FOULING), id(KR_RETIRED));
            let some = serde_json::json!([
                { "id": id(9001), "name": "Listed", "weight": 1, "due": "2026-10-16" },
                { "id": id(9002), "name": "Switched off", "weight": 3, "due": null },
            ]);
            app.run(&format!("update key_result_terms set kind = 'keep_within', baseline = 0, target = 1, low = 20, high = 90 where key_result_id = '{band}'; update key_result_terms set kind = 'milestones', steps = '{some}', pace = 'checkpoints' where key_result_id = '{steps}'")).await;
        }
        app.run("insert into roll_up_due (org_id, id, cycle_id, since) select org_id, id, id, created_at from cycle").await;
        let now = "2026-09-27T20:00:00Z".parse().unwrap();
        app.app.clock.set(now);
        Self { app, nodes, dice, now }
    }

    async fn one_of(&mut self, from: &str) -> Option<Uuid> {
        let sql = format!("select id {from} order by id");
        let all: Vec<Uuid> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut self.app.raw().await).await.unwrap();
        (!all.is_empty()).then(|| self.dice.one_of(&all))
    }

    fn passes(&mut self, time: TimeDelta) {
        self.now += time + TimeDelta::microseconds(self.dice.below(1_000_000));
        self.app.app.clock.set(self.now);
    }

    /// Somebody does something, in the way they do it.
    async fn deed(&mut self) -> &'static str {
        match self.dice.below(20) {
            0..=6 => self.check_in(TimeDelta::zero()).await,
            7 | 8 => {
                let late = TimeDelta::minutes(self.dice.below(30 * 1440));
                self.check_in(late).await
            }
            9 | 10 => self.correct().await,
            11 | 12 => self.change_terms().await,
            13 => self.change_owner().await,
            14 | 15 => self.change_calendar().await,
            16 | 17 => self.move_objective().await,
            18 => self.begin_something().await,
            _ if self.dice.one_in(2) => self.change_readers().await,
            _ if self.dice.one_in(2) => self.let_go("key-results", "key_result").await,
            _ if self.dice.one_in(3) => self.let_go("objectives", "objective").await,
            _ => "nothing",
        }
    }

    async fn check_in(&mut self, late: TimeDelta) -> &'static str {
        let Some(key_result) = self.one_of("from key_result where dropped_at is null and org_id = '00000000-0000-7000-8000-000000000001'").await
        else {
            return "nothing";
        };
        self.record(key_result, self.now - late, None).await;
        if late.is_zero() { "check-in" } else { "late check-in" }
    }

    async fn correct(&mut self) -> &'static str {
        let Some(wrong) = self.one_of("from check_in c where not exists (select from check_in later where later.replaces_id = c.id)").await
        else {
            return "nothing";
        };
        let key_result = sqlx::query_scalar("select key_result_id from check_in where id = $1").bind(wrong);
        let key_result: Uuid = key_result.fetch_one(&mut self.app.raw().await).await.unwrap();
        self.record(key_result, self.now, Some(CheckInId(wrong))).await;
        "correction"
    }

    async fn record(&mut self, key_result: Uuid, at: DateTime<Utc>, replaces: Option<CheckInId>) {
        let yes_no = self
            .app
            .count(&format!("from key_result_terms where key_result_id = '{key_result}' and kind = 'yes_no'"))
            .await
            > 0;
        let who = self.dice.one_of(&[Who::Ines, Who::Arjun, Who::Tama]);
        let zone =
            Zone::parse(self.dice.one_of(&["Europe/Lisbon", "Asia/Kolkata", "Pacific/Auckland"])).unwrap();
        let value = if yes_no {
            Decimal::from(self.dice.below(2))
        } else {
            Decimal::new(self.dice.below(120_000), 3)
        };
        let steps: Vec<Uuid> = sqlx::query_scalar(
            "select (jsonb_array_elements(steps) ->> 'id')::uuid from key_result_terms where key_result_id = $1",
        )
        .bind(key_result)
        .fetch_all(&mut self.app.raw().await)
        .await
        .unwrap();
        let done = steps.into_iter().filter(|_| self.dice.one_in(2)).map(StepId).collect();
        let new = NewCheckIn {
            key_result: KeyResultId(key_result),
            member: MemberId(who.member()),
            update: None,
            at,
            local_date: zone.date_at(at),
            zone,
            value,
            done,
            confidence: self.dice.one_of(Confidence::ALL),
            note: String::new(),
            replaces,
            import: None,
            submission_key: SubmissionKey::fresh(),
        };
        let mut tx = self.app.app.db.org(saltmarsh()).await.unwrap();
        match record(&mut tx, new).await {
            Ok(_) => tx.commit().await.unwrap(),
            Err(Refusal::Closed | Refusal::NotFound) => {}
            Err(refusal) => panic!("{refusal:?}"),
        }
    }

    /// Nuno, who may do everything, opens a form, changes it and sends it.
    async fn fill_in(&self, address: &str, changes: &[(&str, &str)], ticks: &[(&str, &str)]) -> bool {
        let mut nuno = self.app.visit(Who::Nuno).await;
        let page = nuno.get(&format!("/o/saltmarsh/{address}")).await;
        if page.status != 200 {
            return false;
        }
        let form = page.form("form.sheet").without("count_aligned");
        // A draft's form asks for no reason.
        let known = |form: &Form, name: &str| form.fields.iter().any(|(field, _)| field == name);
        let form = changes
            .iter()
            .fold(form, |form, (name, value)| if known(&form, name) { form.fill(name, value) } else { form });
        let form = ticks.iter().fold(form, |form, (name, value)| form.with(name, value));
        nuno.submit(form).await.status == 303
    }

    async fn change_terms(&mut self) -> &'static str {
        let Some(one) = self.one_of("from key_result k where exists (select from key_result_terms where key_result_id = k.id and kind = 'increase')").await
        else {
            return "nothing";
        };
        let target = (self.dice.below(300) + 100).to_string();
        let weight = (1 + self.dice.below(5)).to_string();
        let changes = [("target", target.as_str()), ("weight", &weight), ("reason", "The sea rose.")];
        if self.fill_in(&format!("key-results/{one}/edit"), &changes, &[]).await {
            "terms"
        } else {
            "nothing"
        }
    }

    async fn change_owner(&mut self) -> &'static str {
        let Some(one) = self.one_of("from key_result").await else { return "nothing" };
        let owner = self.dice.one_of(&[Who::Ines, Who::Arjun, Who::Tama, Who::Wanjiru]).member().to_string();
        let every = self.dice.one_of(&["weekly", "fortnightly", "monthly"]);
        let owner = if self.dice.one_in(4) { "none" } else { &owner };
        let changes = [("owner", owner), ("every", every)];
        if self.fill_in(&format!("key-results/{one}/edit"), &changes, &[]).await {
            "owner"
        } else {
            "nothing"
        }
    }

    /// Somebody moves, works on other days, or is away; also in what is past.
    async fn change_calendar(&mut self) -> &'static str {
        let who = self.dice.one_of(&[Who::Ines, Who::Arjun, Who::Tama, Who::Wanjiru]).member();
        let (org, first) = (saltmarsh(), self.now.date_naive() + TimeDelta::days(self.dice.below(60) - 40));
        let days = self.dice.below(9);
        let sql = match self.dice.below(4) {
            0 => format!(
                "update member set zone = '{}' where id = '{who}'",
                self.dice.one_of(&["Asia/Kathmandu", "Pacific/Kiritimati", "America/St_Johns"])
            ),
            1 => format!(
                "update member set week = '{}' where id = '{who}'",
                self.dice.one_of(&[
                    r#"{"sun":[["09:00","17:00"]],"tue":[["09:00","12:00"],["14:00","18:00"]]}"#,
                    r#"{"mon":[["22:00","06:00"]],"wed":[["22:00","06:00"]],"fri":[["09:00","17:00"]]}"#
                ])
            ),
            2 => format!("delete from away where member_id = '{who}'"),
            _ => format!(
                "insert into away (org_id, id, member_id, first_date, last_date, created_at) values ('{org}', gen_random_uuid(), '{who}', '{first}', '{first}'::date + {days}, '{}')",
                self.now
            ),
        };
        self.app.run(&sql).await;
        let mut tx = self.app.app.db.org(saltmarsh()).await.unwrap();
        roll_up::look_again_at_owned(&mut tx, MemberId(who)).await.unwrap();
        tx.commit().await.unwrap();
        "calendar"
    }

    async fn move_objective(&mut self) -> &'static str {
        let Some(one) = self.one_of("from objective").await else { return "nothing" };
        let parent = self.one_of(SERVED).await.map(|id| id.to_string());
        let parent = parent.filter(|_| !self.dice.one_in(3)).unwrap_or_default();
        let weight = (1 + self.dice.below(5)).to_string();
        let counts = if self.dice.one_in(2) { vec![("count_aligned", "on")] } else { vec![] };
        let changes = [("parent", parent.as_str()), ("weight", &weight)];
        if self.fill_in(&format!("objectives/{one}/edit"), &changes, &counts).await {
            "objective"
        } else {
            "nothing"
        }
    }

    /// Forecast is private from here on, or everybody's to read again.
    async fn change_readers(&mut self) -> &'static str {
        let readers = self.dice.one_of(&["team", "everybody"]);
        let mut nuno = self.app.visit(Who::Nuno).await;
        let page = nuno.get("/o/saltmarsh/settings/teams/forecast").await.is(200);
        nuno.submit(page.form("form[action$='/readers']").fill("readers", readers)).await.is(303);
        "readers"
    }

    async fn begin_something(&mut self) -> &'static str {
        let parent = self.one_of("from objective where dropped_at is null").await;
        if self.dice.one_in(3) {
            let address = format!("objectives/new?cycle={}", id(Q4));
            let parent = self.one_of(SERVED).await.map(|id| id.to_string()).unwrap_or_default();
            let changes = [("title", "Another one"), ("parent", &parent)];
            return if self.fill_in(&address, &changes, &[]).await { "new objective" } else { "nothing" };
        }
        let Some(objective) = parent else { return "nothing" };
        let changes = [("title", "Another measure"), ("baseline", "0"), ("target", "70")];
        let address = format!("objectives/{objective}/key-results/new");
        if self.fill_in(&address, &changes, &[]).await { "new key result" } else { "nothing" }
    }

    async fn let_go(&mut self, address: &str, table: &str) -> &'static str {
        let open = format!("from {table} where dropped_at is null and org_id = '{}'", saltmarsh());
        let Some(one) = self.one_of(&open).await.filter(|_| !self.dice.one_in(3)) else { return "nothing" };
        let mut nuno = self.app.visit(Who::Nuno).await;
        let page = nuno.get(&format!("/o/saltmarsh/{address}/{one}")).await;
        if !page.has("form[action$='/drop']") {
            return "nothing";
        }
        nuno.submit(page.form("form[action$='/drop']")).await.is(303);
        "let go"
    }

    /// The nodes look around, some of them only until they are cut off.
    async fn ticks(&mut self, kills: bool) {
        let now = self.now;
        let cut: Vec<_> = self
            .nodes
            .iter()
            .map(|_| kills.then(|| Duration::from_micros(self.dice.below(25_000).unsigned_abs())))
            .collect();
        let tick = async |node: &App, cut: Option<Duration>| match cut {
            None => drop(clockwork::tick(node, now).await.unwrap()),
            Some(cut) => drop(tokio::time::timeout(cut, clockwork::tick(node, now)).await),
        };
        let all = self.nodes.iter().zip(cut).map(|(node, cut)| tick(node, cut));
        futures_util::future::join_all(all).await;
    }

    /// A node of its own, killed while it works.
    async fn killed_process(&mut self, data: &Folder) {
        let mut node = Command::new(env!("CARGO_BIN_EXE_meridian"))
            .args(["tick", "--at", &self.now.to_rfc3339()])
            .current_dir(std::env::temp_dir())
            .env("DATABASE_URL", self.app.test.url())
            .env("MERIDIAN_DATA", &data.path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let after = Duration::from_millis(self.dice.below(220).unsigned_abs());
        tokio::time::sleep(after).await;
        node.kill().unwrap();
        node.wait().unwrap();
    }

    /// Everything due is done, and then nothing is due.
    async fn settles(&self) {
        let begun = Instant::now();
        loop {
            let done = clockwork::tick(&self.nodes[0], self.now).await.unwrap();
            let did: u64 = done.into_iter().map(|done| done.did.unwrap()).sum();
            // A node that was just killed may hold a cycle for a moment yet.
            let open = format!("from cycle where next_day_at <= '{}'", self.now);
            if did == 0 && self.app.count("from roll_up_due").await == 0 && self.app.count(&open).await == 0 {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "there is no end to it");
        }
    }

    async fn snapshots(&self) -> Vec<String> {
        sqlx::query_scalar("select to_jsonb(d)::text from key_result_day d union all select to_jsonb(o)::text from objective_day o union all select to_jsonb(n)::text from key_result_now n order by 1")
            .fetch_all(&mut self.app.raw().await)
            .await
            .unwrap()
    }

    /// What is stored is what a rebuild makes of the log: compared with it, and written by it from nothing.
    async fn is_true(&self, story: &[&'static str]) -> usize {
        self.settles().await;
        let kept = self.snapshots().await;
        let differences = async |check| -> Vec<_> {
            let reports = clockwork::rebuild(&self.nodes[0], self.now, check).await.unwrap();
            reports.into_iter().flat_map(|report| report.differences).collect()
        };
        let found = differences(true).await;
        assert!(found.is_empty(), "{found:#?}\nafter {story:?}");
        self.app.run("truncate key_result_day, objective_day, key_result_now").await;
        differences(false).await;
        assert_eq!(self.snapshots().await, kept, "after {story:?}");
        kept.len()
    }

    /// The cycle with its log as the oracle wants it told, and the rows as they are stored.
    async fn told(&self) -> (Value, Value) {
        let mut raw = self.app.raw().await;
        let mut case: Value =
            sqlx::query_scalar(TOLD).bind(id(Q4)).bind(self.now).fetch_one(&mut raw).await.unwrap();
        let zones: Vec<String> = sqlx::query_scalar("select zone from member union select zone from cycle")
            .fetch_all(&mut raw)
            .await
            .unwrap();
        for name in zones {
            let rules = Zone::parse(&name).unwrap().rule_file().unwrap();
            case["rules"][name] = STANDARD.encode(rules).into();
        }
        let stored = sqlx::query_scalar(STORED).bind(id(Q4)).fetch_one(&mut raw).await.unwrap();
        (case, stored)
    }
}

/// Instants as text to the microsecond, numbers as text.
const TOLD: &str = r#"
with told as (select $1::uuid as cycle, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' as form)
select jsonb_build_object(
    'rules', '{}'::jsonb,
    'now', to_char($2::timestamptz at time zone 'UTC', form),
    'cycle', (select jsonb_build_object('first', first_date, 'last', last_date, 'zone', zone, 'weekdays', weekdays, 'holidays', '[]'::jsonb)
                from cycle where id = told.cycle),
    'owners', (select jsonb_object_agg(m.id, jsonb_build_object('zone', m.zone,
                   'weekdays', (select sum(1 << n) from unnest(array['mon','tue','wed','thu','fri','sat','sun']) with ordinality d(name, at), lateral (select (at - 1)::int as n) bit where jsonb_array_length(coalesce(m.week->name, '[]')) > 0),
                   'away', (select coalesce(jsonb_agg(jsonb_build_array(first_date, last_date)), '[]') from away where member_id = m.id)))
                 from member m),
    'objectives', (select jsonb_agg(jsonb_build_object('id', id, 'parent', parent_id, 'weight', weight, 'count_aligned', count_aligned,
                       'private_to', (select t.id from team t where t.id = team_id and t.private),
                       'created_at', to_char(created_at at time zone 'UTC', form), 'dropped_at', to_char(dropped_at at time zone 'UTC', form)))
                     from objective where cycle_id = told.cycle),
    'key_results', (select jsonb_agg(jsonb_build_object('id', k.id, 'objective', k.objective_id, 'cadence', k.cadence, 'weekday', k.due_weekday,
                        'dropped_at', to_char(k.dropped_at at time zone 'UTC', form),
                        'terms', (select jsonb_agg(e.terms || jsonb_build_object('id', e.id, 'effective_at', to_char(e.effective_at at time zone 'UTC', form),
                                      'owner', k.owner_id))
                                    from key_result_terms e where e.key_result_id = k.id),
                        'check_ins', (select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'at', to_char(i.at at time zone 'UTC', form), 'date', i.local_date,
                                          'value', i.value::text, 'done', i.done, 'confidence', i.confidence, 'replaces', i.replaces_id)), '[]')
                                        from check_in i where i.key_result_id = k.id)))
                      from key_result k join objective o on o.id = k.objective_id where o.cycle_id = told.cycle))
  from told"#;

const STORED: &str = r#"
select jsonb_build_object(
    'key_results', (select coalesce(jsonb_object_agg(id, days), '{}') from (
        select d.key_result_id as id, jsonb_agg(jsonb_build_object('date', d.day, 'check_in', d.check_in_id, 'value', d.value::text, 'raw', d.raw::text,
                   'progress', d.progress::text, 'expected', d.expected::text, 'pace', d.pace, 'confidence', d.confidence, 'status', d.status) order by d.day) as days
          from key_result_day d join key_result k on k.id = d.key_result_id join objective o on o.id = k.objective_id
         where o.cycle_id = $1 group by 1) one),
    'objectives', (select coalesce(jsonb_object_agg(id, days), '{}') from (
        select d.objective_id as id, jsonb_agg(jsonb_build_object('date', d.day, 'progress', d.progress::text, 'expected', d.expected::text, 'pace', d.pace,
                   'counted', d.counted, 'missing', d.missing) order by d.day) as days
          from objective_day d join objective o on o.id = d.objective_id where o.cycle_id = $1 group by 1) one))"#;

/// Lives an organisation's quarter: deeds, pauses and ticks in any order, the truth looked at now and then and at the end.
async fn live(seed: u64, steps: u32, process: Option<&Folder>, tally: &mut Tally) -> (Value, Value) {
    let mut world = World::new(seed).await;
    let mut story = Vec::new();
    for step in 0..steps {
        for _ in 0..1 + world.dice.below(3) {
            let minutes = world.dice.below(1_200);
            world.passes(TimeDelta::minutes(minutes));
            story.push(world.deed().await);
        }
        match world.dice.below(10) {
            0..=3 => world.ticks(false).await,
            4..=6 => {
                story.push("killed");
                match process {
                    Some(data) if world.dice.one_in(2) => world.killed_process(data).await,
                    _ => world.ticks(true).await,
                }
            }
            7 => {
                let hours =
                    if world.dice.one_in(4) { world.dice.below(960) } else { 1 + world.dice.below(60) };
                world.passes(TimeDelta::hours(hours));
                story.push("stopped");
            }
            _ => {}
        }
        if step % 9 == 8 {
            tally.rows += world.is_true(&story).await;
        }
    }
    tally.rows += world.is_true(&story).await;
    story.into_iter().for_each(|deed| *tally.deeds.entry(deed).or_default() += 1);
    world.told().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_up_through_everything_is_what_the_log_says() {
    let begun = Instant::now();
    let (mut tally, mut cases, mut stored) = (Tally::default(), Vec::new(), Vec::new());
    let data = Folder::new();
    for seed in 0..12 {
        let process = (seed % 4 == 0).then_some(&data);
        let (case, rows) = live(seed, 30, process, &mut tally).await;
        cases.push(case);
        stored.push(rows);
    }
    let lived = begun.elapsed();
    let theirs = tokio::task::spawn_blocking(move || python(&cases)).await.unwrap();
    let mut compared = 0;
    for (seed, (ours, theirs)) in stored.iter().zip(&theirs).enumerate() {
        assert_same(&format!("seed {seed}"), ours, theirs);
        let rows = |kind: &str| {
            ours[kind].as_object().unwrap().values().map(|days| days.as_array().unwrap().len()).sum::<usize>()
        };
        compared += rows("key_results") + rows("objectives");
    }
    println!(
        "{} quarters in {lived:?}: {:?}; {} rows equal to a rebuild, {compared} to the second roll-up",
        stored.len(),
        tally.deeds,
        tally.rows
    );
    assert!(compared > 3_000, "{compared}");
    for deed in [
        "check-in",
        "late check-in",
        "correction",
        "terms",
        "owner",
        "calendar",
        "objective",
        "new objective",
        "new key result",
        "let go",
        "killed",
        "stopped",
    ] {
        assert!(tally.deeds.contains_key(deed), "nobody did: {deed}");
    }
}
