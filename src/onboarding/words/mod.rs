//! All that the customer's page says, in the languages that it speaks. One struct is the list of sentences, so that a
//! language that lacks one does not compile. `{house}`, `{day}` and the like stand for what a page puts there.

mod countries;
mod en;
mod es;
pub mod files;
mod fr;

use chrono::{Datelike as _, NaiveDate};

use crate::{
    documents::rules::DocumentType, onboarding::send::Next, reviews::policy::rules::Language,
};

/// Every sentence of the page in one language.
#[expect(missing_docs, reason = "each is named by where it stands on the page")]
pub struct Words {
    pub code: &'static str,
    pub language: &'static str,
    pub languages: &'static str,
    pub skip: &'static str,
    pub title: &'static str,
    pub intro: &'static str,
    pub progress: &'static str,
    pub saved: &'static str,
    pub done: &'static str,
    pub to_do: &'static str,
    pub if_you_can: &'static str,
    pub change: &'static str,
    pub errors: &'static str,
    pub error: &'static str,
    pub choose: &'static str,
    pub details: &'static str,
    pub details_hint: &'static str,
    pub details_save: &'static str,
    pub details_first: &'static str,
    pub tax: &'static str,
    pub tax_hint: &'static str,
    pub tax_country: &'static str,
    pub tax_number: &'static str,
    pub tax_reason: &'static str,
    pub tax_has: &'static str,
    pub tax_not_issued: &'static str,
    pub tax_not_required: &'static str,
    pub tax_save: &'static str,
    pub tax_another: &'static str,
    pub photo: &'static str,
    pub or_file: &'static str,
    pub file_hint: &'static str,
    pub file_send: &'static str,
    pub file_there: &'static str,
    pub file_another: &'static str,
    pub corners: &'static str,
    pub readable: &'static str,
    pub no_flash: &'static str,
    pub no_screen: &'static str,
    pub bank: &'static str,
    pub bank_text: &'static str,
    pub send: &'static str,
    pub send_text: &'static str,
    pub send_first: &'static str,
    pub still_owed: &'static str,
    pub next: &'static str,
    pub next_text: &'static str,
    pub next_missing: &'static str,
    pub next_kept: &'static str,
    pub why: &'static str,
    pub why_text: &'static str,
    pub finished: &'static str,
    pub finished_missing: &'static str,
    pub finished_text: &'static str,
    pub will_ask: &'static str,
    pub close: &'static str,
    pub back: &'static str,
    pub footer: &'static str,
    pub gone: &'static str,
    pub gone_text: &'static str,
    pub slow: &'static str,
    pub slow_text: &'static str,
    pub changed: &'static str,
    pub changed_text: &'static str,
    pub away: &'static str,
    pub away_text: &'static str,
    pub elsewhere: &'static str,
    pub elsewhere_text: &'static str,
    pub large: &'static str,
    pub large_text: &'static str,
    pub unread: &'static str,
    pub unread_text: &'static str,
    pub late_text: &'static str,
    pub ours: &'static str,
    pub ours_text: &'static str,
    pub to_page: &'static str,
    pub held: &'static str,
    pub asked: &'static str,
    pub unfit: &'static str,
    pub looked_at: &'static str,
    pub looked_at_text: &'static str,
    pub changed_here: &'static str,
    pub away_here: &'static str,
    /// Said of a field where no sentence fits.
    pub please_check: &'static str,
    /// The same of a file.
    pub file_refused: &'static str,
    day: fn(u32, &str, i32) -> String,
    months: [&'static str; 12],
    /// Our name of a field, and what the customer calls it.
    fields: &'static [(&'static str, &'static str)],
    /// The words of a line of the checklist, and the customer's.
    lines: &'static [(&'static str, &'static str)],
    /// What the desk says of a field, and what the customer reads.
    faults: &'static [(&'static str, &'static str)],
    /// The language of what is wrong with a file.
    files: fn(&files::Fault) -> &'static str,
    /// What a paper is called, and what serves as one.
    papers: &'static [(DocumentType, &'static str, &'static str)],
    countries: fn() -> &'static [(&'static str, &'static str)],
}

/// The languages, the first of which is spoken where none fits.
pub const LANGUAGES: [&Words; 3] = [&en::WORDS, &fr::WORDS, &es::WORDS];

/// The language that is asked for by name, else the one that the browser likes best (`Accept-Language`).
pub fn choose(named: Option<&str>, accepted: &str) -> &'static Words {
    let spoken = |tag: &str| {
        let primary = tag.split('-').next().unwrap_or_default().trim();
        let mut all = LANGUAGES.into_iter();
        all.find(|words| words.code.eq_ignore_ascii_case(primary))
    };
    if let Some(words) = named.and_then(spoken) {
        return words;
    }
    let mut best: Option<(f32, &'static Words)> = None;
    for item in accepted.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let Some(words) = parts.next().and_then(spoken) else {
            continue;
        };
        let weight = parts
            .find_map(|part| part.strip_prefix("q=")?.trim().parse().ok())
            .unwrap_or(1.0);
        // Of equals the first is meant; what has no weight is not wanted.
        if weight > best.map_or(0.0, |(known, _)| known) {
            best = Some((weight, words));
        }
    }
    best.map_or(LANGUAGES[0], |(_, words)| words)
}

fn found(table: &'static [(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    let found = table.iter().find(|(known, _)| *known == key);
    found.map(|(_, words)| *words)
}

impl Words {
    /// The language, as the house writes to customers in it.
    pub fn spoken(&self) -> Language {
        self.code.parse().unwrap_or(Language::En)
    }

    /// A field's label.
    pub fn field(&self, name: &str) -> &'static str {
        found(self.fields, name).unwrap_or_default()
    }

    /// A line of the checklist.
    pub fn line(&self, words: &'static str) -> &'static str {
        found(self.lines, words).unwrap_or(words)
    }

    /// What is wrong with a field, or with the file.
    pub fn fault(&self, field: &str, sentence: &str) -> String {
        let general = match field {
            // The desk's own language.
            _ if self.code == LANGUAGES[0].code => sentence,
            "file" => self.file_refused,
            _ => self.please_check,
        };
        self.said(sentence).unwrap_or(general).to_owned()
    }

    /// The customer's words for what the desk says is wrong.
    fn said(&self, sentence: &str) -> Option<&'static str> {
        let mut files = files::FAULTS.iter();
        found(self.faults, sentence).or_else(|| {
            let found = files.find(|one| one.desk == sentence);
            found.map(self.files)
        })
    }

    /// What becomes of what is sent.
    pub const fn follows(&self, next: Next) -> &'static str {
        match next {
            Next::LookedAt => self.next_text,
            Next::OnceWhole => self.next_missing,
            Next::Kept => self.next_kept,
        }
    }

    /// What a paper is called.
    pub fn paper(&self, document_type: DocumentType) -> &'static str {
        let mut papers = self.papers.iter();
        let found = papers.find(|(known, ..)| *known == document_type);
        found.map_or("", |(_, words, _)| *words)
    }

    /// What serves as one.
    pub fn serves(&self, document_type: DocumentType) -> &'static str {
        let mut papers = self.papers.iter();
        let found = papers.find(|(known, ..)| *known == document_type);
        found.map_or("", |(.., hint)| *hint)
    }

    /// A day: "26 November 2026".
    pub fn day(&self, day: NaiveDate) -> String {
        let month = self.months.get(day.month0() as usize).copied();
        (self.day)(day.day(), month.unwrap_or_default(), day.year())
    }

    /// All countries by code and name, in the order of their names here.
    pub fn countries(&self) -> &'static [(&'static str, &'static str)] {
        (self.countries)()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        customers::{
            rules::Kind,
            tax_residences::{
                rules::{NUMBER_NEEDED, STANDS_ALREADY},
                typed::Typed as TypedTax,
            },
            typed::Typed,
        },
        documents::{
            actions::{NO_FILE, TWIN},
            drawing::Refusal,
            media::{HEIC, NONE_OF_THEM},
        },
        onboarding::{reached, rules::MEANINGS, steps},
        reviews::prerequisites::{Need, PREREQUISITES},
    };

    #[test]
    fn the_browsers_language_is_spoken_where_it_can_be() {
        for (named, accepted, code) in [
            (None, "", "en"),
            (None, "fr", "fr"),
            (None, "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
            (None, "de,es;q=0.5,en;q=0.4", "es"),
            (None, "en;q=0.3,es-MX;q=0.7", "es"),
            (None, "fr;q=0,es", "es"),
            (None, "fr;q=0", "en"),
            (None, "pt-PT", "en"),
            (None, "*", "en"),
            (None, "fr;q=many;;,", "fr"),
            (Some("es"), "fr", "es"),
            (Some("pt"), "fr", "fr"),
            (Some(""), "es", "es"),
        ] {
            assert_eq!(choose(named, accepted).code, code, "{named:?} {accepted}");
        }
    }

    #[test]
    fn each_language_has_a_word_for_everything() {
        for words in LANGUAGES {
            let code = words.code;
            for field in steps::ASKED {
                assert!(!words.field(field).is_empty(), "{code}: {field}");
            }
            for line in PREREQUISITES {
                assert!(
                    found(words.lines, line.words).is_some(),
                    "{code}: {}",
                    line.words
                );
                if let Need::Paper(types) = line.need {
                    assert!(!words.paper(types[0]).is_empty(), "{code}: {}", line.words);
                }
            }
            for paper in crate::onboarding::rules::papers(all()) {
                assert!(!words.serves(paper).is_empty(), "{code}: {paper}");
            }
            let mut codes: Vec<&str> = words.countries().iter().map(|(code, _)| *code).collect();
            codes.sort_unstable();
            let mut known: Vec<&str> = crate::countries::ALL
                .iter()
                .map(|(code, _)| *code)
                .collect();
            known.sort_unstable();
            assert_eq!(codes, known, "{code}");
        }
    }

    fn all() -> crate::onboarding::rules::Identity {
        let mut asked = crate::onboarding::rules::Identity::default();
        for one in MEANINGS {
            (one.set)(&mut asked);
        }
        asked
    }

    /// Whatever a customer can type wrong on the page is said to them in a sentence of its own.
    #[test]
    fn no_fault_of_the_page_is_without_its_sentence() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let long = "x".repeat(300);
        let mut sentences = std::collections::BTreeSet::new();
        for kind in Kind::ALL {
            for name in steps::ASKED {
                for value in [
                    &long,
                    "",
                    "a\u{1}b",
                    "12/03/1987",
                    "2099-01-01",
                    "1800-01-01",
                    "?",
                ] {
                    let mut typed = Typed {
                        branch: "b".to_owned(),
                        legal_type: "2".to_owned(),
                        ..Typed::default()
                    };
                    typed.set(name, value.to_owned());
                    let found = typed.tidied(*kind).errors(*kind, today);
                    sentences.extend(found.into_iter().map(|one| one.message.into_owned()));
                }
            }
        }
        let numbers = ["", "1", "a\u{1}b", long.as_str()];
        let reasons = ["", "?", "not_issued", "not_required", "not_obtained"];
        let countries = crate::countries::ALL.iter().map(|(code, _)| *code);
        for country in countries.chain(["", "XX"]) {
            for (number, reason) in numbers
                .iter()
                .flat_map(|number| reasons.map(|one| (number, one)))
            {
                let typed = TypedTax {
                    country: country.to_owned(),
                    tax_payer_id: (*number).to_owned(),
                    waiver_reason: reason.to_owned(),
                    ..TypedTax::default()
                };
                let found = typed.wanted().err().unwrap_or_default();
                sentences.extend(found.into_iter().map(|one| one.message.into_owned()));
            }
        }
        sentences.insert(steps::NEEDED_HERE.to_owned());
        sentences.insert(steps::TOO_MANY.to_owned());
        sentences.insert(steps::TOO_OFTEN.to_owned());
        sentences.insert(steps::TOO_MANY_COUNTRIES.to_owned());
        sentences.insert(STANDS_ALREADY.to_owned());
        sentences.insert(reached::ASK.to_owned());
        sentences.insert(NUMBER_NEEDED.to_owned());
        let refusals = Refusal::ALL.map(Refusal::words);
        let files = [NO_FILE, TWIN, NONE_OF_THEM, HEIC];
        let ours = [files::NOT_ASKED, files::SEVERAL, files::LARGE];
        let files = refusals.into_iter().chain(files).chain(ours);
        sentences.extend(files.map(str::to_owned));
        assert!(sentences.len() > 38, "{sentences:?}");
        for words in LANGUAGES {
            for sentence in &sentences {
                assert!(words.said(sentence).is_some(), "{}: {sentence}", words.code);
            }
        }
    }

    #[test]
    fn days_are_written_as_people_write_them() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day");
        let written = LANGUAGES.map(|words| words.day(day));
        assert_eq!(
            written,
            [
                "1 December 2026",
                "1er décembre 2026",
                "1 de diciembre de 2026"
            ]
        );
    }
}
