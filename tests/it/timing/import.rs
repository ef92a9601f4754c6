//! How long an import of many customers takes.

use std::time::{Duration, Instant};

use crate::{
    import::{chain, many, names, vouch},
    jobs,
};

/// A fifth of the 100,000 rows of the bar.
const ROWS: usize = 20_000;
/// The bar is 60 s for 100,000 rows, so 12 s for these; but what is tested is not optimised, and about four times as slow,
/// and the machine may be busy. So what this catches is work for each row that grows with the rows; how long 100,000
/// rows take a release build is measured by `bin/bench --only import` and stands in `docs/operations.md`.
const IMPORTED: Duration = Duration::from_mins(1);

/// By the program, from its start to its end: the file is read, checked, compared with who is there, and imported.
#[test]
fn many_customers_are_imported_fast() {
    let app = jobs::start();
    let file = app.folder.path().join("people.csv");
    std::fs::write(&file, many(ROWS)).expect("a file");
    let name = file.to_str().expect("a path");
    let acme = app.acme.id.to_string();
    let begun = Instant::now();
    let done = vouch(&app, &[name, "--organisation", &acme]);
    let took = begun.elapsed();
    let complaint = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{complaint}");
    assert_eq!(
        String::from_utf8_lossy(&done.stdout),
        format!("{ROWS} customers were imported\n")
    );
    assert_eq!(names(&app).len(), ROWS);
    let entries = i64::try_from(ROWS).expect("not that many") + 1;
    assert_eq!(chain(&app), entries, "one each, and one of the import");
    println!("{ROWS} customers in {took:?}");
    assert!(took < IMPORTED, "{took:?}");
}
