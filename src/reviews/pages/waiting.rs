//! One proposal as a second person reads it: what was decided, by whom, on what, and why.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::{
    customers::{rules::Risk, store::Customer},
    db::{Read, page::Page},
    documents::{fields::rules::Field, rules::DocumentStatus, store::Document},
    error::Result,
    reviews::{
        approvals::{self, Overriding},
        compare::rules as compare,
        decision::Decision,
        evidence::Gathered,
        policy::{rules::Policy, store as policies},
        store::proposals::{Kind, Proposal, Waiting},
    },
    staff::store as staff,
    value::StaffId,
    verifications::{history, store as checks},
    web::words::{self, Word},
};

/// A proposal on the page.
pub(super) struct Line {
    /// It.
    pub proposal: Proposal,
    /// Whose it is about.
    pub customer: Customer,
    /// Who proposed it.
    pub by: String,
    /// What the second person agrees to: "Validate", "Override the KYC status".
    pub title: String,
    /// Where it stands, and where it would.
    pub moves: Option<(Word, Word)>,
    /// In the words of the policy under which it was decided.
    pub reasons: Vec<String>,
    /// The risk that is decided; the customer's own for what decides none.
    pub risk: Word,
    /// What was written for colleagues.
    pub comment: String,
    /// What the customer would read.
    pub message: String,
    /// Whether a refused customer may try again at once.
    pub retry: bool,
    /// The data changed since: approving returns it.
    pub stale: bool,
    /// Why it is not the reader's to answer.
    pub hindrance: Option<&'static str>,
    /// Whether the reader proposed it.
    pub own: bool,
    /// Fields whose difference nobody has answered.
    pub differ: Vec<&'static str>,
    /// Papers that nobody has looked at.
    pub unchecked: Vec<Document>,
}

/// Proposals with all that their readers see.
pub(super) fn lines(
    tx: &mut Read<'_>,
    page: Page<Waiting>,
    me: StaffId,
    now: DateTime<Utc>,
) -> Result<Page<Line>> {
    let ids = page.rows.iter().map(|(one, _)| one.proposed_by).collect();
    let names = staff::names(tx, ids)?;
    let mut versions: HashMap<i32, Policy> = HashMap::new();
    let mut read = Vec::with_capacity(page.rows.len());
    for (proposal, customer) in page.rows {
        let version = proposal.policy_version;
        if let std::collections::hash_map::Entry::Vacant(slot) = versions.entry(version) {
            slot.insert(policies::at(tx, version)?);
        }
        let check = match proposal.verification_id {
            Some(id) => Some(checks::find(tx, id)?.verification_type),
            None => None,
        };
        let by = names.get(&proposal.proposed_by).cloned();
        let gathered = Gathered::of(tx, &customer)?;
        let differ = compare::open(&customer, &gathered.readings, &gathered.accepted);
        let mut unchecked = gathered.papers;
        unchecked.retain(|paper| {
            paper.customer_id == customer.id && paper.status == DocumentStatus::Pending
        });
        let line = Line {
            by: by.unwrap_or_else(|| history::who(&proposal.proposed_kind).to_owned()),
            title: String::new(),
            moves: None,
            reasons: Vec::new(),
            risk: words::risk(customer.risk.map_or("", Risk::as_str)),
            comment: String::new(),
            message: String::new(),
            retry: false,
            stale: customer.version != proposal.customer_version,
            hindrance: approvals::hindrance(&proposal, me, now),
            own: proposal.is_of(me),
            differ: differ.into_iter().map(Field::words).collect(),
            unchecked,
            proposal,
            customer,
        };
        read.push(line.filled(versions.get(&version), check)?);
    }
    Ok(Page {
        rows: read,
        more: page.more,
    })
}

impl Line {
    fn filled(mut self, policy: Option<&Policy>, check: Option<String>) -> Result<Self> {
        let body = self.proposal.body.clone();
        if self.proposal.kind == Kind::Override {
            let asked: Overriding = serde_json::from_value(body).map_err(anyhow::Error::new)?;
            let word = if check.is_some() {
                words::verification
            } else {
                words::kyc
            };
            self.moves = Some((word(&asked.from), word(&asked.to)));
            self.title = match check {
                Some(check) => format!("Override the check “{check}”"),
                None => "Override the KYC status".to_owned(),
            };
            self.comment = asked.reason;
            return Ok(self);
        }
        let decision: Decision = serde_json::from_value(body).map_err(anyhow::Error::new)?;
        self.moves = Some((
            words::kyc(self.customer.kyc.as_str()),
            words::kyc(decision.decision.as_str()),
        ));
        let title = match (self.proposal.kind, decision.decision.as_str()) {
            (Kind::Revocation, _) => "Revoke the validation",
            (_, "validated") => "Validate",
            (_, "refused") => "Refuse",
            _ => "Ask for more",
        };
        title.clone_into(&mut self.title);
        if decision.risk.is_some() {
            self.risk = words::risk(decision.risk.map_or("", Risk::as_str));
        }
        self.reasons = decision
            .reasons
            .into_iter()
            .map(|code| {
                let known = policy.and_then(|policy| policy.reason(&code));
                known.map_or(code, |reason| reason.text.clone())
            })
            .collect();
        (self.comment, self.message, self.retry) =
            (decision.comment, decision.message, decision.retry);
        Ok(self)
    }
}
