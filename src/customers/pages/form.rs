//! Adding and editing a customer: one form, with the fields of the kind.

use askama::Template;
use serde::Deserialize;

use super::conflict;
use crate::{
    access::{
        guard::By,
        permissions::{EditCustomers, MoveCustomers, Permission as _},
    },
    audit::event::{Subject, What},
    customers::{
        actions::{self, Halt},
        declared::Declared,
        duplicates::Likely,
        rules::Kind,
        store::{self, Customer},
        typed::{LEGAL_TYPES, Typed},
        us_persons,
    },
    db::Change,
    error::{Error, FieldError, Result},
    organisations::store as organisations,
    value::{BranchId, CustomerId},
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id, Query},
        shell::{Place, Shell},
        words,
    },
};

/// Which form is asked for.
#[derive(Deserialize)]
pub struct Blank {
    kind: Option<Kind>,
}

/// What the form sends besides the customer's data.
#[derive(Clone, Deserialize)]
pub struct Save {
    kind: Option<Kind>,
    version: Option<i32>,
    confirm: Option<String>,
    /// What the form was loaded with, so that a stale one can tell what its sender changed.
    was: Option<String>,
    /// The fields that both changed, each of which must come with a choice.
    #[serde(default)]
    choose: Vec<String>,
}

impl Save {
    fn confirmed(&self) -> bool {
        self.confirm.as_deref() == Some("yes")
    }

    fn was(&self) -> &str {
        self.was.as_deref().unwrap_or_default()
    }
}

/// The customer that is edited, as the form's head needs it.
pub struct Edited {
    pub id: CustomerId,
    pub branch: BranchId,
    pub name: String,
    pub short_id: String,
    pub version: i32,
}

impl From<&Customer> for Edited {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.id,
            branch: customer.branch_id,
            name: customer.name.clone(),
            short_id: customer.short_id.clone(),
            version: customer.version,
        }
    }
}

/// The form, empty, filled, or come back.
#[derive(Template)]
#[template(path = "customers/edit.html")]
struct FormPage {
    shell: Shell,
    edited: Option<Edited>,
    kind: Kind,
    typed: Typed,
    branches: Vec<(String, String)>,
    /// Who may move a customer is led to the page that does.
    may_move: bool,
    errors: Vec<FieldError>,
    alike: Likely,
    unchanged: bool,
    was: String,
}

impl FormPage {
    fn new(
        by: &mut By<EditCustomers>,
        kind: Kind,
        edited: Option<Edited>,
        typed: Typed,
    ) -> Result<Self> {
        let title = match &edited {
            Some(edited) => format!("Edit {}", edited.name),
            None => "New customer".to_owned(),
        };
        Ok(Self {
            shell: by.shell(title, Place::Customers),
            may_move: MoveCustomers::ROLES.contains(&by.role),
            branches: branches(by)?,
            edited,
            kind,
            typed,
            errors: Vec::new(),
            alike: Likely::default(),
            unchanged: false,
            was: String::new(),
        })
    }

    /// The same, remembering what the form was loaded with.
    fn since(mut self, was: &str) -> Self {
        was.clone_into(&mut self.was);
        self
    }

    fn refused(mut self, errors: Vec<FieldError>) -> Result<Answer> {
        self.errors = errors;
        self.shell = self.shell.failed(true);
        Answer::page_with(422, &self)
    }

    fn asks(&self, field: &str) -> bool {
        Typed::FIELDS
            .iter()
            .any(|known| known.name == field && known.kinds.contains(&self.kind))
    }

    fn action(&self) -> String {
        match &self.edited {
            Some(edited) => format!("/customers/{}/edit", edited.id),
            None => "/customers/new".to_owned(),
        }
    }

    fn back(&self) -> String {
        match &self.edited {
            Some(edited) => format!("/customers/{}", edited.id),
            None => "/customers".to_owned(),
        }
    }

    /// The branch that looks after the customer, whatever was sent.
    fn branch_name(&self, of: &Edited) -> &str {
        let own = of.branch.to_string();
        self.branches
            .iter()
            .find(|(id, _)| *id == own)
            .map_or("", |(_, name)| name)
    }
}

/// An empty form.
pub fn blank(mut by: By<EditCustomers>, Query(query): Query<Blank>) -> Result<Answer> {
    let kind = query.kind.unwrap_or(Kind::Natural);
    let mut page = FormPage::new(&mut by, kind, None, Typed::default())?;
    if let [(only, _)] = page.branches.as_slice() {
        page.typed.branch.clone_from(only);
    }
    if kind == Kind::Legal {
        "2".clone_into(&mut page.typed.legal_type);
    }
    Answer::page(&page)
}

/// Adds a customer.
pub fn add(
    mut by: By<EditCustomers>,
    Form(typed): Form<Typed>,
    Form(save): Form<Save>,
) -> Result<Answer> {
    let kind = save.kind.unwrap_or(Kind::Natural);
    let typed = typed.tidied(kind);
    let mut errors = typed.errors(kind, today(&by));
    errors.extend(us_persons::unsaid(&typed, kind));
    if !errors.is_empty() {
        return FormPage::new(&mut by, kind, None, typed)?.refused(errors);
    }
    let declared = Declared::of(&typed, kind)?;
    let done = attempt(&mut by, |tx| actions::add(tx, &declared, save.confirmed()))?;
    match done {
        Done::Saved(id) => Ok(Answer::see(format!("/customers/{id}?done=added"))),
        Done::Wrong(errors) => FormPage::new(&mut by, kind, None, typed)?.refused(errors),
        Done::Halted(halt) => halted(FormPage::new(&mut by, kind, None, typed)?, halt),
    }
}

/// The form with what is declared now; whoever sees it has opened the customer.
pub fn edit(mut by: By<EditCustomers>, Id(id): Id<CustomerId>) -> Result<Answer> {
    let customer = opened(&mut by, id)?;
    let typed = Typed::from(&customer);
    let was = conflict::written(&typed)?;
    let page = FormPage::new(&mut by, customer.kind, Some((&customer).into()), typed)?;
    Answer::page(&page.since(&was))
}

/// Saves what was declared anew.
pub fn save(
    mut by: By<EditCustomers>,
    Id(id): Id<CustomerId>,
    Posted { typed, save }: Posted,
) -> Result<Answer> {
    let customer = by.read(|tx| store::find(tx, id))?;
    let kind = customer.kind;
    let mut edited = Edited::from(&customer);
    let version = save.version.unwrap_or_default();
    // A form that comes back keeps the version that was seen: what changed since is still to be shown.
    edited.version = version;
    let mut typed = typed.tidied(kind);
    // The form shows the branch and does not send it.
    if typed.branch.is_empty() {
        typed.branch = customer.branch_id.to_string();
    }
    let mut errors = typed.errors(kind, today(&by));
    errors.extend(us_persons::unsaid(&typed, kind));
    if !errors.is_empty() {
        return FormPage::new(&mut by, kind, Some(edited), typed)?
            .since(save.was())
            .refused(errors);
    }
    let declared = Declared::of(&typed, kind)?;
    let done = attempt(&mut by, |tx| {
        actions::edit(tx, id, &declared, version, save.confirmed())
    })?;
    match done {
        Done::Saved(()) => Ok(Answer::see(format!("/customers/{id}?done=saved"))),
        Done::Wrong(errors) => FormPage::new(&mut by, kind, Some(edited), typed)?
            .since(save.was())
            .refused(errors),
        Done::Halted(Halt::Stale(_)) => {
            let was = conflict::read(save.was(), kind);
            conflict::page(&mut by, id, &typed, version, was.as_ref())
        }
        Done::Halted(halt) => {
            let page = FormPage::new(&mut by, kind, Some(edited), typed)?.since(save.was());
            halted(page, halt)
        }
    }
}

/// The body of an edit, which holds both.
pub struct Posted {
    typed: Typed,
    save: Save,
}

impl crate::web::input::FromInput for Posted {
    fn from_input(input: &crate::web::input::Input) -> Result<Self> {
        let (Form(typed), Form(save)) =
            (Form::from_input(input)?, Form::<Save>::from_input(input)?);
        let Form(sent) = Form::<Vec<(String, String)>>::from_input(input)?;
        let chosen = |field: &String| sent.iter().any(|(name, _)| name == field);
        // A field left without a choice would be saved as empty.
        if !save.choose.iter().all(chosen) {
            return Err(Error::BadRequest(
                "choose a value for each field that you both changed".into(),
            ));
        }
        Ok(Self { typed, save })
    }
}

/// How an attempt to save ended.
enum Done<T> {
    Saved(T),
    Wrong(Vec<FieldError>),
    Halted(Halt),
}

/// Changes, or says why not; what was halted is rolled back whole.
fn attempt<T>(
    by: &mut By<EditCustomers>,
    work: impl FnOnce(&mut Change<'_>) -> Result<Result<T, Halt>>,
) -> Result<Done<T>> {
    let mut halt = None;
    let result = by.change(|tx| {
        work(tx)?.map_err(|why| {
            halt = Some(why);
            Error::Conflict("halted".into())
        })
    });
    match (result, halt) {
        (_, Some(halt)) => Ok(Done::Halted(halt)),
        (Ok(value), None) => Ok(Done::Saved(value)),
        (Err(Error::Invalid(errors)), None) => Ok(Done::Wrong(errors)),
        (Err(error), None) => Err(error),
    }
}

fn halted(mut page: FormPage, halt: Halt) -> Result<Answer> {
    match halt {
        Halt::Alike(alike) => {
            page.alike = alike;
            page.refused(vec![FieldError {
                field: "confirm".into(),
                message: "Look at the possible duplicates, then say that this is somebody else"
                    .into(),
            }])
        }
        Halt::Elsewhere => page.refused(vec![FieldError {
            field: "branch".into(),
            message:
                "A customer is not moved here: that is done on a page of its own, with a reason"
                    .into(),
        }]),
        Halt::Unchanged | Halt::Stale(_) => {
            page.unchanged = true;
            Answer::page(&page)
        }
    }
}

/// Reads a customer whose data the answer shows, which is an opening.
pub fn opened(by: &mut By<EditCustomers>, id: CustomerId) -> Result<Customer> {
    by.view(
        What::CustomerViewed,
        |customer: &Customer| Subject::Customer(customer.reference()),
        |tx| store::find(tx, id),
    )
}

/// The branches to choose from: id and name.
pub fn branches(by: &mut By<EditCustomers>) -> Result<Vec<(String, String)>> {
    let all = by.read(organisations::branches)?;
    Ok(all
        .into_iter()
        .map(|branch| (branch.id.to_string(), branch.name))
        .collect())
}

fn today(by: &By<EditCustomers>) -> chrono::NaiveDate {
    by.now().with_timezone(&by.time_zone).date_naive()
}
