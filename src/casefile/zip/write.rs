//! Writing an archive to a stream.

use std::io::{self, Write};

use flate2::Crc;
use sha2::{Digest as _, Sha256};

use super::layout::{Part, end};

/// A file that was written, as a manifest names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// An archive that is being written.
pub struct Writer<W> {
    out: W,
    at: u64,
    parts: Vec<Part>,
    written: Vec<Written>,
}

impl<W: Write> Writer<W> {
    /// Begins one.
    pub const fn new(out: W) -> Self {
        Self {
            out,
            at: 0,
            parts: Vec::new(),
            written: Vec::new(),
        }
    }

    /// What was written so far, in its order.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// Adds a file that is there whole.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut crc = Crc::new();
        crc.update(bytes);
        let part = Part {
            name: name.to_owned(),
            crc: crc.sum(),
            size: bytes.len() as u64,
            offset: self.at,
            behind: false,
        };
        self.put(&part.before())?;
        self.put(bytes)?;
        self.written.push(Written {
            name: name.to_owned(),
            size: part.size,
            sha256: Sha256::digest(bytes).into(),
        });
        self.parts.push(part);
        Ok(())
    }

    /// Adds a file whose bytes come one after the other; [`Streamed::end`] ends it.
    pub fn stream(&mut self, name: &str) -> io::Result<Streamed<'_, W>> {
        let part = Part {
            name: name.to_owned(),
            crc: 0,
            size: 0,
            offset: self.at,
            behind: true,
        };
        self.put(&part.before())?;
        Ok(Streamed {
            archive: self,
            part,
            crc: Crc::new(),
            sha256: Sha256::new(),
        })
    }

    /// Writes the directory and gives the stream back.
    pub fn finish(mut self) -> io::Result<W> {
        let start = self.at;
        for part in std::mem::take(&mut self.parts) {
            self.put(&part.listed())?;
        }
        let (files, size) = (self.written.len() as u64, self.at - start);
        self.put(&end(files, size, start))?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

/// A file that is being written.
pub struct Streamed<'a, W: Write> {
    archive: &'a mut Writer<W>,
    part: Part,
    crc: Crc,
    sha256: Sha256,
}

impl<W: Write> Streamed<'_, W> {
    /// Ends the file.
    pub fn end(mut self) -> io::Result<()> {
        self.part.crc = self.crc.sum();
        self.archive.put(&self.part.behind())?;
        self.archive.written.push(Written {
            name: self.part.name.clone(),
            size: self.part.size,
            sha256: self.sha256.finalize().into(),
        });
        self.archive.parts.push(self.part);
        Ok(())
    }
}

impl<W: Write> Write for Streamed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.archive.put(bytes)?;
        self.crc.update(bytes);
        self.sha256.update(bytes);
        self.part.size += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
