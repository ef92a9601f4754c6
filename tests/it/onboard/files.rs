//! Why a file is not taken: in each language what is wrong with it and what helps, and never advice that does not.

use super::*;
use crate::documents::bombs;

/// What is said at the form of the identity document, by a browser of these languages.
fn refused(visitor: &mut Visitor, languages: &str, file: &str) -> Vec<String> {
    let head = "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nIDENTITY_PROOF\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"IMG_0001.HEIC\"\r\n\r\n";
    let body = format!("{head}{file}\r\n--b--\r\n");
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=b"),
        ("accept-language", languages),
    ];
    let path = format!("{}/papers", visitor.path);
    let answer = visitor.browser.request("POST", &path, &headers, Some(body));
    assert_eq!(answer.status, 422, "{}", answer.text());
    answer.texts("#error-IDENTITY_PROOF")
}

#[test]
fn a_photo_of_an_apple_phone_is_known_and_what_to_do_is_said() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    for (languages, format, photo) in [
        ("en-GB,en;q=0.9", "Apple’s HEIC format", "“Take a photo”"),
        (
            "fr;q=0.8",
            "au format HEIC d’Apple",
            "« Prendre une photo »",
        ),
        ("es-MX", "el formato HEIC de Apple", "«Hacer una foto»"),
    ] {
        for brand in ["heic", "heix", "mif1"] {
            let file = format!("\0\0\0\u{18}ftyp{brand}\0\0\0\0mif1heic");
            let said = refused(&mut visitor, languages, &file);
            assert!(
                said.len() == 1 && said[0].contains(format) && said[0].contains(photo),
                "{languages}: {said:?}"
            );
        }
    }
    // A film is none.
    let film = refused(&mut visitor, "es-MX", "\0\0\0\u{18}ftypisom\0\0\0\0");
    assert!(film[0].contains("Solo se aceptan archivos JPG"), "{film:?}");
    assert!(visitor.papers(&app).is_empty());
}

#[test]
fn what_is_wrong_with_a_file_is_said_in_each_language() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let encrypted = make::pdf_of(
        vec!["<< /Length 0 >>\nstream\n\nendstream".to_owned()],
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <00> /U <00> >> ",
    );
    for (file, said) in [
        (
            bombs::png_claiming(10_000, 5_000),
            ["50 megapixels", "50 mégapixels", "50 megapíxeles"],
        ),
        (
            encrypted.into_bytes(),
            ["by a password", "par un mot de passe", "con contraseña"],
        ),
        (
            make::pdf(201).into_bytes(),
            [
                "200 pages. Send",
                "200 pages. N’envoyez",
                "200 páginas. Envíe",
            ],
        ),
        (
            b"\xff\xd8\xff\xe0".to_vec(),
            ["is not complete", "est incomplet", "no está completo"],
        ),
        (
            b"%PDF-1.7\nnothing".to_vec(),
            ["cannot be read", "ne peut pas être lu", "no se puede leer"],
        ),
    ] {
        for (lang, sentence) in ["en", "fr", "es"].iter().zip(said) {
            let path = format!("{}/papers?lang={lang}", visitor.path);
            let fields = [("type", "ADDRESS_PROOF")];
            let answer = visitor.browser.post_file(&path, &fields, "scan", &file);
            assert_eq!(answer.status, 422, "{}", answer.text());
            let at = answer.texts("#error-ADDRESS_PROOF");
            assert!(at.len() == 1 && at[0].contains(sentence), "{lang}: {at:?}");
        }
    }
    assert!(visitor.papers(&app).is_empty());
}
