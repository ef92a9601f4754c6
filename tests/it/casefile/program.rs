//! `vouch casefile verify` as whoever was given a case file runs it: the program itself, with no setting, in an empty
//! folder.

use std::{
    os::unix::process::ExitStatusExt as _,
    process::{Command, Output},
};

use super::*;

/// Runs the program on a file, and what it left in its folder.
fn run(file: &std::path::Path) -> (Output, usize) {
    let nowhere = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_vouch"))
        .args(["casefile", "verify"])
        .arg(file)
        .env_clear()
        .current_dir(nowhere.path())
        .output()
        .expect("the program");
    let left = fs::read_dir(nowhere.path()).expect("the folder").count();
    (output, left)
}

#[test]
fn the_program_says_by_its_exit_status_whether_a_file_is_intact_and_names_what_is_not() {
    let case = Case::new();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (intact, left) = run(&case.file(&case.archive));
    let said = text(&intact.stdout);
    assert_eq!(intact.status.code(), Some(0), "{intact:?}");
    assert!(said.contains("intact: 9 files, 6 audit entries"), "{said}");
    assert_eq!((left, text(&intact.stderr).as_str()), (0, ""));

    let document = files(&case.archive).document();
    let mut altered = case.archive.clone();
    let at = altered
        .windows(5)
        .position(|it| it == b"%PDF-")
        .expect("the paper");
    altered[at + 9] ^= 1;
    let (altered, _) = run(&case.file(&altered));
    let said = text(&altered.stdout);
    assert_eq!(altered.status.code(), Some(1), "{altered:?}");
    assert!(
        said.contains(&format!("{document:?} was altered")),
        "{said}"
    );
    assert!(!said.contains("intact"), "{said}");

    let gone = case.folder.path().join("gone.zip");
    let (gone, _) = run(&gone);
    assert_eq!(gone.status.code(), Some(2), "{gone:?}");
    let said = text(&gone.stderr);
    assert!(said.starts_with("vouch casefile verify: "), "{said}");
    assert!(said.contains("gone.zip"), "{said}");
}

/// Runs a program with no setting under a filter of its system calls that ends it the moment it asks for a socket of any kind:
/// for a database, a name server, a neighbour. Other than a namespace without a network, this needs no rights, so it holds in
/// whatever container the tests run.
#[cfg(target_os = "linux")]
const NO_SOCKET: &str = r#"
import ctypes, os, platform, struct, sys
arch, socket = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}[platform.machine()]
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
KILL, ALLOW = 0x80000000, 0x7FFF0000
def step(code, value, yes=0, no=0):
    return struct.pack("HBBI", code, yes, no, value)
steps = [
    step(LOAD, 4), step(EQUAL, arch, 0, 2),
    step(LOAD, 0), step(EQUAL, socket, 0, 1),
    step(RETURN, KILL), step(RETURN, ALLOW),
]
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]
libc = ctypes.CDLL(None, use_errno=True)
built = Filter(len(steps), b"".join(steps))
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(SECCOMP, FILTER, ctypes.byref(built)):
    sys.exit("no filter: " + os.strerror(ctypes.get_errno()))
os.execve(sys.argv[1], sys.argv[1:], {})
"#;

#[cfg(target_os = "linux")]
fn without_sockets(program: &str, arguments: &[&std::ffi::OsStr]) -> Output {
    Command::new("python3")
        .args(["-c", NO_SOCKET, program])
        .args(arguments)
        .output()
        .expect("python3")
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_asks_no_database_and_no_network() {
    let case = Case::new();
    let file = case.file(&case.archive);
    let checked = without_sockets(
        env!("CARGO_BIN_EXE_vouch"),
        &["casefile".as_ref(), "verify".as_ref(), file.as_os_str()],
    );
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(said.contains("intact: "), "{said}");
    // Whoever does ask for one is ended for it (SIGSYS), here for a database at an address where nobody is.
    let key = format!("VOUCH_SECRET_KEY={}", "0".repeat(64));
    let asks = without_sockets(
        "/usr/bin/env",
        &[
            key.as_ref(),
            "DATABASE_URL=postgresql://127.0.0.1:1/vouch?user=vouch_app".as_ref(),
            "VOUCH_OWNER_URL=postgresql://127.0.0.1:1/vouch?user=vouch_owner".as_ref(),
            env!("CARGO_BIN_EXE_vouch").as_ref(),
            "migrate".as_ref(),
        ],
    );
    assert_eq!(asks.status.signal(), Some(31), "{asks:?}");
}
