//! `dehusk tune`: fits the points of the body finder to pages whose bodies are known.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use clap::{Parser, ValueEnum};
use dehusk::tune::{About, Sample, Tuned, Tuning, points_file, tune, tune_auto};
use dehusk::{Document, Engine, Input, Profile, RuleSet};
use serde::Deserialize;

use crate::exit::ExitCode;

/// Fits the points of the body finder to pages whose bodies are known
///
/// CORPUS is JSON Lines, also packed with xz (which must be installed): `text`, `gold` (the body,
/// or null), `with` and `without` (snippets that must stay or go), `view` (`page` for whole
/// pages), `lang`, `page_type`, `host` and `id`.
#[derive(Debug, Parser)]
#[command(name = "dehusk tune", bin_name = "dehusk tune", max_term_width = 100)]
pub struct TuneArgs {
    /// The collections
    #[arg(required = true, value_name = "CORPUS")]
    corpora: Vec<PathBuf>,

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

    /// Show the figures for each limit that was tried
    #[arg(long)]
    curve: bool,

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
    /// How pages are told from texts
    Auto,
}

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    id: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    page_type: String,
    #[serde(default)]
    host: String,
    #[serde(default)]
    view: String,
    text: String,
    gold: Option<String>,
    with: Option<Vec<String>>,
    without: Option<Vec<String>>,
}

/// Reads the arguments behind `dehusk tune` and runs it.
pub fn run() -> Result<ExitCode> {
    let args = TuneArgs::parse_from(std::env::args_os().skip(1));
    let rules = RuleSet::shipped()?;
    let engine = Engine::builder().profile(Profile::Body).input(Input::Page).build(&rules)?;
    let (mut pages, mut texts) = (Vec::new(), Vec::new());
    for corpus in &args.corpora {
        read(corpus, &engine, &args, &mut pages, &mut texts).with_context(|| corpus.display().to_string())?;
    }
    let wants = |view: ViewArg, samples: &[Sample]| args.view.is_none_or(|v| v == view) && !samples.is_empty();
    let mut stdout = io::stdout().lock();
    let mut fit = |page: bool, samples: &[Sample]| -> Result<Tuned> {
        let mut tuning = Tuning::new(page);
        tuning.folds = args.folds;
        tuning.keep_above = args.keep_above.as_deref().and_then(|limits| match *limits {
            [all] => Some([all; 3]),
            [han, english, other] => Some([han, english, other]),
            _ => None,
        });
        tuning.chinese = args.chinese.unwrap_or(tuning.chinese);
        if let Some([weight, go]) = args.snippets.as_deref() {
            tuning.snippets = (*weight, *go);
        }
        tuning.decay = args.decay.unwrap_or(tuning.decay);
        tuning.beta = match args.beta.as_deref() {
            Some(&[all]) => (all, all),
            Some(&[article, other]) => (article, other),
            _ => tuning.beta,
        };
        if let Some([first, second]) = args.cues.as_deref() {
            tuning.cues = (*first, *second);
        }
        let tuned = tune(samples, &tuning);
        let name = if page { "page" } else { "text" };
        write!(stdout, "{name}, {} folds, {:?} cues: {}", args.folds, tuning.cues, tuned.report)?;
        if args.curve {
            for group in tuned.report.groups.keys() {
                writeln!(stdout, "{group}")?;
                for report in &tuned.curve {
                    let limit = report.limits().map_or("oracle".to_string(), |[limit, ..]| format!("{limit:.2}"));
                    let f = &report.groups[group];
                    writeln!(
                        stdout,
                        "  {limit:>6}  F1 {:.4}  kept {:6.2}  rmvd {:5.1}  hurt {:4.1}  with {:5.1}  w/o {:5.1}",
                        f.f1, f.kept, f.removed, f.hurt, f.with, f.without
                    )?;
                }
            }
        }
        stdout.flush()?;
        Ok(tuned)
    };
    let page = wants(ViewArg::Page, &pages).then(|| fit(true, &pages)).transpose()?;
    let text = wants(ViewArg::Text, &texts).then(|| fit(false, &texts)).transpose()?;
    let both = wants(ViewArg::Auto, &pages) && wants(ViewArg::Auto, &texts);
    let auto = both.then(|| tune_auto(&pages, &texts, args.folds.max(2)));
    if let Some(auto) = &auto {
        let (page, text) = auto.right;
        writeln!(stdout, "auto: right for {:.1} % of pages, {:.1} % of texts", 100.0 * page, 100.0 * text)?;
    }
    if let Some(out) = &args.out {
        let old = std::fs::read_to_string(out).ok();
        let file = points_file(old.as_deref(), page.as_ref(), text.as_ref(), auto.as_ref())?;
        std::fs::write(out, file).with_context(|| out.display().to_string())?;
    }
    Ok(ExitCode::Fine)
}

fn read(path: &Path, engine: &Engine, args: &TuneArgs, pages: &mut Vec<Sample>, texts: &mut Vec<Sample>) -> Result<()> {
    let (reader, mut child): (Box<dyn BufRead>, _) = if path.extension().is_some_and(|e| e == "xz") {
        let mut child =
            Command::new("xz").args(["-dc", "--"]).arg(path).stdout(Stdio::piped()).spawn().context("xz")?;
        let stdout = child.stdout.take().context("xz gave no output")?;
        (Box::new(BufReader::new(stdout)), Some(child))
    } else {
        (Box::new(BufReader::new(File::open(path)?)), None)
    };
    for (i, line) in reader.lines().enumerate() {
        let record: Record = serde_json::from_str(&line?).with_context(|| format!("line {}", i + 1))?;
        let page = record.view == "page";
        if args.view.is_some_and(|v| v != ViewArg::Auto && (v == ViewArg::Page) != page) {
            continue;
        }
        let document = Document::new(&record.text)?.with_host(&record.host);
        let Some(sample) = engine.sample(&document) else { bail!("the engine has no body finder") };
        let group = match record.host.as_str() {
            "" | "web.archive.org" => record.id,
            host => host.to_string(),
        };
        let about = About { language: record.lang, kind: record.page_type, group, view: record.view };
        let none = Vec::new();
        let (with, without) = (record.with.as_ref().unwrap_or(&none), record.without.as_ref().unwrap_or(&none));
        let sample = sample.with_known(about, record.gold.as_deref(), with, without);
        if page { pages.push(sample) } else { texts.push(sample) }
    }
    if let Some(child) = &mut child
        && !child.wait()?.success()
    {
        bail!("xz could not unpack it");
    }
    Ok(())
}
