//! Doubting a case file: with neither server nor database, in bounded memory, saying precisely what was altered.

mod entries;
mod files;
mod outcome;

use std::io::{BufReader, Read, Seek, SeekFrom, Take};

use ed25519_dalek::VerifyingKey;
use uuid::Uuid;

use crate::{
    audit::walk::Checkpoints,
    casefile::zip::{self, Contents, Part, Unreadable},
};

pub use outcome::Outcome;

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
