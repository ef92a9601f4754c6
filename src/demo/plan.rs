//! The course of one customer's KYC: which rounds there were, who asked, who decided, and where it stands.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

use super::{
    calendar::Calendar,
    chance::Chance,
    house::{ADMIN, House},
};
use crate::{
    customers::rules::{Kyc, Move, ReviewType, Risk, years_to_next_review},
    reviews::rules::CLOSED_AFTER,
};

/// Who moved something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A member of staff, by place in the house.
    Member(usize),
    /// The clock.
    Clock,
}

/// A move of the KYC.
#[derive(Clone, Debug)]
pub struct Moved {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: By,
    /// By what.
    pub how: Move,
    /// From where.
    pub from: Kyc,
    /// To where.
    pub to: Kyc,
    /// In their own words, where words are asked for.
    pub reason: Option<&'static str>,
}

/// How a round ended, or where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Not decided; perhaps claimed.
    Open(Option<usize>),
    /// The customer was asked for more.
    Waiting(DateTime<Utc>),
    /// Decided.
    Decided(DateTime<Utc>, Kyc, usize),
}

/// One round.
#[derive(Clone, Debug)]
pub struct Round {
    /// Why it was made.
    pub kind: ReviewType,
    /// When it was asked for.
    pub submitted_at: DateTime<Utc>,
    /// By whom.
    pub submitted_by: usize,
    /// How it ended.
    pub end: End,
}

/// The course so far.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where it stands.
    pub kyc: Kyc,
    /// Every move.
    pub moves: Vec<Moved>,
    /// Every round.
    pub rounds: Vec<Round>,
    /// The risk, once decided.
    pub risk: Option<Risk>,
    /// The next review, once accepted.
    pub next_review_on: Option<NaiveDate>,
    /// When the last thing happened.
    pub last: DateTime<Utc>,
}

const WANTED: &[(u32, Kyc)] = &[
    (50, Kyc::None),
    (45, Kyc::Draft),
    (45, Kyc::Pending),
    (55, Kyc::Incomplete),
    (630, Kyc::Validated),
    (75, Kyc::ReviewNeeded),
    (100, Kyc::Refused),
];
const OVERRIDES: [&str; 4] = [
    "Court order received by post, relationship ended",
    "Owner confirmed as sanctioned after publication of the new list",
    "Papers proved to be forged, reported to the authority",
    "Decision of the compliance committee of this month",
];

/// A course, told within one branch.
pub struct Course<'a> {
    /// Chance.
    pub chance: &'a mut Chance,
    /// Working time.
    pub calendar: &'a Calendar,
    /// Who works here.
    pub house: &'a House,
    /// Where.
    pub branch: usize,
}

impl Course<'_> {
    /// Tells a course that begins with the customer's arrival.
    pub fn tell(&mut self, arrival: DateTime<Utc>) -> Plan {
        let mut plan = Plan {
            kyc: Kyc::None,
            moves: Vec::new(),
            rounds: Vec::new(),
            risk: None,
            next_review_on: None,
            last: arrival,
        };
        let wanted = self.chance.weighted(WANTED);
        // Nobody leaves it there, or nobody has come to it yet.
        let _ = self.follow(&mut plan, wanted);
        plan
    }

    /// Goes on until the wanted status is reached, or the present.
    fn follow(&mut self, plan: &mut Plan, wanted: Kyc) -> Option<()> {
        if wanted == Kyc::None {
            return None;
        }
        let clerk = self.house.somebody(self.chance, self.branch, None);
        if wanted == Kyc::Draft || self.chance.percent(8) {
            let at = self.after(plan.last, 5, 600)?;
            Self::go(plan, at, By::Member(clerk), Move::Submit, Kyc::Draft);
        }
        if wanted == Kyc::Draft {
            return None;
        }
        let old = self.calendar.at - plan.last > TimeDelta::days(8);
        let asked = if wanted == Kyc::Pending && old && self.chance.percent(40) {
            self.lately(plan.last)?
        } else if wanted == Kyc::Refused && self.chance.percent(50) {
            // A refusal is closed after ninety days: those that stand are young.
            self.within_a_season(plan.last)?
        } else {
            self.after(plan.last, 5, 4_000)?
        };
        self.ask(plan, asked, ReviewType::Onboarding, clerk);
        if wanted == Kyc::Pending && self.calendar.at - asked < TimeDelta::days(5) {
            return None;
        }
        if wanted == Kyc::Incomplete {
            let at = self.after(asked, 40, 1_800)?;
            let by = self.house.somebody(self.chance, self.branch, Some(clerk));
            Self::go(plan, at, By::Member(by), Move::AskForMore, Kyc::Incomplete);
            plan.rounds.last_mut()?.end = End::Waiting(at);
            return None;
        }
        let refuse = wanted == Kyc::Refused;
        let by_override = refuse && self.chance.percent(8);
        self.decide(plan, refuse && !by_override)?;
        if by_override {
            self.overrule(plan)?;
        }
        if refuse {
            let closes = plan.last + CLOSED_AFTER;
            if closes < self.calendar.at {
                Self::go(plan, closes, By::Clock, Move::Close, Kyc::Canceled);
            }
            return None;
        }
        self.renew(plan, wanted)?;
        if plan.kyc == Kyc::Validated && matches!(wanted, Kyc::ReviewNeeded | Kyc::Pending) {
            let days = (self.calendar.at - plan.last).num_days();
            let latest = days - if wanted == Kyc::Pending { 6 } else { 0 };
            let at = self.after(plan.last, 1_440, (latest * 1_440).clamp(1_441, 500_000))?;
            Self::go(plan, at, By::Clock, Move::RaiseEvent, Kyc::ReviewNeeded);
        }
        if wanted == Kyc::Pending && plan.kyc == Kyc::ReviewNeeded {
            let at = self.lately(plan.last)?;
            let clerk = self.house.somebody(self.chance, self.branch, None);
            self.ask(plan, at, ReviewType::Event, clerk);
        }
        None
    }

    /// Reviews that fell due because time passed.
    fn renew(&mut self, plan: &mut Plan, wanted: Kyc) -> Option<()> {
        while let Some(due) = plan.next_review_on {
            let falls = due.checked_sub_months(Months::new(3))?;
            if falls > self.calendar.at.date_naive() {
                break;
            }
            let at = falls.and_hms_opt(3, 0, 0)?.and_utc()
                + TimeDelta::milliseconds(self.chance.between(0, 600_000));
            if at >= self.calendar.at {
                break;
            }
            Self::go(plan, at, By::Clock, Move::FallDue, Kyc::ReviewNeeded);
            if wanted == Kyc::ReviewNeeded {
                break;
            }
            let at = self.after(plan.last, 600, 20_000)?;
            let clerk = self.house.somebody(self.chance, self.branch, None);
            self.ask(plan, at, ReviewType::Periodic, clerk);
            self.decide(plan, false)?;
        }
        Some(())
    }

    fn ask(&mut self, plan: &mut Plan, at: DateTime<Utc>, kind: ReviewType, clerk: usize) {
        Self::go(plan, at, By::Member(clerk), Move::Request, Kyc::Pending);
        let other = self.house.somebody(self.chance, self.branch, Some(clerk));
        let claimed = self.chance.percent(45).then_some(other);
        plan.rounds.push(Round {
            kind,
            submitted_at: at,
            submitted_by: clerk,
            end: End::Open(claimed),
        });
    }

    /// Decides the open round, once somebody comes to it.
    fn decide(&mut self, plan: &mut Plan, refuse: bool) -> Option<()> {
        let longest = if self.chance.percent(6) { 7_000 } else { 1_700 };
        let at = self.after(plan.last, 25, longest)?;
        let round = plan.rounds.last_mut()?;
        let by = self
            .house
            .somebody(self.chance, self.branch, Some(round.submitted_by));
        let (how, to) = if refuse {
            (Move::Refuse, Kyc::Refused)
        } else {
            (Move::Validate, Kyc::Validated)
        };
        round.end = End::Decided(at, to, by);
        let risk = self
            .chance
            .weighted(&[(70, Risk::Low), (22, Risk::Medium), (8, Risk::High)]);
        let risk = *plan.risk.get_or_insert(risk);
        plan.next_review_on = (!refuse).then(|| {
            let today = at.date_naive();
            today
                .with_year(today.year() + i32::try_from(years_to_next_review(risk)).unwrap_or(1))
                .unwrap_or(today + TimeDelta::days(365))
        });
        Self::go(plan, at, By::Member(by), how, to);
        Some(())
    }

    /// An admin sets an accepted customer to refused: a round of its own.
    fn overrule(&mut self, plan: &mut Plan) -> Option<()> {
        let at = self.after(plan.last, 4_000, 90_000)?;
        let reason = *self.chance.pick(&OVERRIDES);
        Self::go(plan, at, By::Member(ADMIN), Move::Override, Kyc::Refused);
        plan.moves.last_mut()?.reason = Some(reason);
        plan.next_review_on = None;
        plan.rounds.push(Round {
            kind: ReviewType::Event,
            submitted_at: at,
            submitted_by: ADMIN,
            end: End::Decided(at, Kyc::Refused, ADMIN),
        });
        Some(())
    }

    fn go(plan: &mut Plan, at: DateTime<Utc>, by: By, how: Move, to: Kyc) {
        plan.moves.push(Moved {
            at,
            by,
            how,
            from: plan.kyc,
            to,
            reason: None,
        });
        plan.kyc = to;
        plan.last = at;
    }

    /// So many minutes later, in working time, if that has come.
    fn after(&mut self, from: DateTime<Utc>, least: i64, most: i64) -> Option<DateTime<Utc>> {
        let wait = TimeDelta::milliseconds(self.chance.between(least * 60_000, most * 60_000));
        self.calendar.later(from, wait, self.chance)
    }

    /// Within the last weeks in which a refusal still stands, but after what came before.
    fn within_a_season(&mut self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let back = TimeDelta::days(self.chance.between(6, CLOSED_AFTER.num_days() - 10));
        let from = (self.calendar.at - back).max(after + TimeDelta::minutes(10));
        let wait = TimeDelta::milliseconds(self.chance.between(1, 36_000_000));
        self.calendar.later(from, wait, self.chance)
    }

    /// Within the last days, but after what came before.
    fn lately(&mut self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let back = TimeDelta::minutes(self.chance.between(20, 5_600));
        let from = (self.calendar.at - back).max(after + TimeDelta::minutes(10));
        self.calendar
            .later(
                from,
                TimeDelta::milliseconds(self.chance.between(1, 60_000)),
                self.chance,
            )
            .or_else(|| {
                (after < self.calendar.at - TimeDelta::hours(1))
                    .then(|| self.calendar.at - TimeDelta::minutes(self.chance.between(5, 50)))
            })
    }
}
