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

#[test]
fn of_two_papers_beside_each_other_each_is_paged_turned_and_enlarged_alone() {
    let app = TestApp::start();
    let customer = person(&app);
    let [here, other] = [("IDENTITY_PROOF", 2), ("ADDRESS_PROOF", 3)].map(|(kind, pages)| {
        let file = make::pdf(pages);
        make::paper(
            &app,
            Persona::Officer,
            customer,
            kind,
            "a.pdf",
            file.as_bytes(),
        )
    });
    let mut officer = app.sign_in(Persona::Officer);
    let mut at = format!("/documents/{here}?with={other}");
    // Each step is a link; how the two are looked at then: page, turn, and how wide each is drawn.
    let first = ["page=1&turn=0&width=1000"; 2];
    for (tool, expected) in [
        ("", first),
        ("beside-after", [first[0], "page=2&turn=0&width=1000"]),
        (
            "look-right",
            ["page=1&turn=90&width=1000", "page=2&turn=0&width=1000"],
        ),
        (
            "beside-larger",
            ["page=1&turn=90&width=1000", "page=2&turn=0&width=1500"],
        ),
        (
            "look-after",
            ["page=2&turn=90&width=1000", "page=2&turn=0&width=1500"],
        ),
        (
            "beside-left",
            ["page=2&turn=90&width=1000", "page=2&turn=270&width=1500"],
        ),
        (
            "beside-after",
            ["page=2&turn=90&width=1000", "page=3&turn=270&width=1500"],
        ),
        (
            "beside-smaller",
            ["page=2&turn=90&width=1000", "page=3&turn=270&width=1000"],
        ),
        (
            "look-before",
            ["page=1&turn=90&width=1000", "page=3&turn=270&width=1000"],
        ),
    ] {
        if !tool.is_empty() {
            let links = officer.get(&at).attributes(&format!("#{tool}"), "href");
            let [link] = &links[..] else {
                panic!("{tool}: {links:?}");
            };
            let (address, part) = link.split_once('#').expect("a part of the page");
            assert_eq!(part == "beside", tool.starts_with("beside"), "{link}");
            address.clone_into(&mut at);
        }
        let page = officer.get(&at);
        assert_eq!(page.status, 200, "{at}");
        let pictures = page.attributes(".viewer img", "src");
        let wanted = [(here, expected[0]), (other, expected[1])]
            .map(|(paper, how)| format!("/documents/{paper}/page.png?{how}"));
        assert_eq!(pictures, wanted, "{tool}");
        for picture in pictures {
            assert_eq!(officer.get(&picture).status, 200, "{picture}");
        }
    }
    let page = officer.get(&at);
    // The last page of the one, the first of the other: no step leads further.
    assert!(
        page.attributes("#beside-after, #look-before", "href")
            .is_empty()
    );
    assert_eq!(
        page.attributes("#beside img", "alt"),
        ["Page 3 of 3: Proof of address, with your name across it"]
    );
    // Each goes on alone as it was looked at.
    let alone = |words: &str| {
        let links = page.attributes("#beside .viewer__bar a.btn", "href");
        let texts = page.texts("#beside .viewer__bar a.btn");
        let at = texts.iter().position(|text| text == words).expect(words);
        links[at].clone()
    };
    let rest = "&zoom=100#picture";
    assert_eq!(
        alone("Open it"),
        format!("/documents/{other}?page=3&turn=270{rest}")
    );
    assert_eq!(
        alone("Close"),
        format!("/documents/{here}?page=1&turn=90{rest}")
    );
    // What an address asks for beyond what there is, is brought within it.
    let wild = format!("/documents/{here}?with={other}&with_page=99&with_turn=45&with_zoom=9");
    assert_eq!(
        officer.get(&wild).attributes("#beside img", "src"),
        [format!(
            "/documents/{other}/page.png?page=3&turn=0&width=1000"
        )]
    );
}
