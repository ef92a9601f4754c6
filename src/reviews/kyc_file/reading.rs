//! Everything that hangs on one customer, read in one transaction and few statements, each by the customer's id.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    customers::{
        mentions::{rules::Colleague, store as mentions},
        merging::store as merging,
        notes::{self, Note},
        relations::{self, Relation},
        rules::Kind,
        store::{self, Customer},
        tax_residences::TaxResidence,
    },
    db::Read,
    documents::store::Document,
    error::Result,
    organisations::store as organisations,
    reviews::{
        compare::rules::{self as compare, Row},
        evidence::Gathered,
        kyc_file::timeline::{self, Told, Wanted},
        owners,
        ownership::Ownership,
        prerequisites::Line,
        store::{
            behind, looks,
            proposals::{self, Proposal},
            rounds::{self, Review},
            suspicions::{self, Suspicion},
        },
    },
    schema::verifications,
    staff::store as staff,
    value::{CustomerId, NoteId, StaffId, VerificationId},
    verifications::rules::Status,
};

/// A check as the KYC page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = verifications)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Check {
    pub id: VerificationId,
    pub verification_type: String,
    pub check_type: Option<String>,
    pub provider: String,
    pub status: Status,
    pub reason: Option<String>,
    pub started_by_kind: String,
    pub started_by_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The page shows this many checks; the others stand in the list of checks.
pub const CHECKS: i64 = 50;

/// A company and one of its members, seen from one of them.
pub struct Member {
    /// What they are to each other.
    pub relation: Relation,
    /// The other one; nothing where they lie outside of the asker's branches.
    pub other: Option<Customer>,
    /// How many of a member's own requirements are open.
    pub open: Option<usize>,
}

/// One customer's file.
pub struct KycFile {
    /// The customer.
    pub customer: Customer,
    /// The name of their branch.
    pub branch: String,
    /// The checklist.
    pub checklist: Vec<Line>,
    /// What was declared beside what papers and registers say; nothing where they say nothing.
    pub comparison: Vec<Row>,
    /// Papers, newest first.
    pub documents: Vec<Document>,
    /// Tax residences, by country.
    pub tax_residences: Vec<TaxResidence>,
    /// Who stands behind it.
    pub members: Vec<Member>,
    /// More stand behind it than are read at once.
    pub more_behind: bool,
    /// Who stands behind them in turn, and what each owns; of a company.
    pub ownership: Option<Ownership>,
    /// What they stand behind.
    pub member_of: Vec<Member>,
    /// Checks, newest first.
    pub checks: Vec<Check>,
    /// Notes, newest first.
    pub notes: Vec<Note>,
    /// Which characters of them are colleagues' names: note, place, length.
    pub mentions: Vec<(NoteId, i32, i32)>,
    /// Whom a note may call.
    pub colleagues: Vec<Colleague>,
    /// What happened.
    pub timeline: Told,
    /// The latest round.
    pub round: Option<Review>,
    /// When they were last reviewed, whatever came of it.
    pub last_looked_at: Option<DateTime<Utc>>,
    /// Into whom this customer was merged; nothing inside where that one lies outside of the asker's branches.
    pub survivor: Option<Option<Customer>>,
    /// Who was merged into this customer.
    pub merged_here: Vec<Customer>,
    /// A decision that waits for a second person.
    pub proposal: Option<Proposal>,
    /// Suspicions, for managers and admins; for others there are none.
    pub suspicions: Vec<Suspicion>,
    /// The names of the staff that the file mentions.
    pub names: HashMap<Uuid, String>,
}

/// Reads a customer's file for somebody. `zone` says what day it is.
pub fn read(
    tx: &mut Read<'_>,
    id: CustomerId,
    zone: Tz,
    wanted: Wanted,
    me: StaffId,
) -> Result<KycFile> {
    let customer = store::find(tx, id)?;
    let branch = organisations::branch(tx, customer.branch_id)?.name;
    let (below, above) = (behind::together(tx, id)?, relations::above(tx, id)?);
    let others = below.relations.iter().map(|one| one.child_id);
    let others = others
        .chain(above.iter().map(|one| one.parent_id))
        .collect();
    let others = relations::visible_ones(tx, others)?;
    let gathered = Gathered::beside(tx, id, below, others)?;
    let today = tx.now().with_timezone(&zone).date_naive();
    let ownership = match customer.kind {
        Kind::Legal => Some(Ownership::read(tx, &customer, today)?),
        Kind::Natural | Kind::SoleTrader => None,
    };
    let merged_here = merging::merged_into(tx, id)?;
    let survivor = match customer.merged_into {
        Some(into) => Some(relations::visible_ones(tx, vec![into])?.remove(&into)),
        None => None,
    };
    let checks = checks_of(tx, id)?;
    let round = rounds::latest(tx, id)?;
    let last_looked_at = looks::of(tx, &customer)?.pop();
    let proposal = proposals::open_of(tx, id)?;
    let suspicions = suspicions::of(tx, id)?;
    let notes = notes::of(tx, id)?;
    let ids: Vec<NoteId> = notes.iter().map(|note| note.id).collect();
    let mentions = mentions::in_notes(tx, &ids)?;
    let mut colleagues = mentions::colleagues(tx, customer.branch_id)?;
    colleagues.retain(|one| one.sees && one.id != me);
    let timeline = timeline::of(tx, &customer, wanted, me)?;

    let mut mentioned: Vec<Uuid> = notes.iter().map(|note| note.written_by.0).collect();
    mentioned.extend(checks.iter().filter_map(|check| check.started_by_id));
    mentioned.extend(
        round
            .as_ref()
            .and_then(|round| round.assignee)
            .map(|one| one.0),
    );
    mentioned.extend(timeline.moments.iter().filter_map(|moment| moment.actor_id));
    let names = staff::names(tx, mentioned)?;

    let checklist = owners::checklist(tx, &gathered, &customer, today)?;
    let comparison = compare::compare(&customer, &gathered.readings, &gathered.accepted);
    let open = gathered.open_by_member(today);
    let Gathered {
        members: below,
        more: more_behind,
        known: others,
        papers,
        residences,
        ..
    } = gathered;
    let members = below
        .into_iter()
        .zip(open)
        .map(|(relation, open)| Member {
            other: others.get(&relation.child_id).cloned(),
            relation,
            open,
        })
        .collect();
    let member_of = above
        .into_iter()
        .map(|relation| Member {
            other: others.get(&relation.parent_id).cloned(),
            relation,
            open: None,
        })
        .collect();
    Ok(KycFile {
        documents: papers
            .into_iter()
            .filter(|paper| paper.customer_id == id)
            .collect(),
        round,
        last_looked_at,
        proposal,
        survivor,
        merged_here,
        suspicions,
        tax_residences: residences
            .into_iter()
            .filter(|one| one.customer_id == id)
            .collect(),
        customer,
        branch,
        checklist,
        comparison,
        members,
        more_behind,
        ownership,
        member_of,
        checks,
        notes,
        mentions,
        colleagues,
        timeline,
        names,
    })
}

fn checks_of(tx: &mut Read<'_>, customer: CustomerId) -> Result<Vec<Check>> {
    let tenant = tx.scope().organisation();
    Ok(verifications::table
        .filter(verifications::organisation_id.eq(tenant))
        .filter(verifications::customer_id.eq(customer))
        .order((verifications::created_at.desc(), verifications::id.desc()))
        .limit(CHECKS)
        .select(Check::as_select())
        .load(tx.conn())?)
}
