//! What the layout needs to draw round a page: who is signed in, where they are, what they may open, how they like it.
//! Every page that extends `layout.html` has a field `shell: Shell`.

use super::filters::initials_of;
use super::preferences::{Density, Preferences};

pub use printed::{PrintHead, PrintedEntry};

mod printed;

/// Where in the desk a page stands; the matching link in the sidebar is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The figures of today.
    Overview,
    /// The queue.
    Reviews,
    /// What waits for a second person.
    Approvals,
    /// What was decided, how fast and by whom.
    Reports,
    /// The customers' list and everything below one customer.
    Customers,
    /// The list of checks.
    Verifications,
    /// The audit log.
    Audit,
    /// Staff, branches, policy.
    Settings,
    /// The person's own account.
    Account,
    /// Outside of the desk: sign-in, errors.
    None,
}

/// One link of the sidebar.
#[derive(Debug, PartialEq, Eq)]
pub struct Link {
    /// The place it opens.
    pub place: Place,
    /// Its address.
    pub href: &'static str,
    /// Its word.
    pub word: &'static str,
    /// Its icon's name.
    pub icon: &'static str,
}

/// The sidebar, in order. Only registered routes stand here.
const LINKS: &[Link] = &[
    Link {
        place: Place::Overview,
        href: "/",
        word: "Overview",
        icon: "overview",
    },
    Link {
        place: Place::Reviews,
        href: "/reviews",
        word: "Reviews",
        icon: "queue",
    },
    Link {
        place: Place::Customers,
        href: "/customers",
        word: "Customers",
        icon: "customers",
    },
    Link {
        place: Place::Verifications,
        href: "/verifications",
        word: "Verifications",
        icon: "verifications",
    },
    Link {
        place: Place::Approvals,
        href: "/approvals",
        word: "Approvals",
        icon: "s-second",
    },
    Link {
        place: Place::Reports,
        href: "/reports",
        word: "Reports",
        icon: "columns",
    },
    Link {
        place: Place::Audit,
        href: "/audit",
        word: "Audit log",
        icon: "chain",
    },
    Link {
        place: Place::Settings,
        href: "/settings/staff",
        word: "Settings",
        icon: "settings",
    },
];

/// The person at the desk, as the sidebar shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellStaff {
    /// Full name.
    pub name: String,
    /// Two letters for the round picture.
    pub initials: String,
    /// The role's word: "Officer".
    pub role: &'static str,
    /// The branches they work in: "London, Madrid", or "All branches".
    pub branches: String,
    /// The places their role may open.
    pub places: Vec<Place>,
}

impl ShellStaff {
    /// The person with this name, role word, branches and places.
    pub fn new(
        name: impl Into<String>,
        role: &'static str,
        branches: impl Into<String>,
        places: Vec<Place>,
    ) -> Self {
        let name = name.into();
        Self {
            initials: initials_of(&name),
            name,
            role,
            branches: branches.into(),
            places,
        }
    }
}

/// How a message feels; its colour and shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Ok,
    /// Good to know.
    Info,
    /// Somebody must act.
    Warn,
    /// Refused or failed.
    Bad,
}

impl Tone {
    /// The CSS class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Ok => "tone-ok",
            Self::Info => "tone-info",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
        }
    }

    /// The icon's name.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Ok => "s-approved",
            Self::Info => "s-info",
            Self::Warn => "s-action",
            Self::Bad => "s-refused",
        }
    }
}

/// The result of the last action, shown once at the top of the page that follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// How it went.
    pub tone: Tone,
    /// What happened, in one sentence.
    pub text: String,
}

/// Everything that the layout draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    /// The page's title, without the product's name.
    pub title: String,
    /// Where it stands.
    pub place: Place,
    /// Who is signed in; without one the page is a public sheet.
    pub staff: Option<ShellStaff>,
    /// How they like it.
    pub preferences: Preferences,
    /// The result of the last action.
    pub flash: Option<Flash>,
    /// Whether this installation holds demo accounts.
    pub demo: bool,
    /// The head of the printed page.
    pub printed: Option<PrintHead>,
    /// A form came back with errors: the title says so first.
    pub failed: bool,
    /// A wide page (one case): the sidebar shrinks to a rail.
    pub rail: bool,
}

impl Shell {
    /// A page for anybody: sign-in, errors before it. Always comfortable.
    pub fn public(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            place: Place::None,
            staff: None,
            preferences: Preferences {
                density: Density::Comfortable,
                keys: false,
                ..Preferences::default()
            },
            flash: None,
            demo: false,
            printed: None,
            failed: false,
            rail: false,
        }
    }

    /// A page of the desk for this person.
    pub fn desk(
        title: impl Into<String>,
        place: Place,
        staff: ShellStaff,
        preferences: Preferences,
    ) -> Self {
        Self {
            place,
            staff: Some(staff),
            preferences,
            ..Self::public(title)
        }
    }

    /// The same with the result of the last action.
    #[must_use]
    pub fn flash(self, flash: Option<Flash>) -> Self {
        Self { flash, ..self }
    }

    /// The same, saying whether this installation holds demo accounts.
    #[must_use]
    pub fn demo(self, demo: bool) -> Self {
        Self { demo, ..self }
    }

    /// The same with a head for the printed page.
    #[must_use]
    pub fn printed(self, head: PrintHead) -> Self {
        Self {
            printed: Some(head),
            ..self
        }
    }

    /// The same, saying whether the page shows a form's errors.
    #[must_use]
    pub fn failed(self, failed: bool) -> Self {
        Self { failed, ..self }
    }

    /// The same with the sidebar as a rail, for pages that need the width.
    #[must_use]
    pub fn rail(self) -> Self {
        Self { rail: true, ..self }
    }

    /// The sidebar's links for this person, in order.
    pub fn links(&self) -> impl Iterator<Item = &'static Link> {
        let staff = self.staff.as_ref();
        LINKS
            .iter()
            .filter(move |link| staff.is_some_and(|staff| staff.places.contains(&link.place)))
    }

    /// Whether this is the person's own account page.
    pub fn at_account(&self) -> bool {
        self.place == Place::Account
    }

    /// The CSS classes of `<body>`.
    pub fn body_class(&self) -> &'static str {
        match (&self.staff, self.rail) {
            (None, _) => "plain",
            (Some(_), false) => "shell",
            (Some(_), true) => "shell shell--rail",
        }
    }

    /// The CSS class of `<main>`.
    pub fn main_class(&self) -> &'static str {
        if self.staff.is_some() {
            "main"
        } else {
            "plain__main"
        }
    }

    /// Whether the person may open this place; a page asks before it draws a link there.
    pub fn sees(&self, place: Place) -> bool {
        self.links().any(|link| link.place == place)
    }
}

#[cfg(test)]
mod tests;
