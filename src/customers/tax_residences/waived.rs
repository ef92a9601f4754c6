//! The form of a tax residence as machines fill it in: with a word that says whether there is a number.

use crate::{
    customers::tax_residences::{rules::WaiverReason, store::Wanted, typed::Typed},
    error::FieldError,
};

impl Typed {
    /// What it says, where it is said beside the number whether there is none, which is true exactly where the number is empty.
    /// `reason` is kept where nobody says why there is none.
    pub fn waived(
        mut self,
        said: Option<bool>,
        reason: WaiverReason,
    ) -> Result<Wanted, Vec<FieldError>> {
        let none = self.tax_payer_id.trim().is_empty();
        if none {
            reason.as_str().clone_into(&mut self.waiver_reason);
        }
        let wanted = self.wanted();
        if said == Some(none) {
            return wanted;
        }
        let mut faults = wanted.err().unwrap_or_default();
        faults.push(FieldError {
            field: "liability_waiver".into(),
            message: "Say that there is no number exactly where there is none".into(),
        });
        Err(faults)
    }
}
