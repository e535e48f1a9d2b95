//! What an update said before it was changed, for whoever reads it.

use crate::db::OrgTx;
use crate::fault::Result;
use crate::ids::UpdateId;
use crate::organisation::Me;
use crate::standup::queries::{self, VersionRow};
use crate::web::markdown::SafeHtml;
use crate::web::parts::iso;

/// An earlier text.
pub(super) struct Earlier {
    /// "Until Tuesday 17 November, 10:12."
    pub(super) lead: String,
    /// The instant it was replaced.
    pub(super) instant: String,
    /// Question and answer; the blocker comes last, under no question.
    pub(super) words: Vec<(String, SafeHtml)>,
}

/// The earlier texts of an update, the newest first.
pub(super) async fn earlier(tx: &mut OrgTx, me: &Me, update: UpdateId) -> Result<Vec<Earlier>> {
    Ok(queries::versions(tx, update).await?.into_iter().map(|row| Earlier::of(me, row)).collect())
}

impl Earlier {
    fn of(me: &Me, row: VersionRow) -> Self {
        let t = me.words();
        let (from, until) = (me.zone.reading(row.written_at), me.zone.reading(row.replaced_at));
        let day_and_time =
            |at: chrono::NaiveDateTime| t.today_day_and_time(t.date_long(at.date()), t.time(at.time()));
        let answers = row.answers.0.into_iter().map(|it| (it.prompt, SafeHtml::from_markdown(&it.body)));
        let blocker = (!row.blocker.is_empty())
            .then(|| (t.standup_earlier_blocker().to_owned(), SafeHtml::from_markdown(&row.blocker)));
        Self {
            lead: t.standup_earlier_from(day_and_time(from), day_and_time(until)),
            instant: iso(row.replaced_at),
            words: answers.chain(blocker).collect(),
        }
    }
}
