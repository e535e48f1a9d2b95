//! The slip of a suggested grade.

use super::{Pen, Slip, Step, Titles};
use crate::okr::receipt::{GradeReceipt, MeanReceipt, Receipt};
use crate::okr::standing::Standing;
use rust_decimal::Decimal;

impl Pen<'_> {
    /// The grade that the progress of a key result suggests.
    pub fn grade(&self, one: &Standing) -> Slip {
        let steps = self.reached(one.id, &one.unit, &one.receipt);
        self.suggestion(Receipt::KeyResult(Box::new(one.receipt.clone())), steps)
    }

    /// The grade that the progress of an objective suggests.
    pub fn grade_of_mean(&self, receipt: &MeanReceipt, titles: &Titles<'_>) -> Slip {
        let slip = self.suggestion(Receipt::Mean(receipt.clone()), self.added_up(receipt));
        Slip { parts: Some(self.parts(receipt, titles)), ..slip }
    }

    fn suggestion(&self, from: Receipt, mut steps: Vec<Step>) -> Slip {
        let t = self.t;
        let receipt = GradeReceipt::new(from);
        let words = match receipt.from.progress().zip(receipt.shown) {
            None => t.closing_no_data().to_owned(),
            Some((progress, grade)) => {
                let grade = t.number(grade);
                // Cut, not rounded, so that a figure just short of a tenth does not read as that tenth.
                let figure = self.number(progress.trunc_with_scale(3));
                if progress >= Decimal::ONE {
                    t.closing_how_whole(&grade)
                } else if progress >= Decimal::new(95, 2) {
                    t.closing_how_nearly(figure, &grade)
                } else {
                    t.closing_how(figure, &grade)
                }
            }
        };
        steps.push(Step::of(words));
        self.slip(Receipt::Grade(receipt), steps)
    }
}
