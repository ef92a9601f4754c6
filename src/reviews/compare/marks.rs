//! Which part of a value differs from another.

use crate::documents::fields::{rules::Shape, spelling};

/// A piece of a value, and whether it is marked as different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether the other side has no such piece.
    pub marked: bool,
}

/// A value as people read it, with what no value of `others` has marked. Nothing is marked where there are none.
pub fn marked(shape: Shape, value: &str, others: &[String]) -> Vec<Piece> {
    let words = split(value);
    let mut differs = vec![false; words.len()];
    for other in others {
        let theirs = split(other);
        let mut left: Vec<&str> = theirs.clone();
        let mut alone = Vec::new();
        for (at, word) in words.iter().enumerate() {
            match left.iter().position(|other| same(shape, word, other)) {
                Some(found) => drop(left.remove(found)),
                None => alone.push(at),
            }
        }
        if let ([only], [other], Shape::Number) = (&alone[..], &left[..], shape) {
            // One number against one: only the digits that differ, where all else is equal.
            if let (Some(pieces), [_]) = (within(words[*only], other), others) {
                return joined(&words, |at| {
                    if at == *only {
                        pieces.clone()
                    } else {
                        vec![piece(words[at], false)]
                    }
                });
            }
        }
        for at in alone {
            differs[at] = true;
        }
    }
    joined(&words, |at| vec![piece(words[at], differs[at])])
}

fn split(value: &str) -> Vec<&str> {
    value.split_whitespace().collect()
}

fn same(shape: Shape, one: &str, other: &str) -> bool {
    match shape {
        Shape::Words => one == other || spelling::alike(one, other),
        Shape::Number => spelling::bare(one) == spelling::bare(other),
        _ => one == other,
    }
}

fn piece(text: &str, marked: bool) -> Piece {
    Piece {
        text: text.to_owned(),
        marked,
    }
}

/// A word cut into what comes before, what differs, and what comes after; nothing where all of it differs.
fn within(word: &str, other: &str) -> Option<Vec<Piece>> {
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let shorter = a.len().min(b.len());
    let before = (0..shorter).take_while(|at| a[*at] == b[*at]).count();
    let after = (0..shorter - before)
        .take_while(|at| a[a.len() - 1 - at] == b[b.len() - 1 - at])
        .count();
    if before + after == 0 || before + after == a.len() {
        return None;
    }
    let cut = |from: usize, to: usize| a[from..to].iter().collect::<String>();
    let pieces = vec![
        piece(&cut(0, before), false),
        piece(&cut(before, a.len() - after), true),
        piece(&cut(a.len() - after, a.len()), false),
    ];
    Some(
        pieces
            .into_iter()
            .filter(|piece| !piece.text.is_empty())
            .collect(),
    )
}

/// The words with their spaces; neighbours that are marked alike become one piece.
fn joined(words: &[&str], of: impl Fn(usize) -> Vec<Piece>) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::new();
    for at in 0..words.len() {
        let mut pieces = of(at);
        if at > 0 {
            let both = all.last().is_some_and(|last| last.marked)
                && pieces.first().is_some_and(|first| first.marked);
            pieces.insert(0, piece(" ", both));
        }
        for next in pieces {
            match all.last_mut() {
                Some(last) if last.marked == next.marked => last.text.push_str(&next.text),
                _ => all.push(next),
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(shape: Shape, value: &str, others: &[&str]) -> String {
        let others: Vec<String> = others.iter().map(ToString::to_string).collect();
        marked(shape, value, &others)
            .into_iter()
            .map(|piece| {
                if piece.marked {
                    format!("[{}]", piece.text)
                } else {
                    piece.text
                }
            })
            .collect()
    }

    #[test]
    fn only_the_part_that_differs_is_marked_on_either_side() {
        let words = |value, other: &str| shown(Shape::Words, value, &[other]);
        let (declared, register) = (
            "Inês Catarina Falcão Sequeira",
            "INES CATARINA FALCAO DE MAGALHAES SEQUEIRA",
        );
        assert_eq!(
            words(register, declared),
            "INES CATARINA FALCAO [DE MAGALHAES] SEQUEIRA"
        );
        assert_eq!(words(declared, register), declared);
        assert_eq!(
            words(
                "Rua da Alegria 214, 3.º Esq.",
                "Rua da Alegria 241, 3.º Esq."
            ),
            "Rua da Alegria [214,] 3.º Esq."
        );
    }

    #[test]
    fn of_two_numbers_the_digits_are_marked() {
        let number = |value, other: &str| shown(Shape::Number, value, &[other]);
        assert_eq!(number("CB481902", "CB481920"), "CB4819[02]");
        assert_eq!(number("123", "987"), "[123]");
        assert_eq!(number("12 34", "12 35"), "12 3[4]");
        assert_eq!(
            shown(Shape::Day, "9 Mar 1987", &["9 May 1987"]),
            "9 [Mar] 1987"
        );
    }

    #[test]
    fn a_value_among_several_is_marked_where_any_differs() {
        assert_eq!(
            shown(
                Shape::Words,
                "Ana Maria Costa",
                &["Ana Costa", "Ana Maria Kosta"]
            ),
            "Ana [Maria Costa]"
        );
        assert_eq!(shown(Shape::Words, "Ana", &[]), "Ana");
    }
}
