//! A plan carried out: all of it or, when anything fails, nothing, in the caller's transaction.

use super::queries;
use super::resolve::Plan;
use crate::db::OrgTx;
use crate::ids::{ImportId, MemberId};
use crate::okr::bulk;
use crate::okr::check_in::{Refusal, record_all};

/// Writes what a file adds.
///
/// # Errors
/// As for check-ins written by hand; then the transaction is of no use.
pub(super) async fn carry_out(
    tx: &mut OrgTx,
    by: MemberId,
    import: ImportId,
    plan: Plan,
) -> Result<(), Refusal> {
    queries::search_later(tx).await?;
    bulk::add(tx, by, &plan.objectives, &plan.key_results).await?;
    for (key_result, mut check_ins) in plan.check_ins {
        for (_, new) in &mut check_ins {
            new.import = Some(import);
        }
        record_all(tx, key_result, check_ins).await?;
    }
    queries::search_caught_up(tx).await?;
    Ok(())
}
