//! `vouch audit verify` and `vouch audit key`: for whoever doubts the log, with or without its database.

use crate::audit::checkpoint::{self, CheckpointError};
use crate::audit::verdict::Verdict;
use crate::audit::walk::Checkpoints;
use crate::audit::{export_check, verify};
use crate::seal::SecretKey;
use anyhow::Context as _;
use diesel::{Connection as _, PgConnection};
use ed25519_dalek::VerifyingKey;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use uuid::Uuid;

use crate::config::Config;

use super::Database;

/// What `vouch audit verify` may be told.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct VerifyArgs {
    /// Only this organisation: its id or its name
    #[arg(long)]
    pub organisation: Option<String>,
    /// Check an export (CSV) instead; needs no database
    #[arg(long, value_name = "FILE", conflicts_with = "organisation")]
    pub from_export: Option<PathBuf>,
    /// Checkpoints to hold the chain against, instead of those in `VOUCH_CHECKPOINT_DIR`
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// The key that must have signed the checkpoints, as `vouch audit key` prints it
    #[arg(long, value_name = "KEY")]
    pub public_key: Option<String>,
}

/// What `vouch audit` can do.
#[derive(Debug, clap::Subcommand)]
pub enum AuditCommand {
    /// Re-compute the chain; exit status 0 intact, 1 broken, 2 could not run
    Verify(VerifyArgs),
    /// Print the public key that signs the checkpoints
    Key,
}

/// The log of a database elsewhere is checked as its owner.
#[derive(Debug, thiserror::Error)]
#[error(
    "VOUCH_OWNER_URL is missing: the role that serves sees one organisation at a time, and only the role that owns the schema knows which there are"
)]
pub struct OwnerNeeded;

pub(super) fn run(mut config: Config, command: &AuditCommand) -> anyhow::Result<ExitCode> {
    let (mut out, mut err) = (io::stdout(), io::stderr());
    match command {
        AuditCommand::Verify(args) if args.from_export.is_some() => {
            let directory = config.checkpoint_dir();
            let nowhere = || Err(anyhow::anyhow!("an export is checked without a database"));
            let here = Installation {
                connect: &nowhere,
                checkpoints: Some(directory.as_path()).filter(|path| path.is_dir()),
                secret: config.secret_key.as_ref(),
            };
            Ok(ExitCode::from(verify(args, &here, &mut out, &mut err)))
        }
        AuditCommand::Verify(args) => {
            // What keeps it from beginning is status 2, as the settings' own errors are.
            let database = Database::for_a_command(&mut config)?;
            let Some(owner_url) = &database.owner_url else {
                return Err(OwnerNeeded.into());
            };
            let directory = config.checkpoint_dir();
            let connect = || Ok(PgConnection::establish(owner_url)?);
            let here = Installation {
                connect: &connect,
                checkpoints: Some(&directory),
                secret: config.secret_key.as_ref(),
            };
            Ok(ExitCode::from(verify(args, &here, &mut out, &mut err)))
        }
        AuditCommand::Key => {
            if config.database_url.is_none() {
                drop(Database::for_a_command(&mut config)?);
            }
            let secret = config.secret_key.context("VOUCH_SECRET_KEY is missing")?;
            self::key(&secret, &mut out)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// What the installation itself has to check against, where there is one.
pub struct Installation<'a> {
    /// Connects as the owner; called only if the database is needed.
    pub connect: &'a dyn Fn() -> anyhow::Result<PgConnection>,
    /// Where its checkpoints are.
    pub checkpoints: Option<&'a Path>,
    /// Its secret, from which the public key follows when none is given.
    pub secret: Option<&'a SecretKey>,
}

/// Prints the public key of the checkpoints: 64 hexadecimal digits.
pub fn key(secret: &SecretKey, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{}",
        hex::encode(secret.checkpoint_key().verifying_key().to_bytes())
    )
}

/// Runs `vouch audit verify` and answers its exit status: 0 intact, 1 broken, 2 could not run. Progress goes to `err`.
pub fn verify(
    args: &VerifyArgs,
    here: &Installation<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    match check(args, here, out, err) {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(error) => {
            // Where even this cannot be written, the exit status still says it.
            let _ = writeln!(err, "vouch audit verify: {error:#}");
            2
        }
    }
}

fn check(
    args: &VerifyArgs,
    here: &Installation<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<bool> {
    let key = match &args.public_key {
        Some(text) => {
            Some(checkpoint::public_key(text).context("--public-key is 64 hexadecimal digits")?)
        }
        None => here
            .secret
            .map(|secret| secret.checkpoint_key().verifying_key()),
    };
    if let Some(file) = &args.checkpoint {
        File::open(file).with_context(|| file.display().to_string())?;
    }
    if let Some(path) = &args.from_export {
        let file = File::open(path).with_context(|| path.display().to_string())?;
        let outside = |organisation| outside(args.checkpoint.as_deref(), organisation);
        let verdict = export_check::verify_export(io::BufReader::new(file), outside, key.as_ref());
        writeln!(out, "{verdict}")?;
        return Ok(verdict.intact());
    }
    let mut conn = (here.connect)()?;
    let organisations = organisations(&mut conn, args, here.checkpoints)?;
    let mut intact = true;
    for organisation in organisations {
        let verdict = check_one(&mut conn, organisation, args, here, key.as_ref(), err)?;
        // The installation's own chain is often empty; saying nothing of it is clearer.
        if verdict.entries > 0 || !verdict.intact() || args.organisation.is_some() {
            writeln!(out, "{verdict}")?;
        }
        intact &= verdict.intact();
    }
    Ok(intact)
}

fn check_one(
    conn: &mut PgConnection,
    organisation: Uuid,
    args: &VerifyArgs,
    here: &Installation<'_>,
    key: Option<&VerifyingKey>,
    err: &mut dyn Write,
) -> anyhow::Result<Verdict> {
    let kept = here
        .checkpoints
        .map(|directory| checkpoint::path(directory, organisation))
        .filter(|path| path.exists());
    let file = args.checkpoint.as_deref().or(kept.as_deref());
    let mut progress = |done: u64| {
        if done.is_multiple_of(1_000_000) {
            let _ = writeln!(err, "{organisation}: {done} entries");
        }
    };
    Ok(verify::verify(
        conn,
        organisation,
        outside(file, organisation),
        key,
        &mut progress,
    )?)
}

/// The organisations asked for; all: also those of which only checkpoints are left.
fn organisations(
    conn: &mut PgConnection,
    args: &VerifyArgs,
    directory: Option<&Path>,
) -> anyhow::Result<BTreeSet<Uuid>> {
    let which = args.organisation.as_deref();
    let mut all: BTreeSet<Uuid> = verify::organisations(conn, which)?.into_iter().collect();
    if let (Some(directory), None) = (directory.filter(|it| it.exists()), which) {
        for file in std::fs::read_dir(directory)? {
            let name = file?.path();
            all.extend(
                name.file_stem()
                    .and_then(|stem| stem.to_str()?.parse::<Uuid>().ok()),
            );
        }
    }
    anyhow::ensure!(
        !all.is_empty(),
        "there is no organisation {}",
        which.unwrap_or_default()
    );
    Ok(all)
}

/// The checkpoints of one organisation in a file, if one is given; a file that cannot be read is a finding.
fn outside<'a>(file: Option<&Path>, organisation: Uuid) -> Checkpoints<'a> {
    match file.map(|file| checkpoint::read(file, organisation)) {
        None => Box::new(std::iter::empty()),
        Some(Ok(read)) => Box::new(read),
        Some(Err(error)) => Box::new(std::iter::once(Err(CheckpointError::File(error)))),
    }
}
