//! The page of a job: how far it is, and what can be done with it.

use askama::Template;

use crate::{
    access::{
        guard::By,
        permissions::{Export, OrderFiles},
    },
    documents::rules::size_words,
    error::Result,
    imports::pages::{Told, told},
    jobs::{
        actions,
        queue::Job,
        results,
        rules::{State, percent},
        seen::{self, Seen, Viewer},
    },
    value::JobId,
    web::{
        answer::{Answer, Sink},
        input::{Id, Input},
        router::Router,
        shell::{Place, Shell},
    },
};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/jobs/{id}", show)
        .post("/jobs/{id}/cancel", cancel)
        .get("/jobs/{id}/file", file)
}

#[derive(Template)]
#[template(path = "jobs/show.html", blocks = ["job"])]
struct JobPage {
    shell: Shell,
    job: Job,
    /// The customer's name and address.
    whose: Option<(String, String)>,
    percent: Option<i64>,
    size: String,
    /// What came of it, where it is an import.
    import: Option<Told>,
    zone: chrono_tz::Tz,
}

impl JobPage {
    fn ready(&self) -> bool {
        self.job.state == State::Done && self.import.is_none()
    }

    /// Words, tone and shape of where it stands.
    fn status(&self) -> (&'static str, &'static str, &'static str) {
        let state = self.job.state;
        let own = (state.words(), state.tone(), state.icon());
        let import = self.import.as_ref().and_then(Told::status);
        import.unwrap_or(own)
    }

    /// Until when the file is kept.
    fn kept_until(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        let ended = self.job.ended_at?;
        Some(ended + crate::jobs::rules::KEPT)
    }
}

/// Whoever asks, as a job knows them.
fn viewer<P>(by: &By<P>) -> Viewer {
    Viewer {
        staff: by.staff.staff,
        role: by.role,
    }
}

fn show(mut by: By<OrderFiles>, Id(id): Id<JobId>, input: Input) -> Result<Answer> {
    let viewer = viewer(&by);
    let (Seen { job, customer }, import) = by.read(|tx| {
        let seen = seen::see(tx, viewer, id)?;
        let import = told(tx, &input.papers.files, &seen.job)?;
        Ok((seen, import))
    })?;
    let page = JobPage {
        shell: by.shell(job.kind.words(), Place::Customers),
        whose: customer.map(|one| (one.name.clone(), format!("/customers/{}", one.id))),
        percent: percent(job.done, job.total),
        size: size_words(job.size.unwrap_or_default()),
        import,
        zone: by.time_zone,
        job,
    };
    if input.htmx && input.target.as_deref() == Some("job") {
        return Answer::page(&page.as_job());
    }
    Answer::page(&page)
}

fn cancel(mut by: By<OrderFiles>, Id(id): Id<JobId>) -> Result<Answer> {
    let viewer = viewer(&by);
    by.change(|tx| actions::cancel(tx, viewer, id))?;
    Ok(Answer::see(format!("/jobs/{id}")))
}

/// Sends the file. That it was taken away is written down before the first byte leaves.
fn file(mut by: By<Export>, Id(id): Id<JobId>, input: Input) -> Result<Answer> {
    let viewer = viewer(&by);
    let (seen, key) = by.change(|tx| {
        let seen = actions::fetch(tx, viewer, id)?;
        let key = results::key(tx, seen.customer.as_ref())?;
        Ok((seen, key))
    })?;
    let (turn, _, _) = by.into_parts();
    let name = seen.file_name();
    let (job, files) = (seen.job, input.papers.files);
    Ok(Answer::file(
        &name,
        job.kind.media(),
        move |sink: &mut Sink| {
            let copied = results::copy(&files, &key, &job, sink);
            drop(turn);
            copied
        },
    ))
}
