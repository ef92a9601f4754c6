//! Whose hand a round is of, where whoever submitted it was let in by somebody else.

use diesel::{
    RunQueryDsl as _,
    sql_types::{Nullable, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{db::Change, error::Result, value::ReviewId};

/// A round that a customer submitted by a link is also of the hand that made the link: of that member of staff, or of whoever
/// made that key.
pub fn let_in_by(
    tx: &mut Change<'_>,
    id: ReviewId,
    (kind, who): (&str, Option<Uuid>),
) -> Result<()> {
    const HAND: &str = "UPDATE reviews SET submitted_maker = CASE $3 WHEN 'staff' THEN $4 WHEN 'key' THEN maker_of($1, $4) END
        WHERE organisation_id = $1 AND id = $2 AND submitted_kind = 'customer' AND submitted_maker IS NULL";
    let tenant = tx.scope().organisation();
    diesel::sql_query(HAND)
        .bind::<SqlUuid, _>(tenant.0)
        .bind::<SqlUuid, _>(id.0)
        .bind::<Text, _>(kind)
        .bind::<Nullable<SqlUuid>, _>(who)
        .execute(tx.conn())?;
    Ok(())
}
