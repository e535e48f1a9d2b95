//! The tree of objectives: what serves what, in which order, and what somebody has folded.

use crate::rollup_oracle::Dice;
use crate::support::cast::{
    KR_ERROR, KR_FOULING, KR_RETIRED, OBJ_MODEL, OBJ_RETIRE, OBJ_SENSORS, OBJ_SHORE, Q4, SALTMARSH, Who, id,
};
use crate::support::{Page, TestApp};
use meridian::clockwork;
use std::collections::HashMap;
use uuid::Uuid;

fn objective(number: u64) -> String {
    format!("/o/saltmarsh/objectives/{}", id(number))
}

fn arrange() -> String {
    format!("/o/saltmarsh/okrs/arrange?cycle={}", id(Q4))
}

fn titles(page: &Page) -> Vec<String> {
    page.texts(".arrange .obj")
}

#[tokio::test]
async fn ines_puts_her_objectives_in_order() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let tree = nuno.get("/o/saltmarsh/okrs").await.is(200);
    let page = nuno.get(&tree.link("Put in order")).await.is(200);
    let (model, retire, sensors) = (
        "The model is right when it matters",
        "Retire the hand-tuned corrections",
        "Sensors look after themselves",
    );
    assert_eq!(titles(&page), [model, retire, sensors]);
    // The first can't go up, the only one that serves the model can't go anywhere.
    let buttons = |page: &Page, number: u64| page.attrs(&format!("#o-{} button", id(number)), "value");
    assert_eq!(buttons(&page, OBJ_MODEL), ["down"]);
    assert_eq!(buttons(&page, OBJ_RETIRE), Vec::<String>::new());
    assert_eq!(buttons(&page, OBJ_SENSORS), ["up"]);
    let form = page.form(&format!("#o-{} form", id(OBJ_SENSORS))).with("step", "up");
    let back = nuno.submit(form).await.is(303);
    assert!(back.leads_to().ends_with(&format!("done=moved#o-{}", id(OBJ_SENSORS))), "{}", back.leads_to());
    let page = nuno.follow(back).await.is(200);
    assert_eq!(titles(&page), [sensors, model, retire]);
    assert_eq!(
        nuno.get("/o/saltmarsh/okrs").await.texts(".tree > li > .obj"),
        [sensors, model],
        "the tree reads in that order for everybody"
    );
    // Where there is no further up, it stays.
    nuno.post(&format!("{}/place", objective(OBJ_SENSORS)), &[("step", "up")]).await.is(303);
    assert_eq!(titles(&nuno.get(&arrange()).await), [sensors, model, retire]);
    // What is new, or comes from elsewhere, comes last.
    let form = nuno.get(&format!("/o/saltmarsh/objectives/new?cycle={}", id(Q4))).await.form("form.sheet");
    nuno.submit(form.fill("title", "A third one").fill("team", "company")).await.is(303);
    nuno.post(&format!("{}/place", objective(OBJ_RETIRE)), &[("parent", "")]).await.is(303);
    assert_eq!(titles(&nuno.get(&arrange()).await), [sensors, model, "A third one", retire]);
}

#[tokio::test]
async fn only_who_looks_after_an_objective_moves_it() {
    let app = TestApp::new().await;
    let place = format!("{}/place", objective(OBJ_SENSORS));
    let mut ines = app.visit(Who::Ines).await;
    // It is Tama's, and the whole organisation's: Inês leads another team.
    ines.get(&place).await.is(403);
    ines.post(&place, &[("step", "up")]).await.is(403);
    ines.post(&place, &[("parent", &id(OBJ_MODEL).to_string())]).await.is(403);
    assert!(!ines.get(&arrange()).await.is(200).has(&format!("#o-{} form", id(OBJ_SENSORS))));
    let mut tama = app.visit(Who::Tama).await;
    let page = tama.get(&place).await.is(200);
    tama.submit(page.form("form.sheet").fill("parent", &id(OBJ_MODEL).to_string())).await.is(303);
    for wrong in [id(OBJ_SHORE).to_string(), id(999).to_string(), "nothing".to_owned()] {
        tama.post(&place, &[("parent", &wrong)]).await.is(404);
    }
    tama.post(&place, &[]).await.is(400);
    let mut olga = app.visit(Who::Olga).await;
    olga.get(&arrange()).await.is(200);
    assert!(!olga.get("/o/saltmarsh/okrs").await.body.contains("/okrs/arrange"));
    // What is closed stays as it was.
    app.at("2027-06-01T09:00:00Z");
    app.visit(Who::Tama).await.get(&place).await.is(404);
    assert!(!app.visit(Who::Nuno).await.get(&arrange()).await.is(200).has("button[name=step]"));
}

#[tokio::test]
async fn an_objective_serves_a_key_result_and_counts_in_its_objective() {
    let app = TestApp::new().await;
    app.run(
        "insert into roll_up_due (org_id, id, cycle_id, since) select org_id, id, id, created_at from cycle",
    )
    .await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(&format!("{}/place", objective(OBJ_RETIRE))).await.is(200);
    assert_eq!(
        page.texts("#parent option"),
        [
            "None, it stands on its own",
            "The model is right when it matters",
            "↳ Median surge-height error at 72 hours",
            "↳ Forecasts published by 06:00 local",
            "Sensors look after themselves",
            "↳ Sensor-days lost to fouling, per 1,000",
            "↳ Sensors on self-calibrating firmware",
        ]
    );
    nuno.submit(page.form("form.sheet").fill("parent", &id(KR_FOULING).to_string())).await.is(303);
    let tree = nuno.get("/o/saltmarsh/okrs").await;
    let serving = ".tree > li:last-child .kr:first-child + .serving";
    assert_eq!(tree.text(&format!("{serving} > p")), "Served by: Sensor-days lost to fouling, per 1,000");
    assert_eq!(tree.texts(&format!("{serving} .obj")), ["Retire the hand-tuned corrections"]);
    let key_result = nuno.get(&format!("/o/saltmarsh/key-results/{}", id(KR_FOULING))).await.is(200);
    assert_eq!(key_result.texts("[aria-labelledby=und] a"), ["Retire the hand-tuned corrections"]);
    let form =
        nuno.get(&key_result.link("Write an objective that serves this")).await.is(200).form("form.sheet");
    assert!(form.fields.contains(&("parent".to_owned(), id(KR_FOULING).to_string())));
    let form = nuno.get(&format!("{}/edit", objective(OBJ_RETIRE))).await.form("form.sheet");
    assert!(form.fields.contains(&("parent".to_owned(), id(KR_FOULING).to_string())), "the form keeps it");
    // It counts where the owner of that key result's objective lets it.
    let mut tama = app.visit(Who::Tama).await;
    for (key_result, value, who) in [(KR_FOULING, "46", Who::Tama), (KR_RETIRED, "1", Who::Ines)] {
        let mut visitor = app.visit(who).await;
        let page = visitor.get(&format!("/o/saltmarsh/key-results/{}", id(key_result))).await;
        let form = page.form("#check-in").without("value").without("confidence");
        visitor.submit(form.with("value", value).with("confidence", "on_track")).await.is(303);
    }
    let tick = async || {
        for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
            done.did.unwrap();
        }
    };
    tick().await;
    assert_eq!(tama.get(&objective(OBJ_SENSORS)).await.text(".big"), "0%");
    let form = tama.get(&format!("{}/edit", objective(OBJ_SENSORS))).await.form("form.sheet");
    tama.submit(form.with("count_aligned", "on")).await.is(303);
    tick().await;
    assert_eq!(tama.get(&objective(OBJ_SENSORS)).await.text(".big"), "50%");
    app.at("2026-11-18T09:24:00Z");
    tick().await;
    let day = format!(
        "from objective_day where objective_id = '{}' and day = '2026-11-17' and progress = 0.5",
        id(OBJ_SENSORS)
    );
    assert_eq!(app.count(&day).await, 1);
    // Let go of, the key result no longer holds what serves it; its objective does.
    nuno.post(&format!("/o/saltmarsh/key-results/{}/drop", id(KR_FOULING)), &[]).await.is(303);
    let tree = nuno.get("/o/saltmarsh/okrs").await;
    assert!(!tree.has(".serving"));
    assert!(
        tree.texts(".tree > li:last-child .obj").contains(&"Retire the hand-tuned corrections".to_owned())
    );
}

#[tokio::test]
async fn what_somebody_folds_stays_folded_for_them() {
    let app = TestApp::new().await;
    let (mut ines, mut tama) = (app.visit(Who::Ines).await, app.visit(Who::Tama).await);
    let fold = format!("{}/fold", objective(OBJ_MODEL));
    let first = ".tree > li:first-child > details";
    assert_eq!(ines.get("/o/saltmarsh/okrs").await.attrs(first, "data-fold"), [fold.as_str()]);
    for _ in 0..2 {
        ines.post(&fold, &[("folded", "on")]).await.is(204);
    }
    let page = ines.get("/o/saltmarsh/okrs").await;
    assert!(page.has(&format!("{first}:not([open])")));
    assert!(page.has(".tree > li:last-child > details[open]"));
    assert!(tama.get("/o/saltmarsh/okrs").await.has(&format!("{first}[open]")));
    // Whoever looks for something finds it open.
    assert!(!ines.get("/o/saltmarsh/okrs?show=mine").await.has(".tree details:not(.how):not([open])"));
    ines.post(&fold, &[]).await.is(204);
    assert!(ines.get("/o/saltmarsh/okrs").await.has(&format!("{first}[open]")));
}

/// A tree as this test understands it, without looking at ours: who serves whom.
struct Oracle(HashMap<Uuid, Uuid>);

impl Oracle {
    fn way_up(&self, from: Uuid) -> Vec<Uuid> {
        let mut way = vec![from];
        while let Some(above) = self.0.get(way.last().unwrap()) {
            way.push(*above);
        }
        way
    }

    fn height(&self, of: Uuid, all: &[Uuid]) -> usize {
        all.iter().filter_map(|one| self.way_up(*one).iter().position(|it| *it == of)).max().unwrap() + 1
    }

    fn refuses(&self, child: Uuid, parent: Uuid, all: &[Uuid]) -> Option<&'static str> {
        let way = self.way_up(parent);
        if way.contains(&child) {
            return Some("objective_no_loop");
        }
        (way.len() + self.height(child, all) > 8).then_some("objective_depth")
    }
}

/// Moves at random, to objectives and to key results: the database takes what the oracle takes, and refuses the rest by
/// the name of the rule.
#[tokio::test]
async fn the_database_refuses_loops_and_depth_whatever_is_tried() {
    let app = TestApp::new().await;
    let mut dice = Dice(8);
    let mut raw = app.raw().await;
    app.run("update objective set parent_id = null").await;
    let mut all = Vec::new();
    for number in 5000..5016 {
        app.run(&format!(
            "insert into objective (org_id, id, cycle_id, title, created_at) values ('{0}', '{1}', '{2}', 'One', now());
             insert into key_result (org_id, id, objective_id, title, created_at) values ('{0}', '{3}', '{1}', 'Its', now())",
            id(SALTMARSH),
            id(number),
            id(Q4),
            id(number + 100),
        ))
        .await;
        all.push(id(number));
    }
    let key_result_of = |objective: Uuid| Uuid::from_u128(objective.as_u128() + 100);
    let mut oracle = Oracle(HashMap::new());
    let mut seen: HashMap<Option<&str>, u32> = HashMap::new();
    for _ in 0..1_500 {
        let (child, parent) = (dice.one_of(&all), dice.one_of(&all));
        if dice.one_in(12) {
            sqlx::query("update objective set parent_id = null, parent_key_result_id = null where id = $1")
                .bind(child)
                .execute(&mut raw)
                .await
                .unwrap();
            oracle.0.remove(&child);
            continue;
        }
        let through = dice.one_in(2).then(|| key_result_of(parent));
        let done =
            sqlx::query("update objective set parent_id = $2, parent_key_result_id = $3 where id = $1")
                .bind(child)
                .bind(parent)
                .bind(through)
                .execute(&mut raw)
                .await;
        let refused =
            done.err().map(|error| error.as_database_error().unwrap().constraint().unwrap().to_owned());
        let expected =
            if child == parent { Some("objective_no_loop") } else { oracle.refuses(child, parent, &all) };
        assert_eq!(
            refused.as_deref(),
            expected,
            "{child} below {parent} through {through:?}\n{:?}",
            oracle.0
        );
        *seen.entry(expected).or_default() += 1;
        if expected.is_none() {
            oracle.0.insert(child, parent);
        }
    }
    println!("{seen:?}");
    assert!(seen.len() == 3 && seen.values().all(|times| *times > 30), "{seen:?}");
    // A key result is served only together with its own objective.
    for (parent, key_result) in [(Some(all[0]), key_result_of(all[1])), (None, key_result_of(all[1]))] {
        let sql = "update objective set parent_id = $2, parent_key_result_id = $3 where id = $1";
        let done =
            sqlx::query(sql).bind(id(OBJ_RETIRE)).bind(parent).bind(key_result).execute(&mut raw).await;
        assert!(done.is_err(), "{parent:?} with another's key result");
    }
}

/// Two people hang two objectives under each other at once, one of them by a key result.
#[tokio::test]
async fn two_moves_at_once_make_no_loop() {
    let app = TestApp::new().await;
    app.run("update objective set parent_id = null").await;
    let (mut one, mut two) = (app.visit(Who::Nuno).await, app.visit(Who::Sanne).await);
    let (places, parents) =
        ([OBJ_MODEL, OBJ_SENSORS].map(|it| format!("{}/place", objective(it))), [KR_FOULING, KR_ERROR]);
    let parents = parents.map(|it| id(it).to_string());
    for _ in 0..10 {
        let (first, second) = ([("parent", parents[0].as_str())], [("parent", parents[1].as_str())]);
        let (a, b) =
            futures_util::future::join(one.post(&places[0], &first), two.post(&places[1], &second)).await;
        let mut answers = [a.status.as_u16(), b.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers[0], 303, "{answers:?}");
        assert_eq!(answers[1], 422, "{answers:?}");
        assert_eq!(app.count("from objective where parent_id is not null and org_id = '00000000-0000-7000-8000-000000000001'").await, 1);
        app.run("update objective set parent_id = null, parent_key_result_id = null").await;
    }
}

#[tokio::test]
async fn an_objective_tells_its_history_and_a_chart_where_its_aim_changed() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let key_result = format!("/o/saltmarsh/key-results/{}", id(KR_ERROR));
    assert!(!ines.get(&key_result).await.has(".chart .chg"));
    let form = ines.get(&format!("{key_result}/edit")).await.is(200).form("form.sheet");
    let form = form.fill("target", "20").fill("reason", "The storm of October taught us.");
    ines.submit(form).await.is(303);
    assert_eq!(ines.get(&key_result).await.attrs(".chart .chg", "x1").len(), 1);
    let page = ines.get(&objective(OBJ_MODEL)).await.is(200);
    let told = page.texts("[aria-labelledby=sty] li");
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(
        told[0],
        "The terms changed: Median surge-height error at 72 hours.The storm of October taught us.Tuesday 17 November. Inês Duarte"
    );
    assert!(told[3].starts_with("The objective was written."), "{told:?}");
    let mut nuno = app.visit(Who::Nuno).await;
    nuno.post(&format!("{key_result}/drop"), &[]).await.is(303);
    let told = nuno.get(&objective(OBJ_MODEL)).await.texts("[aria-labelledby=sty] li");
    assert!(
        told.iter().any(|line| line.starts_with("A key result was let go: Median surge-height")),
        "{told:?}"
    );
}
