//! Making a case file: within one snapshot of the database, in as much memory as one paper and one page of rows take.

mod documents;
mod log;
mod merged;
mod policies;

use std::{
    io::{BufWriter, Write},
    path::Path,
};

use documents::Papers;

use crate::{
    access::behalf::Behalf,
    audit::{
        checkpoint::{self, Checkpoint, Hex},
        of_customer,
        verdict::Head,
        witness,
    },
    casefile::{
        manifest::{Listed, MadeFor, Manifest, Signature},
        pages::print,
        proof,
        rules::{CHECKPOINT, FORMAT, MANIFEST, README, Reader, SIGNATURE, STYLE},
        source::Source,
        store,
        told::Told,
        zip::{self, Written},
    },
    db::Read,
    documents::files::Files,
    error::{Error, Result},
    jobs::{
        progress::Progress,
        results::{self, unwritten},
    },
    reviews::kyc_file::{reading, shown::Names, timeline::Wanted},
    staff::store as staff,
    value::CustomerId,
};

/// The log does not hold together, so that nothing can be proven by it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the audit chain is broken")]
pub struct ChainBroken;

impl From<ChainBroken> for Error {
    fn from(broken: ChainBroken) -> Self {
        Self::Internal(broken.into())
    }
}

/// What a case file is made with.
pub struct Making<'a> {
    /// Whom it is made for.
    pub behalf: &'a Behalf,
    /// Where the papers stand.
    pub files: &'a Files,
    /// Where signed checkpoints are kept.
    pub checkpoints: &'a Path,
    /// The installation's public address.
    pub origin: &'a str,
    /// How far the system itself just verified the log: further than whoever it is made for may read.
    pub verified: Head,
    /// Who is told how far it is, and says whether to go on.
    pub watch: &'a Progress<'a>,
}

/// What a line of the log is guessed to weigh, with its line on the page; for the progress alone.
const LINE: i64 = 2_000;

/// Writes a customer's case file.
pub fn write<W: Write>(
    tx: &mut Read<'_>,
    making: &Making<'_>,
    customer: CustomerId,
    out: W,
) -> Result<W> {
    let (behalf, made_at) = (making.behalf, tx.now());
    let newest = Wanted::of("", "");
    let file = reading::read(tx, customer, behalf.time_zone, newest, behalf.staff)?;
    let key = results::key(tx, Some(&file.customer))?;
    let head = witness::whole(tx, Some(making.verified), &|| making.watch.alive())?;
    let head = head.ok_or(ChainBroken)?;
    let places = of_customer::places(tx, customer.0, head.sequence)?;
    // Whoever asked for this did so in an entry.
    let first = *places.first().ok_or(ChainBroken)?;
    let checkpoint = sign(tx, making, &head)?;
    let rows = merged::rows(tx, customer)?;
    let everybody: Vec<CustomerId> = rows.0.iter().map(|one| one.id).chain([customer]).collect();
    let expected = store::weight(tx, &everybody)?
        + (head.sequence - first + 1) * proof::RECORD
        + i64::try_from(places.len()).unwrap_or(i64::MAX / LINE / 2) * LINE;
    making.watch.expect(expected)?;

    let names: Names = staff::all(tx)?
        .into_iter()
        .map(|member| (member.id.0, member.name))
        .collect();
    let mut archive = zip::Writer::new(BufWriter::new(out));
    let mut papers = Papers::default();
    let documents = papers.write(tx, making, customer, Some(&key), &names, &mut archive)?;
    let merged = merged::write(tx, making, &file, rows, &names, (&mut papers, &mut archive))?;
    papers.end(&mut archive)?;
    let policies = policies::write(tx, &everybody, &names, &mut archive)?;
    let own = merged::held(tx, file.customer.clone(), documents)?;
    let source = Source::new(tx);
    let told = Told {
        source: &source,
        file: &file,
        own: &own,
        merged: &merged,
        policies: &policies,
        names: &names,
        behalf,
        reader: Reader { role: behalf.role },
        zone: behalf.time_zone,
        made_at,
        origin: making.origin,
        places: &places,
        signed: head.sequence,
        key: &key,
    };
    let entries = log::tell(&told, &mut archive).map_err(unwritten)?;
    source.end()?;
    log::chain_proof(tx, making, first, &head, &mut archive)?;
    let mut put = |name: &str, bytes: &[u8]| archive.file(name, bytes).map_err(unwritten);
    put(CHECKPOINT, (checkpoint.to_line() + "\n").as_bytes())?;
    put(STYLE, print::STYLE.as_bytes())?;
    put(README, print::README.as_bytes())?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        origin: making.origin.to_owned(),
        organisation: tx.scope().organisation().0,
        organisation_name: behalf.organisation_name.clone(),
        customer: customer.0,
        made_at,
        made_for: MadeFor {
            staff: behalf.staff.0,
            name: behalf.name.clone(),
            role: behalf.role.to_string(),
        },
        entries,
        files: archive.written().iter().map(listed).collect(),
    };
    seal(tx, &manifest, archive)
}

fn listed(written: &Written) -> Listed {
    Listed {
        name: written.name.clone(),
        size: written.size,
        sha256: Hex(written.sha256),
    }
}

/// Signs the chain's end as this snapshot sees it, and keeps the checkpoint where the others are.
fn sign(tx: &mut Read<'_>, making: &Making<'_>, head: &Head) -> Result<Checkpoint> {
    let signed = Checkpoint::sign(
        &tx.keys().secret().checkpoint_key(),
        making.origin,
        tx.scope().organisation().0,
        head,
        tx.now(),
    );
    checkpoint::append(making.checkpoints, &signed).map_err(|error| {
        Error::Unavailable(format!("the checkpoint cannot be written: {error}"))
    })?;
    Ok(signed)
}

/// The manifest and its signature, and the end of the archive.
fn seal<W: Write>(
    tx: &Read<'_>,
    manifest: &Manifest,
    mut archive: zip::Writer<BufWriter<W>>,
) -> Result<W> {
    let manifest = serde_json::to_vec_pretty(manifest).map_err(anyhow::Error::new)?;
    let signature = Signature::sign(&tx.keys().secret().checkpoint_key(), &manifest);
    let signature = serde_json::to_vec_pretty(&signature).map_err(anyhow::Error::new)?;
    let finished = archive
        .file(MANIFEST, &manifest)
        .and_then(|()| archive.file(SIGNATURE, &signature))
        .and_then(|()| archive.finish());
    let buffered = finished.map_err(unwritten)?;
    buffered
        .into_inner()
        .map_err(|error| unwritten(error.into_error()))
}
