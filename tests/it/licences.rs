//! What is linked in: every linked crate's licence is one that deny.toml names, and it comes from the registry or
//! from this folder. A small check for where cargo-deny is not to be had; bin/check runs the real one.

use std::{collections::BTreeSet, path::Path, process::Command};

use serde_json::Value;

#[test]
fn every_linked_crate_s_licence_and_source_is_one_we_allow() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let deny = std::fs::read_to_string(root.join("deny.toml")).expect("deny.toml");
    let allowed: BTreeSet<&str> = deny
        .split_once("allow = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .expect("a list of licences")
        .0
        .split('"')
        .skip(1)
        .step_by(2)
        .collect();
    assert!(allowed.contains("MIT"), "deny.toml was read");

    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(root)
        .output()
        .expect("cargo metadata");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let linked = linked(&metadata);
    assert!(linked.len() > 100, "the packages were read");
    let packages = metadata["packages"].as_array().expect("packages");
    for package in packages
        .iter()
        .filter(|package| package["id"].as_str().is_some_and(|id| linked.contains(id)))
    {
        let name = package["name"].as_str().expect("a name");
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(
            may(licence, &allowed),
            "{name}: {licence:?} is not allowed by deny.toml"
        );
        let source = package["source"].as_str();
        assert!(
            source.is_none_or(|source| source.starts_with("registry+")),
            "{name} comes from {source:?}"
        );
        assert!(!name.starts_with("openssl-sys"), "{name} is banned");
    }
}

/// The ids of what the program is built from; what only its tests use is not linked in.
fn linked(metadata: &Value) -> BTreeSet<&str> {
    let nodes = metadata["resolve"]["nodes"].as_array().expect("a graph");
    let mut found = BTreeSet::new();
    let mut queue = vec![metadata["resolve"]["root"].as_str().expect("a root")];
    while let Some(id) = queue.pop() {
        if !found.insert(id) {
            continue;
        }
        let node = nodes.iter().find(|node| node["id"] == id).expect("a node");
        for dependency in node["deps"].as_array().into_iter().flatten() {
            let kinds = dependency["dep_kinds"].as_array().expect("kinds");
            if kinds.iter().any(|kind| kind["kind"] != "dev") {
                queue.push(dependency["pkg"].as_str().expect("an id"));
            }
        }
    }
    found
}

/// Whether one may choose, under this SPDX expression, allowed licences alone.
fn may(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (verdict, rest) = either(&words, allowed);
    verdict && rest.is_empty()
}

fn either<'a>(words: &'a [&'a str], allowed: &BTreeSet<&str>) -> (bool, &'a [&'a str]) {
    let (mut verdict, mut rest) = both(words, allowed);
    while let Some(("OR", after)) = rest.split_first().map(|(word, after)| (*word, after)) {
        let (other, left) = both(after, allowed);
        (verdict, rest) = (verdict || other, left);
    }
    (verdict, rest)
}

fn both<'a>(words: &'a [&'a str], allowed: &BTreeSet<&str>) -> (bool, &'a [&'a str]) {
    let (mut verdict, mut rest) = one(words, allowed);
    while let Some(("AND", after)) = rest.split_first().map(|(word, after)| (*word, after)) {
        let (other, left) = one(after, allowed);
        (verdict, rest) = (verdict && other, left);
    }
    (verdict, rest)
}

fn one<'a>(words: &'a [&'a str], allowed: &BTreeSet<&str>) -> (bool, &'a [&'a str]) {
    match words {
        ["(", inner @ ..] => {
            let (verdict, rest) = either(inner, allowed);
            (verdict, rest.get(1..).unwrap_or_default())
        }
        [licence, "WITH", exception, rest @ ..] => {
            let whole = format!("{licence} WITH {exception}");
            (allowed.contains(whole.as_str()), rest)
        }
        [licence, rest @ ..] => (allowed.contains(licence), rest),
        [] => (false, words),
    }
}

#[test]
fn licence_expressions_are_read_as_written() {
    let allowed: BTreeSet<&str> = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].into();
    for good in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/GPL-2.0",
        "(GPL-3.0 OR ISC) AND MIT",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(may(good, &allowed), "{good}");
    }
    for bad in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR ISC) AND GPL-2.0",
        "Apache-2.0",
        "MIT ISC",
    ] {
        assert!(!may(bad, &allowed), "{bad}");
    }
}
