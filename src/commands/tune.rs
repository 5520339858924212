//! `dehusk tune`: fits the points of the body finder to pages whose bodies are known.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use dehusk::tune::{
    About, CopyKind, Sample, Tuned, TunedAuto, Tuning, TuningReport, cue_groups, points_file, tune, tune_auto,
};
use dehusk::{Document, Engine, Input, Lang, Profile, Source};
use serde_json::json;

use crate::read::args::CommonArgs;
use crate::read::document::Doc;
use crate::read::documents::{Documents, no_body};
use crate::read::read_args::{CollectionArgs, ReadArgs, ShareArgs};
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, Notice, Severity, reason, say};

/// Fit the points of the body finder to pages whose bodies are known
///
/// The rules decide first; the points are fitted to what they leave. The figures are
/// cross-validated: all pages of a host are scored with points fitted to the other hosts. Words
/// (words.toml) and rules of a folder are used if --rules names it.
///
/// Exit codes: 0 all went well; 1 some document could not be read; 2 nothing was done.
#[derive(Debug, Args)]
pub struct TuneArgs {
    /// Files and folders of documents; - for standard input
    ///
    /// Texts, JSON Lines, WARC, tables and Parquet, also packed. Beside the text, a record may say gold (the
    /// body, or null), with and without (lists of snippets that must stay, must go), view (page for whole
    /// pages), lang, page_type and host; a table has a column of that name for each.
    #[arg(value_name = "COLLECTION", required = true)]
    pub collection: Vec<PathBuf>,

    #[command(flatten)]
    pub read: ReadArgs,

    #[command(flatten)]
    pub share: ShareArgs,

    /// Write the points here; only the figures are shown if not given
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Fit only these points
    #[arg(long, value_enum)]
    view: Option<ViewArg>,

    /// How many folds to cross-validate in; 1 shows the figures of the samples fitted to
    #[arg(long, value_name = "N", default_value_t = 5)]
    folds: usize,

    /// Cues to keep of the first and the second pass
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    cues: Option<Vec<usize>>,

    /// How much a Chinese document weighs
    #[arg(long, value_name = "N")]
    chinese: Option<f64>,

    /// Above 1, what is lost weighs more than what stays too much
    ///
    /// One number, or one for articles and one for pages of other kinds.
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    beta: Option<Vec<f64>>,

    /// How strongly points are drawn to zero
    #[arg(long, value_name = "N", hide = true)]
    decay: Option<f64>,

    /// How much a document weighs of which only snippets are known, and how much more what must go
    #[arg(long, value_name = "N,N", value_delimiter = ',', hide = true)]
    snippets: Option<Vec<f64>>,

    /// How much copies of an article weigh: the page without most of its body, the body without its page; 0 for none
    ///
    /// Each article that is a whole page has such copies, so that a short body beside many comments and teasers is
    /// found too, and, if wanted, a clean article stays whole. One number for both, or two; 0.5,0 if not given.
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    copies: Option<Vec<f64>>,

    /// How many fits are averaged, each without a part of the hosts; 1 for a single fit to all
    #[arg(long, value_name = "N", hide = true)]
    bags: Option<usize>,

    /// Show the figures for each limit that was tried
    #[arg(long)]
    curve: bool,

    /// Write the figures as JSON
    ///
    /// By page and text: the limits (han, english, other) and the figures of each group of pages;
    /// and in "curve" the same for each limit, at last without limits what an oracle reaches.
    #[arg(long)]
    json: bool,

    /// Give these groups of cues no points, to see what they are worth; with commas between
    ///
    /// The lines of points.toml that begin with ## name the groups.
    #[arg(long, value_name = "GROUPS", value_delimiter = ',')]
    without: Vec<String>,

    /// A line with more points stays; the best by cross-validation if not given
    ///
    /// One number, or three: for text in Han characters, in English, in other languages.
    #[arg(long, value_name = "N,N,N", value_delimiter = ',', allow_hyphen_values = true)]
    keep_above: Option<Vec<f64>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ViewArg {
    /// Points for whole pages
    Page,
    /// Points for the text of articles
    Text,
    /// Points for whole pages, their texts made of the HTML that the records hold
    Html,
    /// How pages are told from texts
    Auto,
}

/// Runs the command.
pub fn run(args: &TuneArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let rules = crate::read::rules::load(common)?;
    let is_html = args.view == Some(ViewArg::Html);
    let input = if is_html { Input::Html } else { Input::Page };
    let choices = Engine::builder().profile(Profile::Body).input(input);
    let engine = crate::read::rules::engine_of(common, &rules, choices)?;
    if let Some(name) = args.without.iter().find(|name| !cue_groups().any(|group| group == **name)) {
        let groups = cue_groups().collect::<Vec<_>>().join(", ");
        return Err(anyhow!(say!(
            lang,
            "没有 {name} 这一组特征；有 {groups}",
            "there is no group of cues {name}; there are {groups}"
        )));
    }
    // Check how many numbers the options have before the long work begins.
    let counts = [
        ("--cues", args.cues.as_ref().map(Vec::len), "2", &[2][..]),
        ("--snippets", args.snippets.as_ref().map(Vec::len), "2", &[2]),
        ("--beta", args.beta.as_ref().map(Vec::len), "1, 2", &[1, 2]),
        ("--copies", args.copies.as_ref().map(Vec::len), "1, 2", &[1, 2]),
        ("--keep-above", args.keep_above.as_ref().map(Vec::len), "1, 3", &[1, 3]),
    ];
    for (option, given, wanted, allowed) in counts {
        if let Some(given) = given.filter(|given| !allowed.contains(given)) {
            return Err(anyhow!(say!(
                lang,
                "{option} 后面要写的数字个数是 {wanted}，这里有 {given} 个，用逗号隔开",
                "{option} takes this many numbers: {wanted}; here are {given}, with commas between"
            )));
        }
    }
    let failed = |path: &Path, error: io::Error| anyhow!("{}: {}", path.display(), reason(lang, &error));
    let old = match args.out.as_deref().map(|out| (out, std::fs::read(out))) {
        Some((out, Ok(bytes))) => Some(Source::from_bytes(out.display().to_string(), "points.toml", &bytes)),
        Some((out, Err(error))) if error.kind() != io::ErrorKind::NotFound => return Err(failed(out, error)),
        _ => None,
    };
    // A file with mistakes is reported before the long work, not after it.
    points_file(old.as_ref(), None, None, None, None)?;
    let mut console = Console::new(lang, common.quiet);
    let (mut pages, mut texts) = (Vec::new(), Vec::new());
    let mut add = |page: bool, sample| if page { pages.push(sample) } else { texts.push(sample) };
    let has_body = read(&engine, args, common, &mut console, &mut add)?;
    if pages.is_empty() && texts.is_empty() {
        return Err(anyhow!(say!(lang, "没有可以用的记录", "no record to fit to")));
    }
    if !has_body {
        return Err(anyhow!(no_body(lang)));
    }
    let wants = |view: ViewArg, samples: &[Sample]| args.view.is_none_or(|v| v == view) && !samples.is_empty();
    let mut stdout = io::stdout().lock();
    let mut fit = |page: bool, samples: &[Sample]| -> Result<Tuned> {
        let mut tuning = Tuning::new(page);
        if is_html {
            tuning.cues = Tuning::CUES_OF_HTML;
            tuning.whole = Tuning::WHOLE_OF_HTML;
        }
        tuning.folds = args.folds;
        tuning.without.clone_from(&args.without);
        tuning.keep_above = args.keep_above.as_ref().map(|limits| match *limits.as_slice() {
            [han, english, other] => [han, english, other],
            _ => [limits[0]; 3],
        });
        tuning.chinese = args.chinese.unwrap_or(tuning.chinese);
        tuning.copies = args.copies.as_ref().map_or(tuning.copies, |both| (both[0], both[both.len() - 1]));
        tuning.decay = args.decay.unwrap_or(tuning.decay);
        tuning.bags = args.bags.unwrap_or(tuning.bags);
        tuning.beta = args.beta.as_ref().map_or(tuning.beta, |beta| (beta[0], beta[beta.len() - 1]));
        tuning.snippets = args.snippets.as_ref().map_or(tuning.snippets, |both| (both[0], both[1]));
        tuning.cues = args.cues.as_ref().map_or(tuning.cues, |both| (both[0], both[1]));
        let tuned = tune(samples, &tuning);
        if !args.json {
            let name = if is_html {
                "html"
            } else if page {
                "page"
            } else {
                "text"
            };
            write!(stdout, "{name}, {} folds, {:?} cues: {}", args.folds, tuning.cues, tuned.report)?;
            if args.curve {
                curve(&mut stdout, &tuned)?;
            }
            stdout.flush()?;
        }
        Ok(tuned)
    };
    let page = wants(ViewArg::Page, &pages).then(|| fit(true, &pages)).transpose()?;
    let html = (is_html && wants(ViewArg::Html, &pages)).then(|| fit(true, &pages)).transpose()?;
    let text = wants(ViewArg::Text, &texts).then(|| fit(false, &texts)).transpose()?;
    let both = wants(ViewArg::Auto, &pages) && wants(ViewArg::Auto, &texts);
    let auto: Option<TunedAuto> = both.then(|| tune_auto(&pages, &texts, args.folds.max(2)));
    if args.json {
        let report = |r: &TuningReport| json!({"limits": r.limits(), "groups": r.groups});
        let one = |tuned: &Option<Tuned>| {
            tuned.as_ref().map(|tuned| {
                let mut all = report(&tuned.report);
                all["curve"] = tuned.curve.iter().map(report).collect();
                all
            })
        };
        let right = auto.as_ref().map(|auto| &auto.right);
        writeln!(stdout, "{}", json!({"page": one(&page), "text": one(&text), "html": one(&html), "auto": right}))?;
    } else if let Some(auto) = &auto {
        let right = auto.right.iter().map(|(group, share)| format!("{group} {:.1} %", 100.0 * share));
        writeln!(stdout, "auto: told right: {}", right.collect::<Vec<_>>().join(", "))?;
    }
    if let Some(out) = &args.out {
        let file = points_file(old.as_ref(), page.as_ref(), text.as_ref(), html.as_ref(), auto.as_ref())?;
        std::fs::write(out, file).map_err(|error| failed(out, error))?;
    }
    Ok(console.finish())
}

/// Prints the figures of each group for each limit.
fn curve(out: &mut impl io::Write, tuned: &Tuned) -> io::Result<()> {
    for group in tuned.report.groups.keys() {
        writeln!(out, "{group}")?;
        for report in &tuned.curve {
            let limit = report.limits().map_or("oracle".to_string(), |[limit, ..]| format!("{limit:.2}"));
            let f = &report.groups[group];
            writeln!(
                out,
                "  {limit:>6}  F1 {:.4}  kept {:6.2}  rmvd {:5.1}  hurt {:4.1}  with {:5.1}  w/o {:5.1}",
                f.f1, f.kept, f.removed, f.hurt, f.with, f.without
            )?;
        }
    }
    Ok(())
}

/// Reads the documents. `add` gets each sample, and whether it is a whole page. Returns whether any document has a
/// known body.
fn read(
    engine: &Engine,
    args: &TuneArgs,
    common: &CommonArgs,
    console: &mut Console,
    add: &mut impl FnMut(bool, Sample),
) -> Result<bool> {
    let lang = console.lang;
    let mut has_body = false;
    let share = args.share.clone();
    let asked = CollectionArgs { share, ..CollectionArgs::of(&args.collection, args.read.clone()) };
    let mut refused = Vec::new();
    let weights = args.copies.as_deref().unwrap_or(&[1.0, 0.0]);
    let wants_copy = |kind: CopyKind| match kind {
        CopyKind::Shortened => weights[0] > 0.0,
        // A text without any tag is not judged by the points for HTML.
        CopyKind::Bare => weights[weights.len() - 1] > 0.0 && args.view != Some(ViewArg::Html),
    };
    Documents::open(&asked, common, console)?.needing_fields().for_engine(engine).each(
        console,
        |doc| {
            let page = doc.known.view() == "page";
            // HTML is always a whole page, whatever the record says.
            let page = page || args.view == Some(ViewArg::Html);
            let wanted = args.view.is_none_or(|v| v == ViewArg::Auto || (v != ViewArg::Text) == page);
            wanted.then(|| match samples(engine, doc, &wants_copy, lang) {
                Ok(samples) => Ok((page, doc.known.has_body(), samples)),
                Err(why) => Err(Notice::new(Severity::Error, doc.name(), why)),
            })
        },
        |sample| match sample {
            None => {}
            Some(Ok((page, known, samples))) => {
                has_body |= known;
                samples.into_iter().for_each(|sample| add(page, sample));
            }
            Some(Err(why)) => refused.push(why),
        },
    );
    refused.iter().for_each(|message| console.tell(message));
    Ok(has_body)
}

/// The host of a web archive, which has pages of many sites. Each page counts as a host of its own.
const ARCHIVE: &str = "web.archive.org";

/// The sample of a document. An article that is a whole page also gives the copies that are wanted.
fn samples(
    engine: &Engine,
    doc: &Doc,
    wants_copy: &dyn Fn(CopyKind) -> bool,
    lang: Lang,
) -> Result<Vec<Sample>, String> {
    let known = &doc.known;
    let sample = |text: Option<&str>, gold: Option<&str>, copy: Option<CopyKind>| {
        let document = match text {
            Some(text) => {
                Document::new(text).map(|document| document.with_host(doc.host.as_deref().unwrap_or_default()))
            }
            None => doc.document(),
        };
        let document = document.map_err(|error| error.message(lang))?;
        let sample =
            engine.sample(&document).ok_or_else(|| say!(lang, "没有正文查找", "the engine has no body finder"))?;
        let group = match document.host() {
            None | Some("" | ARCHIVE) => doc.id(),
            Some(host) => host.to_owned(),
        };
        let (language, kind, view) = (known.lang().to_owned(), known.page_type().to_owned(), known.view().to_owned());
        let about = About { language, kind, group, view, source: known.source().to_owned(), copy };
        let (with, without) = (known.with.as_deref().unwrap_or(&[]), known.without.as_deref().unwrap_or(&[]));
        let snippets = if copy.is_some() { (&[][..], &[][..]) } else { (with, without) };
        let sample = sample.with_known(about, gold, snippets.0, snippets.1);
        let has_copies = copy.is_none() && known.view() == "page" && known.page_type() == "article";
        let copies = if has_copies { sample.copies(&document) } else { Vec::new() };
        Ok::<_, String>((sample, copies))
    };
    let (first, copies) = sample(None, known.gold.as_deref(), None)?;
    let wanted = copies.iter().filter(|copy| wants_copy(copy.kind));
    let copies = wanted.map(|copy| Ok(sample(Some(&copy.text), Some(&copy.gold), Some(copy.kind))?.0));
    std::iter::once(Ok(first)).chain(copies).collect()
}
