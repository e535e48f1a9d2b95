//! The receipt of the grade that progress suggests.

use super::Receipt;
use crate::okr::grading::Grade;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The terms of a suggested grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeReceipt {
    /// The receipt of the progress it goes by.
    pub from: Box<Receipt>,
    /// What is shown, in tenths; `None` where nothing was measured.
    pub shown: Option<Decimal>,
}

impl GradeReceipt {
    /// The receipt of the grade that this progress suggests.
    pub fn new(from: Receipt) -> Self {
        let shown = suggested(&from);
        Self { from: Box::new(from), shown }
    }

    /// The same terms, with what follows from them as what is shown.
    pub(super) fn recompute(&self) -> Self {
        Self::new(self.from.recompute())
    }
}

fn suggested(from: &Receipt) -> Option<Decimal> {
    from.progress().map(|progress| Grade::suggested(progress).number())
}
