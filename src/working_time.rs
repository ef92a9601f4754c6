//! Working time, as deadlines count it: each weekday's hours less the holidays of the policy, in the organisation's
//! zone. A day has as many hours as it has there: 23 or 25 when the clocks change.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use crate::days;

/// When work is done: on which days, and where.
#[derive(Clone, Copy, Debug)]
pub struct WorkingTime<'a> {
    /// Where days begin and end.
    pub zone: Tz,
    /// Weekdays on which nobody works.
    pub holidays: &'a [NaiveDate],
}

impl WorkingTime<'_> {
    fn works_on(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains(&day)
    }

    fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// The moment at which so much working time has passed since `from`.
    pub fn after(&self, from: DateTime<Utc>, mut work: TimeDelta) -> DateTime<Utc> {
        let (mut at, mut day) = (from, self.day_of(from));
        while let Some(next) = day.succ_opt() {
            let ends = days::begins(next, self.zone);
            if self.works_on(day) {
                let left = ends - at;
                if work <= left {
                    return at + work;
                }
                work -= left;
            }
            (at, day) = (ends, next);
        }
        at
    }

    /// How much working time passes from one moment to a later one; none where it is not later.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let (mut at, mut day) = (from, self.day_of(from));
        let mut work = TimeDelta::zero();
        while at < to {
            let Some(next) = day.succ_opt() else { break };
            let ends = days::begins(next, self.zone);
            if self.works_on(day) {
                work += ends.min(to) - at;
            }
            (at, day) = (ends, next);
        }
        work
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    const MADRID: WorkingTime<'_> = WorkingTime {
        zone: Tz::Europe__Madrid,
        holidays: &[],
    };

    #[test]
    fn what_is_asked_on_friday_afternoon_is_due_on_monday_afternoon() {
        let due = MADRID.after(at("2026-11-20T15:00:00Z"), TimeDelta::hours(24));
        assert_eq!(due, at("2026-11-23T15:00:00Z"));
    }

    #[test]
    fn what_is_asked_on_a_saturday_begins_on_monday() {
        let due = MADRID.after(at("2026-11-21T10:00:00Z"), TimeDelta::hours(24));
        assert_eq!(
            due,
            at("2026-11-23T23:00:00Z"),
            "the end of Monday in Madrid"
        );
    }

    #[test]
    fn a_holiday_is_no_working_day() {
        let holidays = [NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")];
        let time = WorkingTime {
            holidays: &holidays,
            ..MADRID
        };
        let due = time.after(at("2026-11-20T15:00:00Z"), TimeDelta::hours(24));
        assert_eq!(due, at("2026-11-24T15:00:00Z"));
    }

    #[test]
    fn a_day_on_which_the_clocks_change_has_the_hours_it_has() {
        // A zone whose clocks change on a working day: in Amman Friday 25 February 2022 is 23 hours long.
        let time = WorkingTime {
            zone: Tz::Asia__Amman,
            holidays: &[],
        };
        let (from, to) = (at("2022-02-23T22:00:00Z"), at("2022-02-25T21:00:00Z"));
        assert_eq!(time.between(from, to), TimeDelta::hours(24 + 23));
    }

    #[test]
    fn time_added_is_time_counted() {
        let start = at("2026-10-19T00:00:00Z");
        for step in 0..400_i64 {
            let from = start + TimeDelta::minutes(step * 97);
            for hours in [1, 7, 24, 25, 61, 120] {
                let work = TimeDelta::hours(hours) + TimeDelta::seconds(step);
                let due = MADRID.after(from, work);
                assert_eq!(MADRID.between(from, due), work, "{from} + {work}");
                // In two parts it ends at the same moment: that is what stopping the clock relies on.
                let middle = MADRID.after(from, work / 3);
                let rest = work - work / 3;
                assert_eq!(MADRID.after(middle, rest), due, "{from} + {work}");
            }
        }
    }

    #[test]
    fn nothing_passes_backwards() {
        let moment = at("2026-11-20T15:00:00Z");
        assert_eq!(
            MADRID.between(moment, moment - TimeDelta::hours(1)),
            TimeDelta::zero()
        );
    }
}
