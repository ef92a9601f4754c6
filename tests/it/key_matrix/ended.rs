//! Whoever comes with a key that has ended.

use chrono::TimeDelta;

use super::*;

/// Of each face and kind that opens something, one that ran out yesterday and one that was revoked, which might do
/// everything else.
pub(super) fn callers(app: &TestApp) -> Vec<Caller> {
    let today = app.clock.now().date_naive();
    let kinds = KINDS.iter().filter(|(_, kind)| *kind != Kind::Merchant);
    let mut all = Vec::new();
    for (face, kind) in kinds {
        let may: Vec<&str> = face.permissions().collect();
        let of = (face.as_str(), kind.as_str());
        let key = |expires| machines::key_until(app, &app.acme, of, &may, &["london"], expires);
        let (run_out, revoked) = (key(Some(today)), key(None));
        machines::revoke(app, &app.acme, &revoked);
        for (words, made) in [("run out", run_out), ("revoked", revoked)] {
            all.push(Caller {
                words: format!("{face} {kind} {words}"),
                ended: true,
                held: false,
                key: Some((*face, *kind, may.iter().copied().collect(), made)),
            });
        }
    }
    app.clock.advance(TimeDelta::days(1));
    all
}
