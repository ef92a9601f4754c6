//! One customer's story: who they say they are, the rounds of their KYC, and the entries that tell of it.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{
    calendar::Calendar,
    chance::Chance,
    checks,
    house::House,
    lands::Land,
    ledger::Ledger,
    members::Rings,
    people::{self, Declared},
    plan::{By, Course, End, Moved, Plan, Round},
    rows::{Jsonb, Words},
    staging::Chunk,
};
use crate::{
    audit::event::{Change, CustomerRef, Event, Subject, What},
    customers::rules::{Kind, Kyc, Move, Risk},
    keys::Keys,
    seal::DataKey,
    value::{CustomerId, DataKeyId},
};

/// Tells customers one after another.
pub struct Teller<'a> {
    /// Chance.
    pub chance: Chance,
    /// Working time.
    pub calendar: Calendar,
    /// Who works here.
    pub house: &'a House,
    /// Where customers come from.
    pub lands: Vec<Land>,
    /// The log.
    pub ledger: Ledger,
    /// The last number taken from the organisation's sequence.
    pub number: i64,
    /// How many checks there are.
    pub checks: u64,
    /// Entries that are about customers.
    pub entries: u64,
    /// Who may be a member of a company.
    pub rings: Rings,
}

/// A customer while its story is told.
pub struct Told {
    /// The customer's id, branch and key's id.
    pub reference: CustomerRef,
    /// The key itself.
    pub key: DataKey,
    /// Its branch's place.
    pub branch: usize,
    /// What it is.
    pub kind: Kind,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// Raised by every change.
    pub version: i32,
    /// When the last change was made.
    pub updated_at: DateTime<Utc>,
}

impl Told {
    /// A change was made then.
    pub fn touch(&mut self, at: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = self.updated_at.max(at);
    }
}

impl Teller<'_> {
    /// The next number of the organisation.
    pub fn next_number(&mut self) -> i64 {
        self.number += 1;
        self.number
    }

    /// Writes an entry about a customer.
    pub fn say(
        &mut self,
        chunk: &mut Chunk,
        told: &Told,
        at: DateTime<Utc>,
        by: By,
        event: &Event,
    ) -> anyhow::Result<()> {
        let hand = match by {
            By::Member(place) => &self.house.staff[place],
            By::Clock => &self.house.clock,
        };
        self.entries += 1;
        self.ledger.write(
            &mut chunk.audit_entries,
            &mut self.chance,
            at,
            hand,
            Some(&told.key),
            event,
        )
    }

    /// Tells the `nth` of `of`.
    pub fn tell(&mut self, nth: u64, of: u64, chunk: &mut Chunk) -> anyhow::Result<()> {
        let weights: Vec<(u32, usize)> =
            self.lands.iter().map(|land| land.weight).zip(0..).collect();
        let land = self.chance.weighted(&weights);
        let branch = self.chance.weighted(self.lands[land].branches);
        let added_at = self.calendar.arrival(nth, of, &mut self.chance);
        let mut kind = self.chance.weighted(&[
            (75, Kind::Natural),
            (8, Kind::SoleTrader),
            (17, Kind::Legal),
        ]);
        if kind == Kind::Legal && !self.rings.serves(branch) {
            kind = Kind::Natural;
        }
        let declared = people::declare(
            &mut self.chance,
            &self.lands[land],
            kind,
            self.calendar.at.date_naive(),
        );
        let plan = Course {
            chance: &mut self.chance,
            calendar: &self.calendar,
            house: self.house,
            branch,
        }
        .tell(added_at);
        let (id, key_id) = (
            self.chance.id(added_at),
            DataKeyId(self.chance.id(added_at)),
        );
        let (key, wrapped) = Keys::new_data_key(&self.house.key, key_id)?;
        chunk
            .data_keys
            .push(&[&self.house.organisation, &key_id.0, &wrapped, &added_at]);
        let mut told = Told {
            reference: CustomerRef {
                id: CustomerId(id),
                branch: self.house.branches[branch],
                key: key_id,
            },
            key,
            branch,
            kind,
            added_at,
            version: 1,
            updated_at: added_at,
        };
        let clerk = match plan.moves.first().map(|moved| moved.by) {
            Some(By::Member(clerk)) => clerk,
            _ => self.house.somebody(&mut self.chance, branch, None),
        };
        let land_code = self.lands[land].code;
        self.added(chunk, &told, clerk, land_code, &declared)?;
        for moved in &plan.moves {
            self.moved(chunk, &mut told, &plan, moved)?;
        }
        let number = self.next_number();
        let rounds = self.rounds(chunk, &told, &plan, &declared);
        checks::tell(self, chunk, &mut told, &plan, &rounds, &declared, nth)?;
        checks::papers(
            self, chunk, &mut told, &plan, &rounds, clerk, land_code, &declared,
        );
        let representative = self.members(chunk, &told, &plan);
        self.edits_and_notes(chunk, &mut told, clerk)?;
        self.views(chunk, &told, nth)?;
        self.row(
            chunk,
            &told,
            &plan,
            &declared,
            number,
            clerk,
            land,
            representative,
        );
        chunk.customers_told += 1;
        Ok(())
    }

    fn added(
        &mut self,
        chunk: &mut Chunk,
        told: &Told,
        clerk: usize,
        country: &str,
        declared: &Declared,
    ) -> anyhow::Result<()> {
        let mut changes = vec![Change::plain("kind", Value::Null, told.kind.as_str())];
        let born = declared.birth_date.map(|day| day.to_string());
        let personal = [
            ("first_name", declared.first_name.as_deref()),
            ("last_name", declared.last_name.as_deref()),
            ("legal_name", declared.legal_name.as_deref()),
            ("email", Some(declared.email.as_str())),
            ("birth_date", born.as_deref()),
            ("country", Some(country)),
        ];
        for (field, value) in personal {
            if let Some(value) = value {
                changes.push(Change::personal(field, Value::Null, value));
            }
        }
        let event =
            Event::new(What::CustomerAdded, Subject::Customer(told.reference)).changing(changes);
        self.say(chunk, told, told.added_at, By::Member(clerk), &event)
    }

    fn moved(
        &mut self,
        chunk: &mut Chunk,
        told: &mut Told,
        plan: &Plan,
        moved: &Moved,
    ) -> anyhow::Result<()> {
        let what = if moved.how == Move::Override {
            What::KycOverridden
        } else {
            What::KycMoved
        };
        let mut changes = vec![Change::plain("kyc", moved.from.as_str(), moved.to.as_str())];
        if moved.how == Move::Validate
            && let Some(risk) = plan.risk
        {
            changes.push(Change::plain("risk", Value::Null, risk.as_str()));
        }
        let mut event = Event::new(what, Subject::Customer(told.reference)).changing(changes);
        if let Some(reason) = moved.reason {
            event = event.because(reason);
        }
        told.touch(moved.at);
        self.say(chunk, told, moved.at, moved.by, &event)
    }

    /// The rounds as rows; answers their ids.
    fn rounds(
        &mut self,
        chunk: &mut Chunk,
        told: &Told,
        plan: &Plan,
        declared: &Declared,
    ) -> Vec<Uuid> {
        let mut ids = Vec::with_capacity(plan.rounds.len());
        let name = declared
            .legal_name
            .as_deref()
            .or(declared.last_name.as_deref());
        for (round, place) in plan.rounds.iter().zip(1_i32..) {
            let (id, number) = (self.chance.id(round.submitted_at), self.next_number());
            let snapshot =
                serde_json::json!({ "name": name, "email": declared.email, "city": declared.city })
                    .to_string();
            let submitter = self.house.staff_id(round.submitted_by);
            let (state, assignee, paused, decided) = match round.end {
                End::Open(claimed) => ("open", claimed, None, None),
                End::Waiting(at) => ("waiting", None, Some(at), None),
                End::Decided(at, to, by) => ("decided", Some(by), None, Some((at, to, by))),
            };
            let refused = decided.is_some_and(|(_, to, _)| to == Kyc::Refused);
            let claim_ends = matches!(round.end, End::Open(Some(_)))
                .then(|| self.calendar.at + TimeDelta::minutes(self.chance.between(-600, 28)));
            chunk.reviews.push(&[
                &self.house.organisation,
                &id,
                &number,
                &told.reference.id.0,
                &told.reference.branch.0,
                &place,
                &round.kind.as_str(),
                &state,
                &"staff",
                &submitter,
                &round.submitted_at,
                &Jsonb(&snapshot),
                &assignee.map(|member| self.house.staff_id(member)),
                &claim_ends,
                &Calendar::due(round.submitted_at),
                &paused,
                &decided.map(|(_, to, _)| to.as_str()),
                &decided.and(plan.risk).map(Risk::as_str),
                &Words(refused.then_some("identity_not_proved")),
                &refused.then_some("The papers do not support what was declared."),
                &refused.then_some("We could not verify the information you gave us."),
                &decided.map(|(_, _, by)| self.house.staff_id(by)),
                &decided.map(|_| "staff"),
                &decided.map(|(at, _, _)| at),
            ]);
            ids.push(id);
        }
        ids
    }

    /// A working moment between so many minutes after another, if it has come.
    pub fn later(&mut self, from: DateTime<Utc>, least: i64, most: i64) -> Option<DateTime<Utc>> {
        let wait = TimeDelta::milliseconds(self.chance.between(least * 60_000, most * 60_000));
        self.calendar.later(from, wait, &mut self.chance)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "everything that was told comes together in one row"
    )]
    fn row(
        &mut self,
        chunk: &mut Chunk,
        told: &Told,
        plan: &Plan,
        declared: &Declared,
        number: i64,
        clerk: usize,
        land: usize,
        representative: Option<(String, String)>,
    ) {
        let land = &self.lands[land];
        let decided = plan.rounds.iter().rev().find_map(|round| match round.end {
            End::Decided(at, _, _) => Some(at),
            _ => None,
        });
        let refused = matches!(plan.kyc, Kyc::Refused | Kyc::Canceled)
            .then_some(decided)
            .flatten();
        let comment = match plan.kyc {
            Kyc::Refused | Kyc::Canceled => {
                Some("We could not verify the information you gave us.")
            }
            Kyc::Incomplete => Some("A proof of your address is missing."),
            _ => None,
        };
        let last = plan.rounds.last();
        let country = Some(land.code);
        let high = (plan.risk == Some(Risk::High))
            .then_some("Business with cash, or a country of higher risk.");
        let (representative, representative_email) = representative.unzip();
        chunk.customers.push(&[
            &self.house.organisation,
            &told.reference.id.0,
            &number,
            &self.chance.word(12),
            &told.reference.branch.0,
            &told.kind.as_str(),
            &declared.legal_type,
            &declared.title,
            &declared.first_name,
            &declared.last_name,
            &declared.email,
            &land.dial,
            &declared.phone,
            &declared.birth_date,
            &declared.birth_place,
            &declared.birth_country,
            &declared.nationality,
            &declared.address_line1,
            &declared.city,
            &declared.postal_code,
            &country,
            &declared.tax_id,
            &declared.occupation,
            &declared.income_range,
            &declared.legal_name,
            &declared.legal_form,
            &declared.registration_number,
            &representative,
            &representative_email,
            &country,
            &declared.us_person,
            &self.rings.no_owner,
            &plan.kyc.as_str(),
            &last.map(|round: &Round| round.kind.as_str()),
            &plan.risk.map(Risk::as_str),
            &high,
            &comment,
            &last.map(|round| round.submitted_at),
            &decided,
            &plan.next_review_on,
            &refused,
            &told.reference.key.0,
            &"staff",
            &self.house.staff_id(clerk),
            &told.added_at,
            &told.updated_at,
            &told.version,
        ]);
        debug_assert!(told.added_at.year() > 2000);
        self.rings.remember(told, plan.kyc, declared);
    }
}
