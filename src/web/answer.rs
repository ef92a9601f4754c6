//! What a handler answers: plain data that may cross threads. The edge turns it into an HTTP response.

use askama::Template;

use crate::{access::session::Token, error::Result};

/// What becomes of the browser's session.
#[derive(Clone, Default)]
pub enum SessionEffect {
    /// Nothing.
    #[default]
    Keep,
    /// A new token, in place of any old one.
    Begin(Token),
    /// The cookie goes, and what the browser kept of us.
    End,
}

/// A body.
pub enum Body {
    /// Whole.
    Whole(Vec<u8>),
    /// Piece by piece, written by a thread while the client reads; an error cuts the connection.
    Stream(tokio::sync::mpsc::Receiver<std::io::Result<Vec<u8>>>),
}

/// An answer.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers by lower-case name.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Body,
    /// Session.
    pub session: SessionEffect,
}

impl Answer {
    /// An answer with a status, a content type and a body.
    pub fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: Body::Whole(body.into()),
            session: SessionEffect::Keep,
        }
    }

    /// A page.
    pub fn page(template: &impl Template) -> Result<Self> {
        Self::page_with(200, template)
    }

    /// A page with a status other than 200: 409 and 422 show the same form again.
    pub fn page_with(status: u16, template: &impl Template) -> Result<Self> {
        Ok(Self::new(
            status,
            "text/html; charset=utf-8",
            template.render().map_err(anyhow::Error::new)?,
        ))
    }

    /// A machine's answer. Ours always have a form as JSON.
    pub fn json(status: u16, body: &impl serde::Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self::new(status, "application/json", body)
    }

    /// See the result elsewhere: after a POST, a GET (303).
    pub fn see(location: impl Into<String>) -> Self {
        Self::new(303, "text/plain; charset=utf-8", Vec::new()).with("location", location)
    }

    /// A file that is written while it is read, in constant memory. The writer gets a sink; what it returns early as
    /// an error cuts the connection, so that a broken file never looks whole.
    pub fn file(
        name: &str,
        content_type: &'static str,
        write: impl FnOnce(&mut Sink) -> Result<()> + Send + 'static,
    ) -> Self {
        let (sender, receiver) = tokio::sync::mpsc::channel(4);
        std::thread::spawn(move || {
            let mut sink = Sink {
                sender,
                buffer: Vec::with_capacity(Sink::PIECE),
            };
            let end = write(&mut sink).and_then(|()| {
                std::io::Write::flush(&mut sink).map_err(|error| anyhow::Error::new(error).into())
            });
            if let Err(error) = end {
                tracing::error!(error = %error, "an export broke off");
                let _ = sink
                    .sender
                    .blocking_send(Err(std::io::Error::other("broken off")));
            }
        });
        Self {
            status: 200,
            headers: vec![("content-type", content_type.to_owned())],
            body: Body::Stream(receiver),
            session: SessionEffect::Keep,
        }
        .with(
            "content-disposition",
            format!("attachment; filename=\"{name}\""),
        )
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a session effect.
    #[must_use]
    pub fn session(mut self, effect: SessionEffect) -> Self {
        self.session = effect;
        self
    }
}

/// Where an export writes. A client that went away ends it.
pub struct Sink {
    sender: tokio::sync::mpsc::Sender<std::io::Result<Vec<u8>>>,
    buffer: Vec<u8>,
}

impl Sink {
    const PIECE: usize = 64 * 1024;
}

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // No more at once than a piece, however much is handed over: what waits for a slow client is pieces.
        let room = Self::PIECE.saturating_sub(self.buffer.len()).max(1);
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.buffer.extend_from_slice(taken);
        if self.buffer.len() >= Self::PIECE {
            self.flush()?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(Self::PIECE));
        self.sender
            .blocking_send(Ok(piece))
            .map_err(|_| std::io::Error::from(std::io::ErrorKind::BrokenPipe))
    }
}
