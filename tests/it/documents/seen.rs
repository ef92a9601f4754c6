//! What an officer sees of a paper: each page of a scan, and what was declared beside it.

use image::RgbImage;

use super::{hand_in, jpeg, person, rows};
use crate::support::{
    Persona, TestApp, make,
    tiff::{self, Page},
};

/// How many of its hundred pixels are dark.
fn darkness(picture: &RgbImage) -> usize {
    let dark = picture.pixels().filter(|pixel| pixel.0[0] < 128).count();
    100 * dark / picture.pixels().count()
}

#[test]
fn each_page_of_a_scan_is_drawn_whichever_byte_comes_first() {
    let app = TestApp::start();
    for large_first in [false, true] {
        let customer = person(&app);
        let scan = tiff::file(
            large_first,
            &[Page::plain((400, 300), 0), Page::plain((300, 400), 255)],
        );
        assert_eq!(&scan[..2], if large_first { b"MM" } else { b"II" });
        let done = hand_in(&app, customer, "scan.tif", &scan);
        assert_eq!(done.status, 303, "{}", done.text());
        let (media, pages, ..) = rows(&app, customer).remove(0);
        assert_eq!((media.as_str(), pages), ("image/tiff", 2));
        let mut officer = app.sign_in(Persona::Officer);
        let listed = officer.get(&format!("/customers/{customer}"));
        let paper = listed
            .attributes("#documents a", "href")
            .into_iter()
            .find(|href| href.starts_with("/documents/"))
            .expect("the paper");
        let mut page = |number: u32| officer.get(&format!("{paper}/page.png?page={number}"));
        let (one, two) = (page(1), page(2));
        assert_eq!((one.status, two.status), (200, 200));
        let [one, two] = [one, two].map(|answer| {
            let drawn = image::load_from_memory(&answer.bytes).expect("a picture");
            drawn.into_rgb8()
        });
        // The first is black and wide, the second white and high, but for the reader's name across them.
        assert_eq!(
            (one.dimensions(), two.dimensions()),
            ((400, 300), (300, 400))
        );
        assert!(darkness(&one) > 60, "{} of a hundred", darkness(&one));
        assert!(darkness(&two) < 40, "{} of a hundred", darkness(&two));
        assert_eq!(page(3).status, 404);
        let shown = officer.get(&paper);
        assert!(shown.text().contains("Page 1 of 2"), "{}", shown.text());
    }
}

#[test]
fn what_was_declared_stands_beside_the_picture() {
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
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/documents/{paper}"));
    assert_eq!(page.attributes(".viewer img", "src").len(), 1);
    let declared = "aside #declared";
    assert_eq!(page.texts(&format!("{declared} h2")), ["Declared"]);
    let names = page.texts(&format!("{declared} dt"));
    let values = page.texts(&format!("{declared} dd"));
    for (name, value) in [
        ("First name", "Inês"),
        ("Last name", "Falcão"),
        ("Born", "9 Mar 1987"),
    ] {
        let at = names.iter().position(|known| known == name);
        let stands = at.and_then(|at| values.get(at)).map(String::as_str);
        assert_eq!(stands, Some(value), "{name}");
    }
    assert_eq!(
        page.attributes(&format!("{declared} dd time"), "datetime"),
        ["1987-03-09"]
    );
}
