//! Who stands behind a company: people of the same branch who were added before it.

use super::{
    people::Declared,
    plan::Plan,
    staging::Chunk,
    story::{Teller, Told},
};
use crate::customers::rules::{Kind, Kyc};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// How many people of a branch are kept in mind.
const KEPT: usize = 64;

#[derive(Clone)]
struct Person {
    id: Uuid,
    name: String,
    email: String,
}

/// The people last added in each branch, accepted or not, and the accepted ones apart.
pub struct Rings {
    any: Vec<Vec<Person>>,
    accepted: Vec<Vec<Person>>,
    next: usize,
    /// Whether the company being told of has stated that nobody owns 25 % or more.
    pub no_owner: bool,
}

impl Rings {
    /// Nobody yet, in so many branches.
    pub fn new(branches: usize) -> Self {
        Self {
            any: vec![Vec::new(); branches],
            accepted: vec![Vec::new(); branches],
            next: 0,
            no_owner: false,
        }
    }

    /// Whether a company of this branch, accepted or not, finds its members.
    pub fn serves(&self, branch: usize) -> bool {
        self.accepted[branch].len() >= 4
    }

    /// Keeps a person in mind.
    pub fn remember(&mut self, told: &Told, kyc: Kyc, declared: &Declared) {
        self.no_owner = false;
        if told.kind != Kind::Natural {
            return;
        }
        let person = Person {
            id: told.reference.id.0,
            name: [
                declared.first_name.as_deref(),
                declared.last_name.as_deref(),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
            email: declared.email.clone(),
        };
        self.next = (self.next + 1) % KEPT;
        let place = self.next;
        let keep = |ring: &mut Vec<Person>, person: Person| {
            if ring.len() < KEPT {
                ring.push(person);
            } else {
                ring[place] = person;
            }
        };
        if kyc == Kyc::Validated {
            keep(&mut self.accepted[told.branch], person.clone());
        }
        keep(&mut self.any[told.branch], person);
    }
}

/// Shares of the owners, in hundredths of a percent: at most all of it.
const SHARES: &[&[i32]] = &[
    &[10_000],
    &[7_500],
    &[5_000, 5_000],
    &[6_000, 4_000],
    &[5_100, 2_500],
    &[4_000, 3_500, 2_500],
    &[3_400, 3_300, 1_000],
    &[],
];

impl Teller<'_> {
    /// A company's representative and owners; answers the representative's name and e-mail.
    pub(super) fn members(
        &mut self,
        chunk: &mut Chunk,
        told: &Told,
        plan: &Plan,
    ) -> Option<(String, String)> {
        if told.kind != Kind::Legal {
            return None;
        }
        let ring = if matches!(plan.kyc, Kyc::Validated | Kyc::ReviewNeeded) {
            &self.rings.accepted[told.branch]
        } else {
            &self.rings.any[told.branch]
        };
        let shares = *self.chance.pick(SHARES);
        let from = self.chance.below(ring.len());
        let people: Vec<Person> = (0..=shares.len())
            .map(|place| ring[(from + place) % ring.len()].clone())
            .collect();
        self.rings.no_owner = shares.is_empty();
        // A small company's representative is its first owner.
        let small = shares.len() == 1;
        let representative = people[0].clone();
        self.relate(
            chunk,
            told,
            representative.id,
            "legal_representative",
            None,
            told.added_at,
        );
        for (place, share) in shares.iter().enumerate() {
            let owner = &people[if small { 0 } else { place + 1 }];
            let role = if *share >= 2_500 {
                "beneficial_owner"
            } else {
                "shareholder"
            };
            self.relate(chunk, told, owner.id, role, Some(*share), told.added_at);
        }
        Some((representative.name, representative.email))
    }

    fn relate(
        &mut self,
        chunk: &mut Chunk,
        told: &Told,
        child: Uuid,
        role: &str,
        percent: Option<i32>,
        at: DateTime<Utc>,
    ) {
        chunk.relations.push(&[
            &self.house.organisation,
            &self.chance.id(at),
            &told.reference.id.0,
            &child,
            &role,
            &percent,
            &"declared",
            &at,
        ]);
    }
}
