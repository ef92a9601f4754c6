//! Who holds how much of a company, along all paths. Companies are reckoned in the order in which they are owned, so
//! the effort grows with the number of shareholdings and not of paths; a circle is left out and said to be one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::share::{Range, Share, WHOLE};
use crate::value::CustomerId;

/// One shareholder of one company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The company.
    pub company: CustomerId,
    /// Who holds shares of it.
    pub holder: CustomerId,
    /// How much; nothing where nobody said.
    pub share: Option<Share>,
}

/// What is stated about a beneficial owner of one company, whatever the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The company.
    pub company: CustomerId,
    /// The person.
    pub person: CustomerId,
    /// How much of it is theirs in the end.
    pub share: Option<Share>,
}

/// All that is known below a company.
#[derive(Clone, Debug, Default)]
pub struct Structure {
    /// Shareholders.
    pub holdings: Vec<Holding>,
    /// Beneficial owners as they were stated.
    pub statements: Vec<Statement>,
}

/// How much of a company somebody holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Of the company itself; nothing where they hold through others only.
    pub direct: Option<Range>,
    /// Through other companies.
    pub indirect: Range,
    /// Both.
    pub total: Range,
    /// They stand in a circle of companies that own each other, or behind one: how much is not known.
    pub circular: bool,
}

/// Whether a way leads from one company through its shareholders to another customer; to itself too, where it is a
/// part of a circle. Ends on any data.
pub fn leads(holdings: &[Holding], from: CustomerId, to: CustomerId) -> bool {
    let mut seen = BTreeSet::new();
    let mut queue = VecDeque::from([from]);
    while let Some(company) = queue.pop_front() {
        for holding in holdings.iter().filter(|one| one.company == company) {
            if holding.holder == to {
                return true;
            }
            if seen.insert(holding.holder) {
                queue.push_back(holding.holder);
            }
        }
    }
    false
}

type Edges = BTreeMap<CustomerId, Vec<(CustomerId, Range)>>;

impl Structure {
    /// What everybody below a company holds of it. What is stated about a beneficial owner counts as a share where no
    /// shareholding leads to them, so that nothing counts twice.
    pub fn held(&self, root: CustomerId) -> BTreeMap<CustomerId, Held> {
        let edges = self.edges(root);
        let mut waits: BTreeMap<CustomerId, usize> = BTreeMap::new();
        for (holder, _) in edges.values().flatten() {
            *waits.entry(*holder).or_default() += 1;
        }
        let mut held: BTreeMap<CustomerId, Held> =
            waits.keys().map(|id| (*id, Held::default())).collect();
        // Who waits for nobody else is reckoned; what is left over then stands in a circle or behind one.
        let mut ready: Vec<CustomerId> = if waits.contains_key(&root) {
            Vec::new()
        } else {
            vec![root]
        };
        let mut done = BTreeSet::new();
        while let Some(company) = ready.pop() {
            done.insert(company);
            let of_root = if company == root {
                Range::ALL
            } else {
                held.get(&company).copied().unwrap_or_default().total
            };
            for (holder, share) in edges.get(&company).into_iter().flatten() {
                let one = held.entry(*holder).or_default();
                if company == root {
                    one.direct = Some(one.direct.unwrap_or_default().plus(*share));
                } else {
                    one.indirect = one.indirect.plus(of_root.times(*share));
                }
                one.total = one.direct.unwrap_or_default().plus(one.indirect);
                if let Some(left) = waits.get_mut(holder) {
                    *left -= 1;
                    if *left == 0 {
                        ready.push(*holder);
                    }
                }
            }
        }
        for (id, one) in &mut held {
            if !done.contains(id) {
                one.circular = true;
                one.total.most = WHOLE;
            }
        }
        held
    }

    /// Who holds what of which company, of those that are reached from the root.
    fn edges(&self, root: CustomerId) -> Edges {
        let mut edges = Edges::new();
        let mut queue = VecDeque::from([root]);
        while let Some(company) = queue.pop_front() {
            if edges.contains_key(&company) {
                continue;
            }
            let holders = self.holders(company);
            queue.extend(holders.iter().map(|(holder, _)| *holder));
            edges.insert(company, holders);
        }
        edges
    }

    fn holders(&self, company: CustomerId) -> Vec<(CustomerId, Range)> {
        let holdings = self.holdings.iter().filter(|one| one.company == company);
        let mut holders: Vec<(CustomerId, Range)> = holdings
            .map(|one| (one.holder, Range::of(one.share)))
            .collect();
        tighten(&mut holders);
        let stated = self.statements.iter().filter(|one| {
            one.company == company
                && one.share.is_some()
                && !leads(&self.holdings, company, one.person)
        });
        holders.extend(stated.map(|one| (one.person, Range::of(one.share))));
        holders
    }
}

/// Where the others hold at least so much, one holds at most the rest.
fn tighten(holders: &mut [(CustomerId, Range)]) {
    let all: u64 = holders
        .iter()
        .fold(0, |sum: u64, (_, range)| sum.saturating_add(range.least));
    for (_, range) in holders {
        let others = all - range.least;
        range.most = range
            .most
            .min(WHOLE.saturating_sub(others))
            .max(range.least);
    }
}

#[cfg(test)]
mod tests;
