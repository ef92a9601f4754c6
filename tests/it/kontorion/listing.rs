//! The list: filters, operators, pages and cursors.

use super::*;

/// The ids of a list, and the answer.
fn ids(ours: &Machine<'_>, query: &str) -> Vec<String> {
    let answer = ours.get(&format!("/v1/verifications?{query}"));
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    let rows = answer.data().as_array().expect("a list").iter();
    rows.map(|one| text(&one["id"])).collect()
}

#[test]
fn filters_and_operators_narrow_the_list() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &["read"], &[]);
    let (ana, ben) = (make::customer(&app, |_| {}), make::customer(&app, |_| {}));
    let t0 = app.clock.now();
    let first = make::verification(&app, ana, |_| {});
    app.clock.advance(TimeDelta::hours(1));
    let second = make::verification(&app, ana, |new| {
        (new.status, new.verification_type, new.provider) = ("verified", "identity", "acme_id");
        (new.verified_at, new.expires_at) = (Some(t0), Some(t0 + TimeDelta::days(30)));
    });
    app.clock.advance(TimeDelta::hours(1));
    let third = make::verification(&app, ben, |new| {
        (new.status, new.verification_type, new.provider) = ("failed", "age", "ACME 100%");
        new.started_by_id = None;
    });
    let officer = app.staff(Persona::Officer);
    diesel::update(verifications::table.filter(verifications::id.eq(second)))
        .set((
            verifications::check_type.eq("document"),
            verifications::provider_reference.eq("ref-7"),
            verifications::actor_kind.eq("staff"),
            verifications::actor_id.eq(officer),
        ))
        .execute(&mut app.owner())
        .expect("a check");
    let (a, b, c) = (first.to_string(), second.to_string(), third.to_string());
    let expect = |query: &str, rows: &[&String]| {
        assert_eq!(
            ids(&ours, query).iter().collect::<Vec<_>>(),
            rows,
            "{query}"
        );
    };
    expect("", &[&c, &b, &a]);
    expect(&format!("customer_id={ana}"), &[&b, &a]);
    expect(&format!("customer_id={}", Uuid::from_u128(7)), &[]);
    expect("status=failed", &[&c]);
    expect("verification_type=identity", &[&b]);
    expect("verification_type=Identity", &[]);
    // From is included, before is not; an offset is read, its plus escaped or not.
    expect("occurred_after=2026-11-16T13:00:00Z", &[&c, &b]);
    expect("occurred_before=2026-11-16T13:00:00Z", &[&a]);
    expect(
        "occurred_after=2026-11-16T15:00:00%2B02:00&occurred_before=2026-11-16T16:00:00+02:00",
        &[&b],
    );
    expect("status.eq=failed&status.eq=pending", &[]);
    // Operators.
    expect("status.eq=failed", &[&c]);
    expect("status.ne=failed", &[&b, &a]);
    expect("status.in=failed,pending", &[&c, &a]);
    expect("verification_type.contains=DENT", &[&b]);
    expect("provider.contains=acme", &[&c, &b]);
    expect("provider.contains=100%25", &[&c]);
    expect("provider.contains=_", &[&b]);
    expect("provider.contains=%25", &[&c]);
    expect("provider.ne=manual", &[&c, &b]);
    expect("check_type.eq=document", &[&b]);
    expect("check_type.ne=document", &[&c, &a]);
    expect("provider_reference.in=ref-7,ref-8", &[&b]);
    expect(&format!("id.in={a},{c}"), &[&c, &a]);
    expect(&format!("id.ne={a}"), &[&c, &b]);
    expect(&format!("customer_id.ne={ana}"), &[&c]);
    // What is shown: of a check that nobody moved, who started it; of one that the clock moved, nobody.
    expect(&format!("actor_id.eq={officer}"), &[&b, &a]);
    expect(&format!("actor_id.ne={officer}"), &[&c]);
    expect(&format!("actor_id.in={officer},{ana}"), &[&b, &a]);
    diesel::update(verifications::table.filter(verifications::id.eq(first)))
        .set(verifications::actor_kind.eq("clock"))
        .execute(&mut app.owner())
        .expect("a check");
    assert_eq!(ours.one(first).data()["actor_id"], Value::Null);
    expect(&format!("actor_id.eq={officer}"), &[&b]);
    expect(&format!("actor_id.ne={officer}"), &[&c, &a]);
    expect(
        &format!("organization_id.eq={}", app.acme.id),
        &[&c, &b, &a],
    );
    expect(&format!("organization_id.eq={}", app.other.id), &[]);
    expect("created_at.gt=2026-11-16T13:00:00Z", &[&c]);
    expect("created_at.gte=2026-11-16T13:00:00Z", &[&c, &b]);
    expect("created_at.lt=2026-11-16T13:00:00Z", &[&a]);
    expect("created_at.lte=2026-11-16T13:00:00Z", &[&b, &a]);
    expect("created_at.eq=2026-11-16T13:00:00.000000Z", &[&b]);
    expect("created_at.ne=2026-11-16T13:00:00Z", &[&c, &a]);
    expect("updated_at.gte=2026-11-16T14:00:00Z", &[&c]);
    expect("expires_at.lt=2027-01-01T00:00:00Z", &[&b]);
    expect("verified_at.gt=2027-01-01T00:00:00Z", &[]);
    expect("last_checked_at.lt=2027-01-01T00:00:00Z", &[]);
    expect(
        "created_at.gte=2026-11-16T13:00:00Z&created_at.lt=2026-11-16T14:00:00Z",
        &[&b],
    );
    // What is unknown is ignored, whatever it says.
    expect(
        "colour=red&colour.eq=red&a.b.c=d&provider=nobody",
        &[&c, &b, &a],
    );
}

#[test]
fn what_a_list_cannot_be_asked_is_named_each() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &["read"], &[]);
    let named = |query: &str| -> Vec<String> {
        let faults = ours.get(&format!("/v1/verifications?{query}")).faults();
        faults.into_iter().map(|(field, _)| field).collect()
    };
    for limit in [
        "0",
        "201",
        "x",
        "-1",
        "%2B5",
        "",
        "1.5",
        "99999999999999999999",
    ] {
        assert_eq!(named(&format!("limit={limit}")), ["limit"], "{limit}");
    }
    for (query, field) in [
        ("status=lost", "status"),
        ("status=", "status"),
        ("status.in=failed,lost", "status.in"),
        ("customer_id=x", "customer_id"),
        ("id.in=", "id.in"),
        ("occurred_after=2026-11-16", "occurred_after"),
        ("occurred_before=soon", "occurred_before"),
        ("created_at.gte=1", "created_at.gte"),
        ("cursor=x", "cursor"),
        ("cursor=", "cursor"),
    ] {
        assert_eq!(named(query), [field], "{query}");
    }
    for (query, field) in [
        ("limit=1&limit=1", "limit"),
        ("cursor=x&cursor=x", "cursor"),
        ("status=failed&status=pending", "status"),
        (
            "occurred_after=2026-11-16T13:00:00Z&occurred_after=2026-11-16T13:00:00Z",
            "occurred_after",
        ),
    ] {
        let faults = named(query);
        assert!(faults.contains(&field.to_owned()), "{query}: {faults:?}");
    }
    let answer = ours.get(
        "/v1/verifications?status.gt=failed&created_at.contains=2026&customer_id.like=x&reason.eq=x&limit.gt=1&x.y=1",
    );
    let unsupported = |field: &str| (field.to_owned(), "unsupported_operator".to_owned());
    assert_eq!(
        answer.faults(),
        [
            unsupported("status.gt"),
            unsupported("created_at.contains"),
            unsupported("customer_id.like"),
            unsupported("reason.eq"),
            unsupported("limit.gt"),
        ]
    );
    let many = vec!["id.ne=0193d9c8-0000-7000-8000-000000000000"; 51].join("&");
    assert_eq!(ours.get(&format!("/v1/verifications?{many}")).status, 400);
}

#[test]
fn pages_follow_one_another_and_a_cursor_belongs_to_its_list() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &["read"], &[]);
    let customer = make::customer(&app, |_| {});
    for n in 0..7 {
        // Two of each moment: the id decides.
        make::verification(&app, customer, |_| {});
        if n % 2 == 1 {
            app.clock.advance(TimeDelta::microseconds(1));
        }
    }
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    let mut first = String::new();
    loop {
        let page = ours.get(&format!("/v1/verifications?status=pending&limit=3{cursor}"));
        assert_eq!(page.status, 200, "{}", page.body);
        pages += 1;
        let rows = page.data().as_array().expect("a list").iter();
        seen.extend(rows.map(|one| text(&one["id"])));
        let pagination = page.body["pagination"].as_object().expect("an object");
        if pagination["has_more"] == json!(false) {
            assert!(!pagination.contains_key("cursor"), "the last page has none");
            break;
        }
        let next = text(&pagination["cursor"]);
        if first.is_empty() {
            first.clone_from(&next);
        }
        cursor = format!("&cursor={next}");
    }
    let all = ids(&ours, "");
    assert_eq!((pages, seen.len()), (3, 7));
    assert_eq!(
        seen, all,
        "the same order, nothing twice and nothing left out"
    );
    let page = |query: String| ours.get(&format!("/v1/verifications?{query}"));
    let full = page("limit=7".to_owned());
    assert_eq!(full.body["pagination"], json!({"has_more": false}));
    assert_eq!(
        page(format!("utm=1&limit=200&cursor={first}&status=pending"))
            .data()
            .as_array()
            .map(Vec::len),
        Some(4),
        "another length, and an unknown field, are the same list"
    );
    let mut tampered = first.clone();
    let last = if tampered.ends_with('A') { 'B' } else { 'A' };
    tampered.pop();
    tampered.insert(0, last);
    for wrong in [
        format!("cursor={first}"),
        format!("status=failed&cursor={first}"),
        format!("status.eq=pending&cursor={first}"),
        format!("status=pending&provider.eq=manual&cursor={first}"),
        format!("status=pending&cursor={tampered}"),
        format!("status=pending&cursor={}", &first[1..]),
    ] {
        assert_eq!(page(wrong.clone()).faults()[0].0, "cursor", "{wrong}");
    }
    let theirs = machine(&app, &app.other, &["read"], &[]);
    let answer = theirs.get(&format!("/v1/verifications?status=pending&cursor={first}"));
    assert_eq!(answer.faults()[0].0, "cursor");
    // Another endpoint's cursor, of the same organisation.
    let sealed = app.acme.key.seal_text(
        "trustist-customers ",
        "1795000000000000 0193d9c8-0000-7000-8000-000000000000",
    );
    let other = page(format!("cursor={}", sealed.expect("sealed")));
    assert_eq!(other.faults()[0].0, "cursor");
    // What is new meanwhile does not move the pages.
    make::verification(&app, customer, |_| {});
    let second = page(format!("status=pending&limit=3&cursor={first}"));
    assert_eq!(text(&second.data()[0]["id"]), all[3]);
}

#[test]
fn without_a_limit_a_page_has_fifty_and_with_one_up_to_two_hundred() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &["read"], &[]);
    let customer = make::customer(&app, |_| {});
    let check = make::verification(&app, customer, |_| {});
    diesel::sql_query(
        "INSERT INTO verifications (organisation_id, id, number, customer_id, branch_id, verification_type, provider, status, started_by_kind, created_at, updated_at)
         SELECT organisation_id, gen_random_uuid(), number + n, customer_id, branch_id, verification_type, provider, status, started_by_kind, created_at, updated_at
           FROM verifications, generate_series(1, 200) n WHERE id = $1",
    )
    .bind::<diesel::sql_types::Uuid, _>(check)
    .execute(&mut app.owner())
    .expect("many checks");
    assert_eq!(ids(&ours, "").len(), 50);
    assert_eq!(ids(&ours, "limit=200").len(), 200);
    assert_eq!(ids(&ours, "limit=1").len(), 1);
}
