//! What can be done to members of staff.

use serde_json::Value;

use crate::{
    access::{
        invitation, password,
        permissions::Role,
        scope::Branches,
        store::{credentials, sessions},
    },
    audit::{
        self,
        event::{Change as Field, Event, Subject, What},
    },
    db::Change,
    error::{Error, Result},
    organisations::store::branch,
    staff::{
        freeing, rules,
        store::{self, Member},
    },
    value::{DataKeyId, StaffId},
};

/// A new member of staff; the values as the rules give them.
#[derive(Clone, Debug)]
pub struct NewMember<'a> {
    /// E-mail.
    pub email: &'a str,
    /// Name.
    pub name: &'a str,
    /// Role.
    pub role: Role,
    /// Branches.
    pub branches: Branches,
    /// The password's hash (`password::hash`, made before the transaction); without one they cannot sign in yet.
    pub password_hash: Option<String>,
    /// A demo account: needs no second factor.
    pub demo: bool,
}

/// Adds a member with a key of their own.
pub fn add(tx: &mut Change<'_>, new: &NewMember<'_>) -> Result<StaffId> {
    let (id, data_key) = (StaffId(tx.new_id()), DataKeyId(tx.new_id()));
    known(tx, &new.branches)?;
    audit::store::new_data_key(tx, data_key)?;
    store::add(
        tx,
        &store::Row {
            id,
            data_key,
            email: new.email,
            name: new.name,
            role: new.role,
            branches: &new.branches,
            password_hash: new.password_hash.as_deref(),
            demo: new.demo,
        },
    )?;
    tx.say(
        Event::new(What::StaffAdded, Subject::Staff(id, Some(data_key))).changing(vec![
            Field::personal("email", Value::Null, new.email),
            Field::personal("name", Value::Null, new.name),
            Field::plain("role", Value::Null, new.role.as_str()),
            Field::plain("branches", Value::Null, listed(&new.branches)),
        ]),
    );
    Ok(id)
}

/// Changes name, role and branches; says what changed, and nothing where nothing did. A member whose role or branches
/// changed signs in again, so that no page of the old role stays open, and holds no review that they may no longer decide.
pub fn change(
    tx: &mut Change<'_>,
    id: StaffId,
    version: i32,
    name: &str,
    role: Role,
    branches: &Branches,
) -> Result<()> {
    let mut before = store::member(tx, id)?;
    let had = store::branches(tx, &before)?;
    if role != before.role {
        rules::not_oneself(tx.actor().staff(), id)?;
    }
    known(tx, branches)?;
    let mut fields = Vec::new();
    if before.name != name {
        fields.push(Field::personal("name", before.name.as_str(), name));
    }
    if before.role != role {
        fields.push(Field::plain("role", before.role.as_str(), role.as_str()));
    }
    if had != *branches {
        fields.push(Field::plain("branches", listed(&had), listed(branches)));
    }
    before.version = version;
    store::change(tx, &before, name, role, branches)?;
    if tx.actor().staff() != Some(id) && (before.role != role || had != *branches) {
        sessions::end_others(tx, id, None)?;
    }
    tx.say(Event::new(What::StaffChanged, subject(&before)).changing(fields));
    match role {
        Role::Auditor => freeing::free(tx, id, &Branches::Only(Vec::new())),
        Role::Officer | Role::Manager | Role::Admin => freeing::free(tx, id, branches),
    }
}

/// Ends a member's work: their sessions go in the same moment, and the reviews that they hold go back to the queue.
/// Disabling twice changes nothing.
pub fn disable(tx: &mut Change<'_>, id: StaffId) -> Result<()> {
    rules::not_oneself(tx.actor().staff(), id)?;
    let member = store::member(tx, id)?;
    if member.disabled_at.is_some() {
        return Err(Error::Refused("This account is disabled already.".into()));
    }
    store::disable(tx, id)?;
    sessions::end_others(tx, id, None)?;
    tx.say(Event::new(What::StaffDisabled, subject(&member)));
    freeing::free(tx, id, &Branches::Only(Vec::new()))
}

/// Takes a member's password and second factor away and ends their sessions. Returns the path of a link that sets a new
/// password, once.
pub fn reset(tx: &mut Change<'_>, id: StaffId) -> Result<String> {
    let member = store::member(tx, id)?;
    if member.disabled_at.is_some() {
        return Err(Error::Refused("This account is disabled.".into()));
    }
    credentials::clear_totp(tx, id)?;
    sessions::end_others(tx, id, None)?;
    tx.say(Event::new(What::StaffReset, subject(&member)));
    invitation::invite(tx, id)
}

/// Adds a member who sets their own password by the link whose path is returned.
pub fn add_by_link(tx: &mut Change<'_>, new: &NewMember<'_>) -> Result<(StaffId, String)> {
    let id = add(tx, new)?;
    Ok((id, invitation::invite(tx, id)?))
}

/// Hashes a new member's password, or says as an error of the field `password` why it will not do.
pub fn new_password(password: &str, email: &str) -> Result<String> {
    match password::objection(password, email) {
        Some(objection) => Err(Error::field("password", objection)),
        None => password::hash(password),
    }
}

/// Each branch must be one of the organisation's.
fn known(tx: &mut Change<'_>, branches: &Branches) -> Result<()> {
    let Branches::Only(list) = branches else {
        return Ok(());
    };
    for id in list {
        match branch(tx, *id) {
            Err(Error::NotFound) => {
                return Err(Error::field("branch", "Choose branches from the list."));
            }
            other => drop(other?),
        }
    }
    Ok(())
}

fn listed(branches: &Branches) -> Value {
    match branches {
        Branches::All => Value::from("all"),
        Branches::Only(list) => list.iter().map(ToString::to_string).collect(),
    }
}

const fn subject(member: &Member) -> Subject {
    Subject::Staff(member.id, Some(member.data_key))
}
