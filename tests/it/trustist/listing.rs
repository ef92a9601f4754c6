//! The list: how long its pages are, and what its cursor belongs to.

use super::*;

#[test]
fn a_page_has_fifty_or_up_to_two_hundred() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    ours.made(&json!({}));
    make::many(&app, 210);
    let rows = |query: &str| {
        let answer = ours.get(&format!("/v1/customers{query}"));
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let more = answer.header("link").is_some();
        (answer.body.as_array().expect("a bare array").len(), more)
    };
    assert_eq!(rows(""), (50, true));
    assert_eq!(rows("?limit=200"), (200, true));
    assert_eq!(rows("?limit=1"), (1, true));
}

#[test]
fn a_cursor_belongs_to_its_list_and_what_has_one_value_is_sent_once() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    for name in ["A", "B", "C"] {
        ours.made(&json!({"lastName": name}));
    }
    let first = ours.get("/v1/customers?limit=1");
    let link = first.header("link").expect("a next page").to_owned();
    let next = link.trim_start_matches('<').split('>').next().expect("one");
    assert_eq!(ours.get(next).status, 200);
    let (_, cursor) = next.split_once("cursor=").expect("a cursor");
    let swapped = if cursor.starts_with('A') { 'B' } else { 'A' };
    let faults = |query: String| {
        let answer = ours.get(&format!("/v1/customers?{query}"));
        assert_eq!(answer.error(), (400, "invalid_request"), "{query}");
        let message = answer.message().to_owned();
        message.split(':').next().expect("a field").to_owned()
    };
    for query in [
        // Another filter; no filter and the empty one are two.
        format!("orgId=london&cursor={cursor}"),
        format!("orgId=&cursor={cursor}"),
        // Tampered with, at either end, cut, or none.
        format!("cursor={swapped}{}", &cursor[1..]),
        format!("cursor={}", &cursor[..cursor.len() - 1]),
        format!("cursor={cursor}A"),
        "cursor=".to_owned(),
        "cursor=%F0%9F%A6%86".to_owned(),
    ] {
        assert_eq!(faults(query.clone()), "cursor", "{query}");
    }
    let theirs = machine(&app, &app.other, "tenant", &ALL, &[]);
    let answer = theirs.get(&format!("/v1/customers?cursor={cursor}"));
    assert_eq!(answer.error(), (400, "invalid_request"));
    for (query, field) in [
        ("limit=1&limit=1", "limit"),
        ("orgId=london&orgId=madrid", "orgId"),
        ("cursor=a&cursor=b", "cursor"),
    ] {
        assert_eq!(faults(query.to_owned()), field);
    }
    let both = ours.get("/v1/customers?limit=0&orgId=a&orgId=b");
    assert!(both.message().contains("limit") && both.message().contains("orgId"));
    assert_eq!(ours.get("/v1/customers?unknown=1&unknown=2").status, 200);
    assert_eq!(ours.get("/v1/customers?orgId=%00").status, 400);
}
