//! What went wrong, as the asker can use it: a page with the layout of who asks, or a fragment for htmx. Only our own
//! faults log their chain.

use crate::{
    access::{
        pages::with_next,
        permissions::{Approve, Permission as _, ReadReports, Role},
        scope::Branches,
        session::SignedIn,
    },
    error::Error,
    value::RequestId,
    web::{
        answer::Answer,
        error_page::ErrorPage,
        preferences::Preferences,
        router::Route,
        shell::{Place, Shell, ShellStaff},
    },
};

/// Whoever looks at the answer, as the layout needs them.
#[derive(Clone)]
pub struct Viewer {
    staff: Option<ShellStaff>,
    preferences: Preferences,
    demo: bool,
}

impl Viewer {
    /// Nobody we know.
    pub fn stranger(demo: bool) -> Self {
        Self {
            staff: None,
            preferences: Preferences::default(),
            demo,
        }
    }

    /// A member of staff.
    pub fn of(staff: &SignedIn, demo: bool) -> Self {
        Self {
            staff: Some(shell_staff(staff)),
            preferences: preferences(staff),
            demo,
        }
    }

    fn shell(&self, title: &str) -> Shell {
        match &self.staff {
            Some(staff) => Shell::desk(title, Place::None, staff.clone(), self.preferences),
            None => Shell::public(title).demo(self.demo),
        }
    }
}

fn preferences(staff: &SignedIn) -> Preferences {
    // What cannot be read (an older version's) falls back to the defaults.
    serde_json::from_value(staff.preferences.clone()).unwrap_or_default()
}

fn shell_staff(staff: &SignedIn) -> ShellStaff {
    let mut places = vec![
        Place::Overview,
        Place::Reviews,
        Place::Customers,
        Place::Verifications,
        Place::Audit,
        Place::Account,
    ];
    if Approve::ROLES.contains(&staff.role) {
        places.push(Place::Approvals);
    }
    if ReadReports::ROLES.contains(&staff.role) {
        places.push(Place::Reports);
    }
    if staff.role == Role::Admin {
        places.push(Place::Settings);
    }
    let branches = match &staff.branches {
        Branches::All => "All branches".to_owned(),
        Branches::Only(list) if list.len() == 1 => "1 branch".to_owned(),
        Branches::Only(list) => format!("{} branches", list.len()),
    };
    let role = match staff.role {
        Role::Auditor => "Auditor",
        Role::Officer => "Officer",
        Role::Manager => "Manager",
        Role::Admin => "Admin",
    };
    ShellStaff::new(staff.name.clone(), role, branches, places)
}

impl SignedIn {
    /// The layout of a page for this member.
    pub fn shell(&self, title: impl Into<String>, place: Place) -> Shell {
        Shell::desk(title, place, shell_staff(self), preferences(self))
    }
}

/// The answer to a request that was not done. `back`: the page of ours to which signing in leads.
pub fn answer(
    error: &Error,
    viewer: &Viewer,
    request: RequestId,
    htmx: bool,
    route: &Route,
    back: &str,
) -> Answer {
    if let Error::Internal(chain) = error {
        tracing::error!(request = %request, method = route.method, path = route.path, error = format!("{chain:#}"), "internal error");
    } else {
        tracing::debug!(request = %request, method = route.method, path = route.path, status = error.status(), "refused");
    }
    match error {
        Error::Unauthenticated => return to_page(htmx, &with_next("/login", back)),
        Error::CodeNeeded => return to_page(htmx, &with_next("/login/code", back)),
        Error::CodeMissing => return to_page(htmx, "/account/code"),
        _ => {}
    }
    let (title, explanation) = words(error);
    let retry_after = match error {
        Error::TooMany(seconds) => Some(*seconds),
        Error::Unavailable(_) => Some(2),
        Error::Busy(_) => Some(10),
        _ => None,
    };
    let page = ErrorPage {
        shell: viewer.shell(title),
        status: error.status(),
        title: title.to_owned(),
        explanation,
        request_id: request.to_string(),
        retry_after,
    };
    let answer = if htmx {
        page.fragment()
    } else {
        Answer::page_with(error.status(), &page)
    };
    let answer =
        answer.unwrap_or_else(|_| Answer::new(error.status(), "text/plain; charset=utf-8", title));
    match retry_after {
        Some(seconds) => answer.with("retry-after", seconds.to_string()),
        None => answer,
    }
}

/// A whole page is sent elsewhere by 303. A fragment is not: it would put a sign-in form into a table, so htmx is told
/// to load the page.
fn to_page(htmx: bool, place: &str) -> Answer {
    if htmx {
        Answer::new(401, "text/plain; charset=utf-8", "Sign in again").with("hx-redirect", place)
    } else {
        Answer::see(place)
    }
}

fn words(error: &Error) -> (&'static str, String) {
    match error {
        Error::Unauthenticated | Error::CodeNeeded | Error::CodeMissing => ("Sign in", "Sign in to go on.".to_owned()),
        Error::Forbidden => ("Not permitted", "Your role may not do this. An admin can change what you may do.".to_owned()),
        Error::NotFound => ("Not found", "There is no such page, or it is not in your branches.".to_owned()),
        Error::BadRequest(why) => ("Cannot be read", format!("The request cannot be read: {why}.")),
        Error::Invalid(fields) => ("Please check", fields.iter().map(|field| field.message.as_ref()).collect::<Vec<_>>().join(" ")),
        Error::Conflict(why) => ("It changed meanwhile", why.to_string()),
        Error::Refused(why) => ("Not possible now", why.to_string()),
        Error::TooMany(seconds) => ("Too many attempts", format!("Wait {seconds} seconds and try again.")),
        Error::KeyReused => ("Cannot be read", "This request has the name of another one.".to_owned()),
        Error::WrongMedia => ("Cannot be read", "What you sent is of a kind that this page does not take.".to_owned()),
        Error::TooLarge => ("Too large", "What you sent is larger than this page takes.".to_owned()),
        Error::Busy(why) => ("Busy", why.to_string()),
        Error::Unavailable(_) => ("Back in a moment", "The server is busy or its database is away. Nothing was done; try again in a moment.".to_owned()),
        Error::Unsure(_) => ("Perhaps done", "The database went away while this was being stored, so it may have been done or not. Look whether it was before you do it again.".to_owned()),
        Error::Declined(why) => ("Not taken", why.to_string()),
        Error::Internal(_) => ("Our fault", "Something went wrong here. Nothing was changed. If it happens again, tell us the number below.".to_owned()),
    }
}

/// The answer where no route is: 404 for an address, 405 for a method.
pub fn unrouted(status: u16, demo: bool, request: RequestId) -> Answer {
    let (title, explanation) = match status {
        405 => (
            "Not possible here",
            "This address does not take that method.".to_owned(),
        ),
        _ => words(&Error::NotFound),
    };
    let page = ErrorPage {
        shell: Viewer::stranger(demo).shell(title),
        status,
        title: title.to_owned(),
        explanation,
        request_id: request.to_string(),
        retry_after: None,
    };
    Answer::page_with(status, &page)
        .unwrap_or_else(|_| Answer::new(status, "text/plain; charset=utf-8", title))
}
