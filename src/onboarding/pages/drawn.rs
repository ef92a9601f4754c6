//! The customer's page as it is drawn, and the one that closes it.

use askama::Template;

use crate::{
    customers::typed::Typed,
    documents::rules::DocumentType,
    onboarding::{
        reached,
        rules::needed,
        send,
        steps::{self, Standing},
        words::Words,
    },
};

use super::door::PAPER;

mod field;
mod finished;
mod tax;

use field::Field;
pub(super) use finished::Finished;
use tax::TaxView;
pub(super) use tax::{TaxForm, place};

/// Something that must be mended: where, and how it is said.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub id: String,
    pub sentence: String,
}

/// The id of the step of the data.
pub(super) const DETAILS: &str = "details";
/// The id of the step of where they pay tax.
pub(super) const TAX: &str = "tax";
/// The id of what is said while what was sent is looked at.
pub(super) const LOOKED_AT: &str = "looked-at";

/// One paper that is asked for.
struct PaperView {
    kind: &'static str,
    /// What stands behind the address of its form: the language, and which paper comes.
    query: String,
    title: &'static str,
    hint: &'static str,
    /// What is said where it is not.
    word: &'static str,
    /// What is said where it is there.
    there: Option<String>,
    error: Option<String>,
    /// Why the last one does not serve.
    unfit: Option<String>,
    /// Whether its form is drawn. Before the data is confirmed it is not: who sent it would lose what they typed there.
    open: bool,
    /// Whether it is there and nothing is wrong, so that its form is folded.
    folded: bool,
    /// Whether it is what comes next.
    primary: bool,
}

#[derive(Template)]
#[template(path = "onboarding/page.html")]
pub(super) struct Page {
    words: &'static Words,
    base: String,
    tongue: String,
    standing: Standing,
    saved: bool,
    /// What stands for the data that the form of it is about.
    seen: String,
    fields: Vec<Field>,
    papers: Vec<PaperView>,
    taxes: Vec<TaxView>,
    /// What was typed of where they pay tax.
    tax: Option<TaxForm>,
    errors: Vec<Fault>,
}

impl Page {
    pub fn new(
        words: &'static Words,
        (base, tongue): (String, String),
        standing: Standing,
        saved: bool,
    ) -> Self {
        let mut page = Self {
            words,
            base,
            tongue,
            fields: Vec::new(),
            papers: Vec::new(),
            taxes: Vec::new(),
            tax: None,
            errors: Vec::new(),
            saved,
            seen: standing.shown.clone(),
            standing,
        };
        let typed = Typed::from(&page.standing.customer);
        page.fill(&typed);
        page
    }

    /// The same for whoever typed into an older page: their form stays one of what that page showed.
    #[must_use]
    pub fn still_seen(mut self, seen: Option<&str>) -> Self {
        if let Some(seen) = seen {
            seen.clone_into(&mut self.seen);
        }
        self
    }

    /// The same with what was typed of the data, and what is wrong with it.
    #[must_use]
    pub fn typed(mut self, typed: &Typed, errors: Vec<Fault>) -> Self {
        self.errors = errors;
        self.fill(typed);
        self
    }

    /// The same with what was typed of where they pay tax.
    #[must_use]
    pub fn taxed_with(mut self, tax: TaxForm, errors: Vec<Fault>) -> Self {
        self.tax = Some(tax);
        self.wrong(errors)
    }

    /// The same with what is wrong.
    #[must_use]
    pub fn wrong(self, errors: Vec<Fault>) -> Self {
        let typed = Typed::from(&self.standing.customer);
        self.typed(&typed, errors)
    }

    fn fill(&mut self, typed: &Typed) {
        let declared = Typed::from(&self.standing.customer);
        // A prefix that only the house changes stands before its number.
        let apart = |name: &str| name != "phone_prefix" || !reached::held(&declared, name);
        let fields = steps::asked_of(self.standing.customer.kind).filter(|name| apart(name));
        self.fields = fields
            .map(|name| {
                let error = self.error(name).map(str::to_owned);
                let held = reached::held(&declared, name).then_some(&declared);
                Field::new(self.words, name, (typed, held), error)
            })
            .collect();
        self.taxes = self.tax_views();
        let first = self
            .standing
            .papers
            .iter()
            .find(|one| one.required && !one.there);
        let first = first
            .filter(|_| self.standing.confirmed())
            .map(|one| one.document_type);
        self.papers = self
            .standing
            .papers
            .iter()
            .map(|one| {
                let error = self.error(&photo(one.document_type)).map(str::to_owned);
                PaperView {
                    kind: one.document_type.as_str(),
                    query: self.query_of(one.document_type),
                    title: self.words.paper(one.document_type),
                    hint: self.words.serves(one.document_type),
                    word: self.word(false, one.required),
                    there: one.there.then(|| {
                        let what = self.words.paper(one.document_type);
                        let name = one.name.as_deref().unwrap_or(what);
                        self.words.file_there.replace("{name}", name)
                    }),
                    unfit: one
                        .unfit
                        .as_ref()
                        .filter(|_| !one.there)
                        .map(|words| words.of(self.words.spoken()).to_owned())
                        .filter(|words| !words.is_empty()),
                    open: self.standing.confirmed() || error.is_some(),
                    folded: one.there && error.is_none(),
                    primary: first == Some(one.document_type),
                    error,
                }
            })
            .collect();
    }

    fn error(&self, id: &str) -> Option<&str> {
        let found = self.errors.iter().find(|error| error.id == id);
        found.map(|error| error.sentence.as_str())
    }

    fn query_of(&self, paper: DocumentType) -> String {
        let before = match self.tongue.as_str() {
            "" => "?".to_owned(),
            tongue => format!("{tongue}&"),
        };
        format!("{before}{PAPER}={paper}")
    }

    fn say(&self, text: &str) -> String {
        text.replace("{house}", &self.standing.house)
    }

    /// Until when it works: to the minute, since it ends partway through a day, and in whose time.
    fn intro(&self) -> String {
        let zone = self.standing.zone;
        let until = self.standing.session.expires_at.with_timezone(&zone);
        self.say(self.words.intro)
            .replace("{day}", &self.words.day(until.date_naive()))
            .replace("{time}", &until.format("%H:%M").to_string())
            .replace("{zone}", zone.name())
    }

    /// What happens next, as far as it is known before everything is sent.
    fn follows(&self) -> String {
        self.say(self.words.follows(send::expected(&self.standing)))
    }

    /// Whether the data can be confirmed as it stands: it is not yet, and nothing that is needed is missing.
    fn confirmable(&self) -> bool {
        let customer = &self.standing.customer;
        let typed = Typed::from(customer);
        let mut needed = needed(customer.kind);
        let whole = !self.standing.options.identity.any()
            || needed.all(|name| !typed.value(name).is_empty());
        whole && !self.standing.confirmed()
    }

    /// Whether the confirmed data's form is folded.
    fn folded(&self) -> bool {
        self.standing.confirmed()
            && self.error(DETAILS).is_none()
            && self.fields.iter().all(|field| field.error.is_none())
    }

    fn taxed(&self) -> bool {
        !self.standing.residences.is_empty()
    }

    /// Whether the forms of where they pay tax are drawn: as those of the papers.
    fn tax_opens(&self) -> bool {
        !self.standing.looked_at && (self.standing.confirmed() || self.tax.is_some())
    }

    fn all(&self) -> usize {
        1 + usize::from(self.standing.asks_tax()) + self.standing.papers.len()
    }

    fn done(&self) -> usize {
        let papers = self.standing.papers.iter();
        usize::from(self.standing.confirmed())
            + usize::from(self.standing.asks_tax() && self.taxed())
            + papers.filter(|one| one.there).count()
    }

    fn progress(&self) -> String {
        self.words
            .progress
            .replace("{done}", &self.done().to_string())
            .replace("{all}", &self.all().to_string())
    }

    fn tone(&self, done: bool) -> &'static str {
        let _ = self;
        if done { "tone-ok" } else { "tone-warn" }
    }

    fn icon(&self, done: bool) -> &'static str {
        let _ = self;
        if done { "s-approved" } else { "s-draft" }
    }

    fn word(&self, done: bool, required: bool) -> &'static str {
        match (done, required) {
            (true, _) => self.words.done,
            (false, true) => self.words.to_do,
            (false, false) => self.words.if_you_can,
        }
    }

    fn country(&self, code: &str) -> String {
        let mut all = self.words.countries().iter();
        let found = all.find(|(known, _)| *known == code);
        found.map_or_else(|| code.to_owned(), |(_, name)| (*name).to_owned())
    }

    /// What the checklist still asks, in the customer's words.
    fn owed(&self) -> Vec<&'static str> {
        if !self.standing.options.identity.any() {
            return Vec::new();
        }
        let owed = self.standing.owed.iter();
        owed.map(|line| self.words.line(line.words)).collect()
    }

    /// What an officer asked for: the code of its language, and its lines.
    fn asked(&self) -> Option<(&'static str, Vec<&str>)> {
        let asked = self.standing.asked.as_ref()?;
        let (lines, language) = asked.lines(self.words.spoken());
        Some((language.as_str(), lines))
    }

    /// What comes before sending: where on the page, and its words.
    fn first(&self) -> Vec<(String, &'static str)> {
        let details =
            (!self.standing.confirmed()).then_some((DETAILS.to_owned(), self.words.details));
        let papers = self.standing.papers.iter();
        let papers = papers.filter(|one| one.required && !one.there).map(|one| {
            let id = format!("paper-{}", one.document_type.as_str());
            (id, self.words.paper(one.document_type))
        });
        details.into_iter().chain(papers).collect()
    }
}

/// The id of a paper's first field.
pub(super) fn photo(document_type: DocumentType) -> String {
    format!("photo-{}", document_type.as_str())
}
