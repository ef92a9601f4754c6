//! Who acts for a company, as the company's own system names them: one representative, who is made of what it says and follows
//! it. Whom an officer added, or changed since, is the officer's.

use crate::{
    customers::{
        actions::{self as customers, Halt},
        declared::Declared,
        ownership::{
            actions::{self, Whom},
            rules::Source,
            store::{self, Member, Wanted},
        },
        rules::{Kind, MemberRole},
        store::{self as rows, Customer},
        typed::Typed,
    },
    db::Change,
    error::{Error, Result},
};

/// What a company's own system says of whoever acts for it.
const SAID: [&str; 4] = ["first_name", "last_name", "email", "phone"];

/// Keeps the representative whom a company's own system names. Where the company has none at all, a person is added in its
/// branch; the one who was added so is told what reads otherwise than in `before`, the company as it was. Says whether anything
/// changed.
pub fn follow(tx: &mut Change<'_>, before: &Customer) -> Result<bool> {
    let company = rows::find(tx, before.id)?;
    if company.kind != Kind::Legal || company.representative_name.is_none() {
        return Ok(false);
    }
    if let Some(member) = store::named(tx, company.id)? {
        return mend(tx, &member, &person(before), &person(&company));
    }
    let signs = MemberRole::LegalRepresentative;
    let members = store::members(tx, company.id)?;
    if members.iter().any(|one| one.role == signs) {
        return Ok(false);
    }
    let declared = Declared::of(&person(&company), Kind::Natural)?;
    let wanted = Wanted {
        role: signs,
        share: None,
        source: Source::Declared,
    };
    // Whoever is alike is shown side by side at the desk.
    let whom = Whom::New(Box::new(declared), true);
    let Ok(relation) = actions::add(tx, company.id, company.version, &whom, wanted)? else {
        return Err(changed());
    };
    store::set_named(tx, relation)?;
    Ok(true)
}

/// A company that becomes a person has nobody who acts for it: whom its own system named is taken out of it, and stays a
/// customer. `company` is held. Whom an officer added stays, and so the company stays one.
pub fn forget(tx: &mut Change<'_>, company: &Customer) -> Result<()> {
    let Some(member) = store::named(tx, company.id)? else {
        return Ok(());
    };
    match actions::remove(tx, company.id, company.version, member.id) {
        // They were moved to where the asker does not reach.
        Err(Error::NotFound) => Ok(()),
        done => done,
    }
}

fn changed() -> Error {
    Error::Conflict("the customer changed meanwhile; read it again".into())
}

/// Writes what is said otherwise than before over what stands there: the rest may be what an officer mended.
/// Under another name, what was accepted as their identity document proves somebody else.
fn mend(tx: &mut Change<'_>, member: &Member, was: &Typed, is: &Typed) -> Result<bool> {
    let id = member.child_id;
    let mut differ = SAID.to_vec();
    differ.retain(|field| was.value(field) != is.value(field));
    if differ.is_empty() {
        return Ok(false);
    }
    if differ.iter().any(|field| field.ends_with("_name")) {
        store::set_named(tx, member.id)?;
    }
    let known = match rows::lock(tx, id) {
        // They were moved to where the asker does not reach.
        Err(Error::NotFound) => return Ok(false),
        known => known?,
    };
    let mut typed = Typed::from(&known);
    for field in differ {
        typed.set(field, is.value(field).to_owned());
        if field == "phone" {
            // The number is said with its prefix.
            typed.phone_prefix.clear();
        }
    }
    let declared = Declared::of(&typed.tidied(known.kind), known.kind)?;
    match customers::edit(tx, id, &declared, known.version, true)? {
        Ok(()) => Ok(true),
        Err(Halt::Unchanged) => Ok(false),
        Err(_) => Err(changed()),
    }
}

/// Whoever acts for a company, as far as it says.
fn person(company: &Customer) -> Typed {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (first_name, last_name) = names(company);
    Typed {
        branch: company.branch_id.to_string(),
        first_name,
        last_name,
        email: text(&company.representative_email),
        phone: text(&company.representative_phone),
        ..Typed::default()
    }
    .tidied(Kind::Natural)
}

/// A representative goes by one name. Where it reads as the first and the last name that the company has beside it, or is one
/// word that is this last name, these are its parts; else the last word is the last name.
fn names(company: &Customer) -> (String, String) {
    let whole = words(company.representative_name.as_deref());
    let first = words(company.first_name.as_deref());
    let last = words(company.last_name.as_deref());
    let surname = whole == last && !whole.contains(' ');
    if surname || whole == format!("{first} {last}") {
        return (first, last);
    }
    match whole.rsplit_once(' ') {
        Some((first, last)) => (first.to_owned(), last.to_owned()),
        None => (String::new(), whole),
    }
}

fn words(text: Option<&str>) -> String {
    let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
    words.join(" ")
}
