//! `vouch postgres-child`: the moment between us and PostgreSQL. A program can only arrange for its own death and
//! its own account, so this small one does, and then becomes PostgreSQL.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};

use super::Account;

/// How PostgreSQL learns that its Vouch has died, even by `kill -9`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Leash {
    /// Linux: the kernel sends SIGINT when the thread that started it ends.
    Signal,
    /// Elsewhere: a small process stays between the two, and a pipe that closes tells it.
    Pipe,
}

impl Leash {
    /// What this system offers.
    pub const BEST: Self = if cfg!(target_os = "linux") {
        Self::Signal
    } else {
        Self::Pipe
    };
}

/// The arguments of the hidden command.
#[derive(Debug, clap::Args)]
pub struct Launch {
    /// The process that starts us: if it is gone by the time we look, we go as well.
    #[arg(long)]
    parent: u32,
    /// How to follow it.
    #[arg(long, value_enum)]
    leash: Leash,
    /// The account to become.
    #[arg(long, requires = "gid")]
    uid: Option<u32>,
    /// Its group.
    #[arg(long, requires = "uid")]
    gid: Option<u32>,
    /// The program and its arguments.
    #[arg(last = true, required = true)]
    program: Vec<OsString>,
}

impl Launch {
    /// The command that runs `program` through `launcher` (this very program) on a leash.
    pub(super) fn command(
        launcher: &PathBuf,
        leash: Leash,
        account: Option<Account>,
        program: &PathBuf,
    ) -> Command {
        let mut command = Command::new(launcher);
        command
            .args(["postgres-child", "--parent"])
            .arg(std::process::id().to_string())
            .args([
                "--leash",
                match leash {
                    Leash::Signal => "signal",
                    Leash::Pipe => "pipe",
                },
            ]);
        if let Some(Account { uid, gid }) = account {
            command.arg("--uid").arg(uid.to_string());
            command.arg("--gid").arg(gid.to_string());
        }
        command
            .arg("--")
            .arg(program)
            // A group of its own: Ctrl-C on the terminal is for Vouch, which stops PostgreSQL last.
            .process_group(0)
            .current_dir("/")
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            // Its messages are read by us.
            .env("LC_ALL", "C")
            .stdin(match leash {
                Leash::Signal => Stdio::null(),
                Leash::Pipe => Stdio::piped(),
            })
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program; comes back only when it could not be started, or when it has ended after being watched.
    pub fn run(self) -> io::Result<ExitStatus> {
        match self.leash {
            Leash::Signal => Err(self.become_it()),
            Leash::Pipe => self.watch(),
        }
    }

    #[cfg(target_os = "linux")]
    fn become_it(self) -> io::Error {
        match self.drop_and_follow() {
            Ok(()) => self.target().exec(),
            Err(error) => error,
        }
    }

    /// This process has one thread, so what these calls change for a thread they change for the process.
    #[cfg(target_os = "linux")]
    fn drop_and_follow(&self) -> io::Result<()> {
        use rustix::process::{Gid, Uid, getppid, set_parent_process_death_signal};
        use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};
        if let (Some(uid), Some(gid)) = (self.uid, self.gid) {
            let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
            set_thread_groups(&[])?;
            set_thread_res_gid(gid, gid, gid)?;
            set_thread_res_uid(uid, uid, uid)?;
        }
        // After the account, since the kernel forgets the signal when that changes.
        set_parent_process_death_signal(Some(Signal::INT))?;
        let parent = getppid().map_or(0, |pid| pid.as_raw_nonzero().get());
        if u32::try_from(parent) == Ok(self.parent) {
            Ok(())
        } else {
            Err(io::Error::other("the Vouch that wanted this is gone"))
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn become_it(self) -> io::Error {
        io::Error::other("this system has no death signal: use the pipe")
    }

    /// Starts the program, and interrupts it as soon as our standard input closes.
    fn watch(self) -> io::Result<ExitStatus> {
        let mut target = self.target();
        if let (Some(uid), Some(gid)) = (self.uid, self.gid) {
            target.uid(uid).gid(gid);
        }
        let mut child = target.stdin(Stdio::null()).spawn()?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        thread::spawn(move || {
            let _ = io::stdin().read_to_end(&mut Vec::new());
            if let Some(pid) = pid {
                let _ = kill_process(pid, Signal::INT);
            }
        });
        child.wait()
    }

    fn target(&self) -> Command {
        let mut command = Command::new(&self.program[0]);
        command.args(&self.program[1..]);
        command
    }
}
