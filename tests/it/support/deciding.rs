//! Proposing a decision and answering it.

use super::{Page, TestApp, Visitor, Who};

/// What Inês proposes, but for its key, what silence counts as and who decides.
pub const PROPOSAL: &[(&str, &str)] = &[
    ("question", "Stop publishing the 6-hour forecast?"),
    ("context", "It costs us the *quiet* hour."),
    ("option", "Stop on 1 December"),
    ("option", "Keep it"),
    ("option", ""),
    ("preferred", "1"),
    ("team", "forecast"),
    ("hours", "8"),
];

/// Inês proposes to Arjun, Tama and Mia; gives the address of the decision.
pub async fn propose(app: &TestApp, silence: &str) -> String {
    propose_to(app, silence, &[Who::Arjun, Who::Tama, Who::Mia]).await
}

/// Inês proposes to these; gives the address of the decision.
pub async fn propose_to(app: &TestApp, silence: &str, deciders: &[Who]) -> String {
    let key = meridian::ids::SubmissionKey::fresh().to_string();
    let deciders: Vec<_> = deciders.iter().map(|who| who.member().to_string()).collect();
    let mut fields = PROPOSAL.to_vec();
    fields.extend([("submission_key", key.as_str()), ("silence", silence)]);
    fields.extend(deciders.iter().map(|id| ("decider", id.as_str())));
    let page = app.visit(Who::Ines).await.post("/o/saltmarsh/decisions", &fields).await.is(303);
    page.leads_to().split('?').next().unwrap().to_owned()
}

/// Chooses the view with these words, and gives a reason.
pub async fn answer(visitor: &mut Visitor<'_>, address: &str, view: &str, why: &str) -> Page {
    let page = visitor.get(address).await.is(200);
    let form = page.form("form[action$='/answers']");
    let labels = page.texts("#view label");
    let values = page.attrs("#view input", "value");
    let at = labels.iter().position(|label| label == view).unwrap_or_else(|| panic!("{view} of {labels:?}"));
    visitor.submit(form.without("view").with("view", &values[at]).fill("why", why)).await
}
