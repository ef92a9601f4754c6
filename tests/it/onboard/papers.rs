//! Handing papers in.

use super::*;

#[test]
fn the_same_file_sent_again_is_taken_once() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let file = make::pdf(1);
    for _ in 0..3 {
        let answer = visitor.hand_in("IDENTITY_PROOF", file.as_bytes());
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    assert_eq!(visitor.papers(&app).len(), 1);
    assert_eq!(visitor.state(&app), "in_progress");
    // Another file of the same kind is another paper.
    assert_eq!(
        visitor
            .hand_in("IDENTITY_PROOF", make::pdf(2).as_bytes())
            .status,
        303
    );
    assert_eq!(visitor.papers(&app).len(), 2);
    let said = app.actions();
    assert_eq!(
        said.iter().filter(|one| *one == "document.added").count(),
        2
    );
    assert_eq!(
        said.iter().filter(|one| *one == "onboarding.begun").count(),
        1
    );
}

#[test]
fn two_at_once_with_the_same_file_are_one_paper() {
    let app = TestApp::start();
    let visitor = visitor(&app, &everything());
    let file = make::pdf(1);
    let path = format!("{}/papers", visitor.path);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut browser = app.browser();
                    let fields = [("type", "IDENTITY_PROOF")];
                    browser
                        .post_file(&path, &fields, "a.pdf", file.as_bytes())
                        .status
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|one| one.join().expect("a racer"))
            .collect()
    });
    assert_eq!(statuses, [303, 303, 303]);
    assert_eq!(visitor.papers(&app).len(), 1);
}

#[test]
fn what_is_no_paper_is_refused_in_the_customers_language() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let path = format!("{}/papers?lang=fr", visitor.path);
    let mut sent = |kind: &str, file: &[u8]| {
        let fields = [("type", kind)];
        visitor.browser.post_file(&path, &fields, "scan.pdf", file)
    };
    for (file, said) in [
        (&b""[..], "Prenez une photo ou choisissez un fichier"),
        (b"GIF89a", "Seuls les fichiers JPG, PNG, TIFF et PDF"),
        (b"%PDF-1.7\nnothing", "Le fichier ne peut pas être lu"),
    ] {
        let answer = sent("ADDRESS_PROOF", file);
        assert_eq!(answer.status, 422);
        let at = answer.texts("#error-ADDRESS_PROOF");
        assert!(at.len() == 1 && at[0].contains(said), "{at:?}");
        let links = answer.attributes(".error-summary a", "href");
        assert_eq!(links, ["#photo-ADDRESS_PROOF"]);
    }
    let large = vec![b'x'; 10 * 1024 * 1024 + 400 * 1024];
    let answer = sent("IDENTITY_PROOF", &large);
    assert_eq!(answer.status, 413);
    assert!(
        answer.text().contains("Le fichier dépasse 10 Mo"),
        "{}",
        answer.text()
    );
    // Nobody asked for this one.
    let other = sent("BANK_VERIFICATION", make::pdf(1).as_bytes());
    assert_eq!(other.status, 422);
    assert!(other.text().contains("Ce document n’est pas demandé ici"));
    assert!(visitor.papers(&app).is_empty());
    assert_eq!(visitor.state(&app), "pending");
}

/// The form around a file that is too large is thrown away with it: the address says which paper it was.
#[test]
fn what_is_too_large_is_said_at_its_own_form() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    assert_eq!(visitor.post("details", DATA).status, 303);
    let large = vec![b'x'; 10 * 1024 * 1024 + 400 * 1024];
    for (lang, kind, other, said) in [
        (
            "en",
            "ADDRESS_PROOF",
            "IDENTITY_PROOF",
            "The file is larger than 10 MB",
        ),
        (
            "fr",
            "IDENTITY_PROOF",
            "ADDRESS_PROOF",
            "Le fichier dépasse 10 Mo",
        ),
        (
            "es",
            "ADDRESS_PROOF",
            "IDENTITY_PROOF",
            "El archivo pasa de 10 MB",
        ),
    ] {
        let page = visitor
            .browser
            .get(&format!("{}?lang={lang}", visitor.path));
        let action = page.attributes(&format!("#paper-{kind} form"), "action");
        let answer = visitor
            .browser
            .post_file(&action[0], &[("type", kind)], "scan.pdf", &large);
        assert_eq!(answer.status, 413);
        assert_eq!(answer.attributes("html", "lang"), [lang]);
        let at = answer.texts(&format!("#error-{kind}"));
        assert!(at.len() == 1 && at[0].contains(said), "{lang}: {at:?}");
        assert!(answer.texts(&format!("#error-{other}")).is_empty());
        let links = answer.attributes(".error-summary a", "href");
        assert_eq!(links, [format!("#photo-{kind}")]);
    }
    assert!(visitor.papers(&app).is_empty());
}

#[test]
fn a_link_takes_so_many_papers_and_no_more() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    diesel::update(onboard_sessions::table.filter(onboard_sessions::id.eq(visitor.session)))
        .set(onboard_sessions::papers.eq(19))
        .execute(&mut app.owner())
        .expect("nearly all");
    assert_eq!(
        visitor
            .hand_in("IDENTITY_PROOF", make::pdf(1).as_bytes())
            .status,
        303
    );
    let answer = visitor.hand_in("ADDRESS_PROOF", make::pdf(2).as_bytes());
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("This link takes no more documents"));
    assert_eq!(visitor.papers(&app).len(), 1);
}
