//! Members of companies in the database: read down from one company, and written. Who calls has found the company.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{prelude::*, sql_types::Text};

use crate::{
    customers::{
        ownership::rules::{Band, Holding, Percent, Share, Source, Statement, Structure, leads},
        relations::visible_ones,
        rules::{Kind, MemberRole},
        store::Customer,
    },
    db::{Change, Read},
    error::{Error, Result},
    schema::{customers, no_owner_statements, relations},
    value::{CustomerId, RelationId},
};

/// What somebody is to a company.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = relations)]
pub struct Member {
    /// Its id.
    pub id: RelationId,
    /// The company.
    pub parent_id: CustomerId,
    /// The member.
    pub child_id: CustomerId,
    /// What the member is to it.
    pub role: MemberRole,
    percent: Option<i32>,
    band: Option<Band>,
    /// Who says so.
    pub source: Source,
}

impl Member {
    /// How much of the company is theirs; nothing where nobody said.
    pub fn share(&self) -> Option<Share> {
        let percent = self.percent.and_then(Percent::of).map(Share::Exactly);
        percent.or(self.band.map(Share::Within))
    }
}

/// The rows below a company as the arithmetic has them.
pub fn structure(members: &[Member]) -> Structure {
    let with = |role| members.iter().filter(move |one| one.role == role);
    Structure {
        holdings: with(MemberRole::Shareholder)
            .map(|one| Holding {
                company: one.parent_id,
                holder: one.child_id,
                share: one.share(),
            })
            .collect(),
        statements: with(MemberRole::BeneficialOwner)
            .map(|one| Statement {
                company: one.parent_id,
                person: one.child_id,
                share: one.share(),
            })
            .collect(),
    }
}

/// Who stands below a company.
pub struct Below {
    /// Every relation of it, and the owners of the companies below it.
    pub members: Vec<Member>,
    /// The members in scope.
    pub known: HashMap<CustomerId, Customer>,
    /// There is more than is read.
    pub cut: bool,
}

/// Levels below a company that are read.
const LEVELS: usize = 12;
/// Relations that are read, at most.
const MOST: usize = 600;

/// Everybody below a company, level by level. What a company outside of the asker's branches belongs to stays unread.
pub fn below(tx: &mut Read<'_>, root: CustomerId) -> Result<Below> {
    let mut found = Below {
        members: Vec::new(),
        known: HashMap::new(),
        cut: false,
    };
    let mut seen = HashSet::from([root]);
    let mut level = vec![root];
    for depth in 0..LEVELS {
        let members = of_companies(tx, &level, depth == 0)?;
        let new: Vec<CustomerId> = members
            .iter()
            .map(|one| one.child_id)
            .filter(|id| seen.insert(*id))
            .collect();
        found.members.extend(members);
        let known = visible_ones(tx, new)?;
        level = known
            .values()
            .filter(|one| one.kind == Kind::Legal)
            .map(|one| one.id)
            .collect();
        found.known.extend(known);
        if level.is_empty() {
            return Ok(found);
        }
        if found.members.len() >= MOST {
            break;
        }
    }
    found.cut = true;
    Ok(found)
}

/// Shareholders and stated owners of a company and of the companies behind it, in whatever branch, level by level: as much as
/// [`below`] reads, the largest shares first.
pub fn owning(tx: &mut Read<'_>, root: CustomerId) -> Result<Vec<Member>> {
    let mut found = Vec::new();
    let mut seen = HashSet::from([root]);
    let mut level = vec![root];
    for _ in 0..LEVELS {
        let members = of_companies(tx, &level, false)?;
        level = members
            .iter()
            .filter(|one| one.role == MemberRole::Shareholder)
            .map(|one| one.child_id)
            .filter(|id| seen.insert(*id))
            .collect();
        found.extend(members);
        if level.is_empty() || found.len() >= MOST {
            break;
        }
    }
    Ok(found)
}

fn of_companies(tx: &mut Read<'_>, companies: &[CustomerId], all: bool) -> Result<Vec<Member>> {
    let tenant = tx.scope().organisation();
    let mut query = relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::parent_id.eq_any(companies.to_vec()))
        .order((relations::percent.desc().nulls_last(), relations::id))
        .limit(i64::try_from(MOST).unwrap_or(i64::MAX))
        .select(Member::as_select())
        .into_boxed();
    if !all {
        let owners = [MemberRole::Shareholder, MemberRole::BeneficialOwner];
        query = query.filter(relations::role.eq_any(owners));
    }
    Ok(query.load(tx.conn())?)
}

/// One relation of a company.
pub fn member(tx: &mut Read<'_>, company: CustomerId, id: RelationId) -> Result<Member> {
    let tenant = tx.scope().organisation();
    relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::parent_id.eq(company))
        .filter(relations::id.eq(id))
        .select(Member::as_select())
        .first(tx.conn())
        .map_err(Error::from)
}

/// Every relation of a company, whoever it leads to.
pub fn members(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<Member>> {
    of_companies(tx, &[company], true)
}

/// Whom the company's own system named as acting for it.
pub fn named(tx: &mut Read<'_>, company: CustomerId) -> Result<Option<Member>> {
    let tenant = tx.scope().organisation();
    Ok(relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::parent_id.eq(company))
        .filter(relations::named_at.is_not_null())
        .select(Member::as_select())
        .first(tx.conn())
        .optional()?)
}

/// Notes that a representative goes by the name that the company's own system says now.
pub fn set_named(tx: &mut Change<'_>, id: RelationId) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(relations::table.find((tenant.0, id.0)))
        .set(relations::named_at.eq(now))
        .execute(tx.conn())?;
    Ok(())
}

/// Holds the structure of the whole organisation until the end of the change: two who each add half of a circle would
/// else not see each other.
pub fn hold_structure(tx: &mut Change<'_>) -> Result<()> {
    let name = format!("ownership of {}", tx.scope().organisation());
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind::<Text, _>(name)
        .execute(tx.conn())?;
    Ok(())
}

/// Whether a company would own a part of itself, once this holder has shares of it. All branches are looked at, since a
/// circle is one wherever it leads through.
pub fn closes_a_circle(tx: &mut Read<'_>, company: CustomerId, holder: CustomerId) -> Result<bool> {
    let tenant = tx.scope().organisation();
    let mut holdings: Vec<Holding> = Vec::new();
    let mut seen = HashSet::from([holder]);
    let mut level = vec![holder];
    while !level.is_empty() {
        let found: Vec<(CustomerId, CustomerId)> = relations::table
            .filter(relations::organisation_id.eq(tenant))
            .filter(relations::parent_id.eq_any(level))
            .filter(relations::role.eq(MemberRole::Shareholder))
            .select((relations::parent_id, relations::child_id))
            .load(tx.conn())?;
        level = found
            .iter()
            .map(|(_, child)| *child)
            .filter(|child| seen.insert(*child))
            .collect();
        holdings.extend(found.into_iter().map(|(company, holder)| Holding {
            company,
            holder,
            share: None,
        }));
        if seen.contains(&company) {
            break;
        }
    }
    Ok(company == holder || leads(&holdings, holder, company))
}

/// What is written of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What they are to the company.
    pub role: MemberRole,
    /// How much of it is theirs.
    pub share: Option<Share>,
    /// Who says so.
    pub source: Source,
}

impl Wanted {
    fn columns(self) -> (Option<i32>, Option<Band>) {
        match self.share {
            Some(Share::Exactly(percent)) => (Some(i32::from(percent.hundredths())), None),
            Some(Share::Within(band)) => (None, Some(band)),
            None => (None, None),
        }
    }
}

/// Adds a member.
pub fn insert(
    tx: &mut Change<'_>,
    company: CustomerId,
    member: CustomerId,
    wanted: Wanted,
) -> Result<RelationId> {
    let (tenant, now, id) = (tx.scope().organisation(), tx.now(), RelationId(tx.new_id()));
    let (percent, band) = wanted.columns();
    diesel::insert_into(relations::table)
        .values((
            relations::organisation_id.eq(tenant),
            relations::id.eq(id),
            relations::parent_id.eq(company),
            relations::child_id.eq(member),
            relations::role.eq(wanted.role),
            relations::percent.eq(percent),
            relations::band.eq(band),
            relations::source.eq(wanted.source),
            relations::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// Writes what a member is anew; whoever says so, it is no longer what the company's own system named.
pub fn update(tx: &mut Change<'_>, id: RelationId, wanted: Wanted) -> Result<()> {
    let tenant = tx.scope().organisation();
    let (percent, band) = wanted.columns();
    diesel::update(relations::table.find((tenant.0, id.0)))
        .set((
            relations::role.eq(wanted.role),
            relations::percent.eq(percent),
            relations::band.eq(band),
            relations::source.eq(wanted.source),
            relations::named_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes a member away.
pub fn delete(tx: &mut Change<'_>, id: RelationId) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::delete(relations::table.find((tenant.0, id.0))).execute(tx.conn())?;
    Ok(())
}

/// The companies in which somebody is more than an employee, wherever they are. In the order of their ids, in which
/// whoever changes several locks them.
pub fn companies_of(tx: &mut Read<'_>, member: CustomerId) -> Result<Vec<CustomerId>> {
    let tenant = tx.scope().organisation();
    Ok(relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::child_id.eq(member))
        .filter(relations::role.ne(MemberRole::Employee))
        .order(relations::parent_id)
        .select(relations::parent_id)
        .distinct()
        .load(tx.conn())?)
}

/// Who stated that nobody owns a quarter or more, and on which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoOwner {
    /// Who of the company; nothing where it came without a name.
    pub by: Option<String>,
    /// When.
    pub on: Option<NaiveDate>,
}

/// The statement that nobody owns a quarter or more, where it stands.
pub fn no_owner(tx: &mut Read<'_>, company: &Customer) -> Result<Option<NoOwner>> {
    if !company.no_beneficial_owner {
        return Ok(None);
    }
    let tenant = tx.scope().organisation();
    let said: Option<(String, NaiveDate)> = no_owner_statements::table
        .find((tenant.0, company.id.0))
        .select((
            no_owner_statements::stated_by,
            no_owner_statements::stated_on,
        ))
        .first(tx.conn())
        .optional()?;
    let (by, on) = said.unzip();
    Ok(Some(NoOwner { by, on }))
}

/// Writes the statement, or takes it back.
pub fn set_no_owner(
    tx: &mut Change<'_>,
    company: CustomerId,
    stated: Option<(&str, NaiveDate)>,
) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::update(customers::table.find((tenant.0, company.0)))
        .set(customers::no_beneficial_owner.eq(stated.is_some()))
        .execute(tx.conn())?;
    diesel::delete(no_owner_statements::table.find((tenant.0, company.0))).execute(tx.conn())?;
    if let Some((by, on)) = stated {
        diesel::insert_into(no_owner_statements::table)
            .values((
                no_owner_statements::organisation_id.eq(tenant),
                no_owner_statements::customer_id.eq(company),
                no_owner_statements::stated_by.eq(by),
                no_owner_statements::stated_on.eq(on),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}
