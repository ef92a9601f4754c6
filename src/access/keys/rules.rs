//! Which keys there are: a face, a kind that the face knows, permissions that the face names.

use crate::{error::FieldError, stored_words};

stored_words! {
    /// The vendor's language that a machine speaks.
    Face {
        /// Truust's KYC, below `/2.0`.
        Truust = "truust",
        /// Trustist's customers and onboarding, below `/v1/customers` and `/v1/onboard`.
        Trustist = "trustist",
        /// Treezor's users, documents and reviews.
        Treezor = "treezor",
        /// Kontorion's verifications, below `/v1/verifications`.
        Kontorion = "kontorion",
    }
}

impl Face {
    /// Its name on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Truust => "Truust",
            Self::Trustist => "Trustist",
            Self::Treezor => "Treezor",
            Self::Kontorion => "Kontorion",
        }
    }

    /// How its callers prove who they are.
    pub const fn proof(self) -> Proof {
        match self {
            Self::Truust | Self::Kontorion => Proof::Bearer,
            Self::Trustist | Self::Treezor => Proof::Secret,
        }
    }

    /// The kinds of key it knows.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        let of = move |(face, kind): &(Self, Kind)| (*face == self).then_some(*kind);
        KINDS.iter().filter_map(of)
    }

    /// The permissions it names.
    pub fn permissions(self) -> impl Iterator<Item = &'static str> {
        let of = move |(face, name, _): &(Self, &'static str, _)| (*face == self).then_some(*name);
        PERMISSIONS.iter().filter_map(of)
    }
}

/// What a caller's proof is, and so how its secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The secret itself travels; its hash is kept.
    Bearer,
    /// The secret signs or is exchanged for a token; it is kept sealed.
    Secret,
}

stored_words! {
    /// What kind of key it is, in its face's own words.
    Kind {
        /// A tenant's own.
        Tenant = "tenant",
        /// A merchant's, which has no tenant: it opens nothing here.
        Merchant = "merchant",
        /// A client of the token endpoint.
        Oauth = "oauth",
        /// For the organisation's real customers.
        Live = "live",
        /// For trying things out.
        Test = "test",
    }
}

/// Which kinds each face knows.
pub const KINDS: &[(Face, Kind)] = &[
    (Face::Truust, Kind::Live),
    (Face::Trustist, Kind::Tenant),
    (Face::Trustist, Kind::Merchant),
    (Face::Treezor, Kind::Oauth),
    (Face::Kontorion, Kind::Live),
    (Face::Kontorion, Kind::Test),
];

/// Everything that a key may be allowed, by face, in the vendors' own names; what it opens is said on the page.
pub const PERMISSIONS: &[(Face, &str, &str)] = &[
    (Face::Truust, "read", "Read customers and verifications"),
    (
        Face::Truust,
        "write",
        "Add and change customers, verify, send documents",
    ),
    (Face::Trustist, "create_customer", "Create customers"),
    (Face::Trustist, "read_customers", "Read and list customers"),
    (Face::Trustist, "read_customer", "Read one customer"),
    (Face::Trustist, "update_customer", "Update customers"),
    (
        Face::Trustist,
        "create_onboard_session",
        "Create onboarding sessions",
    ),
    (
        Face::Trustist,
        "read_onboard_sessions",
        "Read onboarding sessions",
    ),
    (Face::Trustist, "manage_webhooks", "Register webhooks"),
    (
        Face::Treezor,
        "read_only",
        "Read users, reviews and documents",
    ),
    (
        Face::Treezor,
        "read_write",
        "Also write them and request reviews",
    ),
    (Face::Treezor, "admin", "Also register hooks"),
    (Face::Kontorion, "read", "Read verifications"),
    (Face::Kontorion, "write", "Create verifications"),
    (Face::Kontorion, "admin", "Override a verification’s status"),
];

/// The longest name of a key, in characters.
pub const LONGEST_NAME: usize = 100;

/// A key as somebody asks for it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The face's name.
    pub face: String,
    /// The kind's name.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Names of permissions.
    pub permissions: Vec<String>,
}

/// A key that may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valid {
    /// Its face.
    pub face: Face,
    /// Its kind.
    pub kind: Kind,
    /// What people call it; may be empty.
    pub name: String,
    /// What it may do, in the order of the table, each once.
    pub permissions: Vec<&'static str>,
}

/// What was asked for, or what is wrong with each field.
pub fn valid(asked: &Asked) -> Result<Valid, Vec<FieldError>> {
    let wrong = |field: &'static str, message: String| FieldError {
        field: field.into(),
        message: message.into(),
    };
    let Ok(face) = asked.face.parse::<Face>() else {
        let names = listed(Face::ALL.iter().map(|face| face.as_str()));
        return Err(vec![wrong("face", format!("Choose a face: {names}"))]);
    };
    let mut errors = Vec::new();
    let kind = face.kinds().find(|kind| kind.as_str() == asked.kind);
    if kind.is_none() {
        let names = listed(face.kinds().map(Kind::as_str));
        errors.push(wrong(
            "kind",
            format!("A key of {} is {names}", face.words()),
        ));
    }
    let names = listed(face.permissions());
    if let Some(unknown) = asked
        .permissions
        .iter()
        .find(|name| !face.permissions().any(|known| known == *name))
    {
        let message = format!(
            "{} has no permission “{unknown}”; it has {names}",
            face.words()
        );
        errors.push(wrong("permission", message));
    } else if asked.permissions.is_empty() {
        errors.push(wrong(
            "permission",
            format!("Choose at least one of {names}"),
        ));
    }
    let name = asked.name.trim();
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        errors.push(wrong(
            "name",
            format!("A name has at most {LONGEST_NAME} characters"),
        ));
    }
    match kind {
        Some(kind) if errors.is_empty() => Ok(Valid {
            face,
            kind,
            name: name.to_owned(),
            permissions: face
                .permissions()
                .filter(|known| asked.permissions.iter().any(|name| name == known))
                .collect(),
        }),
        _ => Err(errors),
    }
}

fn listed(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(face: &str, kind: &str, permissions: &[&str]) -> Asked {
        Asked {
            face: face.to_owned(),
            kind: kind.to_owned(),
            name: " Ledger ".to_owned(),
            permissions: permissions.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn a_key_has_a_kind_and_permissions_of_its_own_face() {
        let good = valid(&asked("kontorion", "live", &["write", "read", "read"])).expect("a key");
        assert_eq!(good.permissions, ["read", "write"]);
        assert_eq!((good.kind, good.name.as_str()), (Kind::Live, "Ledger"));
        let wrong = |face, kind, permissions: &[&str]| -> Vec<String> {
            let errors = valid(&asked(face, kind, permissions)).expect_err("an error");
            errors
                .into_iter()
                .map(|error| error.field.into_owned())
                .collect()
        };
        assert_eq!(wrong("stripe", "live", &["read"]), ["face"]);
        assert_eq!(
            wrong("kontorion", "oauth", &["create_customer"]),
            ["kind", "permission"]
        );
        assert_eq!(wrong("trustist", "tenant", &[]), ["permission"]);
    }

    #[test]
    fn every_face_has_kinds_and_permissions() {
        for face in Face::ALL {
            assert!(face.kinds().next().is_some() && face.permissions().next().is_some());
        }
    }
}
