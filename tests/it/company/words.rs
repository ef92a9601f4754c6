//! What a reader of a company sees of each share: its band and who says so, in words, on its page and in the list of its
//! members.

use super::*;

#[test]
fn band_and_source_of_a_member_stand_on_the_pages_in_words() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    for (band, source, words) in [
        ("25-50", "register", ["25 to 50 %", "register"]),
        ("50-75", "document", ["50 to 75 %", "document"]),
        ("75-100", "declared", ["75 to 100 %", "declared"]),
    ] {
        let company = make::company(&app, "Falcão & Filhos");
        let member = short_id(&app, person(&app, "Neves"));
        let done = send(
            &app,
            &mut officer,
            company,
            &[
                ("step", "add"),
                ("member", &member),
                ("role", "beneficial_owner"),
                ("percent", ""),
                ("band", band),
                ("source", source),
            ],
        );
        assert_eq!(done.status, 303, "{band}: {}", done.text());
        for page in [address(company), format!("/customers/{company}")] {
            let seen = officer.get(&page);
            let stands = [".tree .share span", ".tree .source"].map(|place| seen.texts(place));
            assert_eq!(stands, words.map(|word| vec![word.to_owned()]), "{page}");
        }
    }
    // Without a band, the percent.
    let company = make::company(&app, "Sequeira Lda");
    let member = person(&app, "Reis");
    assert_eq!(add(&app, &mut officer, company, member, "37.5").status, 303);
    let seen = officer.get(&address(company));
    assert_eq!(seen.texts(".tree .share span"), ["37.5 %"]);
    assert_eq!(seen.texts(".tree .source"), ["register"]);
}
