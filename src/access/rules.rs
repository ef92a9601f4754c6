//! The rules of signing in: how long somebody waits after failing, and where they go afterwards.

use chrono::{DateTime, TimeDelta, Utc};

/// Failures are forgotten this long after the last.
pub const FORGET: TimeDelta = TimeDelta::minutes(15);
/// An address fails this often before it waits: whole offices share one.
const FREE_FOR_ADDRESS: i32 = 5;

/// Whose failures are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// One e-mail's, known or not.
    Email,
    /// One client address's.
    Address,
    /// One member's codes.
    Code,
}

/// The failures of one subject so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How many in a row.
    pub count: i32,
    /// The latest.
    pub last_at: DateTime<Utc>,
    /// No attempt before this.
    pub next_at: DateTime<Utc>,
}

/// How long the next attempt waits after so many failures in a row. It grows, and it never becomes a lock: a stranger
/// who fails on purpose costs the owner ten seconds, not their day.
pub fn wait_after(failures: i32, counted: Counted) -> TimeDelta {
    let failures = match counted {
        Counted::Email | Counted::Code => failures,
        Counted::Address => failures - FREE_FOR_ADDRESS,
    };
    TimeDelta::seconds(match failures {
        ..=0 => 0,
        1 => 1,
        2 => 3,
        3 => 5,
        _ => 10,
    })
}

/// The failures after one more.
pub fn one_more(before: Option<Failures>, counted: Counted, now: DateTime<Utc>) -> Failures {
    let count = match before {
        Some(before) if now - before.last_at < FORGET => before.count.saturating_add(1),
        _ => 1,
    };
    Failures {
        count,
        last_at: now,
        next_at: now + wait_after(count, counted),
    }
}

/// Whole seconds until the next attempt may be made, rounded up; nothing when it may be made now.
pub fn seconds_left(next_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<u64> {
    let left = (next_at - now).num_milliseconds();
    u64::try_from(left)
        .ok()
        .filter(|left| *left > 0)
        .map(|left| left.div_ceil(1000))
}

/// Where to go after signing in: the asked page if it is one of ours, else the overview. Anything else would let a
/// stranger's link lead away from here under our name.
pub fn own_path(next: Option<&str>) -> &str {
    next.filter(|next| {
        next.starts_with('/')
            && !next.starts_with("//")
            && next.len() <= 2000
            && !next.contains('\\')
            && next.bytes().all(|letter| letter.is_ascii_graphic())
            && !["/login", "/logout"]
                .iter()
                .any(|own| next.starts_with(own))
    })
    .unwrap_or("/")
}

/// A typed code without the spaces and hyphens that people put in, in capitals.
pub fn bare_code(typed: &str) -> String {
    typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .flat_map(char::to_uppercase)
        .take(64)
        .collect()
}

/// What a browser calls itself, as people know it: "Firefox on Linux". Good enough to recognise one's own.
pub fn browser_words(agent: &str) -> String {
    // Each also claims to be those below it.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |list: &[(&'static str, &'static str)]| {
        list.iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, word)| *word)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(word), None) | (None, Some(word)) => word.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).expect("a time")
    }

    #[test]
    fn the_wait_grows_to_ten_seconds_and_stays_there() {
        let waits = |counted, upto| -> Vec<i64> {
            (0..upto)
                .map(|n| wait_after(n, counted).num_seconds())
                .collect()
        };
        assert_eq!(waits(Counted::Email, 7), [0, 1, 3, 5, 10, 10, 10]);
        assert_eq!(waits(Counted::Address, 10), [0, 0, 0, 0, 0, 0, 1, 3, 5, 10]);
        assert_eq!(wait_after(i32::MAX, Counted::Code).num_seconds(), 10);
    }

    #[test]
    fn failures_add_up_and_are_forgotten_after_a_quarter_of_an_hour() {
        let first = one_more(None, Counted::Email, at(0));
        assert_eq!((first.count, first.next_at), (1, at(1)));
        let second = one_more(Some(first), Counted::Email, at(2));
        assert_eq!((second.count, second.next_at), (2, at(5)));
        let later = one_more(Some(second), Counted::Email, at(2 + 15 * 60));
        assert_eq!(later.count, 1);
    }

    #[test]
    fn the_wait_is_said_in_whole_seconds_and_ends_on_time() {
        assert_eq!(seconds_left(at(3), at(0)), Some(3));
        assert_eq!(
            seconds_left(at(3), at(0) + TimeDelta::milliseconds(1)),
            Some(3)
        );
        assert_eq!(seconds_left(at(3), at(3)), None);
        assert_eq!(seconds_left(at(3), at(9)), None);
    }

    #[test]
    fn signing_in_leads_to_pages_of_ours_alone() {
        assert_eq!(
            own_path(Some("/customers?kyc=draft")),
            "/customers?kyc=draft"
        );
        for other in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "customers",
            "/a\nb",
            "/\t/evil.example",
            "/é",
            "/login",
            "/logout",
        ] {
            assert_eq!(own_path(Some(other)), "/", "{other:?}");
        }
        assert_eq!(own_path(None), "/");
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(bare_code(" 123 456 "), "123456");
        assert_eq!(bare_code("abcd-efgh-2345"), "ABCDEFGH2345");
    }

    #[test]
    fn browsers_are_named_as_people_know_them() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0";
        assert_eq!(browser_words(firefox), "Firefox on Linux");
        assert_eq!(browser_words(edge), "Edge on Windows");
        assert_eq!(browser_words("curl/8.5"), "curl");
        assert_eq!(browser_words(""), "Unknown browser");
    }
}
