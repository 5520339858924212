//! `dehusk suggest`: writes rules for lines that repeat in a collection.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use dehusk::suggest::{Counter, FEWEST, Gathered, Suggestions, scan, suggestions};
use dehusk::{Body, Engine, Lang, bodies_in, shipped_bodies};
use serde_json::json;

use crate::read::args::CommonArgs;
use crate::read::documents::Documents;
use crate::read::read_args::CollectionArgs;
use crate::ui::atomic_file::AtomicFile;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, reason, say};

/// Find lines that many documents share and write rules on trial for them
///
/// Lines, labels and ends of lines that stand in several documents, and that today's rules do not
/// remove, become rules with status 'trial': they count and remove nothing until you change it to
/// 'on'. Dates, numbers and names become slots. What also stands in a known body (those that ship
/// with dehusk, the field gold of the records, and --bodies) is left out and said.
///
/// Exit codes: 0 all went well, also if nothing repeats; 1 some documents could not be read; 2 the
/// rules or the collection cannot be read, or the file to write exists.
#[derive(Debug, Args)]
pub struct SuggestArgs {
    #[command(flatten)]
    pub collection: CollectionArgs,

    /// Write the rules into this new file; an existing one is not touched
    #[arg(long, value_name = "FILE", default_value = "rules/suggested.toml", help_heading = "Output")]
    pub out: PathBuf,

    /// More texts of which every line is body
    #[arg(long, value_name = "DIR", help_heading = "Pages")]
    pub bodies: Vec<PathBuf>,

    /// Take no notice of the field gold of the records
    #[arg(long, help_heading = "Pages")]
    pub no_gold: bool,

    /// One JSON object a rule: name, category, texts, documents, site, rule (as TOML)
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

pub fn run(args: &SuggestArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let shown = args.out.display();
    if args.out.exists() && !args.json {
        bail!(say!(
            lang,
            "{shown} 已经存在，没有动它；用 --out 写到别的文件",
            "{shown} exists and was not touched; name another file with --out"
        ));
    }
    let mut console = Console::new(lang, common.quiet);
    let rules = crate::read::rules::load(common)?;
    let engine = crate::read::rules::engine_of(common, &rules, Engine::builder())?;
    let collection = Documents::open(&args.collection, common, &mut console)?;
    let mut bodies: Vec<Body> = shipped_bodies();
    for folder in &args.bodies {
        bodies.extend(bodies_in(folder)?);
    }
    let mut counter = Counter::default();
    bodies.iter().for_each(|body| counter.add_body(&body.text));
    let gold = |doc: &crate::read::document::Doc| doc.known.gold.clone().filter(|_| !args.no_gold);
    collection.each(
        &mut console,
        |doc| doc.document().map(|document| scan(&document, gold(doc).as_deref())).ok(),
        |scan| {
            scan.iter().for_each(|scan| {
                counter.add(scan);
            })
        },
    );
    let documents = counter.documents();
    if documents < FEWEST {
        println(&say!(
            lang,
            "没有建议：只有 {documents} 篇文章，至少需要 {FEWEST} 篇才看得出重复。",
            "No suggestions: it takes {FEWEST} documents to see what repeats, and the collection has {documents}."
        ))?;
        return Ok(console.finish());
    }
    let wanted = counter.wanted();
    let mut gathered = Gathered::default();
    let mut mute = Console::mute(lang);
    collection.each(
        // The first pass has reported what cannot be read.
        &mut mute,
        |doc| doc.document().map(|document| wanted.look(&document, &engine)).unwrap_or_default(),
        |sightings| gathered.add(&wanted, sightings),
    );
    let found = suggestions(gathered, &wanted, &bodies, lang)?;
    if args.json {
        for rule in &found.rules {
            println(&json!({
                "name": rule.name, "category": rule.category.name(), "texts": rule.texts, "documents": rule.documents,
                "site": rule.site, "rule": rule.toml,
            }).to_string())?;
        }
        return Ok(console.finish());
    }
    if !found.rules.is_empty() {
        let text = file(&found, lang);
        let write = || {
            let mut pending = AtomicFile::new(&args.out)?;
            pending.write_all(text.as_bytes())?;
            pending.commit(None)
        };
        write()
            .map_err(|error| anyhow::anyhow!(reason(lang, &error)))
            .with_context(|| say!(lang, "写不了 {shown}", "cannot write {shown}"))?;
    }
    println(report(&found, &shown.to_string(), bodies.len(), lang).trim_end())?;
    Ok(console.finish())
}

/// The text of the rule file.
fn file(found: &Suggestions, lang: Lang) -> String {
    let (rules, documents) = (found.rules.len(), found.documents);
    let mut text = say!(
        lang,
        "# 由 dehusk suggest 从 {documents} 篇文章里找出来的 {rules} 条规则，全部试用：只统计，不删除。\n\
         # 逐条看过，满意的把 status 改成 'on'，不要的整条删掉。\n",
        "# {rules} rules that dehusk suggest found in {documents} documents, all on trial: they count and\n\
         # remove nothing. Read each; change its status to 'on', or delete it.\n"
    );
    for rule in &found.rules {
        text.push('\n');
        text.push_str(&rule.toml);
    }
    text
}

fn report(found: &Suggestions, path: &str, bodies: usize, lang: Lang) -> String {
    let (rules, documents, covered) = (found.rules.len(), found.documents, found.covered);
    let mut out = match rules {
        0 => say!(
            lang,
            "没有建议：{documents} 篇文章里没有既重复、又没有规则管、也不像正文的行。\n",
            "No suggestions: nothing in {documents} documents repeats, is not removed yet and is not like a body.\n"
        ),
        1 => say!(
            lang,
            "1 条建议写入 {path}（试用），来自 {documents} 篇文章。\n",
            "1 suggestion written to {path} (on trial), from {documents} documents.\n"
        ),
        _ => say!(
            lang,
            "{rules} 条建议写入 {path}（全部试用），来自 {documents} 篇文章。\n",
            "{rules} suggestions written to {path} (all on trial), from {documents} documents.\n"
        ),
    };
    for (i, rule) in found.rules.iter().take(10).enumerate() {
        let (n, texts, seen, name) = (i + 1, rule.texts, rule.documents, &rule.name);
        let word = if texts == 1 { "text" } else { "texts" };
        out.push_str(&say!(
            lang,
            "  第 {n} 条：{name}，{texts} 个写法，最多的见于 {seen} 篇；{bodies} 篇已知正文中 0 次。\n",
            "  {n}. {name}: {texts} {word}, the most frequent in {seen} documents; in none of {bodies} known bodies.\n"
        ));
    }
    if rules > 10 {
        let more = rules - 10;
        out.push_str(&say!(lang, "  还有 {more} 条，都在文件里。\n", "  and {more} more, in the file.\n"));
    }
    for refused in found.refused.iter().take(5) {
        let (text, seen, why) = (shortened(&refused.text), refused.documents, refused.why.get(lang));
        out.push_str(&say!(
            lang,
            "  未采用：“{text}” 见于 {seen} 篇，但{why}。\n",
            "  Not taken: “{text}” stands in {seen} documents, but {why}.\n"
        ));
    }
    let rest = found.refused.len().saturating_sub(5);
    if rest > 0 {
        out.push_str(&say!(lang, "  还有 {rest} 个写法没有采用。\n", "  {rest} more were not taken.\n"));
    }
    if covered > 0 {
        out.push_str(&say!(
            lang,
            "  另有 {covered} 个重复的写法现有规则已经会删。\n",
            "  Of what repeats, today's rules remove {covered} already.\n"
        ));
    }
    if rules > 0 {
        out.push_str(&say!(
            lang,
            "下一步：用记事本打开这个文件逐条看；满意的把 status 改成 'on'。\n",
            "Next: read the file rule by rule, and change status to 'on' where it is right.\n"
        ));
    }
    out
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn println(text: &str) -> std::io::Result<()> {
    writeln!(anstream::stdout().lock(), "{text}")
}
