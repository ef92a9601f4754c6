//! What comes back to a proposer who does not work there any more.

use vouch::schema::staff;

use super::*;

#[test]
fn what_is_sent_back_to_who_no_longer_works_there_goes_to_the_queue() {
    for held in [false, true] {
        let app = TestApp::start();
        let (customer, review, id) = proposed(&app);
        let manager = app.staff(Persona::Manager);
        if held {
            // Disabled in a time when that freed nothing.
            diesel::update(staff::table.filter(staff::id.eq(manager)))
                .set(staff::disabled_at.eq(app.clock.now()))
                .execute(&mut app.owner())
                .expect("a member who left");
        } else {
            let mut admin = app.sign_in(Persona::Admin);
            let done = admin.post(&format!("/settings/staff/{manager}/disable"), &[]);
            assert_eq!(done.status, 303, "{}", done.text());
        }
        let mut admin = app.sign_in(Persona::SecondAdmin);
        // While it waits, nobody takes the round.
        let early = admin.post("/reviews/next", &[]);
        let nothing = Some("/reviews?tab=open&done=none");
        assert_eq!(early.header("location"), nothing);
        let done = send_back(&app, Persona::SecondAdmin, id, "Say which paper it was.");
        assert_eq!(done.status, 303, "{}", done.text());
        let holder: Option<Uuid> = reviews::table
            .filter(reviews::id.eq(review))
            .select(reviews::assignee)
            .first(&mut app.owner())
            .expect("the round");
        assert_eq!(holder, None);
        let taken = admin.post("/reviews/next", &[]);
        let there = format!("/customers/{customer}?done=taken");
        assert_eq!(taken.header("location"), Some(there.as_str()));
    }
}
