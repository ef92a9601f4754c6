//! Days: people ask for days, the database keeps moments. A day begins when it begins in the organisation's zone.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// A day that people ask for, `YYYY-MM-DD`; nothing where it is none, or none that a calendar of ours can hold.
pub fn read(text: &str) -> Option<NaiveDate> {
    text.parse().ok().filter(|day| is_plausible(*day))
}

/// Whether a day lies in the years that PostgreSQL and our customers' lives can hold.
pub fn is_plausible(day: NaiveDate) -> bool {
    (1800..=9999).contains(&day.year())
}

/// The first moment of a day in a time zone. Where the clocks skip midnight, the day begins an hour later; a day that
/// was left out, as where a country went over the date line, begins and ends where the next one begins.
pub fn begins(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    (0..=24)
        .find_map(|hours| {
            let local = midnight + TimeDelta::hours(hours);
            zone.from_local_datetime(&local).earliest()
        })
        .map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
}

/// The moments between which inclusive days lie: the first day's beginning, and the beginning of the day after the last.
pub fn between(
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    zone: Tz,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let after = to.map(|day| day.succ_opt().unwrap_or(day));
    (
        from.map(|day| begins(day, zone)),
        after.map(|day| begins(day, zone)),
    )
}
