//! What becomes of the accepted companies behind which somebody stands, once that somebody is no longer accepted: one rule
//! for every way in which a round can end.

use crate::{
    customers::{ownership::raising, rules::Kyc},
    db::Change,
    error::Result,
    reviews::rules,
    value::CustomerId,
};

/// Follows a member who moved to `to`: validated companies go back to "review needed" where the member is neither accepted
/// nor being looked at. Wherever they came from, since while a round is open nobody knows what they were before it.
pub(super) fn follow(tx: &mut Change<'_>, member: CustomerId, to: Kyc) -> Result<()> {
    if rules::member_gone(to) {
        raising::raise_companies_of(tx, member, rules::MEMBER_GONE)?;
    }
    Ok(())
}
