//! An editor at work, longer than in `http.rs`: a rule is proposed, tried, saved, switched on and taken back; a line is made to stay;
//! a mistake is never saved; a rule that would take lines of known bodies is saved on trial only.

mod common;

use std::fs;

use common::{Served, document, edit, fates};
use serde_json::{Value, json};

const BODY: &str = "The ferry left the old quay at six in the morning with forty passengers on board.\n\
    Its captain said that the new engine had run for a hundred days without a single fault.\n\
    In the afternoon the harbour office opened the second landing stage for small boats.\n";
const FOOTER: &str = "Riverbend Harbour Gazette weekend print offer 1203\n";
const OLD: &str = "# Our own rules. Please keep this line.\n\n[[rule]]\nname = 'old'\nstatus = 'trial'   # not sure yet\n\
    remove = 'line'\nis = 'an older line that nobody has seen here'\n\
    removes = 'an older line that nobody has seen here'\n";

fn page() -> String {
    format!("{BODY}{FOOTER}")
}

/// The proposal for the last line of the page.
fn proposed(studio: &Served, how_much: &str) -> Value {
    let asked = json!({ "document": 0, "lines": [4, 4], "how_much": how_much, "site": true });
    studio.done("api/draft", &asked)
}

/// What the page sends back of an answer about an edited rule.
fn sent(answered: &Value) -> Value {
    edit(
        answered["file"].as_str().expect("a file"),
        answered["original"].as_str(),
        answered["toml"].as_str().expect("toml"),
    )
}

#[test]
fn a_line_becomes_a_rule_and_the_rule_goes_back() {
    let studio = Served::new(vec![document(&page(), "www.river.example")], &[("own.toml", OLD)]);
    assert_eq!(studio.fates(0), ["stays", "stays", "stays", "stays"]);
    let draft = proposed(&studio, "as_pasted");
    assert_eq!(draft["host"], "www.river.example");
    assert!(draft["sentence"]["en"].as_str().is_some_and(|said| !said.is_empty()), "{draft}");
    assert!(draft["toml"].as_str().is_some_and(|toml| toml.contains("river.example")), "it is for this site: {draft}");
    assert!(
        draft["examples"].as_array().is_some_and(|all| !all.is_empty() && all.iter().all(|one| one["holds"] == true))
    );

    let mut tried = sent(&draft);
    tried["document"] = json!(0);
    let shown = studio.done("api/try", &tried);
    assert_eq!(fates(&shown["view"]), ["stays", "stays", "stays", "goes"], "on trial, and still shown");
    assert_eq!(studio.fates(0), ["stays", "stays", "stays", "stays"], "nothing was saved");
    assert_eq!(studio.file("own.toml"), OLD);

    let changed = studio.done("api/diff", &sent(&draft));
    let lines = changed["lines"].as_array().expect("lines");
    assert!(lines.iter().any(|line| line[0] == "+") && lines.iter().all(|line| line[0] != "-"), "{changed}");
    let answered = studio.save(&sent(&draft));
    assert_eq!(answered.status, 200, "{}", answered.body);
    assert!(studio.file("own.toml").starts_with(OLD), "what stood there stands there:\n{}", studio.file("own.toml"));
    assert_eq!(studio.fates(0)[3], "stays", "it is on trial");

    let name = answered.json()["rule"].as_str().expect("a name").to_owned();
    let opened = studio.get(&format!("api/rule?rule={}", in_address(&name))).json();
    let mut set = sent(&opened);
    set["field"] = json!("status");
    set["value"] = json!("on");
    let on = studio.done("api/set", &set);
    let before = studio.file("own.toml");
    assert_eq!(studio.save(&sent(&on)).status, 200);
    let after = studio.file("own.toml");
    let differ = before.lines().zip(after.lines()).filter(|(a, b)| a != b).count();
    assert_eq!(
        (differ, before.lines().count()),
        (1, after.lines().count()),
        "only the status is another one:\n{after}"
    );
    assert_eq!(studio.fates(0), ["stays", "stays", "stays", "goes"]);
    let why = studio.get("api/why/0/4").body;
    assert!(why.contains("Riverbend"), "it names the rule: {why}");

    studio.done("api/undo", &json!({}));
    assert_eq!(studio.file("own.toml"), before);
    studio.done("api/undo", &json!({}));
    assert_eq!((studio.file("own.toml").as_str(), studio.post("api/undo", &json!({})).status), (OLD, 400));
}

#[test]
fn a_line_that_goes_can_be_made_to_stay() {
    let rule = "[[rule]]\nname = 'offers'\nremove = 'line'\ncontains = 'weekend print offer'\nremoves = 'a weekend print offer'\n";
    let studio = Served::new(vec![document(&page(), "")], &[("own.toml", rule)]);
    assert_eq!(studio.fates(0)[3], "goes");
    let keep = proposed(&studio, "stay");
    assert_eq!(keep["is_keep"], true, "{keep}");
    let answered = studio.save(&sent(&keep));
    assert_eq!(answered.status, 200, "{}", answered.body);
    assert_eq!(studio.fates(0), ["stays", "stays", "stays", "stays"]);
    assert!(studio.file("own.toml").starts_with(rule) && studio.file("own.toml").contains("[[keep]]"));
}

#[test]
fn a_file_that_was_changed_meanwhile_is_not_overwritten() {
    let studio = Served::new(vec![document(&page(), "")], &[("own.toml", OLD)]);
    let draft = sent(&proposed(&studio, "line"));
    let mut save = draft.clone();
    save["seen"] = studio.done("api/diff", &draft)["seen"].clone();
    let theirs = format!("{OLD}\n# somebody else was here\n");
    fs::write(studio.path("rules/own.toml"), &theirs).expect("written");
    let answered = studio.post("api/save", &save);
    assert_eq!((answered.status, studio.file("own.toml")), (400, theirs.clone()));
    let said = answered.json();
    assert!(said["en"].as_str().is_some_and(|said| said.contains("own.toml")) && said["zh"].is_string(), "{said}");
    // Shown again, it can be saved, and what the other wrote stays.
    assert_eq!(studio.save(&draft).status, 200);
    assert!(studio.file("own.toml").starts_with(&theirs));
}

#[test]
fn a_rule_with_a_mistake_is_told_and_never_saved() {
    let studio = Served::new(vec![document(&page(), "")], &[("own.toml", OLD)]);
    for toml in ["[[rule]]\nname = 'x'\nremoove = 'line'\n", "[[rule]\n", "", "[[rule]]\nname = 'x'\nis = ''\n"] {
        let wrong = edit("own.toml", None, toml);
        let read = studio.post("api/read", &wrong);
        assert_eq!(read.status, 200, "{toml}: {}", read.body);
        let mut save = wrong.clone();
        save["seen"] = json!("");
        assert_eq!((studio.post("api/save", &save).status, studio.file("own.toml").as_str()), (400, OLD), "{toml}");
        let mut tried = wrong.clone();
        tried["document"] = json!(0);
        assert!(studio.done("api/try", &tried)["view"].is_null(), "{toml}");
    }
}

#[test]
fn what_harms_a_known_body_or_its_own_example_can_only_be_on_trial() {
    let studio = Served::new(vec![document(&page(), "")], &[]);
    let harms = "[[rule]]\nname = 'greedy'\nremove = 'line'\nregex = '.'\nremoves = 'a line'\n";
    let fails =
        "[[rule]]\nname = 'misses'\nremove = 'line'\nis = 'Riverbend Harbour Gazette'\nremoves = 'another line'\n";
    for toml in [harms, fails] {
        let on = edit("own.toml", None, toml);
        assert!(!studio.done("api/diff", &on)["danger"].is_null(), "{toml}");
        assert_eq!(studio.save(&on).status, 400, "{toml}");
        let trial = edit("own.toml", None, &toml.replace("remove =", "status = 'trial'\nremove ="));
        let answered = studio.save(&trial);
        assert_eq!(answered.status, 200, "{}", answered.body);
        assert_eq!(studio.fates(0), ["stays", "stays", "stays", "stays"]);
        studio.done("api/undo", &json!({}));
    }
    assert!(!studio.path("rules/own.toml").exists(), "undone to no file at all");
}

#[test]
fn a_pasted_text_is_a_document() {
    let studio = Served::new(Vec::new(), &[]);
    assert_eq!(studio.get("api/documents").json()["all"], 0);
    let pasted = studio.done("api/paste", &json!({ "text": page(), "host": "" }));
    assert_eq!(studio.fates(pasted["id"].as_u64().expect("a number") as usize).len(), 4);
}

/// A name as it stands in an address.
fn in_address(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
