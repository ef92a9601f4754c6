//! Checks by providers, papers and tax residences of one customer.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{
    house::ADMIN,
    people::{self, Declared},
    plan::{By, End, Plan, Round},
    read_off::{self, Paper},
    rows::Jsonb,
    size::{CHECKS, promised},
    staging::Chunk,
    story::{Teller, Told},
};
use crate::{
    audit::event::{Change, Event, Subject, What},
    customers::rules::{Kind, Kyc},
    value::VerificationId,
};

/// Type, check and provider.
type Sort = (&'static str, &'static str, &'static str);

const OF_PEOPLE: [Sort; 6] = [
    ("document", "identity_document", "papercheck"),
    ("sanctions", "screening", "listwatch"),
    ("liveness", "face_match", "facelink"),
    ("pep", "screening", "listwatch"),
    ("address", "proof_of_address", "papercheck"),
    ("phone", "one_time_code", "ringback"),
];
const OF_COMPANIES: [Sort; 5] = [
    ("registry", "register_extract", "registra"),
    ("sanctions", "screening", "listwatch"),
    ("ownership", "beneficial_owners", "registra"),
    ("adverse_media", "screening", "listwatch"),
    ("address", "registered_office", "papercheck"),
];
const OVERRIDES: [&str; 3] = [
    "The provider withdrew its answer after an outage",
    "Checked by hand against the original at the branch",
    "Answer was given for another person of the same name",
];

struct Check {
    sort: Sort,
    review: Option<Uuid>,
    started: DateTime<Utc>,
    by: By,
    status: &'static str,
    moved: Option<(DateTime<Utc>, By)>,
    verified_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    /// What its provider said of it.
    reason: Option<&'static str>,
    /// Why an admin overrode it: for colleagues, so it stands in the log alone.
    overridden: Option<&'static str>,
    /// What a register answered, by field.
    fields: Option<Value>,
}

/// The check that each round owns, and as many by providers as make the promised number.
pub fn tell(
    teller: &mut Teller<'_>,
    chunk: &mut Chunk,
    told: &mut Told,
    plan: &Plan,
    rounds: &[Uuid],
    declared: &Declared,
    nth: u64,
) -> anyhow::Result<()> {
    for (round, id) in plan.rounds.iter().zip(rounds) {
        let kind = if told.kind == Kind::Legal {
            "kyb"
        } else {
            "kyc"
        };
        let (status, moved) = match round.end {
            End::Decided(at, Kyc::Validated, by) => ("verified", Some((at, By::Member(by)))),
            End::Decided(at, _, by) => ("failed", Some((at, By::Member(by)))),
            _ => ("pending", None),
        };
        let verified_at = moved.filter(|_| status == "verified").map(|(at, _)| at);
        let check = Check {
            sort: (kind, "review", "manual"),
            review: Some(*id),
            started: round.submitted_at,
            by: By::Member(round.submitted_by),
            status,
            moved,
            verified_at,
            expires_at: None,
            // What its customer was told stands on the round.
            reason: None,
            overridden: None,
            fields: None,
        };
        write(teller, chunk, told, &check);
    }
    let Some(first) = plan.rounds.first() else {
        return Ok(());
    };
    let wanted = promised(CHECKS, nth).saturating_sub(teller.checks);
    let wanted = wanted.saturating_add(teller.chance.below(2) as u64).min(6);
    let sorts: &[Sort] = if told.kind == Kind::Legal {
        &OF_COMPANIES
    } else {
        &OF_PEOPLE
    };
    for place in 0..usize::try_from(wanted)? {
        provider(
            teller,
            chunk,
            told,
            plan,
            sorts[place % sorts.len()],
            first,
            declared,
        )?;
    }
    Ok(())
}

/// A check by a provider, started with the first round.
fn provider(
    teller: &mut Teller<'_>,
    chunk: &mut Chunk,
    told: &mut Told,
    plan: &Plan,
    sort: Sort,
    round: &Round,
    declared: &Declared,
) -> anyhow::Result<()> {
    let (asked, clerk) = (round.submitted_at, round.submitted_by);
    let now = teller.calendar.at;
    let by_hand = teller.chance.percent(42);
    let by = if by_hand {
        By::Member(clerk)
    } else {
        By::Clock
    };
    let started = asked + TimeDelta::milliseconds(teller.chance.between(2_000, 240_000));
    let answered = started + TimeDelta::milliseconds(teller.chance.between(3_000, 5_400_000));
    if started >= now {
        return Ok(());
    }
    let refused = matches!(plan.kyc, Kyc::Refused | Kyc::Canceled | Kyc::Incomplete);
    let mut check = Check {
        sort,
        review: None,
        started,
        by,
        status: "pending",
        moved: None,
        verified_at: None,
        expires_at: None,
        reason: None,
        overridden: None,
        fields: None,
    };
    if answered < now && !(plan.kyc == Kyc::Pending && teller.chance.percent(25)) {
        check.moved = Some((answered, By::Clock));
        if teller.chance.percent(if refused { 25 } else { 3 }) {
            check.status = "failed";
            check.reason = Some("mismatch");
        } else {
            check.status = "verified";
            check.verified_at = Some(answered);
            check.fields = (sort.0 == "registry").then(|| {
                let undecided = matches!(plan.kyc, Kyc::Pending | Kyc::Incomplete);
                read_off::register(declared, undecided, answered)
            });
            check.expires_at = match sort.0 {
                "pep" | "adverse_media" => Some(answered + TimeDelta::days(365)),
                "document" => Some(answered + TimeDelta::days(teller.chance.between(740, 3_650))),
                _ => None,
            };
        }
    }
    since(teller, &mut check, now);
    let id = write(teller, chunk, told, &check);
    if by_hand {
        let event = Event::new(
            What::VerificationStarted,
            Subject::Verification(VerificationId(id), told.reference),
        )
        .changing(vec![
            Change::plain("verification_type", Value::Null, sort.0),
            Change::plain("provider", Value::Null, sort.2),
        ]);
        told.touch(started);
        teller.say(chunk, told, started, by, &event)?;
    }
    follow(teller, chunk, told, &check, id)
}

/// What became of an answer since: it ran out, or an admin overrode it.
fn since(teller: &mut Teller<'_>, check: &mut Check, now: DateTime<Utc>) {
    if check.status == "verified" {
        if let Some(ends) = check.expires_at.filter(|ends| *ends < now) {
            check.status = "expired";
            check.moved = Some((ends, By::Clock));
        } else if teller.chance.percent(1)
            && let Some(at) = check
                .verified_at
                .and_then(|from| teller.later(from, 3_000, 200_000))
        {
            check.status = if teller.chance.percent(60) {
                "expired"
            } else {
                "failed"
            };
            check.moved = Some((at, By::Member(ADMIN)));
            check.overridden = Some(*teller.chance.pick(&OVERRIDES));
        }
    }
}

fn follow(
    teller: &mut Teller<'_>,
    chunk: &mut Chunk,
    told: &mut Told,
    check: &Check,
    id: Uuid,
) -> anyhow::Result<()> {
    let Some((at, by)) = check.moved else {
        return Ok(());
    };
    let what = match by {
        By::Member(ADMIN) => What::VerificationOverridden,
        By::Clock if check.status == "expired" => What::VerificationExpired,
        _ => return Ok(()),
    };
    let mut event = Event::new(
        what,
        Subject::Verification(VerificationId(id), told.reference),
    )
    .changing(vec![Change::plain("status", "verified", check.status)]);
    if let (What::VerificationOverridden, Some(reason)) = (what, check.overridden) {
        event = event.because(reason);
    }
    told.touch(at);
    teller.say(chunk, told, at, by, &event)
}

fn write(teller: &mut Teller<'_>, chunk: &mut Chunk, told: &Told, check: &Check) -> Uuid {
    let (id, number) = (teller.chance.id(check.started), teller.next_number());
    let parts = |by: By| match by {
        By::Member(place) => ("staff", Some(teller.house.staff_id(place))),
        By::Clock => ("clock", None),
    };
    let (started_kind, started_id) = parts(check.by);
    let (actor_kind, actor_id) = check.moved.map(|(_, by)| parts(by)).unzip();
    let machine = check.review.is_none();
    let answered = machine && check.moved.is_some();
    let payload = answered.then(|| {
        let mut payload = serde_json::json!({ "result": check.status, "score": 40 + number % 60 });
        if let Some(fields) = &check.fields {
            payload["fields"] = fields.clone();
        }
        payload.to_string()
    });
    let reference =
        machine.then(|| format!("{}-{:08x}", &check.sort.2[..2], id.as_u128() & 0xffff_ffff));
    let updated = check.moved.map_or(check.started, |(at, _)| at);
    chunk.verifications.push(&[
        &teller.house.organisation,
        &id,
        &number,
        &told.reference.id.0,
        &told.reference.branch.0,
        &check.review,
        &check.sort.0,
        &check.sort.1,
        &check.sort.2,
        &reference,
        &check.status,
        &check.reason,
        &payload.as_deref().map(Jsonb),
        &started_kind,
        &started_id,
        &actor_kind,
        &actor_id.flatten(),
        &check.verified_at,
        &check.expires_at,
        &check.moved.map(|(at, _)| at),
        &check.started,
        &updated,
    ]);
    teller.checks += 1;
    id
}

/// Papers (only what is known of them, no files) and where taxes are paid.
#[expect(
    clippy::too_many_arguments,
    reason = "a paper hangs on everything that was told before"
)]
pub fn papers(
    teller: &mut Teller<'_>,
    chunk: &mut Chunk,
    told: &mut Told,
    plan: &Plan,
    rounds: &[Uuid],
    clerk: usize,
    country: &str,
    declared: &Declared,
) {
    const NATURAL: &[(&str, &str)] = &[
        ("IDENTITY_PROOF", "passport.pdf"),
        ("ADDRESS_PROOF", "electricity-bill.pdf"),
    ];
    const TRADER: &[(&str, &str)] = &[
        ("IDENTITY_PROOF", "id-card.pdf"),
        ("ADDRESS_PROOF", "bank-letter.pdf"),
        ("REGISTRATION_PROOF", "trade-register.pdf"),
    ];
    const COMPANY: &[(&str, &str)] = &[
        ("REGISTRATION_PROOF", "register-extract.pdf"),
        ("ARTICLES_OF_ASSOCIATION", "articles.pdf"),
        ("SHAREHOLDER_DECLARATION", "shareholders.pdf"),
    ];
    let Some(first) = plan.rounds.first() else {
        return;
    };
    let list = match told.kind {
        Kind::Natural => NATURAL,
        Kind::SoleTrader => TRADER,
        Kind::Legal => COMPANY,
    };
    let missing = usize::from(plan.kyc == Kyc::Incomplete);
    for (place, (sort, name)) in list.iter().enumerate().take(list.len() - missing) {
        let at = (first.submitted_at
            - TimeDelta::milliseconds(teller.chance.between(1_000, 280_000)))
        .max(told.added_at);
        let status = match first.end {
            End::Decided(_, Kyc::Validated, _) => "validated",
            End::Decided(..) if place == 0 => "refused",
            End::Decided(..) => "validated",
            _ => "pending",
        };
        let updated = match first.end {
            End::Decided(at, ..) => at,
            _ => at,
        };
        let (id, number) = (teller.chance.id(at), teller.next_number());
        let ends = (*sort == "IDENTITY_PROOF")
            .then(|| people::document_end(&mut teller.chance, teller.calendar.at.date_naive()));
        chunk.documents.push(&[
            &teller.house.organisation,
            &id,
            &number,
            &told.reference.id.0,
            &rounds.first().copied(),
            sort,
            name,
            &"application/pdf",
            &teller.chance.between(40_000, 4_000_000),
            &teller.chance.bytes::<32>(),
            &status,
            &(status == "refused").then_some("not_legible"),
            &ends,
            &"staff",
            &teller.house.staff_id(clerk),
            &at,
            &updated,
        ]);
        if status != "refused" {
            let paper = Paper {
                id,
                sort,
                ends,
                at,
                by: teller.house.staff_id(clerk),
                country,
            };
            let house = teller.house.organisation;
            read_off::tell(house, chunk, told, plan.kyc, &paper, declared);
        }
    }
    if told.kind != Kind::Legal || teller.chance.percent(70) {
        let number = teller.next_number();
        let at = told.added_at;
        chunk.tax_residences.push(&[
            &teller.house.organisation,
            &teller.chance.id(at),
            &number,
            &told.reference.id.0,
            &country,
            &declared.tax_id,
            &false,
            &at,
            &at,
        ]);
    }
}
