//! Looking at what a stranger handed in, at arm's length: in a child process that has neither files nor settings nor
//! much memory nor much time. Whatever a file does to it, it does to a process that is thrown away.

use std::{
    io::{Read as _, Write as _},
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::documents::{
    drawing::{Ask, Draw, Refusal, Told, protocol},
    media::Media,
};

/// A file that cannot be drawn within this is refused, so that whoever sent it hears so within two seconds.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// A drawn page is never larger than this, whatever the child says.
const MOST_DRAWN: u64 = 32 * 1024 * 1024;

/// The number of the signal by which the system ends a process at once.
const KILLED: i32 = 9;

/// Starts the children.
#[derive(Debug)]
pub struct Renderer {
    program: PathBuf,
}

impl Renderer {
    /// `program`: Vouch's own program file, which knows the command `render-child`.
    pub const fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// Looks a file over: it can be read and drawn, and has so many pages.
    pub fn inspect(&self, media: Media, bytes: &[u8]) -> Result<u32, Refusal> {
        match self.ask(&Ask { media, draw: None }, bytes)? {
            (Told::Sound { pages }, _) => Ok(pages),
            _ => Err(Refusal::Unreadable),
        }
    }

    /// Draws a page as a PNG.
    pub fn draw(&self, media: Media, bytes: &[u8], draw: Draw) -> Result<Vec<u8>, Refusal> {
        let ask = Ask {
            media,
            draw: Some(draw),
        };
        match self.ask(&ask, bytes)? {
            (Told::Drawn, png) => Ok(png),
            _ => Err(Refusal::Unreadable),
        }
    }

    fn ask(&self, ask: &Ask, bytes: &[u8]) -> Result<(Told, Vec<u8>), Refusal> {
        let mut child = Command::new(&self.program)
            .arg("render-child")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| {
                tracing::error!(%error, "the renderer cannot be started");
                Refusal::Unreadable
            })?;
        let said = converse(&mut child, ask, bytes);
        // It may have ended by itself; either way nothing of it stays.
        let _ = child.kill();
        let ended = child.wait();
        let Some(said) = said else {
            return Err(Refusal::TooSlow);
        };
        match protocol::read_told(&said) {
            Some((Told::Refused { why }, _)) => Err(why),
            Some((told, rest)) => Ok((told, rest.to_vec())),
            // It ended without a word. Killed from outside: it had computed for as long as it may. Else it asked for more
            // memory than there is, or fell over the file.
            None if ended.is_ok_and(|status| status.signal() == Some(KILLED)) => {
                Err(Refusal::TooSlow)
            }
            None => Err(Refusal::Unreadable),
        }
    }
}

/// Says everything and listens at the same time, for as long as patience lasts. Nothing: it did not end in time.
fn converse(child: &mut Child, ask: &Ask, bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut to, from) = (child.stdin.take()?, child.stdout.take()?);
    let head = protocol::head(ask)?;
    let (tell, told) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        scope.spawn(move || {
            // A child that refuses early hangs up: it has said why.
            let _ = to.write_all(&head).and_then(|()| to.write_all(bytes));
        });
        scope.spawn(move || {
            let mut said = Vec::new();
            if from.take(MOST_DRAWN).read_to_end(&mut said).is_ok() {
                let _ = tell.send(said);
            }
        });
        let said = told.recv_timeout(PATIENCE).ok();
        if said.is_none() {
            // Ends both threads, which wait for nothing but this child.
            let _ = child.kill();
        }
        said
    })
}
