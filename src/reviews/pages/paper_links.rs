//! How papers are looked at: the page, the turn and the size of each stand in the address, so that every step is a link
//! that leaves the other paper as it is.

use serde::Deserialize;

use crate::{documents::store::Document, value::DocumentId};

/// The sizes, in percent of the width that there is, each with the pixels that are drawn for it.
const SIZES: [(u16, u32); 4] = [(100, 1_000), (150, 1_500), (200, 2_000), (300, 2_000)];

/// What the address asks for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Asked {
    page: Option<i32>,
    turn: Option<u16>,
    zoom: Option<u16>,
    /// Another paper of the same customer, beside this one.
    pub with: Option<DocumentId>,
    with_page: Option<i32>,
    with_turn: Option<u16>,
    with_zoom: Option<u16>,
}

/// One way of looking at one paper; what the address asks for is brought within what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct View {
    id: DocumentId,
    pages: i32,
    page: i32,
    turn: u16,
    zoom: u16,
}

impl View {
    fn new(paper: &Document, page: Option<i32>, turn: Option<u16>, zoom: Option<u16>) -> Self {
        let zoom = zoom.unwrap_or(100);
        Self {
            id: paper.id,
            pages: paper.pages,
            page: page.unwrap_or(1).clamp(1, paper.pages.max(1)),
            turn: turn.unwrap_or(0) / 90 % 4 * 90,
            zoom: SIZES
                .iter()
                .rev()
                .find(|(size, _)| *size <= zoom)
                .map_or(100, |(size, _)| *size),
        }
    }

    /// The ways that lead on from here, as addresses; nothing where a step leads nowhere.
    fn steps(self, link: impl Fn(Self) -> String) -> Steps {
        let at = SIZES.iter().position(|(size, _)| *size == self.zoom);
        let size = |at: Option<usize>| {
            let (zoom, _) = *SIZES.get(at?)?;
            Some(link(Self { zoom, ..self }))
        };
        let turned = |by| {
            link(Self {
                turn: (self.turn + by) % 360,
                ..self
            })
        };
        let paged = |page: i32| {
            (1..=self.pages)
                .contains(&page)
                .then(|| link(Self { page, ..self }))
        };
        Steps {
            smaller: size(at.and_then(|at| at.checked_sub(1))),
            larger: size(at.map(|at| at + 1)),
            left: turned(270),
            right: turned(90),
            before: paged(self.page - 1),
            after: paged(self.page + 1),
        }
    }
}

/// What is shown: a paper, perhaps with another beside it. It is the first of the two that is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    here: View,
    with: Option<View>,
    /// Whether the second of the two is meant.
    second: bool,
}

impl Look {
    /// At a paper, as asked; `other`: the one that stands beside it.
    pub fn new(paper: &Document, other: Option<&Document>, asked: Asked) -> Self {
        let beside = |other| View::new(other, asked.with_page, asked.with_turn, asked.with_zoom);
        Self {
            here: View::new(paper, asked.page, asked.turn, asked.zoom),
            with: other.map(beside),
            second: false,
        }
    }

    /// The same, and it is the other paper that is spoken of; nothing where there is none.
    pub fn other(self) -> Option<Self> {
        self.with.map(|_| Self {
            second: true,
            ..self
        })
    }

    const fn view(&self) -> View {
        match self.with {
            Some(with) if self.second => with,
            _ => self.here,
        }
    }

    /// The page that is shown, from 1.
    pub const fn page(&self) -> i32 {
        self.view().page
    }

    /// Of how many.
    pub const fn pages(&self) -> i32 {
        self.view().pages
    }

    /// The size in percent.
    pub const fn zoom(&self) -> u16 {
        self.view().zoom
    }

    /// The picture.
    pub fn picture(&self) -> String {
        let view = self.view();
        let width = SIZES
            .iter()
            .find(|(size, _)| *size == view.zoom)
            .map_or(1_000, |(_, width)| *width);
        format!(
            "/documents/{}/page.png?page={}&turn={}&width={width}",
            view.id, view.page, view.turn
        )
    }

    fn link(&self) -> String {
        let here = self.here;
        let with = self.with.map_or_else(String::new, |with| {
            format!(
                "&with={}&with_page={}&with_turn={}&with_zoom={}",
                with.id, with.page, with.turn, with.zoom
            )
        });
        let part = if self.second { "beside" } else { "picture" };
        format!(
            "/documents/{}?page={}&turn={}&zoom={}{with}#{part}",
            here.id, here.page, here.turn, here.zoom
        )
    }

    /// The links from here; each keeps the other paper as it is shown.
    pub fn steps(self) -> Steps {
        self.view().steps(|view| {
            let moved = if self.second {
                Self {
                    with: Some(view),
                    ..self
                }
            } else {
                Self { here: view, ..self }
            };
            moved.link()
        })
    }

    /// The first beside another paper, of which it is the first page.
    pub fn beside(self, other: &Document) -> String {
        Self {
            with: Some(View::new(other, None, None, None)),
            second: false,
            ..self
        }
        .link()
    }

    /// The one that is spoken of alone, as it is shown.
    pub fn alone(self) -> String {
        Self {
            here: self.view(),
            with: None,
            second: false,
        }
        .link()
    }
}

/// Links of the viewer's bar.
pub(super) struct Steps {
    pub smaller: Option<String>,
    pub larger: Option<String>,
    pub left: String,
    pub right: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(page: i32, turn: u16, zoom: u16) -> View {
        View {
            id: DocumentId(uuid::Uuid::nil()),
            pages: 3,
            page,
            turn,
            zoom,
        }
    }

    fn look(page: i32, turn: u16, zoom: u16) -> Look {
        Look {
            here: view(page, turn, zoom),
            with: None,
            second: false,
        }
    }

    #[test]
    fn steps_end_where_there_is_nothing_more() {
        let first = look(1, 0, 100).steps();
        assert!(first.before.is_none() && first.smaller.is_none());
        assert!(
            first
                .after
                .is_some_and(|to| to.contains("page=2&turn=0&zoom=100"))
        );
        assert!(first.larger.is_some_and(|to| to.contains("zoom=150")));
        let last = look(3, 270, 300).steps();
        assert!(last.after.is_none() && last.larger.is_none());
        assert!(last.right.contains("turn=0") && last.left.contains("turn=180"));
    }

    #[test]
    fn each_of_two_papers_moves_alone() {
        let both = Look {
            with: Some(view(1, 0, 100)),
            ..look(2, 90, 150)
        };
        let other = both.other().expect("the other");
        let right = other.steps().right;
        assert!(right.contains("?page=2&turn=90&zoom=150&with="), "{right}");
        assert!(
            right.ends_with("&with_page=1&with_turn=90&with_zoom=100#beside"),
            "{right}"
        );
        let right = both.steps().right;
        assert!(right.contains("?page=2&turn=180&zoom=150&with="), "{right}");
        assert!(
            right.ends_with("&with_page=1&with_turn=0&with_zoom=100#picture"),
            "{right}"
        );
        let alone = other.alone();
        assert!(
            alone.ends_with("?page=1&turn=0&zoom=100#picture"),
            "{alone}"
        );
        assert!(look(1, 0, 100).other().is_none());
    }
}
