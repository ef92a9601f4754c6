//! Where the customer pays tax: what they told stands there, may be corrected, and others may be added.

use vouch::{onboarding::rules::MOST_RESIDENCES, schema::tax_residences};

use super::*;

/// Country and number, by country.
fn told(app: &TestApp, visitor: &Visitor) -> Vec<(String, Option<String>)> {
    tax_residences::table
        .filter(tax_residences::customer_id.eq(visitor.customer))
        .order(tax_residences::country)
        .select((tax_residences::country, tax_residences::tax_payer_id))
        .load(&mut app.owner())
        .expect("the tax residences")
}

fn at(country: &str, number: Option<&str>) -> (String, Option<String>) {
    (country.to_owned(), number.map(str::to_owned))
}

#[test]
fn what_was_told_is_shown_and_corrected() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    assert_eq!(visitor.post("details", DATA).status, 303);
    let first = [("country", "PT"), ("number", "123456789")];
    assert_eq!(visitor.post("tax", &first).status, 303);
    for (lang, country, change, another) in [
        ("en", "Portugal", "Change", "Add another country"),
        ("fr", "Portugal", "Modifier", "Ajouter un autre pays"),
        ("es", "Portugal", "Cambiar", "Añadir otro país"),
    ] {
        let page = visitor
            .browser
            .get(&format!("{}?lang={lang}", visitor.path));
        let step = &page.texts("#tax")[0];
        for said in [country, "123456789", change, another] {
            assert!(step.contains(said), "{lang}: {said}: {step}");
        }
        assert_eq!(
            page.attributes("#tax_number-PT", "value"),
            ["123456789"],
            "it stands in its form"
        );
        assert_eq!(
            page.attributes("#tax_country-PT option[selected]", "value"),
            ["PT"]
        );
        assert_eq!(page.attributes("#tax_number", "value"), [""]);
    }
    // What is wrong is said in the form of the country that is corrected, and nothing is written.
    let before = visitor.untouched(&app);
    let wrong = [("of", "PT"), ("country", "PT"), ("number", "1")];
    let answer = visitor.post("tax?lang=fr", &wrong);
    assert_eq!(answer.status, 422);
    assert_eq!(answer.texts("#tax_number-PT-error").len(), 1);
    assert!(answer.texts("#tax_number-error").is_empty());
    assert_eq!(answer.attributes("#tax_number-PT", "value"), ["1"]);
    assert_eq!(visitor.untouched(&app), before);
    // Corrected; and the same sent again by whoever lost the answer writes nothing.
    let right = [("of", "PT"), ("country", "PT"), ("number", "501442600")];
    assert_eq!(visitor.post("tax", &right).status, 303);
    assert_eq!(told(&app, &visitor), [at("PT", Some("501442600"))]);
    let other = [("of", "PT"), ("country", "AE"), ("reason", "not_issued")];
    assert_eq!(visitor.post("tax", &other).status, 303);
    assert_eq!(told(&app, &visitor), [at("AE", None)]);
    let before = visitor.untouched(&app);
    assert_eq!(visitor.post("tax", &other).status, 303);
    assert_eq!(visitor.untouched(&app), before);
    let changed = |action: &&String| **action == "tax_residence.changed";
    assert_eq!(before.1.iter().filter(changed).count(), 2);
    // A reason stands in its form too.
    let page = visitor.look();
    let chosen = page.attributes("#tax_reason-AE option[selected]", "value");
    assert_eq!(chosen, ["not_issued"]);
}

#[test]
fn so_many_countries_are_told_each_once() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    assert_eq!(visitor.post("details", DATA).status, 303);
    let countries = ["AE", "AU", "BR", "CH", "JP", "MX"];
    for country in &countries[..MOST_RESIDENCES] {
        let page = visitor.look();
        assert_eq!(page.attributes("#tax_country", "name"), ["country"]);
        let one = [("country", *country), ("number", "1234567")];
        assert_eq!(visitor.post("tax", &one).status, 303, "{country}");
    }
    assert_eq!(told(&app, &visitor).len(), MOST_RESIDENCES);
    assert!(visitor.look().attributes("#tax_country", "name").is_empty());
    let before = visitor.untouched(&app);
    let more = [("country", countries[MOST_RESIDENCES]), ("number", "1")];
    let twice = [("of", "AU"), ("country", "AE"), ("number", "1")];
    for (lang, many, stands) in [
        ("en", "takes no more countries", "stands here already"),
        ("fr", "n’accepte pas d’autres pays", "figure déjà ici"),
        ("es", "no admite más países", "ya figura aquí"),
    ] {
        let step = format!("tax?lang={lang}");
        for (fields, field, said) in [
            (&more[..], "tax_country", many),
            (&twice[..], "tax_country-AU", stands),
        ] {
            let answer = visitor.post(&step, fields);
            assert_eq!(answer.status, 422, "{lang}");
            let error = answer.texts(&format!("#{field}-error"));
            assert!(error.len() == 1 && error[0].contains(said), "{error:?}");
            let links = answer.attributes(".error-summary a", "href");
            assert_eq!(links, [format!("#{field}")]);
        }
    }
    assert_eq!(visitor.untouched(&app), before);
}

/// The house took away meanwhile what is corrected: what was typed stays, as a country to be added.
#[test]
fn what_is_gone_is_not_corrected_and_nothing_typed_is_lost() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    make::tax_residence(&app, visitor.customer, "PT", Some("123456789"));
    let before = visitor.untouched(&app);
    let gone = [("of", "FR"), ("country", "CH"), ("number", "7561234")];
    let answer = visitor.post("tax", &gone);
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert_eq!(answer.attributes(".error-summary a", "href"), ["#tax"]);
    assert_eq!(answer.attributes("#tax_number", "value"), ["7561234"]);
    assert_eq!(visitor.untouched(&app), before);
    assert_eq!(told(&app, &visitor), [at("PT", Some("123456789"))]);
}

/// Whatever is no number there is said in the page's language, and not only that something should be checked.
#[test]
fn what_is_wrong_with_a_number_is_said_in_each_language() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    for (lang, portugal, france) in [
        (
            "en",
            "A Portuguese NIF has nine digits",
            "A French number has thirteen digits",
        ),
        (
            "fr",
            "Un NIF portugais a neuf chiffres",
            "Un numéro français a treize chiffres",
        ),
        (
            "es",
            "Un NIF portugués tiene nueve cifras",
            "Un número francés tiene trece cifras",
        ),
    ] {
        for (country, sentence) in [("PT", portugal), ("FR", france)] {
            let fields = [("country", country), ("number", "1")];
            let answer = visitor.post(&format!("tax?lang={lang}"), &fields);
            assert_eq!(answer.status, 422);
            let at = answer.texts("#tax_number-error");
            assert!(at.len() == 1 && at[0].contains(sentence), "{lang}: {at:?}");
        }
    }
    assert!(told(&app, &visitor).is_empty());
}
