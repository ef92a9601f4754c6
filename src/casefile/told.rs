//! What a case file tells about a customer: read once where it is short, drawn row by row while it is written where it
//! may be long.

use chrono::{DateTime, Utc};

use crate::{
    access::behalf::Behalf,
    audit::{event::What, of_customer},
    casefile::{
        entries::Line,
        facts::{
            CheckFact, ChecklistFact, ComparedFact, HitFact, MemberFact, NoOwnerFact, NoteFact,
            PolicyFact, ReviewFact, TaxFact,
        },
        held::{Held, Merged},
        rules::Reader,
        source::Source,
        store,
    },
    customers::{ownership::store as ownership, tax_residences, typed::Typed},
    reviews::{
        kyc_file::{
            reading::{KycFile, Member},
            shown::{Happening, Names, happenings},
        },
        prerequisites::Standing,
    },
    seal::DataKey,
};

mod machines;
mod moment;

/// Entries that are read at once.
const PAGE: usize = 100;

/// A customer as told to one reader.
pub struct Told<'s, 'a, 'tx> {
    /// Where rows come from.
    pub source: &'s Source<'a, 'tx>,
    /// What the KYC page knows.
    pub file: &'s KycFile,
    /// What hangs on the customer.
    pub own: &'s Held,
    /// What was merged where.
    pub merged: &'s Merged,
    /// The versions of the policy that the rounds were decided under.
    pub policies: &'s [PolicyFact],
    /// Colleagues by id.
    pub names: &'s Names,
    /// Whom it is told to.
    pub behalf: &'s Behalf,
    /// What they get to see.
    pub reader: Reader,
    /// The organisation's zone.
    pub zone: chrono_tz::Tz,
    /// The moment that everything shows.
    pub made_at: DateTime<Utc>,
    /// The installation.
    pub origin: &'s str,
    /// The places of the customer's entries in the chain.
    pub places: &'s [i64],
    /// The last place that the checkpoint signs.
    pub signed: i64,
    /// The customer's key.
    pub key: &'s DataKey,
}

impl Told<'_, '_, '_> {
    /// The rounds, the first one first.
    pub fn reviews(&self, of: &Held) -> impl Iterator<Item = ReviewFact> {
        let rounds = self.source.rows(of.customer.id, store::reviews);
        rounds.map_while(|review| {
            self.source
                .ask(|tx| ReviewFact::of(tx, review, self.reader, self.names))
        })
    }

    /// The checks, the first one first.
    pub fn checks(&self, of: &Held) -> impl Iterator<Item = CheckFact> {
        let checks = self.source.rows(of.customer.id, store::checks);
        checks.map(|check| CheckFact::of(check, self.names))
    }

    /// The hits, the first one first.
    pub fn hits(&self, of: &Held) -> impl Iterator<Item = HitFact> {
        let hits = self.source.rows(of.customer.id, store::hits);
        hits.map_while(|hit| {
            let reason = self.source.ask(|tx| hit.reason(tx, &of.customer))?;
            Some(HitFact::of(hit, reason, self.names))
        })
    }

    /// The notes, the first one first.
    pub fn notes(&self, of: &Held) -> impl Iterator<Item = NoteFact> {
        let notes = self.source.rows(of.customer.id, store::notes);
        notes.map(|noted| NoteFact::of(noted.note, self.names))
    }

    /// The customer's entries of the log that the reader sees, in the order of the chain.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        self.places
            .chunks(PAGE)
            .map_while(|places| self.source.ask(|tx| of_customer::at(tx, places)))
            .flatten()
            .filter(|(_, entry)| self.reader.sees(&entry.action))
            .map(|(link, entry)| Line::of(&link, entry, Some(self.key)))
    }

    /// The same for people.
    pub fn happenings(&self) -> impl Iterator<Item = Happening> {
        self.lines()
            .flat_map(|line| happenings(&[moment::of(line)], self.names))
    }

    /// The declared data: the form's words and what stands in each field that is asked of this kind.
    pub fn declared(of: &Held) -> Vec<(&'static str, &'static str, String)> {
        let typed = Typed::from(&of.customer);
        Typed::FIELDS
            .iter()
            .filter(|field| field.kinds.contains(&of.customer.kind))
            .filter(|field| field.name != "branch")
            .map(|field| (field.name, field.words, typed.value(field.name).to_owned()))
            .collect()
    }

    /// The checklist.
    pub fn checklist(&self) -> Vec<ChecklistFact> {
        let fact = |line: &crate::reviews::prerequisites::Line| ChecklistFact {
            group: line.group,
            requirement: line.words,
            met: line.standing == Standing::Pass,
            detail: line.detail.clone(),
        };
        self.file.checklist.iter().map(fact).collect()
    }

    /// What is declared beside what papers and registers say, differences first; nothing where they say nothing.
    pub fn comparison(&self) -> Vec<ComparedFact> {
        let customer = &self.file.customer;
        let acceptances = self.source.ask(|tx| store::acceptances(tx, customer.id));
        let acceptances = acceptances.unwrap_or_default();
        self.file
            .comparison
            .iter()
            .map(|row| ComparedFact::of(row, customer, &acceptances, self.names))
            .collect()
    }

    /// Who stands behind the customer.
    pub fn members(&self) -> Vec<MemberFact> {
        self.file.members.iter().map(member).collect()
    }

    /// What the customer stands behind.
    pub fn member_of(&self) -> Vec<MemberFact> {
        self.file.member_of.iter().map(member).collect()
    }

    /// Where they pay tax.
    pub fn taxes(&self, of: &Held) -> Vec<TaxFact> {
        let found = self
            .source
            .ask(|tx| tax_residences::of(tx, &[of.customer.id]));
        found.into_iter().flatten().map(TaxFact::from).collect()
    }

    /// The statement that nobody owns a quarter or more of the company, where it stands.
    pub fn no_owner(&self, of: &Held) -> Option<NoOwnerFact> {
        self.source
            .ask(|tx| {
                let Some(stated) = ownership::no_owner(tx, &of.customer)? else {
                    return Ok(None);
                };
                let noted = store::last_said(tx, &of.customer, What::NoOwnerStated)?;
                Ok(Some(NoOwnerFact::of(stated, noted.as_ref(), self.names)))
            })
            .flatten()
    }
}

fn member(member: &Member) -> MemberFact {
    MemberFact {
        role: member.relation.role.as_str(),
        words: member.relation.role.words(),
        share: member.relation.share(),
        source: member.relation.source.clone(),
        customer: member.other.as_ref().map(|other| other.id.0),
        name: member.other.as_ref().map(|other| other.name.clone()),
        kyc: member.other.as_ref().map(|other| other.kyc.as_str()),
    }
}
