//! Rules that are proposed, learnt or imported; shipped rules that are switched off; what others change on the disk; how
//! many lines pass the conditions of a rule.

mod common;

use std::fs;
use std::thread;
use std::time::Duration;

use common::{Served, document, edit};
use dehusk_studio::StudioDocument;
use serde_json::{Value, json};

const SITE: &str = "www.river.example";
const FOOTER: &str = "Riverbend Harbour Gazette weekend print offer";
const SHIPPED: &str = "责任编辑：王小满";

/// Articles that share their last two lines. Numbers alone would make no difference: words do.
fn articles(count: usize) -> Vec<StudioDocument> {
    let (who, what) =
        (["ferryman", "baker", "teacher", "mayor", "printer", "gardener"], ["bell", "lamp", "rope", "book", "oar"]);
    let article = |number: usize| {
        let (who, what) = (who[number % 6], what[number / 6 % 5]);
        let text = format!(
            "The {who} and the {what}\nOn Friday the {who} of the old quay found a {what} under the second bridge and took it home.\n\
             Nobody knew at first to whom the {what} belonged, so the {who} asked all neighbours one after the other.\n\
             In the evening the owner of the {what} came, thanked the {who} and paid for the dinner of both.\n{SHIPPED}\n{FOOTER}\n"
        );
        document(&text, SITE)
    };
    (0..count).map(article).collect()
}

fn save(studio: &Served, change: &Value) -> Value {
    let shown = studio.done("api/change/diff", change);
    let lines = shown["lines"].as_array().expect("lines");
    assert!(lines.iter().any(|line| line[0] == "+") && lines.iter().all(|line| line[0] != "-"), "{shown}");
    let mut change = change.clone();
    change["seen"] = shown["seen"].clone();
    studio.done("api/change/save", &change)
}

#[test]
fn what_repeats_is_proposed_and_taken_on_trial() {
    const OWN: &str = "# ours\n[[rule]]\nname = 'buttons'\nis = 'close this window'\nremoves = 'close this window'\n";
    let studio = Served::new(articles(30), &[("own.toml", OWN)]);
    let found = studio.get("api/suggest").json();
    let proposals = found["proposals"].as_array().expect("proposals");
    let ours = proposals.iter().find(|one| one["toml"].as_str().is_some_and(|toml| toml.contains(FOOTER)));
    let ours = ours.unwrap_or_else(|| panic!("the footer is proposed: {found}"));
    assert!(ours["examples"][0] == FOOTER && ours["sentence"]["zh"].is_string(), "{ours}");
    save(&studio, &json!({ "change": "add", "file": "own.toml", "tables": [ours["toml"]] }));
    let written = studio.file("own.toml");
    assert!(written.starts_with(OWN) && written.contains("= 'trial'"), "{written}");
    assert_eq!(studio.fates(0)[5], "stays", "on trial it takes nothing");
    studio.done("api/undo", &json!({}));
    assert_eq!(studio.file("own.toml"), OWN);
}

#[test]
fn few_documents_are_told_of() {
    let studio = Served::new(articles(3), &[]);
    let answered = studio.get("api/suggest");
    assert!(answered.status == 400 && answered.body.contains("only 3 documents"), "{}", answered.body);
    assert_eq!(studio.get("api/sites").json()["sites"], json!([]));
}

#[test]
fn what_a_site_repeats_is_learnt() {
    let studio = Served::new(articles(12), &[]);
    let sites = studio.get("api/sites").json();
    let site = sites["sites"][0][0].as_str().expect("a site").to_owned();
    assert_eq!(sites["sites"][0][1], 12);
    let found = studio.get(&format!("api/learn?site={site}")).json();
    let tables: Vec<&Value> =
        found["proposals"].as_array().expect("proposals").iter().map(|one| &one["toml"]).collect();
    assert!(tables.iter().any(|toml| toml.as_str().is_some_and(|toml| toml.contains(FOOTER))), "{found}");
    fs::create_dir(studio.path("rules/sites")).expect("a folder");
    let file = found["file"].as_str().expect("a file");
    save(&studio, &json!({ "change": "add", "file": file, "tables": tables }));
    let written = studio.file(file);
    assert!(written.contains(FOOTER) && !written.contains("= 'on'"), "{written}");
}

#[test]
fn lists_and_rules_of_others_are_imported_behind_what_is_there() {
    let studio = Served::new(articles(2), &[]);
    let list = format!("{FOOTER}\n{SHIPPED}\n");
    let found = studio.done("api/import", &json!({ "kind": "phrases", "text": list, "name": "list", "site": SITE }));
    assert_eq!(found["proposals"].as_array().map(Vec::len), Some(1), "{found}");
    assert!(found["refused"][0]["en"].as_str().is_some_and(|why| why.contains("takes this line already")), "{found}");
    save(&studio, &json!({ "change": "add", "file": "own.toml", "tables": [found["proposals"][0]["toml"]] }));
    let first = studio.file("own.toml");
    let legado = r#"[{"name": "list", "pattern": "天才一秒记住本站|手机用户请到河湾书屋", "replacement": ""}, {"name": "b", "pattern": "第.*章"}]"#;
    let found = studio.done("api/import", &json!({ "kind": "legado", "text": legado }));
    assert_eq!(
        (found["proposals"].as_array().map(Vec::len), found["refused"][0]["what"].as_str()),
        (Some(1), Some("b"))
    );
    save(&studio, &json!({ "change": "add", "file": "own.toml", "tables": [found["proposals"][0]["toml"]] }));
    let both = studio.file("own.toml");
    assert!(both.starts_with(&first) && both.contains("'list 2'"), "a name that is taken gets a number: {both}");
    let wrong = studio.post("api/import", &json!({ "kind": "legado", "text": "not JSON" }));
    assert!(wrong.status == 400 && wrong.body.contains("Legado"), "{}", wrong.body);
}

#[test]
fn a_shipped_rule_is_switched_off_for_one_site() {
    let mut documents = articles(1);
    documents.push(document(&documents[0].text.clone(), "www.other.example"));
    let studio = Served::new(documents, &[]);
    assert_eq!((studio.fates(0)[4].as_str(), studio.fates(1)[4].as_str()), ("goes", "goes"));
    let why = studio.get("api/why/0/5").json();
    for reason in why["reasons"].as_array().expect("reasons") {
        save(&studio, &json!({ "change": "off", "rule": reason["rule"], "site": SITE }));
    }
    assert_eq!((studio.fates(0)[4].as_str(), studio.fates(1)[4].as_str()), ("stays", "goes"));
    assert!(studio.file("settings.toml").contains(&format!("@ {SITE}")));
}

#[test]
fn a_change_is_never_written_over_another_one() {
    let studio = Served::new(articles(1), &[("settings.toml", "min_left = 7\n")]);
    let rule = studio.get("api/why/0/5").json()["reasons"][0]["rule"].clone();
    let mut change = json!({ "change": "off", "rule": rule });
    change["seen"] = studio.done("api/change/diff", &change)["seen"].clone();
    fs::write(studio.path("rules/settings.toml"), "min_left = 9\n").expect("written");
    let answered = studio.post("api/change/save", &change);
    assert_eq!((answered.status, studio.file("settings.toml").as_str()), (400, "min_left = 9\n"));
}

#[test]
fn rules_changed_on_the_disk_are_read_again() {
    let rule = "[[rule]]\nname = 'offers'\nremove = 'line'\ncontains = 'weekend print offer'\nremoves = 'a weekend print offer'\n";
    let studio = Served::new(articles(1), &[("own.toml", rule)]);
    let before = studio.get("api/state").json()["generation"].clone();
    assert_eq!(studio.get("api/state").json()["generation"], before);
    assert_eq!(studio.fates(0)[5], "goes");
    let opened = studio.get("api/rule?rule=own%20%E2%80%BA%20offers").json();
    fs::write(studio.path("rules/own.toml"), rule.replace("weekend", "other")).expect("written");
    assert_ne!(studio.get("api/state").json()["generation"], before);
    assert_eq!(studio.fates(0)[5], "stays");
    // Whoever has it open is told before it is saved.
    let mut mine =
        edit("own.toml", Some("offers"), &rule.replace("'line'", "'phrase'").replace("a weekend", "x weekend"));
    mine["base"] = opened["base"].clone();
    let shown = studio.done("api/diff", &mine);
    assert!(shown["conflict"]["en"].as_str().is_some_and(|why| why.contains("elsewhere")), "{shown}");
}

#[test]
fn a_broken_file_is_told_and_mended_without_a_new_start() {
    let studio = Served::new(articles(1), &[]);
    for broken in ["[[rule]\n".as_bytes(), b"\xff\xfe\x00\xd8", b"[[rule]]\nname = 'a'\nnope = 1\n"] {
        fs::write(studio.path("rules/own.toml"), broken).expect("written");
        studio.get("api/state");
        let told = studio.get("api/rules").json();
        let is_told = !told["mistakes"].as_array().expect("mistakes").is_empty() || !told["trouble"].is_null();
        assert!(is_told, "{}", String::from_utf8_lossy(broken));
        assert_eq!(studio.fates(0)[4], "goes", "the shipped rules still act");
    }
    fs::remove_file(studio.path("rules/own.toml")).expect("it is there");
    studio.get("api/state");
    assert_eq!(studio.get("api/rules").json()["mistakes"], json!([]));
}

#[test]
fn conditions_count_the_lines_that_are_left() {
    let studio = Served::new(articles(30), &[]);
    let rule = "[[rule]]\nname = 'offers'\nstatus = 'trial'\nremove = 'line'\ncontains = 'Riverbend'\nmax_length = 60\nremoves = 'Riverbend'\n";
    let mut asked = edit("own.toml", None, rule);
    let all = studio.done("api/funnel", &asked);
    assert_eq!((all["lines"].as_u64(), all["goes"].as_u64()), (Some(180), Some(30)), "{all}");
    asked["document"] = json!(0);
    let here = studio.done("api/funnel", &asked);
    assert_eq!((here["lines"].as_u64(), here["goes"].as_u64()), (Some(6), Some(1)), "{here}");
    assert!(
        here["steps"].as_array().expect("steps").iter().any(|step| step[0] == "contains" && step[1] == 1),
        "{here}"
    );
}

#[test]
fn a_sum_leads_to_its_documents() {
    let mut documents = articles(4);
    documents.push(document("Nothing of the kind stands here, and nothing goes.\n", SITE));
    documents.push(document(&documents[0].text.replace(FOOTER, "print offer of the day"), SITE));
    let own = "[[rule]]\nname = 'offers'\nremove = 'line'\ncontains = 'print offer'\nremoves = 'a print offer'\n\n\
        [[keep]]\nname = 'offer of the day'\nis = 'print offer of the day'\nkeeps = 'print offer of the day'\n";
    let studio = Served::new(documents, &[("own.toml", own)]);
    let sums = studio.get("api/health").json();
    let (guard, times) = sums["guards"].as_object().and_then(|all| all.iter().next()).expect("a guard fired");
    assert_eq!(times, 1, "{sums}");
    let held = studio.get(&format!("api/documents?guard={guard}")).json();
    assert_eq!(
        (held["documents"].as_array().map(Vec::len), held["documents"][0][0].as_u64()),
        (Some(1), Some(5)),
        "{held}"
    );
    let category =
        sums["categories"].as_object().expect("categories").iter().find(|(_, chars)| chars.as_u64() > Some(0));
    let (category, _) = category.expect("something goes");
    let listed = studio.get(&format!("api/documents?category={category}")).json();
    assert_eq!(listed["documents"].as_array().map(Vec::len), Some(5), "{listed}");
    assert_eq!(studio.get("api/documents?guard=none").json()["documents"], json!([]));
}

#[test]
fn a_document_of_fifty_megabytes_opens_in_parts() {
    let line = "The ferry left the old quay at six in the morning with forty passengers on board.\n";
    let mut documents = articles(1);
    documents.push(document(&line.repeat((50 << 20) / line.len()), ""));
    documents.push(document(&"x".repeat(50 << 20), ""));
    let studio = Served::new(documents, &[]);
    thread::sleep(Duration::from_millis(50));
    for id in [1, 2] {
        let shown = studio.get(&format!("api/document/{id}"));
        assert!(shown.status == 200 && shown.body.len() < 3 << 20, "{} bytes", shown.body.len());
        let mut tried = edit("own.toml", None, "[[rule]]\nname = 'a'\nis = 'print offer'\nremoves = 'print offer'\n");
        tried["document"] = json!(id);
        assert!(studio.done("api/try", &tried)["late"]["en"].is_string());
    }
    assert_eq!(studio.fates(0)[4], "goes", "the others are there");
}
