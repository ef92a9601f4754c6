//! An exported audit log proves itself to somebody who has neither the database nor the installation.

use crate::audit_chain::{US, commit, entry, now, tenant};
use crate::support::cluster::{self, TestDatabase};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use ed25519_dalek::SigningKey;
use std::path::Path;
use uuid::Uuid;
use vouch::audit::chain::{self, Entry, GENESIS};
use vouch::audit::checkpoint::{self, Checkpoint};
use vouch::audit::export::{EntryKeys, ExportWriter, Names};
use vouch::audit::export_check::verify_export;
use vouch::audit::verdict::{Head, Kind, Verdict};
use vouch::audit::verify;
use vouch::audit::walk::Link;
use vouch::cli::audit::{Installation, VerifyArgs};
use vouch::seal::{DataKey, Sealed, SecretKey};

const START: Head = Head {
    sequence: 0,
    chain_hash: GENESIS,
};

fn person() -> DataKey {
    DataKey::from_bytes([9; 32])
}

fn secret() -> SecretKey {
    SecretKey::from_hex(&"5a".repeat(32)).expect("a secret")
}

fn signer() -> SigningKey {
    secret().checkpoint_key()
}

/// An entry with a personal field, a reason that a spreadsheet would run, and an address.
fn sealed_entry() -> Entry {
    let mut entry = entry(US);
    let key = person().entry_key(entry.id);
    let detail = r#"{"fields": {"name": {"before": "Ana", "after": "Ana María"}}, "reason": "=HYPERLINK(\"x\")"}"#;
    let detail = key.seal(entry.id, Sealed::Detail, detail).expect("sealed");
    let origin = key
        .seal(
            entry.id,
            Sealed::Origin,
            r#"{"address": "203.0.113.7", "browser": "b"}"#,
        )
        .expect("sealed");
    r#"{"risk": {"before": "low", "after": "high"}}"#.clone_into(&mut entry.changes);
    (entry.detail_key, entry.detail) = (Some(Uuid::from_u128(1)), Some(detail));
    (entry.origin_key, entry.origin) = (Some(Uuid::from_u128(2)), Some(origin));
    entry
}

/// A log of five entries in a database.
fn log() -> TestDatabase {
    let database = cluster::database();
    let mut app = database.app();
    for _ in 0..5 {
        commit(&mut app, US, &[sealed_entry()]).expect("an entry");
    }
    database
}

fn links(database: &TestDatabase) -> Vec<(Link, Entry)> {
    let mut links = Vec::new();
    let read = database.app().transaction(|app| {
        tenant(app, US)?;
        verify::each_link(app, US, 0, &mut |link, entry| {
            links.push((link, entry.expect("no entry is gone")));
            Ok(())
        })
    });
    read.expect("the chain");
    links
}

fn signed(link: &Link) -> Checkpoint {
    let head = Head {
        sequence: link.sequence,
        chain_hash: link.chain_hash,
    };
    Checkpoint::sign(&signer(), "https://vouch.example", US, &head, now())
}

/// An export of these links, #2 left out, with the checkpoint at the end.
fn write(start: Head, links: &[(Link, Entry)], checkpoint: &Checkpoint) -> Export {
    let mut export = ExportWriter::new(Vec::new(), US, start);
    for (link, entry) in links {
        if link.sequence == 2 {
            export.link(link).expect("a link");
            continue;
        }
        let key = person().entry_key(entry.id);
        let keys = EntryKeys {
            detail: Some(key.clone()),
            origin: Some(key),
        };
        let names = Names {
            actor: "Olga Officer",
            subject: "Ana",
            branch: "",
        };
        export.entry(link, entry, &keys, names).expect("an entry");
    }
    export.checkpoint(checkpoint).expect("a checkpoint");
    Export::read(&export.finish().expect("the file"))
}

fn export() -> Export {
    let links = links(&log());
    write(START, &links, &signed(&links[4].0))
}

/// A file somebody may tamper with.
struct Export {
    header: csv::StringRecord,
    rows: Vec<Vec<String>>,
}

impl Export {
    fn read(file: &[u8]) -> Self {
        let mut reader = csv::Reader::from_reader(file);
        let header = reader.headers().expect("a header").clone();
        let rows = reader
            .records()
            .map(|row| row.expect("a row").iter().map(str::to_owned).collect());
        Self {
            header,
            rows: rows.collect(),
        }
    }

    fn file(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.header).expect("the header");
        for row in &self.rows {
            writer.write_record(row).expect("a row");
        }
        writer.into_inner().expect("the file")
    }

    fn cell(&mut self, row: usize, column: &str) -> &mut String {
        let column = self
            .header
            .iter()
            .position(|name| name == column)
            .expect("a column");
        &mut self.rows[row][column]
    }

    fn check(&self) -> Verdict {
        let key = signer().verifying_key();
        verify_export(
            &self.file()[..],
            |_| Box::new(std::iter::empty()),
            Some(&key),
        )
    }

    fn first(&self) -> Option<(Kind, Option<i64>)> {
        self.check().first().map(|it| (it.kind, it.sequence))
    }
}

#[test]
fn an_untouched_export_is_intact_and_says_what_it_leaves_open() {
    let verdict = export().check();
    assert!(verdict.intact(), "{verdict}");
    assert_eq!((verdict.organisation, verdict.entries), (US, 5));
    assert_eq!(verdict.checkpoint.map(|it| it.size), Some(5));
    assert_eq!(verdict.unproven.len(), 2, "{:?}", verdict.unproven);
    assert!(verdict.unproven[0].contains("left out") && verdict.unproven[1].contains("names"));
}

#[test]
fn people_read_what_changed_why_and_from_where_and_no_spreadsheet_runs_it() {
    let mut export = export();
    assert_eq!(export.cell(0, "before"), "risk: low; name: Ana");
    assert_eq!(export.cell(0, "after"), "risk: high; name: Ana María");
    assert_eq!(export.cell(0, "reason"), "'=HYPERLINK(\"x\")");
    assert_eq!(export.cell(0, "address"), "203.0.113.7");
    assert_eq!(
        export.cell(1, "before"),
        "",
        "an entry that is left out shows its hashes only"
    );
    let risky = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    assert!(!export.rows.iter().flatten().any(risky));
}

#[test]
fn an_edited_entry_is_named_whichever_column_was_edited() {
    for column in [
        "action",
        "actor_kind",
        "actor_id",
        "changes",
        "request_id",
        "subject_id",
        "detail",
        "origin_key",
    ] {
        let mut export = export();
        let other = export.cell(3, column).clone();
        let cell = export.cell(2, column);
        *cell = if *cell == other {
            format!("{other}x")
        } else {
            other
        };
        let first = export.first();
        let expected = if column == "origin_key" {
            Kind::Unreadable
        } else {
            Kind::Edited
        };
        assert!(
            first.is_some_and(|(kind, _)| kind == expected),
            "{column}: {first:?}"
        );
    }
}

#[test]
fn readable_columns_that_say_something_else_than_what_was_hashed_are_named() {
    for column in ["before", "after", "reason", "address"] {
        let mut export = export();
        export.cell(2, column).push('!');
        assert_eq!(export.first(), Some((Kind::Edited, Some(3))), "{column}");
    }
    let mut export = export();
    *export.cell(2, "detail_entry_key") = export.cell(3, "detail_entry_key").clone();
    assert_eq!(export.first(), Some((Kind::Edited, Some(3))));
}

#[test]
fn without_its_key_a_sealed_value_stays_closed_and_the_chain_whole() {
    let links = links(&log());
    let mut export = ExportWriter::new(Vec::new(), US, START);
    for (link, entry) in &links {
        export
            .entry(link, entry, &EntryKeys::default(), Names::default())
            .expect("an entry");
    }
    let mut export = Export::read(&export.finish().expect("the file"));
    assert_eq!(export.cell(0, "before"), "risk: low");
    let verdict = export.check();
    assert!(verdict.intact(), "{verdict}");
    assert!(
        verdict
            .unproven
            .iter()
            .any(|it| it.contains("sealed values") && it.ends_with(": 10")),
        "{verdict}"
    );
    assert!(verdict.unproven[0].contains("no checkpoint"), "{verdict}");
}

#[test]
fn a_removed_row_is_named_be_it_an_entry_or_a_link() {
    for (row, place) in [(0, 1), (1, 2), (2, 3)] {
        let mut export = export();
        export.rows.remove(row);
        // Without its first row the file could begin later, had it not said what its first row follows.
        let expected = if row == 0 {
            None
        } else {
            Some((Kind::Removed, Some(place)))
        };
        assert_eq!(export.first(), expected);
        assert!(row > 0 || export.check().unproven[0].contains("before #2"));
    }
}

#[test]
fn swapped_rows_and_swapped_places_are_named() {
    let mut rows = export();
    rows.rows.swap(2, 3);
    assert_eq!(rows.first(), Some((Kind::Swapped, Some(3))));
    let mut places = export();
    let (three, four) = (
        places.cell(2, "sequence").clone(),
        places.cell(3, "sequence").clone(),
    );
    (*places.cell(2, "sequence"), *places.cell(3, "sequence")) = (four, three);
    places.rows.swap(2, 3);
    let first = places.check();
    assert!(
        first
            .findings
            .iter()
            .any(|it| it.kind == Kind::Swapped && it.sequence == Some(3)),
        "{first}"
    );
}

#[test]
fn a_back_dated_entry_is_named() {
    let mut export = export();
    let earlier = now() - TimeDelta::days(40);
    *export.cell(2, "at") = earlier.to_rfc3339();
    assert_eq!(export.first(), Some((Kind::BackDated, Some(3))));
}

#[test]
fn an_inserted_row_is_named() {
    let mut export = export();
    let mut copy = export.rows[2].clone();
    export.rows.insert(3, copy.clone());
    assert_eq!(export.first(), Some((Kind::Inserted, Some(3))));
    // With a place of its own in front of the others, it does not follow.
    export.rows.remove(3);
    copy[1] = "6".to_owned();
    export.rows.insert(5, copy);
    assert_eq!(export.first(), Some((Kind::Broken, Some(6))));
}

#[test]
fn a_cut_tail_and_a_wiped_file_are_named_by_the_checkpoint() {
    let mut cut = export();
    cut.rows.drain(3..5);
    assert_eq!(cut.first(), Some((Kind::CutTail, Some(4))));
    let mut wiped = export();
    wiped.rows.drain(0..5);
    assert_eq!(wiped.first(), Some((Kind::Wiped, Some(1))));
    let mut emptied = export();
    emptied.rows.clear();
    assert_eq!(emptied.first(), Some((Kind::Unreadable, None)));
}

#[test]
fn a_suffix_written_anew_is_named_by_the_checkpoint() {
    let mut links = links(&log());
    let honest = signed(&links[4].0);
    links[3].1.action = "customer.viewed".to_owned();
    let mut before = links[2].0.chain_hash;
    for (link, entry) in &mut links[3..] {
        link.content_hash = chain::content_hash(entry);
        link.chain_hash =
            chain::chain_hash(&before, link.sequence, link.linked_at, &link.content_hash);
        before = link.chain_hash;
    }
    assert_eq!(
        write(START, &links, &honest).first(),
        Some((Kind::Rewritten, Some(1)))
    );
    assert!(
        write(START, &links, &signed(&links[4].0)).check().intact(),
        "only the signer could do this"
    );
    let key = signer().verifying_key();
    let outside = vec![signed(&links[2].0), honest];
    let file = write(START, &links, &signed(&links[4].0)).file();
    let verdict = verify_export(
        &file[..],
        |_| Box::new(outside.into_iter().map(Ok)),
        Some(&key),
    );
    assert_eq!(
        verdict.first().map(|it| (it.kind, it.sequence)),
        Some((Kind::Rewritten, Some(4)))
    );
}

#[test]
fn an_export_of_the_end_says_that_it_does_not_speak_of_the_beginning() {
    let links = links(&log());
    let start = Head {
        sequence: 2,
        chain_hash: links[1].0.chain_hash,
    };
    let mut export = write(start, &links[2..], &signed(&links[4].0));
    let verdict = export.check();
    assert!(verdict.intact(), "{verdict}");
    assert_eq!(
        verdict.unproven[0],
        "what came before #3, which is not here"
    );
    *export.cell(0, "previous_hash") = "00".repeat(32);
    assert_eq!(export.first(), Some((Kind::Broken, Some(3))));
}

#[test]
fn a_checkpoint_of_another_signer_or_in_another_place_does_not_count() {
    let links = links(&log());
    let head = Head {
        sequence: 5,
        chain_hash: links[4].0.chain_hash,
    };
    let stranger = Checkpoint::sign(
        &SigningKey::from_bytes(&[4; 32]),
        "https://vouch.example",
        US,
        &head,
        now(),
    );
    let export = write(START, &links, &stranger);
    assert_eq!(export.first(), Some((Kind::BadCheckpoint, None)));
    let unasked = verify_export(&export.file()[..], |_| Box::new(std::iter::empty()), None);
    assert!(
        unasked.intact() && unasked.unproven[0].contains("who signed"),
        "{unasked}"
    );
    assert_eq!(
        write(START, &links, &signed(&links[2].0)).first(),
        Some((Kind::BadCheckpoint, Some(3)))
    );
}

#[test]
fn what_is_not_an_export_is_unreadable() {
    let mut export = export();
    *export.cell(2, "content_hash") = "no hash".to_owned();
    assert_eq!(export.first(), Some((Kind::Unreadable, None)));
    let verdict = verify_export(
        &b"name,age\nAna,3\n"[..],
        |_| Box::new(std::iter::empty()),
        None,
    );
    assert_eq!(verdict.first().map(|it| it.kind), Some(Kind::Unreadable));
}

/// Runs `vouch audit verify` and answers its exit status and what it printed.
pub fn run(
    args: &VerifyArgs,
    database: Option<&TestDatabase>,
    checkpoints: Option<&Path>,
) -> (u8, String) {
    let secret = secret();
    let connect = || {
        database
            .map(TestDatabase::owner)
            .ok_or_else(|| anyhow::anyhow!("no database"))
    };
    let here = Installation {
        connect: &connect,
        checkpoints,
        secret: Some(&secret),
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = vouch::cli::audit::verify(args, &here, &mut out, &mut err);
    (
        status,
        String::from_utf8_lossy(&[out, err].concat()).into_owned(),
    )
}

#[test]
fn the_command_answers_0_intact_1_broken_2_could_not_run() {
    let directory = tempfile::tempdir().expect("a directory");
    let database = log();
    let ours = format!(
        "INSERT INTO organisations (id, name, wrapped_key, created_at) VALUES ('{US}', 'Ours', '\\x00', now())"
    );
    database
        .owner()
        .batch_execute(&ours)
        .expect("our organisation");
    let links = links(&database);
    let checkpoint = signed(&links[4].0);
    checkpoint::append(directory.path(), &checkpoint).expect("a checkpoint");
    let (status, said) = run(
        &VerifyArgs::default(),
        Some(&database),
        Some(directory.path()),
    );
    assert!(
        status == 0 && said.contains("verified to #5, checkpoint #5 of"),
        "{status} {said}"
    );

    let file = directory.path().join("audit.csv");
    let mut export = write(START, &links, &checkpoint);
    std::fs::write(&file, export.file()).expect("the file");
    let from_export = VerifyArgs {
        from_export: Some(file.clone()),
        ..VerifyArgs::default()
    };
    assert_eq!(run(&from_export, None, None).0, 0);
    export.cell(2, "reason").push('!');
    std::fs::write(&file, export.file()).expect("the file");
    let (status, said) = run(&from_export, None, None);
    assert!(status == 1 && said.contains("edited #3"), "{status} {said}");

    let wipe = "ALTER TABLE audit_entries DISABLE TRIGGER USER; ALTER TABLE audit_links DISABLE TRIGGER USER;
        ALTER TABLE audit_heads DISABLE TRIGGER USER; TRUNCATE audit_entries, audit_links, audit_heads";
    let months = "DO $$ DECLARE month regclass; BEGIN FOR month IN SELECT inhrelid::regclass FROM pg_inherits
        WHERE inhparent = 'audit_entries'::regclass LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', month);
        END LOOP; END $$;";
    database
        .owner()
        .batch_execute(&format!("{months} {wipe}"))
        .expect("the wipe itself to work");
    let (status, said) = run(
        &VerifyArgs::default(),
        Some(&database),
        Some(directory.path()),
    );
    assert!(status == 1 && said.contains("wiped #1"), "{status} {said}");

    assert_eq!(run(&VerifyArgs::default(), None, None).0, 2);
    let nobody = VerifyArgs {
        organisation: Some("Nobody".to_owned()),
        ..VerifyArgs::default()
    };
    assert_eq!(run(&nobody, Some(&database), None).0, 2);
    let no_key = VerifyArgs {
        public_key: Some("key".to_owned()),
        ..from_export
    };
    assert_eq!(run(&no_key, None, None).0, 2);
}

#[test]
fn the_printed_public_key_is_the_one_that_signs() {
    let mut printed = Vec::new();
    vouch::cli::audit::key(&secret(), &mut printed).expect("the key");
    let printed = checkpoint::public_key(&String::from_utf8_lossy(&printed));
    assert_eq!(printed, Some(signer().verifying_key()));
}
