//! Views of the queue that people keep: a tab with its filters, under a name.

use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    db::Change,
    error::{Error, Result},
    reviews::queue::{
        filter::Filter,
        store::views::{self, MOST, Scope, View},
    },
    value::ViewId,
};

/// The longest name, in characters.
pub const LONGEST: usize = 60;

/// Keeps a list under a name; its address from now on.
pub fn save(tx: &mut Change<'_>, name: &str, query: &str, scope: Scope) -> Result<String> {
    let me = tx.actor().staff().ok_or(Error::Forbidden)?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST {
        return Err(Error::field(
            "name",
            "Give the view a name of 1 to 60 characters",
        ));
    }
    let unreadable = || Error::field("query", "These are no filters of the queue");
    let filter: Filter = serde_html_form::from_str(query).map_err(|_| unreadable())?;
    let filter = match filter.tab {
        Some(tab) => filter.on(tab).first_page(),
        None => filter.first_page(),
    };
    if filter.query().len() > 2000 {
        return Err(unreadable());
    }
    if views::count_of(tx, me)? >= MOST {
        return Err(Error::Refused(
            "You keep 50 views already. Remove one first.".into(),
        ));
    }
    let view = View {
        id: ViewId(tx.new_id()),
        staff_id: me,
        scope,
        name,
        query: filter.query(),
    };
    views::add(tx, &view)?;
    // Names and filters are what somebody typed, so they are sealed under that member's own key.
    tx.say(
        Event::new(What::ViewSaved, Subject::List("views")).changing(vec![
            Field::personal("name", Value::Null, view.name),
            Field::personal("query", Value::Null, view.query),
            Field::plain("scope", Value::Null, scope.as_str()),
        ]),
    );
    Ok(filter.address())
}

/// Removes one of the member's own.
pub fn remove(tx: &mut Change<'_>, id: ViewId) -> Result<()> {
    let me = tx.actor().staff().ok_or(Error::Forbidden)?;
    let view = views::own(tx, me, id)?;
    views::remove(tx, id)?;
    tx.say(
        Event::new(What::ViewRemoved, Subject::List("views")).changing(vec![Field::personal(
            "name",
            view.name,
            Value::Null,
        )]),
    );
    Ok(())
}
