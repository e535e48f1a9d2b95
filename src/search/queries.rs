//! The SQL of search: one statement says what is looked for, one finds it.

use super::Kind;
use super::cursor::Cursor;
use super::terms::Term;
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{CheckInId, DecisionId, KeyResultId, MemberId, ObjectiveId, OrgId, TeamId, UpdateId};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// From here on the transaction finds only what holds these terms. Answers them as the database understood them; `None`
/// when there is no word in them. `language` is the name of a text search configuration.
pub(super) async fn look_for(tx: &mut OrgTx, terms: &[Term], language: &str) -> sqlx::Result<Option<String>> {
    let words: Vec<String> = terms.iter().map(|term| term.words.clone()).collect();
    let beginnings: Vec<bool> = terms.iter().map(|term| term.beginning).collect();
    let without: Vec<bool> = terms.iter().map(|term| term.without).collect();
    let asked = sqlx::query_scalar!(
        r#"select set_config('app.search', coalesce(search_asked($1, $2, $3, $4::text::regconfig)::text, ''), true) as "asked!""#,
        &words,
        &beginnings,
        &without,
        language,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Some(asked).filter(|asked| !asked.is_empty()))
}

/// What narrows a search down, and where its page begins.
#[derive(Default)]
pub(super) struct Narrow {
    pub(super) kind: Option<Kind>,
    pub(super) team: Option<TeamId>,
    pub(super) person: Option<MemberId>,
    /// The first instant, and the one after the last.
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) after: Option<Cursor>,
}

/// One hit. What belongs to other kinds of things is empty.
pub(super) struct HitRow {
    /// How many there are of each kind, whatever kind is shown; the same in every row.
    pub(super) counts: Json<HashMap<String, i64>>,
    /// None in the one row that is there when nothing is.
    pub(super) hit: Option<Uuid>,
    pub(super) kind: Option<Kind>,
    pub(super) at: Option<DateTime<Utc>>,
    /// Who wrote or owns it.
    pub(super) person: Option<String>,
    pub(super) team: Option<String>,
    /// The author's date, where one is kept; of a reply, the zone it is found in.
    pub(super) day: Option<NaiveDate>,
    pub(super) zone: Option<Zone>,
    /// The update a reply stands under, and whose it is.
    pub(super) update: Option<UpdateId>,
    /// The check-in a reply stands under.
    pub(super) check_in: Option<CheckInId>,
    pub(super) update_of: Option<String>,
    pub(super) key_result: Option<KeyResultId>,
    pub(super) key_result_title: Option<String>,
    pub(super) objective: Option<ObjectiveId>,
    pub(super) objective_title: Option<String>,
    /// The decision a reply stands under.
    pub(super) decision: Option<DecisionId>,
    pub(super) decision_title: Option<String>,
    pub(super) cycle: Option<String>,
    /// Its own title and the words around what was found, with marks around each word.
    pub(super) title: Option<String>,
    pub(super) excerpt: Option<String>,
    /// Whether something stands before and after the excerpt.
    pub(super) cut_before: Option<bool>,
    pub(super) cut_after: Option<bool>,
}

/// The newest hits of what [`look_for`] was told that can be read, at most `most`.
pub(super) async fn hits(
    tx: &mut OrgTx,
    asked: &str,
    language: &str,
    narrow: &Narrow,
    most: i64,
) -> sqlx::Result<Vec<HitRow>> {
    sqlx::query_as!(
        HitRow,
        r#"with hit as materialized (
                    select id, kind, at, team_id, member_id from searchable
                     where org_id = $1 and ($2::uuid is null or team_id = $2) and ($3::uuid is null or member_id = $3)
                       and ($4::timestamptz is null or at >= $4) and ($5::timestamptz is null or at < $5)),
                here as (
                    select * from hit
                     where ($6::text is null or kind = $6) and ($7::timestamptz is null or (at, id) < ($7, $8::uuid))
                     order by at desc, id desc limit $9)
           select (select coalesce(jsonb_object_agg(kind, n), '{}') from (select kind, count(*) as n from hit group by kind) each)
                      as "counts!: Json<HashMap<String, i64>>",
                  h.id as "hit?", h.kind as "kind?: Kind", h.at as "at?", m.name as "person?", t.name as "team?",
                  coalesce(u.local_date, i.local_date) as day, c.zone as "zone?: Zone",
                  c.update_id as "update?: UpdateId", c.check_in_id as "check_in?: CheckInId", cm.name as "update_of?",
                  k.id as "key_result?: KeyResultId", k.title as "key_result_title?", o.id as "objective?: ObjectiveId",
                  o.title as "objective_title?", c.decision_id as "decision?: DecisionId", v.question as "decision_title?", y.name as "cycle?",
                  ts_headline(its.config, translate(x.title, E'\uE000\uE001', ''), $10::text::tsquery, E'StartSel=\uE000, StopSel=\uE001, HighlightAll=true') as title,
                  its.excerpt, not starts_with(x.body, left(its.plain, 12)) as cut_before, right(x.body, 12) <> right(its.plain, 12) as cut_after
             from (select) one
             left join here h on true
             left join member m on m.org_id = $1 and m.id = h.member_id
             left join team t on t.org_id = $1 and t.id = h.team_id left join "update" u on u.org_id = $1 and u.id = h.id
             left join comment c on c.org_id = $1 and c.id = h.id
             left join "update" cu on cu.org_id = $1 and cu.id = c.update_id left join member cm on cm.org_id = $1 and cm.id = cu.member_id
             left join check_in i on i.org_id = $1 and i.id = h.id left join check_in ci on ci.org_id = $1 and ci.id = c.check_in_id
             left join key_result k on k.org_id = $1 and k.id = coalesce(i.key_result_id, c.key_result_id, ci.key_result_id, h.id)
             left join objective o on o.org_id = $1 and o.id = coalesce(k.objective_id, c.objective_id, h.id)
             left join decision d on d.org_id = $1 and d.id = c.decision_id left join decision_version v on v.org_id = $1 and v.decision_id = d.id and v.number = d.version
             left join cycle y on y.org_id = $1 and y.id = o.cycle_id
             left join lateral (select title, body from searchable_text where org_id = $1 and id = h.id and kind = h.kind offset 0) x on true
             left join lateral (
                 select coalesce(min(place) filter (where to_tsvector(config, lowered(x.title || ' ' || x.body)) @@ $10::text::tsquery), 1) as best,
                        array_agg(config order by place) as configs
                   from unnest(array[$11::text, 'english', 'dutch', 'french', 'simple']::regconfig[]) with ordinality as known (config, place)) way on true
             left join lateral (select way.configs[way.best] as config,
                                       ts_headline(way.configs[way.best], translate(x.body, E'\uE000\uE001', ''), $10::text::tsquery,
                                                   E'StartSel=\uE000, StopSel=\uE001, '
                                                   || case when length(x.body) <= 240 then 'HighlightAll=true'
                                                      else 'MaxFragments=2, MinWords=12, MaxWords=36, FragmentDelimiter=" … "' end) as excerpt) head on true
             left join lateral (select head.config, head.excerpt, translate(head.excerpt, E'\uE000\uE001', '') as plain) its on true
            order by h.at desc, h.id desc"#,
        tx.org as OrgId,
        narrow.team as Option<TeamId>,
        narrow.person as Option<MemberId>,
        narrow.from,
        narrow.until,
        narrow.kind as Option<Kind>,
        narrow.after.map(|cursor| cursor.at),
        narrow.after.map(|cursor| cursor.id),
        most,
        asked,
        language,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What of one kind holds what [`look_for`] was told, the newest first, at most `most`. Who may read it is for the caller to ask.
pub(super) async fn found(tx: &mut OrgTx, kind: Kind, most: i64) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "select id from searchable where org_id = $1 and kind = $2 order by at desc, id desc limit $3",
        tx.org as OrgId,
        kind as Kind,
        most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Somebody to narrow down to.
pub(super) struct PersonRow {
    pub(super) id: MemberId,
    pub(super) name: String,
}

/// Everybody by name, also who has left: what they wrote is still there.
pub(super) async fn people(tx: &mut OrgTx) -> sqlx::Result<Vec<PersonRow>> {
    sqlx::query_as!(
        PersonRow,
        "select id, name from member where org_id = $1 order by name, id",
        tx.org as OrgId
    )
    .fetch_all(&mut **tx)
    .await
}
