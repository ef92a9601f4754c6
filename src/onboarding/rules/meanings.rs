//! What each option means: our ruling, in one table.

use super::Identity;
use crate::{customers::rules::Kind, documents::rules::DocumentType};

/// One option of who the customer is, and what follows from it.
pub struct Meaning {
    /// Its name in a form of the desk.
    pub name: &'static str,
    /// Its words on the desk.
    pub words: &'static str,
    /// Whether a session asks for it.
    pub on: fn(&Identity) -> bool,
    /// Sets it.
    pub set: fn(&mut Identity),
    /// Whether only a person can be asked for it: a company has no identity document.
    pub personal: bool,
    /// The paper that it needs, if any.
    paper: Option<DocumentType>,
    /// The check that it starts once the customer sends off: provider, type, how.
    pub check: (&'static str, &'static str, &'static str),
}

/// What each option means: our ruling, in this one table. `manual` is a person at the desk, `watchlist` the lists that the
/// operator loads. Monitoring begins with a look at the lists; looking again is whoever asks for it again.
pub const MEANINGS: &[Meaning] = &[
    Meaning {
        name: "identity_check",
        words: "Identity check",
        on: |asked| asked.identity_check,
        set: |asked| asked.identity_check = true,
        personal: true,
        paper: Some(DocumentType::IdentityProof),
        check: ("manual", "identity", ""),
    },
    Meaning {
        name: "document_check",
        words: "Document check",
        on: |asked| asked.document_check,
        set: |asked| asked.document_check = true,
        personal: true,
        paper: Some(DocumentType::IdentityProof),
        check: ("manual", "document", ""),
    },
    Meaning {
        name: "proof_of_address",
        words: "Proof of address",
        on: |asked| asked.proof_of_address,
        set: |asked| asked.proof_of_address = true,
        personal: false,
        paper: Some(DocumentType::AddressProof),
        check: ("manual", "address", ""),
    },
    Meaning {
        name: "aml_extensive_screening",
        words: "AML screening",
        on: |asked| asked.aml_extensive_screening,
        set: |asked| asked.aml_extensive_screening = true,
        personal: false,
        paper: None,
        check: ("watchlist", "aml", "screening"),
    },
    Meaning {
        name: "aml_monitoring",
        words: "AML monitoring",
        on: |asked| asked.aml_monitoring,
        set: |asked| asked.aml_monitoring = true,
        personal: false,
        paper: None,
        check: ("watchlist", "aml", "monitoring"),
    },
];

/// What follows from the options that are on.
pub fn meant(asked: Identity) -> impl Iterator<Item = &'static Meaning> {
    MEANINGS.iter().filter(move |one| (one.on)(&asked))
}

/// The papers that the options ask for, each once.
pub fn papers(asked: Identity) -> Vec<DocumentType> {
    let mut all = Vec::new();
    for paper in meant(asked).filter_map(|one| one.paper) {
        if !all.contains(&paper) {
            all.push(paper);
        }
    }
    all
}

/// What the identity checks need of a person's data: our field and the face's name of it.
pub const NEEDED: [(&str, &str); 3] = [
    ("first_name", "firstName"),
    ("last_name", "lastName"),
    ("email", "emailAddress"),
];

/// What they need of a customer of this kind, by our names. Our ruling: a company has its name, and no first and last one, so
/// it needs an e-mail alone.
pub fn needed(kind: Kind) -> impl Iterator<Item = &'static str> {
    let of = move |field: &&str| kind != Kind::Legal || *field == "email";
    NEEDED.iter().map(|(field, _)| *field).filter(of)
}

/// What is asked for and only a person can be asked for, by its name in a form.
pub fn of_persons(asked: Identity) -> Vec<&'static str> {
    let personal = meant(asked).filter(|one| one.personal);
    personal.map(|one| one.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_follow_from_options_and_each_is_asked_for_once() {
        let mut asked = Identity::default();
        assert!(!asked.any() && papers(asked).is_empty());
        asked.aml_monitoring = true;
        assert!(asked.any() && papers(asked).is_empty());
        for one in MEANINGS {
            (one.set)(&mut asked);
            assert!((one.on)(&asked), "{}", one.name);
        }
        assert_eq!(
            papers(asked),
            [DocumentType::IdentityProof, DocumentType::AddressProof]
        );
    }
}
