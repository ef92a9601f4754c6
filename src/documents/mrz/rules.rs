//! How a zone is read: five layouts, check digits, dates of two-digit years, names in capitals.

use chrono::{Datelike as _, Months, NaiveDate};

use super::{states, wrong::Wrong};
use crate::documents::fields::rules::Field;

/// Line, first character and the one after the last, each from 0.
type Span = (usize, usize, usize);

/// The five layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A card of three lines.
    Td1,
    /// A card or paper of two short lines.
    Td2,
    /// A passport.
    Td3,
    /// A visa of a passport's width.
    MrvA,
    /// A small visa.
    MrvB,
}

/// Where each thing stands in one layout.
struct Layout {
    names: Span,
    number: Span,
    nationality: Span,
    birth: Span,
    sex: Span,
    expiry: Span,
    optional: Span,
    /// Whether the optional data carries a check digit of its own.
    personal_check: bool,
    /// The last check digit and what it is over; visas have none.
    composite: Option<(Span, &'static [Span])>,
}

const TD1: Layout = Layout {
    names: (2, 0, 30),
    number: (0, 5, 14),
    nationality: (1, 15, 18),
    birth: (1, 0, 6),
    sex: (1, 7, 8),
    expiry: (1, 8, 14),
    optional: (0, 15, 30),
    personal_check: false,
    composite: Some((
        (1, 29, 30),
        &[(0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)],
    )),
};

/// The second line of all but cards of three lines begins alike.
const TD2: Layout = Layout {
    names: (0, 5, 36),
    number: (1, 0, 9),
    nationality: (1, 10, 13),
    birth: (1, 13, 19),
    sex: (1, 20, 21),
    expiry: (1, 21, 27),
    optional: (1, 28, 35),
    personal_check: false,
    composite: Some(((1, 35, 36), &[(1, 0, 10), (1, 13, 20), (1, 21, 35)])),
};

const TD3: Layout = Layout {
    names: (0, 5, 44),
    optional: (1, 28, 42),
    personal_check: true,
    composite: Some(((1, 43, 44), &[(1, 0, 10), (1, 13, 20), (1, 21, 43)])),
    ..TD2
};

const MRV_A: Layout = Layout {
    names: (0, 5, 44),
    optional: (1, 28, 44),
    composite: None,
    ..TD2
};

const MRV_B: Layout = Layout {
    optional: (1, 28, 36),
    composite: None,
    ..TD2
};

impl Format {
    const fn layout(self) -> &'static Layout {
        match self {
            Self::Td1 => &TD1,
            Self::Td2 => &TD2,
            Self::Td3 => &TD3,
            Self::MrvA => &MRV_A,
            Self::MrvB => &MRV_B,
        }
    }

    /// By how many lines there are, how long they are, and whether the first says that it is a visa.
    fn of(lines: &[String]) -> Option<Self> {
        let lengths: Vec<usize> = lines.iter().map(String::len).collect();
        let visa = lines.first().is_some_and(|line| line.starts_with('V'));
        match (&lengths[..], visa) {
            ([30, 30, 30], _) => Some(Self::Td1),
            ([36, 36], false) => Some(Self::Td2),
            ([36, 36], true) => Some(Self::MrvB),
            ([44, 44], false) => Some(Self::Td3),
            ([44, 44], true) => Some(Self::MrvA),
            _ => None,
        }
    }
}

/// What a zone says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// How it is laid out.
    pub format: Format,
    /// Its fields, the lines themselves last.
    pub fields: Vec<(Field, String)>,
}

/// Reads a zone as it was copied: letters of any size, with or without spaces and line breaks. `today` tells the
/// century of a two-digit year.
pub fn read(copied: &str, today: NaiveDate) -> Result<Zone, Vec<Wrong>> {
    let lines = lines_of(copied);
    for (at, line) in lines.iter().enumerate() {
        let strange = |c: &char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '<');
        if let Some((place, found)) = line.chars().enumerate().find(|(_, c)| strange(c)) {
            return Err(vec![Wrong::Character(at + 1, place + 1, found)]);
        }
    }
    let Some(format) = Format::of(&lines) else {
        let lengths = lines.iter().map(|line| line.chars().count()).collect();
        return Err(vec![Wrong::Shape(lengths)]);
    };
    let reader = Reader {
        lines: &lines,
        layout: format.layout(),
        today,
    };
    let (fields, wrong) = reader.all();
    if wrong.is_empty() {
        Ok(Zone { format, fields })
    } else {
        Err(wrong)
    }
}

/// The lines without what copying adds. One long line is cut where a layout would.
fn lines_of(copied: &str) -> Vec<String> {
    let bare = |line: &str| -> String {
        line.chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_uppercase)
            .collect()
    };
    let lines: Vec<String> = copied
        .lines()
        .map(bare)
        .filter(|line| !line.is_empty())
        .collect();
    let [only] = &lines[..] else { return lines };
    let width = match only.len() {
        90 => 30,
        72 => 36,
        88 => 44,
        _ => return lines,
    };
    only.as_bytes()
        .chunks(width)
        .map(|piece| String::from_utf8_lossy(piece).into_owned())
        .collect()
}

struct Reader<'a> {
    lines: &'a [String],
    layout: &'a Layout,
    today: NaiveDate,
}

impl Reader<'_> {
    fn all(&self) -> (Vec<(Field, String)>, Vec<Wrong>) {
        let layout = self.layout;
        let (mut fields, mut wrong) = (Vec::new(), Vec::new());
        let (number, optional) = self.number(&mut wrong);
        let (last, first) = names(self.at(layout.names));
        fields.push((Field::DocumentNumber, number));
        fields.push((Field::IssuingCountry, state(self.at((0, 2, 5)))));
        fields.push((Field::LastName, last));
        fields.push((Field::FirstName, first));
        if let Some(day) = self.day("the date of birth", layout.birth, &mut wrong) {
            fields.push((Field::BirthDate, past(day, self.today).to_string()));
        }
        fields.push((Field::Sex, plain(self.at(layout.sex))));
        fields.push((Field::Nationality, state(self.at(layout.nationality))));
        if let Some(day) = self.day("the last day of validity", layout.expiry, &mut wrong) {
            fields.push((Field::ExpiresOn, near(day, self.today).to_string()));
        }
        if layout.personal_check {
            self.check(
                "the personal number",
                &[layout.optional],
                after(layout.optional),
                &mut wrong,
            );
        }
        fields.push((Field::PersonalNumber, optional));
        if let Some((digit, spans)) = layout.composite {
            self.check("the whole zone", spans, digit, &mut wrong);
        }
        fields.push((Field::Mrz, self.lines.join("\n")));
        fields.retain(|(_, value)| !value.is_empty());
        (fields, wrong)
    }

    fn at(&self, (line, from, to): Span) -> &str {
        self.lines
            .get(line)
            .and_then(|line| line.get(from..to))
            .unwrap_or_default()
    }

    /// The number of the paper, and what else stands in the optional data. A number of more than nine characters goes
    /// on there, its check digit after it.
    fn number(&self, wrong: &mut Vec<Wrong>) -> (String, String) {
        let (span, digit) = (self.layout.number, after(self.layout.number));
        let (number, optional) = (self.at(span), self.at(self.layout.optional));
        let (rest, left) = optional.split_once('<').unwrap_or((optional, ""));
        if self.at(digit) != "<" || rest.len() < 2 || self.layout.personal_check {
            self.check("the document number", &[span], digit, wrong);
            return (plain(number), plain(optional));
        }
        let (more, found) = rest.split_at(rest.len() - 1);
        let (line, from, _) = self.layout.optional;
        let whole = format!("{number}{more}");
        let fits = check_digit(&[&whole]);
        if found != fits.to_string() {
            let found = found.chars().next().unwrap_or('<');
            wrong.push(Wrong::CheckDigit(
                "the document number",
                line + 1,
                from + rest.len(),
                found,
                fits,
            ));
        }
        (plain(&whole), plain(left))
    }

    fn check(&self, of: &'static str, spans: &[Span], digit: Span, wrong: &mut Vec<Wrong>) {
        let pieces: Vec<&str> = spans.iter().map(|span| self.at(*span)).collect();
        let fits = check_digit(&pieces);
        let found = self.at(digit).chars().next().unwrap_or('<');
        let nothing = pieces
            .iter()
            .all(|piece| piece.bytes().all(|byte| byte == b'<'));
        // Over nothing at all, the digit may be left out.
        if found != fits && !(nothing && found == '<') {
            let (line, place, _) = digit;
            wrong.push(Wrong::CheckDigit(of, line + 1, place + 1, found, fits));
        }
    }

    /// The six digits of a day and its check digit; nothing where part of it is unknown.
    fn day(&self, of: &'static str, span: Span, wrong: &mut Vec<Wrong>) -> Option<(i32, u32, u32)> {
        self.check(of, &[span], after(span), wrong);
        let text = self.at(span);
        if text.contains('<') {
            return None;
        }
        let part = |from: usize| text.get(from..from + 2)?.parse::<u32>().ok();
        let day = match (part(0), part(2), part(4)) {
            // 2000 was a leap year, so a day of any year of this century or the last passes here.
            (Some(year), Some(month), Some(day)) => {
                NaiveDate::from_ymd_opt(2000 + i32::try_from(year).ok()?, month, day)
                    .or_else(|| {
                        NaiveDate::from_ymd_opt(1900 + i32::try_from(year).ok()?, month, day)
                    })
                    .and(Some((i32::try_from(year).ok()?, month, day)))
            }
            _ => None,
        };
        if day.is_none() {
            wrong.push(Wrong::Day(of, span.0 + 1, text.to_owned()));
        }
        day
    }
}

const fn after((line, _, to): Span) -> Span {
    (line, to, to + 1)
}

/// Weights 7, 3, 1 over the values of the characters: digits themselves, letters from 10, the filler 0.
fn check_digit(pieces: &[&str]) -> char {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    };
    let sum: u32 = pieces
        .iter()
        .flat_map(|piece| piece.bytes())
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(byte, weight)| value(byte) * weight)
        .sum();
    char::from_digit(sum % 10, 10).unwrap_or('0')
}

/// Without fillers at the end, the others as spaces.
fn plain(text: &str) -> String {
    text.trim_matches('<').replace('<', " ")
}

/// Surnames and given names, which two fillers part.
fn names(text: &str) -> (String, String) {
    let (last, first) = text.split_once("<<").unwrap_or((text, ""));
    let spaced = |name: &str| {
        name.split('<')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    (spaced(last), spaced(first))
}

/// A country by its two letters; what is none as it stands.
fn state(code: &str) -> String {
    let code = code.trim_end_matches('<');
    states::country(code).unwrap_or(code).to_owned()
}

fn in_century(century: i32, (year, month, day): (i32, u32, u32)) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(century + year, month, day)
}

/// The latest such day that is not in the future: a birth.
fn past(day: (i32, u32, u32), today: NaiveDate) -> NaiveDate {
    let century = today.year() / 100 * 100;
    [century, century - 100]
        .into_iter()
        .filter_map(|century| in_century(century, day))
        .find(|day| *day <= today)
        .unwrap_or(today)
}

/// The latest such day within fifty years: no paper is made for longer.
fn near(day: (i32, u32, u32), today: NaiveDate) -> NaiveDate {
    let century = today.year() / 100 * 100;
    let last = today
        .checked_add_months(Months::new(600))
        .unwrap_or(NaiveDate::MAX);
    [century + 100, century, century - 100]
        .into_iter()
        .filter_map(|century| in_century(century, day))
        .find(|day| *day <= last)
        .unwrap_or(today)
}

#[cfg(test)]
mod tests;
