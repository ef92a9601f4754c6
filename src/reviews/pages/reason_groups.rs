//! The reasons of the policy by what they are said of, as the forms of a decision and of a revocation offer them: of each
//! kind of document those that concern it, and those that concern what was declared.

use crate::{documents::rules::DocumentType, reviews::policy::rules::Reason};

/// Reasons that are said of the same.
pub(super) struct ReasonGroup<'a> {
    /// What they are said of: "Proof of address".
    pub words: String,
    /// They, in the order of the policy.
    pub reasons: Vec<&'a Reason>,
    documents: &'a [DocumentType],
}

/// Each reason once, in the order in which the policy first names what it is said of; what was declared comes last.
pub(super) fn reason_groups(reasons: &[Reason]) -> Vec<ReasonGroup<'_>> {
    let mut groups: Vec<ReasonGroup<'_>> = Vec::new();
    for reason in reasons {
        let documents = reason.documents.as_slice();
        match groups.iter_mut().find(|one| one.documents == documents) {
            Some(group) => group.reasons.push(reason),
            None => groups.push(ReasonGroup {
                words: words(documents),
                reasons: vec![reason],
                documents,
            }),
        }
    }
    groups.sort_by_key(|group| group.documents.is_empty());
    groups
}

fn words(documents: &[DocumentType]) -> String {
    if documents.is_empty() {
        return "What was declared".to_owned();
    }
    if DocumentType::ALL.iter().all(|one| documents.contains(one)) {
        return "Any document".to_owned();
    }
    let words: Vec<&str> = documents.iter().map(|one| one.words()).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::policy::rules::Policy;

    #[test]
    fn each_reason_of_the_delivered_policy_stands_once_under_what_it_is_said_of() {
        let policy = Policy::default();
        let groups = reason_groups(&policy.reasons);
        let heads: Vec<&str> = groups.iter().map(|group| group.words.as_str()).collect();
        assert_eq!(
            heads,
            ["Any document", "Proof of address", "What was declared"]
        );
        let codes = |at: usize| -> Vec<&str> {
            let reasons = groups[at].reasons.iter();
            reasons.map(|reason| reason.code.as_str()).collect()
        };
        assert_eq!(codes(1), ["address_too_old"]);
        assert!(codes(2).contains(&"data_mismatch"));
        let all: usize = groups.iter().map(|group| group.reasons.len()).sum();
        assert_eq!(all, policy.reasons.len());
    }
}
