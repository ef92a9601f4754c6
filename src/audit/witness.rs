//! The witness: re-computes what was added to each chain since it last looked, and signs checkpoints that leave the
//! database. The server runs it every minute; an export runs it for its own organisation.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Date as SqlDate, Integer, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    access::scope::Scope,
    audit::{
        checkpoint::{self, Checkpoint},
        verdict::{Head, Verdict},
        verify,
        walk::{Shown, Walk},
    },
    db::{Connection, Db, Read},
    error::{Error, Result},
    gauges::Gauges,
    schema::audit_verifications as seen,
    value::OrganisationId,
};

/// How the chain of an organisation stands, as its log's page says it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = seen)]
pub struct Standing {
    /// Verified up to this entry.
    pub sequence: i64,
    chain_hash: Vec<u8>,
    /// When.
    pub verified_at: DateTime<Utc>,
    /// What was found wrong first; nothing while all is well.
    pub finding: Option<String>,
    /// How many entries the last checkpoint signs.
    pub checkpoint_size: Option<i64>,
    /// When it was signed.
    pub checkpoint_at: Option<DateTime<Utc>>,
}

impl Standing {
    /// The end of what was verified.
    fn head(self) -> Option<Head> {
        Some(Head {
            sequence: self.sequence,
            chain_hash: self.chain_hash.try_into().ok()?,
        })
    }
}

/// The standing of the scope's organisation; nothing before the witness first looked.
pub fn standing(tx: &mut Read<'_>) -> Result<Option<Standing>> {
    let organisation = tx.scope().organisation().0;
    Ok(seen::table
        .find(organisation)
        .select(Standing::as_select())
        .first(tx.conn())
        .optional()?)
}

#[derive(QueryableByName)]
struct Served {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Looks at every chain each minute, in a thread of its own, for as long as the program lives; and once a day has the
/// months to come made, so that entries always find theirs.
pub fn schedule(
    db: Db,
    directory: PathBuf,
    origin: String,
    gauges: Arc<Gauges>,
) -> std::io::Result<JoinHandle<()>> {
    let mut months_made = None;
    thread::Builder::new()
        .name("witness".to_owned())
        .spawn(move || {
            loop {
                let today = db.clock().now().date_naive();
                if months_made != Some(today) {
                    match make_months(&db, today) {
                        Ok(()) => months_made = Some(today),
                        Err(error) => {
                            tracing::error!(%error, "the audit log's months could not be made");
                        }
                    }
                }
                if let Err(error) = look_at_all(&db, &directory, &origin, &gauges) {
                    tracing::warn!(%error, "the audit chains could not be looked at");
                }
                thread::sleep(EVERY);
            }
        })
}

const EVERY: Duration = Duration::from_mins(1);
/// How far ahead months are made.
const MONTHS: i32 = 13;

fn make_months(db: &Db, today: NaiveDate) -> Result<()> {
    db.connection()?.first(|conn| {
        sql_query("SELECT audit_partitions($1, $2)")
            .bind::<SqlDate, _>(today)
            .bind::<Integer, _>(MONTHS)
            .execute(conn)?;
        Ok(())
    })
}

/// Looks at every chain. One that cannot be looked at does not keep the others from it.
pub fn look_at_all(db: &Db, directory: &Path, origin: &str, gauges: &Gauges) -> Result<()> {
    let mut conn = db.connection()?;
    let served = conn.first(|conn| {
        Ok(sql_query("SELECT id FROM organisations_served() AS id").load::<Served>(conn)?)
    })?;
    let (mut failed, mut unsigned, mut broken) = (None, 0, 0);
    for id in std::iter::once(OrganisationId::INSTALLATION)
        .chain(served.into_iter().map(|row| OrganisationId(row.id)))
    {
        match look_closely(&mut conn, id, directory, origin, false) {
            Ok(look) => {
                unsigned += look.unsigned;
                broken += i64::from(look.broken);
            }
            Err(error) => {
                tracing::error!(organisation = %id, error = %error, "the audit chain could not be verified");
                failed = Some(error);
            }
        }
    }
    if let Some(error) = failed {
        return Err(error);
    }
    gauges.looked(conn.now(), unsigned, broken);
    Ok(())
}

/// Looks at one chain: verifies what is new and signs a checkpoint where one is due, or now where `sign_now`. Returns the
/// checkpoint that stands for the chain's head, if there is one.
pub fn look(
    conn: &mut Connection,
    organisation: OrganisationId,
    directory: &Path,
    origin: &str,
    sign_now: bool,
) -> Result<Option<Checkpoint>> {
    Ok(look_closely(conn, organisation, directory, origin, sign_now)?.checkpoint)
}

/// What a look at one chain found.
#[derive(Default)]
struct Look {
    /// The last that was signed.
    checkpoint: Option<Checkpoint>,
    /// Entries that it does not cover.
    unsigned: i64,
    broken: bool,
}

fn look_closely(
    conn: &mut Connection,
    organisation: OrganisationId,
    directory: &Path,
    origin: &str,
    sign_now: bool,
) -> Result<Look> {
    let scope = Scope::system(organisation);
    let now = conn.now();
    let verdict = conn.bookkeep(&scope, |tx| verify_new(tx, organisation.0))?;
    if let Some(finding) = verdict.first() {
        tracing::error!(organisation = %organisation, finding = %finding, "THE AUDIT CHAIN IS BROKEN");
        return Ok(Look {
            broken: true,
            ..Look::default()
        });
    }
    let head = conn.read(&scope, |tx| Ok(verify::head(tx.conn(), organisation.0)?))?;
    let Some(head) = head else {
        return Ok(Look::default());
    };
    let last = checkpoint::last(directory, organisation.0).map_err(anyhow::Error::new)?;
    let wanted = if sign_now {
        last.as_ref().is_none_or(|last| last.size < head.sequence)
    } else {
        checkpoint::due(last.as_ref(), now, &head)
    };
    if !wanted {
        let signed = last.as_ref().map_or(0, |last| last.size);
        return Ok(Look {
            unsigned: (head.sequence - signed).max(0),
            checkpoint: last,
            broken: false,
        });
    }
    let signed = Checkpoint::sign(
        &conn.keys().secret().checkpoint_key(),
        origin,
        organisation.0,
        &head,
        now,
    );
    checkpoint::append(directory, &signed).map_err(|error| {
        Error::Unavailable(format!("the checkpoint cannot be written: {error}"))
    })?;
    conn.bookkeep(&scope, |tx| {
        diesel::update(seen::table.find(organisation.0))
            .set((
                seen::checkpoint_size.eq(signed.size),
                seen::checkpoint_at.eq(signed.at),
            ))
            .execute(tx.conn())?;
        Ok(())
    })?;
    Ok(Look {
        checkpoint: Some(signed),
        ..Look::default()
    })
}

/// Re-computes, within one snapshot, what was added to the scope's chain since it was last verified: the chain's end, if
/// all of it is whole. `known` was verified already. `alive` is called every few thousand links and may stop it. Entries
/// that the scope may not read count as left out, so the system looks first and whoever may read less goes on from there.
pub fn whole(
    tx: &mut Read<'_>,
    known: Option<Head>,
    alive: &dyn Fn() -> Result<()>,
) -> Result<Option<Head>> {
    let organisation = tx.scope().organisation().0;
    let standing = standing(tx)?;
    if standing.as_ref().is_some_and(|it| it.finding.is_some()) {
        return Ok(None);
    }
    let start = known.or_else(|| standing.and_then(Standing::head));
    let confided = tx.scope().confided();
    let mut walk = Walk::new(organisation, start, Box::new(std::iter::empty()), None);
    let (mut walked, mut stopped) = (0_u64, None);
    let streamed = verify::each_link(
        tx.conn(),
        organisation,
        start.map_or(0, |head| head.sequence),
        &mut |link, entry| {
            match entry {
                Ok(entry) => walk.step(&link, Shown::Entry(&entry)),
                Err(gone) if confided => walk.step(&link, Shown::Gone(gone)),
                Err(_) => walk.step(&link, Shown::LeftOut),
            }
            walked += 1;
            if walked.is_multiple_of(REPORT) {
                alive().map_err(|why| {
                    stopped = Some(why);
                    diesel::result::Error::RollbackTransaction
                })?;
            }
            Ok(())
        },
    );
    if let Some(why) = stopped {
        return Err(why);
    }
    streamed?;
    let last = walk.last();
    let whole = walk.finish().intact() && verify::head(tx.conn(), organisation)? == Some(last);
    Ok(whole.then_some(last))
}

/// How many links are walked between two signs of life.
const REPORT: u64 = 5_000;

/// Walks from the last verified link to the head and notes how far it came. A chain that was found broken is walked
/// from its beginning each time, so that the finding stays until the chain is whole.
fn verify_new(tx: &mut Read<'_>, organisation: Uuid) -> Result<Verdict> {
    let before = standing(tx)?.filter(|standing| standing.finding.is_none());
    let start = before.and_then(Standing::head);
    let mut walk = Walk::new(organisation, start, Box::new(std::iter::empty()), None);
    verify::each_link(
        tx.conn(),
        organisation,
        start.map_or(0, |head| head.sequence),
        &mut |link, entry| {
            match entry {
                Ok(entry) => walk.step(&link, Shown::Entry(&entry)),
                Err(gone) => walk.step(&link, Shown::Gone(gone)),
            }
            Ok(())
        },
    )?;
    let last = walk.last();
    let verdict = walk.finish();
    let now = tx.now();
    let finding = verdict.first().map(ToString::to_string);
    let values = (
        seen::sequence.eq(last.sequence),
        seen::chain_hash.eq(last.chain_hash.to_vec()),
        seen::verified_at.eq(now),
        seen::finding.eq(finding),
    );
    diesel::insert_into(seen::table)
        .values((seen::organisation_id.eq(organisation), values.clone()))
        .on_conflict(seen::organisation_id)
        .do_update()
        .set(values)
        .execute(tx.conn())?;
    Ok(verdict)
}
