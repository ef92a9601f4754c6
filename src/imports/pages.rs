//! The pages of an import: the file, what its columns mean, and on the page of its job what came of it.

use std::sync::Arc;

use askama::Template;

use crate::{
    access::{guard::By, permissions::ImportCustomers},
    audit::store::organisation_key,
    customers::rules::Kind,
    documents::files::Files,
    error::{Error, FieldError, Result},
    imports::{
        actions,
        reading::{self, Look},
        rules::{LARGEST_FILE, MOST_ROWS, Mode, Place as Branch, Plan, Wanted, guess},
        store::{self, Upload},
        uploads,
    },
    value::UploadId,
    web::{
        answer::Answer,
        filters::count_of,
        form_errors::FormErrors as _,
        input::{FromInput, Id, Input},
        multipart,
        router::Router,
        shell::{Place, Shell},
        words,
    },
};

mod outcome;
mod sent;

pub use outcome::{Told, told};
use sent::Sent;

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers/import", form)
        .post_file("/customers/import", LARGEST_FILE, hand_in)
        .get("/customers/import/{id}", columns)
        .post("/customers/import/{id}", ask)
}

#[derive(Template)]
#[template(path = "imports/file.html")]
struct FilePage {
    shell: Shell,
    hint: String,
    errors: Vec<FieldError>,
}

/// What a file may be at most.
fn hint() -> String {
    format!(
        "At most {} MB and {} rows",
        LARGEST_FILE / 1024 / 1024,
        count_of(i64::try_from(MOST_ROWS).unwrap_or(i64::MAX))
    )
}

/// Where files are kept, without a copy of the body that holds one.
struct Kept(Arc<Files>);

impl FromInput for Kept {
    fn from_input(input: &Input) -> Result<Self> {
        Ok(Self(Arc::clone(&input.papers.files)))
    }
}

fn form(by: By<ImportCustomers>) -> Result<Answer> {
    Answer::page(&FilePage {
        shell: by.shell("Import customers", Place::Customers),
        hint: hint(),
        errors: Vec::new(),
    })
}

fn hand_in(
    mut by: By<ImportCustomers>,
    upload: multipart::Upload,
    Kept(files): Kept,
) -> Result<Answer> {
    let key = by.read(organisation_key)?;
    let id = UploadId(by.connection().new_id());
    let done = file_of(&upload).and_then(|file| {
        let stored = actions::take(&files, &key, id, &file.name, &file.bytes)?;
        by.change(|tx| actions::hand_in(tx, &stored))
            .inspect_err(|error| {
                // Where it is not known whether the row is there, the week will tell.
                if !matches!(error, Error::Unsure(_)) {
                    let _ = uploads::forget(&files, id);
                }
            })
    });
    let (status, errors) = match done {
        Ok(()) => return Ok(Answer::see(format!("/customers/import/{id}"))),
        Err(Error::Invalid(errors)) => (422, errors),
        Err(Error::TooLarge) => (
            413,
            vec![FieldError {
                field: "file".into(),
                message: format!(
                    "The file is larger than {} MB: hand it in in parts",
                    LARGEST_FILE / 1024 / 1024
                )
                .into(),
            }],
        ),
        Err(error) => return Err(error),
    };
    let page = FilePage {
        shell: by.shell("Import customers", Place::Customers).failed(true),
        hint: hint(),
        errors,
    };
    Answer::page_with(status, &page)
}

/// The one file of the form.
fn file_of(upload: &multipart::Upload) -> Result<&multipart::File> {
    if upload.oversized {
        return Err(Error::TooLarge);
    }
    match &upload.files[..] {
        [file] if file.field == "file" && !file.bytes.is_empty() => Ok(file),
        [] | [_] => Err(Error::field("file", "Choose a file")),
        _ => Err(Error::field("file", "Hand in one file at a time")),
    }
}

/// A column of the form.
struct Column {
    id: String,
    heading: String,
    sample: String,
    chosen: String,
}

#[derive(Template)]
#[template(path = "imports/columns.html")]
struct ColumnsPage {
    shell: Shell,
    id: UploadId,
    name: String,
    rows: String,
    separator: &'static str,
    columns: Vec<Column>,
    targets: Vec<(&'static str, &'static str)>,
    kinds: Vec<(&'static str, &'static str)>,
    kind: String,
    branches: Vec<(String, String)>,
    branch: String,
    errors: Vec<FieldError>,
}

impl ColumnsPage {
    fn new(by: &By<ImportCustomers>, found: &Found, plan: &Plan) -> Self {
        let Found {
            upload,
            name,
            look,
            branches,
        } = found;
        let columns = look
            .headings
            .iter()
            .enumerate()
            .map(|(at, heading)| Column {
                id: format!("c{at}"),
                heading: heading.clone(),
                sample: sample(look, at),
                chosen: plan.columns.get(at).cloned().flatten().unwrap_or_default(),
            })
            .collect();
        Self {
            shell: by.shell("Import customers", Place::Customers),
            id: upload.id,
            name: name.clone(),
            rows: look.rows.to_string(),
            separator: look.separator,
            columns,
            targets: guess::targets().collect(),
            kinds: Kind::ALL
                .iter()
                .map(|kind| (kind.as_str(), words::kind(kind.as_str()).word))
                .collect(),
            kind: plan.kind.map_or("", Kind::as_str).to_owned(),
            branches: branches
                .iter()
                .map(|branch| (branch.id.to_string(), branch.name.clone()))
                .collect(),
            branch: plan
                .branch
                .map_or_else(String::new, |branch| branch.to_string()),
            errors: Vec::new(),
        }
    }
}

/// The first values of a column, in a line.
fn sample(look: &Look, at: usize) -> String {
    let cells = look.sample.iter().filter_map(|row| row.cells.get(at));
    let filled: Vec<&str> = cells
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty())
        .collect();
    filled.join(" · ")
}

/// A file that was handed in, as its page shows it.
struct Found {
    upload: Upload,
    name: String,
    look: Look,
    branches: Vec<Branch>,
}

/// Reads what the page shows; leads on to the job where one works on the file, or has imported it.
fn find(
    by: &mut By<ImportCustomers>,
    files: &Files,
    id: UploadId,
) -> Result<std::result::Result<Found, Answer>> {
    let staff = by.staff.staff;
    let (upload, open, key, name, branches) = by.read(|tx| {
        let upload = store::find(tx, staff, id)?;
        let open = actions::at_work(tx, staff, &upload)?.is_some();
        let name = actions::name(tx, &upload)?;
        Ok((
            upload,
            open,
            organisation_key(tx)?,
            name,
            actions::places(tx)?,
        ))
    })?;
    if let Some(job) = upload.job_id
        && (open || upload.imported_at.is_some())
    {
        return Ok(Err(Answer::see(format!("/jobs/{job}"))));
    }
    let file = uploads::Reader::new(files, &key, id, upload.pieces);
    let look = reading::glance(file, u64::try_from(upload.rows).unwrap_or_default())?;
    Ok(Ok(Found {
        upload,
        name,
        look,
        branches,
    }))
}

fn columns(mut by: By<ImportCustomers>, Id(id): Id<UploadId>, Kept(files): Kept) -> Result<Answer> {
    let found = match find(&mut by, &files, id)? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let plan = Plan {
        columns: found
            .look
            .guesses
            .iter()
            .map(|guess| guess.map(str::to_owned))
            .collect(),
        kind: None,
        branch: match &found.branches[..] {
            [only] => Some(only.id),
            _ => None,
        },
    };
    Answer::page(&ColumnsPage::new(&by, &found, &plan))
}

fn ask(mut by: By<ImportCustomers>, Id(id): Id<UploadId>, sent: Sent) -> Result<Answer> {
    let found = match find(&mut by, &sent.files, id)? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mode: Mode = sent
        .field("mode")
        .parse()
        .map_err(|_| Error::BadRequest("say what to do: check or import".into()))?;
    let (plan, errors) = sent.plan(&found);
    if !errors.is_empty() {
        let mut page = ColumnsPage::new(&by, &found, &plan);
        page.shell = page.shell.failed(true);
        page.errors = errors;
        return Answer::page_with(422, &page);
    }
    let wanted = Wanted {
        upload: id,
        mode,
        plan,
    };
    match by.change(|tx| actions::ask(tx, &wanted)) {
        Ok(job) => Ok(Answer::see(format!("/jobs/{job}"))),
        // Sent twice at once: the other one's job is the one.
        Err(Error::Conflict(why)) => match find(&mut by, &sent.files, id)? {
            Ok(_) => Err(Error::Conflict(why)),
            Err(elsewhere) => Ok(elsewhere),
        },
        Err(error) => Err(error),
    }
}
