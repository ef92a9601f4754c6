//! The result of a job: a file in sealed pieces, stored beside the papers and found by nobody without the job's row.
//!
//! What is about one customer is sealed under that customer's key, so that an erasure of the customer reaches it too;
//! anything else under the organisation's. Each piece is bound to its job, its attempt, its place, and to whether it is
//! the last: none can be left out, moved or taken from elsewhere.

use std::io::{self, Write};

use crate::{
    audit::store as audit,
    customers::store::Customer,
    db::Read,
    documents::files::Files,
    error::{Error, Result},
    jobs::queue::Job,
    seal::DataKey,
    value::JobId,
};

/// How many bytes of a file are sealed together, and so how much of it is in memory.
const PIECE: usize = 2 * 1024 * 1024;

/// The key of a job's result.
pub fn key(tx: &mut Read<'_>, customer: Option<&Customer>) -> Result<DataKey> {
    let key = audit::standing_key(tx, customer.map(|customer| customer.data_key))?;
    key.ok_or_else(|| Error::Refused("This customer’s personal data was erased.".into()))
}

/// The folder of everything that a job ever wrote.
fn folder(job: JobId) -> String {
    format!("jobs/{job}")
}

fn place(job: JobId, attempt: i32, piece: i32) -> String {
    format!("{}/{attempt}/{piece}", folder(job))
}

fn bound_to(job: JobId, attempt: i32, piece: i32, last: bool) -> Vec<u8> {
    let mut bound = b"job result ".to_vec();
    bound.extend_from_slice(job.0.as_bytes());
    bound.extend_from_slice(&attempt.to_be_bytes());
    bound.extend_from_slice(&piece.to_be_bytes());
    bound.push(u8::from(last));
    bound
}

/// Writes a result, piece by piece. `each` is told how many bytes were written so far and may stop it.
pub struct Writer<'a> {
    files: &'a Files,
    key: DataKey,
    job: JobId,
    attempt: i32,
    each: &'a dyn Fn(i64) -> Result<()>,
    buffer: Vec<u8>,
    pieces: i32,
    size: i64,
}

impl<'a> Writer<'a> {
    /// Begins the result of this attempt.
    pub fn new(
        files: &'a Files,
        key: DataKey,
        job: &Job,
        each: &'a dyn Fn(i64) -> Result<()>,
    ) -> Self {
        Self {
            files,
            key,
            job: job.id,
            attempt: job.attempt,
            each,
            buffer: Vec::with_capacity(PIECE),
            pieces: 0,
            size: 0,
        }
    }

    /// Ends it: how many pieces, and how many bytes.
    pub fn finish(mut self) -> Result<(i32, i64)> {
        self.store(true)?;
        Ok((self.pieces, self.size))
    }

    fn store(&mut self, last: bool) -> Result<()> {
        let bound = bound_to(self.job, self.attempt, self.pieces, last);
        let sealed = self.key.seal(&bound, &self.buffer)?;
        self.buffer.clear();
        (self.each)(self.size)?;
        self.files
            .put(&place(self.job, self.attempt, self.pieces), sealed)?;
        self.pieces += 1;
        Ok(())
    }
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece is stored once more follows: the last one is known as such, and never empty.
        if self.buffer.len() == PIECE {
            self.store(false).map_err(io::Error::other)?;
        }
        let taken = bytes.len().min(PIECE - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        self.size += i64::try_from(taken).unwrap_or(i64::MAX);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The house's error out of a writer's: its own comes back as it was.
pub fn unwritten(error: io::Error) -> Error {
    error
        .downcast::<Error>()
        .unwrap_or_else(|error| Error::Internal(error.into()))
}

/// Copies the result of a job that is done, piece by piece.
pub fn copy(files: &Files, key: &DataKey, job: &Job, out: &mut dyn Write) -> Result<()> {
    for piece in 0..job.pieces.unwrap_or_default() {
        let bytes = opened(files, key, job, piece)?;
        out.write_all(&bytes).map_err(unwritten)?;
    }
    Ok(())
}

/// The beginning of the result of a job that is done: its first piece.
pub fn beginning(files: &Files, key: &DataKey, job: &Job) -> Result<Vec<u8>> {
    opened(files, key, job, 0)
}

fn opened(files: &Files, key: &DataKey, job: &Job, piece: i32) -> Result<Vec<u8>> {
    let last = piece + 1 == job.pieces.unwrap_or_default();
    let sealed = files.bytes(&place(job.id, job.attempt, piece))?;
    Ok(key.open(&bound_to(job.id, job.attempt, piece, last), &sealed)?)
}

/// Removes everything that a job ever wrote.
pub fn forget(files: &Files, job: JobId) -> Result<()> {
    files.forget_below(&folder(job))
}

/// Removes what the attempts from `first` to `last` of a job wrote. What cannot be removed now goes with the job.
pub fn forget_attempts(files: &Files, job: JobId, first: i32, last: i32) {
    for attempt in first..=last {
        if let Err(error) = files.forget_below(&format!("{}/{attempt}", folder(job))) {
            tracing::warn!(%job, attempt, %error, "what an attempt wrote stays until the job goes");
        }
    }
}
