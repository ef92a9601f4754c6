//! The reasons of the policy by what they are said of, as the forms of a decision and of a revocation offer them: of each
//! kind of document and of each field those that concern it, and those that concern the customer as a whole.

use crate::{
    documents::{fields::rules::Field, rules::DocumentType},
    reviews::policy::rules::Reason,
};

/// Reasons that are said of the same.
pub(super) struct ReasonGroup<'a> {
    /// What they are said of: "Proof of address".
    pub words: String,
    /// They, in the order of the policy.
    pub reasons: Vec<&'a Reason>,
    documents: &'a [DocumentType],
    fields: &'a [Field],
}

/// Each reason once, in the order in which the policy first names what it is said of: papers, then fields, then what was
/// declared as a whole.
pub(super) fn reason_groups(reasons: &[Reason]) -> Vec<ReasonGroup<'_>> {
    let mut groups: Vec<ReasonGroup<'_>> = Vec::new();
    for reason in reasons {
        let (documents, fields) = (reason.documents.as_slice(), reason.fields.as_slice());
        let mut known = groups.iter_mut();
        match known.find(|one| one.documents == documents && one.fields == fields) {
            Some(group) => group.reasons.push(reason),
            None => groups.push(ReasonGroup {
                words: words(documents, fields),
                reasons: vec![reason],
                documents,
                fields,
            }),
        }
    }
    groups.sort_by_key(|group| (group.documents.is_empty(), group.fields.is_empty()));
    groups
}

fn words(documents: &[DocumentType], fields: &[Field]) -> String {
    if documents.is_empty() && fields.is_empty() {
        return "What was declared".to_owned();
    }
    let papers = if DocumentType::ALL.iter().all(|one| documents.contains(one)) {
        vec!["Any document"]
    } else {
        documents.iter().map(|one| one.words()).collect()
    };
    let fields = fields.iter().map(|one| one.words());
    papers
        .into_iter()
        .chain(fields)
        .collect::<Vec<_>>()
        .join(", ")
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
            [
                "Any document",
                "Proof of address",
                "Last name, First name, Legal name",
                "Date of birth",
                "Address, Postal code, City, Country",
                "What was declared"
            ]
        );
        let codes = |at: usize| -> Vec<&str> {
            let reasons = groups[at].reasons.iter();
            reasons.map(|reason| reason.code.as_str()).collect()
        };
        assert_eq!(codes(1), ["address_too_old"]);
        assert_eq!(codes(3), ["birth_date_differs"]);
        assert!(codes(5).contains(&"data_mismatch"));
        let all: usize = groups.iter().map(|group| group.reasons.len()).sum();
        assert_eq!(all, policy.reasons.len());
    }
}
