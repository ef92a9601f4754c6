//! What comes after the data: named at once, and asked for once nothing that is typed there can be lost by it.

use super::*;

/// Where the forms of a page lead, without the query.
fn steps(page: &Response, path: &str) -> Vec<String> {
    let actions = page.attributes("main form", "action");
    let step = |action: String| {
        let action = action.strip_prefix(path).expect("a form of this page");
        let step = action.split('?').next().unwrap_or_default();
        step.to_owned()
    };
    actions.into_iter().map(step).collect()
}

#[test]
fn later_steps_are_named_and_their_forms_come_after_the_data() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let path = visitor.path.clone();
    for (lang, far, first, paper, tax) in [
        (
            "en",
            "Steps done: 0 of 4",
            "First confirm your details above.",
            "A passport or an identity card",
            "the country where you live",
        ),
        (
            "fr",
            "Étapes faites : 0 sur 4",
            "Confirmez d’abord vos informations ci-dessus.",
            "Un passeport ou une carte d’identité",
            "le pays où vous habitez",
        ),
        (
            "es",
            "Pasos hechos: 0 de 4",
            "Confirme primero sus datos, más arriba.",
            "Un pasaporte o documento de identidad",
            "el país en el que vive",
        ),
    ] {
        let page = visitor.browser.get(&format!("{path}?lang={lang}"));
        assert_eq!(steps(&page, &path), ["/details"], "{lang}");
        assert_eq!(page.texts("label[for=far]"), [far]);
        for (id, what) in [("#paper-IDENTITY_PROOF", paper), ("#tax", tax)] {
            let said = &page.texts(id)[0];
            assert!(said.contains(what) && said.contains(first), "{said}");
        }
    }
    // Whoever sends one all the same reads what is wrong at its form, with what they typed.
    let wrong = visitor.post("tax", &[("country", "PT"), ("number", "1")]);
    assert_eq!(wrong.status, 422);
    assert_eq!(steps(&wrong, &path), ["/details", "/tax"]);
    assert_eq!(wrong.attributes("#tax_number", "value"), ["1"]);
    let wrong = visitor.hand_in("ADDRESS_PROOF", b"GIF89a");
    assert_eq!(wrong.status, 422);
    assert_eq!(steps(&wrong, &path), ["/details", "/papers"]);
    assert_eq!(wrong.texts("#error-ADDRESS_PROOF").len(), 1);
    // And what is right is taken, in whatever order it comes.
    let taken = visitor.hand_in("IDENTITY_PROOF", make::pdf(1).as_bytes());
    assert_eq!(taken.status, 303);
    let tax = [("country", "PT"), ("number", "123456789")];
    assert_eq!(visitor.post("tax", &tax).status, 303);
    let page = visitor.look();
    assert_eq!(steps(&page, &path), ["/details"]);
    assert!(page.texts("#tax")[0].contains("Portugal: 123456789"));
    assert!(page.texts("#paper-IDENTITY_PROOF")[0].contains("We have it: scan.pdf"));

    assert_eq!(visitor.post("details", DATA).status, 303);
    // One that corrects the country, one that adds another, and one of each paper.
    let all = ["/details", "/tax", "/tax", "/papers", "/papers"];
    assert_eq!(steps(&visitor.look(), &path), all);
}
