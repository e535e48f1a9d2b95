//! Changing what is asked: everybody's hours begin again.

use super::form::FormPage;
use super::typed::Typed;
use super::{may_keep, readable};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::decision::course::{self, Asked, matter};
use crate::decision::queries::{self, DecisionRow, OptionRow, VersionRow};
use crate::decision::rule::{Silence, State};
use crate::fair;
use crate::fault::{Fault, Result};
use crate::ids::DecisionId;
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Page, Path, Problems, Refused};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

/// What is asked now.
struct Open {
    decision: DecisionRow,
    version: VersionRow,
    options: Vec<OptionRow>,
}

/// A decision that is open and the reader's to change.
async fn open(tx: &mut OrgTx, me: &Me, id: DecisionId) -> Result<Open> {
    let decision = readable(tx, me, id).await?;
    if !may_keep(me, &decision) {
        return Err(Fault::Forbidden);
    }
    if decision.state != State::Open {
        return Err(Fault::NotFound);
    }
    let version = queries::versions(tx, id).await?.into_iter().next().ok_or(Fault::NotFound)?;
    let options = queries::options(tx, id).await?;
    Ok(Open { decision, version, options })
}

impl Open {
    fn page(&self, me: &Me, typed: Typed, problems: Problems, now: DateTime<Utc>) -> FormPage {
        let t = me.words();
        let at = me.at(&format!("/decisions/{}", self.decision.id));
        let words = (t.decision_change(), t.decision_ask_anew());
        FormPage {
            notice: Some(t.decision_change_notice().to_owned()),
            back: at.clone(),
            ..FormPage::new(me, words, format!("{at}/edit"), (typed, problems), now)
        }
    }

    fn typed(&self) -> Typed {
        let typed = Typed::new(String::new()).with(&self.version, &self.options);
        Typed { silence: self.decision.silence.as_str().to_owned(), ..typed }
    }

    /// Whether this is what is asked already.
    fn is_asked(&self, asked: &Asked) -> bool {
        let here: Vec<&OptionRow> =
            self.options.iter().filter(|it| it.version_id == self.version.id).collect();
        let preferred = here.iter().position(|option| option.preferred);
        asked.question == self.version.question
            && asked.context == self.version.context
            && asked.preferred == preferred
            && here.iter().map(|option| &option.body).eq(&asked.options)
    }
}

/// `GET /o/{org}/decisions/{decision}/edit`
pub(super) async fn form(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, DecisionId)>,
) -> Result<Response> {
    let open = open(&mut tx, &me, id).await?;
    Ok(Page(open.page(&me, open.typed(), Problems::new(), now)).into_response())
}

/// `POST /o/{org}/decisions/{decision}/edit`
pub(super) async fn save(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, DecisionId)>,
    Form(mut typed): Form<Typed>,
) -> Result<Response> {
    fair::hold(&mut tx, matter(id)).await?;
    let open = open(&mut tx, &me, id).await?;
    let (t, mut problems) = (me.words(), Problems::new());
    let asked = typed.asked(t, &mut problems);
    // What silence counts as stays, and so must what consent is given to.
    typed.silence = open.decision.silence.as_str().to_owned();
    if open.decision.silence == Silence::Consent {
        typed.silence(t, &mut problems);
    }
    let Some(asked) = asked.filter(|_| problems.is_empty()) else {
        return Ok(Refused(open.page(&me, typed, problems, now)).into_response());
    };
    let page = me.at(&format!("/decisions/{id}"));
    if open.is_asked(&asked) {
        return Ok(Done::Saved.at(&page));
    }
    course::change(&mut tx, &open.decision, &asked, me.id, now).await?;
    tx.commit().await?;
    Ok(Done::AskedAnew.at(&page))
}
