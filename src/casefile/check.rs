//! Doubting a case file: with neither server nor database, in bounded memory, saying precisely what was altered.

mod entries;
mod files;

use std::{
    fmt,
    io::{BufReader, Read, Seek, SeekFrom, Take},
};

use ed25519_dalek::VerifyingKey;
use uuid::Uuid;

use crate::{
    audit::{verdict::Verdict, walk::Checkpoints},
    casefile::{
        manifest::Manifest,
        zip::{self, Contents, Part, Unreadable},
    },
};

/// Findings beyond this many are counted, not kept.
const KEPT: usize = 50;

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What the file says of itself, where that can be read.
    pub manifest: Option<Manifest>,
    /// What was altered, each a sentence.
    pub findings: Vec<String>,
    /// How much was altered in all.
    pub found: usize,
    /// What the chain says, where it was looked at.
    pub chain: Option<Verdict>,
    /// What could not be proven, each a sentence.
    pub unproven: Vec<String>,
}

impl Outcome {
    /// Nothing was altered.
    pub fn intact(&self) -> bool {
        self.found == 0 && self.chain.as_ref().is_none_or(Verdict::intact)
    }

    fn find(&mut self, what: impl Into<String>) {
        self.found += 1;
        if self.findings.len() < KEPT {
            self.findings.push(what.into());
        }
    }

    fn unproven(&mut self, what: impl Into<String>) {
        self.unproven.push(what.into());
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(manifest) = &self.manifest {
            let Manifest {
                customer,
                made_for,
                origin,
                organisation_name,
                ..
            } = manifest;
            let at = manifest.made_at.format("%F %T UTC");
            // Debug escapes what a terminal would act upon: until the signature is checked, anybody may have written it.
            writeln!(
                f,
                "case file of customer {customer} of {organisation_name:?}, made {at} by {origin:?} for {:?} ({:?})",
                made_for.name, made_for.role
            )?;
        }
        if self.intact() {
            let files = self.manifest.as_ref().map_or(0, |it| it.files.len());
            let entries = self.manifest.as_ref().map_or(0, |it| it.entries);
            write!(f, "intact: {files} files, {entries} audit entries")?;
            if let Some(signed) = self.chain.as_ref().and_then(|it| it.checkpoint.as_ref()) {
                let at = signed.at.format("%F %T UTC");
                write!(f, ", proven by the chain to #{}, signed {at}", signed.size)?;
            }
        } else {
            let chain = self.chain.as_ref().map_or(0, |chain| chain.found);
            write!(f, "ALTERED: {} findings", self.found as u64 + chain)?;
            for finding in &self.findings {
                write!(f, "\n  {finding}")?;
            }
            for finding in self.chain.iter().flat_map(|chain| &chain.findings) {
                write!(f, "\n  audit log: {finding}")?;
            }
        }
        let chain = self.chain.iter().flat_map(|chain| &chain.unproven);
        for unproven in self.unproven.iter().chain(chain) {
            write!(f, "\n  not proven: {unproven}")?;
        }
        Ok(())
    }
}

/// A case file, open for reading as often as it takes.
pub trait Source {
    /// One more reader of it.
    type Reader: Read + Seek;
    /// Opens it again.
    fn again(&self) -> std::io::Result<Self::Reader>;
}

/// The file of that name.
impl Source for std::path::Path {
    type Reader = std::fs::File;
    fn again(&self) -> std::io::Result<Self::Reader> {
        std::fs::File::open(self)
    }
}

/// One file of the archive, to be read.
type Inside<R> = BufReader<Take<R>>;

/// The archive and what lies where in it.
struct Archive<'a, S: Source + ?Sized> {
    source: &'a S,
    contents: Contents,
}

impl<S: Source + ?Sized> Archive<'_, S> {
    fn part(&self, name: &str) -> Option<(&Part, u64)> {
        let at = self
            .contents
            .parts
            .iter()
            .position(|part| part.name == name)?;
        Some((&self.contents.parts[at], self.contents.starts[at]))
    }

    fn inside(&self, part: &Part, start: u64) -> std::io::Result<Inside<S::Reader>> {
        let mut reader = self.source.again()?;
        reader.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(reader.take(part.size)))
    }

    fn open(&self, name: &str) -> std::io::Result<Option<Inside<S::Reader>>> {
        match self.part(name) {
            Some((part, start)) => self.inside(part, start).map(Some),
            None => Ok(None),
        }
    }

    /// A short file, whole; nothing where it is not there or far too long.
    fn whole(&self, name: &str, most: u64) -> std::io::Result<Option<Vec<u8>>> {
        let Some((part, start)) = self.part(name).filter(|(part, _)| part.size <= most) else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        self.inside(part, start)?.read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}

/// Checks a case file. `outside` gives checkpoints that did not come with it, once the organisation is known. Fails only
/// where the file cannot be read at all; anything else is a finding.
pub fn verify<'k, S: Source + ?Sized>(
    source: &S,
    key: Option<&'k VerifyingKey>,
    outside: impl FnOnce(Uuid) -> Option<Checkpoints<'k>>,
) -> std::io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let contents = match zip::open(&mut source.again()?) {
        Ok(contents) => contents,
        Err(Unreadable::Io(error)) => return Err(error),
        Err(Unreadable::Not(why)) => {
            outcome.find(format!("the archive itself: {why}"));
            return Ok(outcome);
        }
    };
    let archive = Archive { source, contents };
    let signed_by = files::manifest(&archive, key, &mut outcome)?;
    if let Some(manifest) = outcome.manifest.clone() {
        files::listed(&archive, &manifest, &mut outcome)?;
        entries::chain(&archive, &manifest, signed_by, outside, &mut outcome)?;
    }
    if key.is_none() {
        outcome.unproven(
            "who made it: no public key was given, and anybody could make a file like this with a key of their own",
        );
    }
    Ok(outcome)
}
