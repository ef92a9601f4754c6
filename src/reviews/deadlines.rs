//! What moves by the clock: checks run out, validated customers fall due for their next review, refusals are closed,
//! and counters are folded. Run by every server each minute and by `vouch sweep`; two at once do each thing once,
//! since each takes the customers that nobody else holds.

use std::{
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use diesel::{prelude::*, sql_types::Uuid as SqlUuid};

use crate::{
    access::scope::Scope,
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::{self as kyc, Kyc, Move},
        store::{self as customers, Customer, KycState},
    },
    db::{Change, Connection, Db, Read},
    error::Result,
    gauges::Gauges,
    reviews::{expired_papers, policy::store as policies, rules, store, tidying},
    schema::{customers as customer_rows, verifications},
    value::{CustomerId, OrganisationId},
    verifications::{
        rules as checks,
        rules::Status,
        store::{self as check_rows, Verification},
    },
};

pub use swept::Swept;

mod batches;
mod by_name;
mod lapsing;
mod swept;

/// How many customers one transaction moves.
pub(super) const BATCH: i64 = 100;
/// How often a server looks at the clock.
pub const EVERY: Duration = Duration::from_mins(1);

/// Does everything that is due now, once, for every organisation. What fails of one is logged and counted
/// ([`Swept::failed`]), and the others go on; an error is answered where nobody's turn comes: the database is away.
pub fn sweep(db: &Db) -> Result<Swept> {
    let mut swept = Swept::default();
    let all = organisations(&mut db.connection()?)?;
    for organisation in all {
        // One that is lost is lost for this organisation alone.
        swept += of_organisation(&mut db.connection()?, organisation);
    }
    swept.forgotten = tidying::forget(&mut db.connection()?)?;
    Ok(swept)
}

/// A clock that goes until this is dropped.
#[must_use]
pub struct Going {
    _end: mpsc::Sender<()>,
}

/// Sweeps in a thread of its own, once and then `every` so often. A sweep that fails is logged, and the next one tries again.
/// `also`: what the rooms above have due by the clock; how much it moved.
pub fn schedule(
    db: Db,
    gauges: Arc<Gauges>,
    every: Duration,
    also: fn(&Db) -> Result<usize>,
) -> std::io::Result<Going> {
    let (end, ended) = mpsc::channel();
    thread::Builder::new()
        .name("clock".to_owned())
        .spawn(move || {
            loop {
                let swept = sweep(&db);
                if swept.as_ref().is_ok_and(|swept| swept.failed == 0) {
                    gauges.swept(db.clock().now());
                }
                match also(&db) {
                    Ok(0) => {}
                    Ok(moved) => tracing::info!(moved, "swept above"),
                    Err(error) => tracing::warn!(%error, "the sweep above failed"),
                }
                match swept {
                    Ok(swept) if swept != Swept::default() => tracing::info!(?swept, "swept"),
                    Ok(_) => {}
                    Err(error) => tracing::warn!(%error, "the sweep failed"),
                }
                if ended.recv_timeout(every) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        })?;
    Ok(Going { _end: end })
}

#[derive(QueryableByName)]
struct Served {
    #[diesel(sql_type = SqlUuid)]
    id: OrganisationId,
}

/// Every organisation that is served.
pub fn organisations(conn: &mut Connection) -> Result<Vec<OrganisationId>> {
    let everybody = Scope::system(OrganisationId::INSTALLATION);
    conn.read(&everybody, |tx| {
        let served: Vec<Served> =
            diesel::sql_query("SELECT organisations_served() AS id").load(tx.conn())?;
        Ok(served.into_iter().map(|one| one.id).collect())
    })
}

fn of_organisation(conn: &mut Connection, organisation: OrganisationId) -> Swept {
    let scope = Scope::system(organisation);
    let mut swept = Swept::default();
    // First, so that a check that runs out on its day finds its customer already due.
    let done = batches::all(conn, &scope, due_for_review, fall_due);
    swept.fell_due = swept.steps(organisation, "reviews that fall due", done);
    let done = batches::all(conn, &scope, with_expired_checks, expire);
    swept.expired = swept.steps(organisation, "checks that run out", done);
    let done = batches::all(conn, &scope, expired_papers::due, expired_papers::expire);
    swept.papers = swept.steps(organisation, "papers that run out", done);
    let done = batches::all(conn, &scope, refused_for_long, close);
    swept.closed = swept.steps(organisation, "refusals", done);
    lapsing::lapse(conn, &scope, &mut swept);
    let done = by_name::decide(conn, &scope);
    swept.by_name = swept.steps(organisation, "names that decide", done);
    let done = tidying::fold(conn, &scope);
    swept.folded = swept.step(organisation, "counters", done);
    swept
}

fn today(tx: &mut Read<'_>) -> Result<NaiveDate> {
    let zone = store::time_zone(tx)?;
    Ok(tx.now().with_timezone(&zone).date_naive())
}

fn due_for_review(tx: &mut Read<'_>, passed: &[CustomerId]) -> Result<Vec<CustomerId>> {
    let (tenant, today) = (tx.scope().organisation(), today(tx)?);
    // Months differ by at most three days: whoever is within them is looked at, and the rule decides.
    let until = today
        .checked_add_months(Months::new(rules::NOTICE_MONTHS))
        .unwrap_or(NaiveDate::MAX)
        + TimeDelta::days(3);
    let near: Vec<(CustomerId, Option<NaiveDate>)> = customer_rows::table
        .filter(customer_rows::organisation_id.eq(tenant))
        .filter(customer_rows::kyc.eq(Kyc::Validated))
        .filter(customer_rows::next_review_on.is_not_null())
        .filter(customer_rows::next_review_on.le(until))
        .filter(customer_rows::id.ne_all(passed.to_vec()))
        .order(customer_rows::next_review_on)
        .limit(BATCH)
        .select((customer_rows::id, customer_rows::next_review_on))
        .load(tx.conn())?;
    Ok(near
        .into_iter()
        .filter(|(_, day)| day.is_some_and(|day| rules::falls_due(today, day)))
        .map(|(id, _)| id)
        .collect())
}

fn fall_due(tx: &mut Change<'_>, customer: &Customer) -> Result<usize> {
    let today = today(tx)?;
    let due = customer
        .next_review_on
        .is_some_and(|day| rules::falls_due(today, day));
    if due && kyc::lawful(customer.kyc, Move::FallDue, Kyc::ReviewNeeded) {
        move_kyc(tx, customer, Kyc::ReviewNeeded)?;
        return Ok(1);
    }
    Ok(0)
}

fn refusal_stands(tx: &mut Read<'_>) -> Result<TimeDelta> {
    Ok(policies::current(tx)?.policy.closed_after())
}

fn refused_for_long(tx: &mut Read<'_>, passed: &[CustomerId]) -> Result<Vec<CustomerId>> {
    let (tenant, stands) = (tx.scope().organisation(), refusal_stands(tx)?);
    let since = tx.now() - stands;
    Ok(customer_rows::table
        .filter(customer_rows::organisation_id.eq(tenant))
        .filter(customer_rows::kyc.eq(Kyc::Refused))
        .filter(customer_rows::refused_at.is_not_null())
        .filter(customer_rows::refused_at.le(since))
        .filter(customer_rows::id.ne_all(passed.to_vec()))
        .order(customer_rows::refused_at)
        .limit(BATCH)
        .select(customer_rows::id)
        .load(tx.conn())?)
}

fn close(tx: &mut Change<'_>, customer: &Customer) -> Result<usize> {
    let (now, stands) = (tx.now(), refusal_stands(tx)?);
    let over = customer.refused_at.is_some_and(|at| now - at >= stands);
    if over && kyc::lawful(customer.kyc, Move::Close, Kyc::Canceled) {
        move_kyc(tx, customer, Kyc::Canceled)?;
        return Ok(1);
    }
    Ok(0)
}

fn with_expired_checks(tx: &mut Read<'_>, passed: &[CustomerId]) -> Result<Vec<CustomerId>> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    Ok(verifications::table
        .filter(verifications::organisation_id.eq(tenant))
        .filter(verifications::status.eq(Status::Verified))
        .filter(verifications::expires_at.is_not_null())
        .filter(verifications::expires_at.le(now))
        .filter(verifications::customer_id.ne_all(passed.to_vec()))
        .order(verifications::expires_at)
        .limit(BATCH)
        .select(verifications::customer_id)
        .load(tx.conn())?)
}

fn expire(tx: &mut Change<'_>, customer: &Customer) -> Result<usize> {
    let now = tx.now();
    let due = expired(tx, customer.id, now)?;
    let latest = store::latest(tx, customer.id)?.map(|round| round.id);
    let mut own = false;
    for check in &due {
        check_rows::set_status(tx, check, Status::Expired, None)?;
        own |= check.review_id.is_some() && check.review_id == latest;
        tx.say(
            Event::new(What::VerificationExpired, check.subject(customer)).changing(vec![
                Field::plain("status", check.status.as_str(), Status::Expired.as_str()),
            ]),
        );
    }
    // The own check of the current review carries the KYC with it, as its override does.
    if own && kyc::lawful(customer.kyc, Move::RaiseEvent, Kyc::ReviewNeeded) {
        move_kyc(tx, customer, Kyc::ReviewNeeded)?;
    } else if !due.is_empty() {
        customers::touch(tx, customer.id)?;
    }
    Ok(due.len())
}

fn expired(
    tx: &mut Read<'_>,
    customer: CustomerId,
    now: DateTime<Utc>,
) -> Result<Vec<Verification>> {
    let tenant = tx.scope().organisation();
    let found: Vec<Verification> = verifications::table
        .filter(verifications::organisation_id.eq(tenant))
        .filter(verifications::customer_id.eq(customer))
        .filter(verifications::status.eq(Status::Verified))
        .filter(verifications::expires_at.le(now))
        .select(Verification::as_select())
        .for_update()
        .load(tx.conn())?;
    Ok(found
        .into_iter()
        .filter(|check| checks::lawful(check.status, checks::Move::RunOut, Status::Expired))
        .collect())
}

fn move_kyc(tx: &mut Change<'_>, customer: &Customer, to: Kyc) -> Result<()> {
    let review_type = if to == Kyc::ReviewNeeded {
        // Why they are to be looked at again, as the round that follows will say.
        let today = today(tx)?;
        Some(rules::review_type(to, customer.next_review_on, today))
    } else {
        customer.review_type
    };
    let state = KycState {
        kyc: to,
        review_type,
        ..KycState::from(customer)
    };
    customers::set_kyc(tx, customer.id, &state)?;
    tx.say(
        Event::new(What::KycMoved, Subject::Customer(customer.reference())).changing(vec![
            Field::plain("kyc", customer.kyc.as_str(), to.as_str()),
        ]),
    );
    Ok(())
}
