//! Reviews given away by the list while somebody else gives, takes or takes back one of them: a list is given whole or not
//! at all.

use super::*;

/// Six rounds that nobody holds.
fn six(app: &TestApp) -> Vec<Uuid> {
    (0..6)
        .map(|_| {
            let customer = make::customer(app, |new| new.kyc = "pending");
            make::review_of(app, &app.acme, customer, |_| {}).0
        })
        .collect()
}

/// Gives rounds to a colleague, in this order of the form.
fn give(by: &mut Browser, reviews: &[Uuid], to: Uuid) -> u16 {
    let mut fields: Vec<(&str, String)> = reviews
        .iter()
        .map(|id| ("review", id.to_string()))
        .collect();
    fields.push(("staff", to.to_string()));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    by.post("/reviews/assign", &fields).status
}

fn holders(app: &TestApp, ids: &[Uuid]) -> Vec<Option<Uuid>> {
    let mut owner = app.owner();
    ids.iter()
        .map(|id| {
            reviews::table
                .filter(reviews::id.eq(id))
                .select(reviews::assignee)
                .first(&mut owner)
                .expect("the round")
        })
        .collect()
}

#[test]
fn two_lists_that_overlap_are_given_in_opposite_orders_and_each_stays_whole() {
    let app = TestApp::start();
    let mut manager = app.sign_in(Persona::Manager);
    let mut admin = app.sign_in(Persona::Admin);
    let (one, other) = (app.staff(Persona::Manager), app.staff(Persona::SecondAdmin));
    for n in 1..=TIMES {
        let rounds = six(&app);
        let (first, mut last) = (rounds[..4].to_vec(), rounds[2..].to_vec());
        last.reverse();
        let statuses = race(
            || give(&mut manager, &first, one),
            || give(&mut admin, &last, other),
        );
        assert_eq!(statuses, (303, 303));
        // Whoever came second has both that stand on both lists.
        let both = holders(&app, &rounds[2..4]);
        assert!(
            both == [Some(one); 2] || both == [Some(other); 2],
            "{both:?}"
        );
        assert_eq!(holders(&app, &rounds[..2]), [Some(one); 2]);
        assert_eq!(holders(&app, &rounds[4..]), [Some(other); 2]);
        assert_eq!(said(&app, "review.assigned"), 8 * n);
    }
}

#[test]
fn a_review_that_is_claimed_while_its_list_is_given_away_stops_neither() {
    let app = TestApp::start();
    let mut manager = app.sign_in(Persona::Manager);
    let mut admin = app.sign_in(Persona::Admin);
    let (to, claimer) = (app.staff(Persona::SecondAdmin), app.staff(Persona::Admin));
    for take_over in [false, true] {
        for _ in 0..TIMES {
            let rounds = six(&app);
            let wanted = rounds[3];
            let (given, taken) = race(
                || give(&mut manager, &rounds, to),
                || {
                    if take_over {
                        claim(&mut admin, wanted)
                    } else {
                        let path = format!("/reviews/{wanted}/claim");
                        admin.post(&path, &[]).status
                    }
                },
            );
            assert_eq!(given, 303);
            let (alone, rest): (Vec<Uuid>, Vec<Uuid>) =
                rounds.into_iter().partition(|id| *id == wanted);
            assert_eq!(holders(&app, &rest), [Some(to); 5]);
            let held = holders(&app, &alone)[0];
            match (take_over, taken) {
                // Claimed first, or held already by whoever was given it.
                (false, 303 | 409) => assert_eq!(held, Some(to)),
                (true, 303) => assert!([Some(to), Some(claimer)].contains(&held), "{held:?}"),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_list_of_which_one_is_taken_back_is_given_whole_or_not_at_all() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let mut manager = app.sign_in(Persona::Manager);
    let to = app.staff(Persona::SecondAdmin);
    for _ in 0..TIMES {
        let rounds: Vec<Uuid> = (0..3)
            .map(|_| {
                let customer = ready(&app, |_| {});
                request(&app, &mut officer, customer)
            })
            .collect();
        // The last that is locked, so that the others would be given by then.
        let gone = rounds.iter().max().expect("three");
        let statuses = race(
            || give(&mut manager, &rounds, to),
            || {
                let path = format!("/reviews/{gone}/withdraw");
                officer.post(&path, &[]).status
            },
        );
        let (holder, state) = match statuses {
            (303, 409) => (Some(to), "open"),
            (409, 303) => (None, "withdrawn"),
            both => panic!("{both:?}"),
        };
        assert_eq!(holders(&app, &rounds), [holder; 3], "{statuses:?}");
        assert_eq!(left(&app, *gone).state, state);
    }
}

#[test]
fn nobody_who_is_disabled_at_that_moment_is_left_with_a_review() {
    let app = TestApp::start();
    let mut manager = app.sign_in(Persona::Manager);
    let mut admin = app.sign_in(Persona::Admin);
    for _ in 0..TIMES {
        let to = make::staff(&app, &app.acme);
        let rounds = six(&app);
        let (given, disabled) = race(
            || give(&mut manager, &rounds, to),
            || {
                let path = format!("/settings/staff/{to}/disable");
                admin.post(&path, &[]).status
            },
        );
        // Given first and freed at once, or refused.
        assert!(matches!(given, 303 | 422), "{given}");
        assert_eq!(disabled, 303);
        assert_eq!(holders(&app, &rounds), [None; 6]);
    }
}
