//! A line of the log as the timeline reads it.

use serde_json::Value;

use crate::{audit::event::What, casefile::entries::Line, reviews::kyc_file::timeline::Moment};

/// An entry as the timeline reads it.
pub(super) fn of(line: Line) -> Moment {
    let erased = line.hashed.detail.is_some() && line.opened.is_none();
    let plain = serde_json::from_str::<Value>(&line.hashed.changes).unwrap_or_default();
    let opened = line.opened.unwrap_or_default();
    let fields = [Some(&plain), opened.get("fields")];
    let changes = fields
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flatten()
        .map(|(field, change)| {
            let side = |which| change.get(which).cloned().unwrap_or_default();
            (field.clone(), side("before"), side("after"))
        })
        .collect();
    Moment {
        id: line.hashed.id,
        at: line.hashed.at,
        what: What::by_action(&line.hashed.action),
        action: line.hashed.action,
        actor_kind: line.hashed.actor_kind,
        actor_id: line.hashed.actor_id,
        changes,
        reason: opened
            .get("reason")
            .and_then(Value::as_str)
            .map(str::to_owned),
        erased,
    }
}
