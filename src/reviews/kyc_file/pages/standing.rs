//! Where a customer stands, in the words of the page's head and of its foot: what is open, when the review is due, who
//! works on it.

use chrono::{DateTime, Utc};

use super::KycPage;
use crate::{
    customers::rules::Kyc,
    documents::{rules::DocumentStatus, store::Document},
    reviews::{
        kyc_file::shown,
        prerequisites::{Mend, Standing},
        rules::State,
        store::rounds::Review,
    },
    value::StaffId,
    web::filters,
};

impl KycPage {
    /// "4 requirements open", or that nothing is.
    pub(super) fn state(&self) -> String {
        match self.open() {
            0 if self.to_check() > 0 => shown::to_check_words(self.to_check()),
            0 => "All requirements met".to_owned(),
            1 => "1 requirement open".to_owned(),
            n => format!("{n} requirements open"),
        }
    }

    /// The first thing that an edit of the declared data would mend.
    pub(super) fn first_field(&self) -> Option<&'static str> {
        self.file
            .checklist
            .iter()
            .filter(|line| line.standing != Standing::Pass)
            .find_map(|line| match line.mend {
                Mend::Field(field) => Some(field),
                _ => None,
            })
    }

    /// The heading that the first open line stands under, for what no form mends yet.
    pub(super) fn first_open(&self) -> Option<&'static str> {
        self.file
            .checklist
            .iter()
            .find(|line| line.standing != Standing::Pass)
            .map(|line| shown::anchor(line.mend))
    }

    /// How many papers nobody has looked at.
    fn to_check(&self) -> usize {
        shown::to_check(&self.file.documents, self.file.customer.id)
    }

    /// Beside how much is met: "2 documents to check", or nothing.
    pub(super) fn still_to_check(&self) -> String {
        match self.to_check() {
            0 => String::new(),
            n => shown::to_check_words(n),
        }
    }

    /// The paper that is looked at next: the oldest that waits for it.
    pub(super) fn next_paper(&self) -> Option<&Document> {
        let mut papers = self.file.documents.iter().rev();
        papers.find(|paper| paper.status == DocumentStatus::Pending)
    }

    /// The round that is being worked on.
    fn open_round(&self) -> Option<&Review> {
        let round = self.file.round.as_ref()?;
        let open = round.state == State::Open && self.file.customer.kyc == Kyc::Pending;
        open.then_some(round)
    }

    /// When the open round is due, and whether that is over.
    pub(super) fn due(&self) -> Option<(DateTime<Utc>, bool)> {
        let due = self.open_round()?.due_at?;
        Some((due, due < self.now))
    }

    /// Who has the open round, and until when: "You, until 23 Nov 2026, 12:36".
    pub(super) fn held(&self) -> Option<String> {
        let round = self.open_round()?;
        let Some(staff) = round.holder(self.now) else {
            return Some("Nobody".to_owned());
        };
        let who = if staff == self.me {
            "You".to_owned()
        } else {
            self.name_of(staff).to_owned()
        };
        Some(match round.claim_expires_at {
            Some(ends) => format!("{who}, until {}", filters::datetime_of(ends, self.zone)),
            None => who,
        })
    }

    fn name_of(&self, staff: StaffId) -> &str {
        let name = self.file.names.get(&staff.0);
        name.map_or("A colleague", String::as_str)
    }

    /// Who works on the open round, and until when they have it.
    pub(super) fn holder(&self, staff: &StaffId, ends: Option<&DateTime<Utc>>) -> String {
        let name = self.name_of(*staff);
        match ends {
            Some(ends) => format!(
                "{name} works on this review, until {}",
                filters::datetime_of(*ends, self.zone)
            ),
            None => format!("This review was given to {name}"),
        }
    }
}
