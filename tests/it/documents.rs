//! Papers: which files are taken, how they are kept, who sees what of them, and how they are checked.

use std::{fs, path::PathBuf, time::Instant};

use chrono::TimeDelta;
use diesel::prelude::*;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use vouch::schema::{customers, documents};

use crate::support::{Persona, Response, TestApp, make};

pub mod bombs;
mod seen;

/// A picture that is dark in its upper left quarter.
pub fn picture(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 && y < height / 2 {
            Rgb([10, 40, 90])
        } else {
            Rgb([250, 250, 245])
        }
    })
    .into()
}

pub fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, format).expect("a picture");
    file.into_inner()
}

/// A photograph.
pub fn jpeg() -> Vec<u8> {
    file(&picture(640, 400), ImageFormat::Jpeg)
}

fn person(app: &TestApp) -> Uuid {
    make::customer(app, |new| new.kyc = "validated")
}

fn hand_in(app: &TestApp, customer: Uuid, name: &str, file: &[u8]) -> Response {
    app.sign_in(Persona::Officer).post_file(
        &format!("/customers/{customer}/documents"),
        &[("type", "IDENTITY_PROOF"), ("expires_on", "2031-05-17")],
        name,
        file,
    )
}

/// Media type, pages, status, reason, sha256 of the newest paper.
type Row = (String, i32, String, Option<String>, Vec<u8>);

fn rows(app: &TestApp, customer: Uuid) -> Vec<Row> {
    documents::table
        .filter(documents::customer_id.eq(customer))
        .order(documents::number.desc())
        .select((
            documents::media_type,
            documents::pages,
            documents::status,
            documents::reason,
            documents::sha256,
        ))
        .load(&mut app.owner())
        .expect("the papers")
}

fn version(app: &TestApp, customer: Uuid) -> i32 {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer")
}

/// Every file in the folder of papers.
pub fn kept(app: &TestApp) -> Vec<PathBuf> {
    let mut folders = vec![app.folder.path().join("documents")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[test]
fn each_kind_is_known_by_its_first_bytes_and_kept_sealed() {
    let app = TestApp::start();
    for (name, clear, media, pages) in [
        ("passport.jpg", jpeg(), "image/jpeg", 1),
        (
            "screen.gif",
            file(&picture(300, 200), ImageFormat::Png),
            "image/png",
            1,
        ),
        (
            "scan",
            file(&picture(300, 200), ImageFormat::Tiff),
            "image/tiff",
            1,
        ),
        ("bill.exe", make::pdf(3).into_bytes(), "application/pdf", 3),
    ] {
        let customer = person(&app);
        let before = kept(&app);
        let answer = hand_in(&app, customer, name, &clear);
        assert_eq!(answer.status, 303, "{name}: {}", answer.text());
        assert_eq!(
            answer.header("location"),
            Some(format!("/customers/{customer}?done=document#documents").as_str())
        );
        let (kind, count, status, _, sha256) = rows(&app, customer).remove(0);
        assert_eq!(
            (kind.as_str(), count, status.as_str()),
            (media, pages, "pending")
        );
        assert_eq!(sha256, Sha256::digest(&clear).to_vec());
        assert_eq!(version(&app, customer), 2);
        let new: Vec<PathBuf> = kept(&app)
            .into_iter()
            .filter(|path| !before.contains(path))
            .collect();
        assert_eq!(new.len(), 1);
        let sealed = fs::read(&new[0]).expect("the sealed file");
        assert_eq!(sealed.len(), clear.len() + 40);
        let (middle, some) = (clear.len() / 2, 16);
        assert!(!contains(&sealed, &clear[middle..middle + some]));
        assert!(!contains(&sealed, &clear[..8]));
    }
}

#[test]
fn what_is_no_paper_is_refused_whatever_it_is_called() {
    let app = TestApp::start();
    let customer = person(&app);
    for (name, bytes) in [
        (
            "photo.jpg",
            &b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"[..],
        ),
        ("photo.png", b"<!doctype html><script>alert(1)</script>"),
        ("scan.pdf", b"MZ\x90\0\x03\0\0\0"),
        ("photo.jpeg", b"GIF89a\x01\0\x01\0"),
        ("page.pdf", b"<html>%PDF-1.7</html>"),
        ("empty.pdf", b""),
    ] {
        let answer = hand_in(&app, customer, name, bytes);
        assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        assert!(
            !answer
                .form(&format!("/customers/{customer}/documents"))
                .is_empty()
        );
        assert_eq!(answer.attributes("[aria-invalid]", "id"), ["file"]);
    }
    assert!(rows(&app, customer).is_empty() && kept(&app).is_empty());
    assert!(!app.actions().contains(&"document.added".to_owned()));
}

#[test]
fn the_form_says_what_must_be_mended() {
    let app = TestApp::start();
    let customer = person(&app);
    let path = format!("/customers/{customer}/documents");
    let mut officer = app.sign_in(Persona::Officer);
    let fields = officer.get(&path).form(&path);
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["type", "file", "expires_on"]);
    let answer = officer.post_file(&path, &[("expires_on", "soon")], "a.jpg", &jpeg());
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.attributes("[aria-invalid]", "id"),
        ["type", "expires_on"]
    );
    let answer = officer.post(&path, &[("type", "IDENTITY_PROOF")]);
    assert_eq!(answer.status, 400);
    assert!(rows(&app, customer).is_empty());
}

/// Sends a body that says it has ten gigabytes, until it is answered: the answer's status, and how much was sent by then.
fn flood(app: &TestApp, path: &str, cookie: &str) -> (Option<u16>, usize) {
    use std::io::{Read as _, Write as _};
    let mut line = std::net::TcpStream::connect(app.address).expect("a line");
    let mut ear = line.try_clone().expect("the same line");
    let patience = Some(std::time::Duration::from_secs(20));
    line.set_write_timeout(patience).expect("a time");
    ear.set_read_timeout(patience).expect("a time");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\n{cookie}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 10000000000\r\n\r\n",
        app.address
    );
    line.write_all(head.as_bytes()).expect("a head");
    let answered = std::thread::spawn(move || {
        let mut answer = [0; 12];
        let said = ear.read_exact(&mut answer).ok();
        said.and_then(|()| std::str::from_utf8(&answer[9..]).ok()?.parse().ok())
    });
    let (piece, mut sent) = (vec![b'x'; 256 * 1024], 0);
    while !answered.is_finished() && line.write_all(&piece).is_ok() {
        sent += piece.len();
        // What is on its way while the answer is read counts too: no faster than a quick network.
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    (answered.join().expect("the reader"), sent)
}

#[test]
fn ten_gigabytes_are_refused_long_before_they_have_come() {
    let app = TestApp::start();
    let customer = person(&app);
    let path = format!("/customers/{customer}/documents");
    let officer = app.sign_in(Persona::Officer);
    let cookie = officer
        .cookie("vouch")
        .map(|value| format!("Cookie: vouch={value}\r\n"));
    let cookie = cookie.expect("a session");
    // Who is signed in gets a little more time to listen; a stranger may send no paper at all.
    for (who, most) in [(cookie.as_str(), 96), ("", 32)] {
        let begun = std::time::Instant::now();
        let (status, sent) = flood(&app, &path, who);
        assert_eq!(status, Some(413));
        assert!(sent < most * 1024 * 1024, "{sent} bytes were taken");
        let waited = begun.elapsed();
        assert!(waited < std::time::Duration::from_secs(2), "{waited:?}");
    }
    assert!(rows(&app, customer).is_empty());
}

#[test]
fn too_large_is_said_as_such() {
    let app = TestApp::start();
    let customer = person(&app);
    let mut large = jpeg();
    for size in [10 * 1024 * 1024 + 1, 14 * 1024 * 1024] {
        large.resize(size, 0);
        let answer = hand_in(&app, customer, "large.jpg", &large);
        assert_eq!(answer.status, 413, "{size}");
        assert!(
            answer.text().contains("larger than 10 MB"),
            "{}",
            answer.text()
        );
    }
    large.truncate(10 * 1024 * 1024);
    let answer = hand_in(&app, customer, "just.jpg", &large);
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[test]
fn what_is_built_to_harm_is_refused_within_two_seconds() {
    let app = TestApp::start();
    let customer = person(&app);
    let whole = file(&picture(2_000, 1_500), ImageFormat::Jpeg);
    let png = file(&picture(600, 400), ImageFormat::Png);
    let tiff = file(&picture(600, 400), ImageFormat::Tiff);
    let encrypted = make::pdf_of(
        vec!["<< /Length 0 >>\nstream\n\nendstream".to_owned()],
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <00> /U <00> >> ",
    );
    for (what, name, bytes, sentence) in [
        (
            "50 megapixels",
            "a.png",
            bombs::png_claiming(10_000, 5_000),
            "50 megapixels",
        ),
        (
            "a photograph of 50 megapixels",
            "a.jpg",
            bombs::jpeg_claiming(10_000, 5_000),
            "50 megapixels",
        ),
        (
            "a scan of 50 megapixels",
            "a.tif",
            bombs::tiff_claiming(10_000, 5_000),
            "50 megapixels",
        ),
        (
            "a scan that unpacks to 300 MB",
            "a.tif",
            bombs::deflated_tiff(16),
            "50 megapixels",
        ),
        (
            "a line of 4 billion",
            "a.png",
            bombs::png_claiming(u32::MAX >> 1, 1),
            "50 megapixels",
        ),
        (
            "half a photograph",
            "a.jpg",
            whole[..whole.len() / 2].to_vec(),
            "ends too early",
        ),
        (
            "half a picture",
            "a.png",
            png[..png.len() / 2].to_vec(),
            "ends too early",
        ),
        (
            "half a scan",
            "a.tif",
            tiff[..tiff.len() / 2].to_vec(),
            "ends too early",
        ),
        ("a password", "a.pdf", encrypted.into_bytes(), "password"),
        (
            "noise",
            "a.pdf",
            b"%PDF-1.7\nnothing of the kind".to_vec(),
            "cannot be read",
        ),
        (
            "nothing but a head",
            "a.jpg",
            b"\xff\xd8\xff\xe0".to_vec(),
            "ends too early",
        ),
        ("a bomb", "a.pdf", bombs::pdf(), "cannot be read"),
    ] {
        refused_at_once(&app, customer, what, (name, &bytes), sentence);
    }
    assert!(rows(&app, customer).is_empty() && kept(&app).is_empty());
}

/// Hands a file in and is told why it is not taken, within two seconds.
fn refused_at_once(
    app: &TestApp,
    customer: Uuid,
    what: &str,
    (name, bytes): (&str, &[u8]),
    sentence: &str,
) {
    let started = Instant::now();
    let answer = hand_in(app, customer, name, bytes);
    let took = started.elapsed();
    assert_eq!(answer.status, 422, "{what}: {}", answer.text());
    assert!(
        answer.text().contains(sentence),
        "{what}: {}",
        answer.text()
    );
    assert!(took.as_millis() < 2_000, "{what} took {took:?}");
}

#[test]
fn what_is_built_to_harm_behind_its_first_page_is_refused_as_soon() {
    let app = TestApp::start();
    let customer = person(&app);
    for (what, name, bytes, sentence) in [
        (
            "a second scan of 50 megapixels",
            "a.tif",
            bombs::second_page_claiming(10_000, 5_000),
            "50 megapixels",
        ),
        (
            "a second scan that unpacks to 300 MB",
            "a.tif",
            bombs::second_page_deflated(16),
            "50 megapixels",
        ),
        (
            "a second page that is a bomb",
            "a.pdf",
            bombs::second_page_pdf(),
            "cannot be read",
        ),
        (
            "a second page of 35 metres",
            "a.pdf",
            bombs::second_page_wide(),
            "cannot be read",
        ),
        (
            "a picture of 50 megapixels on a second page",
            "a.pdf",
            bombs::second_page_drawing("/Subtype /Image /Width 10000 /Height 5000"),
            "50 megapixels",
        ),
    ] {
        refused_at_once(&app, customer, what, (name, &bytes), sentence);
    }
    assert!(rows(&app, customer).is_empty() && kept(&app).is_empty());
    // What goes in a circle and is drawn nowhere is looked at once.
    let circle = bombs::second_page_drawing(
        "/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /I 7 0 R >> >>",
    );
    let answer = hand_in(&app, customer, "a.pdf", &circle);
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[test]
fn a_page_is_drawn_anew_with_the_viewers_name() {
    let app = TestApp::start();
    let customer = person(&app);
    let clear = jpeg();
    let paper = make::paper(
        &app,
        Persona::Officer,
        customer,
        "ADDRESS_PROOF",
        "a.jpg",
        &clear,
    );
    let path = format!("/documents/{paper}/page.png");
    let seen = |by: Persona, query: &str| {
        let answer = app.sign_in(by).get(&format!("{path}{query}"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), Some("image/png"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        answer.bytes
    };
    let (officer, manager) = (seen(Persona::Officer, ""), seen(Persona::Manager, ""));
    assert_ne!(officer, manager);
    assert!(!contains(&officer, &clear[clear.len() / 2..][..16]));
    let drawn = image::load_from_memory(&officer).expect("a picture");
    assert_eq!((drawn.width(), drawn.height()), (640, 400));
    let turned = image::load_from_memory(&seen(Persona::Officer, "?turn=90")).expect("a picture");
    assert_eq!((turned.width(), turned.height()), (400, 640));
    let small = image::load_from_memory(&seen(Persona::Officer, "?width=320")).expect("a picture");
    assert_eq!((small.width(), small.height()), (320, 200));
    app.clock.advance(TimeDelta::minutes(1));
    assert_ne!(
        seen(Persona::Officer, ""),
        officer,
        "the time is part of the mark"
    );
    for nowhere in ["?page=2", "?page=0"] {
        let answer = app
            .sign_in(Persona::Officer)
            .get(&format!("{path}{nowhere}"));
        assert_eq!(answer.status, 404, "{nowhere}");
    }
}

#[test]
fn the_way_up_that_a_camera_noted_is_respected() {
    let app = TestApp::start();
    let customer = person(&app);
    let plain = jpeg();
    // Exif with one entry: orientation 6, to be turned right by 90 degrees.
    let exif =
        b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let noted = [&plain[..2], exif, &plain[2..]].concat();
    let paper = make::paper(
        &app,
        Persona::Officer,
        customer,
        "IDENTITY_PROOF",
        "a.jpg",
        &noted,
    );
    let answer = app
        .sign_in(Persona::Officer)
        .get(&format!("/documents/{paper}/page.png"));
    let drawn = image::load_from_memory(&answer.bytes)
        .expect("a picture")
        .into_rgb8();
    assert_eq!(drawn.dimensions(), (400, 640));
    // The dark quarter went from the upper left to the upper right.
    assert!(drawn.get_pixel(390, 5).0[0] < 128 && drawn.get_pixel(10, 5).0[0] > 128);
}

#[test]
fn each_page_of_a_pdf_is_drawn() {
    let app = TestApp::start();
    let customer = person(&app);
    let file = make::pdf(2);
    let paper = make::paper(
        &app,
        Persona::Officer,
        customer,
        "ADDRESS_PROOF",
        "a.pdf",
        file.as_bytes(),
    );
    let mut officer = app.sign_in(Persona::Officer);
    let mut page = |number: u32| officer.get(&format!("/documents/{paper}/page.png?page={number}"));
    let (one, two) = (page(1), page(2));
    assert_eq!((one.status, two.status), (200, 200));
    assert_ne!(one.bytes, two.bytes);
    let drawn = image::load_from_memory(&one.bytes)
        .expect("a picture")
        .into_rgb8();
    let dark = drawn.pixels().filter(|pixel| pixel.0 == [0, 0, 0]).count();
    assert!(dark > 1_000, "only {dark} pixels are written on");
    assert_eq!(page(3).status, 404);
    let shown = app
        .sign_in(Persona::Officer)
        .get(&format!("/documents/{paper}?page=2&zoom=150&turn=90"));
    assert_eq!(
        shown.attributes(".viewer img", "src"),
        [format!(
            "/documents/{paper}/page.png?page=2&turn=90&width=1500"
        )]
    );
}

#[test]
fn an_opening_is_written_down_once_in_a_quarter_of_an_hour() {
    let app = TestApp::start();
    let customer = person(&app);
    let paper = make::paper(
        &app,
        Persona::Officer,
        customer,
        "IDENTITY_PROOF",
        "a.jpg",
        &jpeg(),
    );
    let openings = || {
        let actions = app.actions();
        actions
            .iter()
            .filter(|action| *action == "document.viewed")
            .count()
    };
    let mut officer = app.sign_in(Persona::Officer);
    officer.get(&format!("/documents/{paper}"));
    officer.get(&format!("/documents/{paper}/page.png"));
    officer.get(&format!("/documents/{paper}?turn=90"));
    assert_eq!(openings(), 1);
    app.clock.advance(TimeDelta::minutes(16));
    // The picture alone is an opening too.
    app.sign_in(Persona::Officer)
        .get(&format!("/documents/{paper}/page.png"));
    assert_eq!(openings(), 2);
    app.sign_in(Persona::Auditor)
        .get(&format!("/documents/{paper}"));
    assert_eq!(openings(), 3);
}

#[test]
fn a_file_that_was_altered_or_swapped_is_not_shown() {
    let app = TestApp::start();
    let customer = person(&app);
    let paper = make::paper(
        &app,
        Persona::Officer,
        customer,
        "IDENTITY_PROOF",
        "a.jpg",
        &jpeg(),
    );
    let path = format!("/documents/{paper}/page.png");
    let place = kept(&app).remove(0);
    let mut sealed = fs::read(&place).expect("the sealed file");
    let other = file(&picture(64, 64), ImageFormat::Png);
    make::paper(
        &app,
        Persona::Officer,
        customer,
        "ADDRESS_PROOF",
        "b.png",
        &other,
    );
    let another = kept(&app)
        .into_iter()
        .find(|path| *path != place)
        .expect("two files");
    fs::copy(another, &place).expect("swapped");
    assert_eq!(app.sign_in(Persona::Officer).get(&path).status, 500);
    let middle = sealed.len() / 2;
    sealed[middle] ^= 1;
    fs::write(&place, &sealed).expect("altered");
    assert_eq!(app.sign_in(Persona::Officer).get(&path).status, 500);
    sealed[middle] ^= 1;
    fs::write(&place, &sealed).expect("mended");
    assert_eq!(app.sign_in(Persona::Officer).get(&path).status, 200);
}

fn check(app: &TestApp, paper: Uuid, status: &str, reason: &str, version: i32) -> Response {
    app.sign_in(Persona::Officer).post(
        &format!("/documents/{paper}/check"),
        &[
            ("status", status),
            ("reason", reason),
            ("version", &version.to_string()),
        ],
    )
}

#[test]
fn a_paper_is_accepted_refused_or_taken_back_once() {
    let app = TestApp::start();
    for (to, reason) in [
        ("validated", ""),
        ("refused", "document_not_legible"),
        ("canceled", ""),
    ] {
        let customer = person(&app);
        let paper = make::paper(
            &app,
            Persona::Officer,
            customer,
            "IDENTITY_PROOF",
            "a.jpg",
            &jpeg(),
        );
        let answer = check(&app, paper, to, reason, 2);
        assert_eq!(answer.status, 303, "{to}: {}", answer.text());
        let (_, _, status, stored, _) = rows(&app, customer).remove(0);
        assert_eq!(status, to);
        assert_eq!(stored.unwrap_or_default(), reason);
        assert_eq!(version(&app, customer), 3);
        for again in ["validated", "refused", "canceled"] {
            let answer = check(&app, paper, again, "document_not_legible", 3);
            assert_eq!(answer.status, 409, "{to} to {again}: {}", answer.text());
        }
        assert_eq!(version(&app, customer), 3);
        let page = app
            .sign_in(Persona::Officer)
            .get(&format!("/documents/{paper}"));
        assert!(page.attributes("form[action$=check]", "action").is_empty());
    }
    let checks = app
        .actions()
        .into_iter()
        .filter(|action| action == "document.checked");
    assert_eq!(checks.count(), 3);
}

#[test]
fn a_refusal_gives_a_reason_for_this_kind_of_paper() {
    let app = TestApp::start();
    let customer = person(&app);
    let paper = make::paper(
        &app,
        Persona::Officer,
        customer,
        "IDENTITY_PROOF",
        "a.jpg",
        &jpeg(),
    );
    for (status, reason, field) in [
        ("", "", "status"),
        ("pending", "", "status"),
        ("refused", "", "reason"),
        ("refused", "no such code", "reason"),
        // A reason for proofs of address alone.
        ("refused", "address_too_old", "reason"),
    ] {
        let answer = check(&app, paper, status, reason, 2);
        assert_eq!(answer.status, 422, "{status} {reason}: {}", answer.text());
        assert!(
            answer
                .attributes(".error", "id")
                .contains(&format!("{field}-error"))
        );
    }
    assert_eq!(rows(&app, customer)[0].2, "pending");
}

#[test]
fn a_check_on_what_changed_meanwhile_is_not_saved_and_says_what_changed() {
    let app = TestApp::start();
    let customer = person(&app);
    let paper = make::paper(
        &app,
        Persona::Officer,
        customer,
        "IDENTITY_PROOF",
        "a.jpg",
        &jpeg(),
    );
    make::paper(
        &app,
        Persona::Manager,
        customer,
        "ADDRESS_PROOF",
        "b.jpg",
        &jpeg(),
    );
    let answer = check(&app, paper, "validated", "", 2);
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert!(
        answer.text().contains("Added a document"),
        "{}",
        answer.text()
    );
    let form = answer.form(&format!("/documents/{paper}/check"));
    assert!(form.contains(&("version".to_owned(), "3".to_owned())));
    assert!(form.contains(&("status".to_owned(), "validated".to_owned())));
    assert_eq!(check(&app, paper, "validated", "", 3).status, 303);
}

#[test]
fn the_same_file_is_not_taken_twice_while_it_waits() {
    let app = TestApp::start();
    let customer = person(&app);
    assert_eq!(hand_in(&app, customer, "a.jpg", &jpeg()).status, 303);
    let again = hand_in(&app, customer, "b.jpg", &jpeg());
    assert_eq!(again.status, 422, "{}", again.text());
    assert!(again.text().contains("added already"));
    assert_eq!((rows(&app, customer).len(), kept(&app).len()), (1, 1));
}

#[test]
fn papers_are_walked_and_put_beside_each_other() {
    let app = TestApp::start();
    let customer = person(&app);
    let older = make::paper(
        &app,
        Persona::Officer,
        customer,
        "IDENTITY_PROOF",
        "a.jpg",
        &jpeg(),
    );
    app.clock.advance(TimeDelta::minutes(1));
    let newer = make::paper(
        &app,
        Persona::Officer,
        customer,
        "ADDRESS_PROOF",
        "b.jpg",
        &jpeg(),
    );
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get(&format!("/documents/{newer}"));
    let links = page.attributes("a", "href");
    assert!(links.contains(&format!("/documents/{older}")));
    let beside = links
        .iter()
        .find(|link| link.contains("with="))
        .expect("a link");
    let both = officer.get(beside);
    assert_eq!(both.attributes(".viewer img", "src").len(), 2);
    // Nobody else's paper is put beside it.
    let stranger = make::paper(
        &app,
        Persona::Officer,
        person(&app),
        "IDENTITY_PROOF",
        "a.jpg",
        &jpeg(),
    );
    let alone = officer.get(&format!("/documents/{newer}?with={stranger}"));
    assert_eq!(alone.attributes(".viewer img", "src").len(), 1);
    let listed = officer.get(&format!("/customers/{customer}"));
    assert!(
        listed
            .attributes("a", "href")
            .contains(&format!("/documents/{newer}"))
    );
}
