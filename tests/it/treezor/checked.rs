//! What the desk finds of a paper, as it is read back.

use super::*;

#[test]
fn a_paper_is_shown_as_the_desk_checked_it_and_nothing_else_of_it_moves() {
    let app = TestApp::start();
    let ours = ours(&app);
    for (to, reason, shown) in [
        ("validated", "", "VALIDATED"),
        ("refused", "document_not_legible", "REFUSED"),
        ("canceled", "", "CANCELED"),
    ] {
        let user = ours.user(&person());
        let made = ours.paper(user, 12);
        let number = made["documents"][0]["documentId"]
            .as_i64()
            .expect("a number");
        assert_eq!(made["documents"][0]["documentStatus"], "PENDING");
        let one = format!("/v1/documents/{number}");
        assert_eq!(ours.get(&one).good(), made);
        let paper: Uuid = documents::table
            .filter(documents::number.eq(number))
            .select(documents::id)
            .first(&mut app.owner())
            .expect("the paper");
        let version: i32 = customers::table
            .filter(customers::number.eq(user))
            .select(customers::version)
            .first(&mut app.owner())
            .expect("the user");
        let version = version.to_string();
        app.clock.advance(TimeDelta::hours(1));
        let checked = app.sign_in(Persona::Officer).post(
            &format!("/documents/{paper}/check"),
            &[("version", &version), ("status", to), ("reason", reason)],
        );
        assert_eq!(checked.status, 303, "{}", checked.text());
        let at = app.clock.now();
        let at = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let mut expected = made;
        let its = &mut expected["documents"][0];
        its["documentStatus"] = json!(shown);
        its["modifiedDate"] = json!(at);
        assert_eq!(ours.get(&one).good(), expected, "{to}");
        let all = format!("/v1/documents?userId={user}");
        assert_eq!(ours.get(&all).good(), expected, "{to}");
    }
}
