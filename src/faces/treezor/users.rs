//! `POST|GET /v1/users`, `GET|PUT /v1/users/{id}`.

use super::{
    ReadUsers, WriteUsers,
    list::UserList,
    number::Number,
    wire::{
        add, fault,
        kyc::Known,
        none,
        shown::Shown,
        stands::{Stands, StandsBody},
        user::{self, UserBody},
        user_answer::{UserAnswer, Users},
    },
};
use crate::{
    access::{keys::guard::Key, scope::Branches},
    customers::{
        actions::{self, Halt},
        by_branch, by_number,
        declared::Declared,
        ownership::{belonging, store as structure},
        rules::Kind,
        store::{self, Customer},
        typed::Typed,
    },
    db::{Change, Read},
    error::{Error, FieldError, Result},
    faces::{json::Body, once::once, params::Params},
    organisations::store as organisations,
    reviews::{
        declaration,
        policy::store as policies,
        rules::today,
        store::{time_zone, told},
    },
    value::CustomerId,
    web::{input::Input, reply::Reply},
};

type Answer = Reply<Shown<Users>>;

pub(super) fn create(
    mut by: Key<WriteUsers>,
    input: Input,
    Body { mut read, wrong }: Body<UserBody>,
) -> Result<Answer> {
    let takes_new = by.caller.takes_new;
    let stands = std::mem::take(&mut read.stands);
    let mut faults = wrong;
    // A field of the wrong type is named once.
    let kind = read.kind().unwrap_or_else(|fault| {
        add(&mut faults, fault);
        Kind::Natural
    });
    let stands = stands.over(Stands::default()).unwrap_or_else(|found| {
        for one in found {
            add(&mut faults, one);
        }
        Stands::default()
    });
    faults.extend(read.distribution_fault(&Typed::default()));
    let mut typed = Typed {
        branch: takes_new.to_string(),
        ..Typed::default()
    };
    read.put(&mut typed);
    let typed = typed.tidied(kind);
    for one in user::faults(&typed, kind, by.now().date_naive()) {
        add(&mut faults, one);
    }
    none(faults)?;
    once(&mut by, &input, |tx| {
        let declared = Declared::of(&typed, kind)?;
        // Duplicates are allowed here; the desk shows them side by side.
        let id = actions::add(tx, &declared, true)?.map_err(halted)?;
        by_branch::leave_unnamed(tx, id, takes_new)?;
        put_under(tx, id, kind, &stands, &Stands::default())?;
        let made = by_number::of_tenant(tx, id)?;
        Ok(Reply::new(&shown(tx, vec![made])?))
    })
}

fn halted(halt: Halt) -> Error {
    Error::Conflict(match halt {
        Halt::Unchanged => "nothing changed".into(),
        _ => "the user changed meanwhile; read it again".into(),
    })
}

/// Our names of what is wrong with a member, and the face's.
const NAMES: [(&str, &str); 3] = [
    ("member", "parentUserId"),
    ("role", "parentType"),
    ("percent", "effectiveBeneficiary"),
];

/// Makes a user what it says it is to a company, over what was shown of it; says whether anything changed.
fn put_under(
    tx: &mut Change<'_>,
    id: CustomerId,
    kind: Kind,
    stands: &Stands,
    shown: &Stands,
) -> Result<bool> {
    let company = match stands.parent {
        None => None,
        Some(number) => match by_number::find(tx, number) {
            Ok(company) => Some(company.id),
            Err(Error::NotFound) => {
                return Err(fault("parentUserId", "there is no such user").into());
            }
            Err(other) => return Err(other),
        },
    };
    let none = Stands::default();
    let set = belonging::set(tx, id, company, |standing| {
        // Of another company nothing was shown.
        let shown = if shown.parent == stands.parent {
            shown
        } else {
            &none
        };
        Ok(stands.over_rows(shown, standing, kind)?)
    });
    set.map_err(|error| match error {
        Error::Invalid(faults) => Error::Invalid(
            faults
                .into_iter()
                .map(|one| {
                    let known = NAMES.iter().find(|(ours, _)| *ours == one.field);
                    FieldError {
                        field: known.map_or(one.field, |(_, name)| (*name).into()),
                        ..one
                    }
                })
                .collect(),
        ),
        other => other,
    })
}

/// Users as the face answers them, in the organisation's life cycle. Who calls this has found them in scope.
pub(super) fn shown(tx: &mut Read<'_>, found: Vec<Customer>) -> Result<Shown<Users>> {
    let cycle = policies::current(tx)?.policy.kyc_life_cycle;
    let client = organisations::number(tx)?;
    let mut users = Vec::with_capacity(found.len());
    let branches = tx.scope().branches().clone();
    for (known, stands) in known(tx, found, &branches)? {
        users.push(UserAnswer::of(client, known, stands));
    }
    Ok(Shown::of(cycle, Users { users }))
}

/// Customers with what is told beside them, and what each is to a company. A company outside of these branches is not named.
fn known(
    tx: &mut Read<'_>,
    found: Vec<Customer>,
    branches: &Branches,
) -> Result<Vec<(Known, Stands)>> {
    let ids: Vec<CustomerId> = found.iter().map(|one| one.id).collect();
    let mut ties = belonging::of(tx, &ids, branches)?;
    let found = beside(tx, found)?;
    Ok(found
        .into_iter()
        .map(|known| {
            let ties = ties.remove(&known.customer.id);
            let stands = ties.map(|one| {
                let members: Vec<_> = one.members.iter().collect();
                Stands::of(one.company.number, &members)
            });
            (known, stands.unwrap_or_default())
        })
        .collect())
}

/// What one customer is to a company in these branches.
pub(super) fn stands(tx: &mut Read<'_>, of: &Customer, branches: &Branches) -> Result<Stands> {
    let known = known(tx, vec![of.clone()], branches)?.pop();
    Ok(known.map(|(_, stands)| stands).unwrap_or_default())
}

/// Customers with what they were told.
pub(super) fn beside(tx: &mut Read<'_>, found: Vec<Customer>) -> Result<Vec<Known>> {
    let ids: Vec<CustomerId> = found.iter().map(|one| one.id).collect();
    let mut comments = told::of_customers(tx, &found)?;
    let levels = by_number::levels(tx, &ids)?;
    Ok(found
        .into_iter()
        .map(|customer| {
            let level = levels.iter().find(|(id, _)| *id == customer.id);
            Known {
                comment: comments.remove(&customer.id),
                level: level.map_or(0, |(_, level)| *level),
                reviewed: Vec::new(),
                customer,
            }
        })
        .collect())
}

pub(super) fn read(mut by: Key<ReadUsers>, Number(number): Number) -> Result<Answer> {
    let shown = by.read(|tx| {
        let found = by_number::find(tx, number)?;
        shown(tx, vec![found])
    })?;
    Ok(Reply::new(&shown))
}

pub(super) fn list(
    mut by: Key<ReadUsers>,
    Params(UserList(asked)): Params<UserList>,
) -> Result<Answer> {
    let shown = by.read(|tx| {
        let found = by_number::page(tx, &asked)?;
        shown(tx, found)
    })?;
    Ok(Reply::new(&shown))
}

pub(super) fn update(
    mut by: Key<WriteUsers>,
    Number(number): Number,
    Body { mut read, wrong }: Body<UserBody>,
) -> Result<Answer> {
    let stands = std::mem::take(&mut read.stands);
    let mut unchanged = false;
    let changed = by.change(|tx| {
        // The companies and whoever is put behind them are held together, before anything else is.
        let moved = stands_anew(tx, number, stands, &wrong, |is| {
            read.kind_over(is).unwrap_or(is)
        })?;
        // A caller sends no version, and two who change different fields at once both mean it: the second waits here.
        let customer = by_number::hold(tx, number)?;
        let mut faults = wrong;
        let kind = read.kind_over(customer.kind).unwrap_or_else(|fault| {
            add(&mut faults, fault);
            customer.kind
        });
        let before = Typed::from(&customer).tidied(customer.kind);
        faults.extend(read.distribution_fault(&before));
        let mut typed = before.clone();
        read.put(&mut typed);
        let typed = typed.tidied(kind);
        let day = today(tx.now(), time_zone(tx)?);
        let differs = typed != before || kind != customer.kind;
        // What another face or the desk let stand is no fault of whoever sends it as it was read.
        if differs {
            for one in user::faults(&typed, kind, day) {
                add(&mut faults, one);
            }
        }
        none(faults)?;
        if differs {
            let declared = Declared::of(&typed, kind)?;
            declaration::edit(tx, &customer, &declared)
                .map_err(|error| user::kind_fixed(error, customer.kind, kind))?
                .map_err(halted)?;
        } else if !moved {
            unchanged = true;
            return Err(halted(Halt::Unchanged));
        }
        let after = by_number::find(tx, number)?;
        shown(tx, vec![after])
    });
    let shown = match changed {
        // Nothing is different: nothing is said, and the user is answered as it stands.
        Err(_) if unchanged => by.read(|tx| {
            let found = by_number::find(tx, number)?;
            shown(tx, vec![found])
        })?,
        changed => changed?,
    };
    Ok(Reply::new(&shown))
}

/// What a user is to a company, where anything of it was sent; says whether that changed. `becomes`: what the user will be, of what
/// it is.
fn stands_anew(
    tx: &mut Change<'_>,
    number: i64,
    stands: StandsBody,
    wrong: &[FieldError],
    becomes: impl FnOnce(Kind) -> Kind,
) -> Result<bool> {
    if !stands.says_something() {
        return Ok(false);
    }
    // What it is laid over is read once nobody else changes it.
    structure::hold_structure(tx)?;
    let found = by_number::find(tx, number)?;
    let id = found.id;
    let kind = becomes(found.kind);
    let branches = tx.scope().branches().clone();
    let shown = self::stands(tx, &found, &branches)?;
    let now = Stands::emptied(&stands, shown.clone());
    let stands = stands.over(now).map_err(|found| {
        let mut all = wrong.to_vec();
        for one in found {
            add(&mut all, one);
        }
        Error::Invalid(all)
    })?;
    if stands == shown {
        // The five fields say less than the desk knows: sent as they were read, they leave it as it is.
        return Ok(false);
    }
    let moved = put_under(tx, id, kind, &stands, &shown)?;
    if moved {
        // What is read of the user is different now.
        store::touch(tx, id)?;
    }
    Ok(moved)
}
