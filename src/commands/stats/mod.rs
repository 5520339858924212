//! `dehusk stats COLLECTION`: counts what each rule does over a collection.

mod audit;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use dehusk::io::Format;
use dehusk::io::packed::Packing;
use dehusk::stats::{Blocked, OfDocument, StatsOfRule, StatsTally};
use dehusk::{Action, Engine, Lang, Rule, RuleSet, Source, Status};
use unicode_width::UnicodeWidthStr as _;

use crate::read::args::{CommonArgs, EngineArgs};
use crate::read::compare::known_bodies;
use crate::read::document::Doc;
use crate::read::documents::Documents;
use crate::read::read_args::CollectionArgs;
use crate::ui::exit::ExitCode;
use crate::ui::lines::{beginning, thousands, visible};
use crate::ui::messages::{Console, Notice, Severity, say};

/// Show what each rule does over a collection
///
/// For each rule: documents in which it took something, lines, its share of all that was removed, and
/// lines of known bodies that it took (of those that ship, of --bodies, and of records with gold).
/// Figures of rules on trial stand in brackets: so many lines they found. Of list, section and to_end
/// that is the first line alone; `dehusk preview` says how much goes. A line counts for the
/// rule that the engine names, the first of those that take it.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 all went well, 1 some input failed, 2 the arguments or rules cannot be taken")]
pub struct StatsArgs {
    #[command(flatten)]
    pub collection: CollectionArgs,

    /// Name every rule, also those that never hit; else the first 20 rules, and those that took known bodies
    #[arg(long, help_heading = "Output")]
    pub all: bool,

    /// Name the places where guards held rules back
    #[arg(long, help_heading = "Output")]
    pub blocked: bool,

    /// Name the documents that the rules would have left almost empty
    #[arg(long, help_heading = "Output")]
    pub emptied: bool,

    /// Measure the time of each rule, which takes a while
    ///
    /// The first 400,000 bytes of the collection are cleaned by each rule alone and by rules that match
    /// nothing, by turns, five times each; the difference of the two best times, divided by the
    /// documents, counts. Figures under a microsecond are noise and shown as <1. Close other programs
    /// while it runs.
    #[arg(long, help_heading = "Output")]
    pub time: bool,

    /// Say which rules do something else than in an earlier run
    ///
    /// FILE is what --json wrote then, or the record of removals of a run (.jsonl, also packed, or
    /// .parquet), which knows the rules that took something. With --removed, two records are compared.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub compare: Option<PathBuf>,

    /// Show what a record of removals holds, which `dehusk --removed` wrote
    ///
    /// By category, host and rule, with some of what each rule took. --json: files, documents, changed,
    /// categories, rules (category, count, documents, examples), hosts, other_hosts, rule_sets; counts
    /// are times and bytes; with --compare, both records as before and now. No collection is read.
    #[arg(long, value_name = "FILE", help_heading = "Output", conflicts_with_all = ["collection", "time", "blocked", "emptied"])]
    pub removed: Option<PathBuf>,

    /// Texts that are known to be body in every line, beside those that ship with dehusk
    #[arg(long, value_name = "DIR", help_heading = "Rules")]
    pub bodies: Option<PathBuf>,

    /// One JSON object
    ///
    /// documents, chars, removed, finder (lines, characters), rules (by name: documents, lines, chars,
    /// trial_documents, trial_lines, body_lines, blocked, status, languages, micros), languages,
    /// emptied_documents, emptied (the first 1,000), blocked. --compare reads it.
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    #[command(flatten)]
    pub engine: EngineArgs,
}

/// How many rules of a file are named, at most, that never matched.
const NEVER: usize = 12;
/// How many places are kept, at most, where guards held rules back.
const BLOCKED: usize = 10_000;
/// How many bytes of the collection rules are timed on.
const TIMED: usize = 400_000;

/// Runs the command.
pub fn run(args: &StatsArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    if let Some(record) = &args.removed {
        return audit::run(record, args.compare.as_deref(), args.json, lang);
    }
    let rules = crate::read::rules::load(common)?;
    let mut before = args.compare.as_deref().map(|path| read(path, lang)).transpose()?;
    if let Some(before) = &mut before {
        before.rules = audit::names_of_today(std::mem::take(&mut before.rules), &rules, |_| false);
    }
    let files = args.collection.collection.iter().map(std::path::PathBuf::as_path);
    let engine = crate::read::rules::engine_of(common, &rules, args.engine.for_files(files).builder())?;
    let mut console = Console::new(lang, common.quiet);
    let collection = Documents::open(&args.collection, common, &mut console)?.for_engine(&engine);
    let mut tally = StatsTally::new(&rules);
    let mut sample: Vec<Doc> = Vec::new();
    let mut sampled = 0;
    let mut refused = Vec::new();
    let counts = collection.each(
        &mut console,
        |doc| {
            let found = doc.document().map(|document| {
                let outcome = engine.clean(&document);
                let place = |line| doc.place(line);
                OfDocument::new(&doc.name(), &document, &rules, &outcome, doc.known.gold.as_deref(), place)
            });
            (doc.name(), args.time.then(|| doc.clone()), found)
        },
        |(name, doc, found)| {
            match found {
                Ok(found) => tally.add(found, BLOCKED),
                Err(error) => refused.push(Notice::new(Severity::Error, name, error.message(lang))),
            }
            if let Some(doc) = doc
                && sampled < TIMED
            {
                sampled += doc.text.len();
                sample.push(doc);
            }
        },
    );
    refused.iter().for_each(|message| console.tell(message));
    if counts.documents == 0 {
        bail!(say!(lang, "语料里没有可读的文章", "there is no document to read in the collection"));
    }
    for body in known_bodies(args.bodies.as_deref())? {
        let lang = body.language().unwrap_or_default().to_owned();
        let doc = Doc::of_text(body.path, body.text, &lang);
        let document = doc.document()?;
        tally.add_body_loss(OfDocument::of_body(&document, &rules, &engine.clean(&document)), &rules);
    }
    if args.time {
        time(&rules, &sample, &mut tally)?;
    }
    let mut stdout = anstream::stdout().lock();
    if args.json {
        writeln!(stdout, "{}", serde_json::to_string(&tally)?)?;
    } else {
        write!(stdout, "{}", text(&tally, before.as_ref(), args, lang))?;
    }
    stdout.flush()?;
    Ok(console.finish())
}

fn read(path: &Path, lang: Lang) -> Result<StatsTally> {
    let name = path.to_string_lossy();
    // A file of `--json` is one object and has the ending `.json`.
    let is_record = matches!(Format::of_name(&name).0, Format::Jsonl | Format::Parquet);
    if is_record && !Packing::of_name(&name).1.ends_with(".json") {
        return Ok(audit::tally(&audit::read(path, lang)?));
    }
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| shown.to_string())?;
    // The parser's message about a file of another kind would not help.
    serde_json::from_str(&text).map_err(|_| {
        let wrong =
            say!(lang, "{shown} 不是 dehusk stats --json 写的文件", "{shown} was not written by dehusk stats --json");
        anyhow!(wrong)
    })
}

/// Rules that match nothing. Any rule makes the engine search for texts at line starts, at line ends and
/// inside lines. This cost belongs to no single rule, so both measurements include it.
const NOTHING: &str = "\
[[rule]]\nname = '1'\nis = '龘靐齉爩'\nremoves = '龘靐齉爩'\nkeeps = 'x'
[[rule]]\nname = '2'\nstarts_with = '龘靐齉爩'\nremoves = '龘靐齉爩'\nkeeps = 'x'
[[rule]]\nname = '3'\nends_with = '龘靐齉爩'\nremoves = '龘靐齉爩'\nkeeps = 'x'
[[rule]]\nname = '4'\ncontains = '龘靐齉爩'\nremoves = '龘靐齉爩'\nkeeps = 'x'
";

/// How many times each rule is timed.
const ROUNDS: usize = 5;

/// Times each rule: the time of cleaning with it, minus the time of cleaning with the rules [`NOTHING`] alone.
fn time(rules: &RuleSet, sample: &[Doc], tally: &mut StatsTally) -> Result<()> {
    let documents = sample.iter().map(Doc::document).collect::<dehusk::Result<Vec<_>>>()?;
    let once = |engine: &Engine| -> Duration {
        let start = Instant::now();
        for document in &documents {
            std::hint::black_box(engine.clean(document));
        }
        start.elapsed()
    };
    let nothing = RuleSet::from_sources(&[Source::new("nothing.toml", NOTHING)])?;
    let engine = |rule: Option<&Rule>| -> Result<Engine> {
        let mut only = RuleSet { settings: rules.settings.clone(), ..nothing.clone() };
        only.rules.extend(rule.map(|rule| Rule { status: Status::On, ..rule.clone() }));
        Ok(Engine::builder().profile(dehusk::Profile::Body).rules_only().build(&only)?)
    };
    let without = engine(None)?;
    once(&without);
    for rule in rules.rules.iter().filter(|rule| rule.status != Status::Off && rule.action != Action::Keep) {
        let with = engine(Some(rule))?;
        // Alternate, so that other load of the machine affects both measurements.
        let pairs: Vec<(Duration, Duration)> = (0..ROUNDS).map(|_| (once(&with), once(&without))).collect();
        let least = |of: fn(&(Duration, Duration)) -> Duration| pairs.iter().map(of).min().unwrap_or_default();
        let more = least(|pair| pair.0).saturating_sub(least(|pair| pair.1));
        let micros = more.as_secs_f64() * 1e6 / documents.len().max(1) as f64;
        if let Some(row) = tally.rules.get_mut(&rule.full_name()) {
            row.micros = Some((micros * 10.0).round() / 10.0);
        }
    }
    Ok(())
}

/// A rule is slow if it takes more than this many times as long as the median rule.
const SLOW: f64 = 20.0;

fn text(tally: &StatsTally, before: Option<&StatsTally>, args: &StatsArgs, lang: Lang) -> String {
    let mut out = String::new();
    let (documents, removed) = (thousands(tally.documents), percent(tally.removed, tally.chars));
    let plural = if tally.documents == 1 { "" } else { "s" };
    let _ = writeln!(
        out,
        "{}",
        say!(
            lang,
            "{documents} 篇，删去 {removed} 的字。",
            "{documents} document{plural}; {removed} of the characters go."
        )
    );
    table(tally, args, lang, &mut out);
    if tally.finder.0 > 0 {
        let (lines, share) = (thousands(tally.finder.0), percent(tally.finder.1, tally.removed));
        let _ = writeln!(
            out,
            "{}",
            say!(
                lang,
                "正文查找删了 {lines} 行，占全部删除的 {share}",
                "Lines that the body finder took: {lines}, {share} of all that went"
            )
        );
    }
    never(tally, args, lang, &mut out);
    blocked(tally, args, lang, &mut out);
    emptied(tally, args, lang, &mut out);
    if args.time {
        let _ = writeln!(
            out,
            "{}",
            say!(
                lang,
                "µs/篇：只用这一条规则清理一部分语料，减去用什么也不命中的规则的时间，轮流各五次，取最好；1 µs 以下是误差。",
                "µs each: a part of the collection cleaned by the rule alone, less by rules that match nothing, by turns, the best of five; under 1 µs is noise."
            )
        );
    }
    if let Some(before) = before {
        jumps(tally, before, lang, &mut out);
    }
    out
}

fn percent(part: u64, whole: u64) -> String {
    let share = if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 };
    if share > 0.0 && share < 9.95 { format!("{share:.1}%") } else { format!("{share:.0}%") }
}

fn table(tally: &StatsTally, args: &StatsArgs, lang: Lang, out: &mut String) {
    let mut rows: Vec<(&String, &StatsOfRule)> =
        tally.rules.iter().filter(|(_, row)| row.documents + row.trial_documents + row.body_lines > 0).collect();
    rows.sort_by_key(|(name, row)| (std::cmp::Reverse(row.chars), std::cmp::Reverse(row.trial_lines), name.as_str()));
    let all = rows.len();
    if !args.all {
        let mut number = 0;
        // Rules that removed lines of known bodies are always shown, because they are what users look for.
        rows.retain(|(_, row)| {
            number += 1;
            number <= SHOWN || row.body_lines > row.allowed_body_lines
        });
    }
    let hidden = all - rows.len();
    let head: Vec<String> = [
        say!(lang, "规则", "rule"),
        say!(lang, "命中篇数", "documents"),
        say!(lang, "删行", "lines"),
        say!(lang, "占全部删除", "of all"),
        say!(lang, "正文误删", "of bodies"),
    ]
    .into_iter()
    .chain(args.time.then(|| say!(lang, "µs/篇", "µs each")))
    .collect();
    let mut times: Vec<f64> = tally.rules.values().filter_map(|row| row.micros).collect();
    times.sort_by(f64::total_cmp);
    let middle = times.get(times.len() / 2).copied().unwrap_or(0.0).max(1.0);
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|(name, row)| {
            let trial = row.status == "trial";
            let name = if trial { say!(lang, "{name}（试用）", "{name} (trial)") } else { (*name).clone() };
            let (documents, lines, share) = if trial {
                (
                    format!("({})", thousands(row.trial_documents)),
                    format!("({})", thousands(row.trial_lines)),
                    "–".into(),
                )
            } else {
                (thousands(row.documents), thousands(row.lines), percent(row.chars, tally.removed))
            };
            let mut body = row.body_lines.to_string();
            if row.body_lines > row.allowed_body_lines {
                body.push_str(" ⚠");
            }
            let slow = row.micros.map(|micros| match micros {
                micros if micros < 1.0 => "<1".to_owned(),
                micros => format!("{micros:.1}{}", if micros > SLOW * middle { " ⚠" } else { "" }),
            });
            [name, documents, lines, share, body]
                .into_iter()
                .chain(args.time.then(|| slow.unwrap_or_default()))
                .collect()
        })
        .collect();
    let widths: Vec<usize> = (0..head.len())
        .map(|column| std::iter::once(&head).chain(&cells).map(|row| row[column].width()).max().unwrap_or(0))
        .collect();
    for row in std::iter::once(&head).chain(&cells) {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width - cell.width());
            // Names are left-aligned, figures right-aligned.
            let _ = if column == 0 { write!(line, "{cell}{pad}") } else { write!(line, "  {pad}{cell}") };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if hidden > 0 {
        let word = if hidden == 1 { "rule" } else { "rules" };
        let text = say!(
            lang,
            "…… 还有 {hidden} 条规则   → dehusk stats --all",
            "… {hidden} more {word}   → dehusk stats --all"
        );
        let _ = writeln!(out, "{text}");
    }
}

/// How many rules the table shows, unless all are asked for.
const SHOWN: usize = 20;

/// If there are at most this many rules that never matched, all of them are named.
const FEW: usize = 10;

fn never(tally: &StatsTally, args: &StatsArgs, lang: Lang, out: &mut String) {
    let mut by_file: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in tally.never_hit() {
        let (file, name) = name.split_once(" › ").unwrap_or(("", name));
        by_file.entry(file).or_default().push(name);
    }
    let count: usize = by_file.values().map(Vec::len).sum();
    if count > 0 {
        let rules = if count == 1 { "rule" } else { "rules" };
        if !args.all && count > FEW {
            let text = say!(
                lang,
                "从未命中 {count} 条   → dehusk stats --all",
                "{count} {rules} never hit   → dehusk stats --all"
            );
            let _ = writeln!(out, "{text}");
            return;
        }
        let _ = writeln!(out, "{}", say!(lang, "⚠ 从未命中 {count} 条：", "⚠ {count} {rules} never hit:"));
    }
    for (file, names) in by_file {
        let all = names.len();
        let shown = names[..all.min(NEVER)].join(if lang == Lang::Zh { "、" } else { ", " });
        let more = match all.saturating_sub(NEVER) {
            0 => String::new(),
            more => say!(lang, " …… 还有 {more} 条", " … {more} more"),
        };
        let _ = writeln!(out, "  {file} › {shown}{more}");
    }
    let absent = tally.without_language();
    if !absent.is_empty() {
        let count: usize = absent.values().sum();
        let languages: Vec<String> =
            absent.into_iter().map(|(languages, count)| format!("{languages} {count}")).collect();
        let (zh, en) = (languages.join("、"), languages.join(", "));
        let rules = if count == 1 { "rule is" } else { "rules are" };
        let _ = writeln!(
            out,
            "{}",
            say!(
                lang,
                "另有 {count} 条是给语料里没有的语言的，不算：{zh}",
                "{count} more {rules} for languages that the collection does not have: {en}"
            )
        );
    }
}

fn blocked(tally: &StatsTally, args: &StatsArgs, lang: Lang, out: &mut String) {
    let mut counts: Vec<(usize, &String, Vec<String>)> = tally
        .rules
        .iter()
        .filter(|(_, row)| !row.blocked.is_empty())
        .map(|(name, row)| {
            let reasons = row.blocked.iter().map(|(reason, count)| format!("{} {count}", reason_words(reason, lang)));
            (row.blocked.values().sum(), name, reasons.collect())
        })
        .collect();
    if counts.is_empty() {
        return;
    }
    counts.sort_by_key(|(count, name, _)| (std::cmp::Reverse(*count), *name));
    let all: usize = counts.iter().map(|(count, ..)| count).sum();
    let times = if all == 1 { "time" } else { "times" };
    let hint = if args.blocked { "" } else { "   → dehusk stats --blocked" };
    let _ = writeln!(out, "{}{hint}", say!(lang, "被护栏拦下 {all} 次：", "Guards held rules back {all} {times}:"));
    let shown = if args.blocked { counts.len() } else { 5 };
    for (_, name, reasons) in counts.iter().take(shown) {
        let _ = writeln!(out, "  {name}   {}", reasons.join(if lang == Lang::Zh { "、" } else { ", " }));
        if args.blocked {
            let of_rule = tally.blocked.iter().filter(|one| one.rule == **name);
            for Blocked { place, text, zh, en, .. } in of_rule {
                let why = if lang == Lang::Zh { zh } else { en };
                let _ = writeln!(out, "    {}  {}   {}", visible(place), beginning(text, 30), visible(why));
            }
        }
    }
    if counts.len() > shown {
        let more = counts.len() - shown;
        let word = if more == 1 { "rule" } else { "rules" };
        let _ = writeln!(out, "  {}", say!(lang, "…… 还有 {more} 条规则", "… {more} more {word}"));
    }
}

fn reason_words(reason: &str, lang: Lang) -> String {
    match reason {
        "kept" => say!(lang, "受保护", "kept"),
        "line_without" => say!(lang, "有一行不含 lines_contain", "a line without lines_contain"),
        "text_resumes" => say!(lang, "后面又是正文", "the text goes on"),
        "too_much" => say!(lang, "超过 max_share", "more than max_share"),
        "too_few" => say!(lang, "不到 at_least", "fewer than at_least"),
        "nothing_left" => say!(lang, "几乎不剩正文", "almost nothing left"),
        other => other.to_owned(),
    }
}

fn emptied(tally: &StatsTally, args: &StatsArgs, lang: Lang, out: &mut String) {
    let count = tally.emptied_documents;
    if count == 0 {
        return;
    }
    let hint = if args.emptied { "" } else { "   → dehusk stats --emptied" };
    let plural = if count == 1 { "" } else { "s" };
    let _ = writeln!(
        out,
        "{}{hint}",
        say!(
            lang,
            "整篇几乎删光、因此原样通过：{count} 篇",
            "{count} document{plural} would have been left almost empty and passed unchanged:"
        )
    );
    let shown = if args.emptied { count } else { 3 };
    for name in tally.emptied.iter().take(shown) {
        let _ = writeln!(out, "  {}", visible(name));
    }
    let more = count - shown.min(tally.emptied.len());
    if args.emptied && more > 0 {
        let _ = writeln!(out, "  {}", say!(lang, "…… 还有 {more} 篇", "… {more} more"));
    }
}

fn jumps(tally: &StatsTally, before: &StatsTally, lang: Lang, out: &mut String) {
    let jumps = tally.jumps(before);
    if jumps.is_empty() {
        let text =
            say!(lang, "和上次相比，没有规则的命中率大起大落。", "No rule hits far more or far less than before.");
        let _ = writeln!(out, "{text}");
        return;
    }
    let text = say!(lang, "和上次相比（每千篇命中）：", "Against the earlier run (hits in a thousand documents):");
    let _ = writeln!(out, "{text}");
    for jump in jumps {
        let rate = |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.0}"));
        let note = match (jump.before, jump.now) {
            (None, _) => say!(lang, "   新规则", "   a new rule"),
            (_, None) => say!(lang, "   没有了", "   gone"),
            _ => String::new(),
        };
        let _ = writeln!(out, "  {}   {} → {}{note}", jump.rule, rate(jump.before), rate(jump.now));
    }
}
