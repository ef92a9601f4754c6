//! The timeline as a block of the KYC page, and by itself where htmx asks for another kind or for what is older.

use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    access::guard::By,
    audit::event::{Subject, What},
    customers::store::{self as customers, Customer},
    error::Result,
    reviews::kyc_file::{
        kinds::Kind,
        shown::{Happening, Names, happenings},
        timeline::{self, Told, Wanted},
    },
    staff::store as staff,
    value::CustomerId,
    web::answer::Answer,
};

/// What the address asks of the timeline.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    timeline: String,
    before: String,
}

impl Asked {
    /// The same, read.
    pub fn wanted(&self) -> Wanted {
        Wanted::of(&self.timeline, &self.before)
    }
}

/// One kind to choose.
pub struct Link {
    /// Its words.
    pub words: &'static str,
    /// Where it leads.
    pub href: String,
    /// Whether it is what is shown.
    pub here: bool,
}

/// The timeline as it is shown.
pub struct View {
    /// The kinds.
    pub links: Vec<Link>,
    /// What others did since the reader was last here.
    pub fresh: Vec<Happening>,
    /// The rest.
    pub rest: Vec<Happening>,
    /// When the reader was last here, where something is new since.
    pub since: Option<DateTime<Utc>>,
    /// Where what is older stands.
    pub older: Option<String>,
    /// Back to the newest, where it begins later.
    pub newest: Option<String>,
}

impl View {
    /// For whoever reads it.
    pub fn new(id: CustomerId, told: &Told, names: &Names, wanted: Wanted, me: uuid::Uuid) -> Self {
        let href = |kind: Kind| format!("/customers/{id}?timeline={kind}");
        let news = told.since.map_or(0, |since| {
            told.moments
                .iter()
                .take_while(|moment| moment.at > since)
                .count()
        });
        // One's own visit is no news.
        let others = told.moments[..news]
            .iter()
            .any(|moment| moment.actor_id != Some(me));
        let news = if others { news } else { 0 };
        let mut fresh = happenings(&told.moments, names);
        let rest = fresh.split_off(news);
        Self {
            links: Kind::ALL
                .iter()
                .map(|kind| Link {
                    words: kind.words(),
                    href: href(*kind),
                    here: *kind == wanted.kind,
                })
                .collect(),
            since: told.since.filter(|_| news > 0),
            fresh,
            rest,
            older: told
                .next
                .map(|place| format!("{}&before={}", href(wanted.kind), Wanted::mark(place))),
            newest: wanted.before.map(|_| href(wanted.kind)),
        }
    }

    /// Nothing of this kind.
    pub fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.rest.is_empty()
    }
}

#[derive(Template)]
#[template(path = "customers/timeline.html")]
struct Block {
    timeline: View,
    zone: chrono_tz::Tz,
}

/// The block alone. Whoever reads it opens the customer, as with the page.
pub fn block<P>(by: &mut By<P>, id: CustomerId, wanted: Wanted) -> Result<Answer> {
    let me = by.staff.staff;
    let (_, told, names) = by.view(
        What::CustomerViewed,
        |(customer, ..): &(Customer, _, _)| Subject::Customer(customer.reference()),
        |tx| {
            let customer = customers::find(tx, id)?;
            let told = timeline::of(tx, &customer, wanted, me)?;
            let actors = told.moments.iter().filter_map(|moment| moment.actor_id);
            let names = staff::names(tx, actors.collect())?;
            Ok((customer, told, names))
        },
    )?;
    Answer::page(&Block {
        timeline: View::new(id, &told, &names, wanted, me.0),
        zone: by.time_zone,
    })
}
