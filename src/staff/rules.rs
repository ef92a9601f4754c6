//! Who can be a member of staff, and in which branches.

use crate::{
    access::{permissions::Role, scope::Branches},
    error::{Error, FieldError, Result},
    value::BranchId,
};

/// A member's name as it is stored.
pub fn name(typed: &str) -> Result<String, FieldError> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        1..=255 => Ok(name),
        0 => Err(field("name", "Enter a name.")),
        _ => Err(field("name", "Use at most 255 characters.")),
    }
}

/// A member's e-mail as it is stored. One `@` with something on both sides: only sending to it would prove more.
pub fn email(typed: &str) -> Result<String, FieldError> {
    let email = typed.trim();
    let parts = email.rsplit_once('@');
    let sound = parts.is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !local.contains('@')
    });
    if !sound || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Err(field(
            "email",
            "Enter an e-mail address, such as rita@example.com.",
        ))
    } else if email.chars().count() > 254 {
        Err(field("email", "Use at most 254 characters."))
    } else {
        Ok(email.to_owned())
    }
}

/// The branches a member works in: an admin has all, everybody else has those that were ticked, and at least one.
pub fn branches(role: Role, all: bool, ticked: Vec<BranchId>) -> Result<Branches, FieldError> {
    if role == Role::Admin || all {
        Ok(Branches::All)
    } else if ticked.is_empty() {
        Err(field("branch", "Choose at least one branch."))
    } else {
        let mut ticked = ticked;
        ticked.sort();
        ticked.dedup();
        Ok(Branches::Only(ticked))
    }
}

/// Nobody shuts themselves out, nor takes the admin role from themselves: the last admin could do neither undone.
pub fn not_oneself(
    actor: Option<crate::value::StaffId>,
    member: crate::value::StaffId,
) -> Result<()> {
    if actor == Some(member) {
        Err(Error::Refused(
            "You cannot do this to your own account. Ask another admin.".into(),
        ))
    } else {
        Ok(())
    }
}

fn field(field: &'static str, message: &'static str) -> FieldError {
    FieldError {
        field: field.into(),
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::StaffId;

    #[test]
    fn an_address_has_two_sides_and_no_spaces() {
        assert_eq!(email(" Rita@vouch.test ").as_deref(), Ok("Rita@vouch.test"));
        for bad in [
            "",
            "rita",
            "@vouch.test",
            "rita@",
            "a@b@c",
            "a b@c",
            &format!("{}@x", "a".repeat(254)),
        ] {
            assert!(email(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn admins_have_all_branches_and_the_others_at_least_one() {
        let (one, two) = (
            BranchId(uuid::Uuid::from_u128(1)),
            BranchId(uuid::Uuid::from_u128(2)),
        );
        assert_eq!(branches(Role::Admin, false, vec![one]), Ok(Branches::All));
        assert_eq!(branches(Role::Officer, true, vec![]), Ok(Branches::All));
        assert_eq!(
            branches(Role::Officer, false, vec![two, one, two]),
            Ok(Branches::Only(vec![one, two]))
        );
        assert!(branches(Role::Auditor, false, vec![]).is_err());
    }

    #[test]
    fn nobody_disables_themselves() {
        let (me, you) = (
            StaffId(uuid::Uuid::from_u128(1)),
            StaffId(uuid::Uuid::from_u128(2)),
        );
        assert!(not_oneself(Some(me), me).is_err());
        assert!(not_oneself(Some(me), you).is_ok() && not_oneself(None, me).is_ok());
    }
}
