//! The checklist and the timeline in the words and shapes of the page.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    audit::event::What,
    documents::{rules::DocumentStatus, store::Document},
    reviews::{
        kyc_file::timeline::Moment,
        prerequisites::{Line, Mend, Standing},
    },
    value::CustomerId,
    web::words,
};

/// A heading of the checklist and its lines.
pub struct Group {
    /// The heading.
    pub words: &'static str,
    /// The lines.
    pub lines: Vec<ShownLine>,
}

/// One line of the checklist.
pub struct ShownLine {
    /// What is asked.
    pub words: &'static str,
    /// How it stands, in a few words.
    pub detail: String,
    /// The CSS class of its colour.
    pub tone: &'static str,
    /// Its shape.
    pub icon: &'static str,
    /// Whether it is not met.
    pub open: bool,
    /// The place to mend it, or to see it.
    pub href: String,
}

/// The checklist by heading. Who may edit is led to the form's field, everybody else to the place on the page.
pub fn groups(lines: &[Line], customer: CustomerId, may_edit: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for line in lines {
        let open = line.standing != Standing::Pass;
        let (tone, icon) = match line.standing {
            // It is there, and waits for whoever looks at it: no tick yet.
            Standing::Pass if line.detail == WAITS.words() => (WAITS.tone(), WAITS.icon()),
            Standing::Pass => ("tone-ok", "s-approved"),
            Standing::Missing => ("tone-mute", "s-draft"),
            Standing::Expired => ("tone-warn", "s-expired"),
            Standing::Mismatch => ("tone-warn", "s-action"),
        };
        let href = if open && may_edit {
            mended_at(line.mend, customer)
        } else {
            format!("#{}", anchor(line.mend))
        };
        let shown = ShownLine {
            words: line.words,
            detail: line.detail.clone(),
            tone,
            icon,
            open,
            href,
        };
        match groups.iter_mut().find(|group| group.words == line.group) {
            Some(group) => group.lines.push(shown),
            None => groups.push(Group {
                words: line.group,
                lines: vec![shown],
            }),
        }
    }
    groups
}

/// How a paper stands that nobody has looked at.
const WAITS: DocumentStatus = DocumentStatus::Pending;

/// How many of these papers are the customer's own and wait for whoever looks at them.
pub fn to_check(papers: &[Document], customer: CustomerId) -> usize {
    papers
        .iter()
        .filter(|paper| paper.customer_id == customer && paper.status == WAITS)
        .count()
}

/// So many in words: "2 documents to check".
pub fn to_check_words(papers: usize) -> String {
    match papers {
        1 => "1 document to check".to_owned(),
        n => format!("{n} documents to check"),
    }
}

/// Where a requirement is mended: a field of the customer's form, else the section of their page.
pub fn mended_at(mend: Mend, customer: CustomerId) -> String {
    match mend {
        Mend::Field(field) => format!("/customers/{customer}/edit#{field}"),
        mend => format!("#{}", anchor(mend)),
    }
}

/// The section of the page in which a requirement is seen.
pub const fn anchor(mend: Mend) -> &'static str {
    match mend {
        Mend::Field(_) => "declared",
        Mend::Documents => "documents",
        Mend::TaxResidences => "tax",
        Mend::Members => "members",
        Mend::Compare => "compare",
    }
}

/// One entry of the timeline.
pub struct Happening {
    /// What happened.
    pub title: String,
    /// Its shape.
    pub icon: &'static str,
    /// Its colour, or "".
    pub tone: &'static str,
    /// To what: "Proof of address, accepted".
    pub about: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Field, before, after.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
    /// The version of the policy under which it was decided.
    pub policy: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// What was personal can no longer be read.
    pub erased: bool,
}

/// Colleagues' names by id.
pub type Names = HashMap<Uuid, String>;

/// The timeline in words.
pub fn happenings(moments: &[Moment], names: &Names) -> Vec<Happening> {
    moments
        .iter()
        .map(|moment| {
            let (icon, tone) = shape(moment.what);
            Happening {
                title: moment
                    .what
                    .map_or_else(|| moment.action.clone(), |what| what.words().to_owned()),
                icon,
                tone,
                about: about(moment),
                by: actor(&moment.actor_kind, moment.actor_id, names),
                at: moment.at,
                changes: moment
                    .changes
                    .iter()
                    .map(|(field, before, after)| {
                        (
                            field_words(field),
                            value(field, before),
                            value(field, after),
                        )
                    })
                    .collect(),
                policy: policy(moment),
                reason: moment.reason.clone(),
                erased: moment.erased,
            }
        })
        .collect()
}

fn policy(moment: &Moment) -> Option<i64> {
    let mut changes = moment.changes.iter();
    let named = changes.find(|(field, ..)| field == "policy_version");
    named.and_then(|(_, _, after)| after.as_i64())
}

/// What an entry is about, where its title does not say it: the paper and what became of it, the status that was moved to.
fn about(moment: &Moment) -> Option<String> {
    let after = |name: &str| {
        let change = moment.changes.iter().find(|(field, ..)| field == name);
        change.and_then(|(_, _, after)| after.as_str())
    };
    let paper = after("document").map(str::to_owned);
    match moment.what? {
        What::DocumentChecked => {
            let status = after("status").and_then(|text| text.parse::<DocumentStatus>().ok());
            let became = status.map(|one| one.words().to_lowercase());
            let both: Vec<String> = paper.into_iter().chain(became).collect();
            (!both.is_empty()).then(|| both.join(", "))
        }
        What::DocumentAdded
        | What::DocumentReplaced
        | What::DocumentRead
        | What::DocumentViewed
        | What::DocumentExpired => paper,
        What::KycMoved | What::KycOverridden => {
            after("kyc").map(|kyc| words::kyc(kyc).word.to_owned())
        }
        What::VerificationStarted => after("verification_type").map(str::to_owned),
        _ => None,
    }
}

const fn shape(what: Option<What>) -> (&'static str, &'static str) {
    match what {
        Some(
            What::CustomerViewed
            | What::VerificationViewed
            | What::DocumentViewed
            | What::WebhookRead,
        ) => ("eye", ""),
        Some(
            What::DocumentAdded
            | What::DocumentReplaced
            | What::DocumentChecked
            | What::DocumentRead,
        ) => ("doc", "tone-info"),
        Some(What::FieldCorrected) => ("equal", "tone-ok"),
        Some(What::FieldAccepted) => ("differ", ""),
        Some(What::CustomerAdded) => ("person", ""),
        Some(What::KycOverridden | What::VerificationOverridden) => ("undo", "tone-two"),
        Some(What::KycMoved) => ("flag", "tone-info"),
        Some(What::VerificationStarted) => ("verifications", ""),
        Some(What::VerificationExpired | What::DocumentExpired) => ("s-expired", "tone-warn"),
        _ => ("note", ""),
    }
}

/// Who an entry or a check names as its actor.
pub fn actor(kind: &str, id: Option<Uuid>, names: &Names) -> String {
    if let Some(name) = id.and_then(|id| names.get(&id)) {
        return name.clone();
    }
    match kind {
        "staff" => "A former colleague",
        "key" => "An API key",
        "customer" => "The customer",
        "clock" => "Vouch, by the clock",
        "console" => "The console",
        _ => "Unknown",
    }
    .to_owned()
}

/// A field's name for people: `birth_date` is "Birth date".
pub fn field_words(field: &str) -> String {
    match field {
        "kyc" => return "KYC status".to_owned(),
        "us_person" => return "US person".to_owned(),
        "tax_id" => return "Tax ID".to_owned(),
        "email" => return "E-mail".to_owned(),
        _ => {}
    }
    let mut words = field.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn value(field: &str, value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::String(text) => match field {
            "kyc" => words::kyc(text).word.to_owned(),
            "risk" => words::risk(text).word.to_owned(),
            "kind" => words::kind(text).word.to_owned(),
            _ => text.clone(),
        },
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_values_are_read_by_people() {
        assert_eq!(field_words("birth_date"), "Birth date");
        assert_eq!(field_words("kyc"), "KYC status");
        assert_eq!(
            value("kyc", &"pending".into()).as_deref(),
            Some("In review")
        );
        assert_eq!(value("us_person", &true.into()).as_deref(), Some("Yes"));
        assert_eq!(value("city", &Value::Null), None);
    }
}
