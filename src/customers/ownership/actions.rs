//! What is done to the members of a company. Each change raises the company's version and is said; a change of whoever
//! is more than an employee sends a validated company back to review.

use chrono::NaiveDate;
use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        actions::{self as customers, Halt},
        declared::Declared,
        ownership::{
            raising, reckoned,
            rules::{Owns, Percent, Range, Share, owns, together},
            store::{self, Member, Wanted},
        },
        rules::{Kind, MemberRole},
        store::{self as rows, Customer},
    },
    db::Change,
    error::{Error, Result},
    value::{CustomerId, RelationId},
};

/// Whom to add.
pub enum Whom {
    /// A customer of the scope.
    Known(CustomerId),
    /// A person who is not a customer yet, and whether those alike are somebody else.
    New(Box<Declared>, bool),
}

/// Adds a member. `version` is the company's, as the asker saw it. A new person becomes a customer first; where others
/// are alike, nothing is done.
pub fn add(
    tx: &mut Change<'_>,
    company: CustomerId,
    version: i32,
    whom: &Whom,
    wanted: Wanted,
) -> Result<Result<RelationId, Halt>> {
    let known = match whom {
        Whom::Known(id) => Some(*id),
        Whom::New(..) => None,
    };
    let company = held(tx, company, version, known)?;
    let member = match whom {
        Whom::Known(id) => *id,
        Whom::New(declared, confirmed) => match customers::add(tx, declared, *confirmed)? {
            Ok(id) => id,
            Err(halt) => return Ok(Err(halt)),
        },
    };
    let member = rows::find(tx, member)?;
    may_be(tx, &company, &member, wanted, None)?;
    let id = store::insert(tx, company.id, member.id, wanted)?;
    let fields = vec![
        Field::plain("member", Value::Null, member.short_id.as_str()),
        Field::plain("role", Value::Null, wanted.role.as_str()),
        Field::plain("share", Value::Null, words(wanted.share)),
        Field::plain("source", Value::Null, wanted.source.as_str()),
    ];
    said(tx, What::MemberAdded, &company, fields, wanted.role)?;
    Ok(Ok(id))
}

/// Changes what a member is to the company.
pub fn change(
    tx: &mut Change<'_>,
    company: CustomerId,
    version: i32,
    relation: RelationId,
    wanted: Wanted,
) -> Result<()> {
    let known = match store::member(tx, company, relation) {
        Ok(known) => Some(known.child_id),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let company = held(tx, company, version, known)?;
    let before = store::member(tx, company.id, relation)?;
    let member = rows::find(tx, before.child_id)?;
    let mut fields = vec![Field::plain(
        "member",
        member.short_id.as_str(),
        member.short_id.as_str(),
    )];
    let mut differs = |name, was: Value, is: Value| {
        if was != is {
            fields.push(Field::plain(name, was, is));
        }
    };
    differs(
        "role",
        before.role.as_str().into(),
        wanted.role.as_str().into(),
    );
    differs(
        "share",
        words(before.share()).into(),
        words(wanted.share).into(),
    );
    differs(
        "source",
        before.source.as_str().into(),
        wanted.source.as_str().into(),
    );
    if fields.len() == 1 {
        return Err(Error::Refused("Nothing was changed.".into()));
    }
    may_be(tx, &company, &member, wanted, Some(&before))?;
    store::update(tx, relation, wanted)?;
    // Whoever was an owner and becomes an employee is a change of owners too.
    let role = if wanted.role == MemberRole::Employee {
        before.role
    } else {
        wanted.role
    };
    said(tx, What::MemberChanged, &company, fields, role)
}

/// Takes a member away. The customer they are stays.
pub fn remove(
    tx: &mut Change<'_>,
    company: CustomerId,
    version: i32,
    relation: RelationId,
) -> Result<()> {
    store::hold_structure(tx)?;
    // Also of a company that was merged into another: its members are taken from it there and nowhere else.
    let company = rows::lock_merged_too(tx, company)?;
    as_seen(&company, version)?;
    let before = store::member(tx, company.id, relation)?;
    let member = rows::find(tx, before.child_id)?;
    store::delete(tx, relation)?;
    let fields = vec![
        Field::plain("member", member.short_id, Value::Null),
        Field::plain("role", before.role.as_str(), Value::Null),
        Field::plain("share", words(before.share()), Value::Null),
        Field::plain("source", before.source.as_str(), Value::Null),
    ];
    said(tx, What::MemberRemoved, &company, fields, before.role)
}

/// Notes that the company stated that nobody owns a quarter or more of it: who stated it, and when.
pub fn state_no_owner(
    tx: &mut Change<'_>,
    company: CustomerId,
    version: i32,
    by: &str,
    on: NaiveDate,
) -> Result<()> {
    let company = held(tx, company, version, None)?;
    let named = store::members(tx, company.id)?;
    if named.iter().any(is_an_owner) {
        return Err(Error::field(
            "stated_by",
            "An owner of 25 % or more is named: remove them first, or correct the share",
        ));
    }
    if let Some(owners) = reckoned::told(tx, company.id)? {
        return Err(Error::field(
            "stated_by",
            format!("{owners}, counted along all paths: remove them first, or correct the shares"),
        ));
    }
    store::set_no_owner(tx, company.id, Some((by, on)))?;
    let fields = vec![
        Field::plain("no_beneficial_owner", company.no_beneficial_owner, true),
        Field::personal("stated_by", Value::Null, by),
        Field::plain("stated_on", Value::Null, on.to_string()),
    ];
    let role = MemberRole::BeneficialOwner;
    said(tx, What::NoOwnerStated, &company, fields, role)
}

/// Takes the statement back.
pub fn take_back(tx: &mut Change<'_>, company: CustomerId, version: i32) -> Result<()> {
    let company = held(tx, company, version, None)?;
    let Some(stated) = store::no_owner(tx, &company)? else {
        return Err(Error::Refused("There is no such statement.".into()));
    };
    store::set_no_owner(tx, company.id, None)?;
    let fields = vec![
        Field::plain("no_beneficial_owner", true, false),
        Field::personal("stated_by", stated.by, Value::Null),
        Field::plain(
            "stated_on",
            stated.on.map(|day| day.to_string()),
            Value::Null,
        ),
    ];
    let role = MemberRole::BeneficialOwner;
    said(tx, What::NoOwnerTakenBack, &company, fields, role)
}

/// The company, held until the end of the change, as the asker saw it. `member`: who is given a role in it, held as well, since
/// a role may be a person's alone and nobody becomes a company meanwhile.
fn held(
    tx: &mut Change<'_>,
    id: CustomerId,
    version: i32,
    member: Option<CustomerId>,
) -> Result<Customer> {
    store::hold_structure(tx)?;
    if let Some(member) = member {
        rows::hold(tx, &[id, member])?;
    }
    let company = rows::lock(tx, id)?;
    as_seen(&company, version)?;
    Ok(company)
}

/// Whether it is a company, and as the asker saw it.
fn as_seen(company: &Customer, version: i32) -> Result<()> {
    if company.kind != Kind::Legal {
        return Err(Error::Refused("Only a company has members.".into()));
    }
    if company.version != version {
        return Err(Error::Conflict(
            "the company changed since you opened the page".into(),
        ));
    }
    Ok(())
}

/// Everybody who owns a quarter, leads or signs is far fewer; a decision reads them all.
const MOST: usize = 200;

/// Whether a member may be this to the company, beside all others. `before`: the row that it replaces.
fn may_be(
    tx: &mut Change<'_>,
    company: &Customer,
    member: &Customer,
    wanted: Wanted,
    before: Option<&Member>,
) -> Result<()> {
    let wrong = |message: String| Err(Error::field("member", message));
    if member.id == company.id {
        return wrong("A company cannot be a member of itself".to_owned());
    }
    let personal = matches!(
        wanted.role,
        MemberRole::BeneficialOwner | MemberRole::Employee
    );
    if personal && member.kind == Kind::Legal {
        return Err(Error::field(
            "role",
            "This is always a person. A company is a shareholder",
        ));
    }
    if member.merged_into.is_some() {
        return wrong("They were merged into another customer: choose that one".to_owned());
    }
    let others = store::members(tx, company.id)?;
    if before.is_none() && others.len() >= MOST {
        return wrong(format!("A company has at most {MOST} members here"));
    }
    let mut others = others
        .iter()
        .filter(|one| before.is_none_or(|before| before.id != one.id));
    let same = |one: &&Member| one.child_id == member.id && one.role == wanted.role;
    if others.clone().any(|one| same(&one)) {
        return wrong("They have this role in the company already".to_owned());
    }
    if wanted.role != MemberRole::Shareholder {
        return Ok(());
    }
    if store::closes_a_circle(tx, company.id, member.id)? {
        return wrong(
            "This company owns a part of them, directly or through others: a company cannot own itself"
                .to_owned(),
        );
    }
    let shares = others
        .by_ref()
        .filter(|one| one.role == MemberRole::Shareholder)
        .map(Member::share)
        .chain([wanted.share]);
    let sum = together(shares);
    if sum > u32::from(Percent::ALL.hundredths()) {
        let (whole, rest) = (sum / 100, sum % 100);
        return Err(Error::field(
            "percent",
            format!("The shareholders would hold {whole}.{rest:02} % together, more than there is"),
        ));
    }
    Ok(())
}

fn is_an_owner(member: &Member) -> bool {
    match member.role {
        MemberRole::BeneficialOwner => true,
        MemberRole::Shareholder => {
            member.share().is_some() && owns(Range::of(member.share())) == Owns::Yes
        }
        _ => false,
    }
}

fn words(share: Option<Share>) -> Option<String> {
    share.map(|share| share.to_string())
}

/// Says what happened; a company that was accepted with other owners must be looked at again.
fn said(
    tx: &mut Change<'_>,
    what: What,
    company: &Customer,
    fields: Vec<Field>,
    role: MemberRole,
) -> Result<()> {
    tx.say(Event::new(what, Subject::Customer(company.reference())).changing(fields));
    // Nobody looks at a company that was merged into another.
    let raised = role != MemberRole::Employee
        && company.merged_into.is_none()
        && raising::raise(tx, company, "The members of the company changed.")?;
    if !raised {
        rows::touch(tx, company.id)?;
    }
    Ok(())
}
