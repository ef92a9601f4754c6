//! What a checklist is judged by, read in few statements: for the KYC page, and for the automatic review of a round.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::{
    customers::{
        relations::{self, Relation},
        store::Customer,
        tax_residences::{self, TaxResidence},
    },
    db::Read,
    documents::store::{self as documents, Document},
    error::Result,
    reviews::{
        compare::{
            rules::{Accepted, Reading},
            store as compare,
        },
        prerequisites::{self, Evidence, Line},
        store::behind::{self, Together},
    },
    value::CustomerId,
};

/// A customer's members, papers and tax residences, with those of the members in scope.
pub struct Gathered {
    /// The company's relations to its members.
    pub members: Vec<Relation>,
    /// Everybody who is reviewed together with the company: its members, and those behind them, each once.
    pub together: Vec<CustomerId>,
    /// There are more than are read at once.
    pub more: bool,
    /// Those of them in scope.
    pub known: HashMap<CustomerId, Customer>,
    /// Papers, those of the others too.
    pub papers: Vec<Document>,
    /// Tax residences, those of the others too.
    pub residences: Vec<TaxResidence>,
    /// Who of them all represents a company and owns a part of none.
    pub representing: HashSet<CustomerId>,
    /// What stands on the papers and in registers, those of the others too.
    pub readings: Vec<Reading>,
    /// Differences that somebody let stand, those of the others too.
    pub accepted: Vec<Accepted>,
}

/// Somebody who is reviewed together with a company, and what of their own list is open; nothing inside for whoever lies out of
/// scope.
pub type Behind = (CustomerId, Option<Vec<Line>>);

impl Gathered {
    /// Reads what hangs on a customer.
    pub fn of(tx: &mut Read<'_>, customer: &Customer) -> Result<Self> {
        let behind = behind::together(tx, customer.id)?;
        let ids = behind.relations.iter().map(|one| one.child_id).collect();
        let known = relations::visible_ones(tx, ids)?;
        Self::beside(tx, customer.id, behind, known)
    }

    /// Reads the rest where those who are reviewed together with the customer are known already.
    pub fn beside(
        tx: &mut Read<'_>,
        customer: CustomerId,
        behind: Together,
        known: HashMap<CustomerId, Customer>,
    ) -> Result<Self> {
        let mut once = HashSet::new();
        let together: Vec<CustomerId> = behind
            .relations
            .iter()
            .map(|one| one.child_id)
            .filter(|id| once.insert(*id))
            .collect();
        let mut members = behind.relations;
        members.retain(|one| one.parent_id == customer);
        // Their papers say whether they are complete, so they are read along.
        let mut subjects = vec![customer];
        subjects.extend(together.iter().filter(|child| known.contains_key(child)));
        let papers = documents::of(tx, &subjects)?;
        Ok(Self {
            readings: compare::readings(tx, &subjects, &papers)?,
            accepted: compare::accepted(tx, &subjects)?,
            papers,
            residences: tax_residences::of(tx, &subjects)?,
            representing: relations::only_representing(tx, &subjects)?,
            members,
            together,
            more: behind.more,
            known,
        })
    }

    /// For each member, how many of their own requirements are open; nothing for members out of scope.
    pub fn open_by_member(&self, today: NaiveDate) -> Vec<Option<usize>> {
        let open = |relation: &Relation| self.open_of(relation.child_id, today);
        self.members.iter().map(open).collect()
    }

    fn open_of(&self, id: CustomerId, today: NaiveDate) -> Option<usize> {
        let known = self.known.get(&id)?;
        Some(prerequisites::open_as_member(self.evidence(
            known,
            &[],
            &[],
            today,
        )))
    }

    /// Everybody who is reviewed together with the company, with what of their own list is open.
    pub fn behind(&self, today: NaiveDate) -> Vec<Behind> {
        let lines = |id: &CustomerId| {
            let known = self.known.get(id)?;
            Some(prerequisites::owed_as_member(self.evidence(
                known,
                &[],
                &[],
                today,
            )))
        };
        self.together.iter().map(|id| (*id, lines(id))).collect()
    }

    fn evidence<'a>(
        &'a self,
        customer: &'a Customer,
        members: &'a [Relation],
        together: &'a [(CustomerId, Option<usize>)],
        today: NaiveDate,
    ) -> Evidence<'a> {
        Evidence {
            customer,
            papers: &self.papers,
            residences: &self.residences,
            only_represents: self.representing.contains(&customer.id),
            readings: &self.readings,
            accepted: &self.accepted,
            members,
            together,
            more: self.more,
            today,
        }
    }

    /// The customer's checklist.
    pub fn checklist(&self, customer: &Customer, today: NaiveDate) -> Vec<Line> {
        let open = |id: &CustomerId| (*id, self.open_of(*id, today));
        let together: Vec<_> = self.together.iter().map(open).collect();
        prerequisites::checklist(self.evidence(customer, &self.members, &together, today))
    }
}
