//! Working time: people add and decide from Monday to Friday between eight and six.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Timelike, Utc, Weekday};

use super::chance::Chance;

/// How far back the demo's history goes, in days: a little less than the 24 months for which the log has its months.
const SPAN: u64 = 725;
const OPENS: i64 = 8 * 3_600_000;
const DAY: i64 = 10 * 3_600_000;

/// The working days before the fill.
pub struct Calendar {
    days: Vec<NaiveDate>,
    /// The present: nothing happens after it.
    pub at: DateTime<Utc>,
}

impl Calendar {
    /// The two years that end at `at`.
    pub fn until(at: DateTime<Utc>) -> Self {
        let today = at.date_naive();
        let days = (1..=SPAN)
            .rev()
            .map(|back| today - Days::new(back))
            .filter(|day| !weekend(day.weekday()))
            .collect();
        Self { days, at }
    }

    /// When all this began: before the first customer.
    pub fn start(&self) -> DateTime<Utc> {
        moment(self.days[0], 0) - TimeDelta::hours(2)
    }

    /// When the `nth` of `of` customers was added: evenly over the working time, later ones later.
    pub fn arrival(&self, nth: u64, of: u64, chance: &mut Chance) -> DateTime<Utc> {
        let total = DAY * i64::try_from(self.days.len()).unwrap_or(1);
        let (nth, of) = (
            i64::try_from(nth).unwrap_or_default(),
            i64::try_from(of).unwrap_or(1).max(1),
        );
        // 725 days of ten hours times ten million customers stay within an i64.
        let place = total / of * nth + chance.between(0, total / of - 1);
        let place = place.min(total - 1);
        let day = usize::try_from(place / DAY).unwrap_or_default();
        moment(self.days[day], place % DAY)
    }

    /// A working moment so long after another, if it has come yet.
    pub fn later(
        &self,
        from: DateTime<Utc>,
        wait: TimeDelta,
        chance: &mut Chance,
    ) -> Option<DateTime<Utc>> {
        let mut then = from + wait;
        let millis = i64::from(then.num_seconds_from_midnight()) * 1000;
        if !(OPENS..OPENS + DAY).contains(&millis) {
            let day = if millis < OPENS {
                then.date_naive()
            } else {
                then.date_naive() + Days::new(1)
            };
            then = moment(day, chance.between(0, DAY / 4));
        }
        while weekend(then.weekday()) {
            then += TimeDelta::days(1);
        }
        (then < self.at).then_some(then)
    }

    /// The deadline of a review that was asked for then: 24 hours of weekdays.
    pub fn due(submitted: DateTime<Utc>) -> DateTime<Utc> {
        let mut due = submitted + TimeDelta::hours(24);
        while weekend(due.weekday()) {
            due += TimeDelta::hours(24);
        }
        due
    }
}

fn weekend(day: Weekday) -> bool {
    matches!(day, Weekday::Sat | Weekday::Sun)
}

fn moment(day: NaiveDate, millis: i64) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::milliseconds(OPENS + millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_arrive_in_order_on_weekdays_and_never_after_the_present() {
        let at = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let (calendar, mut chance) = (Calendar::until(at), Chance::new(1));
        let mut before = calendar.start();
        for nth in 0..500 {
            let then = calendar.arrival(nth, 500, &mut chance);
            assert!(before < then && then < at && !weekend(then.weekday()));
            before = then;
        }
    }

    #[test]
    fn a_review_asked_for_on_friday_is_due_on_monday() {
        let friday = DateTime::parse_from_rfc3339("2026-11-20T15:00:00Z").expect("a time");
        let due = Calendar::due(friday.to_utc());
        assert_eq!(due.to_rfc3339(), "2026-11-23T15:00:00+00:00");
    }
}
