//! `vouch casefile verify` as whoever was given a case file runs it: the program itself, with no setting, in an empty
//! folder.

use std::process::{Command, Output};

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
