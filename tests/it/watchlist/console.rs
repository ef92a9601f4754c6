//! `vouch watchlist import`, the program itself.

use std::process::{Command, Output};

use vouch::schema::watchlists;

use super::*;

fn vouch(app: &TestApp, owner: bool, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_vouch"));
    program
        .args(["watchlist", "import"])
        .args(arguments)
        .env_clear()
        .env("DATABASE_URL", &app.database.app_url)
        .env("VOUCH_SECRET_KEY", app.secret.to_hex())
        .env("VOUCH_DATA_DIR", app.folder.path());
    if owner {
        program.env("VOUCH_OWNER_URL", &app.database.owner_url);
    }
    program.output().expect("the program")
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The lists that are loaded, and how many entries each has.
fn lists(app: &TestApp) -> Vec<(String, i64)> {
    watchlists::table
        .order(watchlists::name)
        .select((watchlists::name, watchlists::entries))
        .load(&mut app.database.owner())
        .expect("the lists")
}

#[test]
fn the_program_loads_a_list_and_says_what_is_in_it_or_what_is_wrong() {
    let app = TestApp::start();
    let path = app.folder.path().join("UN.simple.csv");
    let name = path.to_str().expect("a path");
    let write = |entries: &[&str]| std::fs::write(&path, file(entries)).expect("a file");
    let refused = |owner: bool, arguments: &[&str], sentence: &str| {
        let done = vouch(&app, owner, arguments);
        let complaint = said(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{complaint}");
        assert!(complaint.contains(sentence), "{complaint}");
        assert_eq!(said(&done.stdout), "");
    };
    let loads = |arguments: &[&str], sentence: &str| {
        let done = vouch(&app, true, arguments);
        assert_eq!(done.status.code(), Some(0), "{}", said(&done.stderr));
        assert_eq!(said(&done.stdout), format!("{sentence}\n"));
    };

    // What stands before the wrong entry is not loaded either.
    write(&[OTHER, FALCAO, FALCAO]);
    refused(true, &[name], "Q1 stands here a second time");
    refused(true, &["/nowhere.csv"], "cannot read /nowhere.csv");
    write(&[FALCAO, OTHER, SHIP]);
    refused(
        false,
        &[name],
        "VOUCH_OWNER_URL is missing: only the role that owns the schema loads lists",
    );
    refused(true, &[name, "--list", "The UN"], "list: small letters");
    assert!(lists(&app).is_empty());
    let loaded: i64 = watchlist_entries::table
        .count()
        .get_result(&mut app.database.owner())
        .expect("a count");
    assert_eq!(loaded, 0);

    // Called after its file, or as is said.
    loads(&[name], "3 entries with 5 names; 0 are as they were");
    write(&[FALCAO, OTHER]);
    loads(&[name], "2 entries with 4 names; 2 are as they were");
    loads(
        &[name, "--list", "eu"],
        "2 entries with 4 names; 0 are as they were",
    );
    assert_eq!(lists(&app), [("eu".to_owned(), 2), ("un".to_owned(), 2)]);
}
