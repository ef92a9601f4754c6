//! What a customer reads where something was not done: in the frame and the language of their page, with what to do next.
//! Neither needs the database, which may be what is away.

use askama::Template;

use super::door;
use crate::{
    error::{Error, Result},
    onboarding::{
        link,
        words::{self, Words},
    },
    value::RequestId,
    web::{answer::Answer, body},
};

/// What is known of a visit, whatever became of it.
#[derive(Clone, Copy, Debug)]
pub struct Visited<'a> {
    /// The token in the path, as it came.
    pub token: &'a str,
    /// The query, as it came.
    pub query: &'a str,
    /// Which languages the browser asks for.
    pub languages: &'a str,
}

impl Visited<'_> {
    fn words(&self) -> (&'static Words, Option<String>) {
        let named = door::named(self.query, "lang");
        let words = words::choose(named.as_deref(), self.languages);
        (words, named)
    }
}

#[derive(Template)]
#[template(path = "onboarding/shut.html")]
struct Shut {
    words: &'static Words,
    title: &'static str,
    text: String,
    /// Where their page is, where the link may lead there.
    page: Option<String>,
    /// The request's number, where we must look for what went wrong.
    number: Option<RequestId>,
}

/// The one answer to a link that is used, too old, taken back, somebody else's or none at all.
pub(super) fn gone(words: &'static Words) -> Result<Answer> {
    let page = Shut {
        words,
        title: words.gone,
        text: words.gone_text.to_owned(),
        page: None,
        number: None,
    };
    Answer::page_with(404, &page)
}

/// What is said of a fault: a title, and what to do next.
fn said(words: &'static Words, error: &Error, status: u16) -> (&'static str, String) {
    let (title, text) = match error {
        _ if status == 405 => (words.unread, words.unread_text),
        Error::NotFound => (words.gone, words.gone_text),
        Error::TooMany(seconds) => {
            let text = words.slow_text.replace("{seconds}", &seconds.to_string());
            return (words.slow, text);
        }
        Error::Conflict(_) | Error::Refused(_) => (words.changed, words.changed_text),
        // It says of itself that it may not have been saved.
        Error::Unavailable(_) | Error::Unsure(_) | Error::Declined(_) | Error::Busy(_) => {
            (words.away, words.away_text)
        }
        Error::Unauthenticated | Error::CodeNeeded | Error::CodeMissing | Error::Forbidden => {
            (words.elsewhere, words.elsewhere_text)
        }
        Error::TooLarge => (words.large, words.large_text),
        Error::BadRequest(why) if why == body::LATE => (words.unread, words.late_text),
        Error::BadRequest(_) | Error::WrongMedia | Error::KeyReused | Error::Invalid(_) => {
            (words.unread, words.unread_text)
        }
        Error::Internal(_) => (words.ours, words.ours_text),
    };
    (title, text.to_owned())
}

/// The answer to a request that was not done.
pub fn problem(error: &Error, visited: &Visited<'_>, request: RequestId) -> Answer {
    if let Error::Internal(chain) = error {
        tracing::error!(%request, error = %format!("{chain:#}"), "internal error at a link");
    }
    let answer = drawn(error, error.status(), visited, Some(request));
    match error {
        Error::TooMany(seconds) => answer.with("retry-after", seconds.to_string()),
        // Not where it may have been done: who is told to come back would send it again.
        Error::Unavailable(_) => answer.with("retry-after", "2"),
        Error::Busy(_) => answer.with("retry-after", "10"),
        _ => answer,
    }
}

/// The answer below `/onboard` where no route is (404), or none for the method (405): somebody reloads what answered a form.
pub fn unrouted(visited: &Visited<'_>, status: u16) -> Answer {
    drawn(&Error::NotFound, status, visited, None)
}

fn drawn(error: &Error, status: u16, visited: &Visited<'_>, request: Option<RequestId>) -> Answer {
    let (words, named) = visited.words();
    let (title, text) = said(words, error, status);
    // Of a link that leads nowhere nothing is told, whatever was wrong with it.
    let back = status != 404 && link::brought(visited.token).is_some();
    let page = Shut {
        words,
        title,
        text,
        page: back.then(|| {
            let tongue = door::tongue(named.as_deref(), words);
            format!("{}{tongue}", link::path(visited.token))
        }),
        number: request.filter(|_| matches!(error, Error::Internal(_))),
    };
    Answer::page_with(status, &page)
        .unwrap_or_else(|_| Answer::new(status, "text/plain; charset=utf-8", title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::answer::Body;

    #[test]
    fn only_who_may_send_it_again_is_told_to_come_back() {
        let visited = Visited {
            token: "",
            query: "",
            languages: "en",
        };
        let retry_after = |error: Error| {
            let answer = problem(&error, &visited, RequestId(uuid::Uuid::from_u128(1)));
            assert_eq!(answer.status, error.status());
            let found = answer.headers.into_iter();
            let mut found = found.filter(|(name, _)| *name == "retry-after");
            found.next().map(|(_, seconds)| seconds)
        };
        assert_eq!(retry_after(Error::Unsure("a commit".to_owned())), None);
        let away = Error::Unavailable("the database".to_owned());
        assert_eq!(retry_after(away).as_deref(), Some("2"));
        assert_eq!(
            retry_after(Error::Busy("others".into())).as_deref(),
            Some("10")
        );
        assert_eq!(retry_after(Error::TooMany(7)).as_deref(), Some("7"));
    }

    /// Whoever is cut off because their line is slow is told so, and nobody else is.
    #[test]
    fn whose_body_came_too_slowly_reads_that_in_their_language() {
        for (languages, said) in [
            ("en", "Your connection is slow. Try where it is better"),
            ("fr", "Votre connexion est lente. Essayez"),
            ("es", "Su conexión es lenta. Inténtelo"),
        ] {
            let visited = Visited {
                token: "",
                query: "",
                languages,
            };
            let page = |why: &'static str| {
                let error = Error::BadRequest(why.into());
                let answer = problem(&error, &visited, RequestId(uuid::Uuid::from_u128(1)));
                assert_eq!(answer.status, 400);
                let Body::Whole(bytes) = answer.body else {
                    panic!("a page is whole")
                };
                String::from_utf8(bytes).expect("text")
            };
            assert!(page(body::LATE).contains(said), "{languages}");
            assert!(!page("not a form").contains(said), "{languages}");
        }
    }
}
