//! The cluster: making its files, and the settings it runs under.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::child::Child;
use super::dir::write_private;
use super::find::Binaries;
use super::launch::Launch;
use super::{DataDir, EmbeddedError, Options, SUPERUSER};

/// Settings of the server, over those of the cluster's own files: an upgrade of Vouch changes them for every cluster.
const SETTINGS: &[(&str, &str)] = &[
    ("listen_addresses", ""),
    ("port", "5432"),
    ("unix_socket_permissions", "0700"),
    ("password_encryption", "scram-sha-256"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    // The log must not become a second, unguarded copy of the customers: no parameters, and no DETAIL or CONTEXT,
    // which repeat the row.
    ("log_parameter_max_length", "0"),
    ("log_parameter_max_length_on_error", "0"),
    ("log_error_verbosity", "terse"),
    ("logging_collector", "off"),
    ("log_destination", "stderr"),
    ("shared_buffers", "256MB"),
    ("effective_cache_size", "1GB"),
    ("maintenance_work_mem", "128MB"),
    ("max_wal_size", "2GB"),
    // Made for disks that turn; on anything newer it talks the planner out of its indexes.
    ("random_page_cost", "1.1"),
    // Compiling takes longer than any query of a page may.
    ("jit", "off"),
];

/// The version that made the cluster, if there is one.
pub(super) fn major(cluster: &Path) -> Option<u32> {
    let version = fs::read_to_string(cluster.join("PG_VERSION")).ok()?;
    version.trim().parse().ok()
}

/// Makes the cluster, if it is not there: beside its place first, then renamed, so that it is there whole or not at all.
pub(super) fn make(
    dir: &DataDir,
    binaries: &Binaries,
    password: &str,
    options: &Options,
) -> Result<(), EmbeddedError> {
    let cluster = dir.cluster();
    if cluster.exists() {
        return Ok(());
    }
    let draft = dir.path().join("cluster.new");
    let made = (|| {
        remove(&draft)?;
        dir.private_dir(&draft)?;
        let password_file = dir.socket()?.join("first-password");
        write_private(&password_file, password)
            .map_err(EmbeddedError::file("written", &password_file))?;
        let made = dir
            .hand_over(&password_file)
            .and_then(|()| initdb(dir, binaries, &draft, &password_file, options));
        let _ = fs::remove_file(&password_file);
        made?;
        fs::rename(&draft, &cluster).map_err(EmbeddedError::file("renamed", &draft))?;
        fs::File::open(dir.path())
            .and_then(|folder| folder.sync_all())
            .map_err(EmbeddedError::file("written", dir.path()))
    })();
    if made.is_err() {
        let _ = remove(&draft);
    }
    made
}

fn remove(draft: &Path) -> Result<(), EmbeddedError> {
    match fs::remove_dir_all(draft) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(EmbeddedError::file("removed", draft)(source))
        }
        _ => Ok(()),
    }
}

fn initdb(
    dir: &DataDir,
    binaries: &Binaries,
    draft: &Path,
    password_file: &Path,
    options: &Options,
) -> Result<(), EmbeddedError> {
    let mut command = Launch::command(
        &options.launcher,
        options.leash,
        dir.account(),
        &binaries.program("initdb"),
    );
    command
        .arg("--pgdata")
        .arg(draft)
        .args(["--username", SUPERUSER, "--auth", "scram-sha-256"])
        .arg("--pwfile")
        .arg(password_file)
        // Text is ordered by its bytes, the same on every machine and after every upgrade of the system, and an index
        // on it serves prefixes; upper and lower case are Unicode's.
        .args(["--encoding", "UTF8", "--locale", "C", "--lc-ctype"])
        .arg(if cfg!(target_os = "macos") {
            "en_US.UTF-8"
        } else {
            "C.UTF-8"
        })
        .args(["--data-checksums", "--no-instructions"]);
    if !options.fsync {
        command.arg("--no-sync");
    }
    let mut child = Child::spawn(command, None)?;
    let Some(status) = child.wait(Duration::from_mins(2)) else {
        child.stop();
        return Err(EmbeddedError::NotReady {
            seconds: 120,
            last: "initdb still runs".into(),
        });
    };
    if status.success() {
        Ok(())
    } else {
        Err(EmbeddedError::last_words(
            "initdb",
            dir.path(),
            &child.words(),
        ))
    }
}

/// The command that serves the cluster.
pub(super) fn server(
    dir: &DataDir,
    binaries: &Binaries,
    socket: &Path,
    options: &Options,
) -> Command {
    let mut command = Launch::command(
        &options.launcher,
        options.leash,
        dir.account(),
        &binaries.program("postgres"),
    );
    command.arg("-D").arg(dir.cluster());
    let mut set = |name: &str, value: &str| {
        command.arg("-c").arg(format!("{name}={value}"));
    };
    for (name, value) in SETTINGS {
        set(name, value);
    }
    // A list of directories: quoted, or a comma in the path would make two of it.
    let quoted = socket.display().to_string().replace('"', "\"\"");
    set("unix_socket_directories", &format!("\"{quoted}\""));
    if !options.fsync {
        set("fsync", "off");
        set("full_page_writes", "off");
        set("synchronous_commit", "off");
    }
    for (name, value) in &options.settings {
        set(name, value);
    }
    command
}
