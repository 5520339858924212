//! `dehusk docs`: writes pages about the rules for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use dehusk::docs::{Page, cheatsheet, html, markdown, reference, repair_sentence, sentence};
use dehusk::{Lang, RuleSet, Source, nearest, shipped_sources, sources_in};
use serde_json::{Value, json};

use crate::read::args::CommonArgs;
use crate::ui::atomic_file::AtomicFile;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{json_reason, reason, say, say_line};

/// Write a page about the rules: what each says, what it removes and keeps
///
/// Every rule is read back as a sentence, with its examples (what goes is struck through) and its
/// place in the file. The HTML page is one file that needs nothing else, with a search box.
///
/// Exit codes: 0 it was written; 2 the rules or the figures cannot be read, or nothing could be
/// written.
#[derive(Debug, Args)]
pub struct DocsArgs {
    /// As one HTML page (usual)
    #[arg(long, help_heading = "Output", conflicts_with_all = ["markdown", "json"])]
    pub html: bool,

    /// As Markdown
    #[arg(long, help_heading = "Output", conflicts_with = "json")]
    pub markdown: bool,

    /// One JSON object a rule: rule, file, line, status, sentence (zh, en), note, hits
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Write into this folder, or this file, if it ends in .html, .md and the like; to standard output if not given
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub out: Option<PathBuf>,

    /// Hits of each rule, as `dehusk stats --json` writes them
    ///
    /// Rules without a note that hit fewer than 3 documents are then listed first: who remembers
    /// why they exist?
    #[arg(long, value_name = "FILE", help_heading = "Pages")]
    pub stats: Option<PathBuf>,

    /// What stands before `file.toml#L12` in the link to a rule
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true, help_heading = "Pages")]
    pub link: String,

    /// The settings that are needed first, on one page, as Markdown
    #[arg(long, conflicts_with_all = ["html", "markdown", "json", "stats", "reference"], help_heading = "Pages")]
    pub cheatsheet: bool,

    /// A shipped rule file as it is, to be copied and changed: zh/copyright
    #[arg(long, value_name = "FILE", conflicts_with_all = ["html", "markdown", "json", "stats", "cheatsheet", "reference"], help_heading = "Pages")]
    pub source: Option<String>,

    /// All settings, as Markdown
    #[arg(long, conflicts_with_all = ["html", "markdown", "json", "stats"], help_heading = "Pages")]
    pub reference: bool,
}

pub fn run(args: &DocsArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    if args.cheatsheet {
        return put(args, common, "cheatsheet.md", cheatsheet(lang));
    }
    if args.reference {
        return put(args, common, "reference.md", &reference());
    }
    if let Some(name) = &args.source {
        let file = source(name, lang)?;
        let short = Path::new(&file.name).file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(path) = args.out.as_deref().map(|out| target(out, &short)).filter(|path| path.exists())
            && std::fs::read_to_string(&path).ok().as_deref() != Some(file.text.as_str())
        {
            let shown = path.display();
            bail!(say!(
                lang,
                "{shown} 已经有了，内容和自带的不同（可能是您改过的那份），没有动它；就在里面改，或者用 --out 写到别处",
                "{shown} is there already, differs from the shipped file (you may have edited it) and was not touched; edit it, or name another place with --out"
            ));
        }
        return put(args, common, &short, &file.text);
    }
    let rules = crate::read::rules::load(common)?;
    let hits = args.stats.as_deref().map(|path| hits(path, lang)).transpose()?;
    if args.json {
        return put(args, common, "rules.jsonl", &objects(&rules, hits.as_ref()));
    }
    let title = say!(lang, "dehusk 的规则", "Rules of dehusk");
    let mut own = Vec::new();
    for folder in &common.rules {
        own.extend(sources_in(folder)?.iter().map(|source| source.file().to_owned()));
    }
    let page = Page { rules: &rules, lang, title: &title, link: &args.link, hits: hits.as_ref(), own: &own };
    match args.markdown {
        true => put(args, common, "rules.md", &markdown(&page)),
        false => put(args, common, "rules.html", &html(&page)),
    }
}

/// The shipped rule file of this name, with or without its ending.
fn source(name: &str, lang: Lang) -> Result<Source> {
    let bare = name.trim().replace('\\', "/");
    let bare = bare.trim_start_matches("./").trim_start_matches("rules/").trim_end_matches(".toml").to_owned();
    let mut all = shipped_sources();
    if let Some(at) = all.iter().position(|one| one.name.trim_end_matches(".toml") == bare) {
        return Ok(all.swap_remove(at));
    }
    let names: Vec<&str> = all.iter().map(|one| one.name.trim_end_matches(".toml")).collect();
    let end = |name: &str| name.rsplit('/').next().map(str::to_owned);
    let meant =
        nearest(&bare, &names, |_| 2).copied().or_else(|| names.iter().copied().find(|one| end(one) == end(&bare)));
    match meant {
        Some(meant) => bail!(say!(
            lang,
            "没有自带的规则文件“{name}”；是不是想写 {meant}？",
            "no shipped rule file is called '{name}'; did you mean {meant}?"
        )),
        None => {
            let (zh, en) = (listed(&names, "zh"), listed(&names, "en"));
            let languages: Vec<&str> = names.iter().filter_map(|one| Some(one.split_once('/')?.0)).collect();
            let languages: BTreeSet<&str> = languages.into_iter().collect();
            let languages = languages.into_iter().collect::<Vec<_>>().join(" ");
            bail!(say!(
                lang,
                "没有自带的规则文件“{name}”；文件叫“语言/话题”，例如 {zh}；语言有：{languages}；另有 repair",
                "no shipped rule file is called '{name}'; they are called LANGUAGE/TOPIC, such as {en}; languages: {languages}; and repair"
            ))
        }
    }
}

/// The files of a language, the first of them with its folder.
fn listed(names: &[&str], language: &str) -> String {
    let topics: Vec<&str> = names.iter().filter_map(|one| one.strip_prefix(language)?.strip_prefix('/')).collect();
    format!("{language}/{}", topics.join(", "))
}

/// The file that `--out` means: itself if its name has an ending, otherwise `name` in that folder.
fn target(out: &Path, name: &str) -> PathBuf {
    let is_file = out.extension().is_some_and(|ending| {
        ["html", "htm", "md", "json", "jsonl", "toml"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    });
    if is_file && !out.is_dir() { out.to_owned() } else { out.join(name) }
}

fn put(args: &DocsArgs, common: &CommonArgs, name: &str, text: &str) -> Result<ExitCode> {
    let Some(folder) = &args.out else {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()?;
        return Ok(ExitCode::Fine);
    };
    let path = target(folder, name);
    let lang = common.lang();
    let shown = path.display();
    let write = || {
        let mut pending = AtomicFile::new(&path)?;
        pending.write_all(text.as_bytes())?;
        pending.commit(None)
    };
    write()
        .map_err(|error| anyhow::anyhow!(reason(lang, &error)))
        .with_context(|| say!(lang, "写不了 {shown}", "cannot write {shown}"))?;
    if !common.quiet {
        say_line(&say!(lang, "写好了 {shown}", "wrote {shown}"));
    }
    Ok(ExitCode::Fine)
}

fn objects(rules: &RuleSet, hits: Option<&BTreeMap<String, u64>>) -> String {
    let of = |name: &str| hits.map(|hits| hits.get(name).copied().unwrap_or(0));
    let object = |name: String, file: &str, line: u32, said: dehusk::Message, note: Option<&str>, status: String| {
        json!({
            "rule": name, "file": file, "line": line, "status": status.to_lowercase(), "note": note,
            "sentence": { "zh": said.zh, "en": said.en }, "hits": of(&name),
        })
    };
    let rules_out = rules.rules.iter().map(|rule| {
        let status = format!("{:?}", rule.status);
        object(rule.full_name(), &rule.file, rule.line, sentence(rule), rule.note.as_deref(), status)
    });
    let repairs = rules.repairs.iter().map(|repair| {
        let status = format!("{:?}", repair.status);
        object(repair.full_name(), &repair.file, repair.line, repair_sentence(repair), repair.note.as_deref(), status)
    });
    rules_out.chain(repairs).map(|object| format!("{object}\n")).collect()
}

/// The number of documents that each rule matched, from a JSON file: every object in it that has `rule` and
/// `documents` (or `hits`) counts.
fn hits(path: &Path, lang: Lang) -> Result<BTreeMap<String, u64>> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| {
        let why = reason(lang, &error);
        anyhow::anyhow!("{shown}: {why}")
    })?;
    let mut found = BTreeMap::new();
    for value in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
        let value = value.map_err(|error| {
            let why = json_reason(lang, &error);
            anyhow::anyhow!(say!(lang, "{shown} 不是 JSON：{why}", "{shown} is not JSON: {why}"))
        })?;
        collect(&value, &mut found);
    }
    if found.is_empty() {
        bail!(say!(
            lang,
            "{shown} 里没有规则的命中数；用 dehusk stats --json 生成",
            "{shown} has no hits of rules; make it with dehusk stats --json"
        ));
    }
    Ok(found)
}

fn collect(value: &Value, found: &mut BTreeMap<String, u64>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(object) => {
            let count = object.get("documents").or_else(|| object.get("hits")).and_then(Value::as_u64);
            if let (Some(rule), Some(count)) = (object.get("rule").and_then(Value::as_str), count) {
                found.insert(rule.to_owned(), count);
            }
            object.values().for_each(|item| collect(item, found));
        }
        _ => {}
    }
}
