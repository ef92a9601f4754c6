//! What becomes of the members where their company is refused or asked for more.

use vouch::schema::reviews;

use super::*;
use crate::races::{self, claim, decide, ready, request};

#[test]
fn a_person_is_not_refused_for_what_their_company_lacks() {
    for (decision, after) in [("refused", "refused"), ("incomplete", "incomplete")] {
        let app = TestApp::start();
        let company = races::company(&app, "Falcão Lda");
        let member = ready(&app, |_| {});
        make::relation(&app, company, member, "legal_representative", None);
        make::relation(&app, company, member, "beneficial_owner", Some(60));
        let mut officer = app.sign_in(Persona::Officer);
        let mut manager = app.sign_in(Persona::Manager);
        let review = request(&app, &mut officer, company);
        assert_eq!(kyc(&app, member), "pending", "submitted with it");
        assert_eq!(claim(&mut manager, review), 303);
        let fields = [
            ("decision", decision),
            ("reason", "data_mismatch"),
            ("comment", "The register says otherwise."),
        ];
        let status = decide(&mut manager, review, version(&app, company), &fields);
        assert_eq!((status, kyc(&app, company).as_str()), (303, after));
        let (own, state): (Uuid, String) = reviews::table
            .filter(reviews::customer_id.eq(member))
            .select((reviews::id, reviews::state))
            .first(&mut app.owner())
            .expect("their round");
        assert_eq!(
            (kyc(&app, member).as_str(), state.as_str()),
            ("pending", "open")
        );
        // Who they are is decided by itself.
        assert_eq!(claim(&mut manager, own), 303);
        let valid = [
            ("decision", "validated"),
            ("risk", "low"),
            ("comment", "Seen."),
        ];
        assert_eq!(
            decide(&mut manager, own, version(&app, member), &valid),
            303
        );
        assert_eq!(kyc(&app, member), "validated");
        assert_eq!(kyc(&app, company), after);
    }
}
