//! Passwords that anybody would try first: known ones of at least the length that we ask for, one word with numbers
//! around it, repetitions, and walks along the keyboard. The list was put together for this program; it is short,
//! because most of what the usual lists hold is shorter than we allow anyway.

/// One a line, in lower case.
const LISTED: &str = include_str!("common_passwords.txt");

/// Words that make no password by themselves, whatever stands before or behind them: the usual ones, and those of this
/// place.
const WORDS: [&str; 28] = [
    "admin",
    "administrator",
    "auditor",
    "autumn",
    "backoffice",
    "changeme",
    "compliance",
    "customer",
    "february",
    "january",
    "letmein",
    "login",
    "manager",
    "november",
    "officer",
    "onboarding",
    "passphrase",
    "password",
    "passwort",
    "qwerty",
    "secret",
    "september",
    "spring",
    "summer",
    "verification",
    "vouch",
    "welcome",
    "winter",
];

/// Rows of keys, the digits and the alphabet; walked either way.
const WALKS: [&str; 7] = [
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
];

/// Repeated pieces of up to so many characters are no longer than one of them.
const PIECE: usize = 6;

/// Whether a password is one of those.
pub fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let letters: Vec<char> = lower.chars().collect();
    LISTED.lines().any(|listed| listed == lower)
        || WORDS.contains(&lower.trim_matches(|c: char| !c.is_alphabetic()))
        || repeats(&letters)
        || walks(&letters)
}

fn repeats(letters: &[char]) -> bool {
    (1..=PIECE.min(letters.len() / 2)).any(|piece| {
        letters
            .iter()
            .zip(&letters[piece..])
            .all(|(one, next)| one == next)
    })
}

/// At most one step in four leads elsewhere than to the next key.
fn walks(letters: &[char]) -> bool {
    let leaps = letters
        .windows(2)
        .filter(|step| !neighbours(step[0], step[1]))
        .count();
    leaps * 4 <= letters.len()
}

fn neighbours(one: char, other: char) -> bool {
    WALKS.iter().any(|walk| {
        walk.as_bytes().windows(2).any(|pair| {
            let (left, right) = (char::from(pair[0]), char::from(pair[1]));
            (one, other) == (left, right) || (one, other) == (right, left)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::password::MIN_CHARS;

    #[test]
    fn the_list_is_lower_case_and_long_enough_to_matter() {
        for listed in LISTED.lines() {
            assert!(listed.chars().count() >= MIN_CHARS, "{listed}");
            assert_eq!(listed, listed.to_lowercase());
        }
        assert!(LISTED.lines().count() > 200);
    }

    #[test]
    fn what_anybody_would_try_is_common() {
        for password in [
            "Password1234",
            "P@ssw0rd2026",
            "vouch-demo-2026",
            "Vouch!!!!2026",
            "compliance2026",
            "Summer2031!!!",
            "xyzxyzxyzxyz",
            "BananaBanana",
            "zzzzzzzzzzzz",
            "QWERTYuiop12",
            "098765432109",
            "abcdefghijkl",
            "lkjhgfdsa321",
        ] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn what_takes_guessing_is_not() {
        for password in [
            "seven-lanterns-over-the-harbour",
            "another horse entirely",
            "köttbullar med sås",
            "T7#kq-Lm2wXz",
            "password of my aunt Rosa",
            "vouch for the baker",
        ] {
            assert!(!is_common(password), "{password}");
        }
    }
}
