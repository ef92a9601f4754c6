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
    fn a_day_that_was_left_out_has_no_hours() {
        // In Apia Thursday 29 December 2011 was followed by Saturday 31 December.
        let (from, to) = (at("2011-12-29T10:00:00Z"), at("2011-12-31T10:00:00Z"));
        let left_out = [NaiveDate::from_ymd_opt(2011, 12, 30).expect("a day")];
        for holidays in [&left_out[..], &[]] {
            let time = WorkingTime {
                zone: Tz::Pacific__Apia,
                holidays,
            };
            assert_eq!(time.between(from, to), TimeDelta::hours(24));
            let evening = from + TimeDelta::hours(20);
            assert_eq!(time.between(evening, to), TimeDelta::hours(4));
            // What is left over is done on Monday, the second of January there.
            let due = time.after(evening, TimeDelta::hours(6));
            assert_eq!(due, at("2012-01-01T12:00:00Z"));
        }
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

    mod laws {
        use proptest::prelude::*;

        use super::*;

        /// Zones whose clocks change on working days, at midnight or both, each with the first of three years in which
        /// they did. In Apia 30 December 2011, a Friday, was left out.
        const ZONES: [(Tz, i32); 8] = [
            (Tz::Africa__Cairo, 2023),
            (Tz::Asia__Beirut, 2024),
            (Tz::Asia__Amman, 2020),
            (Tz::America__Santiago, 2024),
            (Tz::Europe__Madrid, 2025),
            (Tz::Europe__London, 2025),
            (Tz::Pacific__Apia, 2010),
            (Tz::Pacific__Apia, 2019),
        ];

        /// A zone, up to ten holidays of some weeks, and a moment within or before these.
        fn calendars() -> impl Strategy<Value = (Tz, Vec<NaiveDate>, DateTime<Utc>)> {
            let zones = prop::sample::select(ZONES.to_vec());
            let holidays = prop::collection::vec(0..40_i64, 0..=10);
            (zones, 0..3 * 365_i64, 0..86_400_i64, holidays).prop_map(
                |((zone, year), day, second, holidays)| {
                    let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a day");
                    let first = first + TimeDelta::days(day);
                    let from = first.and_time(chrono::NaiveTime::MIN).and_utc();
                    let holidays = holidays
                        .into_iter()
                        .map(|days| first + TimeDelta::days(days))
                        .collect();
                    (zone, holidays, from + TimeDelta::seconds(second))
                },
            )
        }

        fn work() -> impl Strategy<Value = TimeDelta> {
            (0..=200 * 3_600_i64).prop_map(TimeDelta::seconds)
        }

        proptest! {
            #[test]
            fn what_was_added_has_passed((zone, holidays, from) in calendars(), work in work()) {
                let time = WorkingTime { zone, holidays: &holidays };
                let due = time.after(from, work);
                prop_assert!(due >= from + work);
                prop_assert_eq!(time.between(from, due), work);
            }

            #[test]
            fn it_adds_up(
                (zone, holidays, from) in calendars(),
                one in work(),
                other in (1..=200 * 3_600_i64).prop_map(TimeDelta::seconds),
            ) {
                let time = WorkingTime { zone, holidays: &holidays };
                let middle = time.after(from, one);
                let end = time.after(middle, other);
                prop_assert_eq!(end, time.after(from, one + other));
                // Wherever a stretch is cut, also at night.
                let cut = from + (end - from) / 3;
                prop_assert_eq!(
                    time.between(from, cut) + time.between(cut, end),
                    one + other
                );
            }

            #[test]
            fn later_never_ends_sooner(
                (zone, holidays, from) in calendars(),
                (one, other) in (work(), work()),
                wait in (0..=400 * 3_600_i64).prop_map(TimeDelta::seconds),
            ) {
                let time = WorkingTime { zone, holidays: &holidays };
                let (less, more) = (one.min(other), one.max(other));
                prop_assert!(time.after(from, less) <= time.after(from, more));
                prop_assert!(time.after(from, one) <= time.after(from + wait, one));
                prop_assert!(time.between(from, from + wait) <= wait);
            }

            #[test]
            fn nothing_is_due_on_a_day_without_work((zone, holidays, from) in calendars(), work in work()) {
                let time = WorkingTime { zone, holidays: &holidays };
                let due = time.after(from, work);
                let day = time.day_of(due);
                // The end of the last working day is the first moment of the day after it.
                prop_assert!(time.works_on(day) || due == days::begins(day, zone));
            }

            #[test]
            fn a_clock_that_stood_still_goes_on_with_what_was_left(
                (zone, holidays, from) in calendars(),
                work in work(),
                at in 0..=100_i32,
                stood in (0..=400 * 3_600_i64).prop_map(TimeDelta::seconds),
            ) {
                let time = WorkingTime { zone, holidays: &holidays };
                let due = time.after(from, work);
                let paused = from + (due - from) / 100 * at;
                let (done, left) = (time.between(from, paused), time.between(paused, due));
                prop_assert_eq!(done + left, work);
                let resumed = paused + stood;
                prop_assert_eq!(time.between(resumed, time.after(resumed, left)), left);
                prop_assert!(time.after(resumed, left) >= due);
            }
        }
    }
}
