//! What the server logs, where a test can read it. All servers of this process share it: look for ids of your own.

use std::{
    io,
    sync::{LazyLock, Mutex, PoisonError},
};

static BUFFER: Mutex<Vec<u8>> = Mutex::new(Vec::new());

static INSTALLED: LazyLock<()> = LazyLock::new(|| {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_ansi(false)
        .with_writer(|| Lines)
        .init();
});

/// The lines from here on.
pub struct Lines;

/// Begins to keep them.
pub fn lines() -> Lines {
    LazyLock::force(&INSTALLED);
    Lines
}

impl Lines {
    /// Those written so far.
    #[expect(clippy::unused_self, reason = "whoever has it has begun to keep them")]
    pub fn all(&self) -> Vec<String> {
        let buffer = BUFFER.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&buffer)
            .lines()
            .map(str::to_owned)
            .collect()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        BUFFER
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
