//! Who is called in a note.

use crate::value::StaffId;

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Whether they may see the customer of the note.
    pub sees: bool,
}

/// A colleague called in a text: which characters of it, the @ among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// From the text's first character.
    pub place: usize,
    /// How many characters.
    pub length: usize,
    /// Who is called.
    pub whom: StaffId,
}

/// Whom a text calls: an @ that begins a word, and after it somebody's whole name or the first word of it, in letters of
/// any size. The longest name counts. What is nobody's name calls nobody, as in an e-mail address. Fails with a sentence
/// where a name is two colleagues', or that of somebody who may not see the customer.
pub fn called(text: &str, colleagues: &[Colleague]) -> Result<Vec<Mention>, String> {
    let letters: Vec<char> = text.chars().collect();
    let mut mentions = Vec::new();
    for (place, letter) in letters.iter().enumerate() {
        let begins = place == 0 || !letters[place - 1].is_alphanumeric();
        if *letter == '@' && begins {
            mentions.extend(at(place, &letters, colleagues)?);
        }
    }
    Ok(mentions)
}

fn at(place: usize, letters: &[char], colleagues: &[Colleague]) -> Result<Option<Mention>, String> {
    let rest = &letters[place + 1..];
    let mut found: Vec<(usize, &Colleague)> = Vec::new();
    for one in colleagues {
        let first = one.name.split_whitespace().next().unwrap_or_default();
        let longest = [one.name.as_str(), first]
            .into_iter()
            .filter_map(|name| begins_with(rest, name))
            .max();
        found.extend(longest.map(|length| (length, one)));
    }
    let longest = found.iter().map(|(length, _)| *length).max();
    found.retain(|(length, _)| Some(*length) == longest);
    // Of two who are called so, the one who sees the customer is meant.
    if found.iter().any(|(_, one)| one.sees) {
        found.retain(|(_, one)| one.sees);
    }
    match &found[..] {
        [] => Ok(None),
        [(length, one)] if one.sees => Ok(Some(Mention {
            place,
            length: length + 1,
            whom: one.id,
        })),
        [(_, one)] => Err(format!(
            "{} does not work in this customer’s branch, so the note cannot call them",
            one.name
        )),
        [(length, _), ..] => {
            let typed: String = rest.iter().take(*length).collect();
            Err(format!(
                "More than one colleague is called {typed}: write the whole name"
            ))
        }
    }
}

/// How many letters of the text are this name, whole words of it.
fn begins_with(text: &[char], name: &str) -> Option<usize> {
    let name: Vec<char> = name.chars().collect();
    let same = |a: char, b: char| a == b || a.to_lowercase().eq(b.to_lowercase());
    let all = !name.is_empty()
        && text.len() >= name.len()
        && name.iter().zip(text).all(|(a, b)| same(*a, *b));
    let ends = text
        .get(name.len())
        .is_none_or(|next| !next.is_alphanumeric());
    (all && ends).then_some(name.len())
}

/// A piece of a line, and whether it calls somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is a colleague's name.
    pub calls: bool,
}

/// The lines of a text with the names in it apart. `called`: place and length of each.
pub fn lines(text: &str, called: &[(usize, usize)]) -> Vec<Vec<Piece>> {
    let mut lines: Vec<Vec<Piece>> = vec![Vec::new()];
    for (at, letter) in text.chars().enumerate() {
        if letter == '\n' {
            lines.push(Vec::new());
            continue;
        }
        let inside = |(place, length): &&(usize, usize)| (*place..place + length).contains(&at);
        let calls = called.iter().any(|one| inside(&one));
        let starts = called.iter().any(|(place, _)| *place == at);
        let Some(line) = lines.last_mut() else { break };
        match line.last_mut() {
            Some(last) if last.calls == calls && !starts => last.text.push(letter),
            _ => line.push(Piece {
                text: letter.to_string(),
                calls,
            }),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colleagues() -> Vec<Colleague> {
        [
            ("Rita Andrade", true),
            ("Rita Andrade Lopes", true),
            ("Henrik Lund", true),
            ("Henrik Berg", true),
            ("Aoife Nolan", false),
            ("Aoife Byrne", true),
            ("Paula Iriarte", false),
        ]
        .into_iter()
        .zip(1..)
        .map(|((name, sees), id)| Colleague {
            id: StaffId(uuid::Uuid::from_u128(id)),
            name: name.to_owned(),
            sees,
        })
        .collect()
    }

    /// Who is called, by their place in the list from 1, with the characters that call them.
    fn called_in(text: &str) -> Result<Vec<(u128, String)>, String> {
        let cut = |one: &Mention| text.chars().skip(one.place).take(one.length).collect();
        Ok(called(text, &colleagues())?
            .iter()
            .map(|one| (one.whom.0.as_u128(), cut(one)))
            .collect())
    }

    #[test]
    fn the_longest_name_is_meant() {
        let of = |text| called_in(text).expect("names");
        assert_eq!(
            of("@Rita Andrade, please"),
            [(1, "@Rita Andrade".to_owned())]
        );
        assert_eq!(
            of("ask @rita andrade lopes!"),
            [(2, "@rita andrade lopes".to_owned())]
        );
        assert_eq!(
            of("é @Henrik Lund and (@HENRIK BERG)"),
            [
                (3, "@Henrik Lund".to_owned()),
                (4, "@HENRIK BERG".to_owned())
            ]
        );
        // One of the two sees the customer, so that one is meant.
        assert_eq!(of("@Aoife?"), [(6, "@Aoife".to_owned())]);
    }

    #[test]
    fn what_is_nobodys_name_calls_nobody() {
        for text in ["a@rita.example", "@nobody", "@", "@ Rita", "@Ritas", "Rita"] {
            assert_eq!(called_in(text), Ok(Vec::new()), "{text}");
        }
    }

    #[test]
    fn whoever_cannot_be_called_is_said() {
        let said = |text| called_in(text).expect_err("a sentence");
        assert!(said("@Henrik, look").starts_with("More than one colleague is called Henrik"));
        assert!(
            said("@Paula").starts_with("Paula Iriarte does not work in this customer’s branch")
        );
        assert!(said("@aoife nolan").starts_with("Aoife Nolan does not"));
    }

    #[test]
    fn names_stand_apart_in_their_lines() {
        let text = "Ça va?\n@Rita @Rita go";
        let shown = lines(text, &[(7, 5), (13, 5)]);
        let flat: Vec<Vec<(&str, bool)>> = shown
            .iter()
            .map(|line| {
                line.iter()
                    .map(|one| (one.text.as_str(), one.calls))
                    .collect()
            })
            .collect();
        assert_eq!(flat[0], [("Ça va?", false)]);
        assert_eq!(
            flat[1],
            [
                ("@Rita", true),
                (" ", false),
                ("@Rita", true),
                (" go", false)
            ]
        );
    }
}
