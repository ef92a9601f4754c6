//! A company's structure as people read it: an indented list of who stands behind it, each with their own status and
//! checklist, the people at the end of all paths with what they hold, and a picture that repeats the list.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::{
    customers::{
        ownership::{
            rules::{Held, Owns, Source, owns},
            store::{self as structure, Member, NoOwner},
        },
        relations,
        rules::{Kind, MemberRole},
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
        kyc_file::shown::{ShownLine, groups},
        prerequisites::{self, Evidence, Line, Mend},
    },
    value::{CustomerId, RelationId},
};

mod picture;

pub use picture::Picture;

/// What somebody is to the company above them in the list.
pub struct Tie {
    /// The relation.
    pub id: RelationId,
    /// The role's words.
    pub role: &'static str,
    /// The share for people.
    pub share: Option<String>,
    /// Who says so.
    pub source: Source,
}

/// One place of the list: somebody, below a company.
pub struct Node {
    /// Who.
    pub id: CustomerId,
    /// The customer; nothing where they lie outside of the asker's branches.
    pub customer: Option<Customer>,
    /// What they are to the company above.
    pub ties: Vec<Tie>,
    /// Whether that company is the one that the list is about.
    pub direct: bool,
    /// What they hold of it in all, where that is more than what stands in the tie.
    pub total: Option<String>,
    /// Their own checklist.
    pub lines: Vec<ShownLine>,
    /// How many of its lines are open.
    pub open: usize,
    /// What stands below them is shown further up.
    pub again: bool,
}

/// The list, flat: templates have no recursion.
pub enum Step {
    /// An entry begins.
    Enter(Box<Node>),
    /// A list below it begins.
    Down,
    /// That list ends.
    Up,
    /// The entry ends.
    Leave,
}

/// A person at the end of the paths.
pub struct Owner {
    /// Who.
    pub customer: Customer,
    /// What they hold of the company itself.
    pub direct: Option<String>,
    /// What they hold through other companies.
    pub indirect: Option<String>,
    /// Both.
    pub total: Option<String>,
    /// Whether it is a quarter or more.
    pub owns: Owns,
    /// Stated to be a beneficial owner, whatever is reckoned.
    pub stated: bool,
    /// A circle stands before them: how much is not known.
    pub circular: bool,
}

/// A company's structure.
pub struct Ownership {
    /// The list.
    pub steps: Vec<Step>,
    /// The people, the largest share first.
    pub owners: Vec<Owner>,
    /// The statement that there is none.
    pub no_owner: Option<NoOwner>,
    /// The same as a picture; nothing where nobody owns anything yet.
    pub picture: Option<Picture>,
    /// The relations of the company itself.
    pub direct: Vec<Member>,
    /// There is more below than is read.
    pub cut: bool,
    /// Companies own each other in a circle.
    pub circular: bool,
    /// Somebody lies outside of the asker's branches, so that what stands behind them is not shown.
    pub elsewhere: bool,
}

impl Ownership {
    /// Reads what stands behind a company. `today` is the organisation's day.
    pub fn read(tx: &mut Read<'_>, company: &Customer, today: NaiveDate) -> Result<Self> {
        let below = structure::below(tx, company.id)?;
        let mut subjects: Vec<CustomerId> = below.known.keys().copied().collect();
        subjects.sort_unstable();
        let papers = documents::of(tx, &subjects)?;
        let evidence = Proofs {
            residences: tax_residences::of(tx, &subjects)?,
            representing: relations::only_representing(tx, &subjects)?,
            readings: compare::readings(tx, &subjects, &papers)?,
            accepted: compare::accepted(tx, &subjects)?,
            papers,
            today,
        };
        let held = structure::structure(&below.members).held(company.id);
        let mut list = List {
            below: &below,
            held: &held,
            evidence: &evidence,
            root: company.id,
            expanded: HashSet::new(),
            steps: Vec::new(),
        };
        list.level(company.id);
        let steps = list.steps;
        Ok(Self {
            steps,
            owners: owners(&below, &held),
            no_owner: structure::no_owner(tx, company)?,
            picture: Picture::of(company, &below.members, &below.known),
            circular: held.values().any(|one| one.circular),
            elsewhere: below
                .members
                .iter()
                .any(|one| !below.known.contains_key(&one.child_id)),
            direct: below
                .members
                .iter()
                .filter(|one| one.parent_id == company.id)
                .cloned()
                .collect(),
            cut: below.cut,
        })
    }
}

struct Proofs {
    papers: Vec<Document>,
    residences: Vec<TaxResidence>,
    representing: HashSet<CustomerId>,
    readings: Vec<Reading>,
    accepted: Vec<Accepted>,
    today: NaiveDate,
}

impl Proofs {
    /// A member's own checklist. Who stands behind a member that is a company stands in the list itself.
    fn lines(&self, customer: &Customer) -> Vec<Line> {
        let mut lines = prerequisites::checklist(Evidence {
            customer,
            papers: &self.papers,
            residences: &self.residences,
            only_represents: self.representing.contains(&customer.id),
            readings: &self.readings,
            accepted: &self.accepted,
            members: &[],
            together: &[],
            more: false,
            today: self.today,
        });
        lines.retain(|line| line.mend != Mend::Members);
        lines
    }
}

struct List<'a> {
    below: &'a structure::Below,
    held: &'a std::collections::BTreeMap<CustomerId, Held>,
    evidence: &'a Proofs,
    root: CustomerId,
    expanded: HashSet<CustomerId>,
    steps: Vec<Step>,
}

impl List<'_> {
    /// The list below a company, each member once with all that they are to it.
    fn level(&mut self, company: CustomerId) {
        self.expanded.insert(company);
        let of: Vec<&Member> = self
            .below
            .members
            .iter()
            .filter(|one| one.parent_id == company)
            .collect();
        let mut shown: Vec<CustomerId> = Vec::new();
        for member in &of {
            let id = member.child_id;
            if shown.contains(&id) {
                continue;
            }
            shown.push(id);
            let ties: Vec<&Member> = of
                .iter()
                .filter(|one| one.child_id == id)
                .copied()
                .collect();
            let has_below = self.below.members.iter().any(|one| one.parent_id == id);
            let again = has_below && self.expanded.contains(&id);
            let node = self.node(id, &ties, company == self.root, again);
            self.steps.push(Step::Enter(Box::new(node)));
            if has_below && !again {
                self.steps.push(Step::Down);
                self.level(id);
                self.steps.push(Step::Up);
            }
            self.steps.push(Step::Leave);
        }
    }

    fn node(&self, id: CustomerId, ties: &[&Member], direct: bool, again: bool) -> Node {
        let customer = self.below.known.get(&id).cloned();
        let lines = customer
            .as_ref()
            .map(|customer| self.evidence.lines(customer))
            .unwrap_or_default();
        let total = self.held.get(&id).map(|held| held.total.to_string());
        let said = ties.iter().filter_map(|tie| tie.share());
        let said: Vec<String> = said.map(|share| share.to_string()).collect();
        Node {
            id,
            open: prerequisites::open(&lines),
            lines: groups(&lines, id, false)
                .into_iter()
                .flat_map(|group| group.lines)
                .collect(),
            total: total.filter(|total| !(direct && said.contains(total))),
            customer,
            ties: ties
                .iter()
                .map(|tie| Tie {
                    id: tie.id,
                    role: tie.role.words(),
                    share: tie.share().map(|share| share.to_string()),
                    source: tie.source,
                })
                .collect(),
            direct,
            again,
        }
    }
}

fn owners(
    below: &structure::Below,
    held: &std::collections::BTreeMap<CustomerId, Held>,
) -> Vec<Owner> {
    let stated: HashSet<CustomerId> = below
        .members
        .iter()
        .filter(|one| one.role == MemberRole::BeneficialOwner)
        .map(|one| one.child_id)
        .collect();
    let mut people: Vec<(u64, Owner)> = Vec::new();
    for (id, customer) in &below.known {
        let held = held.get(id).copied();
        let stated = stated.contains(id);
        if customer.kind == Kind::Legal || (held.is_none() && !stated) {
            continue;
        }
        let held_or_none = held.unwrap_or_default();
        people.push((
            held_or_none.total.least,
            Owner {
                customer: customer.clone(),
                direct: held_or_none.direct.map(|share| share.to_string()),
                indirect: Some(held_or_none.indirect)
                    .filter(|share| share.most > 0)
                    .map(|share| share.to_string()),
                total: held.map(|held| held.total.to_string()),
                owns: owns(held_or_none.total),
                stated,
                circular: held_or_none.circular,
            },
        ));
    }
    people.sort_by(|(a, one), (b, other)| {
        b.cmp(a)
            .then_with(|| one.customer.name.cmp(&other.customer.name))
            .then_with(|| one.customer.id.cmp(&other.customer.id))
    });
    people.into_iter().map(|(_, owner)| owner).collect()
}
