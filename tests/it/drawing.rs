//! Drawing at arm's length: what a page costs at most, and what stands in its place where it cannot be drawn.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    process::{ChildStdin, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use diesel::prelude::*;
use image::{ImageFormat, RgbImage};
use uuid::Uuid;
use vouch::{
    documents::{
        drawing::{Ask, Draw, Refusal, Told, protocol},
        media::Media,
    },
    schema::{customers, data_keys, documents},
};

use crate::{
    documents::bombs,
    support::{Persona, TestApp, make},
};

/// What a page may take, in KiB: the child's own program counts.
const MOST: u64 = 768 * 1024;

/// What drawing a file took.
struct Cost {
    /// The most memory that was really there at once, in KiB.
    resident: u64,
    /// The most that was asked for, in KiB.
    asked: u64,
    /// What the child said; nothing where it ended without a word.
    told: Option<Told>,
}

/// Draws the first page of a file in a child, as the server does, but with more patience, and watches what it takes.
fn cost(media: Media, file: Vec<u8>) -> Cost {
    cost_of(media, move |to| to.write_all(&file))
}

/// The same of a file that is written while it is read.
fn cost_of(
    media: Media,
    file: impl FnOnce(&mut ChildStdin) -> io::Result<()> + Send + 'static,
) -> Cost {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vouch"))
        .arg("render-child")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    let (mut to, mut from) = (
        child.stdin.take().expect("a pipe"),
        child.stdout.take().expect("a pipe"),
    );
    let question = Ask {
        media,
        draw: Some(Draw {
            page: 1,
            turn: 90,
            width: 2_000,
            mark: "Somebody".to_owned(),
        }),
    };
    let head = protocol::head(&question).expect("a line");
    let status = format!("/proc/{}/status", child.id());
    let measured = || {
        let text = fs::read_to_string(&status).unwrap_or_default();
        // For a moment a process that was just made has the memory of whoever made it, and its name.
        if !text.starts_with("Name:\tvouch\n") {
            return (0, 0);
        }
        let of = |name: &str| -> u64 {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|rest| rest.split_whitespace().next());
            number.and_then(|text| text.parse().ok()).unwrap_or(0)
        };
        (of("VmHWM:"), of("VmPeak:"))
    };
    // Until it is told what to do it waits, so that even one that ends at once was seen.
    let started = Instant::now();
    let (mut resident, mut asked) = measured();
    while resident == 0 && started.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(1));
        (resident, asked) = measured();
    }
    let writer = thread::spawn(move || {
        // One that ends early hangs up.
        let _ = to.write_all(&head).and_then(|()| file(&mut to));
    });
    let reader = thread::spawn(move || {
        let mut said = Vec::new();
        from.read_to_end(&mut said).map(|_| said)
    });
    let started = Instant::now();
    while child.try_wait().expect("its end").is_none() {
        // Both are the most since it began, so only the last moment can be missed.
        let now = measured();
        (resident, asked) = (now.0.max(resident), now.1.max(asked));
        if resident > 2 * MOST || started.elapsed() > Duration::from_secs(20) {
            child.kill().expect("its end");
        }
        thread::sleep(Duration::from_millis(1));
    }
    writer.join().expect("told");
    let said = reader.join().expect("heard").unwrap_or_default();
    assert!(resident > 0, "nothing was seen of it");
    Cost {
        resident,
        asked,
        told: protocol::read_told(&said).map(|(told, _)| told),
    }
}

#[test]
fn whatever_is_drawn_takes_no_more_memory_than_a_page_may() {
    // The largest picture that is taken, in which no two neighbours are alike, is drawn.
    let (width, height) = (9_990, 5_000);
    let row: Vec<u8> = (0_u32..3 * width)
        .map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    let rows = row.repeat(usize::try_from(height).expect("small"));
    let picture = RgbImage::from_raw(width, height, rows).expect("so many bytes");
    let mut file = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut file, ImageFormat::Png)
        .expect("a picture");
    drop(picture);
    let large = cost(Media::Png, file.into_inner());
    assert_eq!(large.told, Some(Told::Drawn));
    assert!(
        large.resident > 150 * 1024,
        "{} KiB: nothing was measured",
        large.resident
    );
    // What unpacks to far more than it is, and what never ends, are not.
    let bomb = cost(Media::Pdf, bombs::pdf());
    assert_ne!(bomb.told, Some(Told::Drawn));
    let endless = cost_of(Media::Pdf, |to| {
        let piece = vec![b' '; 1024 * 1024];
        // Twice what a page may take; whoever has enough of it hangs up.
        (0..2 * MOST / 1024).try_for_each(|_| to.write_all(&piece))
    });
    assert_eq!(endless.told, None);
    // The largest scan, of which the file is a thousandth part, is unpacked.
    let scan = cost(Media::Tiff, bombs::deflated_tiff(8));
    assert!(scan.resident > 150 * 1024, "{} KiB", scan.resident);
    let costs = [
        ("a large picture", large),
        ("a bomb", bomb),
        ("an endless file", endless),
        ("a large scan", scan),
    ];
    for (what, cost) in costs.into_iter().chain(claims()) {
        assert!(
            cost.resident <= MOST && cost.asked <= MOST,
            "{what}: {} KiB were there, {} KiB were asked for",
            cost.resident,
            cost.asked
        );
    }
}

/// What says that it is too large is not unpacked.
fn claims() -> [(&'static str, Cost); 3] {
    let claims = [
        (
            "a photograph of 50 megapixels",
            cost(Media::Jpeg, bombs::jpeg_claiming(10_000, 5_000)),
        ),
        (
            "a scan of 50 megapixels",
            cost(Media::Tiff, bombs::tiff_claiming(10_000, 5_000)),
        ),
        (
            "a scan that unpacks to 300 MB",
            cost(Media::Tiff, bombs::deflated_tiff(16)),
        ),
    ];
    for (what, cost) in &claims {
        let why = Refusal::TooManyPixels;
        assert_eq!(cost.told, Some(Told::Refused { why }), "{what}");
        assert!(cost.resident < 100 * 1024, "{what}: {} KiB", cost.resident);
    }
    claims
}

fn pdf(app: &TestApp, pages: usize) -> (Uuid, Uuid) {
    let customer = make::customer(app, |_| {});
    let file = make::pdf(pages).into_bytes();
    let paper = make::paper(
        app,
        Persona::Officer,
        customer,
        "IDENTITY_PROOF",
        "a.pdf",
        &file,
    );
    (customer, paper)
}

/// The stored files, one after the other, in the order of their names.
fn stored(app: &TestApp) -> Vec<std::path::PathBuf> {
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
    files.sort();
    files
}

/// Status and picture of a page.
fn seen(app: &TestApp, paper: Uuid, query: &str) -> (u16, RgbImage) {
    let answer = app
        .sign_in(Persona::Officer)
        .get(&format!("/documents/{paper}/page.png{query}"));
    assert_eq!(
        answer.header("content-type"),
        Some("image/png"),
        "{}",
        answer.text()
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let picture = image::load_from_memory(&answer.bytes).expect("a picture");
    (answer.status, picture.into_rgb8())
}

#[test]
fn where_there_is_no_page_a_picture_of_words_stands_in_its_place() {
    let app = TestApp::start();
    let (customer, paper) = pdf(&app, 2);
    let (status, page) = seen(&app, paper, "?page=2");
    assert_eq!(status, 200);
    let mut pictures = vec![page];
    let mut words = |paper: Uuid, query: &str, expected: u16| {
        let (status, picture) = seen(&app, paper, query);
        assert_eq!(status, expected, "{query}");
        assert!(picture.width() > picture.height(), "a few lines of words");
        assert!(!pictures.contains(&picture), "{query}: words of its own");
        pictures.push(picture);
    };
    // Fewer pages; not kept at all; no picture; not to be drawn; the file altered.
    words(paper, "?page=3", 404);
    let unkept = make::document(&app, customer, "ADDRESS_PROOF");
    words(unkept, "", 404);
    let kind = |media: &str| {
        diesel::update(documents::table.filter(documents::id.eq(paper)))
            .set(documents::media_type.eq(media))
            .execute(&mut app.owner())
            .expect("the paper");
    };
    kind("application/msword");
    words(paper, "", 404);
    kind("image/png");
    words(paper, "", 422);
    kind("application/pdf");
    let file = stored(&app).remove(0);
    let sealed = fs::read(&file).expect("the sealed file");
    fs::write(&file, &sealed[1..]).expect("altered");
    words(paper, "", 500);
    fs::write(&file, &sealed).expect("mended");
    assert_eq!(seen(&app, paper, "").0, 200);
    // What is not theirs is not there, and is no picture either.
    let elsewhere = app
        .sign_in(Persona::Other)
        .get(&format!("/documents/{paper}/page.png"));
    assert_eq!(elsewhere.status, 404);
    assert!(elsewhere.text().contains("not"), "{}", elsewhere.text());
    assert_ne!(elsewhere.header("content-type"), Some("image/png"));
}

#[test]
fn the_viewer_says_in_words_what_is_wrong_and_what_to_do() {
    let app = TestApp::start();
    let (customer, paper) = pdf(&app, 1);
    let mut officer = app.sign_in(Persona::Officer);
    let mut said = |paper: Uuid| {
        let page = officer.get(&format!("/documents/{paper}"));
        assert_eq!(page.status, 200, "{}", page.text());
        let (words, pictures) = (
            page.texts("#unseen p"),
            page.attributes(".viewer img", "src"),
        );
        assert_eq!(words.is_empty(), !pictures.is_empty(), "one of the two");
        // The paper can be decided on all the same.
        assert_eq!(page.texts("#check form").len(), 1);
        words.concat()
    };
    assert_eq!(said(paper), "");
    let unkept = make::document(&app, customer, "ADDRESS_PROOF");
    assert!(said(unkept).contains("ask the customer for it again"));
    let file = stored(&app).remove(0);
    let aside = file.with_extension("aside");
    fs::rename(&file, &aside).expect("gone");
    assert!(said(paper).contains("gone or was altered"));
    assert!(said(paper).contains("Tell an admin"));
    assert_eq!(seen(&app, paper, "").0, 500);
    fs::rename(&aside, &file).expect("back");
    assert_eq!(said(paper), "");
    diesel::update(documents::table.filter(documents::id.eq(paper)))
        .set(documents::media_type.eq("application/msword"))
        .execute(&mut app.owner())
        .expect("the paper");
    assert!(said(paper).contains("ask the customer for a picture or a PDF"));
    // Once the customer's key is gone, so is every file under it.
    let key: Uuid = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::data_key)
        .first(&mut app.owner())
        .expect("the customer");
    diesel::update(data_keys::table.filter(data_keys::id.eq(key)))
        .set((
            data_keys::wrapped.eq(None::<Vec<u8>>),
            data_keys::destroyed_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner())
        .expect("the keys");
    assert!(said(paper).contains("was erased"));
}
