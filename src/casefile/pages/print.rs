//! `index.html` of a case file: one page without scripts, for a screen or for paper.

use std::io::{self, Write};

use askama::Template;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    casefile::{
        facts::{CheckFact, HitFact, MemberFact, NoteFact, ReviewFact},
        held::Held,
        told::Told,
    },
    documents::rules::size_words,
    reviews::{
        kyc_file::{
            reading::KycFile,
            shown::{Happening, field_words},
        },
        store::declared::in_words,
    },
    web::{filters, words},
};

/// How it looks.
pub const STYLE: &str = include_str!("../../../templates/casefile/style.css");
/// What its files are.
pub const README: &str = include_str!("../../../templates/casefile/README.txt");

/// The page, which draws its longer lists from the database while it is written.
#[derive(Template)]
#[template(path = "casefile/index.html")]
struct Page<'p, 's, 'a, 'tx> {
    told: &'p Told<'s, 'a, 'tx>,
}

impl Page<'_, '_, '_, '_> {
    fn file(&self) -> &KycFile {
        self.told.file
    }

    fn declared(of: &Held) -> Vec<(&'static str, &'static str, String)> {
        Told::declared(of)
    }

    fn reviews(&self, of: &Held) -> impl Iterator<Item = ReviewFact> {
        self.told.reviews(of)
    }

    fn checks(&self, of: &Held) -> impl Iterator<Item = CheckFact> {
        self.told.checks(of)
    }

    fn hits(&self, of: &Held) -> impl Iterator<Item = HitFact> {
        self.told.hits(of)
    }

    fn notes(&self, of: &Held) -> impl Iterator<Item = NoteFact> {
        self.told.notes(of)
    }

    fn happenings(&self) -> impl Iterator<Item = Happening> {
        self.told.happenings()
    }

    fn kyc(name: &str) -> &'static str {
        words::kyc(name).word
    }

    fn risk(name: &str) -> &'static str {
        words::risk(name).word
    }

    fn verification(name: &str) -> &'static str {
        words::verification(name).word
    }

    fn kind(&self) -> &'static str {
        words::kind(self.file().customer.kind.as_str()).word
    }

    fn time(&self, at: &DateTime<Utc>) -> String {
        filters::datetime_of(*at, self.told.zone)
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "a template passes references"
    )]
    fn size(bytes: &i64) -> String {
        size_words(*bytes)
    }

    /// What was declared in a round and differs from now: field, then, now.
    fn differences(review: &ReviewFact, of: &Held) -> Vec<(String, String, String)> {
        let then = review.declared_then.as_object();
        then.into_iter()
            .flatten()
            .filter_map(|(field, value)| {
                let (then, now) = (shown(value), shown(of.now.get(field)?));
                (then != now).then(|| (field_words(field), then, now))
            })
            .collect()
    }

    /// Whether other rows were merged into this one.
    fn is_several(&self) -> bool {
        let merged = self.told.merged;
        !merged.here.is_empty() || merged.elsewhere > 0
    }

    fn related(&self) -> Vec<(&'static str, Vec<MemberFact>)> {
        vec![
            ("Who stands behind this customer", self.told.members()),
            ("What this customer stands behind", self.told.member_of()),
        ]
    }
}

/// A declared value for people.
fn shown(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(false) => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        other => in_words(Some(other)),
    }
}

/// Writes the page.
pub fn write(told: &Told<'_, '_, '_>, out: &mut dyn Write) -> io::Result<()> {
    Page { told }.write_into(out)
}
