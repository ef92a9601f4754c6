//! What an organisation and a branch may be called.

use crate::error::{Error, FieldError, Result};

/// The code of the branch that takes customers for whom none was named.
pub const DEFAULT_BRANCH: &str = "main";

/// A branch's code as it is stored: what older systems and APIs call the branch. Up to 100 letters, digits and `-_.`,
/// so that it can stand in addresses and files.
pub fn branch_code(typed: &str) -> Result<String, FieldError> {
    let code = typed.trim();
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if code.is_empty() {
        Err(field("code", "Enter a code, such as london."))
    } else if code.len() > 100 || !code.chars().all(allowed) {
        Err(field(
            "code",
            "Use up to 100 letters without accents, digits, hyphens, points and underscores.",
        ))
    } else {
        Ok(code.to_owned())
    }
}

/// A branch's name as it is stored.
pub fn branch_name(typed: &str) -> Result<String, FieldError> {
    named(typed, 255)
}

/// An organisation's name as it is stored.
pub fn organisation_name(typed: &str) -> Result<String> {
    named(typed, 200).map_err(|error| Error::Invalid(vec![error]))
}

fn named(typed: &str, most: usize) -> Result<String, FieldError> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        Err(field("name", "Enter a name."))
    } else if name.chars().count() > most {
        Err(FieldError {
            field: "name".into(),
            message: format!("Use at most {most} characters.").into(),
        })
    } else {
        Ok(name)
    }
}

fn field(field: &'static str, message: &'static str) -> FieldError {
    FieldError {
        field: field.into(),
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_can_stand_in_an_address() {
        assert_eq!(branch_code(" london-2 ").as_deref(), Ok("london-2"));
        for bad in ["", "  ", "São Paulo", "a/b", "a b", &"x".repeat(101)] {
            assert!(branch_code(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_one_line_and_not_empty() {
        assert_eq!(
            branch_name(" Calle  Mayor\n3 ").as_deref(),
            Ok("Calle Mayor 3")
        );
        assert!(branch_name(" ").is_err() && branch_name(&"é".repeat(256)).is_err());
        assert!(branch_name(&"é".repeat(255)).is_ok());
        assert!(organisation_name(&"é".repeat(201)).is_err());
    }
}
