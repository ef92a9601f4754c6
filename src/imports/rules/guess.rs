//! Which column means what: guessed by its heading, and chosen by people.

use super::aliases::ALIASES;
use crate::customers::typed::Typed;

/// What a customer is: no field of the form, but a column of many files.
pub const KIND: &str = "kind";
/// One name for all of them.
pub const NAME: &str = "name";

/// What a column may mean: the name in forms and its words.
pub fn targets() -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = [(KIND, "Kind of customer"), (NAME, "Name, whole")];
    own.into_iter()
        .chain(Typed::FIELDS.iter().map(|field| (field.name, field.words)))
}

/// The name of what a column may mean, where there is such a thing.
pub fn target(name: &str) -> Option<&'static str> {
    targets()
        .map(|(known, _)| known)
        .find(|known| *known == name)
}

/// The words of what a column may mean.
pub fn words(name: &str) -> &'static str {
    targets()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, words)| words)
}

/// A heading without anything but letters and digits, in lower case.
fn bare(heading: &str) -> String {
    heading
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// What each column seems to mean. No two mean the same: the first one has it.
pub fn guesses(headings: &[String]) -> Vec<Option<&'static str>> {
    let mut taken = Vec::new();
    headings
        .iter()
        .map(|heading| {
            let found = guess(&bare(heading)).filter(|target| !taken.contains(target))?;
            taken.push(found);
            Some(found)
        })
        .collect()
}

fn guess(heading: &str) -> Option<&'static str> {
    targets()
        .find(|(name, words)| bare(name) == heading || bare(words) == heading)
        .map(|(name, _)| name)
        .or_else(|| {
            ALIASES
                .iter()
                .find(|(alias, _)| *alias == heading)
                .map(|(_, target)| *target)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_recognised_however_they_are_written() {
        for (heading, target) in [
            ("First name", Some("first_name")),
            ("FIRST_NAME", Some("first_name")),
            ("e-mail", Some("email")),
            ("Date of birth", Some("birth_date")),
            ("Post code", Some("postal_code")),
            ("US person?", Some("us_person")),
            ("risk", None),
            ("", None),
        ] {
            assert_eq!(guesses(&[heading.to_owned()]), [target], "{heading}");
        }
    }

    #[test]
    fn every_alias_leads_to_something_and_no_two_columns_to_one() {
        for (alias, known) in ALIASES {
            assert!(target(known).is_some() && bare(alias) == *alias, "{alias}");
        }
        let twice = ["email".to_owned(), "E-mail".to_owned()];
        assert_eq!(guesses(&twice), [Some("email"), None]);
    }
}
