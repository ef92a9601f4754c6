//! Making a key and ending it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    access::keys::{
        rules::{self, Asked, Proof},
        secret::{self, Fresh},
        store::{self, Row},
    },
    audit::event::{Change as Field, Event, Subject, What},
    db::Change,
    error::{Error, Result},
    organisations::store as organisations,
    value::CredentialId,
};

/// A key that was just made; its secret is shown now and never again.
pub struct Made {
    /// The key.
    pub id: CredentialId,
    /// What it is.
    pub valid: rules::Valid,
    /// Its two halves.
    pub fresh: Fresh,
}

/// Makes a key for the scope's organisation. `branches`: codes, the one that takes new customers first; none for all.
pub fn add(
    tx: &mut Change<'_>,
    asked: &Asked,
    branches: &[String],
    expires_at: Option<DateTime<Utc>>,
) -> Result<Made> {
    let valid = rules::valid(asked).map_err(Error::Invalid)?;
    if expires_at.is_some_and(|at| at <= tx.now()) {
        return Err(Error::field(
            "expires",
            "Choose a day that is still to come",
        ));
    }
    let mut ids = Vec::new();
    for code in branches {
        let branch = organisations::branch_by_code(tx, code)?
            .ok_or_else(|| Error::field("branch", format!("There is no branch “{code}”")))?;
        if !ids.contains(&branch.id) {
            ids.push(branch.id);
        }
    }
    let id = CredentialId(tx.new_id());
    let fresh = secret::fresh(valid.face, valid.kind)?;
    let (secret_hash, secret_sealed, index) = match valid.face.proof() {
        Proof::Bearer => {
            let hash = secret::index(&fresh.secret);
            (Some(hash.clone()), None, hash)
        }
        Proof::Secret => {
            let key = secret::sealing_key(tx.keys().secret());
            let sealed = key.seal(&secret::bound_to(id), fresh.secret.as_bytes())?;
            (None, Some(sealed), secret::index(&fresh.key_id))
        }
    };
    store::add(
        tx,
        &Row {
            id,
            name: &valid.name,
            face: valid.face,
            kind: valid.kind,
            key_id: &fresh.key_id,
            permissions: &valid.permissions,
            secret_hash,
            secret_sealed,
            index,
            expires_at,
            branches: &ids,
        },
    )?;
    let mut fields = vec![
        Field::plain("key_id", Value::Null, fresh.key_id.as_str()),
        Field::plain("face", Value::Null, valid.face.as_str()),
        Field::plain("kind", Value::Null, valid.kind.as_str()),
        Field::plain("permissions", Value::Null, valid.permissions.clone()),
    ];
    if !branches.is_empty() {
        fields.push(Field::plain("branch", Value::Null, branches.to_vec()));
    }
    if let Some(at) = expires_at {
        fields.push(Field::plain("expires_at", Value::Null, at.to_rfc3339()));
    }
    if !valid.name.is_empty() {
        // Free text, so it is sealed.
        fields.push(Field::personal("name", Value::Null, valid.name.as_str()));
    }
    tx.say(Event::new(What::KeyAdded, Subject::Key(id)).changing(fields));
    Ok(Made { id, valid, fresh })
}

/// Ends a key at once.
pub fn revoke(tx: &mut Change<'_>, id: CredentialId) -> Result<()> {
    let key = store::find(tx, id)?;
    store::revoke(tx, id)?;
    tx.say(
        Event::new(What::KeyRevoked, Subject::Key(id)).changing(vec![Field::plain(
            "key_id",
            key.key_id,
            Value::Null,
        )]),
    );
    Ok(())
}
