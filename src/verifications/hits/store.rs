//! Hits in the database. They are seen with their customer: whoever sees the one sees the other.

use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::scope::Branches,
    audit::store as audit,
    customers::{
        merging::store::absorbed,
        store::{self as customers, Customer},
    },
    db::{Change, Read},
    error::{Error, Result},
    schema::{customers as people, hits},
    stored_words,
    value::{CustomerId, HitId, VerificationId},
};

stored_words! {
    /// Where a hit stands.
    State {
        /// Nobody has looked at it.
        Open = "open",
        /// It is somebody else.
        Cleared = "cleared",
        /// It is the customer.
        Confirmed = "confirmed",
    }
}

/// Every lawful move: a hit is looked at once; an entry that reads otherwise later is a new one. The database holds it
/// too.
pub const MOVES: &[(State, State)] = &[
    (State::Open, State::Cleared),
    (State::Open, State::Confirmed),
];

/// A hit.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = hits)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Hit {
    pub id: HitId,
    pub customer_id: CustomerId,
    pub verification_id: VerificationId,
    pub list: String,
    pub entry_id: String,
    pub entry: Value,
    pub entry_hash: Vec<u8>,
    pub name: String,
    pub score: i16,
    pub state: State,
    pub found_at: DateTime<Utc>,
    pub settled_kind: Option<String>,
    pub settled_by: Option<Uuid>,
    pub settled_at: Option<DateTime<Utc>>,
    pub sealed_reason: Option<String>,
}

impl Hit {
    /// What an entry says under this name, as words.
    pub fn says(&self, name: &str) -> String {
        match self.entry.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(all)) => {
                let texts = all.iter().filter_map(Value::as_str);
                texts.collect::<Vec<_>>().join(", ")
            }
            _ => String::new(),
        }
    }

    /// Why it was settled; nothing where it was not, or where a lawful erasure destroyed the customer's key.
    pub fn reason(&self, tx: &mut Read<'_>, customer: &Customer) -> Result<Option<String>> {
        let Some(sealed) = &self.sealed_reason else {
            return Ok(None);
        };
        let key = audit::standing_key(tx, Some(customer.data_key))?;
        Ok(key.and_then(|key| key.open_text(PURPOSE, sealed).ok()))
    }
}

/// What the reason is sealed for.
const PURPOSE: &str = "hit";

/// More than this no page shows.
const MOST: usize = 200;
/// More than this nobody ever has.
const EVER: i64 = 2_000;

/// An entry that may be a customer, as a check found it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The list.
    pub list: String,
    /// Its entry.
    pub entry_id: String,
    /// The entry itself.
    pub entry: Value,
    /// What it means, as a hash.
    pub entry_hash: Vec<u8>,
    /// Which of the customer's names it is like.
    pub name: String,
    /// How much, of 100.
    pub score: i16,
}

/// The open ones in scope, oldest first, with whose they are; of one customer, where one is asked for. And whether there
/// are more than a page shows.
pub fn open(tx: &mut Read<'_>, of: Option<CustomerId>) -> Result<(Vec<(Hit, Customer)>, bool)> {
    let tenant = tx.scope().organisation();
    let mut query = hits::table
        .into_boxed::<Pg>()
        .filter(hits::organisation_id.eq(tenant))
        .filter(hits::state.eq(State::Open));
    if let Branches::Only(list) = tx.scope().branches() {
        let seen = people::table
            .filter(people::organisation_id.eq(tenant))
            .filter(people::branch_id.eq_any(list.clone()))
            .select(people::id);
        query = query.filter(hits::customer_id.eq_any(seen));
    }
    if let Some(customer) = of {
        let everybody = everybody(tx, customer)?;
        query = query.filter(hits::customer_id.eq_any(everybody));
    }
    let one_more = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
    let mut found: Vec<Hit> = query
        .order((hits::found_at, hits::id))
        .limit(one_more)
        .select(Hit::as_select())
        .load(tx.conn())?;
    let more = found.len() > MOST;
    found.truncate(MOST);
    let mut lines = Vec::with_capacity(found.len());
    for hit in found {
        let customer = customers::find(tx, hit.customer_id)?;
        lines.push((hit, customer));
    }
    Ok((lines, more))
}

/// All that a customer ever had, and whoever was merged into them. The caller has found the customer in scope.
pub fn of_everybody(tx: &mut Read<'_>, customer: CustomerId) -> Result<Vec<Hit>> {
    let tenant = tx.scope().organisation();
    let everybody = everybody(tx, customer)?;
    Ok(hits::table
        .filter(hits::organisation_id.eq(tenant))
        .filter(hits::customer_id.eq_any(everybody))
        .order((hits::found_at, hits::id))
        .limit(EVER)
        .select(Hit::as_select())
        .load(tx.conn())?)
}

/// How many are open about a customer, and about whoever was merged into them. Anybody's decision asks this.
pub fn count_open(tx: &mut Read<'_>, customer: CustomerId) -> Result<i64> {
    count(tx, customer, State::Open)
}

/// The same of those that stand so.
pub fn count(tx: &mut Read<'_>, customer: CustomerId, state: State) -> Result<i64> {
    let tenant = tx.scope().organisation();
    let everybody = everybody(tx, customer)?;
    Ok(hits::table
        .filter(hits::organisation_id.eq(tenant))
        .filter(hits::customer_id.eq_any(everybody))
        .filter(hits::state.eq(state))
        .count()
        .get_result(tx.conn())?)
}

/// A customer and whoever was merged into them: one and the same, so what is a hit of one is a hit of all.
fn everybody(tx: &mut Read<'_>, customer: CustomerId) -> Result<Vec<CustomerId>> {
    let mut everybody = absorbed(tx, customer)?;
    everybody.push(customer);
    Ok(everybody)
}

/// One, held until the end of the change, and whose it is, held before it; out of scope is not found.
pub fn lock(tx: &mut Change<'_>, id: HitId) -> Result<(Hit, Customer)> {
    let tenant = tx.scope().organisation();
    let of = || {
        hits::table
            .filter(hits::organisation_id.eq(tenant))
            .filter(hits::id.eq(id))
    };
    let whose: CustomerId = of().select(hits::customer_id).first(tx.conn())?;
    // What hangs on somebody who was merged away is looked at there still.
    let customer = customers::lock_merged_too(tx, whose)?;
    let hit = of()
        .select(Hit::as_select())
        .for_update()
        .first(tx.conn())
        .map_err(Error::from)?;
    Ok((hit, customer))
}

/// Keeps what a check found; what is known already of entries that did not change stays as it is. An entry that changed
/// takes the place of its older self where nobody had looked at that. Returns how many are new.
pub fn keep(
    tx: &mut Change<'_>,
    customer: &Customer,
    check: VerificationId,
    found: &[Found],
) -> Result<usize> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let mut new = 0;
    for one in found {
        diesel::delete(
            hits::table
                .filter(hits::organisation_id.eq(tenant))
                .filter(hits::customer_id.eq(customer.id))
                .filter(hits::list.eq(&one.list))
                .filter(hits::entry_id.eq(&one.entry_id))
                .filter(hits::entry_hash.ne(&one.entry_hash))
                .filter(hits::state.eq(State::Open)),
        )
        .execute(tx.conn())?;
        let id = HitId(tx.new_id());
        new += diesel::insert_into(hits::table)
            .values((
                hits::organisation_id.eq(tenant),
                hits::id.eq(id),
                hits::customer_id.eq(customer.id),
                hits::verification_id.eq(check),
                hits::list.eq(&one.list),
                hits::entry_id.eq(&one.entry_id),
                hits::entry.eq(&one.entry),
                hits::entry_hash.eq(&one.entry_hash),
                hits::name.eq(&one.name),
                hits::score.eq(one.score),
                hits::found_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(tx.conn())?;
    }
    Ok(new)
}

/// Writes what an officer said, and why.
pub fn settle(
    tx: &mut Change<'_>,
    hit: &Hit,
    customer: &Customer,
    state: State,
    reason: &str,
) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let (kind, by) = tx.actor().who.parts();
    let sealed = audit::data_key(tx, Some(customer.data_key))?.seal_text(PURPOSE, reason)?;
    diesel::update(hits::table.find((tenant.0, hit.id.0)))
        .set((
            hits::state.eq(state),
            hits::settled_kind.eq(kind),
            hits::settled_by.eq(by),
            hits::settled_at.eq(now),
            hits::sealed_reason.eq(sealed),
        ))
        .execute(tx.conn())?;
    Ok(())
}
