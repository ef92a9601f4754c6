//! `vouch casefile verify`: for whoever was given a case file, and has neither the server nor its database.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;

use crate::{
    audit::{
        checkpoint::{self, CheckpointError},
        walk::Checkpoints,
    },
    casefile::check,
};

/// What `vouch casefile` can do.
#[derive(Debug, clap::Subcommand)]
pub enum CaseFileCommand {
    /// Check a case file without a database; exit status 0 intact, 1 altered, 2 could not run
    Verify(VerifyArgs),
}

/// What `vouch casefile verify` may be told.
#[derive(Debug, Clone, clap::Args)]
pub struct VerifyArgs {
    /// The case file, as it was fetched
    pub file: PathBuf,
    /// The key that must have signed it, as `vouch audit key` prints it
    #[arg(long, value_name = "KEY")]
    pub public_key: Option<String>,
    /// Checkpoints that were kept elsewhere, to hold the chain against
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
}

pub(super) fn run(command: &CaseFileCommand) -> ExitCode {
    let CaseFileCommand::Verify(args) = command;
    ExitCode::from(verify(args, &mut io::stdout(), &mut io::stderr()))
}

/// Runs `vouch casefile verify` and answers its exit status: 0 intact, 1 altered, 2 could not run.
pub fn verify(args: &VerifyArgs, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    match check(args, out) {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(error) => {
            // Where even this cannot be written, the exit status still says it.
            let _ = writeln!(err, "vouch casefile verify: {error:#}");
            2
        }
    }
}

fn check(args: &VerifyArgs, out: &mut dyn Write) -> anyhow::Result<bool> {
    let key = args
        .public_key
        .as_ref()
        .map(|text| checkpoint::public_key(text).context("--public-key is 64 hexadecimal digits"))
        .transpose()?;
    if let Some(file) = &args.checkpoint {
        std::fs::File::open(file).with_context(|| file.display().to_string())?;
    }
    let outside = |organisation| {
        let file = args.checkpoint.as_deref()?;
        Some(known(file, organisation))
    };
    let outcome = check::verify(args.file.as_path(), key.as_ref(), outside)
        .with_context(|| args.file.display().to_string())?;
    writeln!(out, "{outcome}")?;
    Ok(outcome.intact())
}

/// The checkpoints of one organisation in a file.
fn known<'a>(file: &Path, organisation: uuid::Uuid) -> Checkpoints<'a> {
    match checkpoint::read(file, organisation) {
        Ok(read) => Box::new(read),
        Err(error) => Box::new(std::iter::once(Err(CheckpointError::File(error)))),
    }
}
