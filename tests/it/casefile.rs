//! The case file: what it holds, and that nothing in it can be altered unnoticed.

use std::{fs, io::Cursor, path::PathBuf};

use chrono::{DateTime, Utc};
use diesel::{connection::SimpleConnection as _, prelude::*};
use ed25519_dalek::SigningKey;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use vouch::{
    audit::checkpoint::{Checkpoint, Hex},
    casefile::{
        manifest::{Manifest, Signature},
        zip,
    },
    cli::casefile::{VerifyArgs, verify},
    schema::{customers, reviews, verifications},
};

use crate::{
    jobs::{ask, start, work},
    support::{Persona, TestApp, make},
};

mod hits;
mod merged;
mod policies;
mod program;
mod replaced;
mod stated;

fn version(app: &TestApp, customer: Uuid) -> i32 {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer")
}

/// A customer with something of everything, and whoever is not them.
struct Case {
    app: TestApp,
    customer: Uuid,
    archive: Vec<u8>,
    folder: tempfile::TempDir,
}

const NAME: &str = "Vera <script>alert(1)</script>";
const NOTE: &str = "Asked for the second page.\n\nIt came & is fine.";
const CANARY: &str = "Somebody-Quite-Different";

impl Case {
    fn new() -> Self {
        let app = start();
        let customer = make::customer(&app, |new| {
            new.first_name = Some(NAME.to_owned());
            new.kyc = "pending";
        });
        make::complete(&app, customer);
        make::note(&app, customer, NOTE);
        make::verification(&app, customer, |new| new.reason = Some("no match"));
        make::open_review(&app, customer, 1);
        let pdf = make::pdf(2);
        make::paper(
            &app,
            Persona::Officer,
            customer,
            "IDENTITY_PROOF",
            "passport <b>.pdf",
            pdf.as_bytes(),
        );
        let other = make::customer(&app, |new| new.last_name = Some(CANARY.to_owned()));
        let mut officer = app.sign_in(Persona::Officer);
        for at in 0..3 {
            officer.get(&format!("/customers/{customer}"));
            let body = format!("Note {at} about {CANARY}");
            officer.post(&format!("/customers/{other}/notes"), &[("body", &body)]);
            let body = format!("Line {at}");
            officer.post(&format!("/customers/{customer}/notes"), &[("body", &body)]);
        }
        let path = ask(&app, Persona::Officer, customer);
        work(&app);
        let answer = officer.get(&format!("{path}/file"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        Self {
            app,
            customer,
            archive: answer.bytes,
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join("case.zip");
        fs::write(&path, bytes).expect("a file");
        path
    }

    fn key(&self) -> String {
        hex::encode(self.app.secret.checkpoint_key().verifying_key().to_bytes())
    }

    /// Exit status and what was said, with the right key.
    fn check(&self, bytes: &[u8]) -> (u8, String) {
        let key = self.key();
        self.check_with(bytes, Some(&key), None)
    }

    fn check_with(
        &self,
        bytes: &[u8],
        key: Option<&str>,
        checkpoint: Option<PathBuf>,
    ) -> (u8, String) {
        let args = VerifyArgs {
            file: self.file(bytes),
            public_key: key.map(str::to_owned),
            checkpoint,
        };
        run(&args)
    }

    /// Where the installation keeps its checkpoints.
    fn checkpoints(&self) -> PathBuf {
        let name = format!("{}.checkpoints", self.app.acme.id);
        self.app.folder.path().join("checkpoints").join(name)
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&files(&self.archive).get(name)).expect("JSON")
    }
}

fn run(args: &VerifyArgs) -> (u8, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = verify(args, &mut out, &mut err);
    let said = String::from_utf8(out).expect("text") + &String::from_utf8(err).expect("text");
    (status, said)
}

/// The files of an archive, in its order, to be altered and packed anew as a forger with our own program would.
struct Files(Vec<(String, Vec<u8>)>);

fn files(archive: &[u8]) -> Files {
    let contents = zip::open(&mut Cursor::new(archive)).expect("an archive");
    let files = contents.parts.iter().zip(&contents.starts);
    Files(
        files
            .map(|(part, start)| {
                let start = usize::try_from(*start).expect("small");
                let size = usize::try_from(part.size).expect("small");
                (part.name.clone(), archive[start..start + size].to_vec())
            })
            .collect(),
    )
}

impl Files {
    fn get(&self, name: &str) -> Vec<u8> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("no {name}")).1.clone()
    }

    fn set(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        let found = self.0.iter_mut().find(|(known, _)| known == name);
        found.expect("the file").1 = bytes.into();
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.get(name)).expect("text")
    }

    fn document(&self) -> String {
        let found = self
            .0
            .iter()
            .find(|(name, _)| name.contains("identity_proof"));
        found.expect("a paper").0.clone()
    }

    fn pack(&self) -> Vec<u8> {
        let mut writer = zip::Writer::new(Vec::new());
        for (name, bytes) in &self.0 {
            writer.file(name, bytes).expect("memory");
        }
        writer.finish().expect("memory")
    }

    /// Writes the manifest anew, as it should be for these files.
    fn list_anew(&mut self, change: impl FnOnce(&mut Manifest)) {
        let mut manifest: Manifest =
            serde_json::from_slice(&self.get("manifest.json")).expect("a manifest");
        for file in &mut manifest.files {
            let bytes = self.get(&file.name);
            file.size = bytes.len() as u64;
            file.sha256 = Hex(Sha256::digest(&bytes).into());
        }
        change(&mut manifest);
        self.set(
            "manifest.json",
            serde_json::to_vec(&manifest).expect("JSON"),
        );
    }

    /// Signs it with a forger's key.
    fn sign(&mut self) {
        let signature = Signature::sign(&forger(), &self.get("manifest.json"));
        self.set(
            "manifest.sig.json",
            serde_json::to_vec(&signature).expect("JSON"),
        );
    }

    /// The checkpoint signed anew with a forger's key, for another head where one is given.
    fn sign_checkpoint(&mut self) {
        let mut checkpoint =
            Checkpoint::from_line(&self.text("audit/checkpoint.json")).expect("a checkpoint");
        let chain = self.get("audit/chain.bin");
        let head = head(&chain);
        checkpoint = Checkpoint::sign(
            &forger(),
            &checkpoint.origin,
            checkpoint.organisation,
            &head,
            checkpoint.at,
        );
        self.set("audit/checkpoint.json", checkpoint.to_line());
    }
}

fn forger() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

/// The head that follows from a proof.
fn head(chain: &[u8]) -> vouch::audit::verdict::Head {
    let mut links = vouch::casefile::proof::Links::open(chain)
        .expect("a proof")
        .expect("a proof");
    let mut last = links.start;
    while let Some(link) = links.read().expect("a link") {
        last = vouch::audit::verdict::Head {
            sequence: link.sequence,
            chain_hash: link.chain_hash,
        };
    }
    last
}

#[test]
fn a_case_file_holds_everything_about_one_customer_and_nothing_of_others() {
    let case = Case::new();
    let files = files(&case.archive);
    let names: Vec<&str> = files.0.iter().map(|(name, _)| name.as_str()).collect();
    let document = files.document();
    assert_eq!(
        names,
        [
            document.as_str(),
            "documents/SHA256SUMS",
            "casefile.json",
            "index.html",
            "audit/entries.jsonl",
            "audit/chain.bin",
            "audit/checkpoint.json",
            "style.css",
            "README.txt",
            "manifest.json",
            "manifest.sig.json",
        ]
    );
    assert_eq!(files.get(&document), make::pdf(2).into_bytes());
    let sum = hex::encode(Sha256::digest(make::pdf(2)));
    let short = document.trim_start_matches("documents/");
    assert_eq!(
        files.text("documents/SHA256SUMS"),
        format!("{sum}  {short}\n")
    );

    let facts = case.json("casefile.json");
    assert_eq!(facts["format"], "vouch case file 1");
    assert_eq!(facts["customer"]["id"], case.customer.to_string());
    assert_eq!(facts["declared"]["first_name"], NAME);
    assert_eq!(facts["reviews"][0]["round"], 1);
    assert_eq!(facts["reviews"][0]["submitted_by"], "Officer Person");
    assert_eq!(facts["notes"].as_array().map(Vec::len), Some(4));
    let notes = facts["notes"].as_array().expect("notes");
    assert!(notes.iter().any(|note| note["body"] == NOTE));
    assert_eq!(facts["verifications"].as_array().map(Vec::len), Some(2));
    let papers = facts["documents"].as_array().expect("papers");
    let kept: Vec<&Value> = papers.iter().filter(|one| !one["file"].is_null()).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["file"], document);
    assert_eq!(kept[0]["sha256"], sum);
    assert!(
        papers
            .iter()
            .any(|one| one["missing"] == "The file was not kept.")
    );

    let entries = files.text("audit/entries.jsonl");
    let entries: Vec<Value> = entries
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let actions: Vec<&str> = entries
        .iter()
        .filter_map(|line| line["hashed"]["action"].as_str())
        .collect();
    assert_eq!(
        actions,
        [
            "document.added",
            "customer.viewed",
            "note.added",
            "note.added",
            "note.added",
            "job.asked"
        ]
    );
    assert!(
        entries
            .iter()
            .all(|line| line["hashed"]["customer_id"] == case.customer.to_string())
    );
    let kept = &entries[0]["opened"]["fields"]["name"]["after"];
    assert_eq!(kept, "passport <b>.pdf");
    assert!(
        !case
            .archive
            .windows(CANARY.len())
            .any(|bytes| bytes == CANARY.as_bytes())
    );
}

#[test]
fn its_page_is_sound_prints_and_runs_nothing() {
    let case = Case::new();
    let page = files(&case.archive).text("index.html");
    let parsed = scraper::Html::parse_document(&page);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let all = |selector: &str| {
        let selector = scraper::Selector::parse(selector).expect("a selector");
        parsed
            .select(&selector)
            .map(|one| one.text().collect::<String>())
            .collect::<Vec<_>>()
    };
    assert!(all("script, style, [style], img, iframe").is_empty());
    assert!(all("h1")[0].starts_with(NAME), "{:?}", all("h1"));
    assert_eq!(
        all("h2"),
        [
            "Declared data",
            "Comparison",
            "Checklist",
            "Members",
            "Reviews",
            "Verifications",
            "Documents",
            "Notes",
            "Timeline"
        ]
    );
    assert!(all("#notes .text").contains(&NOTE.to_owned()));
    assert_eq!(all("#timeline ol > li").len(), 6);
    assert_eq!(all("#reviews article").len(), 1);
    let selector = scraper::Selector::parse("[href]").expect("a selector");
    let archive = files(&case.archive);
    for link in parsed.select(&selector) {
        let to = link.attr("href").expect("an address");
        assert!(
            to.starts_with('#') || archive.0.iter().any(|(name, _)| name == to),
            "{to} leads out of the archive"
        );
    }
}

/// Somebody whose papers and register differ from what they declared; a manager let what was there first stand.
fn compared() -> Case {
    let app = start();
    let customer = make::customer(&app, |new| new.kyc = "pending");
    let paper = make::document(&app, customer, "IDENTITY_PROOF");
    for (source, field, value) in [
        ("officer", "last_name", "SEQUEIRA <b>"),
        ("mrz", "last_name", "SILVA"),
        ("officer", "first_name", "INES"),
        ("officer", "document_number", "CB481902"),
    ] {
        make::extracted(&app, &app.acme, (customer, paper), source, field, value);
    }
    let check = make::verification(&app, customer, |new| {
        new.provider = "registra";
        new.status = "verified";
    });
    diesel::update(verifications::table.filter(verifications::id.eq(check)))
        .set(
            verifications::result_payload
                .eq(serde_json::json!({ "fields": { "last_name": "Falcão" } })),
        )
        .execute(&mut app.owner())
        .expect("the check");
    {
        let accepted = app.sign_in(Persona::Manager).post(
            &format!("/customers/{customer}/fields"),
            &[
                ("field", "last_name"),
                ("answer", "accept"),
                ("version", &version(&app, customer).to_string()),
                ("reason", "Married since; the certificate is here."),
            ],
        );
        assert_eq!(accepted.status, 303, "{}", accepted.text());
    }
    // What is read off afterwards is another difference, about which nobody said anything.
    let second = make::document(&app, customer, "IDENTITY_PROOF");
    let read = (customer, second);
    make::extracted(&app, &app.acme, read, "officer", "last_name", "PEREIRA");
    let path = ask(&app, Persona::Officer, customer);
    work(&app);
    let answer = app.sign_in(Persona::Officer).get(&format!("{path}/file"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    Case {
        app,
        customer,
        archive: answer.bytes,
        folder: tempfile::tempdir().expect("a folder"),
    }
}

#[test]
fn the_comparison_is_told_with_who_let_a_difference_stand_and_cannot_be_altered() {
    let case = compared();
    let facts = case.json("casefile.json");
    let rows = facts["comparison"].as_array().expect("rows");
    assert_eq!(rows[0]["field"], "last_name");
    assert_eq!(rows[0]["declared"], facts["declared"]["last_name"]);
    assert_eq!(rows[0]["verdict"], "differs");
    let said: Vec<(&str, &str, &str, &Value)> = rows[0]["extracted"]
        .as_array()
        .expect("readings")
        .iter()
        .map(|one| {
            (
                one["value"].as_str().expect("a value"),
                one["read_from"].as_str().expect("a place"),
                one["verdict"].as_str().expect("a verdict"),
                &one["accepted"]["by"],
            )
        })
        .collect();
    assert_eq!(said.len(), 3);
    let manager = Value::from("Manager Person");
    for expected in [
        ("SEQUEIRA <b>", "page", "accepted", &manager),
        ("SILVA", "machine_readable_zone", "accepted", &manager),
        ("PEREIRA", "page", "differs", &Value::Null),
    ] {
        assert!(said.contains(&expected), "{expected:?} in {said:?}");
    }
    let of = |field: &str| {
        let found = rows.iter().find(|row| row["field"] == field);
        found.expect("the row").clone()
    };
    assert_eq!(of("last_name")["register"][0]["source_name"], "registra");
    assert_eq!(of("last_name")["register"][0]["verdict"], "match");
    assert_eq!(of("document_number")["verdict"], "document_only");
    assert_eq!(of("document_number")["declared"], Value::Null);

    let mut files = files(&case.archive);
    let page = scraper::Html::parse_document(&files.text("index.html"));
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    let selector = scraper::Selector::parse("#comparison tbody tr").expect("a selector");
    let lines: Vec<String> = page
        .select(&selector)
        .map(|row| row.text().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(lines.len(), rows.len());
    for there in [
        "SEQUEIRA <b>",
        "Differs, accepted",
        "let stand by",
        "Manager Person",
        "Identity document, paper.pdf, zone",
        "registra",
    ] {
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        assert!(
            squeezed(&lines[0]).contains(&squeezed(there)),
            "{there} in {}",
            lines[0]
        );
    }
    assert_eq!(lines[0].matches("let stand by").count(), 2);

    // Whose word it was cannot be changed unnoticed.
    assert_eq!(case.check(&case.archive).0, 0);
    let altered = files
        .text("casefile.json")
        .replace("Manager Person", "Officer Person");
    files.set("casefile.json", altered);
    let (status, said) = case.check(&files.pack());
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("casefile.json"), "{said}");
}

/// The facts and the page of a customer's case file, as an admin has it made; it is found to be intact.
fn made(app: &TestApp, customer: Uuid) -> (Value, scraper::Html) {
    made_for(app, Persona::Admin, customer)
}

/// The same for somebody.
fn made_for(app: &TestApp, by: Persona, customer: Uuid) -> (Value, scraper::Html) {
    let files = files(&fetched(app, by, customer));
    let facts = serde_json::from_str(&files.text("casefile.json")).expect("JSON");
    let page = scraper::Html::parse_document(&files.text("index.html"));
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    (facts, page)
}

/// A customer's case file, made for somebody and checked with the right key.
fn fetched(app: &TestApp, by: Persona, customer: Uuid) -> Vec<u8> {
    let path = ask(app, by, customer);
    work(app);
    let answer = app.sign_in(by).get(&format!("{path}/file"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("case.zip");
    fs::write(&file, &answer.bytes).expect("a file");
    let key = hex::encode(app.secret.checkpoint_key().verifying_key().to_bytes());
    let (status, said) = run(&VerifyArgs {
        file,
        public_key: Some(key),
        checkpoint: None,
    });
    assert_eq!(status, 0, "{said}");
    answer.bytes
}

/// The texts of what is selected, each in one line.
fn texts(page: &scraper::Html, selector: &str) -> Vec<String> {
    let selector = scraper::Selector::parse(selector).expect("a selector");
    page.select(&selector)
        .map(|one| {
            let text = one.text().collect::<Vec<_>>().join(" ");
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// What a customer's case file says of their reviews.
fn reviews_told(app: &TestApp, customer: Uuid) -> String {
    let path = ask(app, Persona::Auditor, customer);
    work(app);
    let archive = app.sign_in(Persona::Auditor).get(&format!("{path}/file"));
    let files = files(&archive.bytes);
    let page = scraper::Html::parse_document(&files.text("index.html"));
    let selector = scraper::Selector::parse("#reviews article").expect("a selector");
    page.select(&selector)
        .flat_map(|article| article.text())
        .collect()
}

#[test]
fn a_key_that_decided_is_told_as_one() {
    let app = start();
    let customer = make::customer(&app, |new| new.kyc = "refused");
    let (review, _) = make::open_review(&app, customer, 1);
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::state.eq("decided"),
            reviews::decision.eq("refused"),
            reviews::decided_kind.eq("key"),
            reviews::decided_by.eq(make::key(&app, &app.acme)),
            reviews::decided_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner())
        .expect("a decision");
    let told = reviews_told(&app, customer);
    assert!(told.contains("An API key"), "{told}");
}

#[test]
fn when_somebody_was_decided_and_when_they_were_looked_at_are_told_apart_and_alike_in_both() {
    let app = start();
    let customer = make::customer(&app, |new| new.kyc = "pending");
    let (review, _) = make::open_review(&app, customer, 1);
    let [looked, decided] = ["2026-11-09T10:20:00Z", "2026-10-05T08:30:00Z"]
        .map(|at| at.parse::<DateTime<Utc>>().expect("a moment"));
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set(reviews::looked.eq(vec![looked]))
        .execute(&mut app.owner())
        .expect("a look");
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::last_review_at.eq(decided))
        .execute(&mut app.owner())
        .expect("a decision");
    let path = ask(&app, Persona::Auditor, customer);
    work(&app);
    let archive = app.sign_in(Persona::Auditor).get(&format!("{path}/file"));
    let files = files(&archive.bytes);
    let facts: Value = serde_json::from_str(&files.text("casefile.json")).expect("JSON");
    let moment = |name: &str| {
        let told = facts["customer"][name].as_str().expect("a moment");
        told.parse::<DateTime<Utc>>().expect("a moment")
    };
    assert_eq!(
        [moment("last_review_at"), moment("last_looked_at")],
        [decided, looked]
    );
    let page = scraper::Html::parse_document(&files.text("index.html"));
    let selector = scraper::Selector::parse(".banner div").expect("a selector");
    let banner: Vec<String> = page
        .select(&selector)
        .map(|one| one.text().collect())
        .collect();
    for told in ["Last decided5 Oct 2026", "Last looked at9 Nov 2026"] {
        assert!(
            banner.iter().any(|line| line.starts_with(told)),
            "{told} is not in {banner:?}"
        );
    }
}

#[test]
fn a_decision_is_told_with_its_reasons_comment_and_policy() {
    let app = start();
    let customer = make::customer(&app, |new| new.kyc = "refused");
    let (review, _) = make::open_review(&app, customer, 1);
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::state.eq("decided"),
            reviews::decision.eq("refused"),
            reviews::reason_codes.eq(vec!["document_expired".to_owned()]),
            reviews::comment.eq("Two passports, two birth dates."),
            reviews::message.eq("Please visit us."),
            reviews::decided_kind.eq("staff"),
            reviews::decided_by.eq(app.staff(Persona::Manager)),
            reviews::decided_at.eq(app.clock.now()),
            reviews::policy_version.eq(0),
        ))
        .execute(&mut app.owner())
        .expect("a decision");
    let told = reviews_told(&app, customer);
    for word in [
        "Refused",
        "Manager Person",
        "document_expired",
        "The document is out of date",
        "Two passports",
        "Please visit us.",
        "as delivered",
    ] {
        assert!(told.contains(word), "{word} is not in {told}");
    }
}

#[test]
fn an_intact_file_is_proven_and_says_what_is_not() {
    let case = Case::new();
    let (status, said) = case.check(&case.archive);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("intact: 9 files, 6 audit entries"), "{said}");
    assert!(said.contains("proven by the chain to #"), "{said}");
    assert!(!said.contains("who made it"), "{said}");
    assert!(
        said.contains("what the other 3 entries of the log say"),
        "{said}"
    );
    let (status, said) = case.check_with(&case.archive, None, None);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("not proven: who made it"), "{said}");
    let (status, said) = case.check_with(&case.archive, None, Some(case.checkpoints()));
    assert_eq!(status, 0, "{said}");
    // The checkpoint that came with it is one of those that are kept.
    let kept = fs::read_to_string(case.checkpoints()).expect("checkpoints");
    let own = files(&case.archive).text("audit/checkpoint.json");
    assert!(kept.contains(own.trim()));
}

#[test]
fn another_reader_of_the_format_reads_it() {
    let case = Case::new();
    let python = std::process::Command::new("python3")
        .args(["-c", "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(len(z.namelist()))"])
        .arg(case.file(&case.archive))
        .output()
        .expect("python3");
    assert_eq!(
        String::from_utf8_lossy(&python.stdout).trim(),
        "11",
        "{python:?}"
    );
}

#[test]
fn an_altered_added_missing_or_renamed_file_is_named() {
    let case = Case::new();
    let whole = files(&case.archive);
    let document = whole.document();
    let altered = |change: &dyn Fn(&mut Files), word: &str| {
        let mut files = files(&case.archive);
        change(&mut files);
        let (status, said) = case.check(&files.pack());
        assert_eq!(status, 1, "{word}: {said}");
        assert!(said.contains("ALTERED: 1 findings"), "{word}: {said}");
        assert!(said.contains(word), "{word}: {said}");
    };
    for name in [
        document.as_str(),
        "documents/SHA256SUMS",
        "casefile.json",
        "index.html",
        "style.css",
        "README.txt",
    ] {
        let word = format!("{name:?} was altered");
        altered(
            &|files| {
                let mut bytes = files.get(name);
                bytes[20] ^= 1;
                files.set(name, bytes);
            },
            &word,
        );
    }
    altered(&|files| files.set("index.html", ""), "it has 0 bytes");
    altered(
        &|files| files.0.retain(|(name, _)| *name != document),
        &format!("{document:?} is missing"),
    );
    altered(
        &|files| {
            files
                .0
                .push(("documents/more.pdf".to_owned(), b"%PDF".to_vec()));
        },
        "\"documents/more.pdf\" was added",
    );
    altered(
        &|files| {
            let bytes = files.get("style.css");
            files.0.push(("style.css".to_owned(), bytes));
        },
        "\"style.css\" is there twice",
    );
    altered(
        &|files| {
            let found = files.0.iter_mut().find(|(name, _)| *name == document);
            found.expect("the paper").0 = "documents/0001.pdf".to_owned();
        },
        &format!("{document:?} was renamed to \"documents/0001.pdf\""),
    );
    // Not packed anew: a byte within the archive as it was fetched.
    let mut bytes = case.archive.clone();
    let at = bytes
        .windows(5)
        .position(|it| it == b"%PDF-")
        .expect("the paper");
    bytes[at + 9] ^= 1;
    let (status, said) = case.check(&bytes);
    assert_eq!(status, 1);
    assert!(
        said.contains(&format!("{document:?} was altered")),
        "{said}"
    );
}

#[test]
fn an_edited_manifest_and_a_wrong_signature_are_named() {
    let case = Case::new();
    let mut files = files(&case.archive);
    files.set("style.css", "h1 { color: red }");
    files.list_anew(|_| {});
    let (status, said) = case.check(&files.pack());
    assert_eq!(status, 1);
    assert!(
        said.contains("manifest.json is not what was signed"),
        "{said}"
    );

    // Signed anew by somebody else: without the key nobody can tell who, and it says so.
    files.sign();
    files.sign_checkpoint();
    files.list_anew(|_| {});
    files.sign();
    let (status, said) = case.check_with(&files.pack(), None, None);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("not proven: who made it"), "{said}");
    let (status, said) = case.check(&files.pack());
    assert_eq!(status, 1);
    assert!(
        said.contains("manifest.json was signed by another key"),
        "{said}"
    );

    let other = hex::encode(forger().verifying_key().to_bytes());
    let (status, said) = case.check_with(&case.archive, Some(&other), None);
    assert_eq!(status, 1);
    assert!(said.contains("was signed by another key"), "{said}");

    for name in ["manifest.json", "manifest.sig.json", "audit/chain.bin"] {
        let mut files = self::files(&case.archive);
        files.0.retain(|(known, _)| known != name);
        let (status, said) = case.check(&files.pack());
        assert_eq!(status, 1);
        assert!(said.contains(name) && said.contains("missing"), "{said}");
    }
}

/// What a forger does who signs all anew with a key of their own, and is asked for no key.
fn forged(case: &Case, change: impl FnOnce(&mut Files), entries: Option<u64>) -> (u8, String) {
    let mut files = files(&case.archive);
    change(&mut files);
    files.list_anew(|manifest| manifest.entries = entries.unwrap_or(manifest.entries));
    files.sign();
    let bytes = files.pack();
    let with_key = case.check(&bytes);
    assert_eq!(with_key.0, 1, "the key shows every forgery: {}", with_key.1);
    case.check_with(&bytes, None, None)
}

fn lines(files: &Files) -> Vec<Value> {
    files
        .text("audit/entries.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn set_lines(files: &mut Files, lines: &[Value]) {
    let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
    files.set("audit/entries.jsonl", text.join("\n") + "\n");
}

#[test]
fn an_edited_entry_is_named_whoever_signs_the_rest() {
    let case = Case::new();
    // The checkpoint stays as it was, so its key is no longer the manifest's: that is one finding, the entry another.
    let edited = |field: &str, value: Value, word: &str| {
        let mut which = String::new();
        let (status, said) = forged(
            &case,
            |files| {
                let mut all = lines(files);
                all[2]["hashed"][field] = value;
                which = format!("#{}", all[2]["sequence"]);
                set_lines(files, &all);
                files.sign_checkpoint();
            },
            None,
        );
        assert_eq!(status, 1, "{field}: {said}");
        assert!(
            said.contains(&format!("audit log: {word} {which}")),
            "{field}: {said}"
        );
    };
    edited("action", "customer.viewed".into(), "edited");
    edited("actor_id", Uuid::nil().to_string().into(), "edited");
    edited("changes", "{\"a\":1}".into(), "edited");
    edited("at", "2020-01-01T00:00:00Z".into(), "back-dated");
    edited("origin", Value::Null, "edited");

    let (status, said) = forged(
        &case,
        |files| {
            let mut all = lines(files);
            all[0]["opened"]["fields"]["name"]["after"] = "another.pdf".into();
            set_lines(files, &all);
            files.sign_checkpoint();
        },
        None,
    );
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("the values that it shows are not those that were sealed"),
        "{said}"
    );
    let (status, said) = forged(
        &case,
        |files| {
            let mut all = lines(files);
            all[0]["key"] = "00".repeat(32).into();
            set_lines(files, &all);
            files.sign_checkpoint();
        },
        None,
    );
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("its key does not open its sealed values"),
        "{said}"
    );
}

#[test]
fn entries_out_of_order_twice_or_of_nobody_are_named() {
    let case = Case::new();
    let (status, said) = forged(
        &case,
        |files| {
            let mut all = lines(files);
            all.swap(1, 2);
            set_lines(files, &all);
            files.sign_checkpoint();
        },
        None,
    );
    assert_eq!(status, 1);
    assert!(said.contains("is out of order"), "{said}");
    let (status, said) = forged(
        &case,
        |files| {
            let mut all = lines(files);
            all[5]["sequence"] = 4_000.into();
            set_lines(files, &all);
            files.sign_checkpoint();
        },
        None,
    );
    assert_eq!(status, 1);
    assert!(said.contains("inserted #4000"), "{said}");
    let (status, said) = forged(
        &case,
        |files| {
            files.set("audit/entries.jsonl", "{}\n");
            files.sign_checkpoint();
        },
        Some(1),
    );
    assert_eq!(status, 1);
    assert!(said.contains("line 1 cannot be read"), "{said}");
    // One left out: the chain does not say whose entries lie between, and the check says that it cannot.
    let leave_out = |files: &mut Files| {
        let mut all = lines(files);
        all.remove(3);
        set_lines(files, &all);
        files.sign_checkpoint();
    };
    let (status, said) = forged(&case, leave_out, None);
    assert_eq!(status, 1);
    assert!(said.contains("has 5 entries and should have 6"), "{said}");
    let (status, said) = forged(&case, leave_out, Some(5));
    assert_eq!(status, 0, "{said}");
    assert!(
        said.contains("not proven: that no other entry is about this customer"),
        "{said}"
    );
}

#[test]
fn a_cut_tail_and_a_rewritten_chain_are_named() {
    let case = Case::new();
    let (status, said) = forged(
        &case,
        |files| {
            files.sign_checkpoint();
            let mut chain = files.get("audit/chain.bin");
            chain.truncate(chain.len() - 40);
            files.set("audit/chain.bin", chain);
        },
        None,
    );
    assert_eq!(status, 1);
    assert!(said.contains("audit log: cut tail #"), "{said}");
    let (status, said) = forged(
        &case,
        |files| {
            let mut chain = files.get("audit/chain.bin");
            chain.truncate(chain.len() - 17);
            files.set("audit/chain.bin", chain);
        },
        None,
    );
    assert_eq!(status, 1);
    assert!(
        said.contains("audit/chain.bin cannot be read to its end"),
        "{said}"
    );

    // Everything made anew by somebody who has our program: what was kept elsewhere shows it.
    let mut files = files(&case.archive);
    let mut chain = files.get("audit/chain.bin");
    let middle = 72 + 40 + 20;
    chain[middle] ^= 1;
    files.set("audit/chain.bin", chain);
    files.sign_checkpoint();
    files.list_anew(|_| {});
    files.sign();
    let bytes = files.pack();
    let (_, alone) = case.check_with(&bytes, None, None);
    let (status, said) = case.check_with(&bytes, None, Some(case.checkpoints()));
    assert_eq!(status, 1, "alone: {alone}\nwith checkpoints: {said}");
    assert!(said.contains("audit log: "), "{said}");
    let mut owned = case.archive.clone();
    let at = owned
        .windows(16)
        .position(|it| it == vouch::casefile::proof::MAGIC)
        .expect("the proof");
    owned[at + middle] ^= 1;
    let (status, said) = case.check(&owned);
    assert_eq!(status, 1);
    assert!(said.contains("\"audit/chain.bin\" was altered"), "{said}");
    assert!(said.contains("audit log: rewritten"), "{said}");
}

#[test]
fn what_is_no_case_file_is_refused_and_what_cannot_be_read_is_said() {
    let case = Case::new();
    let whole = &case.archive;
    for (bytes, word) in [
        (whole[..whole.len() - 30].to_vec(), "it was cut"),
        (whole[..whole.len() / 2].to_vec(), "it was cut"),
        (
            [&whole[..], b"more"].concat(),
            "it was cut, or is no archive",
        ),
        (b"not a ZIP".to_vec(), "is no archive"),
        (Vec::new(), "is no archive"),
        (compressed(whole), "is compressed"),
        (overlapping(), "lies before"),
    ] {
        let (status, said) = case.check(&bytes);
        assert_eq!(status, 1, "{said}");
        assert!(
            said.contains("ALTERED: 1 findings") && said.contains(word),
            "{word}: {said}"
        );
    }
    let args = |file: PathBuf, key: Option<&str>, checkpoint: Option<PathBuf>| VerifyArgs {
        file,
        public_key: key.map(str::to_owned),
        checkpoint,
    };
    let nowhere = case.folder.path().join("nowhere");
    let file = case.file(whole);
    for args in [
        args(nowhere.clone(), None, None),
        args(file.clone(), Some("abc"), None),
        args(file, None, Some(nowhere)),
    ] {
        let (status, said) = run(&args);
        assert_eq!(status, 2, "{said}");
        assert!(said.starts_with("vouch casefile verify: "), "{said}");
    }
}

/// The same archive, whose first file says that it is packed.
fn compressed(archive: &[u8]) -> Vec<u8> {
    let mut bytes = archive.to_vec();
    let central = bytes
        .windows(4)
        .rposition(|it| it == b"PK\x01\x02")
        .expect("a directory");
    bytes[central + 10] = 8;
    bytes
}

/// Two files that are the same bytes: of such a thing small archives are made that unpack to huge ones.
fn overlapping() -> Vec<u8> {
    let mut writer = zip::Writer::new(Vec::new());
    writer.file("a", b"one").expect("memory");
    writer.file("b", b"one").expect("memory");
    let mut bytes = writer.finish().expect("memory");
    let second = bytes
        .windows(4)
        .rposition(|it| it == b"PK\x01\x02")
        .expect("a directory");
    bytes[second + 42..second + 46].fill(0);
    bytes
}

#[test]
fn a_customer_whose_data_was_erased_has_no_case_file() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    let path = ask(&app, Persona::Officer, customer);
    let key: Uuid = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::data_key)
        .first(&mut app.owner())
        .expect("the customer");
    {
        use vouch::schema::data_keys;
        diesel::update(data_keys::table.filter(data_keys::id.eq(key)))
            .set((
                data_keys::wrapped.eq(None::<Vec<u8>>),
                data_keys::destroyed_at.eq(app.clock.now()),
            ))
            .execute(&mut app.owner())
            .expect("an erasure");
    }
    work(&app);
    let page = app.sign_in(Persona::Officer).get(&path);
    assert!(page.text().contains("Failed"), "{}", page.text());
}

#[test]
fn a_suspicion_is_in_the_managers_file_alone() {
    const REASON: &str = "Cash of 9,900 on each of eleven days; canary 5512.";
    let app = start();
    let customer = make::customer(&app, |new| new.kyc = "pending");
    let (review, _) = make::review_of(&app, &app.acme, customer, |new| {
        new.assignee = Some(app.staff(Persona::Officer));
    });
    let raised = app.sign_in(Persona::Officer).post(
        &format!("/reviews/{review}/escalate"),
        &[("reason", REASON)],
    );
    assert_eq!(raised.status, 303, "{}", raised.text());
    let key = hex::encode(app.secret.checkpoint_key().verifying_key().to_bytes());
    let folder = tempfile::tempdir().expect("a folder");
    let holds = |bytes: &[u8], text: &str| {
        bytes
            .windows(text.len())
            .any(|piece| piece == text.as_bytes())
    };
    let mut manager_s = String::new();
    for (persona, told) in [(Persona::Officer, false), (Persona::Manager, true)] {
        let path = ask(&app, persona, customer);
        work(&app);
        let answer = app.sign_in(persona).get(&format!("{path}/file"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        for word in ["suspicion", "Suspicion", "canary 5512"] {
            let found = holds(&answer.bytes, word);
            assert!(told || !found, "{persona:?} finds {word}");
        }
        assert_eq!(holds(&answer.bytes, "suspicion.raised"), told);
        let file = folder.path().join("case.zip");
        fs::write(&file, &answer.bytes).expect("a file");
        let (status, said) = run(&VerifyArgs {
            file,
            public_key: Some(key.clone()),
            checkpoint: None,
        });
        assert_eq!(status, 0, "{persona:?}: {said}");
        manager_s = path;
    }
    // Whoever is no manager any more does not fetch what they had made as one.
    app.owner()
        .batch_execute("UPDATE staff SET role = 'officer' WHERE role = 'manager'")
        .expect("a new role");
    let answer = app
        .sign_in(Persona::Manager)
        .get(&format!("{manager_s}/file"));
    assert_eq!(answer.status, 404);
}
