//! Checks as machines ask for them: by comparisons of their columns, newest first, a page at a time.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{case_when, sql},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Nullable, SqlType, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    db::{Read, keyset::below, page::Page},
    error::Result,
    schema::verifications,
    verifications::{
        list::Key,
        store::{Verification, visible},
    },
};

/// A column that holds an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdColumn {
    /// The check's own.
    Check,
    /// Its organisation's.
    Organisation,
    /// Whose it is.
    Customer,
    /// Who moved it last; of one that nobody moved, who started it. No index has it: a list by it reads the organisation's
    /// checks from the newest on until the page is full, or the other comparisons' rows where those have an index.
    Actor,
}

/// A column that holds text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextColumn {
    /// What is checked.
    Type,
    /// How.
    CheckType,
    /// By whom.
    Provider,
    /// What the provider calls it.
    Reference,
    /// Where it stands.
    Status,
}

/// A column that holds a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeColumn {
    /// When it was verified.
    Verified,
    /// Until when its answer counts.
    Expires,
    /// When its provider was heard of last.
    Checked,
    /// When it was started.
    Created,
    /// When it changed last.
    Updated,
}

/// How a column stands to one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// It is that.
    Equal,
    /// It is something else, or nothing.
    Unequal,
    /// It is later.
    After,
    /// It is that or later.
    From,
    /// It is earlier.
    Before,
    /// It is that or earlier.
    Until,
}

/// One comparison; a row is shown where all of them hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The id is one of these.
    IdIn(IdColumn, Vec<Uuid>),
    /// The id is another, or there is none.
    IdNot(IdColumn, Uuid),
    /// The text is one of these.
    TextIn(TextColumn, Vec<String>),
    /// The text is another, or there is none.
    TextNot(TextColumn, String),
    /// The text contains this, whatever the case.
    Contains(TextColumn, String),
    /// How a moment stands to another.
    Time(TimeColumn, Order, DateTime<Utc>),
}

type Column<T> = Box<dyn BoxableExpression<verifications::table, Pg, SqlType = Nullable<T>>>;
type Condition = Column<Bool>;

fn id(column: IdColumn) -> Column<SqlUuid> {
    match column {
        IdColumn::Check => boxed(verifications::id.nullable()),
        IdColumn::Organisation => boxed(verifications::organisation_id.nullable()),
        IdColumn::Customer => boxed(verifications::customer_id.nullable()),
        IdColumn::Actor => {
            let unmoved = verifications::actor_kind.is_null();
            let actor = case_when(unmoved, verifications::started_by_id);
            boxed(actor.otherwise(verifications::actor_id))
        }
    }
}

fn text(column: TextColumn) -> Column<Text> {
    match column {
        TextColumn::Type => boxed(verifications::verification_type.nullable()),
        TextColumn::CheckType => boxed(verifications::check_type),
        TextColumn::Provider => boxed(verifications::provider.nullable()),
        TextColumn::Reference => boxed(verifications::provider_reference),
        TextColumn::Status => boxed(verifications::status.nullable()),
    }
}

fn time(column: TimeColumn) -> Column<Timestamptz> {
    match column {
        TimeColumn::Verified => boxed(verifications::verified_at),
        TimeColumn::Expires => boxed(verifications::expires_at),
        TimeColumn::Checked => boxed(verifications::last_checked_at),
        TimeColumn::Created => boxed(verifications::created_at.nullable()),
        TimeColumn::Updated => boxed(verifications::updated_at.nullable()),
    }
}

fn boxed<T, E>(expression: E) -> Column<T>
where
    T: SqlType,
    Nullable<T>: SqlType,
    E: BoxableExpression<verifications::table, Pg, SqlType = Nullable<T>> + 'static,
{
    Box::new(expression)
}

impl Comparison {
    fn condition(&self) -> Condition {
        match self {
            // One value is said as one: an index gives its rows in the list's order.
            Self::IdIn(column, values) => match values.as_slice() {
                [one] => boxed(id(*column).eq(*one)),
                _ => boxed(id(*column).eq_any(values.clone())),
            },
            Self::IdNot(column, value) => boxed(id(*column).is_distinct_from(*value).nullable()),
            Self::TextIn(column, values) => match values.as_slice() {
                [one] => boxed(text(*column).eq(one.clone())),
                _ => boxed(text(*column).eq_any(values.clone())),
            },
            Self::TextNot(column, value) => {
                boxed(text(*column).is_distinct_from(value.clone()).nullable())
            }
            Self::Contains(column, part) => boxed(text(*column).ilike(pattern(part))),
            Self::Time(column, order, moment) => {
                let (column, moment) = (time(*column), *moment);
                match order {
                    Order::Equal => boxed(column.eq(moment)),
                    Order::Unequal => boxed(column.is_distinct_from(moment).nullable()),
                    Order::After => boxed(column.gt(moment)),
                    Order::From => boxed(column.ge(moment)),
                    Order::Before => boxed(column.lt(moment)),
                    Order::Until => boxed(column.le(moment)),
                }
            }
        }
    }
}

/// What LIKE takes for "contains this", where its own signs mean themselves.
fn pattern(part: &str) -> String {
    let mut pattern = String::from("%");
    for sign in part.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

/// One page of those for which every comparison holds, newest first, after a key.
pub fn page(
    tx: &mut Read<'_>,
    comparisons: &[Comparison],
    after: Option<Key>,
    size: usize,
) -> Result<Page<Verification>> {
    let mut query = verifications::table
        .filter(visible(tx.scope()))
        // Raw SQL keeps Diesel from preparing it: callers put such queries together in more ways than a cache should hold.
        .filter(sql::<Bool>("TRUE"))
        .into_boxed::<Pg>();
    for comparison in comparisons {
        query = query.filter(comparison.condition());
    }
    if let Some((at, check)) = after {
        query = query.filter(below(
            (verifications::created_at, verifications::id),
            (at.into_sql::<Timestamptz>(), check.0.into_sql::<SqlUuid>()),
        ));
    }
    let rows = query
        .order((verifications::created_at.desc(), verifications::id.desc()))
        .limit(i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1))
        .select(Verification::as_select())
        .load(tx.conn())?;
    Ok(Page::cut(rows, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signs_of_like_mean_themselves() {
        assert_eq!(pattern(r"50%_\a"), r"%50\%\_\\a%");
        assert_eq!(pattern(""), "%%");
    }
}
