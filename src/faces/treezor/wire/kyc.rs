//! The KYC object, and the words and numbers that each status has. The sentences are the vendor's, byte for byte.

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::customers::{
    rules::{Kyc as Status, ReviewType},
    store::Customer,
};

/// A status in the vendor's words.
struct Said {
    ours: &'static [Status],
    word: Word,
    code: &'static str,
    sentence: &'static str,
}

/// Where a user's KYC stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(rename = "KycStatus")]
pub enum Word {
    /// No request yet.
    None,
    /// Asked for.
    Pending,
    /// Something is missing.
    Incomplete,
    /// Not accepted.
    Refused,
    /// To be looked at again.
    ReviewNeeded,
    /// Accepted.
    Validated,
    /// Refused long ago.
    Canceled,
}

const NONE: Said = Said {
    ours: &[Status::None, Status::Draft],
    word: Word::None,
    code: "110001",
    sentence: "No request has been submitted for this user yet.",
};

/// The vendor's table.
const STATUSES: [Said; 7] = [
    NONE,
    Said {
        ours: &[Status::Pending],
        word: Word::Pending,
        code: "110002",
        sentence: "The request for verification has been submitted and is currently awaiting review.",
    },
    Said {
        ours: &[Status::Incomplete],
        word: Word::Incomplete,
        code: "110003",
        sentence: "Some documents or information are missing; action is required for this user.",
    },
    Said {
        ours: &[Status::Refused],
        word: Word::Refused,
        code: "110004",
        sentence: "Treezor refused to validate the user identity due to non-compliance, fraud suspicion, or ineligible documentation.",
    },
    Said {
        ours: &[Status::ReviewNeeded],
        word: Word::ReviewNeeded,
        code: "110005",
        sentence: "The user must be verified again (periodic review or review following an event).",
    },
    Said {
        ours: &[Status::Validated],
        word: Word::Validated,
        code: "110006",
        sentence: "The user's identity has been successfully verified, and all compliance requirements are met.",
    },
    Said {
        ours: &[Status::Canceled],
        word: Word::Canceled,
        code: "110007",
        sentence: "The request was canceled after being refused for a certain amount of time.",
    },
];

/// The level of whoever is known lightly; it is kept where it was given, and answered while it stands.
const LIGHT: i16 = 1;

/// kycLevel and kycReview: our ruling, after the vendor's older meaning of the two numbers. A round of somebody who was
/// accepted before is a later one.
const fn numbers(kyc: Status, review_type: Option<ReviewType>, level: i16) -> (i16, i16) {
    let accepted = if level == LIGHT { LIGHT } else { 2 };
    match kyc {
        Status::None | Status::Draft | Status::Incomplete => (0, 0),
        Status::Pending => match review_type {
            Some(ReviewType::Periodic | ReviewType::Event) => (accepted, 7),
            Some(ReviewType::Onboarding) | None => (0, 1),
        },
        Status::Validated => (accepted, 2),
        Status::ReviewNeeded => (accepted, 6),
        Status::Refused | Status::Canceled => (4, 3),
    }
}

/// The statuses of ours that a word means; `REVIEW_NEEDED`, as the page writes it elsewhere, is one too.
pub fn meant(word: &str) -> Option<&'static [Status]> {
    let word = if word == "REVIEW_NEEDED" {
        "REVIEWNEEDED"
    } else {
        word
    };
    let found = STATUSES
        .iter()
        .find(|said| format!("{:?}", said.word).to_uppercase() == word);
    found.map(|said| said.ours)
}

/// Where a user's KYC stands, and since when. All 13 members are always there.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Kyc", inline)]
pub struct KycAnswer {
    /// The user.
    pub user_id: i64,
    /// The organisation.
    client_id: i64,
    /// Where the user is served.
    distribution_country: Option<String>,
    /// 0 none, 1 light, 2 regular, 4 refused.
    kyc_level: i16,
    /// 0 none, 1 pending, 2 validated, 3 refused, 6 needed again, 7 pending again.
    kyc_review: i16,
    /// What the user was told, or what is missing. Empty where there is nothing to say.
    kyc_review_comment: String,
    /// Where it stands.
    #[schemars(with = "String", extend("enum" = ["NONE", "PENDING", "INCOMPLETE", "REFUSED", "REVIEWNEEDED", "VALIDATED", "CANCELED"]))]
    kyc_status: Word,
    /// Why the last or the open review is made.
    #[schemars(with = "Option<String>", extend("enum" = ["ONBOARDING", "PERIODIC", "EVENT", null]))]
    kyc_review_type: Option<ReviewType>,
    /// The status as a number.
    #[schemars(regex(pattern = "^11000[1-7]$"))]
    code_status: &'static str,
    /// The status as a sentence.
    information_status: &'static str,
    /// When a review was last asked for; UTC.
    #[schemars(extend("format" = "date-time"))]
    last_request_datetime: Option<String>,
    /// When one was last made, by people or automatically; UTC.
    #[schemars(extend("format" = "date-time"))]
    last_review_datetime: Option<String>,
    /// When the next is due; the status becomes REVIEWNEEDED three months before.
    #[schemars(extend("format" = "date"))]
    next_review_date: Option<String>,
}

/// A customer with what is told beside them.
#[derive(Clone, Debug)]
pub struct Known {
    /// The customer.
    pub customer: Customer,
    /// What they were told, or what they owe; never what colleagues write to one another.
    pub comment: Option<String>,
    /// The level that was given.
    pub level: i16,
    /// When they were reviewed, the earliest first; of the KYC object alone.
    pub reviewed: Vec<DateTime<Utc>>,
}

impl Known {
    /// kycLevel, kycReview and kycReviewComment.
    pub fn numbers(&self) -> (i16, i16, String) {
        let (level, review) = numbers(self.customer.kyc, self.customer.review_type, self.level);
        (level, review, self.comment.clone().unwrap_or_default())
    }

    /// As it stood when a review was asked for: what the automatic review found comes after that.
    #[must_use]
    pub fn when_asked(mut self) -> Self {
        (self.customer.kyc, self.comment) = (Status::Pending, None);
        let asked = self.customer.last_request_at;
        self.reviewed.retain(|at| Some(*at) < asked);
        self
    }
}

impl KycAnswer {
    /// Of a user of this organisation.
    pub fn of(client: i64, known: &Known) -> Self {
        let customer = &known.customer;
        let said = STATUSES
            .iter()
            .find(|said| said.ours.contains(&customer.kyc))
            .unwrap_or(&NONE);
        let (kyc_level, kyc_review, kyc_review_comment) = known.numbers();
        Self {
            user_id: customer.number,
            client_id: client,
            distribution_country: customer.distribution_country.clone(),
            kyc_level,
            kyc_review,
            kyc_review_comment,
            kyc_status: said.word,
            kyc_review_type: customer.review_type,
            code_status: said.code,
            information_status: said.sentence,
            last_request_datetime: customer.last_request_at.map(moment),
            last_review_datetime: known.reviewed.last().copied().map(moment),
            next_review_date: customer.next_review_on.map(|day| day.to_string()),
        }
    }
}

/// A moment as the face writes it: UTC with `Z`, to the second.
pub fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// What a webhook tells of the newer life cycle: our ruling.
#[derive(Clone, Debug, Serialize)]
pub struct Kycs {
    /// One.
    pub kycs: Vec<KycAnswer>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_word_and_a_word_means_a_status() {
        for kyc in Status::ALL {
            let found = STATUSES.iter().filter(|said| said.ours.contains(kyc));
            assert_eq!(found.count(), 1, "{kyc}");
        }
        assert_eq!(meant("REVIEWNEEDED"), Some(&[Status::ReviewNeeded][..]));
        assert_eq!(meant("REVIEW_NEEDED"), Some(&[Status::ReviewNeeded][..]));
        assert_eq!(meant("NONE"), Some(&[Status::None, Status::Draft][..]));
        assert_eq!(meant("none"), None);
    }

    #[test]
    fn the_two_numbers_are_those_of_the_table() {
        let of = |kyc, review_type| numbers(kyc, review_type, 0);
        let (first, later) = (Some(ReviewType::Onboarding), Some(ReviewType::Periodic));
        assert_eq!(of(Status::None, None), (0, 0));
        assert_eq!(of(Status::Pending, first), (0, 1));
        assert_eq!(of(Status::Pending, later), (2, 7));
        assert_eq!(of(Status::Incomplete, later), (0, 0));
        assert_eq!(of(Status::Refused, first), (4, 3));
        assert_eq!(of(Status::ReviewNeeded, later), (2, 6));
        assert_eq!(of(Status::Validated, first), (2, 2));
        assert_eq!(of(Status::Canceled, first), (4, 3));
        assert_eq!(numbers(Status::Validated, first, LIGHT), (1, 2));
    }
}
