//! How a paper is looked at: the page, the turn and the size stand in the address, so that every step is a link.

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
}

/// One way of looking at a paper; what the address asks for is brought within what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    id: DocumentId,
    with: Option<DocumentId>,
    pages: i32,
    page: i32,
    turn: u16,
    zoom: u16,
}

impl Look {
    /// At a paper, as asked.
    pub fn new(paper: &Document, asked: Asked) -> Self {
        let zoom = asked.zoom.unwrap_or(100);
        Self {
            id: paper.id,
            with: asked.with,
            pages: paper.pages,
            page: asked.page.unwrap_or(1).clamp(1, paper.pages.max(1)),
            turn: asked.turn.unwrap_or(0) / 90 % 4 * 90,
            zoom: SIZES
                .iter()
                .rev()
                .find(|(size, _)| *size <= zoom)
                .map_or(100, |(size, _)| *size),
        }
    }

    /// The page that is shown, from 1.
    pub const fn page(&self) -> i32 {
        self.page
    }

    /// Of how many.
    pub const fn pages(&self) -> i32 {
        self.pages
    }

    /// The size in percent.
    pub const fn zoom(&self) -> u16 {
        self.zoom
    }

    /// The picture.
    pub fn picture(&self) -> String {
        let width = SIZES
            .iter()
            .find(|(size, _)| *size == self.zoom)
            .map_or(1_000, |(_, width)| *width);
        format!(
            "/documents/{}/page.png?page={}&turn={}&width={width}",
            self.id, self.page, self.turn
        )
    }

    fn link(&self) -> String {
        let with = self
            .with
            .map_or_else(String::new, |with| format!("&with={with}"));
        format!(
            "/documents/{}?page={}&turn={}&zoom={}{with}#picture",
            self.id, self.page, self.turn, self.zoom
        )
    }

    /// The links from here; nothing where a step leads nowhere.
    pub fn steps(self) -> Steps {
        let at = SIZES.iter().position(|(size, _)| *size == self.zoom);
        let size = |at: Option<usize>| {
            let (zoom, _) = *SIZES.get(at?)?;
            Some(Self { zoom, ..self }.link())
        };
        let turned = |by| {
            Self {
                turn: (self.turn + by) % 360,
                ..self
            }
            .link()
        };
        let paged = |page: i32| {
            (1..=self.pages)
                .contains(&page)
                .then(|| Self { page, ..self }.link())
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

    /// The same beside another paper, or alone.
    pub fn beside(self, with: Option<DocumentId>) -> String {
        Self { with, ..self }.link()
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

    fn look(page: i32, turn: u16, zoom: u16) -> Look {
        Look {
            id: DocumentId(uuid::Uuid::nil()),
            with: None,
            pages: 3,
            page,
            turn,
            zoom,
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
}
