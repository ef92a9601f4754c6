//! The policy as a value, with what holds where nobody changed anything.

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::{
    customers::rules::Risk,
    documents::{fields::rules::Field, rules::DocumentType},
    stored_words,
};

stored_words! {
    /// How a review appears on the Treezor face.
    LifeCycle {
        /// As the vendor's older endpoints have it.
        Legacy = "legacy",
        /// As its newer ones do.
        New = "new",
    }
}

stored_words! {
    /// What happens to a person's review when something is missing.
    Prerequisites {
        /// It is taken, and set to incomplete at once with a list of what is missing.
        Ordinary = "ordinary",
        /// It is not taken.
        Strict = "strict",
    }
}

/// Years until the next review, by risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NextReview {
    /// Low risk.
    pub low: u32,
    /// Medium risk, and where nobody has rated the customer.
    pub medium: u32,
    /// High risk.
    pub high: u32,
}

impl Default for NextReview {
    fn default() -> Self {
        Self {
            low: 5,
            medium: 3,
            high: 1,
        }
    }
}

stored_words! {
    /// The languages that customers are written to in, by their ISO 639-1 codes.
    Language {
        /// English.
        En = "en",
        /// French.
        Fr = "fr",
        /// Spanish.
        Es = "es",
    }
}

impl Language {
    /// Its name in English.
    pub const fn words(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "French",
            Self::Es => "Spanish",
        }
    }
}

/// Words for the customer, in the languages that customers are written to in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wording {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
    /// Spanish.
    pub es: String,
}

impl Wording {
    /// In a language; in English where nobody has written it in that one.
    pub fn of(&self, language: Language) -> &str {
        let words = match language {
            Language::En => &self.en,
            Language::Fr => &self.fr,
            Language::Es => &self.es,
        };
        if words.is_empty() { &self.en } else { words }
    }
}

/// Why a paper or a customer is not accepted, or what more is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stored with the decision, and shown to machines.
    pub code: String,
    /// For colleagues.
    pub text: String,
    /// For the customer. Empty: the reason stays among colleagues.
    #[serde(default)]
    pub customer: Wording,
    /// The papers it may be said of.
    #[serde(default)]
    pub documents: Vec<DocumentType>,
    /// The fields it is said of. Where there is neither a paper nor a field, it is said of the customer.
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// Everything that an admin may decide once for all reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Working hours until a review is due.
    pub due_hours: u32,
    /// Weekdays on which the clock of a review stands still.
    pub holidays: Vec<NaiveDate>,
    /// Years until the next review.
    pub next_review: NextReview,
    /// Days after which a refusal is closed.
    pub closed_after_days: u32,
    /// Minutes of inactivity after which a claimed review is free again.
    pub claim_minutes: u32,
    /// Codes of the branches where every decision needs a second person. High risk and overrides of a refusal always do.
    pub second_approval_branches: Vec<String>,
    /// Days after which a proposal that nobody agreed to lapses.
    pub proposal_days: u32,
    /// The reasons that a decision may give.
    pub reasons: Vec<Reason>,
    /// How a review appears on the Treezor face.
    pub kyc_life_cycle: LifeCycle,
    /// What happens to a person's review when something is missing.
    pub kyc_prerequisites: Prerequisites,
    /// Years for which records are to be kept after the relationship ended. It is said and versioned, and erases nothing: what
    /// is here stays.
    pub retention_years: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            due_hours: 24,
            holidays: Vec::new(),
            next_review: NextReview::default(),
            closed_after_days: 90,
            claim_minutes: 30,
            second_approval_branches: Vec::new(),
            proposal_days: 14,
            reasons: super::reasons::delivered(),
            kyc_life_cycle: LifeCycle::New,
            kyc_prerequisites: Prerequisites::Ordinary,
            retention_years: 5,
        }
    }
}

impl Policy {
    /// Years until the next review of a customer of this risk. Whom nobody has rated counts as medium.
    pub const fn years(&self, risk: Option<Risk>) -> u32 {
        match risk {
            Some(Risk::Low) => self.next_review.low,
            Some(Risk::High) => self.next_review.high,
            Some(Risk::Medium) | None => self.next_review.medium,
        }
    }

    /// Working time until a review is due.
    pub fn due_in(&self) -> TimeDelta {
        TimeDelta::hours(self.due_hours.into())
    }

    /// How long a claim lasts without activity.
    pub fn claim(&self) -> TimeDelta {
        TimeDelta::minutes(self.claim_minutes.into())
    }

    /// How long a refusal stands before the case is closed.
    pub fn closed_after(&self) -> TimeDelta {
        TimeDelta::days(self.closed_after_days.into())
    }

    /// How long a proposal waits for a second person.
    pub fn proposal_stands(&self) -> TimeDelta {
        TimeDelta::days(self.proposal_days.into())
    }

    /// The reason with this code.
    pub fn reason(&self, code: &str) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_version_left_out_is_as_delivered() {
        let policy: Policy = serde_json::from_str(r#"{"due_hours": 48}"#).expect("a policy");
        assert_eq!(policy.due_hours, 48);
        assert_eq!(policy.claim_minutes, 30);
        let years = policy.next_review;
        assert_eq!((years.low, years.medium, years.high), (5, 3, 1));
        assert_eq!(policy.reasons, Policy::default().reasons);
    }

    #[test]
    fn every_delivered_reason_has_a_code_of_its_own_and_words_in_three_languages() {
        let reasons = Policy::default().reasons;
        for (place, reason) in reasons.iter().enumerate() {
            assert!(
                !reasons[..place]
                    .iter()
                    .any(|other| other.code == reason.code)
            );
            let Wording { en, fr, es } = &reason.customer;
            assert_eq!(
                en.is_empty(),
                fr.is_empty() || es.is_empty(),
                "{}",
                reason.code
            );
        }
    }

    #[test]
    fn a_suspicion_has_no_words_for_the_customer() {
        let policy = Policy::default();
        let suspicion = policy.reason("suspicion").expect("delivered");
        assert_eq!(suspicion.customer, Wording::default());
    }
}
