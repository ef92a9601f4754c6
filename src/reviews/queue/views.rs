//! Views of the queue that people keep: a tab with its filters, under a name.

use serde_json::Value;

use crate::{
    access::permissions::Role,
    audit::event::{Change as Field, Event, Subject, What},
    db::{Change, Read},
    error::{Error, Result},
    reviews::queue::{
        filter::{Filter, Tab},
        store::{
            self,
            views::{self, MOST, MOST_OF_TEAM, Scope, View},
        },
    },
    value::{StaffId, ViewId},
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
    if scope == Scope::Team && views::count_of_team(tx)? >= MOST_OF_TEAM {
        return Err(Error::Refused(
            "Your colleagues see 100 views already. One of them must be removed first, or save this one for yourself.".into(),
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

/// Removes one of the member's own. A role that saw it first sees what is built in from then on.
pub fn remove(tx: &mut Change<'_>, id: ViewId) -> Result<()> {
    let me = tx.actor().staff().ok_or(Error::Forbidden)?;
    views::hold_defaults(tx)?;
    let view = views::own(tx, me, id)?;
    let roles: Vec<&str> = views::defaults(tx)?
        .into_iter()
        .filter(|(_, chosen)| *chosen == id)
        .map(|(role, _)| role.as_str())
        .collect();
    views::remove(tx, id)?;
    let mut changes = vec![Field::personal("name", view.name, Value::Null)];
    if !roles.is_empty() {
        changes.push(Field::plain("seen_first_by", roles.join(", "), Value::Null));
    }
    tx.say(Event::new(What::ViewRemoved, Subject::List("views")).changing(changes));
    Ok(())
}

/// What a role sees first when it opens the queue without saying what it wants: one of the team's views, or, without
/// one, what is built in.
pub fn prefer(tx: &mut Change<'_>, role: Role, id: Option<ViewId>) -> Result<()> {
    let unknown = |error| match error {
        Error::NotFound => Error::field("view", "Choose one of the views that all colleagues see"),
        other => other,
    };
    views::hold_defaults(tx)?;
    let view = id.map(|id| views::of_team(tx, id)).transpose();
    let view = view.map_err(unknown)?;
    let before = views::default_of(tx, role)?;
    if before.as_ref().map(|view| view.id) == view.as_ref().map(|view| view.id) {
        return Err(Error::Refused(
            "This is what the role sees first already.".into(),
        ));
    }
    match &view {
        Some(view) => views::prefer(tx, role, view.id)?,
        None => views::prefer_none(tx, role)?,
    }
    let name = |view: Option<View>| view.map_or(Value::Null, |view| view.name.into());
    tx.say(
        Event::new(What::ViewPreferred, Subject::List("views")).changing(vec![
            Field::plain("role", Value::Null, role.as_str()),
            Field::personal("view", name(before), name(view)),
        ]),
    );
    Ok(())
}

/// The list that somebody is led to who opens the queue without saying what they want; nothing where the queue says
/// itself what they see. First what an admin chose for their role. Then, for a manager who works on nothing, what waits
/// for a second person other than themselves.
pub fn first_seen(tx: &mut Read<'_>, role: Role, me: StaffId) -> Result<Option<Filter>> {
    if let Some(view) = views::default_of(tx, role)? {
        let filter: Option<Filter> = serde_html_form::from_str(&view.query).ok();
        // A list that says nothing of what it wants would lead to itself.
        return Ok(filter.filter(|filter| *filter != Filter::default()));
    }
    let waits = role == Role::Manager
        && !store::holds_something(tx, me)?
        && store::waits_for_a_second(tx, me)?;
    Ok(waits.then(|| Filter::default().on(Tab::Second)))
}
