use super::*;

fn reading(columns: &[(&str, &str)]) -> Reading {
    let london = BranchId(uuid::Uuid::from_u128(1));
    let place = |id: u128, code: &str, name: &str| Place {
        id: BranchId(uuid::Uuid::from_u128(id)),
        code: code.to_owned(),
        name: name.to_owned(),
    };
    Reading {
        plan: Plan {
            columns: columns
                .iter()
                .map(|(_, target)| (!target.is_empty()).then(|| (*target).to_owned()))
                .collect(),
            kind: Some(Kind::Natural),
            branch: Some(london),
        },
        headings: columns
            .iter()
            .map(|(heading, _)| (*heading).to_owned())
            .collect(),
        branches: vec![
            place(1, "london", "London"),
            place(2, "m", "Madrid"),
            place(3, "n", "madrid"),
        ],
        today: "2026-11-22".parse().expect("a day"),
    }
}

fn read(columns: &[(&str, &str)], cells: &[&str]) -> Read {
    reading(columns).read(&Row {
        line: 7,
        cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
    })
}

fn wrong(columns: &[(&str, &str)], cells: &[&str]) -> Vec<(String, String)> {
    read(columns, cells)
        .expect_err("something wrong")
        .into_iter()
        .map(|problem| {
            assert_eq!(problem.line, 7);
            (problem.column, problem.reason.into_owned())
        })
        .collect()
}

#[test]
fn a_row_is_read_as_the_form_would_be_filled_in() {
    let columns = [
        ("What", "kind"),
        ("Who", "name"),
        ("Where", "branch"),
        ("Land", "country"),
        ("US", "us_person"),
        ("Note", ""),
        ("Phone", "phone"),
    ];
    let cells = [
        "Person",
        " Inês da  Silva ",
        "LONDON",
        "portugal",
        "Yes",
        "x",
        "'+351 912",
    ];
    let (kind, typed) = read(&columns, &cells).expect("read");
    assert_eq!(kind, Kind::Natural);
    assert_eq!(
        (typed.first_name.as_str(), typed.last_name.as_str()),
        ("Inês da", "Silva")
    );
    assert_eq!(
        (typed.country.as_str(), typed.us_person.as_str()),
        ("PT", TICKED)
    );
    assert_eq!(typed.phone, "+351 912");
    let (kind, typed) = read(
        &columns,
        &["company", "Ann & Bob Ltd", "", "GB", "", "", ""],
    )
    .expect("read");
    assert_eq!(
        (kind, typed.legal_name.as_str(), typed.legal_type.as_str()),
        (Kind::Legal, "Ann & Bob Ltd", "2")
    );
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_once() {
    let columns = [
        ("K", "kind"),
        ("B", "branch"),
        ("E-mail", "email"),
        ("Born", "birth_date"),
        ("US", "us_person"),
        ("Form", "legal_form"),
    ];
    let said = wrong(
        &columns,
        &["natural", "paris", "x@", "1.2.1980", "maybe", "Ltd"],
    );
    let columns_said: Vec<&str> = said.iter().map(|(column, _)| column.as_str()).collect();
    assert_eq!(columns_said, ["B", "US", "Form", "Born", "E-mail"]);
    assert_eq!(said[3].1, "Enter a date as YYYY-MM-DD");
    // Two branches of one name are told apart by their codes alone.
    assert_eq!(
        wrong(&columns, &["natural", "Madrid", "a@b.example", "", "", ""]).len(),
        1
    );
}

#[test]
fn a_row_without_a_name_names_the_column_that_is_missing() {
    let said = wrong(&[("Town", "city")], &["Porto"]);
    assert_eq!(said[0].0, "Last name (no column)");
    let said = wrong(&[("Town", "city")], &["Porto", "x"]);
    assert_eq!(said[0].0, "");
    assert!(
        said[0]
            .1
            .starts_with("This row has 2 cells, and the headings are 1")
    );
}

#[test]
fn a_plan_gives_each_meaning_to_one_column() {
    let plan = |columns: &[Option<&str>]| Plan {
        columns: columns.iter().map(|one| one.map(str::to_owned)).collect(),
        ..Plan::default()
    };
    assert_eq!(plan(&[Some("email"), None]).problem(), None);
    assert_eq!(
        plan(&[Some("email"), Some("email")])
            .problem()
            .map(|(at, _)| at),
        Some(1)
    );
    assert_eq!(plan(&[Some("id")]).problem().map(|(at, _)| at), Some(0));
    assert!(plan(&[None]).problem().is_some());
}

#[test]
fn of_a_row_whose_kind_nobody_knows_the_rest_is_said_all_the_same() {
    let columns = [
        ("Mail", "email"),
        ("Born", "birth_date"),
        ("Land", "country"),
        ("Company", "legal_name"),
        ("Surname", "last_name"),
    ];
    let mut reading = reading(&columns);
    reading.plan.kind = None;
    let cells = ["not-an-email", "1980-02-31", "XX", "Acme Lda", "Muster"];
    let row = Row {
        line: 7,
        cells: cells.map(str::to_owned).to_vec(),
    };
    let found = reading.read(&row).expect_err("something wrong");
    let columns: Vec<&str> = found.iter().map(|one| one.column.as_str()).collect();
    assert_eq!(
        columns,
        ["Kind of customer (no column)", "Born", "Land", "Mail"]
    );
}
