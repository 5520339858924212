//! The documents about rules agree with the table of settings, and are complete.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use dehusk::docs::{Page, cheatsheet, html, json_schema, markdown, reference, sentence};
use dehusk::{FieldKind, Lang, RuleSet, Source, TableKind, TextField};

use crate::util::{golden, skipped};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Asserts that a page or schema made from the table of settings is up to date.
fn same_as_file(path: &str, text: &str) {
    golden(&repository().join(path), text)
        .unwrap_or_else(|wrong| panic!("the table of fields gives another:\n{wrong}"));
}

#[test]
fn the_schema_is_up_to_date() {
    same_as_file("rules/rules.schema.json", &json_schema());
}

#[test]
fn the_reference_is_up_to_date() {
    same_as_file("docs/reference.md", &reference());
}

/// Pages that name the version of Rust that is needed name that of `Cargo.toml`.
#[test]
fn every_page_names_the_version_of_rust_that_is_needed() {
    let read = |path: &str| std::fs::read_to_string(repository().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).expect("the manifest is TOML");
    let of = |table: &toml::Value| table.get("package").and_then(|p| p.get("rust-version")).cloned();
    let needed = manifest["package"].get("rust-version").cloned();
    // The version may be in the table `workspace`.
    let needed = needed.filter(toml::Value::is_str).or_else(|| manifest.get("workspace").and_then(of));
    let needed = needed.expect("a version is named");
    let needed = needed.as_str().expect("it is a text");
    let version = regex::Regex::new(r"Rust (1\.\d+)").expect("it is a regex");
    let mut named = 0;
    for page in ["README.md", "README.zh.md", "CONTRIBUTING.md", "docs/tutorial.zh.md", "docs/tutorial.en.md"] {
        for found in version.captures_iter(&read(page)) {
            assert_eq!(&found[1], needed, "{page} names another version than Cargo.toml");
            named += 1;
        }
    }
    assert!(named >= 5, "both READMEs, CONTRIBUTING and both tutorials name it");
}

/// Every link from a document to a file of the repository has an existing target.
#[test]
fn links_between_pages_lead_somewhere() {
    let link = regex::Regex::new(r"\]\(([^)#:\s]+)(#[^)\s]*)?\)").expect("it is a regex");
    let mut folders = vec![repository().join("docs"), repository().join("python/docs")];
    let mut pages: Vec<PathBuf> = [
        "README.md",
        "README.zh.md",
        "CONTRIBUTING.md",
        "python/README.md",
        "python/README.zh.md",
        "packaging/README.md",
    ]
    .map(|page| repository().join(page))
    .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the documents can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                pages.push(path);
            }
        }
    }
    let mut dead = Vec::new();
    for page in &pages {
        let text = std::fs::read_to_string(page).expect("a page is UTF-8");
        let folder = page.parent().expect("a page lies in a folder");
        for found in link.captures_iter(&text).filter(|found| !folder.join(&found[1]).exists()) {
            dead.push(format!("{}: {}", page.display(), &found[1]));
        }
    }
    assert!(pages.len() > 20, "the pages are there");
    assert!(dead.is_empty(), "these links lead nowhere:\n{}", dead.join("\n"));
}

#[test]
fn the_schema_takes_every_shipped_file_and_refuses_mistakes() {
    let script = repository().join("scripts/validate-rules.py");
    let output = Command::new("python3").arg(script).current_dir(repository()).output();
    let Ok(output) = output else {
        skipped("there is no python3");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(77) => skipped(said.trim()),
        code => assert_eq!(code, Some(0), "{said}"),
    }
}

#[test]
fn every_shipped_file_names_the_schema() {
    for source in dehusk::shipped_sources().iter().filter(|source| source.name.ends_with(".toml")) {
        let up = "../".repeat(source.name.matches('/').count());
        let first = source.text.lines().next().unwrap_or_default();
        assert_eq!(first, format!("#:schema {up}rules.schema.json"), "{}", source.name);
    }
}

fn rule(more: &str) -> RuleSet {
    let base = "[[rule]]\nname = 'a'\nremoves = 'b c'\n";
    let text = format!("{base}{more}");
    RuleSet::from_sources(&[Source::new("nav.toml", text.as_str())]).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// An example of a setting, and the other settings that the rule needs; `None` if the sentence does not mention it.
fn setting(name: &'static str) -> Option<(String, &'static str)> {
    let (setting, needs) = match name {
        "category" => ("category = 'ads'", "is = 'b c'"),
        "status" => ("status = 'trial'", "is = 'b c'"),
        "profile" => ("profile = 'body'", "is = 'b c'"),
        "remove" => ("remove = 'list'", "is = 'b c'"),
        "is" => ("is = 'b d'", "starts_with = 'b'"),
        "unless_looks_like" => ("unless_looks_like = 'dated'", "is = 'b c'"),
        "regex" => ("regex = 'b.?c'", "is = 'b c'"),
        "looks_like" => ("looks_like = 'title'", "is = 'b c'"),
        "inside" => ("inside = 'footer'", "is = 'b c'"),
        "min_length" => ("min_length = 2", "is = 'b c'"),
        "max_length" => ("max_length = 20", "is = 'b c'"),
        "where" => ("where = 'tail'", "is = 'b c'"),
        "at_least" => ("at_least = 5", "is = 'b c'\nremove = 'run'"),
        "lines_contain" => ("lines_contain = 'q r'", "is = 'b c'\nremove = 'to_end'"),
        "lines_look_like" => ("lines_look_like = 'dated'", "is = 'b c'\nremove = 'list'"),
        "frames" => ("frames = 'q r'", "is = 'b c'\nremove = 'thread'\n#"),
        "unless_page_has" => ("unless_page_has = 'q r'", "is = 'b c'\nremove = 'thread'\nframes = 'd e'"),
        "made_of" => ("made_of = ['x y', 'z']", "is = 'b c'"),
        "until" => ("until = 'q r'", "is = 'b c'\nremove = 'until'\n#"),
        "max_share" => ("max_share = 12", "is = 'b c'"),
        "sites" => ("sites = 'example.com'", "is = 'b c'"),
        "except_sites" => ("except_sites = 'example.com'", "is = 'b c'"),
        "languages" => ("languages = 'en'", "is = 'b c'"),
        "exact" => ("exact = true", "is = 'b c'"),
        "allow" => ("note = 'n'\nallow = 'no-keeps'", "is = 'b c'"),
        // Shown next to the sentence, not in it.
        "name" | "note" | "removes" | "keeps" | "todo_removes" | "todo_keeps" => return None,
        // The conditions with texts.
        name if TextField::by_name(name).is_some() => return Some((format!("{name} = 'x y'"), "is = 'b c'")),
        other => panic!("{other} has no words in the sentence"),
    };
    Some((setting.to_string(), needs))
}

#[test]
fn every_setting_has_words_in_the_sentence() {
    for field in TableKind::Rule.fields() {
        let Some((setting, needs)) = setting(field.name) else { continue };
        // These two cannot be left out: the other text stands for their absence.
        let needed = matches!(field.name, "until" | "frames");
        let absent = format!("{} = 'z z'", field.name);
        let without = if needed { needs.replace('#', &absent) } else { needs.to_string() };
        let with = if needed { needs.replace('#', &setting) } else { format!("{needs}\n{setting}") };
        let (without, with) = (sentence(&rule(&without).rules[0]), sentence(&rule(&with).rules[0]));
        assert_ne!(without.zh, with.zh, "{}", field.name);
        assert_ne!(without.en, with.en, "{}", field.name);
    }
}

#[test]
fn every_choice_reads_differently() {
    for name in ["remove", "where", "looks_like", "unless_looks_like", "inside", "status", "profile", "category"] {
        let field = TableKind::Rule.field(name).expect("a field");
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for choice in field.choices() {
            let needs = match choice.value {
                "section" => "\nlines_contain = 'q'",
                "until" => "\nuntil = 'q'",
                "thread" => "\nframes = 'q'",
                _ => "",
            };
            let set = rule(&format!("is = 'b c'\n{name} = '{}'{needs}", choice.value));
            let said = sentence(&set.rules[0]);
            for text in [said.zh, said.en] {
                let before = seen.insert(text.clone(), choice.value);
                assert_eq!(before, None, "{name} = {}: {text}", choice.value);
            }
        }
    }
}

#[test]
fn a_sentence_says_the_logic_of_the_rule() {
    let set = rule(
        "where = 'tail'\nstarts_with = '''\n免责声明\n声明：\n'''\ncontains = '''\n用户上传\n与本网站立场无关\n投资\n'''\nunless_contains = '该公司'",
    );
    let said = sentence(&set.rules[0]);
    assert_eq!(
        said.zh,
        "在文章结尾部分，如果一行以「免责声明」或「声明：」开头，并且含有「用户上传」等 3 个之一，但不含「该公司」，就删掉这一行。\
         最多删全文的 30%，超过就不动。（导航类，从“文章”档起）"
    );
    assert_eq!(
        said.en,
        "In the last part of the text, if a line starts with “免责声明” or “声明：”, and contains “用户上传” or one of 2 others, \
         but does not contain “该公司”, that line goes. At most 30 % of the text, else nothing. (nav; from the profile article on)"
    );
}

#[test]
fn the_sheets_name_what_is_needed_first() {
    for lang in [Lang::Zh, Lang::En] {
        let sheet = cheatsheet(lang);
        for field in TableKind::Rule.fields().filter(|field| field.basic) {
            assert!(sheet.contains(&format!("`{}`", field.name)), "{lang:?}: {}", field.name);
        }
        for choice in TableKind::Rule.field("remove").expect("a field").choices() {
            assert!(sheet.contains(&format!("| `'{}'` |", choice.value)), "{lang:?}: {}", choice.value);
        }
    }
}

#[test]
fn a_page_shows_every_rule_and_asks_about_the_forgotten() {
    let text = "[[rule]]\nname = 'with <b> & \"'\nis = 'b c'\nremoves = 'b c'\nkeeps = 'd <i>'\n\n[[rule]]\nname = 'known'\nnote = 'why'\nis = 'e f'\nremoves = 'e f'\n";
    let mine = "[[rule]]\nname = 'mine'\nis = '甲乙\"'\nremoves = '甲乙'\nkeeps = '丙'\n";
    let sources = [Source::new("nav.toml", text), Source::new("own.toml", mine)];
    let rules = RuleSet::from_sources(&sources).unwrap_or_else(|error| panic!("{error}"));
    let hits = BTreeMap::from([("nav › known".to_string(), 0)]);
    let own = ["own".to_string()];
    let page = Page { rules: &rules, lang: Lang::Zh, title: "规则", link: "rules/", hits: Some(&hits), own: &own };
    let (html, markdown) = (html(&page), markdown(&page));
    assert!(html.contains("with &lt;b&gt; &amp; &quot;") && !html.contains("<b>") && !html.contains("<i>"));
    assert!(html.contains("<del>b c</del>") && html.contains("href=\"rules/nav.toml#L7\""), "{html}");
    for shown in [&html, &markdown] {
        assert!(shown.contains("谁还记得这些规则？"));
    }
    // The reader's own file is the first in the navigation, and every text can be searched for.
    let nav = &html[html.find("<nav>").expect("a navigation")..];
    assert!(nav.starts_with("<nav><p><span><a href=\"#own\">"), "{nav}");
    assert!(html.contains("甲乙&quot;</p></details>"), "{html}");
    let asked = &html[html.find("<ul>").expect("a list")..html.find("</ul>").expect("its end")];
    assert!(asked.contains("with") && !asked.contains("known"), "{asked}");
    assert!(markdown.contains("~~b c~~") && !html.contains("src=") && !html.contains("http"));
}

#[test]
fn kinds_of_values_are_all_in_the_schema() {
    let schema: serde_json::Value = serde_json::from_str(&json_schema()).expect("it is JSON");
    for field in TableKind::Rule.fields() {
        let property = &schema["properties"]["rule"]["items"]["properties"][field.name];
        assert!(property["description"].as_str().is_some_and(|said| said.contains(field.zh)), "{}", field.name);
        if let FieldKind::Choice(choices) = field.kind {
            let all = property["enum"].as_array().expect("an enum");
            for choice in choices {
                for word in [choice.value, choice.label].iter().chain(choice.also) {
                    assert!(all.iter().any(|value| value == word), "{}: {word}", field.name);
                }
            }
        }
    }
}
