//! What was decided in a period, in groups: how much, how fast, how often otherwise than hoped.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    connection::SimpleConnection as _,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Date, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{access::scope::Branches, db::Read, error::Result, reports::period::Step};

/// How the rows of a report are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// By branch.
    Branch,
    /// By who decided; what nobody of the staff decided is one group.
    Officer,
    /// By days, weeks or months of the organisation's zone.
    Time(Step),
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A branch, or a member of staff.
    Id(Uuid),
    /// The day on which a step begins.
    Day(NaiveDate),
    /// No member of staff: the clock or a machine.
    Nobody,
    /// Everything together.
    All,
}

/// The figures of one group.
#[derive(Clone, Debug, Default, PartialEq, QueryableByName)]
pub struct Figures {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Date>)]
    day: Option<NaiveDate>,
    #[diesel(sql_type = BigInt)]
    whole: i64,
    /// Rounds decided.
    #[diesel(sql_type = BigInt)]
    pub decided: i64,
    /// In favour.
    #[diesel(sql_type = BigInt)]
    pub validated: i64,
    /// Against.
    #[diesel(sql_type = BigInt)]
    pub refused: i64,
    /// Later than they were due.
    #[diesel(sql_type = BigInt)]
    pub late: i64,
    /// With another round after them that was not the ordinary next one.
    #[diesel(sql_type = BigInt)]
    pub reopened: i64,
    /// Hours from request to decision without the time in which the customer owed something: the middle one. What was
    /// asked for and decided in one step, an override, took no time and is left out.
    #[diesel(sql_type = Nullable<Double>)]
    pub median: Option<f64>,
    /// Nine of ten took no longer.
    #[diesel(sql_type = Nullable<Double>)]
    pub p90: Option<f64>,
}

impl Figures {
    /// A group of which nothing was decided.
    fn nothing(key: Key) -> Self {
        let (id, day) = match key {
            Key::Id(id) => (Some(id), None),
            Key::Day(day) => (None, Some(day)),
            Key::Nobody | Key::All => (None, None),
        };
        Self {
            id,
            day,
            whole: i64::from(key == Key::All),
            ..Self::default()
        }
    }

    /// What the row is about.
    pub fn key(&self) -> Key {
        match (self.whole, self.id, self.day) {
            (1, ..) => Key::All,
            (_, Some(id), _) => Key::Id(id),
            (_, None, Some(day)) => Key::Day(day),
            _ => Key::Nobody,
        }
    }
}

/// The groups of a report in their order: those that something was decided in, and those that only know an override.
pub fn with_overridden(
    mut found: Vec<Figures>,
    overridden: impl Iterator<Item = Key>,
) -> Vec<Figures> {
    let known: HashSet<Key> = found.iter().map(Figures::key).collect();
    let only = overridden.filter(|key| !known.contains(key));
    let mut only: Vec<Figures> = only.map(Figures::nothing).collect();
    only.sort_by_key(|one| (one.day, one.id));
    found.extend(only);
    // By day; where there is none the sort keeps what was found before, and what was decided comes first.
    found.sort_by_key(|one| one.day);
    found
}

/// The moments of a period.
pub type Between = (DateTime<Utc>, DateTime<Utc>);

impl Group {
    /// The group's columns over decided rounds, `id` and `day`.
    const fn of_rounds(self) -> (&'static str, &'static str) {
        match self {
            Self::Branch => ("r.branch_id", "NULL::date"),
            Self::Officer => (
                "CASE WHEN r.decided_kind = 'staff' THEN r.decided_by END",
                "NULL::date",
            ),
            Self::Time(_) => (
                "NULL::uuid",
                "date_trunc($4, r.decided_at AT TIME ZONE $5)::date",
            ),
        }
    }

    const fn of_entries(self) -> (&'static str, &'static str) {
        match self {
            Self::Branch => ("e.branch_id", "NULL::date"),
            Self::Officer => (
                "CASE WHEN e.actor_kind = 'staff' THEN e.actor_id END",
                "NULL::date",
            ),
            Self::Time(_) => ("NULL::uuid", "date_trunc($4, e.at AT TIME ZONE $5)::date"),
        }
    }

    const fn step(self) -> Step {
        match self {
            Self::Time(step) => step,
            _ => Step::Day,
        }
    }
}

/// The branches of the scope as a parameter: nothing where all are.
fn branches(tx: &Read<'_>) -> Option<Vec<Uuid>> {
    match tx.scope().branches() {
        Branches::All => None,
        Branches::Only(list) => Some(list.iter().map(|branch| branch.0).collect()),
    }
}

/// A report reads each round of its period, some microseconds each: so a year of a large house takes longer than a page
/// may.
const PATIENCE: &str = "SET LOCAL statement_timeout = '9s'";

/// The figures of each group, and of everything together.
pub fn figures(
    tx: &mut Read<'_>,
    group: Group,
    between: Between,
    zone: chrono_tz::Tz,
) -> Result<Vec<Figures>> {
    let (id, day) = group.of_rounds();
    let scope = branches(tx);
    let query = format!(
        "WITH r AS (
             SELECT {id} AS id, {day} AS day, r.decision, r.decided_at > r.due_at AS late,
                    CASE WHEN r.decided_at > r.submitted_at THEN
                        greatest(0, extract(epoch FROM r.decided_at - r.submitted_at - r.paused_for))::float8 / 3600 END AS hours,
                    EXISTS (SELECT 1 FROM reviews l WHERE l.organisation_id = r.organisation_id
                               AND l.customer_id = r.customer_id AND l.round = r.round + 1 AND l.type <> 'PERIODIC') AS reopened
               FROM reviews r
              WHERE r.organisation_id = $1 AND r.state = 'decided' AND r.decided_at >= $2 AND r.decided_at < $3
                AND $4 <> '' AND $5 <> '' AND ($6 IS NULL OR r.branch_id = ANY ($6)))
         SELECT id, day, grouping(id, day)::int8 / 3 AS whole, count(*) AS decided,
                count(*) FILTER (WHERE decision = 'validated') AS validated,
                count(*) FILTER (WHERE decision = 'refused') AS refused,
                count(*) FILTER (WHERE late) AS late, count(*) FILTER (WHERE reopened) AS reopened,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) AS median,
                percentile_cont(0.9) WITHIN GROUP (ORDER BY hours) AS p90
           FROM r GROUP BY GROUPING SETS ((id, day), ()) ORDER BY day, decided DESC, id"
    );
    let tenant = tx.scope().organisation();
    tx.conn().batch_execute(PATIENCE)?;
    Ok(sql_query(query)
        .bind::<SqlUuid, _>(tenant.0)
        .bind::<Timestamptz, _>(between.0)
        .bind::<Timestamptz, _>(between.1)
        .bind::<Text, _>(group.step().word())
        .bind::<Text, _>(zone.name())
        .bind::<Nullable<Array<SqlUuid>>, _>(scope)
        .load(tx.conn())?)
}

#[derive(QueryableByName)]
struct Overridden {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Date>)]
    day: Option<NaiveDate>,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many overrides the log has, by the same groups.
pub fn overrides(
    tx: &mut Read<'_>,
    group: Group,
    between: Between,
    zone: chrono_tz::Tz,
) -> Result<HashMap<Key, i64>> {
    let (id, day) = group.of_entries();
    let scope = branches(tx);
    let query = format!(
        "SELECT {id} AS id, {day} AS day, count(*) AS n FROM audit_entries e
          WHERE e.organisation_id = $1 AND e.at >= $2 AND e.at < $3 AND $4 <> '' AND $5 <> ''
            AND e.action IN ('customer.overridden', 'verification.overridden')
            AND ($6 IS NULL OR e.branch_id = ANY ($6)) GROUP BY 1, 2"
    );
    let tenant = tx.scope().organisation();
    let rows: Vec<Overridden> = sql_query(query)
        .bind::<SqlUuid, _>(tenant.0)
        .bind::<Timestamptz, _>(between.0)
        .bind::<Timestamptz, _>(between.1)
        .bind::<Text, _>(group.step().word())
        .bind::<Text, _>(zone.name())
        .bind::<Nullable<Array<SqlUuid>>, _>(scope)
        .load(tx.conn())?;
    let mut found = HashMap::new();
    for row in rows {
        let key = match (row.id, row.day) {
            (Some(id), _) => Key::Id(id),
            (None, Some(day)) => Key::Day(day),
            _ => Key::Nobody,
        };
        *found.entry(key).or_default() += row.n;
        *found.entry(Key::All).or_default() += row.n;
    }
    Ok(found)
}
