//! The list of staff.

use std::collections::HashMap;

use askama::Template;
use chrono::{DateTime, Utc};

use crate::{
    access::{guard::By, permissions::KeepStaff},
    error::Result,
    organisations,
    staff::store::{self, Member},
    value::{BranchId, StaffId},
    web::{
        answer::Answer,
        shell::{Place, Shell},
        words::{self, Word},
    },
};

/// One line of the list.
struct Line {
    member: Member,
    branches: String,
    last_seen: Option<DateTime<Utc>>,
    me: bool,
}

impl Line {
    fn role(&self) -> Word {
        words::role(self.member.role.as_str())
    }
}

#[derive(Template)]
#[template(path = "staff/list.html")]
struct ListPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    lines: Vec<Line>,
    with_code: usize,
    active: usize,
}

/// `GET /settings/staff`.
pub fn show(mut by: By<KeepStaff>) -> Result<Answer> {
    let (members, placed, names, seen) = by.read(|tx| {
        Ok((
            store::all(tx)?,
            store::branches_of_all(tx)?,
            organisations::store::branches(tx)?,
            store::last_seen(tx)?,
        ))
    })?;
    let names: HashMap<BranchId, String> = names
        .into_iter()
        .map(|branch| (branch.id, branch.name))
        .collect();
    let seen: HashMap<StaffId, Option<DateTime<Utc>>> = seen.into_iter().collect();
    let mut branches: HashMap<StaffId, Vec<&str>> = HashMap::new();
    for (member, branch) in &placed {
        if let Some(name) = names.get(branch) {
            branches.entry(*member).or_default().push(name);
        }
    }
    let active = members.iter().filter(|one| one.disabled_at.is_none());
    let (active, with_code) = active.fold((0, 0), |(active, with_code), one| {
        (active + 1, with_code + usize::from(one.has_code))
    });
    let lines = members
        .into_iter()
        .map(|member| {
            let mut mine = branches.remove(&member.id).unwrap_or_default();
            mine.sort_unstable();
            Line {
                branches: if member.all_branches {
                    "All branches".to_owned()
                } else {
                    mine.join(", ")
                },
                last_seen: seen.get(&member.id).copied().flatten(),
                me: member.id == by.staff.staff,
                member,
            }
        })
        .collect();
    Answer::page(&ListPage {
        shell: by.shell("Staff", Place::Settings),
        zone: by.time_zone,
        lines,
        with_code,
        active,
    })
}
