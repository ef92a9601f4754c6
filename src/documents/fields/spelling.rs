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

/// Whether every word of the one with fewer words is a word of the other, each of them another one: no word stands for two.
pub fn within(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let (few, many) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let alike: Vec<Vec<bool>> = few
        .iter()
        .map(|word| many.iter().map(|known| same_word(word, known)).collect())
        .collect();
    let mut taken = vec![None; many.len()];
    !few.is_empty()
        && (0..few.len()).all(|word| placed(word, &alike, &mut taken, &mut vec![false; many.len()]))
}

/// Finds a place for a word among those that it is like. One word may be written in two ways, so whoever came first may have
/// to move on to another.
fn placed(
    word: usize,
    alike: &[Vec<bool>],
    taken: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    for (place, fits) in alike[word].iter().enumerate() {
        if !*fits || tried[place] {
            continue;
        }
        tried[place] = true;
        let holder = taken[place];
        if holder.is_none_or(|other| placed(other, alike, taken, tried)) {
            taken[place] = Some(word);
            return true;
        }
    }
    false
}

/// How many words a text has.
pub fn count(text: &str) -> usize {
    words(text).len()
}

/// So many letters begin nobody else's word.
const TELLING: usize = 10;

/// Whether a word of `short` stands in `whole` too and tells whose name it is: one in full, since an initial is anybody's; or,
/// where there may have been no room for it, the beginning of a long one.
pub fn telling(whole: &str, short: &str, cut: bool) -> bool {
    let whole = words(whole);
    words(short).iter().any(|word| {
        let [plain, _] = forms(word);
        whole.iter().any(|known| {
            (plain.len() > 1 && same_word(word, known))
                || (cut
                    && plain.len() >= TELLING
                    && forms(known).iter().any(|form| form.starts_with(&plain)))
        })
    })
}

/// Whether two words are the same but for spelling.
fn same_word(one: &str, other: &str) -> bool {
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
    fn no_word_stands_for_two() {
        for (one, other) in [
            ("Maria", "ANNA MARIA"),
            ("Maria Anna", "ANNA MARIA"),
            ("Maria Maria", "MARIA ANNA MARIA"),
            // The first word may be the second one's as well, and has to leave it to that.
            ("Müller Muller", "MULLER MUELLER"),
            ("Müller Mueller", "MUELLER MULLER"),
        ] {
            assert!(within(one, other) && within(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("Maria Maria", "MARIA ANNA"),
            ("Maria Anna Maria", "MARIA ANNA ROSSI"),
            ("Muller Muller", "MULLER MUELLER"),
            ("Maria", "MARIO"),
            ("", "MARIA"),
        ] {
            assert!(!within(one, other) && !within(other, one), "{one} {other}");
        }
    }

    #[test]
    fn an_initial_tells_nobody_from_anybody() {
        assert!(telling("Ana Falcão", "A FALCAO", false));
        assert!(telling("Li O", "O LI", false) && telling("李", "LI", false));
        assert!(!telling("A B Rossi", "A B", true) && !telling("Maria Ana", "M A", true));
        assert!(telling(
            "Wolfeschlegelsteinhausen",
            "WOLFESCHLEGELSTEIN",
            true
        ));
        assert!(!telling(
            "Wolfeschlegelsteinhausen",
            "WOLFESCHLEGELSTEIN",
            false
        ));
        assert!(!telling("Wolfeschlegelsteinhausen", "WOLFE", true));
    }

    proptest::proptest! {
        #[test]
        fn some_of_the_words_in_any_order_are_within_and_one_too_many_is_not(
            words in proptest::collection::vec("[a-z]{2,8}", 1..6),
            kept in 1_usize..6,
            stranger in "[0-9]{2,4}",
        ) {
            let whole = words.join(" ");
            let some: Vec<String> = words.iter().rev().take(kept).cloned().collect();
            let some = some.join(" ");
            proptest::prop_assert!(within(&whole, &some) && within(&some, &whole));
            proptest::prop_assert!(telling(&whole, &some, false));
            let (twice, other) = (format!("{whole} {}", words[0]), format!("{whole} {stranger}"));
            proptest::prop_assert!(!within(&twice, &other) && !within(&other, &twice));
        }
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
