//! The page itself, and the notes that are written on it.

mod standing;
mod timeline;

use askama::Template;
use chrono::{DateTime, Utc};

use crate::{
    access::{
        guard::By,
        permissions::{
            DecideReview, EditCustomers, OverrideStatus, Permission, ReadCustomers, Role,
            StartVerification,
        },
    },
    audit::{
        event::{Subject, What},
        store as audit,
    },
    customers::{
        actions,
        mentions::rules::{self as mentions, Piece},
        notes,
        rules::{self, Kind, Move},
        store::Customer,
    },
    documents::rules::size_words,
    error::{Error, Result},
    reason,
    reviews::{
        kyc_file::{
            done::{Before, Done},
            menu::{self, How, More},
            next::{self, Next, Viewer},
            reading::{self, CHECKS, Check, KycFile},
            shown::{self, Group, groups},
            timeline::Wanted,
        },
        prerequisites,
    },
    value::{CustomerId, StaffId},
    verifications::rules as checks,
    web::{
        answer::Answer,
        filters,
        input::{Form, FromInput as _, Id, Input, Query},
        shell::{Place, PrintHead, PrintedEntry, Shell},
    },
};

/// The KYC page.
#[derive(Template)]
#[template(path = "customers/show.html")]
pub struct KycPage {
    /// The layout.
    pub shell: Shell,
    zone: chrono_tz::Tz,
    today: chrono::NaiveDate,
    file: KycFile,
    groups: Vec<Group>,
    timeline: timeline::View,
    may_edit: bool,
    overrides: bool,
    may_start: bool,
    next: Next,
    role: Role,
    me: StaffId,
    now: DateTime<Utc>,
    /// Whose review was decided just before this one was opened.
    before: Option<Before>,
    /// A note that could not be saved: what was typed and why.
    refused_note: Option<(String, String)>,
}

/// Opens a customer, which is written down.
pub fn show(
    mut by: By<ReadCustomers>,
    Id(id): Id<CustomerId>,
    Query(asked): Query<timeline::Asked>,
    input: Input,
) -> Result<Answer> {
    if input.htmx && input.target.as_deref() == Some("timeline-list") {
        return timeline::block(&mut by, id, asked.wanted());
    }
    let Query(done) = Query::<Done>::from_input(&input)?;
    let mut page = open(&mut by, id, asked.wanted())?;
    page.before = done.before(&mut by, id)?;
    if page.before.is_none() {
        page.shell = page.shell.flash(done.flash());
    }
    Answer::page(&page)
}

/// The page for whoever opens it.
pub fn open<P>(by: &mut By<P>, id: CustomerId, wanted: Wanted) -> Result<KycPage> {
    let zone = by.time_zone;
    let now = by.now();
    let opener = by.staff.staff;
    let file = by.view(
        What::CustomerViewed,
        |file: &KycFile| Subject::Customer(file.customer.reference()),
        |tx| reading::read(tx, id, zone, wanted, opener),
    )?;
    let customer = &file.customer;
    let subject = Subject::Customer(customer.reference());
    let opening = by.read(|tx| audit::opening(tx, opener, What::CustomerViewed, &subject))?;
    let head = PrintHead {
        subject: format!(
            "KYC file {}, version {}",
            customer.short_id, customer.version
        ),
        organisation: by.organisation_name.clone(),
        by: format!("{}, {} ({zone})", by.name, filters::datetime_of(now, zone)),
        entry: opening.map(|(number, hash)| PrintedEntry::new(number, &hash)),
    };
    // Nothing is done about whoever was merged into another.
    let live = customer.merged_into.is_none();
    let may_edit = live && EditCustomers::ROLES.contains(&by.role);
    Ok(KycPage {
        shell: by
            .shell(
                format!("{}, {}", customer.name, customer.short_id),
                Place::Customers,
            )
            .rail()
            .printed(head),
        zone,
        today: now.with_timezone(&zone).date_naive(),
        groups: groups(&file.checklist, customer.id, may_edit),
        timeline: timeline::View::new(id, &file.timeline, &file.names, wanted, opener.0),
        may_edit,
        overrides: live && OverrideStatus::ROLES.contains(&by.role),
        may_start: live && StartVerification::ROLES.contains(&by.role),
        next: next::next(
            customer.kyc,
            file.round.as_ref(),
            file.proposal.as_ref(),
            Viewer {
                staff: opener,
                works: live && DecideReview::ROLES.contains(&by.role),
            },
            now,
        ),
        role: by.role,
        me: opener,
        now,
        before: None,
        refused_note: None,
        file,
    })
}

impl KycPage {
    /// The same with a note that could not be saved.
    #[must_use]
    pub fn refusing_note(mut self, typed: String, why: String) -> Self {
        self.refused_note = Some((typed, why));
        self.shell = self.shell.failed(true);
        self
    }

    fn customer(&self) -> &Customer {
        &self.file.customer
    }

    fn works(&self) -> bool {
        DecideReview::ROLES.contains(&self.role)
    }

    fn more(&self) -> Vec<More> {
        menu::more(&self.file, &self.next, self.role)
    }

    fn whose(&self) -> String {
        format!("/customers/{}", self.customer().id)
    }

    /// "2 differ", or nothing.
    fn differing(&self) -> String {
        match self
            .file
            .comparison
            .iter()
            .filter(|row| row.is_open())
            .count()
        {
            0 => String::new(),
            1 => "1 differs".to_owned(),
            n => format!("{n} differ"),
        }
    }

    fn is_company(&self) -> bool {
        self.customer().kind == Kind::Legal
    }

    fn is_trader(&self) -> bool {
        self.customer().kind == Kind::SoleTrader
    }

    fn open(&self) -> usize {
        prerequisites::open(&self.file.checklist)
    }

    fn all(&self) -> usize {
        self.file.checklist.len()
    }

    fn met(&self) -> usize {
        self.all() - self.open()
    }

    /// How far the gauge goes, of 100.
    fn gauge(&self) -> usize {
        (self.met() * 100).checked_div(self.all()).unwrap_or(0)
    }

    fn risk(&self) -> &'static str {
        self.customer().risk.map_or("", rules::Risk::as_str)
    }

    fn overdue(&self) -> bool {
        self.customer()
            .next_review_on
            .is_some_and(|day| day < self.today)
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "a template passes references"
    )]
    fn past(&self, day: &chrono::NaiveDate) -> bool {
        *day < self.today
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "a template passes references"
    )]
    fn size(bytes: &i64) -> String {
        size_words(*bytes)
    }

    fn started_by(&self, check: &Check) -> String {
        shown::actor(
            &check.started_by_kind,
            check.started_by_id,
            &self.file.names,
        )
    }

    /// A note's lines, with the names of those it calls apart.
    fn note_lines(&self, note: &notes::Note) -> Vec<Vec<Piece>> {
        let number = |n: i32| usize::try_from(n).unwrap_or(0);
        let called: Vec<(usize, usize)> = self
            .file
            .mentions
            .iter()
            .filter(|(id, ..)| *id == note.id)
            .map(|(_, place, length)| (number(*place), number(*length)))
            .collect();
        mentions::lines(&note.body, &called)
    }

    fn colleagues(&self) -> Vec<&str> {
        self.file
            .colleagues
            .iter()
            .take(60)
            .map(|one| one.name.as_str())
            .collect()
    }

    fn note_author(&self, note: &notes::Note) -> &str {
        self.file
            .names
            .get(&note.written_by.0)
            .map_or("A former colleague", String::as_str)
    }

    /// Whether an admin may still move a check: where the table of moves leads on.
    fn movable(&self, check: &Check) -> bool {
        self.overrides && checks::may_be_overridden(check.status)
    }

    /// Whether an admin may set the KYC status from here.
    fn may_override(&self) -> bool {
        self.overrides
            && rules::targets(self.customer().kyc, Move::Override)
                .next()
                .is_some()
    }

    fn more_checks(&self) -> bool {
        i64::try_from(self.file.checks.len()).unwrap_or(i64::MAX) >= CHECKS
    }

    fn more_notes(&self) -> bool {
        i64::try_from(self.file.notes.len()).unwrap_or(i64::MAX) >= notes::SHOWN
    }

    fn phone(&self) -> Option<String> {
        let customer = self.customer();
        customer
            .phone
            .as_ref()
            .map(|phone| match &customer.phone_prefix {
                Some(prefix) => format!("{prefix} {phone}"),
                None => phone.clone(),
            })
    }

    fn income(&self) -> Option<String> {
        self.customer().income_range.map(filters::count_of)
    }
}

/// The form of a note.
#[derive(serde::Deserialize)]
pub struct NoteForm {
    body: String,
}

/// Writes a note for colleagues.
pub fn write_note(
    mut by: By<EditCustomers>,
    Id(id): Id<CustomerId>,
    Form(form): Form<NoteForm>,
) -> Result<Answer> {
    let body = form.body.replace("\r\n", "\n");
    let body = body.trim();
    let why = match body.chars().count() {
        _ if reason::seen(body) == 0 => "Write something first".to_owned(),
        ..=10_000 => match by.change(|tx| actions::write_note(tx, id, body)) {
            Ok(()) => return Ok(Answer::see(format!("/customers/{id}?done=noted#notes"))),
            Err(Error::Invalid(errors)) => errors
                .into_iter()
                .next()
                .map_or_else(String::new, |error| error.message.into_owned()),
            Err(error) => return Err(error),
        },
        _ => "A note has at most 10,000 characters".to_owned(),
    };
    let page = open(&mut by, id, Wanted::of("", ""))?.refusing_note(body.to_owned(), why);
    Answer::page_with(422, &page)
}
