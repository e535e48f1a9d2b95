//! `/o/{org}/settings/teams/{team}`: how a team keeps in touch. For its leads.

use super::hours::{self, DayBox};
use super::queries::rhythm::{self, NewRhythm, Question, Rhythm};
use super::queries::seats::{self, Candidate, TeamSeat};
use super::rhythm::first_untouched_day;
use crate::calendar::{Edge, WeekdaySet, Zone};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{MemberId, SubmissionKey};
use crate::language::Words;
use crate::organisation::Me;
use crate::standup::asking::{self, Whose};
use crate::team::invitation::{self, Open};
use crate::team::{Lead, Team};
use crate::web::parts::{Avatar, Band, Coming};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

/// A team asks this many questions at most.
const MOST_QUESTIONS: usize = 8;

#[derive(Template)]
#[template(path = "settings/team.html")]
struct TeamPage {
    shell: Shell,
    t: Words,
    base: String,
    team: String,
    days: Vec<DayBox>,
    form: TeamForm,
    coming_opens: Coming,
    coming_due: Coming,
    kinds: [(&'static str, &'static str); 3],
    people: Vec<SeatRow>,
    band_day: String,
    candidates: Vec<Candidate>,
    invitations: Vec<Open>,
    takes_effect: String,
    submission_key: SubmissionKey,
    problems: Problems,
}

struct SeatRow {
    id: MemberId,
    name: String,
    avatar: Avatar,
    city: String,
    lead: bool,
    band: Band,
    time: String,
}

/// A team's settings as the form carries them. Questions are three lists of equal length.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamForm {
    name: String,
    #[serde(default)]
    question: Vec<String>,
    #[serde(default)]
    kind: Vec<String>,
    #[serde(default)]
    day: Vec<u32>,
    opens: String,
    due: String,
    #[serde(default)]
    evening: Option<String>,
    #[serde(default)]
    add: Option<String>,
}

/// A question's two fields.
struct QuestionRow<'a> {
    n: usize,
    prompt_id: String,
    kind_id: String,
    prompt: &'a str,
    kind: &'a str,
}

/// What the form asks for, once it can be read.
struct NewTeam {
    name: String,
    questions: Vec<(String, String)>,
    rhythm: NewRhythm,
}

impl TeamForm {
    fn of(team: &Team, rhythm: Option<&Rhythm>, questions: &[Question]) -> Self {
        let time = |time: Option<chrono::NaiveTime>, other: &str| {
            time.map_or_else(|| other.to_owned(), |time| time.format("%H:%M").to_string())
        };
        Self {
            name: team.name.clone(),
            question: questions.iter().map(|question| question.prompt.clone()).collect(),
            kind: questions.iter().map(|question| question.kind.clone()).collect(),
            day: rhythm
                .and_then(|rhythm| rhythm.weekdays)
                .map_or_else(Vec::new, |set| set.iter().map(|day| day.number_from_monday()).collect()),
            opens: time(rhythm.map(|rhythm| rhythm.opens_time), "09:00"),
            due: time(rhythm.map(|rhythm| rhythm.due_time), "16:00"),
            evening: rhythm.is_some_and(|rhythm| rhythm.opens_evening_before).then(|| "on".into()),
            add: None,
        }
    }

    /// What the window's two hours will produce on a reader's clock, as far as they can be read.
    fn coming(&self, t: Words, zone: Zone, now: DateTime<Utc>) -> (Coming, Coming) {
        let mut unread = Problems::new();
        let days = hours::days(&self.day, "day1", &mut unread, t);
        let before: WeekdaySet = days.iter().map(|day| day.pred()).collect();
        let opening = if self.evening.is_some() { before } else { days };
        let mut of = |field, typed, weekdays, edge| {
            Coming::of_hour(t, field, (zone, weekdays, hours::time(typed, field, &mut unread, t), edge), now)
        };
        (of("opens", &self.opens, opening, Edge::Opening), of("due", &self.due, days, Edge::Deadline))
    }

    /// Each question for the page: an empty last one when one more was asked for.
    fn rows(&self) -> Vec<QuestionRow<'_>> {
        let kinds = self.kind.iter().map(String::as_str).chain(std::iter::repeat("text"));
        let mut rows: Vec<_> = self.question.iter().map(String::as_str).zip(kinds).collect();
        if self.add.is_some() && rows.len() < MOST_QUESTIONS {
            rows.push(("", "text"));
        }
        (1..)
            .zip(rows)
            .map(|(n, (prompt, kind))| QuestionRow {
                n,
                prompt_id: format!("q{n}"),
                kind_id: format!("k{n}"),
                prompt,
                kind,
            })
            .collect()
    }

    fn read(&self, problems: &mut Problems, t: Words) -> Option<NewTeam> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 80 {
            problems.add("name", t.settings_name_unclear());
        }
        let questions = self.read_questions(problems, t);
        let weekdays = hours::days(&self.day, "day1", problems, t);
        let opens = hours::time(&self.opens, "opens", problems, t);
        let due = hours::time(&self.due, "due", problems, t);
        let (opens, due) = opens.zip(due)?;
        let evening_before = self.evening.is_some();
        if !evening_before && opens >= due {
            problems.add("due", t.settings_window_backwards());
        }
        problems.is_empty().then_some(NewTeam {
            name,
            questions,
            rhythm: NewRhythm { weekdays, opens, evening_before, due },
        })
    }

    /// The questions that are not empty, with their kinds.
    fn read_questions(&self, problems: &mut Problems, t: Words) -> Vec<(String, String)> {
        let mut asked = Vec::new();
        for row in self.rows() {
            let prompt = row.prompt.trim();
            if prompt.chars().count() > 200 {
                problems.add(row.prompt_id, t.settings_question_long());
            }
            if !["text", "plan", "blocker"].contains(&row.kind) {
                problems.add(row.kind_id, t.settings_choice_unclear());
            }
            if !prompt.is_empty() {
                asked.push((prompt.to_owned(), row.kind.to_owned()));
            }
        }
        if asked.is_empty() {
            problems.add("q1", t.settings_question_none());
        } else if asked.len() > MOST_QUESTIONS {
            problems.add("q1", t.settings_question_many());
        }
        asked
    }
}

impl TeamPage {
    async fn load(me: &Me, team: &Team, tx: &mut OrgTx, now: DateTime<Utc>) -> Result<Self> {
        let t = me.words();
        let rhythm = rhythm::rhythm(tx, team.id).await?;
        let questions = match &rhythm {
            Some(rhythm) => rhythm::questions(tx, rhythm.standup).await?,
            None => Vec::new(),
        };
        let seats = seats::seats(tx, team.id).await?;
        let form = TeamForm::of(team, rhythm.as_ref(), &questions);
        let from = first_untouched_day(seats.iter().map(|seat| seat.zone), now);
        let (coming_opens, coming_due) = form.coming(t, me.zone, now);
        let today = me.today(now);
        // The first day from today on that holds some work of somebody's.
        let day = seats.iter().map(|seat| Band::next_day(seat.hours(), me.zone, now)).min().unwrap_or(today);
        Ok(Self {
            shell: Shell::of(me, Nav::None, now),
            t,
            base: me.at(&format!("/settings/teams/{}", team.slug)),
            team: team.name.clone(),
            days: hours::boxes(t, |day| form.day.contains(&day.number_from_monday())),
            form,
            coming_opens,
            coming_due,
            kinds: [
                ("text", t.settings_kind_text()),
                ("plan", t.settings_kind_plan()),
                ("blocker", t.settings_kind_blocker()),
            ],
            people: seats.into_iter().map(|seat| SeatRow::new(seat, (me.zone, day), t, now)).collect(),
            band_day: if day == today {
                t.settings_overlap_today(me.zone.city())
            } else {
                t.settings_overlap_day(me.zone.city(), t.date_long(day))
            },
            candidates: seats::candidates(tx, team.id).await?,
            invitations: invitation::open(tx, team.id, now).await?,
            takes_effect: t.settings_takes_effect(t.date_long(from)),
            submission_key: SubmissionKey::fresh(),
            problems: Problems::new(),
        })
    }

    fn typed(mut self, form: TeamForm, problems: Problems, mine: Zone, now: DateTime<Utc>) -> Self {
        (self.coming_opens, self.coming_due) = form.coming(self.t, mine, now);
        self.days = hours::boxes(self.t, |day| form.day.contains(&day.number_from_monday()));
        (self.form, self.problems) = (form, problems);
        self
    }
}

impl SeatRow {
    fn new(seat: TeamSeat, (mine, day): (Zone, NaiveDate), t: Words, now: DateTime<Utc>) -> Self {
        Self {
            band: Band::on(day, seat.hours(), mine, now),
            id: seat.member,
            avatar: Avatar::of(seat.member, &seat.name),
            name: seat.name,
            city: seat.zone.city(),
            lead: seat.lead,
            time: t.time(seat.zone.reading(now).time()),
        }
    }
}

/// How the team keeps in touch.
pub(super) async fn show(Lead { me, team, mut tx }: Lead, Now(now): Now) -> Result<Response> {
    Ok(Page(TeamPage::load(&me, &team, &mut tx, now).await?).into_response())
}

/// Saves name, questions, days and window. "Add a question" comes back with one more empty line.
pub(super) async fn save(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Form(form): Form<TeamForm>,
) -> Result<Response> {
    let page = TeamPage::load(&me, &team, &mut tx, now).await?;
    if form.add.is_some() {
        return Ok(Page(page.typed(form, Problems::new(), me.zone, now)).into_response());
    }
    let mut problems = Problems::new();
    let Some(new) = form.read(&mut problems, me.words()) else {
        return Ok(Refused(page.typed(form, problems, me.zone, now)).into_response());
    };
    seats::rename_team(&mut tx, team.id, &new.name).await?;
    let Some(old) = rhythm::rhythm(&mut tx, team.id).await? else { return Err(Fault::NotFound) };
    save_questions(&mut tx, &old, &new.questions, now).await?;
    if !old.is(&new.rhythm) {
        let rows = asking::hold(&mut tx, Whose::Team(team.id), now).await?;
        let zones = seats::seats(&mut tx, team.id).await?.into_iter().map(|seat| seat.zone);
        rhythm::begin_version(&mut tx, &old, &new.rhythm, first_untouched_day(zones, now), now).await?;
        rows.follow(&mut tx, now).await?;
        rhythm::drop_empty_versions(&mut tx, old.standup).await?;
    }
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/settings/teams/{}", team.slug))))
}

/// Keeps questions that are asked as before, retires the others and asks the new ones, in the order of the form.
async fn save_questions(
    tx: &mut OrgTx,
    rhythm: &Rhythm,
    asked: &[(String, String)],
    now: DateTime<Utc>,
) -> Result<()> {
    let mut old = rhythm::questions(tx, rhythm.standup).await?;
    for (position, (prompt, kind)) in asked.iter().enumerate() {
        let position = i16::try_from(position).unwrap_or(i16::MAX);
        match old.iter().position(|question| question.prompt == *prompt && question.kind == *kind) {
            Some(same) => rhythm::place_question(tx, old.remove(same).id, position).await?,
            None => rhythm::ask(tx, rhythm.standup, position, kind, prompt).await?,
        }
    }
    for question in old {
        rhythm::retire_question(tx, question.id, now).await?;
    }
    Ok(())
}

/// Which member a form is about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeatForm {
    member: MemberId,
}

/// Seats a member of the organisation in the team.
pub(super) async fn add_member(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Form(form): Form<SeatForm>,
) -> Result<Response> {
    let rows = asking::hold(&mut tx, Whose::Member(form.member), now).await?;
    if !seats::seat(&mut tx, team.id, form.member).await? {
        return Err(Fault::NotFound);
    }
    rows.follow(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/settings/teams/{}#members", team.slug))))
}

/// What to do with a seat.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) struct SeatChange {
    seat: Change,
}

/// The three buttons beside a seat.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Change {
    Lead,
    Member,
    Gone,
}

/// Makes a seat a lead's or an ordinary one, or takes it away.
pub(super) async fn change_member(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Path((_, _, member)): Path<(String, String, MemberId)>,
    Form(form): Form<SeatChange>,
) -> Result<Response> {
    let rows = asking::hold(&mut tx, Whose::Member(member), now).await?;
    let changed = match form.seat {
        Change::Lead => seats::set_lead(&mut tx, team.id, member, true).await?,
        Change::Member => seats::set_lead(&mut tx, team.id, member, false).await?,
        Change::Gone => seats::unseat(&mut tx, team.id, member).await?,
    };
    if !changed {
        return Err(Fault::NotFound);
    }
    rows.follow(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/settings/teams/{}#members", team.slug))))
}
