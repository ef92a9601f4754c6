//! What a checklist is judged by, read in few statements: for the KYC page, and for the automatic review of a round.

use std::collections::HashMap;

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
    },
    value::CustomerId,
};

/// A customer's members, papers and tax residences, with those of the members in scope.
pub struct Gathered {
    /// The company's relations to its members.
    pub members: Vec<Relation>,
    /// The members in scope.
    pub known: HashMap<CustomerId, Customer>,
    /// Papers, the members' too.
    pub papers: Vec<Document>,
    /// Tax residences, the members' too.
    pub residences: Vec<TaxResidence>,
    /// What stands on the papers and in registers, the members' too.
    pub readings: Vec<Reading>,
    /// Differences that somebody let stand, the members' too.
    pub accepted: Vec<Accepted>,
}

impl Gathered {
    /// Reads what hangs on a customer.
    pub fn of(tx: &mut Read<'_>, customer: &Customer) -> Result<Self> {
        let members = relations::below(tx, customer.id)?;
        let known = relations::visible_ones(tx, members.iter().map(|one| one.child_id).collect())?;
        Self::beside(tx, customer.id, members, known)
    }

    /// Reads the rest where the members are known already.
    pub fn beside(
        tx: &mut Read<'_>,
        customer: CustomerId,
        members: Vec<Relation>,
        known: HashMap<CustomerId, Customer>,
    ) -> Result<Self> {
        // A member's papers say whether the member is complete, so they are read along.
        let mut subjects = vec![customer];
        subjects.extend(
            members
                .iter()
                .map(|one| one.child_id)
                .filter(|child| known.contains_key(child)),
        );
        let papers = documents::of(tx, &subjects)?;
        Ok(Self {
            readings: compare::readings(tx, &subjects, &papers)?,
            accepted: compare::accepted(tx, &subjects)?,
            papers,
            residences: tax_residences::of(tx, &subjects)?,
            members,
            known,
        })
    }

    /// For each member, how many of their own requirements are open; nothing for members out of scope.
    pub fn open_by_member(&self, today: NaiveDate) -> Vec<Option<usize>> {
        let open = |relation: &Relation| {
            let evidence = self.of_member(relation, today)?;
            Some(prerequisites::open_as_member(evidence, relation.role))
        };
        self.members.iter().map(open).collect()
    }

    /// For each member, which of their own requirements are open; nothing for members out of scope.
    pub fn lines_by_member(&self, today: NaiveDate) -> Vec<(&Relation, Option<Vec<Line>>)> {
        let lines = |relation: &Relation| {
            let evidence = self.of_member(relation, today)?;
            Some(prerequisites::owed_as_member(evidence, relation.role))
        };
        let members = self.members.iter();
        members.map(|one| (one, lines(one))).collect()
    }

    fn of_member<'a>(&'a self, relation: &Relation, today: NaiveDate) -> Option<Evidence<'a>> {
        Some(Evidence {
            customer: self.known.get(&relation.child_id)?,
            papers: &self.papers,
            residences: &self.residences,
            readings: &self.readings,
            accepted: &self.accepted,
            members: &[],
            today,
        })
    }

    /// The customer's checklist.
    pub fn checklist(&self, customer: &Customer, today: NaiveDate) -> Vec<Line> {
        let members: Vec<(&Relation, Option<usize>)> = self
            .members
            .iter()
            .zip(self.open_by_member(today))
            .collect();
        prerequisites::checklist(Evidence {
            customer,
            papers: &self.papers,
            residences: &self.residences,
            readings: &self.readings,
            accepted: &self.accepted,
            members: &members,
            today,
        })
    }
}
