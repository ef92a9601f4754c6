//! When two names may be one: written in another script, transcribed otherwise, in another order, with a word more or
//! less. A score of 100 is the same words.

use chrono::{Datelike as _, NaiveDate};

/// From this score on a name is a hit.
pub const HIT: i16 = 85;

/// Words of one pair less alike than this are two words.
const ALIKE: f64 = 0.84;
/// How alike two words are that sound alike, at least.
const HEARD: f64 = 0.88;
/// How much a word counts that only the longer of two names has.
const EXTRA: f64 = 0.15;
/// What is added where the year of birth is the same, and the day too.
const SAME_YEAR: i16 = 3;
const SAME_DAY: i16 = 6;
/// What is taken away where the years of birth are more than one apart.
const OTHER_YEAR: i16 = 15;
/// Of a name with more words, the first so many are compared.
const MOST_WORDS: usize = 8;
/// Of each name so many words make keys.
const MOST_KEYED: usize = 6;

/// Words that say what kind of company or title it is, or stand between names: they tell nobody from anybody.
const EMPTY: [&str; 52] = [
    "ag",
    "al",
    "and",
    "as",
    "bin",
    "bint",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "da",
    "de",
    "del",
    "der",
    "di",
    "do",
    "dos",
    "dr",
    "du",
    "el",
    "et",
    "gmbh",
    "ibn",
    "inc",
    "kg",
    "la",
    "le",
    "limited",
    "llc",
    "llp",
    "ltd",
    "ltda",
    "mr",
    "mrs",
    "ms",
    "nv",
    "of",
    "oao",
    "ooo",
    "ould",
    "plc",
    "sa",
    "sarl",
    "sas",
    "sl",
    "spa",
    "srl",
    "the",
    "van",
    "von",
    "y",
];

/// The words of a name in small letters from a to z, those that tell nothing left out unless there are no others.
pub fn words(name: &str) -> Vec<String> {
    let plain = any_ascii::any_ascii(name).to_lowercase();
    // What joins a name does not part it: O'Neill, al-Qaida.
    let joined: String = plain.chars().filter(|c| !matches!(c, '\'' | '`')).collect();
    let mut all: Vec<String> = joined
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if all.iter().any(|word| !EMPTY.contains(&word.as_str())) {
        all.retain(|word| !EMPTY.contains(&word.as_str()));
    }
    all.truncate(MOST_WORDS);
    all
}

/// How a word sounds, roughly: its first sound and its next consonants by kind; vowels tell little across languages.
fn sound(word: &str) -> String {
    let kind = |c: char| match c {
        'b' | 'f' | 'p' | 'v' | 'w' => '1',
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => '2',
        'd' | 't' => '3',
        'l' => '4',
        'm' | 'n' => '5',
        'r' => '6',
        '0'..='9' => c,
        _ => '0',
    };
    let word = word
        .replace("ph", "f")
        .replace("kh", "h")
        .replace("sh", "s")
        .replace("ch", "c");
    let mut letters = word.chars();
    let first = match letters.next() {
        Some('a' | 'e' | 'i' | 'o' | 'u' | 'y') => 'a',
        Some('c' | 'k' | 'q' | 'g' | 'x') => 'k',
        Some('s' | 'z') => 's',
        Some('f' | 'v' | 'w') => 'v',
        Some('t' | 'd') => 't',
        Some(other) => other,
        None => return String::new(),
    };
    let mut heard = String::from(first);
    let mut last = word.chars().next().map_or('0', kind);
    for c in letters {
        let this = kind(c);
        if this != '0' && this != last {
            heard.push(this);
        }
        // A vowel between two equal consonants parts them, and so does h: scripts without vowels write Mhmd.
        last = this;
    }
    heard.truncate(4);
    heard
}

fn sounds(words: &[String]) -> Vec<String> {
    let keyed = words.iter().take(MOST_KEYED);
    let mut sounds: Vec<String> = keyed.map(|word| sound(word)).collect();
    sounds.sort_unstable();
    sounds
}

/// One word of two. ("Rosneft" is listed, "Rosneft Oil" is asked for.)
fn of_two(sound: &str) -> String {
    format!("2:{sound}")
}

/// Under which keys a name is found: each pair of its words by their sounds; of a single word its own; of two also each.
pub fn keys(words: &[String]) -> Vec<String> {
    let sounds = sounds(words);
    let mut keys = pairs(&sounds);
    match &sounds[..] {
        [only] => keys.push(only.clone()),
        [one, other] => keys.extend([of_two(one), of_two(other)]),
        _ => {}
    }
    keys.dedup();
    keys
}

/// Under which keys a name is looked for. A company may go by one word of its two; of a person a single name says little, and
/// lists have many ("Abu", "Ali"), so theirs is looked for among single names alone.
pub fn asked(words: &[String], company: bool) -> Vec<String> {
    let sounds = sounds(words);
    let mut keys = pairs(&sounds);
    match &sounds[..] {
        [only] => {
            keys.push(only.clone());
            keys.extend(company.then(|| of_two(only)));
        }
        [one, other] if company => keys.extend([one.clone(), other.clone()]),
        _ => {}
    }
    keys
}

fn pairs(sounds: &[String]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for (at, first) in sounds.iter().enumerate() {
        keys.extend(
            sounds[at + 1..]
                .iter()
                .map(|second| format!("{first} {second}")),
        );
    }
    keys.dedup();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// How alike two names are, of 100: each word with the word it is most like, whatever the order.
pub fn score(one: &[String], other: &[String]) -> i16 {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (at, word) in one.iter().enumerate() {
        for (place, like) in other.iter().enumerate() {
            let alike = alike(word, like);
            if alike >= ALIKE {
                pairs.push((alike, at, place));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut taken, mut given) = ([false; MOST_WORDS], [false; MOST_WORDS]);
    let mut sum = 0.0;
    for (alike, at, place) in pairs {
        if !taken[at] && !given[place] {
            (taken[at], given[place]) = (true, true);
            sum += alike;
        }
    }
    let (short, long) = (one.len().min(other.len()), one.len().max(other.len()));
    let float = |n: usize| u32::try_from(n).map_or(0.0, f64::from);
    let whole = float(short) + EXTRA * float(long - short);
    if whole == 0.0 {
        return 0;
    }
    percent(sum / whole)
}

fn alike(one: &str, other: &str) -> f64 {
    if one == other {
        return 1.0;
    }
    // A number is another number, and one letter may be anybody's.
    let exact = |word: &str| word.len() < 3 || word.bytes().any(|byte| byte.is_ascii_digit());
    if exact(one) || exact(other) {
        return 0.0;
    }
    let spelled = strsim::jaro_winkler(one, other);
    let heard = sound(one);
    if spelled < HEARD && heard.len() >= 3 && heard == sound(other) {
        // Mohamed and Muhammad share too few letters in one order, and are one name.
        HEARD
    } else {
        spelled
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a share between 0 and 1, so a number between 0 and 100"
)]
fn percent(share: f64) -> i16 {
    (share.clamp(0.0, 1.0) * 100.0).round() as i16
}

/// The score with what dates of birth say for and against it. A list gives days or years, and several where it is unsure.
pub fn with_birth(score: i16, born: Option<NaiveDate>, listed: &[String]) -> i16 {
    let Some(born) = born.filter(|_| !listed.is_empty()) else {
        return score;
    };
    let day = born.to_string();
    let years = listed
        .iter()
        .filter_map(|text| text.get(..4)?.parse::<i32>().ok());
    let apart = years.map(|year| (year - born.year()).abs()).min();
    let change = match apart {
        _ if listed.contains(&day) => SAME_DAY,
        Some(0) => SAME_YEAR,
        None | Some(1) => 0,
        Some(_) => -OTHER_YEAR,
    };
    // It is never the date alone that makes a hit of two names that are no more than near each other.
    if change > 0 && score < at_least() {
        return score;
    }
    (score + change).clamp(0, 100)
}

/// A name alone must score so much that a date of birth can still make a hit of it.
pub const fn at_least() -> i16 {
    HIT - SAME_YEAR
}

/// Whether an entry of this kind may be such a customer. Lists also name ships, aircraft and wallets.
pub fn concerns(kind: &str, company: bool) -> bool {
    match kind {
        "Person" => !company,
        "Company" | "Organization" | "PublicBody" => company,
        "LegalEntity" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(one: &str, other: &str) -> i16 {
        score(&words(one), &words(other))
    }

    #[test]
    fn the_same_name_is_found_however_it_is_written() {
        for (one, other) in [
            ("Владимир Путин", "Vladimir PUTIN"),
            ("Mohamed Hassan", "Muhammad Hasan"),
            ("Muammar Gaddafi", "Muammar al-Qadhafi"),
            // Arabic is transcribed letter by letter, and so without vowels.
            ("محمد حسن", "Mohammed Hassan"),
            ("Hassan, Mohamed", "Mohamed Hassan"),
            ("José María Aznar", "Jose Maria AZNAR"),
            ("Ana Lopez Garcia", "Ana López"),
            ("Gazprombank Ltd.", "GAZPROMBANK"),
            ("Jürgen Müller", "Jurgen Muller"),
        ] {
            let score = of(one, other);
            assert!(found(one, other, false), "{one} / {other}");
            assert!(score >= HIT, "{one} / {other}: {score}");
        }
    }

    fn found(one: &str, other: &str, company: bool) -> bool {
        let listed = keys(&words(other));
        asked(&words(one), company)
            .iter()
            .any(|key| listed.contains(key))
    }

    #[test]
    fn a_company_may_go_by_one_word_of_its_two_and_a_person_does_not() {
        for (one, other) in [("Rosneft", "Rosneft Oil"), ("Rosneft Oil", "ROSNEFT")] {
            assert!(of(one, other) >= HIT);
            assert!(found(one, other, true), "{one} / {other}");
            assert!(!found(one, other, false), "{one} / {other}");
        }
        assert!(!found("Rosneft", "Rosneft Oil Trading", true));
        assert!(!found("Oil Trading", "Rosneft Oil", true));
    }

    #[test]
    fn other_names_are_not() {
        for (one, other) in [
            ("Inês Falcão", "Vladimir Putin"),
            ("Ana Silva", "Ana Sousa"),
            ("Mohamed Hassan", "Mohamed Khalil"),
            ("Banco de Portugal", "Banco de España"),
            ("Unit 221", "Unit 224"),
        ] {
            assert!(of(one, other) < HIT, "{one} / {other}: {}", of(one, other));
        }
        assert_eq!(score(&[], &words("Ana")), 0);
    }

    #[test]
    fn a_word_stands_for_one_and_a_single_name_for_a_single_name() {
        for (one, other) in [
            ("Maria Maria", "Maria Anna"),
            ("Maria Anna Maria", "Maria Anna Rossi"),
            ("M A", "Maria Anna"),
            ("A B", "A C"),
        ] {
            assert!(of(one, other) < HIT, "{one} / {other}: {}", of(one, other));
        }
        for single in ["SUHARTO", "Soeharto"] {
            assert!(found(single, "Suharto", false) && of(single, "Suharto") >= HIT);
        }
        for more in ["Suharto Widodo", "Suharto Suharto"] {
            assert!(!found(more, "Suharto", false) && !found("Suharto", more, false));
        }
    }

    #[test]
    fn a_year_of_birth_speaks_for_and_against() {
        let born = NaiveDate::from_ymd_opt(1957, 3, 10);
        let listed = |dates: &[&str]| {
            dates
                .iter()
                .map(|date| (*date).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(with_birth(90, born, &listed(&["1957-03-10"])), 96);
        assert_eq!(with_birth(90, born, &listed(&["1957"])), 93);
        assert_eq!(with_birth(90, born, &listed(&["1958-01-01", "1970"])), 90);
        assert_eq!(with_birth(90, born, &listed(&["1970"])), 75);
        assert_eq!(with_birth(90, born, &[]), 90);
        assert_eq!(with_birth(90, None, &listed(&["1970"])), 90);
        assert_eq!(with_birth(60, born, &listed(&["1957-03-10"])), 60);
        assert_eq!(with_birth(99, born, &listed(&["1957-03-10", "x"])), 100);
    }

    proptest::proptest! {
        #[test]
        fn a_score_is_the_same_both_ways_and_full_for_the_same(one in "\\PC{0,30}", other in "[a-z]{1,8} [a-z]{1,8}") {
            let (a, b) = (words(&one), words(&other));
            proptest::prop_assert_eq!(score(&a, &b), score(&b, &a));
            proptest::prop_assert_eq!(score(&b, &b), 100);
            proptest::prop_assert!((0..=100).contains(&score(&a, &b)));
            let (listed, asked) = (keys(&a), asked(&a, false));
            proptest::prop_assert!(asked.iter().all(|key| listed.contains(key)), "a name is found by itself");
        }
    }
}
