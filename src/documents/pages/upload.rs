//! Handing a paper in.

use askama::Template;

use crate::{
    access::{guard::By, permissions::EditCustomers},
    customers::store::{self as customers, Customer},
    documents::{
        actions::{self, HandedIn},
        rules::DocumentType,
    },
    error::{Error, FieldError, Result},
    value::CustomerId,
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Id, Input},
        multipart::Upload,
        shell::{Place, Shell},
    },
};

#[derive(Template)]
#[template(path = "documents/add.html")]
struct AddPage {
    shell: Shell,
    customer: Customer,
    whose: String,
    types: Vec<(&'static str, &'static str)>,
    document_type: String,
    expires_on: String,
    errors: Vec<FieldError>,
}

impl AddPage {
    fn new(by: &By<EditCustomers>, customer: Customer) -> Self {
        Self {
            shell: by.shell("Add a document", Place::Customers),
            whose: format!("/customers/{}", customer.id),
            customer,
            types: DocumentType::ALL
                .iter()
                .map(|one| (one.as_str(), one.words()))
                .collect(),
            document_type: String::new(),
            expires_on: String::new(),
            errors: Vec::new(),
        }
    }
}

pub(super) fn form(mut by: By<EditCustomers>, Id(id): Id<CustomerId>) -> Result<Answer> {
    let customer = by.read(|tx| customers::find(tx, id))?;
    Answer::page(&AddPage::new(&by, customer))
}

pub(super) fn add(
    mut by: By<EditCustomers>,
    Id(id): Id<CustomerId>,
    upload: Upload,
    input: Papers,
) -> Result<Answer> {
    let (customer, key) = by.read(|tx| actions::key_for(tx, id))?;
    let papers = &input.0;
    let done = paper_of(&upload).and_then(|paper| {
        let stored = actions::take(papers, &key, &paper)?;
        by.change(|tx| actions::add(tx, id, &stored))
            .inspect_err(|error| papers.files.undo(error, &stored.key))
    });
    let (status, errors) = match done {
        Ok(_) => {
            return Ok(Answer::see(format!(
                "/customers/{id}?done=document#documents"
            )));
        }
        Err(Error::Invalid(errors)) => (422, errors),
        Err(Error::TooLarge) => (
            413,
            vec![FieldError {
                field: "file".into(),
                message: "The file is larger than 10 MB. Send a smaller one".into(),
            }],
        ),
        Err(error) => return Err(error),
    };
    let mut page = AddPage::new(&by, customer);
    page.shell = page.shell.failed(true);
    upload.field("type").clone_into(&mut page.document_type);
    upload.field("expires_on").clone_into(&mut page.expires_on);
    page.errors = errors;
    Answer::page_with(status, &page)
}

/// What the form holds as a paper: exactly one file, or the empty place where none was chosen.
fn paper_of(upload: &Upload) -> Result<HandedIn<'_>> {
    if upload.oversized {
        return Err(Error::TooLarge);
    }
    let (name, bytes) = match &upload.files[..] {
        [] => ("", &[][..]),
        [file] if file.field == "file" => (file.name.as_str(), &file.bytes[..]),
        _ => return Err(Error::field("file", "Send one file at a time")),
    };
    Ok(HandedIn {
        document_type: upload.field("type").parse().ok(),
        name,
        bytes,
        expires_on: upload.field("expires_on"),
    })
}

/// Where papers are kept, without a copy of the body that holds one.
pub(super) struct Papers(crate::documents::Papers);

impl crate::web::input::FromInput for Papers {
    fn from_input(input: &Input) -> Result<Self> {
        Ok(Self(input.papers.clone()))
    }
}
