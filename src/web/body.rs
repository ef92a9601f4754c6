//! Bodies in and out: reading one whole within a limit and a time, and compressing one once.

use std::{
    fmt::Display,
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
/// A larger body gets a second more for each so many bytes that came: an idle line earns none.
const RATE: usize = 64 * 1024;
/// One that holds a place (`edge/places.rs`, which are few) for fewer: a phone on a poor line may hand in a photo.
const PATIENT_RATE: usize = 8 * 1024;
/// And no body is waited for longer, so that a place is free again within it.
const LONGEST: Duration = Duration::from_mins(5);
/// A body over a large limit is read on, and thrown away, up to so many times the limit: a browser that is still sending
/// does not listen, and would show a broken line instead of the sentence.
const DRAINED: usize = 4;
/// Below this a compressed answer fits the same packet as a plain one.
const WORTH_IT: usize = 1024;

/// Why a body is refused that came too slowly.
pub const LATE: &str = "the body did not arrive in time";

/// How long a body is waited for of which so many bytes have come. Those over the limit are thrown away, and earn no time.
/// `placed`: it holds a place.
fn allowed(arrived: usize, limit: usize, placed: bool) -> Duration {
    let rate = if placed { PATIENT_RATE } else { RATE };
    let earned = Duration::from_secs((arrived.min(limit) / rate) as u64);
    (PATIENCE + earned).min(LONGEST)
}

/// Reads a body of at most `limit` bytes. `drain`: what is larger is read to its end before it is refused. `placed`: it holds a
/// place, and may be slower for that.
pub async fn read(payload: Payload, limit: usize, drain: bool, placed: bool) -> Result<Vec<u8>> {
    read_within(payload, limit, drain, |arrived| {
        allowed(arrived, limit, placed)
    })
    .await
}

/// The same of any stream. `allowed`: how long it is waited for, by the bytes that came.
async fn read_within<S, E>(
    mut payload: S,
    limit: usize,
    drain: bool,
    allowed: impl Fn(usize) -> Duration,
) -> Result<Vec<u8>>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Display,
{
    let started = tokio::time::Instant::now();
    let mut bytes = Vec::new();
    let mut arrived = 0_usize;
    loop {
        let piece = std::future::poll_fn(|context| Pin::new(&mut payload).poll_next(context));
        let piece = tokio::time::timeout_at(started + allowed(arrived), piece)
            .await
            .map_err(|_| Error::BadRequest(LATE.into()))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    const MB: usize = 1024 * 1024;

    #[test]
    fn a_photo_comes_over_a_poor_line_and_nothing_over_an_idle_one() {
        let in_time = |rate: usize, size: usize, placed: bool| {
            // Whether each second's bytes are there before the time of those before them is over.
            (1..=size.div_ceil(rate)).all(|second| {
                let before = (rate * (second - 1)).min(size);
                Duration::from_secs(second as u64) <= allowed(before, 10 * MB, placed)
            })
        };
        assert!(in_time(16 * 1024, 4 * MB, true));
        assert!(in_time(PATIENT_RATE, 2 * MB, true));
        assert!(!in_time(PATIENT_RATE / 2, MB, true));
        // Who holds no place is hurried.
        assert!(in_time(RATE, 10 * MB, false));
        assert!(!in_time(RATE / 2, 4 * MB, false));
        for placed in [false, true] {
            assert_eq!(allowed(0, 10 * MB, placed), PATIENCE);
            assert!(allowed(10 * MB, 10 * MB, placed) <= LONGEST);
            // What is only read to be thrown away keeps its place no longer than what is taken.
            assert_eq!(
                allowed(40 * MB, 10 * MB, placed),
                allowed(10 * MB, 10 * MB, placed)
            );
        }
    }

    /// Pieces as they come, and then nothing for as long as the sender is there.
    struct Line(tokio::sync::mpsc::Receiver<Bytes>);

    impl Stream for Line {
        type Item = Result<Bytes, std::io::Error>;

        fn poll_next(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Self::Item>> {
            self.0.poll_recv(context).map(|piece| piece.map(Ok))
        }
    }

    #[test]
    fn what_comes_too_slowly_is_refused_as_that() {
        actix_web::rt::System::new().block_on(one_that_stops());
    }

    async fn one_that_stops() {
        let short = |arrived: usize| Duration::from_millis(if arrived == 0 { 50 } else { 150 });
        for whole in [false, true] {
            let (sender, receiver) = tokio::sync::mpsc::channel(1);
            sender
                .send(Bytes::from_static(b"half"))
                .await
                .expect("a reader");
            let sender = (!whole).then_some(sender);
            let read = read_within(Line(receiver), MB, false, short).await;
            drop(sender);
            match read {
                Ok(bytes) => assert!(whole && bytes == b"half"),
                Err(Error::BadRequest(why)) => assert!(!whole && why == LATE, "{why}"),
                Err(other) => panic!("{other}"),
            }
        }
    }
}
