//! The words of the desk: every stored name with the word people read, its tone and its shape. Pages, CSV files and
//! the audit log all take them from here, so that one state has one name everywhere.

mod tables;

pub use tables::{KIND, KYC, RISK, ROLE, SECOND, VERIFICATION};

/// What people see of a state: a word, and a shape in a colour beside it. Colour never stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The stored name, as in the database and in a filter's value.
    pub name: &'static str,
    /// The word on the page.
    pub word: &'static str,
    /// The CSS class that colours it.
    pub tone: &'static str,
    /// The icon's name in the sprite.
    pub icon: &'static str,
}

const fn word(
    name: &'static str,
    word: &'static str,
    tone: &'static str,
    icon: &'static str,
) -> Word {
    Word {
        name,
        word,
        tone,
        icon,
    }
}

/// A name that no table holds: shown as such, never hidden.
const UNKNOWN: Word = word("", "Unknown", "tone-warn", "s-action");

fn find(table: &'static [Word], name: &str) -> Word {
    table
        .iter()
        .find(|word| word.name == name)
        .copied()
        .unwrap_or(UNKNOWN)
}

/// The word of a customer's KYC status.
pub fn kyc(status: &str) -> Word {
    find(KYC, status)
}

/// The word of a KYC status, where a proposal may be waiting for a second person.
pub fn kyc_with(status: &str, proposal_waits: &bool) -> Word {
    if *proposal_waits { SECOND } else { kyc(status) }
}

/// The word of a verification's status.
pub fn verification(status: &str) -> Word {
    find(VERIFICATION, status)
}

/// The word of a risk; the empty name is a customer nobody has rated.
pub fn risk(risk: &str) -> Word {
    find(RISK, risk)
}

/// The word of a customer's kind.
pub fn kind(kind: &str) -> Word {
    find(KIND, kind)
}

/// The word of a role.
pub fn role(role: &str) -> Word {
    find(ROLE, role)
}

/// A field's value as the log kept it, in the words of the desk where it is one of them.
pub fn spoken<'a>(field: &str, value: &'a str) -> &'a str {
    let table = match field {
        "kyc" | "decision" => KYC,
        "status" => VERIFICATION,
        "risk" => RISK,
        "role" => ROLE,
        _ => return value,
    };
    let known = table.iter().find(|word| word.name == value);
    known.map_or(value, |word| word.word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_desk() {
        let said: Vec<String> = KYC
            .iter()
            .chain(VERIFICATION)
            .map(|word| format!("{} {:?}", word.name, word.word))
            .collect();
        assert_eq!(
            said.join(", "),
            "none \"Not started\", draft \"Draft\", pending \"In review\", incomplete \"Waiting for customer\", \
             validated \"Validated\", review_needed \"Review needed\", refused \"Refused\", canceled \"Canceled\", \
             pending \"Pending\", verified \"Verified\", failed \"Failed\", expired \"Expired\""
        );
        assert_eq!(kyc_with("pending", &true).word, "Second approval");
        assert_eq!(kyc_with("pending", &false).word, "In review");
    }

    #[test]
    fn every_shape_stands_in_the_sprite_and_every_tone_in_the_stylesheet() {
        use crate::web::assets::{APP_CSS, ICONS_SVG, find};
        let text =
            |path| std::str::from_utf8(find(path, "").expect("embedded").body).expect("UTF-8");
        let (sprite, css) = (text(ICONS_SVG), text(APP_CSS));
        for word in [KYC, VERIFICATION, RISK, KIND, ROLE, &[SECOND, UNKNOWN]].concat() {
            assert!(
                sprite.contains(&format!("id=\"{}\"", word.icon)),
                "{}",
                word.icon
            );
            assert!(css.contains(&format!(".{}{{", word.tone)), "{}", word.tone);
        }
    }

    #[test]
    fn a_value_of_the_log_is_said_in_the_words_of_its_field() {
        assert_eq!(spoken("kyc", "review_needed"), "Review needed");
        assert_eq!(spoken("status", "expired"), "Expired");
        assert_eq!(spoken("provider", "pending"), "pending");
        assert_eq!(spoken("status", "acme_state"), "acme_state");
    }

    #[test]
    fn no_two_states_of_one_table_look_alike() {
        for table in [KYC, VERIFICATION, RISK, KIND, ROLE] {
            for (at, word) in table.iter().enumerate() {
                assert!(
                    table[..at]
                        .iter()
                        .all(|other| other.icon != word.icon && other.word != word.word)
                );
            }
        }
    }

    #[test]
    fn an_unknown_name_is_shown_as_unknown() {
        assert_eq!(verification("lost").word, "Unknown");
        assert_eq!(risk("").word, "Not rated");
    }
}
