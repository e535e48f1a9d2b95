//! Going round the organisations in which something is due.

use crate::fault::{Fault, Result};
use crate::ids::OrgId;

/// What one transaction of a duty came upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// How much was due; when nothing was, the organisation is done.
    pub due: usize,
    /// How many things were done about it.
    pub did: u64,
}

impl Visit {
    /// Nothing was due.
    pub const NOTHING: Self = Self { due: 0, did: 0 };
}

/// Visits each organisation, one transaction after another, until nothing is due there, and gives how many things were done.
/// What fails in one organisation leaves the others theirs; `what` says in the log what could not be done.
///
/// # Errors
/// The first failure, once all have had their turn.
pub async fn visit_each<F>(orgs: Vec<OrgId>, what: &str, visit: impl Fn(OrgId) -> F) -> Result<u64>
where
    F: Future<Output = Result<Visit>>,
{
    let (mut did, mut trouble): (u64, Option<Fault>) = (0, None);
    for org in orgs {
        loop {
            match visit(org).await {
                Ok(Visit { due: 0, .. }) => break,
                Ok(visit) => did += visit.did,
                Err(fault) => {
                    tracing::error!(%org, error = ?fault, "{what}");
                    trouble.get_or_insert(fault);
                    break;
                }
            }
        }
    }
    trouble.map_or(Ok(did), Err)
}
