//! Every wrong row is said, however many there are.

use super::*;

/// So many rows, with a wrong e-mail each.
fn wrong(count: usize) -> String {
    many(count).replace("@mail.example", "@")
}

#[test]
fn each_of_very_many_wrong_rows_is_in_the_report_and_the_page_shows_the_first_of_them() {
    // More than twice as many as are compared, and said, together.
    const ROWS: usize = 1_200;
    const SHOWN: usize = 50;
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let page = import(&app, &mut manager, "import", &wrong(ROWS));
    assert!(
        page.text()
            .contains("Something is wrong in 1200 of 1200 rows, so nothing was imported"),
        "{}",
        page.text()
    );
    // The headings are the first line.
    let place = |at: usize| ((at + 2).to_string(), "E-mail".to_owned());
    let shown: Vec<(String, String)> = report(&page)
        .into_iter()
        .map(|(line, column, _)| (line, column))
        .collect();
    assert_eq!(shown, (0..SHOWN).map(place).collect::<Vec<_>>());
    assert_eq!(
        page.texts("#job caption"),
        ["What is wrong: the first 50 of many"]
    );
    let whole = page.attributes("#fetch", "href").remove(0);
    let file = manager.get(&whole);
    assert_eq!(file.status, 200, "{}", file.text());
    assert_eq!(file.body.lines().count(), ROWS + 1);
    let said: Vec<(String, String)> = file
        .body
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',').map(str::to_owned);
            let mut cell = || cells.next().expect("a cell");
            (cell(), cell())
        })
        .collect();
    assert_eq!(said, (0..ROWS).map(place).collect::<Vec<_>>());
    assert!(names(&app).is_empty());

    // Where all are shown, there are no more.
    let page = import(&app, &mut manager, "check", &wrong(SHOWN));
    assert_eq!(report(&page).len(), SHOWN);
    assert_eq!(page.texts("#job caption"), ["What is wrong"]);
}
