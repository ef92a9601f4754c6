//! Bodies in and out: reading one whole within a limit and a time, and compressing one once.

use std::{
    io::Write,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::{BodySize, MessageBody},
    web::{Bytes, Payload},
};
use futures_core::Stream;

use crate::error::{Error, Result};

/// A form arrives within this or not at all; actix itself would wait for ever.
const PATIENCE: Duration = Duration::from_secs(10);
/// A larger body gets a second more for each so many bytes that came: a slow line may hand in a paper, an idle one not.
const RATE: usize = 64 * 1024;
/// A body over a large limit is read on, and thrown away, up to so many times the limit: a browser that is still sending
/// does not listen, and would show a broken line instead of the sentence.
const DRAINED: usize = 4;
/// Below this a compressed answer fits the same packet as a plain one.
const WORTH_IT: usize = 1024;

/// Reads a body of at most `limit` bytes. `drain`: what is larger is read to its end before it is refused.
pub async fn read(mut payload: Payload, limit: usize, drain: bool) -> Result<Vec<u8>> {
    let started = tokio::time::Instant::now();
    let mut bytes = Vec::new();
    let mut arrived = 0_usize;
    loop {
        let allowed = PATIENCE + Duration::from_secs((arrived / RATE) as u64);
        let piece = std::future::poll_fn(|context| Pin::new(&mut payload).poll_next(context));
        let piece = tokio::time::timeout_at(started + allowed, piece)
            .await
            .map_err(|_| Error::BadRequest("the body did not arrive in time".into()))?;
        match piece {
            None if arrived > limit => return Err(Error::TooLarge),
            None => return Ok(bytes),
            Some(Err(error)) => return Err(Error::BadRequest(error.to_string().into())),
            Some(Ok(piece)) => {
                arrived += piece.len();
                if arrived <= limit {
                    bytes.extend_from_slice(&piece);
                } else if drain && arrived <= limit.saturating_mul(DRAINED) {
                    bytes = Vec::new();
                } else {
                    return Err(Error::TooLarge);
                }
            }
        }
    }
}

/// What the client can unpack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// zstd.
    Zstd,
    /// gzip.
    Gzip,
    /// Nothing.
    Plain,
}

impl Accept {
    /// From `Accept-Encoding`; a coding with `q=0` is not wanted.
    pub fn of(request: &HttpRequest) -> Self {
        let header = request
            .headers()
            .get("accept-encoding")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let wants = |coding: &str| {
            header.split(',').any(|item| {
                let mut parts = item.split(';').map(str::trim);
                parts.next() == Some(coding)
                    && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0"))
            })
        };
        if wants("zstd") {
            Self::Zstd
        } else if wants("gzip") {
            Self::Gzip
        } else {
            Self::Plain
        }
    }
}

/// The body, compressed once at the cheapest level: it costs less than sending it.
pub fn compressed(
    response: &mut HttpResponseBuilder,
    bytes: Vec<u8>,
    accept: Accept,
) -> HttpResponse {
    if bytes.len() < WORTH_IT {
        return response.body(bytes);
    }
    let packed = match accept {
        Accept::Zstd => zstd::bulk::compress(&bytes, 1)
            .ok()
            .map(|packed| ("zstd", packed)),
        Accept::Gzip => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder
                .write_all(&bytes)
                .and_then(|()| encoder.finish())
                .ok()
                .map(|packed| ("gzip", packed))
        }
        Accept::Plain => None,
    };
    match packed {
        Some((coding, packed)) => response
            .append_header(("content-encoding", coding))
            .body(packed),
        None => response.body(bytes),
    }
}

/// A body that is written by a thread while it is read.
pub struct Pieces(tokio::sync::mpsc::Receiver<std::io::Result<Vec<u8>>>);

impl Pieces {
    /// From the thread's channel.
    pub const fn new(receiver: tokio::sync::mpsc::Receiver<std::io::Result<Vec<u8>>>) -> Self {
        Self(receiver)
    }
}

impl MessageBody for Pieces {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<Bytes>>> {
        self.0
            .poll_recv(context)
            .map(|piece| piece.map(|piece| piece.map(Bytes::from)))
    }
}
