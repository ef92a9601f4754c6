//! The machine-readable zones that were read off papers: their check digits, and that the person is the one declared.

use super::{
    finding::{Finding, Outcome},
    judging::or_missing,
};
use crate::{
    customers::rules::Kind,
    documents::{
        fields::{rules::Field, spelling},
        mrz::rules::{self as zones, Format, Zone},
    },
    verifications::providers::{facts::Facts, watchlist::rules as lists},
};

/// Of each paper with a zone. One that was misread does not count where another's is good: it says nothing of anybody.
pub fn zone(facts: &Facts, _typed: Option<&str>) -> Vec<Finding> {
    let (mut found, mut misread) = (Vec::new(), Vec::new());
    for read in facts.read(Field::Mrz) {
        match zones::read(&read.value, facts.today) {
            Ok(zone) => found.extend(judge(facts, &zone)),
            Err(wrong) => {
                let words: Vec<String> = wrong.iter().map(ToString::to_string).collect();
                misread.push(words.join(" "));
            }
        }
    }
    let none_good = found.is_empty();
    found.extend(misread.into_iter().map(|note| {
        if none_good {
            Finding::failed("mrz", "mrz", "check_digit").noting(note)
        } else {
            Finding::new("mrz", "mrz", Outcome::NotChecked).noting(note)
        }
    }));
    or_missing("mrz", "mrz", found)
}

/// A zone that was read well: whose it is.
fn judge(facts: &Facts, zone: &Zone) -> Vec<Finding> {
    let mut found = vec![Finding::new("mrz", "mrz", Outcome::Passed)];
    let customer = &facts.customer;
    let mut say = |of: &'static str, same: bool, fault: &'static str| {
        found.push(if same {
            Finding::new("mrz", of, Outcome::Passed)
        } else {
            Finding::failed("mrz", of, fault)
        });
    };
    if let (Some(born), Some(there)) = (customer.birth_date, says(zone, Field::BirthDate)) {
        say("birth_date", born.to_string() == there, "differs");
    }
    let declared = Name {
        first: customer.first_name.as_deref().unwrap_or_default(),
        last: customer.last_name.as_deref().unwrap_or_default(),
    };
    // A company's papers are of all who stand behind it, not only of whoever acts for it.
    if customer.kind != Kind::Legal && !declared.whole().is_empty() {
        let printed = Name {
            first: says(zone, Field::FirstName).unwrap_or_default(),
            last: says(zone, Field::LastName).unwrap_or_default(),
        };
        say("name", same(&declared, &printed, full(zone)), "other_name");
    }
    found
}

fn says(zone: &Zone, field: Field) -> Option<&str> {
    let found = zone.fields.iter().find(|(known, _)| *known == field);
    found.map(|(_, value)| value.as_str())
}

/// Whether the line of names is full to its end, so that there may have been no room for all of them.
fn full(zone: &Zone) -> bool {
    let lines = says(zone, Field::Mrz).unwrap_or_default();
    let names = match zone.format {
        Format::Td1 => lines.lines().last(),
        _ => lines.lines().next(),
    };
    names.is_some_and(|line| !line.ends_with('<'))
}

#[derive(Clone, Copy)]
struct Name<'a> {
    first: &'a str,
    last: &'a str,
}

impl Name<'_> {
    fn whole(&self) -> String {
        format!("{} {}", self.first, self.last).trim().to_owned()
    }
}

/// Whether a paper's name may be the declared one. Each may have words that the other leaves out (a second name, a title,
/// another surname), but none that stands against it, and one of them must tell whose name it is; spelling is no difference,
/// and a full line may be cut off.
fn same(declared: &Name<'_>, printed: &Name<'_>, full: bool) -> bool {
    let (ours, theirs) = (declared.whole(), printed.whole());
    if spelling::alike(&ours, &theirs) {
        return true;
    }
    let part = |ours: &str, theirs: &str| {
        spelling::alike(ours, theirs)
            || spelling::within(ours, theirs)
            || (full && (theirs.is_empty() || spelling::shortened(ours, theirs)))
    };
    let parts = part(declared.last, printed.last) && part(declared.first, printed.first);
    // Written in one word or in several, a surname is no initial.
    let surname = || printed.last.len() > 1 && spelling::alike(declared.last, printed.last);
    let telling = || surname() || spelling::telling(&ours, &theirs, full);
    let whole = || {
        fit(spelling::count(&ours), spelling::count(&theirs)) && spelling::within(&ours, &theirs)
    };
    // How a passport writes another script is its country's affair, so there it may also be heard rather than spelled.
    let heard = || {
        let (ours, theirs) = (lists::words(&ours), lists::words(&theirs));
        fit(ours.len(), theirs.len()) && lists::score(&ours, &theirs) >= lists::HIT
    };
    ((parts || whole()) && telling()) || (other_script(&ours) && heard())
}

/// Whether names of so many words may be one: a single word is the whole name of whoever has no other, and stands in the
/// names of many who have.
const fn fit(ours: usize, theirs: usize) -> bool {
    (ours > 1) == (theirs > 1)
}

/// Whether a name has letters that are none of the Latin script's.
fn other_script(name: &str) -> bool {
    name.chars()
        .any(|c| c.is_alphabetic() && c > '\u{24f}' && !('\u{1e00}'..='\u{1eff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_be(declared: (&str, &str), printed: (&str, &str), full: bool) -> bool {
        let name = |(first, last)| Name { first, last };
        same(&name(declared), &name(printed), full)
    }

    #[test]
    fn one_name_is_written_in_many_ways() {
        for (declared, printed) in [
            (("Anna Maria", "Eriksson"), ("ANNA MARIA", "ERIKSSON")),
            (("Anna", "Eriksson"), ("ANNA MARIA", "ERIKSSON")),
            (("Anna Maria", "Eriksson"), ("ANNA", "ERIKSSON")),
            (("Jürgen", "Müller-Weiß"), ("JUERGEN", "DR MUELLER WEISS")),
            (("Bjørn", "Ångström"), ("BJOERN", "AANGSTROEM")),
            (("Seán", "O’Connor"), ("SEAN", "OCONNOR")),
            (("Ana", "García"), ("ANA MARIA", "GARCIA LOPEZ")),
            (("Ana", "García López"), ("ANA MARIA", "GARCIA")),
            // Which of the words is the surname is not told everywhere alike.
            (("García", "Ana"), ("ANA", "GARCIA")),
            (("Jean-Luc", "Picard"), ("JEAN LUC", "PICARD")),
            (("Юрий", "Иванов"), ("IURII", "IVANOV")),
            (("Suharto", ""), ("", "SUHARTO")),
            (("Махмуд", ""), ("", "MAHMOUD")),
            (("Maria Maria", "Rossi"), ("MARIA MARIA", "ROSSI")),
            (("M A", "Van der Berg"), ("M", "VANDERBERG")),
        ] {
            assert!(may_be(declared, printed, false), "{declared:?} {printed:?}");
        }
    }

    #[test]
    fn another_name_is_another_s() {
        for (declared, printed) in [
            (("Inês", "Falcão"), ("ANNA MARIA", "ERIKSSON")),
            // Twins: the surname and the day are one.
            (("Mario", "Rossi"), ("MARIA", "ROSSI")),
            (("Anna", "Eriksson"), ("MARIA", "ERIKSSON")),
            (("Anna", "Eriksson"), ("ANNA", "SVENSSON")),
            (("Юрий", "Иванов"), ("PETR", "SIDOROV")),
            (("Jo", "Li"), ("JOHN", "LINDBERG")),
            // One word is no two.
            (("Maria Maria", "Rossi"), ("MARIA ANNA", "ROSSI")),
            (("Ana", "Silva Silva"), ("ANA", "SILVA SOUSA")),
            // A name alone is the name of many who have another one beside it.
            (("Maria", ""), ("MARIA", "ROSSI")),
            (("", "Rossi"), ("MARIA", "ROSSI")),
            (("Maria", "Rossi"), ("", "MARIA")),
            (("Иван", ""), ("IVAN", "PETROV")),
            // Initials are anybody's.
            (("A B", "C D"), ("A", "C")),
        ] {
            assert!(
                !may_be(declared, printed, false),
                "{declared:?} {printed:?}"
            );
        }
    }

    #[test]
    fn a_full_line_may_be_cut_off_and_no_other() {
        let long = ("Inês Catarina", "Falcão de Magalhães Sequeira");
        let cut = ("INES CAT", "FALCAO DE MAGALHAES SEQUEIRA");
        assert!(may_be(long, cut, true) && !may_be(long, cut, false));
        let without = ("", "FALCAO DE MAGALHAES SEQUEI");
        assert!(may_be(long, without, true) && !may_be(long, without, false));
        let initials = ("I C", "FALCAO DE MAGALHAES SEQUEIRA");
        assert!(may_be(long, initials, true) && !may_be(long, initials, false));
        // One word that fills the whole line.
        let endless = ("Ana", "Wolfeschlegelsteinhausenbergerdorffwelche");
        assert!(may_be(
            endless,
            ("", "WOLFESCHLEGELSTEINHAUSENBERGERDORFFWELC"),
            true
        ));
        // Beginnings of everything, and no word of it.
        for other in [("I C", "F D M S"), ("I", "F"), ("M", "A"), ("", "F")] {
            assert!(!may_be(long, other, true), "{other:?}");
        }
        for other in ["KAT", "INES MAR", "ANA CAT"] {
            let stranger = (other, "FALCAO DE MAGALHAES SEQUEIRA");
            assert!(!may_be(long, stranger, true), "{other}");
        }
    }
}
