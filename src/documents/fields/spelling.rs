//! Two ways of writing the same: accents, case, hyphens, and the ways in which passports transcribe letters that their
//! zone has not.

/// Letters that a zone writes otherwise than the common transcription (ICAO Doc 9303 part 3, section 6): Latin ones as two,
/// and Cyrillic ones.
const IN_ZONES: &[(char, &str)] = &[
    ('ä', "ae"),
    ('ö', "oe"),
    ('ü', "ue"),
    ('å', "aa"),
    ('ø', "oe"),
    ('ё', "e"),
    ('є', "ie"),
    ('ж', "zh"),
    ('й', "i"),
    ('ї', "i"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', "ie"),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "iu"),
    ('я', "ia"),
];

/// Whether two texts are the same but for spelling: word by word, or run together.
pub fn alike(one: &str, other: &str) -> bool {
    let (a, b) = (words(one), words(other));
    if a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same_word(a, b)) {
        return !a.is_empty();
    }
    let (a, b) = (a.concat(), b.concat());
    !a.is_empty() && same_word(&a, &b)
}

/// Whether `short` may be what is left of `whole` where there was no room for it: its words begin words of the whole, in
/// their order.
pub fn shortened(whole: &str, short: &str) -> bool {
    let (whole, short) = (words(whole), words(short));
    let mut left = whole.iter();
    !short.is_empty()
        && short.iter().all(|word| {
            left.any(|longer| {
                let (word, longer) = (forms(word), forms(longer));
                longer.iter().any(|form| form.starts_with(&word[0]))
            })
        })
}

/// Whether two words are the same but for spelling.
pub fn same_word(one: &str, other: &str) -> bool {
    let (one, other) = (forms(one), forms(other));
    one.iter()
        .any(|form| !form.is_empty() && other.contains(form))
}

/// Letters and digits alone, in capitals.
pub fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The words of a text: spaces and hyphens part them.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == '-' || c == '‐' || c == '–')
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_owned)
        .collect()
}

/// The ways in which a word may be transcribed into A to Z and digits.
fn forms(word: &str) -> [String; 2] {
    let lower = word.to_lowercase();
    // Greek writes one sound with two letters, and passports write it with these two.
    let lower = lower.replace("ου", "ou").replace("ού", "ou");
    let mut doubled = String::new();
    for c in lower.chars() {
        match IN_ZONES.iter().find(|(letter, _)| *letter == c) {
            Some((_, written)) => doubled.push_str(written),
            None => doubled.push(c),
        }
    }
    [lower, doubled].map(|form| {
        any_ascii::any_ascii(&form)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_no_difference() {
        for (one, other) in [
            ("Inês Falcão", "INES FALCAO"),
            ("Müller", "MUELLER"),
            ("Müller", "MULLER"),
            ("Jürgen Müller-Weiß", "JURGEN MUELLER WEISS"),
            ("Ångström", "AANGSTROEM"),
            ("Bjørn", "BJOERN"),
            ("O’Connor", "O CONNOR"),
            ("Jean-Luc", "JEAN LUC"),
            ("José María", "jose maria"),
            ("Łukasz", "LUKASZ"),
            ("Иванов", "IVANOV"),
            ("Юрий Щукин", "IURII SHCHUKIN"),
            ("Παπαδόπουλος", "PAPADOPOULOS"),
            ("Rua Direita, 1", "RUA DIREITA 1"),
            // One letter with its accent beside it, and one letter that has it.
            ("Ine\u{302}s", "Inês"),
        ] {
            assert!(alike(one, other) && alike(other, one), "{one} {other}");
        }
    }

    #[test]
    fn a_name_without_room_is_cut_from_its_end() {
        for (whole, short) in [
            ("Inês Catarina", "INES CATAR"),
            ("Falcão de Magalhães Sequeira", "FALCAO DE MAGALHAES"),
            ("Falcão de Magalhães Sequeira", "FALCAO SEQUEIRA"),
        ] {
            assert!(shortened(whole, short), "{whole} {short}");
            assert!(!shortened(short, whole), "{short} {whole}");
        }
        assert!(!shortened("Inês Catarina", "CATARINA INES"));
        assert!(!shortened("Inês", ""));
    }

    #[test]
    fn another_name_is_one() {
        for (one, other) in [
            ("Inês Falcão", "INES FALCAO SEQUEIRA"),
            ("Moller", "MUELLER"),
            ("Rua da Alegria 214", "Rua da Alegria 241"),
            ("", ""),
            ("-", "–"),
        ] {
            assert!(!alike(one, other), "{one} {other}");
        }
    }
}
