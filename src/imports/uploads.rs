//! The bytes of a file that was handed in: sealed under the organisation's key, in pieces, where the servers keep papers.

use std::io::{self, Read};

use crate::{documents::files::Files, error::Result, seal::DataKey, value::UploadId};

/// How many bytes are sealed together.
const PIECE: usize = 2 * 1024 * 1024;

/// Where all of them stand.
const ALL: &str = "uploads";

fn folder(upload: UploadId) -> String {
    format!("{ALL}/{upload}")
}

fn place(upload: UploadId, piece: i32) -> String {
    format!("{}/{piece}", folder(upload))
}

/// What a piece is bound to: its file, its place, and whether it is the last.
fn bound_to(upload: UploadId, piece: i32, last: bool) -> Vec<u8> {
    let mut bound = b"upload ".to_vec();
    bound.extend_from_slice(upload.0.as_bytes());
    bound.extend_from_slice(&piece.to_be_bytes());
    bound.push(u8::from(last));
    bound
}

/// Stores a file: how many pieces.
pub fn put(files: &Files, key: &DataKey, upload: UploadId, bytes: &[u8]) -> Result<i32> {
    let mut pieces = bytes.chunks(PIECE).peekable();
    let mut stored = 0;
    while let Some(piece) = pieces.next() {
        let bound = bound_to(upload, stored, pieces.peek().is_none());
        files.put(&place(upload, stored), key.seal(&bound, piece)?)?;
        stored += 1;
    }
    Ok(stored)
}

/// The files that stand in the store, whether a row tells of them or not.
pub fn stored(files: &Files) -> Result<Vec<UploadId>> {
    let names = files.folders(ALL)?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

/// Removes a file.
pub fn forget(files: &Files, upload: UploadId) -> Result<()> {
    files.forget_below(&folder(upload))
}

/// Reads a file from its beginning, with one piece of it in memory.
pub struct Reader<'a> {
    files: &'a Files,
    key: &'a DataKey,
    upload: UploadId,
    pieces: i32,
    next: i32,
    piece: io::Cursor<Vec<u8>>,
}

impl<'a> Reader<'a> {
    /// Of a file of so many pieces.
    pub const fn new(files: &'a Files, key: &'a DataKey, upload: UploadId, pieces: i32) -> Self {
        Self {
            files,
            key,
            upload,
            pieces,
            next: 0,
            piece: io::Cursor::new(Vec::new()),
        }
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(out)?;
            if read > 0 || out.is_empty() || self.next == self.pieces {
                return Ok(read);
            }
            let bound = bound_to(self.upload, self.next, self.next + 1 == self.pieces);
            let sealed = self.files.bytes(&place(self.upload, self.next));
            let opened = sealed.and_then(|sealed| Ok(self.key.open(&bound, &sealed)?));
            self.piece = io::Cursor::new(opened.map_err(io::Error::other)?);
            self.next += 1;
        }
    }
}
