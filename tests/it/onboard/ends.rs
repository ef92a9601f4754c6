//! How a session ends, and who is told: once where two press at once, and nobody where it was never sent off.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use vouch::onboarding::expiry;

use super::{stale::asked, *};
use crate::{
    approvals::database,
    webhooks::{Receiver, deliver},
};

/// Has everything told that the face can tell of a session.
fn listens(app: &TestApp, receiver: &Receiver) {
    let url = receiver.url();
    let answer = app.sign_in(Persona::Admin).post(
        "/settings/webhooks",
        &[
            ("face", "trustist"),
            ("url", &url),
            ("event", "onboard.session.completed"),
            ("event", "onboard.session.failed"),
        ],
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn what_is_sent_twice_at_once_ends_once() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    listens(&app, &receiver);
    let mut visitor = visitor(&app, &everything());
    visitor.fill_in();
    let before = app.actions().len();
    let path = format!("{}/send", visitor.path);
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| app.browser().post(&path, &[]).status))
            .collect();
        racers
            .into_iter()
            .map(|one| one.join().expect("a racer"))
            .collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404, 404]);
    assert_eq!(visitor.state(&app), "completed");
    // Each check of the options, and the review's own.
    let checks = visitor.checks(&app);
    let each: BTreeSet<_> = checks.iter().collect();
    assert_eq!((checks.len(), each.len()), (6, 6), "{checks:?}");
    let said = app.actions().split_off(before);
    for action in ["onboarding.completed", "review.requested"] {
        let times = said.iter().filter(|one| *one == action).count();
        assert_eq!(times, 1, "{action}: {said:?}");
    }
    assert_eq!(deliver(&app), 1);
    let got = receiver.got();
    assert_eq!(got.len(), 1, "{got:?}");
    assert_eq!(got[0].json()["type"], "onboard.session.completed");
}

#[test]
fn what_is_over_by_the_clock_or_was_taken_back_is_told_to_nobody() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    listens(&app, &receiver);
    let options = json!({"identity": {"amlMonitoring": true}});
    // This one is heard of, so that the silence says something.
    let mut heard = visitor(&app, &options);
    assert_eq!(heard.post("details", DATA).status, 303);
    assert_eq!(heard.post("send", &[]).status, 200);
    assert_eq!(deliver(&app), 1);

    let [by_desk, by_machine, unseen] = [0, 1, 2].map(|_| visitor(&app, &options));
    let mut begun = visitor(&app, &options);
    assert_eq!(begun.post("details", DATA).status, 303);
    let desk = app.sign_in(Persona::Officer).post(
        &format!("/customers/{}/sessions", by_desk.customer),
        &[
            ("step", "cancel"),
            ("session", &by_desk.session.to_string()),
        ],
    );
    assert_eq!(desk.status, 303, "{}", desk.text());
    let target = format!("/v1/onboard/sessions/{}/cancel", by_machine.session);
    let may = ["create_onboard_session"];
    asked(&app, &may, "POST", &target, String::new());
    app.clock.advance(TimeDelta::hours(72));
    assert_eq!(expiry::sweep(&database(&app)).expect("a sweep"), 2);
    let states = [&by_desk, &by_machine, &unseen, &begun].map(|one| one.state(&app));
    assert_eq!(states, ["cancelled", "cancelled", "expired", "expired"]);
    assert_eq!(deliver(&app), 0);
    assert_eq!(receiver.got().len(), 1);
}
