//! Why somebody did something, in their own words: what the log keeps and an examiner reads. Too short to say anything
//! is refused, and so is what only looks like nothing.

use crate::error::FieldError;

/// The fewest characters of a reason, seen ones.
pub const SHORTEST: usize = 10;
/// The most.
pub const LONGEST: usize = 2_000;
/// The most of a text that tells a whole story: a suspicion, the points of whoever sends something back.
pub const LONGEST_STORY: usize = 4_000;

/// A reason, trimmed, or what is wrong with it. `what` ends the sentence "Say in at least 10 characters …".
pub fn checked<'a>(field: &'static str, text: &'a str, what: &str) -> Result<&'a str, FieldError> {
    within(field, text, what, LONGEST)
}

/// The same for a whole story.
pub fn story<'a>(field: &'static str, text: &'a str, what: &str) -> Result<&'a str, FieldError> {
    within(field, text, what, LONGEST_STORY)
}

fn within<'a>(
    field: &'static str,
    text: &'a str,
    what: &str,
    longest: usize,
) -> Result<&'a str, FieldError> {
    let text = text.trim();
    let message = if seen(text) < SHORTEST {
        format!("Say in at least {SHORTEST} characters {what}")
    } else if text.chars().count() > longest {
        let (thousands, rest) = (longest / 1000, longest % 1000);
        format!("At most {thousands},{rest:03} characters")
    } else {
        return Ok(text);
    };
    Err(FieldError {
        field: field.into(),
        message: message.into(),
    })
}

/// How many characters a reader sees: those that show nothing do not count, and a run of spaces counts as one.
pub fn seen(text: &str) -> usize {
    let mut count = 0;
    let mut gap = true;
    for character in text.chars().filter(|one| !unseen(*one)) {
        let space = character.is_whitespace();
        if !(space && gap) {
            count += 1;
        }
        gap = space;
    }
    count - usize::from(gap && count > 0)
}

/// Characters that show nothing: controls, those that Unicode calls `Default_Ignorable_Code_Point`
/// (`DerivedCoreProperties.txt`), and the blank pattern of Braille.
fn unseen(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(
            character,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFF8}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_no_reason() {
        for blank in [
            String::new(),
            " ".repeat(40),
            "\u{200B}".repeat(40),
            "\u{3164}\u{2800}".repeat(20),
            format!("a{}b", " ".repeat(40)),
            format!("too{}short", "\u{2060}".repeat(40)),
            "\u{0}\u{8}".repeat(10),
        ] {
            assert!(checked("reason", &blank, "why").is_err(), "{blank:?}");
        }
        assert_eq!(seen(" a  b\u{200B} "), 3);
    }

    #[test]
    fn what_can_be_read_is_kept_as_it_is() {
        assert_eq!(
            checked("reason", " Seen in person. \n", "why").ok(),
            Some("Seen in person.")
        );
        // Ten letters in a script that joins them with characters of no width.
        let joined = "می‌خواهم‌بدانم";
        assert_eq!(checked("reason", joined, "why").ok(), Some(joined));
    }

    #[test]
    fn the_ends_are_said() {
        let said = |text: &str| {
            checked("reason", text, "why")
                .expect_err("wrong")
                .message
                .into_owned()
        };
        assert_eq!(said("nine char"), "Say in at least 10 characters why");
        assert_eq!(said(&"x".repeat(2_001)), "At most 2,000 characters");
        assert!(story("points", &"x".repeat(4_000), "why").is_ok());
    }
}
