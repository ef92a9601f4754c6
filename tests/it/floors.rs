//! The house holds: files name only what their floor may, rooms look one way, files stay short.
//!
//! Floor 0 is rules, 1 the store, 2 actions, 3 pages and faces, 4 the roof (`app`, `routes`, `main`, the command line).

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Who may go through the fourth door, and why a change of theirs needs no entry in the audit log.
const BOOKKEEPERS: &[(&str, &str)] = &[
    ("src/db/doors.rs", "the door itself"),
    (
        "src/audit/witness.rs",
        "how far the log was verified, and what was signed: it is about the log, not in it",
    ),
    (
        "src/jobs/queue/held.rs",
        "who works on a job and how far it is; asking, canceling and fetching go through `change`",
    ),
    (
        "src/access/keys/guard.rs",
        "that a machine's request is at work, by the name it gave it; its effect goes through `change`",
    ),
    (
        "src/imports/store.rs",
        "which files nobody imported for a week; handing in, asking and importing go through `change`",
    ),
    (
        "src/access/keys/store/nonces.rs",
        "a proof that may come once; what the request did goes through `change`",
    ),
    (
        "src/access/keys/store/found.rs",
        "that a machine was here, to the minute; what it did goes through `change`",
    ),
    (
        "src/webhooks/store/waiting.rs",
        "who sends a message and what came of it; what it tells of went through `change`, and so does disabling an endpoint",
    ),
    (
        "src/webhooks/tidying.rs",
        "removes messages that ended long ago",
    ),
    (
        "src/reviews/tidying.rs",
        "folds counters, removes sessions and delays that no longer count; nothing that anybody did",
    ),
];

/// Files that may be longer, and why.
const LONG: &[(&str, &str)] = &[(
    "src/schema.rs",
    "written from the database, a table at a time",
)];

/// Words that stand where they should not, and why they do.
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "src/audit/pages/export.rs",
    "diesel",
    "names the error that stops a stream of rows; the query is the store's",
)];

/// Rooms that look one way: each may name those before it, never those after it.
const ROOMS: &[&str] = &[
    "customers",
    "documents",
    "imports",
    "verifications",
    "reviews",
    "onboarding",
    "reports",
    "casefile",
];

/// These know the rooms only through `Event`.
const THROUGH_EVENTS: &[&str] = &["audit", "webhooks"];

/// What says which moves there are: a face reads and writes its vendor's words, and actions judge what they ask for.
const MOVES: [(&str, &str); 3] = [
    ("lawful", "actions judge moves, for the desk and the faces"),
    ("MOVES", "actions judge moves, for the desk and the faces"),
    ("Move", "actions judge moves, for the desk and the faces"),
];

/// Where unit tests begin.
const UNIT_TESTS: &str = "#[cfg(test)]\nmod tests {";

struct Source {
    path: String,
    /// Without comments, strings' contents and unit tests.
    code: String,
    lines: usize,
    /// Lines above the unit tests: what one reads to know what the file does.
    read: usize,
}

#[test]
fn no_file_names_what_its_floor_may_not() {
    let mut found = Vec::new();
    for source in sources() {
        for (forbidden, why) in forbidden(&source.path) {
            let excepted = EXCEPTIONS
                .iter()
                .any(|(path, word, _)| *path == source.path && *word == forbidden);
            // The word alone may be of a document; the tables are one of our own modules.
            let named = match forbidden {
                "schema" => crate_paths(&source.code)
                    .iter()
                    .any(|path| path == forbidden),
                word => names(&source.code, word),
            };
            if named && !excepted {
                found.push(format!("{} names {forbidden}: {why}", source.path));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn rooms_look_one_way() {
    let mut found = Vec::new();
    for source in sources() {
        let Some(room) = source.path.split('/').nth(1) else {
            continue;
        };
        let later: &[&str] = match ROOMS.iter().position(|known| *known == room) {
            Some(at) => &ROOMS[at + 1..],
            None if THROUGH_EVENTS.contains(&room) => ROOMS,
            None => continue,
        };
        for named in crate_paths(&source.code) {
            if later.contains(&named.as_str()) {
                found.push(format!(
                    "{} names crate::{named}, a room that stands on this one",
                    source.path
                ));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn no_file_is_long_and_most_are_short() {
    let mut lengths: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for source in sources() {
        if LONG.iter().any(|(path, _)| *path == source.path) {
            continue;
        }
        if source.lines > 400 {
            found.push(format!("{} has {} lines", source.path, source.lines));
        }
        lengths.push(source.read);
    }
    assert!(found.is_empty(), "over 400 lines:\n{}", found.join("\n"));
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median < 120, "the median file has {median} lines");
}

#[test]
fn only_the_listed_keep_books() {
    let callers: Vec<String> = sources()
        .into_iter()
        .filter(|source| names(&source.code, "bookkeep"))
        .map(|source| source.path)
        .collect();
    for caller in callers {
        assert!(
            BOOKKEEPERS.iter().any(|(path, _)| *path == caller),
            "{caller} calls `bookkeep`, which writes no audit entry: use `change`, or list it in {} and say why",
            file!(),
        );
    }
}

#[test]
fn no_face_knows_which_moves_there_are() {
    let all = sources();
    for (word, _) in MOVES {
        let of_faces = forbidden("src/faces/trustist/mod.rs");
        assert!(of_faces.iter().any(|(known, _)| *known == word), "{word}");
        // What is called otherwise by now would be forbidden in vain.
        let rules = all
            .iter()
            .find(|source| source.path == "src/customers/rules.rs");
        assert!(names(&rules.expect("the rules").code, word), "{word}");
    }
}

/// A comparison that ends at the first difference tells by its time how much of a proof was guessed.
#[test]
fn proofs_are_compared_in_constant_time() {
    let all = sources();
    let code = |name: &str| {
        let path = format!("src/access/signed/{name}.rs");
        let found = all.iter().find(|source| source.path == path);
        found.map(|source| source.code.as_str()).expect("the file")
    };
    let (_, same) = code("parts")
        .split_once("pub fn same(")
        .expect("the comparison");
    assert!(names(same, "ct_eq") && !same.contains("=="), "{same}");
    // What a secret makes of a request goes nowhere else.
    for way in ["hmac", "hawk"] {
        let made: Vec<&str> = code(way)
            .split(';')
            .filter(|statement| statement.contains("parts::mac("))
            .collect();
        assert_eq!(made.len(), 1, "{way}: {made:?}");
        let compared = |statement: &&str| {
            statement.contains("parts::same(&self.") && !statement.contains("==")
        };
        assert!(made.iter().all(compared), "{way}: {made:?}");
    }
}

#[test]
fn the_rules_are_read_as_they_are_meant() {
    let code = strip(
        "use crate::{\n  db::{Change, Read},\n  error::Error,\n}; // actix\nlet a = crate::reviews::b; /* diesel */ let s = \"askama\";\n#[cfg(test)]\nmod tests { use diesel::x; }",
    );
    assert_eq!(crate_paths(&code), ["db", "error", "reviews"]);
    for absent in ["actix", "diesel", "askama"] {
        assert!(!names(&code, absent), "{absent} in {code}");
    }
    assert!(names("use diesel::prelude::*;", "diesel") && !names("diesel_migrations", "diesel"));
    assert!(names("use actix_web::web;", "actix_web"));
    assert!(names("tx.bookkeep(scope)", "bookkeep"));
}

/// What a file on this path may not name, and why not.
fn forbidden(path: &str) -> Vec<(&'static str, &'static str)> {
    const WEB: [(&str, &str); 3] = [
        ("actix_web", "only pages, faces and the roof know the web"),
        (
            "actix_session",
            "only pages, faces and the roof know the web",
        ),
        ("askama", "only pages and faces write HTML"),
    ];
    const RULES: [(&str, &str); 5] = [
        ("schema", "a rule knows no table"),
        ("QueryDsl", "a rule asks no database"),
        ("RunQueryDsl", "a rule asks no database"),
        ("sql_query", "a rule asks no database"),
        ("PgConnection", "a rule asks no database"),
    ];
    const DATABASE: [(&str, &str); 2] = [
        ("diesel", "pages ask actions and stores"),
        ("schema", "pages ask actions and stores"),
    ];
    match floor(path) {
        0 => WEB.into_iter().chain(RULES).collect(),
        1 | 2 => WEB.to_vec(),
        3 if path.starts_with("src/faces/") => DATABASE.into_iter().chain(MOVES).collect(),
        3 => DATABASE.to_vec(),
        _ => Vec::new(),
    }
}

fn floor(path: &str) -> u8 {
    let path = path.strip_prefix("src/").expect("a source file");
    let pieces: Vec<&str> = path.split('/').collect();
    let is = |name: &str| {
        pieces
            .iter()
            .any(|piece| piece.trim_end_matches(".rs") == name)
    };
    match pieces[0] {
        "app.rs" | "routes.rs" | "main.rs" | "lib.rs" | "cli" => 4,
        "web" | "faces" => 3,
        "db" => 1,
        "clock.rs" | "error.rs" => 0,
        "access" if is("guard") || is("session") || is("signed") => 3,
        "access" if is("permissions") || is("scope") => 0,
        "audit" if is("event") => 0,
        "jobs" if is("worker") => 4,
        "jobs" if is("queue") => 1,
        // A page that is a folder of its own: one struct with its parts.
        "reviews" if is("kyc_file") && is("mod") => 3,
        _ if is("pages") => 3,
        _ if is("rules") => 0,
        _ if is("store") => 1,
        _ => 2,
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join("src"), &mut files);
    files.sort();
    assert!(files.len() > 50, "the sources are not where they were");
    files
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).expect("a source file");
            let path = file.strip_prefix(root).expect("below the root");
            Source {
                path: path.display().to_string(),
                lines: text.lines().count(),
                read: text
                    .split(UNIT_TESTS)
                    .next()
                    .unwrap_or_default()
                    .lines()
                    .count(),
                code: strip(&text),
            }
        })
        // Unit tests may name what they like; how long they are counts all the same.
        .map(|mut source| {
            if source.path.ends_with("tests.rs") || source.path == "src/web/gallery.rs" {
                source.code.clear();
            }
            source
        })
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The code alone: no comments, no contents of strings, nothing after the unit tests begin.
fn strip(text: &str) -> String {
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or(text);
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if rest.starts_with("/*") {
            rest = &rest[rest.find("*/").map_or(rest.len(), |at| at + 2)..];
        } else if rest.starts_with("'\"'") {
            rest = &rest[3..];
        } else if rest.starts_with("r#\"") {
            rest = &rest[rest[3..].find("\"#").map_or(rest.len(), |at| at + 5)..];
        } else if c == '"' {
            let mut end = 1;
            let bytes = rest.as_bytes();
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            rest = &rest[(end + 1).min(rest.len())..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Whether the code has this word, whole.
fn names(code: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        !code[..at].ends_with(part_of_word) && !code[at + word.len()..].starts_with(part_of_word)
    })
}

/// The first name after each `crate::`, in `use` groups too.
fn crate_paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, start) in code.match_indices("crate::") {
        let rest = &code[at + start.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(first_name(rest));
            continue;
        };
        let (mut depth, mut item) = (0_usize, String::new());
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => found.push(first_name(&std::mem::take(&mut item))),
                _ => {}
            }
            if c != ',' || depth > 0 {
                item.push(c);
            }
        }
        found.push(first_name(&item));
    }
    found.retain(|name| !name.is_empty());
    found
}

fn first_name(path: &str) -> String {
    path.trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}
