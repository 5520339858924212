//! `dehusk suggest`: writes rules for lines that repeat in a collection.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use dehusk::suggest::{Counter, FEWEST, Gathered, scan, suggestions, too_few};
use dehusk::{Body, Engine, bodies_in, shipped_bodies};

use crate::read::args::CommonArgs;
use crate::read::documents::Documents;
use crate::read::read_args::CollectionArgs;
use crate::ui::atomic_file::AtomicFile;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, Notice, Severity, reason, say};

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
    let mut copies = 0;
    let gold = |doc: &crate::read::document::Doc| doc.known.gold.clone().filter(|_| !args.no_gold);
    collection.each(
        &mut console,
        |doc| doc.document().map(|document| scan(&document, gold(doc).as_deref())).ok(),
        |scan| copies += scan.iter().filter(|scan| !counter.add(scan)).count(),
    );
    if copies > 0 {
        let text = say!(
            lang,
            "不另外算的文章：{copies} 篇，一半以上和前面的一篇相同",
            "documents that do not count, as more than half of each stands in one before: {copies}"
        );
        console.tell(&Notice::new(Severity::Note, "dehusk", text));
    }
    let documents = counter.documents();
    if documents < FEWEST {
        println(too_few(documents).get(lang))?;
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
        for rule in found.json() {
            println(&rule.to_string())?;
        }
        return Ok(console.finish());
    }
    if !found.rules.is_empty() {
        let text = found.file(lang);
        let write = || {
            let mut pending = AtomicFile::new(&args.out)?;
            pending.write_all(text.as_bytes())?;
            pending.commit(None)
        };
        write()
            .map_err(|error| anyhow::anyhow!(reason(lang, &error)))
            .with_context(|| say!(lang, "写不了 {shown}", "cannot write {shown}"))?;
    }
    println(found.printed(Some(&shown.to_string()), bodies.len(), lang).trim_end())?;
    Ok(console.finish())
}

fn println(text: &str) -> std::io::Result<()> {
    writeln!(anstream::stdout().lock(), "{text}")
}
