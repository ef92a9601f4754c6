//! How one person wants the desk to look: theme, density, single-key shortcuts. Kept on the staff row as JSON and set
//! from the account menu.

use serde::{Deserialize, Serialize};

/// The colours of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Ink on paper.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The word in `data-theme` and in the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How much fits on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Density {
    /// 13 px text, rows of 34 px.
    #[default]
    Compact,
    /// 16 px text, rows of 44 px.
    Comfortable,
}

impl Density {
    /// The word in `data-density` and in the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Comfortable => "comfortable",
        }
    }
}

/// One person's choices. An unreadable or missing field falls back to its default on reading the JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Colours.
    pub theme: Theme,
    /// Sizes.
    pub density: Density,
    /// Whether single keys do something.
    pub keys: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::Auto,
            density: Density::Compact,
            keys: true,
        }
    }
}

impl Preferences {
    /// The word for `data-keys`.
    pub fn keys_word(self) -> &'static str {
        if self.keys { "on" } else { "off" }
    }
}

/// The form in the account menu (`POST /account/preferences`). A box that is not ticked is not sent.
#[derive(Debug, Clone, Deserialize)]
pub struct PreferencesForm {
    theme: Theme,
    density: Density,
    keys: Option<String>,
}

impl From<PreferencesForm> for Preferences {
    fn from(form: PreferencesForm) -> Self {
        Self {
            theme: form.theme,
            density: form.density,
            keys: form.keys.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_the_default() {
        let read: Preferences = serde_json::from_str(r#"{"theme":"dark"}"#).expect("JSON");
        assert_eq!(
            read,
            Preferences {
                theme: Theme::Dark,
                ..Preferences::default()
            }
        );
        let written = serde_json::to_string(&Preferences::default()).expect("JSON");
        assert_eq!(
            written,
            r#"{"theme":"auto","density":"compact","keys":true}"#
        );
    }

    #[test]
    fn a_box_that_is_not_sent_is_off() {
        let form =
            |query| serde_html_form::from_str::<PreferencesForm>(query).map(Preferences::from);
        assert!(
            form("theme=light&density=compact&keys=on")
                .expect("a form")
                .keys
        );
        assert!(
            !form("theme=light&density=comfortable")
                .expect("a form")
                .keys
        );
        assert!(form("theme=pink&density=compact").is_err());
    }
}
