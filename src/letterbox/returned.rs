//! Sending an answer back that could not be taken in.

use super::deed::Undone;
use super::received::Received;
use crate::account::rate_limit::RETURNED;
use crate::app::App;
use crate::fault::{Fault, Result};
use crate::mail::{self, Kind, Letter, NewMail};
use crate::organisation::Me;
use chrono::{DateTime, TimeDelta, Utc};

/// After this long nobody remembers what they wrote.
const LIFE: TimeDelta = TimeDelta::days(1);

/// Writes back why, with their words, once for the same mail. Past the limit it is left at that: two programs that answer each
/// other would go on for ever.
pub(super) async fn send(
    app: &App,
    me: &Me,
    email: &str,
    (received, undone): (&Received, Undone),
    now: DateTime<Utc>,
) -> Result<()> {
    let t = me.words();
    let period = received.key.to_string();
    let letter = Letter::new(t, &me.org_name, t.letterbox_subject(), &undone.sentence)
        .title(t.letterbox_title())
        .text(&undone.sentence);
    let letter = if received.words.is_empty() {
        letter
    } else {
        letter.soft(t.letterbox_your_words()).voice(&received.words)
    };
    let letter = letter
        .button(t.letterbox_open(), app.config.link(&me.at(&undone.page)))
        .why(t.letterbox_why())
        .way_out(
            t.messages_why_link(),
            app.config.link(&me.at(&mail::ledger::why_page(Kind::Refusal, &period))),
        )
        .render()?;
    let mail = NewMail {
        kind: Kind::Refusal,
        member: Some(me.id),
        recipient: email.to_owned(),
        period,
        letter,
        reason: t.letterbox_why().to_owned(),
        unsubscribe: None,
        teams: Vec::new(),
        expires_at: now + LIFE,
    };
    let mut tx = app.db.org(me.org).await?;
    if mail::enqueue(&mut tx, Some(me.org), &mail, app.config.mail_from.email.domain(), now).await?.is_some()
    {
        match RETURNED.of(&app.keys, &me.id.to_string()).take(&mut tx, now).await {
            Err(Fault::TooMany { .. }) => return Ok(()),
            taken => taken?,
        }
    }
    Ok(tx.commit().await?)
}
