//! Imports: customers from a file, all of them or none.

use std::process::{Command, Output};

use diesel::{connection::SimpleConnection as _, prelude::*};
use uuid::Uuid;
use vouch::{
    access::scope::Scope,
    audit::witness,
    jobs::{queue::Job, rules::State},
    keys::Keys,
    schema::{audit_entries, customers, data_keys, import_rows, jobs, uploads},
    seal::Sealed,
    value::{DataKeyId, OrganisationId},
};

use crate::{
    jobs::{Program, present, start, work, worker},
    support::{Browser, Persona, Response, TestApp, make},
};

mod every;
mod killed;
mod lost;
mod meanwhile;

const HEAD: &str = "Kind,First name,Last name,Company,Branch,E-mail,Date of birth,Country,Tax ID";

fn file(rows: &[&str]) -> String {
    format!("{HEAD}\n{}\n", rows.join("\n"))
}

const INES: &str = "natural,Inês,Falcão,,london,ines@mail.example,1987-03-09,Portugal,123456789";
const SHIPS: &str = "legal,,,\"Ships, Ropes & Sons\",london,office@ships.example,,GB,";

/// A file of so many customers of whom no two are alike.
pub fn many(count: usize) -> String {
    let rows: Vec<String> = (0..count)
        .map(|n| {
            format!("natural,Inês,Falcão {n},,london,ines{n}@mail.example,1987-03-09,Portugal,")
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    file(&rows)
}

/// Hands a file in: the address of the page that asks what its columns mean.
fn hand_in(browser: &mut Browser, text: &[u8]) -> String {
    let answer = browser.post_file("/customers/import", &[], "people.csv", text);
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").expect("its page").to_owned()
}

/// Sends the form of the columns as it stands, with these changes: the answer.
fn ask(browser: &mut Browser, path: &str, mode: &str, changes: &[(&str, &str)]) -> Response {
    let page = browser.get(path);
    assert_eq!(page.status, 200, "{}", page.text());
    let mut fields = page.form(path);
    for (name, value) in changes {
        let field = fields.iter_mut().find(|(known, _)| known == name);
        (*value).clone_into(&mut field.expect("a field").1);
    }
    let mut fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    fields.push(("mode", mode));
    browser.post(path, &fields)
}

/// Hands a file in and has it worked on as it stands: the page of its job.
fn import(app: &TestApp, browser: &mut Browser, mode: &str, text: &str) -> Response {
    let path = hand_in(browser, text.as_bytes());
    let answer = ask(browser, &path, mode, &[]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    work(app);
    browser.follow(&answer)
}

pub fn names(app: &TestApp) -> Vec<String> {
    customers::table
        .order(customers::number)
        .select(customers::name)
        .load(&mut app.owner())
        .expect("the customers")
}

fn all_jobs(app: &TestApp) -> Vec<Job> {
    jobs::table
        .order(jobs::created_at)
        .select(Job::as_select())
        .load(&mut app.owner())
        .expect("the jobs")
}

/// What the report on the page says: line, column, reason.
fn report(page: &Response) -> Vec<(String, String, String)> {
    let cells = page.texts("#job tbody td");
    cells
        .chunks(3)
        .map(|row| (row[0].clone(), row[1].clone(), row[2].clone()))
        .collect()
}

/// The chain of Acme holds together, with so many entries.
pub fn chain(app: &TestApp) -> i64 {
    let mut conn = worker(app).db.connection().expect("a connection");
    let head = conn
        .snapshot(&Scope::system(OrganisationId(app.acme.id)), |tx| {
            witness::whole(tx, None, &|| Ok(()))
        })
        .expect("a walk");
    head.expect("a whole chain").sequence
}

#[test]
fn a_file_becomes_customers_each_with_its_entry_and_key() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let list = manager.get("/customers");
    assert!(
        list.attributes(".page-head a", "href")
            .contains(&"/customers/import".to_owned())
    );
    let page = manager.get("/customers/import");
    assert_eq!(page.texts("h1"), ["Import customers"]);
    assert_eq!(
        page.attributes("form[action='/customers/import']", "enctype"),
        ["multipart/form-data"]
    );

    let path = hand_in(&mut manager, file(&[INES, SHIPS]).as_bytes());
    let page = manager.get(&path);
    assert!(
        page.text()
            .contains("people.csv : 2 rows, 9 columns separated by commas"),
        "{}",
        page.text()
    );
    let fields = page.form(&path);
    let chosen: Vec<&str> = fields.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(
        chosen[..9],
        [
            "kind",
            "first_name",
            "last_name",
            "legal_name",
            "branch",
            "email",
            "birth_date",
            "country",
            "tax_id"
        ]
    );
    assert!(page.text().contains("Ships, Ropes & Sons"), "a sample");

    let answer = ask(&mut manager, &path, "import", &[]);
    let job = answer.header("location").expect("its job").to_owned();
    assert!(manager.get(&job).text().contains("Waiting to begin"));
    work(&app);
    let page = manager.get(&job);
    assert!(
        page.text().contains("2 customers were imported"),
        "{}",
        page.text()
    );
    assert_eq!(page.texts("#job .status"), ["Imported"]);
    assert_eq!(names(&app), ["Inês Falcão", "Ships, Ropes & Sons"]);
    assert_eq!(
        app.actions(),
        [
            "customers.handed_in",
            "customers.import_asked",
            "customer.added",
            "customer.added",
            "customers.imported"
        ]
    );
    assert_eq!(chain(&app), 5);
    let keys: i64 = data_keys::table
        .inner_join(customers::table.on(customers::data_key.eq(data_keys::id)))
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(keys, 2, "each has a key of its own");
    let left: i64 = import_rows::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(left, 0);
    let folder = app.folder.path().join("documents/uploads");
    let kept = std::fs::read_dir(folder).map_or(0, |entries| {
        entries
            .filter_map(Result::ok)
            .filter(|one| {
                one.path()
                    .read_dir()
                    .is_ok_and(|mut files| files.next().is_some())
            })
            .count()
    });
    assert_eq!(kept, 0, "what was handed in is gone");
    // Its page leads to what came of it.
    assert_eq!(manager.get(&path).header("location"), Some(job.as_str()));
    assert_eq!(
        ask_again(&mut manager, &path).header("location"),
        Some(job.as_str())
    );
    assert_eq!(names(&app).len(), 2);
}

fn ask_again(browser: &mut Browser, path: &str) -> Response {
    browser.post(path, &[("c0", "kind"), ("mode", "import")])
}

/// A row as JSON.
#[derive(QueryableByName)]
struct AsJson {
    #[diesel(sql_type = diesel::sql_types::Text)]
    row: String,
}

#[test]
fn an_imported_customer_is_the_one_whom_the_form_would_have_added() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let fields = [
        ("title", "Dr"),
        ("first_name", "Ana María"),
        ("last_name", "O'Neill"),
        ("birth_date", "1980-02-29"),
        ("birth_place", "Lyon"),
        ("birth_country", "FR"),
        ("nationality", "ES"),
        ("address_line1", "=1, Rua \"Nova\""),
        ("address_line2", "2.º"),
        ("postal_code", "1000-001"),
        ("city", "Lisboa"),
        ("state", "Lisboa"),
        ("country", "PT"),
        ("email", "ana@mail.example"),
        ("phone_prefix", "+351"),
        ("phone", "+351 912 345 678"),
        ("tax_id", "-77"),
        ("us_person", "on"),
        ("occupation", "Sailor"),
        ("income_range", "40000"),
        ("distribution_country", "GB"),
        ("tag", "@home"),
    ];
    let branch = app.acme.branch("london").to_string();
    let mut typed = fields.to_vec();
    typed.extend([("branch", branch.as_str()), ("kind", "natural")]);
    let added = manager.post("/customers/new", &typed);
    assert_eq!(added.status, 303, "{}", added.text());
    // As a spreadsheet program gets our own export: what it would run begins with an apostrophe.
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(fields.iter().map(|(name, _)| *name))
        .expect("headings");
    csv.write_record(
        fields
            .iter()
            .map(|(_, value)| vouch::spreadsheet::harmless(value).into_owned()),
    )
    .expect("a row");
    let text = String::from_utf8(csv.into_inner().expect("bytes")).expect("text");
    assert!(text.contains("'+351") && text.contains("'=1"), "{text}");
    let path = hand_in(&mut manager, text.as_bytes());
    let answer = ask(&mut manager, &path, "import", &[("kind", "natural")]);
    work(&app);
    let page = manager.follow(&answer);
    assert!(
        page.text().contains("1 customers were imported"),
        "{}",
        page.text()
    );

    let rows: Vec<AsJson> = diesel::sql_query(
        "SELECT (to_jsonb(c) - '{id,number,short_id,data_key,created_at,updated_at,search}'::text[])::text AS row FROM customers c ORDER BY number",
    )
    .load(&mut app.owner())
    .expect("the customers");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].row, rows[1].row);
    // And the log says the same of both, in clear and under each one's own key.
    let opened = opened(&app);
    assert_eq!(opened.len(), 2);
    assert_eq!(opened[0], opened[1]);
    assert!(
        opened[0].contains("O'Neill") && opened[0].contains("ana@mail.example"),
        "{}",
        opened[0]
    );
    let plain: Vec<serde_json::Value> = audit_entries::table
        .filter(audit_entries::action.eq("customer.added"))
        .order(audit_entries::at)
        .select(audit_entries::changes)
        .load(&mut app.owner())
        .expect("the entries");
    assert_eq!(plain[0], plain[1]);
    assert!(plain[0].to_string().contains("LONDON"), "{}", plain[0]);
}

/// What is sealed in the entries of new customers.
fn opened(app: &TestApp) -> Vec<String> {
    type Kept = (Uuid, Option<Vec<u8>>, Uuid, Option<Vec<u8>>);
    let rows: Vec<Kept> = audit_entries::table
        .inner_join(data_keys::table.on(audit_entries::detail_key.eq(data_keys::id.nullable())))
        .filter(audit_entries::action.eq("customer.added"))
        .order(audit_entries::at)
        .select((
            audit_entries::id,
            audit_entries::detail,
            data_keys::id,
            data_keys::wrapped,
        ))
        .load(&mut app.owner())
        .expect("the entries");
    rows.into_iter()
        .map(|(entry, detail, id, wrapped)| {
            let wrapped = wrapped.expect("a key");
            Keys::unwrap_data_key(&app.acme.key, DataKeyId(id), &wrapped)
                .expect("a key")
                .entry_key(entry)
                .open(entry, Sealed::Detail, &detail.expect("a detail"))
                .expect("it opens")
        })
        .collect()
}

#[test]
fn one_wrong_row_keeps_all_out_and_each_is_said_with_line_column_and_reason() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let text = file(&[
        INES,
        "natural,\"Two\nlines\",Silva,,london,,,PT,",
        "natural,Rui,Neves,,london,rui@,31.12.1980,PT,",
        "",
        "robot,,,,london,,,,",
        "natural,Eva,Gil,,atlantis,,,XX,",
        "natural,Too,Few,,london",
        SHIPS,
    ]);
    let page = import(&app, &mut manager, "import", &text);
    assert_eq!(page.texts("#job .status"), ["Nothing was imported"]);
    assert!(
        page.text()
            .contains("Something is wrong in 5 of 7 rows, so nothing was imported"),
        "{}",
        page.text()
    );
    let said = report(&page);
    let places: Vec<(&str, &str)> = said
        .iter()
        .map(|(line, column, _)| (line.as_str(), column.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            ("3", "First name"),
            ("5", "Date of birth"),
            ("5", "E-mail"),
            ("7", "Kind"),
            ("8", "Branch"),
            ("8", "Country"),
            ("9", "The whole row"),
        ]
    );
    assert_eq!(said[1].2, "Enter a date as YYYY-MM-DD");
    assert_eq!(said[5].2, "Choose a country from the list");
    assert!(names(&app).is_empty());
    assert_eq!(
        app.actions(),
        ["customers.handed_in", "customers.import_asked"]
    );
    // The whole of it as a file.
    let job = all_jobs(&app).remove(0);
    assert_eq!(
        (job.rows_read, job.rows_bad, job.state),
        (Some(7), Some(5), State::Done)
    );
    let file = manager.get(&format!("/jobs/{}/file", job.id));
    assert_eq!(file.body.lines().count(), 8);
    assert!(
        file.body
            .starts_with("line,column,reason\n3,First name,Remove the line breaks"),
        "{}",
        file.body
    );
    // The same file again, after its columns were said anew.
    let upload: Uuid = uploads::table
        .select(uploads::id)
        .first(&mut app.owner())
        .expect("the file");
    let path = format!("/customers/import/{upload}");
    assert_eq!(ask(&mut manager, &path, "check", &[("c4", "")]).status, 303);
}

#[test]
fn a_check_says_what_an_import_would_and_changes_nothing() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let path = hand_in(&mut manager, file(&[INES, SHIPS]).as_bytes());
    let answer = ask(&mut manager, &path, "check", &[]);
    work(&app);
    let page = manager.follow(&answer);
    assert_eq!(page.texts("#job .status"), ["Nothing is wrong"]);
    assert!(names(&app).is_empty());
    assert_eq!(page.attributes("#go-on", "href"), [path.as_str()]);
    let page = import(
        &app,
        &mut manager,
        "check",
        &file(&["natural,,,,london,,,,"]),
    );
    assert_eq!(page.texts("#job .status"), ["Something is wrong"]);
    assert_eq!(report(&page)[0].1, "Last name");
    assert!(names(&app).is_empty());
    // Then the first one is imported.
    assert_eq!(ask(&mut manager, &path, "import", &[]).status, 303);
    work(&app);
    assert_eq!(names(&app).len(), 2);
}

#[test]
fn only_managers_and_admins_import_and_only_into_their_branches() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    for persona in [Persona::Officer, Persona::Auditor] {
        let mut browser = app.sign_in(persona);
        assert!(!browser.get("/customers").body.contains("/customers/import"));
        assert_eq!(browser.get("/customers/import").status, 403);
        let answer = browser.post_file(
            "/customers/import",
            &[],
            "people.csv",
            file(&[INES]).as_bytes(),
        );
        assert_eq!(answer.status, 403);
    }
    // By code and by name.
    let madrid = INES.replace("london", "madrid");
    let page = import(&app, &mut manager, "import", &file(&[INES, &madrid]));
    assert_eq!(
        report(&page),
        [(
            "3".to_owned(),
            "Branch".to_owned(),
            "You have no branch of this code or name".to_owned()
        )]
    );
    assert!(names(&app).is_empty());
    let mut admin = app.sign_in(Persona::Admin);
    import(
        &app,
        &mut admin,
        "import",
        &file(&[&INES.replace("london", "Madrid"), SHIPS]),
    );
    let branches: Vec<Uuid> = customers::table
        .order(customers::number)
        .select(customers::branch_id)
        .load(&mut app.owner())
        .expect("the customers");
    assert_eq!(
        branches,
        [app.acme.branch("madrid"), app.acme.branch("london")]
    );
    // A file is its own member's, and another branch cannot be sent as the one of the rest.
    let path = hand_in(&mut manager, b"last_name\nSilva\n");
    assert_eq!(admin.get(&path).status, 404);
    assert_eq!(ask_again(&mut admin, &path).status, 404);
    let paris = app.acme.branch("paris").to_string();
    let answer = ask(
        &mut manager,
        &path,
        "import",
        &[("kind", "natural"), ("branch", &paris)],
    );
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("Choose a branch of the list"));
}

#[test]
fn what_may_no_longer_be_done_when_the_job_begins_is_not_done() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let path = hand_in(&mut manager, file(&[INES]).as_bytes());
    assert_eq!(ask(&mut manager, &path, "import", &[]).status, 303);
    app.owner()
        .batch_execute("UPDATE staff SET role = 'officer' WHERE email = 'manager@acme.example'")
        .expect("an officer");
    work(&app);
    assert!(names(&app).is_empty());
    assert_eq!(all_jobs(&app)[0].state, State::Failed);
}

#[test]
fn files_are_read_in_the_ways_that_spreadsheets_write_them_and_others_are_refused_with_a_reason() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let path = hand_in(
        &mut manager,
        "\u{feff}Nachname;branch;kind\r\nMüller;london;natural\r\n".as_bytes(),
    );
    let page = manager.get(&path);
    assert!(
        page.text().contains("3 columns separated by semicolons"),
        "{}",
        page.text()
    );
    // Its language is not guessed; it is said.
    assert_eq!(page.form(&path)[0].1, "");
    assert_eq!(
        ask(&mut manager, &path, "import", &[("c0", "last_name")]).status,
        303
    );
    let tabs = hand_in(
        &mut manager,
        b"Surname\tOffice\tType\nSilva\tLondon\tPerson\n",
    );
    assert_eq!(ask(&mut manager, &tabs, "import", &[]).status, 303);
    work(&app);
    let mut both = names(&app);
    both.sort();
    assert_eq!(both, ["Müller", "Silva"]);

    for (text, sentence) in [
        (
            &b"last_name\nM\xfcller\n"[..],
            "In line 2, this is not UTF-8 text",
        ),
        (b"\xff\xfel\0a\0", "this is UTF-16 text"),
        (b"PK\x03\x04zip", "this is a spreadsheet or an archive"),
        (
            b"a,b\n\"x,y\nz",
            "In line 2, a quote is opened and never closed",
        ),
        (b"a\nb\0c\n", "In line 2, a NUL character is not text"),
        (
            format!("a\nb\n{}\n", "x".repeat(1_000_000)).as_bytes(),
            "In line 3, a cell is far too long",
        ),
        (b"a,b\n", "The file has headings and no rows below them"),
        (b"\n\n", "The file is empty"),
        (b"", "Choose a file"),
    ] {
        let answer = manager.post_file("/customers/import", &[], "people.csv", text);
        assert_eq!(answer.status, 422, "{sentence}");
        assert!(answer.text().contains(sentence), "{}", answer.text());
    }
    let long = format!("a\n{}", "x\n".repeat(100_001));
    let answer = manager.post_file("/customers/import", &[], "people.csv", long.as_bytes());
    assert!(
        answer.text().contains("more than 100000 rows"),
        "{}",
        answer.text()
    );
    let large = vec![b'x'; 33 * 1024 * 1024];
    let answer = manager.post_file("/customers/import", &[], "people.csv", &large);
    assert_eq!(answer.status, 413);
    assert!(
        answer.text().contains("larger than 32 MB"),
        "{}",
        answer.text()
    );
}

#[test]
fn our_own_export_can_be_handed_in_again() {
    let app = start();
    make::customer(&app, |new| new.tax_id = Some("=7".to_owned()));
    make::company(&app, "+Ships");
    let mut manager = app.sign_in(Persona::Manager);
    let export = manager.get("/customers.csv?sort=name").body;
    assert!(
        export.contains("'+Ships") && export.contains("'=7"),
        "{export}"
    );
    let page = import(&app, &mut manager, "import", &export);
    assert!(
        page.text().contains("2 customers were imported"),
        "{}",
        page.text()
    );
    let again = manager.get("/customers.csv?sort=name").body;
    let told = |row: &str| {
        let cells: Vec<&str> = row.split(',').collect();
        [1, 2, 3, 6, 7, 8, 9].map(|at| cells[at].to_owned())
    };
    let mut rows: Vec<_> = again.lines().skip(1).map(told).collect();
    rows.sort();
    assert_eq!(rows.len(), 4);
    assert_eq!((&rows[0], &rows[2]), (&rows[1], &rows[3]));
}

#[test]
fn columns_that_mean_the_same_are_sent_back() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let path = hand_in(&mut manager, file(&[INES]).as_bytes());
    let answer = ask(&mut manager, &path, "import", &[("c1", "last_name")]);
    assert_eq!(answer.status, 422);
    assert!(
        answer
            .text()
            .contains("Another column is “Last name” already"),
        "{}",
        answer.text()
    );
    assert_eq!(answer.attributes("#c2", "aria-invalid"), ["true"]);
    assert_eq!(
        answer.form(&path)[1].1,
        "last_name",
        "what was chosen stands there"
    );
    assert_eq!(
        manager.post(&path, &[("c0", "kind")]).status,
        400,
        "no mode"
    );
    assert!(all_jobs(&app).is_empty());
}

#[test]
fn sent_twice_and_taken_by_two_servers_it_is_done_once() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let path = hand_in(&mut manager, file(&[INES, SHIPS]).as_bytes());
    let first = ask(&mut manager, &path, "import", &[]);
    let second = ask_again(&mut manager, &path);
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(all_jobs(&app).len(), 1);
    // One server begins and is silent for more than a minute; another one takes over while the first one goes on.
    let (silent, other) = (worker(&app), worker(&app));
    let mut conn = silent.db.connection().expect("a connection");
    let taken = vouch::jobs::queue::claim(&mut conn)
        .expect("a claim")
        .expect("the job");
    app.clock.advance(chrono::TimeDelta::minutes(2));
    assert!(other.step().expect("a step"));
    let behalf = vouch::access::behalf::of(&mut conn, taken.organisation_id, taken.staff_id)
        .expect("the manager");
    let late = vouch::imports::work::run(&mut conn, &silent.files, &taken, &behalf);
    assert!(late.is_err(), "it is no longer the first one's");
    assert_eq!(names(&app).len(), 2);
    assert_eq!(
        app.actions()
            .iter()
            .filter(|said| *said == "customer.added")
            .count(),
        2
    );
}

#[test]
fn a_server_that_dies_or_a_cancel_leaves_nothing_and_what_waits_is_begun_anew() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let rows: Vec<String> = (0..4_500)
        .map(|n| INES.replace("Falcão", &format!("Falcão {n}")))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let path = hand_in(&mut manager, file(&rows).as_bytes());
    let answer = ask(&mut manager, &path, "import", &[]);
    let job = answer.header("location").expect("its job").to_owned();
    // Its end waits for a row that somebody else holds: canceled meanwhile, it is too late to finish.
    let mut held = app.owner();
    held.batch_execute("BEGIN; SELECT 1 FROM uploads FOR UPDATE")
        .expect("the file's row");
    let (doing, worker) = (worker(&app), worker(&app));
    let thread = std::thread::spawn(move || doing.step().expect("a step"));
    let began = || all_jobs(&app)[0].done > 4_500;
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while !began() {
        assert!(std::time::Instant::now() < deadline, "nothing was written");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(names(&app).is_empty(), "nobody sees what is not whole");
    let page = manager.get(&job);
    assert_eq!(page.texts("#job .status"), ["Being imported"]);
    assert!(!page.attributes("progress", "value").is_empty());
    assert_eq!(manager.post(&format!("{job}/cancel"), &[]).status, 303);
    held.batch_execute("ROLLBACK").expect("the row is free");
    assert!(thread.join().expect("a step"));
    assert!(names(&app).is_empty(), "canceled in time, nothing is there");
    assert_eq!(
        app.actions(),
        [
            "customers.handed_in",
            "customers.import_asked",
            "job.canceled"
        ]
    );
    let page = manager.get(&job);
    assert!(
        page.text().contains("Nothing was imported."),
        "{}",
        page.text()
    );
    // Asked for once more, it is done.
    assert_eq!(ask(&mut manager, &path, "import", &[]).status, 303);
    assert!(worker.step().expect("a step"));
    assert_eq!(names(&app).len(), 4_500);
    assert_eq!(chain(&app), 4_505);
}

#[test]
fn a_server_that_is_killed_halfway_leaves_nothing_and_the_next_one_does_all_of_it() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let rows: Vec<String> = (0..4_500)
        .map(|n| INES.replace("ines@", &format!("ines{n}@")))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let path = hand_in(&mut manager, file(&rows).as_bytes());
    assert_eq!(ask(&mut manager, &path, "import", &[]).status, 303);
    let mut held = app.owner();
    held.batch_execute("BEGIN; SELECT 1 FROM uploads FOR UPDATE")
        .expect("the file's row");
    let server = Program::start(&app);
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while all_jobs(&app)[0].done <= 4_500 {
        assert!(std::time::Instant::now() < deadline, "nothing was written");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // As `kill -9` does.
    drop(server);
    held.batch_execute("ROLLBACK").expect("the row is free");
    assert!(names(&app).is_empty());
    assert_eq!(
        app.actions(),
        ["customers.handed_in", "customers.import_asked"]
    );
    // After a minute of silence another server takes the job over.
    present(&app);
    app.clock.advance(chrono::TimeDelta::minutes(2));
    work(&app);
    assert_eq!(all_jobs(&app)[0].state, State::Done);
    assert_eq!(names(&app).len(), 4_500);
    assert_eq!(chain(&app), 4_503);
}

#[test]
fn rows_that_may_be_duplicates_are_said_and_keep_nobody_out() {
    let app = start();
    make::customer(&app, |new| {
        new.email = Some("Ines@Mail.example".to_owned());
    });
    // One in a branch that the manager does not see, who is not said to be there.
    make::customer(&app, |new| {
        new.branch_id = app.acme.branch("madrid");
        new.tax_id = Some("777".to_owned());
    });
    let short: String = customers::table
        .filter(customers::email.is_not_null())
        .filter(customers::tax_id.is_null())
        .select(customers::short_id)
        .first(&mut app.owner())
        .expect("the customer");
    let rui = "natural,Rui,Neves,,london,,1980-01-02,PT,";
    let text = file(&[
        INES,
        SHIPS,
        rui,
        &format!("{rui}777"),
        "natural,Eva,Gil,,london,OFFICE@ships.example,,PT,",
    ]);
    let mut manager = app.sign_in(Persona::Manager);
    let expected = [
        (
            "2",
            format!(
                "Possible duplicate: customer {short} has the same e-mail, name and date of birth"
            ),
        ),
        (
            "5",
            "Possible duplicate: line 4 has the same name and date of birth".to_owned(),
        ),
        (
            "6",
            "Possible duplicate: line 3 has the same e-mail".to_owned(),
        ),
    ]
    .map(|(line, reason)| (line.to_owned(), "The whole row".to_owned(), reason));
    let page = import(&app, &mut manager, "check", &text);
    assert_eq!(page.texts("#job .status"), ["Nothing is wrong"]);
    assert_eq!(report(&page), expected);
    assert!(
        page.text()
            .contains("3 rows may be somebody who is here already")
    );
    let page = import(&app, &mut manager, "import", &text);
    assert_eq!(page.texts("#job .status"), ["Imported"]);
    assert_eq!(report(&page), expected);
    assert_eq!(names(&app).len(), 7);
    // Beside what is wrong, in the order of the file.
    let page = import(
        &app,
        &mut manager,
        "import",
        &format!("{text}robot,,,,london,,,,\n"),
    );
    let lines: Vec<String> = report(&page).into_iter().map(|(line, ..)| line).collect();
    assert_eq!(lines, ["2", "3", "4", "5", "6", "7"]);
    assert_eq!(names(&app).len(), 7);
}

#[test]
fn other_writers_wait_for_no_import_that_is_still_at_work() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let path = hand_in(&mut manager, file(&[INES, SHIPS]).as_bytes());
    assert_eq!(ask(&mut manager, &path, "import", &[]).status, 303);
    let mut held = app.owner();
    held.batch_execute("BEGIN; SELECT 1 FROM uploads FOR UPDATE")
        .expect("the file's row");
    let doing = worker(&app);
    let thread = std::thread::spawn(move || doing.step().expect("a step"));
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while all_jobs(&app)[0].done < 4 {
        assert!(std::time::Instant::now() < deadline, "nothing was written");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // Everything is written and asked to be linked; the head of the chain is nobody's, and the lists go on.
    let branch = app.acme.branch("london").to_string();
    let mut admin = app.sign_in(Persona::Admin);
    let added = admin.post(
        "/customers/new",
        &[
            ("kind", "natural"),
            ("branch", branch.as_str()),
            ("last_name", "Silva"),
            ("first_name", "Ana"),
        ],
    );
    assert_eq!(added.status, 303, "{}", added.text());
    assert!(!thread.is_finished());
    held.batch_execute("ROLLBACK").expect("the row is free");
    assert!(thread.join().expect("a step"));
    assert_eq!(names(&app).len(), 3);
    assert_eq!(
        chain(&app),
        i64::try_from(app.actions().len()).expect("a number")
    );
}

#[test]
fn a_cancel_on_the_page_ends_it() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let path = hand_in(&mut manager, file(&[INES]).as_bytes());
    let answer = ask(&mut manager, &path, "import", &[]);
    let job = answer.header("location").expect("its job").to_owned();
    assert_eq!(manager.post(&format!("{job}/cancel"), &[]).status, 303);
    work(&app);
    assert!(names(&app).is_empty());
    assert!(manager.get(&job).text().contains("Nothing was imported."));
    assert!(app.actions().contains(&"job.canceled".to_owned()));
}

#[test]
fn what_was_handed_in_stands_in_no_clear_text_and_goes_after_a_week() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    hand_in(&mut manager, file(&[INES]).as_bytes());
    let name: String = uploads::table
        .select(uploads::name)
        .first(&mut app.owner())
        .expect("the file");
    assert!(!name.contains("people"), "{name}");
    let stored = stored(&app);
    assert_eq!(stored.len(), 1);
    let bytes = std::fs::read(&stored[0]).expect("a file");
    assert!(!bytes.windows(4).any(|piece| piece == b"ines"));
    let worker = worker(&app);
    let mut conn = worker.db.connection().expect("a connection");
    vouch::imports::tidying::forget(&mut conn, &worker.files).expect("tidied");
    assert_eq!(stored_count(&app), 1);
    app.clock.advance(chrono::TimeDelta::days(8));
    vouch::imports::tidying::forget(&mut conn, &worker.files).expect("tidied");
    let left: i64 = uploads::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!((stored_count(&app), left), (0, 0));
}

fn stored(app: &TestApp) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![app.folder.path().join("documents/uploads")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

fn stored_count(app: &TestApp) -> usize {
    stored(app).len()
}

/// The program itself, as the owner.
pub fn vouch(app: &TestApp, arguments: &[&str]) -> Output {
    command(app, arguments).output().expect("the program")
}

fn command(app: &TestApp, arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_vouch"));
    program
        .arg("import")
        .args(arguments)
        .env_clear()
        .env("DATABASE_URL", &app.database.app_url)
        .env("VOUCH_OWNER_URL", &app.database.owner_url)
        .env("VOUCH_SECRET_KEY", app.secret.to_hex())
        .env("VOUCH_DATA_DIR", app.folder.path());
    program
}

#[test]
fn the_command_line_imports_says_what_is_wrong_and_ends_with_its_codes() {
    let app = start();
    present(&app);
    let path = app.folder.path().join("people.csv");
    let name = path.to_str().expect("a path");
    let acme = app.acme.id.to_string();
    let of = ["--organisation", acme.as_str()];
    let run = |text: &str, more: &[&str]| {
        std::fs::write(&path, text).expect("a file");
        let output = vouch(&app, &[&[name], &of[..], more].concat());
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.code(),
            said(&output.stdout),
            said(&output.stderr),
        )
    };
    let wrong = run(&file(&[INES, "natural,,,,london,x@,,,"]), &[]);
    assert_eq!(wrong.0, Some(1), "{wrong:?}");
    assert!(
        wrong
            .2
            .contains(&format!("{name}:3: E-mail: Enter an e-mail address")),
        "{wrong:?}"
    );
    assert!(
        wrong
            .2
            .contains("something is wrong in 1 of 2 rows: nothing was imported"),
        "{wrong:?}"
    );
    let checked = run(&file(&[INES, SHIPS]), &["--check"]);
    assert_eq!(
        (checked.0, checked.1.as_str()),
        (Some(0), "all 2 rows can be imported; nothing was changed\n")
    );
    assert!(names(&app).is_empty());

    let text = "Nome,Mail\nInês,ines@mail.example\n";
    for (more, sentence) in [
        (
            &["--map", "Nome=nonsense"][..],
            "a field is one of kind, name, branch",
        ),
        (
            &["--map", "Name=last_name"],
            "there is not one column of this heading among Nome, Mail",
        ),
        (&["--branch", "atlantis"], "no branch has the code atlantis"),
        (
            &["--map", "Nome=email", "--map", "Mail=email"],
            "Another column is “E-mail” already",
        ),
    ] {
        let refused = run(text, more);
        assert_eq!(refused.0, Some(2), "{refused:?}");
        assert!(refused.2.contains(sentence), "{refused:?}");
    }
    let refused = vouch(&app, &[&["/nowhere.csv"], &of[..]].concat());
    assert_eq!(refused.status.code(), Some(2));
    let done = run(
        text,
        &[
            "--map",
            "Nome=last_name",
            "--branch",
            "paris",
            "--kind",
            "natural",
        ],
    );
    assert_eq!(
        (done.0, done.1.as_str()),
        (Some(0), "1 customers were imported\n"),
        "{done:?}"
    );
    let found: Vec<(String, Uuid, String)> = customers::table
        .select((
            customers::name,
            customers::branch_id,
            customers::created_by_kind,
        ))
        .load(&mut app.owner())
        .expect("the customers");
    assert_eq!(
        found,
        [(
            "Inês".to_owned(),
            app.acme.branch("paris"),
            "console".to_owned()
        )]
    );
    assert_eq!(app.actions(), ["customer.added", "customers.imported"]);
    assert_eq!(chain(&app), 2);
}
