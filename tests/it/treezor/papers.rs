//! Papers handed in by machines.

use image::ImageFormat;

use super::{wrong::with_token, *};
use crate::documents;

const PATH: &str = "/v1/documents";
/// 4.5 MB, by the larger way of counting.
const LIMIT: usize = 4_718_592;

#[test]
fn a_paper_is_handed_in_read_and_stands_on_the_desk() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let made = ours.paper(user, 17);
    let one = &made["documents"][0];
    let number = one["documentId"].as_i64().expect("a number");
    assert_eq!(
        one,
        &json!({
            "documentId": number, "clientId": one["clientId"], "userId": user, "documentTypeId": 17, "documentStatus": "PENDING",
            "name": "paper.pdf", "mediaType": "application/pdf", "fileSize": make::pdf(1).len(),
            "createdDate": "2026-11-16T12:00:00Z", "modifiedDate": "2026-11-16T12:00:00Z",
        })
    );
    assert_eq!(ours.get(&format!("{PATH}/{number}")).good(), made);
    assert_eq!(ours.get(&format!("{PATH}?userId={user}")).good(), made);
    let (kind, sealed): (String, bool) = vouch::schema::documents::table
        .filter(vouch::schema::documents::number.eq(number))
        .select((
            vouch::schema::documents::type_,
            vouch::schema::documents::storage_key.is_not_null(),
        ))
        .first(&mut app.owner())
        .expect("the paper");
    assert_eq!((kind.as_str(), sealed), ("IDENTITY_PROOF", true));
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("document.added")
    );
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/customers/{}", id(&app, user)));
    assert!(page.text().contains("Identity document"), "{}", page.text());
}

#[test]
fn what_is_no_paper_is_said_and_nothing_is_kept() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let fault = |more: &[(&str, Value)]| ours.post(PATH, &with(paper(user, 9), more)).faults();
    let text = |bytes: &[u8]| json!(STANDARD.encode(bytes));
    assert_eq!(
        ours.post(PATH, &json!({})).faults(),
        ["userId", "documentTypeId", "name", "fileContentBase64"]
    );
    assert_eq!(fault(&[("documentTypeId", json!(25))]), ["documentTypeId"]);
    for wrong in [
        json!("no base64!"),
        text(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        text(b"<?xml version='1.0'?>\n<!DOCTYPE svg>\n<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
        text(b"GIF89a"),
        text(b""),
        text(b"%PDF-1.7 and nothing more"),
    ] {
        assert_eq!(
            fault(&[("fileContentBase64", wrong.clone())]),
            ["fileContentBase64"],
            "{wrong}"
        );
    }
    let nobody = ours.post(PATH, &paper(999_999_999, 9));
    assert_eq!(nobody.error(), (404, "resource_not_found_error".to_owned()));
    assert_eq!(ours.get(PATH).good(), json!({"documents": []}));
    ours.paper(user, 9);
    assert_eq!(
        ours.post(PATH, &paper(user, 9)).faults(),
        ["fileContentBase64"],
        "the very same waits"
    );
}

#[test]
fn each_kind_of_file_is_taken_by_what_it_is() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let drawn = |format| documents::file(&documents::picture(300, 200), format);
    for (bytes, media) in [
        (make::pdf(1).into_bytes(), "application/pdf"),
        (drawn(ImageFormat::Jpeg), "image/jpeg"),
        (drawn(ImageFormat::Png), "image/png"),
        (drawn(ImageFormat::Tiff), "image/tiff"),
    ] {
        let more = [
            ("name", json!("paper.svg")),
            ("fileContentBase64", json!(STANDARD.encode(&bytes))),
        ];
        let made = ours.post(PATH, &with(paper(user, 9), &more)).good();
        let one = &made["documents"][0];
        assert_eq!(
            (&one["mediaType"], &one["fileSize"]),
            (&json!(media), &json!(bytes.len()))
        );
    }
}

#[test]
fn a_number_is_answered_as_it_was_handed_in() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (user, firm) = (ours.user(&person()), ours.user(&super::company::company()));
    for (whose, kinds) in [
        (user, &[9, 15, 16, 17, 12, 4, 19, 20, 24, 11][..]),
        (firm, &[4, 19, 23]),
    ] {
        for (at, kind) in kinds.iter().enumerate() {
            let file = json!(STANDARD.encode(make::pdf(at + 1)));
            let body = with(paper(whose, *kind), &[("fileContentBase64", file)]);
            let made = ours.post(PATH, &body).good();
            let one = &made["documents"][0];
            assert_eq!(one["documentTypeId"], *kind);
            let path = format!("{PATH}/{}", one["documentId"]);
            assert_eq!(ours.get(&path).good(), made);
        }
        let all = ours
            .get(&format!("{PATH}?userId={whose}&sortOrder=ASC"))
            .good();
        let all = all["documents"].as_array().expect("a list");
        let shown: Vec<Option<i64>> = all
            .iter()
            .map(|one| one["documentTypeId"].as_i64())
            .collect();
        let mut expected: Vec<Option<i64>> = kinds.iter().map(|kind| Some(*kind)).collect();
        let mut shown_sorted = shown;
        shown_sorted.sort_unstable();
        expected.sort_unstable();
        assert_eq!(shown_sorted, expected);
    }
    // Of a paper from the desk nobody said a number.
    let other = ours.user(&person());
    make::document(&app, id(&app, other), "IDENTITY_PROOF");
    let shown = ours.get(&format!("{PATH}?userId={other}")).good();
    assert_eq!(shown["documents"][0]["documentTypeId"], 9);
}

#[test]
fn four_and_a_half_megabytes_are_too_many_and_one_byte_less_is_taken() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    // What follows the end of a photograph is read over, so any length can be had.
    let sized = |size: usize| {
        let mut bytes = documents::jpeg();
        bytes.resize(size, 0);
        with(
            paper(user, 9),
            &[("fileContentBase64", json!(STANDARD.encode(bytes)))],
        )
    };
    for size in [LIMIT, LIMIT + 1, LIMIT + 100_000] {
        let answer = ours.post(PATH, &sized(size));
        assert_eq!(
            answer.error(),
            (413, "request_too_large".to_owned()),
            "{size}"
        );
    }
    assert_eq!(ours.get(PATH).good(), json!({"documents": []}));
    // A white picture is nothing but slashes in base64, each of which PHP escapes.
    let white = {
        let mut bytes = documents::jpeg();
        bytes.resize(LIMIT - 1, 0xFF);
        let body = with(
            paper(user, 9),
            &[("fileContentBase64", json!(STANDARD.encode(bytes)))],
        );
        body.to_string().replace('/', "\\/")
    };
    assert!(white.len() > LIMIT * 5 / 2);
    let taken = with_token(&app, ("POST", PATH), &ours.token, Some(white)).good();
    assert_eq!(taken["documents"][0]["fileSize"], LIMIT - 1);
    let taken = ours.post(PATH, &sized(LIMIT - 1)).good();
    assert_eq!(taken["documents"][0]["fileSize"], LIMIT - 1);
}

#[test]
fn the_same_paper_under_one_name_is_there_once() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let send = || ours.named("POST", PATH, Some(&paper(user, 9)), Some("\"paper-1\""));
    let first = send().good();
    let again = send();
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.good(), first);
    let all = ours.get(PATH).good();
    assert_eq!(all["documents"].as_array().map(Vec::len), Some(1));
}

/// An officer names a file for colleagues.
#[test]
fn the_name_of_an_officers_file_is_not_told() {
    use vouch::schema::documents;

    const CANARY: &str = "Kanarienvogel.pdf";
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.paper(user, 12);
    let paper = make::document(&app, id(&app, user), "IDENTITY_PROOF");
    diesel::update(documents::table.filter(documents::id.eq(paper)))
        .set(documents::name.eq(CANARY))
        .execute(&mut app.owner())
        .expect("a name");
    let listed = ours.get(&format!("{PATH}?userId={user}")).good();
    assert!(!listed.to_string().contains(CANARY), "{listed}");
    let names: Vec<&Value> = listed["documents"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert!(names.contains(&&json!("document")) && names.contains(&&json!("paper.pdf")));
    let number: i64 = documents::table
        .filter(documents::id.eq(paper))
        .select(documents::number)
        .first(&mut app.owner())
        .expect("the paper");
    let one = ours.get(&format!("{PATH}/{number}")).good();
    assert_eq!(one["documents"][0]["name"], "document");
}
