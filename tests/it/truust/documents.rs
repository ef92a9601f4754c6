//! Papers: added, listed, replaced while nobody has checked them, and what is refused.

use std::{fs, path::PathBuf};

use sha2::{Digest as _, Sha256};
use vouch::schema::{audit_entries, documents, extracted_fields};

use super::*;
use crate::documents::jpeg;

fn begun(app: &TestApp) -> Uuid {
    make::customer(app, |new| new.kyc = "draft")
}

fn at(customer: Uuid) -> String {
    format!("/2.0/verifications/{customer}/documents")
}

fn kept(app: &TestApp) -> usize {
    let mut folders: Vec<PathBuf> = vec![app.folder.path().join("documents")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
            }
        }
    }
    files
}

fn rows(app: &TestApp, customer: Uuid) -> i64 {
    documents::table
        .filter(documents::customer_id.eq(customer))
        .count()
        .get_result(&mut app.owner())
        .expect("the papers")
}

#[test]
fn a_paper_is_added_listed_read_and_stands_at_its_url_on_the_desk() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = begun(&app);
    assert_eq!(ours.get(&at(customer)).ok(), json!({"data": []}));
    let pdf = make::pdf(2);
    let made = ours
        .post(&at(customer), &paper("ADDRESS_PROOF", pdf.as_bytes()))
        .ok();
    let uuid = text(&made["uuid"]);
    let url = text(&made["url"]);
    assert_eq!(
        made,
        json!({
            "id": made["id"], "uuid": uuid, "type": "ADDRESS_PROOF", "status": "CREATED", "refused_reason": null, "url": url,
            "created_at": "2026-11-16T12:00:00.000000Z",
        })
    );
    assert!(made["id"].is_i64());
    assert_eq!(ours.get(&format!("{}/{uuid}", at(customer))).ok(), made);
    assert_eq!(ours.get(&at(customer)).ok(), json!({"data": [made]}));
    let path = format!("/documents/{uuid}");
    assert!(url.starts_with("http") && url.ends_with(&path), "{url}");
    let page = app.sign_in(Persona::Officer).get(&path);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Proof of address"), "{}", page.text());
    assert_eq!(
        app.actions()
            .iter()
            .filter(|one| *one == "document.added")
            .count(),
        1
    );
}

#[test]
fn each_type_is_taken_and_jpg_png_and_pdf_alone_by_their_first_bytes() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = begun(&app);
    for of in [
        "IDENTITY_PROOF",
        "REGISTRATION_PROOF",
        "ARTICLES_OF_ASSOCIATION",
        "SHAREHOLDER_DECLARATION",
        "ADDRESS_PROOF",
        "TAX_VERIFICATION",
        "BUSINESS_ADMINISTRATOR_ID",
        "COMPANY_REGISTRATION_PROOF",
        "BANK_VERIFICATION",
    ] {
        let made = ours.post(&at(customer), &paper(of, &jpeg())).ok();
        assert_eq!(made["type"], of);
    }
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(300, 200)
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("a picture");
    let png = png.into_inner();
    // Whatever the URL says: the first bytes win.
    let mut named = paper("IDENTITY_PROOF", &png);
    let content = text(&named["content"]).replace("application/octet-stream", "text/html");
    named["content"] = content.into();
    ours.post(&at(customer), &named).ok();
    let before = (rows(&app, customer), kept(&app), app.actions());
    let tiff =
        crate::support::tiff::file(false, &[crate::support::tiff::Page::plain((80, 60), 200)]);
    for bytes in [
        tiff.as_slice(),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"",
        b"%PDF-1.7 and then nothing",
    ] {
        let answer = ours.post(&at(customer), &paper("IDENTITY_PROOF", bytes));
        assert_eq!(answer.faults(), ["content"]);
    }
    for (content, faults) in [
        (json!("aGk="), "content"),
        (json!("data:image/png,hi"), "content"),
        (json!("data:image/png;base64,***"), "content"),
        (json!(7), "content"),
        (Value::Null, "content"),
    ] {
        let answer = ours.post(
            &at(customer),
            &json!({"type": "IDENTITY_PROOF", "content": content}),
        );
        assert_eq!(answer.faults(), [faults], "{content}");
    }
    let none = ours.post(&at(customer), &json!({}));
    assert_eq!(none.faults(), ["content", "type"]);
    let odd = ours.post(&at(customer), &paper("PASSPORT", &png));
    assert_eq!(odd.faults(), ["type"]);
    // The very same file of the same type waits to be checked already.
    let twin = ours.post(&at(customer), &paper("IDENTITY_PROOF", &png));
    assert_eq!(twin.faults(), ["content"]);
    assert_eq!((rows(&app, customer), kept(&app), app.actions()), before);
}

#[test]
fn ten_megabytes_are_taken_and_one_byte_more_is_413() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = begun(&app);
    let most = 10 * 1024 * 1024;
    let mut pdf = make::pdf(1).into_bytes();
    // What follows the end of a PDF is read over.
    pdf.resize(most, b'\n');
    ours.post(&at(customer), &paper("BANK_VERIFICATION", &pdf))
        .ok();
    pdf.push(b'\n');
    for size in [most + 1, most * 2] {
        pdf.resize(size, b'\n');
        let answer = ours.post(&at(customer), &paper("BANK_VERIFICATION", &pdf));
        assert_eq!(answer.refused(), (413, "Payload Too Large"));
    }
    assert_eq!(rows(&app, customer), 1);
}

#[test]
fn a_paper_that_nobody_has_checked_is_replaced_and_stays_the_same_paper() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = begun(&app);
    let (one, two) = (make::pdf(1), make::pdf(2));
    let made = ours
        .post(&at(customer), &paper("ADDRESS_PROOF", one.as_bytes()))
        .ok();
    let uuid: Uuid = text(&made["uuid"]).parse().expect("an id");
    make::extracted(
        &app,
        &app.acme,
        (customer, uuid),
        "officer",
        "city",
        "Porto",
    );
    let this = format!("{}/{uuid}", at(customer));
    let files = kept(&app);
    let other = ours
        .put(&this, &paper("TAX_VERIFICATION", two.as_bytes()))
        .ok();
    assert_eq!(
        other,
        with(&made, json!({"type": "TAX_VERIFICATION"})),
        "the same paper"
    );
    assert_eq!(kept(&app), files, "the old file is forgotten");
    let (hash, pages): (Vec<u8>, i32) = documents::table
        .filter(documents::id.eq(uuid))
        .select((documents::sha256, documents::pages))
        .first(&mut app.owner())
        .expect("the paper");
    assert_eq!((hash, pages), (Sha256::digest(&two).to_vec(), 2));
    let read: i64 = extracted_fields::table
        .filter(extracted_fields::document_id.eq(uuid))
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(read, 0, "what was read off the old file is gone");
    let said: Value = audit_entries::table
        .filter(audit_entries::action.eq("document.replaced"))
        .select(audit_entries::changes)
        .first(&mut app.owner())
        .expect("an entry");
    assert_eq!(
        said["sha256"],
        json!({"before": hex::encode(Sha256::digest(&one)), "after": hex::encode(Sha256::digest(&two))})
    );
    // It draws at the desk.
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/documents/{uuid}/page.png?page=2"));
    assert_eq!(page.status, 200);
    // The same once more says nothing.
    let said = app.actions();
    let same = ours
        .put(&this, &paper("TAX_VERIFICATION", two.as_bytes()))
        .ok();
    assert_eq!((same, app.actions(), kept(&app)), (other, said, files));
    // Not twice the same, and nothing that is no paper.
    ours.post(&at(customer), &paper("ADDRESS_PROOF", one.as_bytes()))
        .ok();
    let twin = ours.put(&this, &paper("ADDRESS_PROOF", one.as_bytes()));
    assert_eq!(twin.faults(), ["content"]);
    let odd = ours.put(&this, &paper("ADDRESS_PROOF", b"GIF89a"));
    assert_eq!(odd.faults(), ["content"]);
    assert_eq!(kept(&app), files + 1);
}

#[test]
fn what_the_desk_checked_is_shown_in_its_words_and_replaced_no_more() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    for (to, reason, shown, told) in [
        ("validated", "", "VALIDATED", Value::Null),
        (
            "refused",
            "document_not_legible",
            "REFUSED",
            json!(
                "We could not read this document. Please send a sharper picture of the whole page."
            ),
        ),
        ("canceled", "", "REFUSED", Value::Null),
    ] {
        let customer = begun(&app);
        let made = ours
            .post(
                &at(customer),
                &paper("ADDRESS_PROOF", make::pdf(1).as_bytes()),
            )
            .ok();
        let uuid = text(&made["uuid"]);
        let version = row(&app, customer).0.to_string();
        let checked = app.sign_in(Persona::Officer).post(
            &format!("/documents/{uuid}/check"),
            &[("version", &version), ("status", to), ("reason", reason)],
        );
        assert_eq!(checked.status, 303, "{}", checked.text());
        let this = format!("{}/{uuid}", at(customer));
        let answer = ours.get(&this).ok();
        assert_eq!(
            (&answer["status"], &answer["refused_reason"]),
            (&json!(shown), &told)
        );
        let before = (row(&app, customer), kept(&app), app.actions());
        let again = ours.put(&this, &paper("ADDRESS_PROOF", make::pdf(2).as_bytes()));
        refused_on_status(&again);
        assert_eq!((row(&app, customer), kept(&app), app.actions()), before);
    }
}

#[test]
fn a_paper_is_found_below_its_own_verification_alone() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let (one, two) = (begun(&app), begun(&app));
    let of_two = make::document(&app, two, "ADDRESS_PROOF");
    let body = paper("ADDRESS_PROOF", make::pdf(1).as_bytes());
    let nobody = ours.get(&format!("{}/{}", at(one), app.clock.new_id()));
    assert_eq!(nobody.refused(), (404, "Not found"));
    for answer in [
        ours.get(&format!("{}/{of_two}", at(one))),
        ours.put(&format!("{}/{of_two}", at(one)), &body),
        ours.get(&format!("{}/{}", at(two), of_two.simple())),
        ours.get(&format!("{}/x", at(two))),
        ours.get(&at(make::customer(&app, |_| {}))),
        ours.post(&at(make::customer(&app, |_| {})), &body),
    ] {
        assert_eq!((answer.status, &answer.body), (404, &nobody.body));
    }
}

/// What somebody else handed in is theirs: what is sent for it stands beside it.
#[test]
fn a_paper_of_another_hand_stays_and_the_new_one_stands_beside_it() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let theirs = machine(&app, &app.acme, &ALL, &[]);
    let customer = begun(&app);
    let by_key = theirs
        .post(
            &at(customer),
            &paper("ADDRESS_PROOF", make::pdf(1).as_bytes()),
        )
        .ok();
    let by_officer = make::document(&app, customer, "IDENTITY_PROOF");
    let mut visitor = crate::onboard::visitor_of(&app, customer, &crate::onboard::everything());
    let handed_in = visitor.hand_in("IDENTITY_PROOF", make::pdf(2).as_bytes());
    assert_eq!(handed_in.status, 303, "{}", handed_in.text());
    let by_customer: Uuid = documents::table
        .filter(documents::uploaded_kind.eq("customer"))
        .select(documents::id)
        .first(&mut app.owner())
        .expect("the paper");
    let before: Vec<(Uuid, Vec<u8>, String, Option<String>)> = papers(&app, customer);
    let files = kept(&app);
    let old = [
        text(&by_key["uuid"]).parse().expect("an id"),
        by_officer,
        by_customer,
    ];
    for (pages, one) in (3..).zip(old) {
        let this = format!("{}/{one}", at(customer));
        let body = paper("TAX_VERIFICATION", make::pdf(pages).as_bytes());
        let answer = ours.put(&this, &body).ok();
        let new = text(&answer["uuid"]);
        assert_ne!(new, one.to_string());
        assert_eq!(
            (&answer["type"], &answer["status"]),
            (&json!("TAX_VERIFICATION"), &json!("CREATED"))
        );
        // The new one is ours, so another file takes its place.
        let own = format!("{}/{new}", at(customer));
        let body = paper("TAX_VERIFICATION", make::pdf(pages + 10).as_bytes());
        assert_eq!(ours.put(&own, &body).ok()["uuid"], json!(new));
    }
    let after = papers(&app, customer);
    assert_eq!(after.len(), before.len() + 3);
    assert!(
        before.iter().all(|one| after.contains(one)),
        "theirs stay as they were"
    );
    assert_eq!(kept(&app), files + 3);
    let said = app.actions();
    let times = |what: &str| said.iter().filter(|one| *one == what).count();
    assert_eq!(
        (times("document.added"), times("document.replaced")),
        (5, 3)
    );
}

fn papers(app: &TestApp, customer: Uuid) -> Vec<(Uuid, Vec<u8>, String, Option<String>)> {
    documents::table
        .filter(documents::customer_id.eq(customer))
        .select((
            documents::id,
            documents::sha256,
            documents::status,
            documents::storage_key,
        ))
        .load(&mut app.owner())
        .expect("the papers")
}
