//! The structure drawn: the company below, who owns it above, level by level. It says nothing that the list does not.

use std::collections::{BTreeMap, HashMap};

use crate::{
    customers::{ownership::store::Member, rules::MemberRole, store::Customer},
    reviews::rules::member_complete,
    value::CustomerId,
    web::words,
};

const BOX: (i32, i32) = (136, 46);
const STEP: (i32, i32) = (152, 104);
/// More than this many are drawn by nobody: the list has them.
const MOST: usize = 24;
/// Letters that fit into a box.
const LETTERS: usize = 16;

/// One customer.
pub struct Drawn {
    /// The left edge of its box.
    pub x: i32,
    /// The upper edge.
    pub y: i32,
    /// The middle, where its words stand.
    pub middle: i32,
    /// Where its name stands.
    pub name_y: i32,
    /// Where its status stands.
    pub status_y: i32,
    /// The name, shortened to fit.
    pub name: String,
    /// The status in words.
    pub status: &'static str,
    /// The CSS class of the box.
    pub class: &'static str,
}

/// One tie: a line and what stands on it.
pub struct Line {
    /// The path of the SVG.
    pub path: String,
    /// Drawn with gaps: stated, not held as shares.
    pub stated: bool,
    /// Where the share stands.
    pub x: i32,
    /// Where the share stands.
    pub y: i32,
    /// The share.
    pub share: String,
}

/// The picture.
pub struct Picture {
    /// Of its coordinates.
    pub width: i32,
    /// Of its coordinates.
    pub height: i32,
    /// Boxes.
    pub boxes: Vec<Drawn>,
    /// Lines between them.
    pub lines: Vec<Line>,
    /// Some are left out.
    pub cut: bool,
}

impl Picture {
    /// Wider than a column of a page: it is moved sideways instead of being made too small to read.
    pub const fn is_wide(&self) -> bool {
        self.width > 4 * STEP.0
    }

    /// The owners of a company; nothing where there is none.
    pub fn of(
        company: &Customer,
        members: &[Member],
        known: &HashMap<CustomerId, Customer>,
    ) -> Option<Self> {
        let ties: Vec<&Member> = members.iter().filter(|one| is_owner(one.role)).collect();
        let levels = levels(company.id, &ties);
        if levels.len() < 2 {
            return None;
        }
        let mut rows: BTreeMap<usize, Vec<CustomerId>> = BTreeMap::new();
        // In the order of the list, so that what stands beside each other there does here.
        let in_order = ties.iter().map(|tie| tie.child_id);
        let mut drawn = 0;
        for id in std::iter::once(company.id).chain(in_order) {
            let row = rows.entry(levels[&id]).or_default();
            if drawn < MOST && !row.contains(&id) {
                row.push(id);
                drawn += 1;
            }
        }
        let columns = rows.values().map(Vec::len).max().unwrap_or(1);
        let width = number(columns).max(2) * STEP.0;
        let height = number(rows.len() - 1) * STEP.1 + BOX.1 + 16;
        let mut places: HashMap<CustomerId, (i32, i32)> = HashMap::new();
        for (level, row) in &rows {
            let y = height - 8 - BOX.1 - number(*level) * STEP.1;
            for (at, id) in row.iter().enumerate() {
                let middle = width * (2 * number(at) + 1) / (2 * number(row.len()));
                places.insert(*id, (middle, y));
            }
        }
        let boxes = rows.values().flatten().map(|id| {
            let customer = if *id == company.id {
                Some(company)
            } else {
                known.get(id)
            };
            draw(customer, *id == company.id, places[id])
        });
        let lines = ties.iter().filter_map(|tie| {
            line(
                tie,
                *places.get(&tie.child_id)?,
                *places.get(&tie.parent_id)?,
            )
        });
        Some(Self {
            width,
            height,
            boxes: boxes.collect(),
            lines: lines.collect(),
            cut: drawn < levels.len(),
        })
    }
}

fn number(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

const fn is_owner(role: MemberRole) -> bool {
    matches!(role, MemberRole::Shareholder | MemberRole::BeneficialOwner)
}

/// How far above the company each stands, by the longest way; a circle ends after as many steps as there are ties.
fn levels(root: CustomerId, ties: &[&Member]) -> BTreeMap<CustomerId, usize> {
    let mut levels = BTreeMap::from([(root, 0)]);
    for _ in 0..ties.len().min(MOST) {
        let mut moved = false;
        for tie in ties {
            let Some(below) = levels.get(&tie.parent_id).copied() else {
                continue;
            };
            let level = levels.entry(tie.child_id).or_insert(0);
            if tie.child_id != root && *level <= below && below < MOST {
                *level = below + 1;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    levels
}

fn draw(customer: Option<&Customer>, is_root: bool, (middle, y): (i32, i32)) -> Drawn {
    let (name, status) = match customer {
        Some(one) if is_root => (one.name.as_str(), "the customer"),
        Some(one) => (one.name.as_str(), words::kyc(one.kyc.as_str()).word),
        None => ("Another branch", "not shown"),
    };
    let open = customer.is_some_and(|one| !member_complete(one.kyc));
    Drawn {
        x: middle - BOX.0 / 2,
        y,
        middle,
        name_y: y + 19,
        status_y: y + 35,
        name: shortened(name),
        status,
        class: match (is_root, open) {
            (true, _) => "is-subject",
            (false, true) => "is-open",
            (false, false) => "",
        },
    }
}

fn line(tie: &Member, (from, top): (i32, i32), (to, bottom): (i32, i32)) -> Option<Line> {
    // A circle's way back would cross everything; the list says it.
    if top >= bottom {
        return None;
    }
    let start = top + BOX.1;
    let turn = bottom - 22;
    Some(Line {
        path: format!("M{from} {start}V{turn}H{to}V{bottom}"),
        stated: tie.role == MemberRole::BeneficialOwner,
        x: from,
        y: start + 18,
        share: tie.share().map_or_else(
            || {
                if tie.role == MemberRole::BeneficialOwner {
                    "stated".to_owned()
                } else {
                    "unknown".to_owned()
                }
            },
            |share| share.to_string(),
        ),
    })
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(LETTERS - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_shortened_by_letters_and_not_bytes() {
        assert_eq!(shortened("Zoë"), "Zoë");
        assert_eq!(
            shortened("Transportes Irmãos Figueiredo"),
            "Transportes Irm…"
        );
        assert_eq!(shortened("ÁÁÁÁÁÁÁÁÁÁÁÁÁÁÁÁ").chars().count(), 16);
    }
}
