//! The faces: four vendors' languages over one model. A system that was written against one of them is pointed at Vouch
//! unchanged, and its customers land on the same desk. A face reads and writes its vendor's words; what may be done, and
//! what follows from it, is said by the actions that the desk's own pages call.

use serde_json::Value;

use crate::{
    access::{keys::rules::Face, scope::Branches},
    audit::event::Subject,
    db::Read,
    error::{Error, Result},
    value::RequestId,
    web::answer::Answer,
    webhooks::rules::Kind,
};

mod faults;
pub mod identify;
pub mod json;
pub mod kontorion;
pub mod once;
pub mod openapi;
pub mod params;
pub mod treezor;
pub mod trustist;
pub mod truust;

/// Where each face's addresses begin.
const PREFIXES: &[(&str, Face)] = &[
    ("/v1/customers", Face::Trustist),
    ("/v1/onboard", Face::Trustist),
    ("/v1/verifications", Face::Kontorion),
    (truust::PREFIX, Face::Truust),
    ("/oauth", Face::Treezor),
    ("/v1/users", Face::Treezor),
    ("/v1/documents", Face::Treezor),
    ("/v1/taxResidences", Face::Treezor),
    // Its neighbours are pages of the desk.
    ("/settings/hooks", Face::Treezor),
];

/// The face that a path belongs to, also where no route is.
pub fn face_of(path: &str) -> Option<Face> {
    let below = |prefix: &str| {
        let rest = path.strip_prefix(prefix)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(())
    };
    let found = PREFIXES.iter().find(|(prefix, _)| below(prefix).is_some());
    found.map(|(_, face)| *face)
}

/// A whole number from 1 to `most`, in digits alone: no sign, no spaces.
pub fn whole(text: &str, most: usize) -> Option<usize> {
    let digits = text.bytes().all(|digit| digit.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits)?;
    (1..=most).contains(&number).then_some(number)
}

/// What a webhook of this kind says of something: what its face would answer about it now. Nothing where the face has no word
/// for it. `branches`: those of whoever is told; what lies elsewhere is not named to them.
pub fn told(
    tx: &mut Read<'_>,
    kind: Kind,
    about: &Subject,
    branches: &Branches,
) -> Result<Option<Value>> {
    match (kind.face, about) {
        (Face::Kontorion, Subject::Verification(id, _)) => {
            let shown = kontorion::told(tx, *id)?;
            Ok(Some(
                serde_json::to_value(shown).map_err(anyhow::Error::new)?,
            ))
        }
        (Face::Trustist, Subject::Onboarding(id, _)) => trustist::told(tx, *id).map(Some),
        (Face::Treezor, about) => match about.customer() {
            Some(customer) => treezor::told(tx, kind.name, customer.id, branches),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Said with a 503 where nothing can be said for certain: the database went away in the middle of a commit.
const UNSURE: &str = "Something went away while this was being stored: it may have been done or not. Look before you send it again, or send it under the same Idempotency-Key.";

/// What went wrong at a path, in the face's own shape. Only our own faults are logged.
pub fn problem(face: Face, path: &str, error: &Error, status: u16, request: RequestId) -> Answer {
    if let Error::Internal(chain) = error {
        tracing::error!(%request, face = %face, error = %format!("{chain:#}"), "internal");
    }
    let answer = match face {
        Face::Truust => truust::errors::answer(error, status),
        Face::Trustist => trustist::errors::answer(error, status),
        Face::Kontorion => kontorion::errors::answer(error, status, request),
        Face::Treezor if path == treezor::TOKEN => treezor::oauth::answer(error, status),
        Face::Treezor => treezor::errors::answer(error, status, request),
    };
    match error {
        Error::TooMany(seconds) => answer.with("retry-after", seconds.to_string()),
        Error::Unavailable(_) | Error::Busy(_) => answer.with("retry-after", "2"),
        _ => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_a_face_by_whole_pieces() {
        assert_eq!(face_of("/v1/customers"), Some(Face::Trustist));
        assert_eq!(face_of("/v1/customers/x/y"), Some(Face::Trustist));
        assert_eq!(face_of("/v1/customers.csv"), None);
        assert_eq!(face_of("/customers"), None);
        assert_eq!(face_of("/settings/hooks"), Some(Face::Treezor));
        assert_eq!(face_of("/settings/webhooks"), None);
    }

    #[test]
    fn a_whole_number_has_digits_alone() {
        assert_eq!((whole("1", 200), whole("200", 200)), (Some(1), Some(200)));
        for not in [
            "",
            "0",
            "201",
            "+5",
            "-5",
            " 5",
            "5.0",
            "٥",
            "99999999999999999999",
        ] {
            assert_eq!(whole(not, 200), None, "{not}");
        }
    }
}
