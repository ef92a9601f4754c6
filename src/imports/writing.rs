//! Importing: every row of a file becomes a customer with a key and an entry in the audit log, in one transaction.
//!
//! Rows come in by COPY into a table of their own, a piece at a time, and one INSERT … SELECT a table moves a piece on.

use std::io::Read;

use diesel::{
    ExecuteCopyFromDsl as _, QueryResult, RunQueryDsl as _,
    connection::SimpleConnection as _,
    pg::CopyFormat,
    sql_query,
    sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    audit::{
        event::{CustomerRef, Event, Subject, What},
        store::organisation_key,
    },
    customers::{declared::changes, rules::Kind, short_id::short_id, typed::Typed},
    db::Change,
    error::{Error, Result},
    imports::{reading, rules::Reading},
    keys::Keys,
    schema::import_rows,
    seal::{DataKey, SealError, Sealed},
    value::{BranchId, CustomerId, DataKeyId},
};

/// How many rows are moved on at once: the progress and a cancel come between.
const PIECE: usize = 2_000;

/// Their entries are linked together at the end, and that may wait for the head of the chain a while; what each of them asks
/// for is asked piece by piece. The staging table has no statistics and is full of rows that are gone: it is read by index.
const SETTINGS: &str = "SELECT set_config('vouch.together', 'yes', true), set_config('lock_timeout', '30s', true), set_config('enable_seqscan', 'off', true);
    SET CONSTRAINTS audit_entries_link IMMEDIATE";

/// Imports every row of a file, in which nothing is wrong: how many. `watch` is told how many are in so far.
pub fn write(
    tx: &mut Change<'_>,
    input: impl Read,
    reading: &Reading,
    watch: &dyn Fn(u64) -> Result<()>,
) -> Result<u64> {
    tx.conn().batch_execute(SETTINGS)?;
    let key = organisation_key(tx)?;
    let (_, mut table) = reading::open(input)?;
    let mut rows = 0;
    let mut piece = Piece::new(tx.new_id());
    while let Some(row) = table.next_row().map_err(anyhow::Error::new)? {
        let (kind, typed) = reading.read(&row).map_err(|_| {
            // It was checked before; a branch may have gone meanwhile.
            Error::Refused("The file no longer reads as it did when it was checked.".into())
        })?;
        piece.add(tx, &key, reading, row.line, kind, &typed)?;
        rows += 1;
        if piece.rows == PIECE {
            let full = std::mem::replace(&mut piece, Piece::new(tx.new_id()));
            full.load(tx)?;
            watch(rows)?;
        }
    }
    piece.load(tx)?;
    watch(rows)?;
    Ok(rows)
}

/// Links the entries, as the last thing that is done: the head of the chain is held from here to the commit. What the log says
/// of the import as a whole is linked behind them, alone.
pub fn link(tx: &mut Change<'_>) -> Result<()> {
    Ok(tx.conn().batch_execute(
        "SET CONSTRAINTS ALL IMMEDIATE; SELECT set_config('vouch.together', '', true)",
    )?)
}

/// Some rows on their way.
struct Piece {
    batch: Uuid,
    csv: csv::Writer<Vec<u8>>,
    rows: usize,
}

impl Piece {
    fn new(batch: Uuid) -> Self {
        Self {
            batch,
            csv: csv::Writer::from_writer(Vec::new()),
            rows: 0,
        }
    }

    /// Adds a customer: with a key of its own, under which the entry about it is sealed.
    fn add(
        &mut self,
        tx: &Change<'_>,
        organisation: &DataKey,
        reading: &Reading,
        line: u64,
        kind: Kind,
        typed: &Typed,
    ) -> Result<()> {
        let (id, data_key, entry) = (CustomerId(tx.new_id()), DataKeyId(tx.new_id()), tx.new_id());
        let (key, wrapped) = Keys::new_data_key(organisation, data_key)?;
        let branch: BranchId = typed.branch.parse().map_err(anyhow::Error::new)?;
        let reference = CustomerRef {
            id,
            branch,
            key: data_key,
        };
        let event = added(reading, reference, typed);
        let personal = event.personal().unwrap_or_default().to_string();
        let detail = key
            .entry_key(entry)
            .seal(entry, Sealed::Detail, &personal)?;
        let short = short_id(getrandom::fill)
            .map_err(|_| Error::Internal(anyhow::Error::new(SealError::NoRandomness)))?;
        let mut record = csv::StringRecord::new();
        for cell in [
            self.batch.to_string(),
            line.to_string(),
            id.to_string(),
            short,
            data_key.to_string(),
            bytes(&wrapped),
            entry.to_string(),
            event.plain().to_string(),
            bytes(&detail),
        ] {
            record.push_field(&cell);
        }
        record.push_field(kind.as_str());
        for field in Typed::FIELDS {
            record.push_field(match field.name {
                "us_person" if typed.ticked("us_person") => "t",
                "us_person" => "f",
                name => typed.value(name),
            });
        }
        self.csv.write_record(&record).map_err(anyhow::Error::new)?;
        self.rows += 1;
        Ok(())
    }

    fn load(self, tx: &mut Change<'_>) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let bytes = self
            .csv
            .into_inner()
            .map_err(|error| Error::Internal(anyhow::Error::new(error.into_error())))?;
        diesel::copy_from(import_rows::table)
            .from_raw_data(import_rows::table, |sink| -> QueryResult<()> {
                // In pieces: libpq would keep a copy of one large one.
                bytes
                    .chunks(1 << 16)
                    .try_for_each(|piece| sink.write_all(piece))
                    .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))
            })
            .with_format(CopyFormat::Csv)
            .execute(tx.conn())?;
        for statement in [data_keys(), customers(), entries(), emptied()] {
            let (who, by) = tx.actor().who.parts();
            let (tenant, now, request) = (tx.scope().organisation(), tx.now(), tx.actor().request);
            sql_query(statement)
                .bind::<SqlUuid, _>(self.batch)
                .bind::<SqlUuid, _>(tenant.0)
                .bind::<Timestamptz, _>(now)
                .bind::<Text, _>(who)
                .bind::<Nullable<SqlUuid>, _>(by)
                .bind::<SqlUuid, _>(request.0)
                .execute(tx.conn())?;
        }
        Ok(())
    }
}

/// What the log says of a customer who came in this way: the same as of one who was typed in.
fn added(reading: &Reading, customer: CustomerRef, typed: &Typed) -> Event {
    let mut said = changes(&Typed::default(), typed);
    let place = reading
        .branches
        .iter()
        .find(|one| one.id == customer.branch);
    for change in said.iter_mut().filter(|change| change.field == "branch") {
        change.after = place.map(|place| place.name.clone()).into();
    }
    Event::new(What::CustomerAdded, Subject::Customer(customer)).changing(said)
}

/// Bytes as COPY reads them.
fn bytes(bytes: &[u8]) -> String {
    format!("\\x{}", hex::encode(bytes))
}

// The same six values are bound to each statement, by number: batch, tenant, time, who (kind and id), request.
const BOUND: &str = "(SELECT $1::uuid AS batch, $2::uuid AS tenant, $3::timestamptz AS now, $4::text AS who, $5::uuid AS by, $6::uuid AS request) b
    JOIN import_rows r ON r.batch = b.batch";

fn data_keys() -> String {
    format!(
        "INSERT INTO data_keys (organisation_id, id, wrapped, created_at)
         SELECT b.tenant, r.data_key, r.wrapped, b.now FROM {BOUND}"
    )
}

fn customers() -> String {
    let columns: Vec<&str> = Typed::FIELDS
        .iter()
        .map(|field| match field.name {
            "branch" => "branch_id",
            name => name,
        })
        .collect();
    format!(
        "INSERT INTO customers (organisation_id, id, short_id, data_key, kind, created_by_kind, created_by_id, created_at, updated_at, {})
         SELECT b.tenant, r.id, r.short_id, r.data_key, r.kind, b.who, b.by, b.now, b.now, r.{} FROM {BOUND} ORDER BY r.line",
        columns.join(", "),
        columns.join(", r.")
    )
}

fn entries() -> String {
    format!(
        "INSERT INTO audit_entries (organisation_id, at, id, request_id, actor_kind, actor_id, action, subject_kind, subject_id,
             customer_id, branch_id, changes, detail_key, detail)
         SELECT b.tenant, b.now, r.entry, b.request, b.who, b.by, '{}', 'customer', r.id, r.id, r.branch_id, r.changes,
             r.data_key, r.detail FROM {BOUND} ORDER BY r.line",
        What::CustomerAdded.action()
    )
}

fn emptied() -> String {
    "DELETE FROM import_rows r USING (SELECT $1::uuid AS batch, $2::uuid, $3::timestamptz, $4::text, $5::uuid, $6::uuid) b WHERE r.batch = b.batch"
        .to_owned()
}
