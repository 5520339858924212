//! `dehusk eval`: compares the output with known bodies.

mod report;
mod rules;
mod worst;

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hasher as _};
use std::io::{BufRead as _, Write as _};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use dehusk::io::packed::Unpacked;
use dehusk::score::{Reference, Score, ScoreTally};
use dehusk::{Input, Lang, RuleSet, parallel_map};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::clean::cleaner::{Cleaner, HtmlEngine};
use crate::read::args::{CommonArgs, EngineArgs};
use crate::read::document::{Doc, Known};
use crate::read::documents::{Documents, no_body};
use crate::read::read_args::CollectionArgs;
use crate::read::stream::unpacked;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, Notice, Severity, json_reason, reason, say};
use rules::{Taken, Takings};
use worst::{Worst, WorstCase};

/// Score the output against pages whose bodies are known
///
/// Cleans every page of a collection and compares what comes out with its body, by words (a
/// Chinese character is a word). Rates are taken for each page: macro is their mean, micro
/// pools the counts.
///
/// kept: of the body words in the input, the share still there. rmvd: of the other words, the
/// share gone. F1, P, R: against the body. idF1: F1 of the untouched input. with, w/o: snippets
/// that must stay and did, that must go and did. empty: pages that lost all; hurt, helpd: pages
/// with F1 worse or better than untouched by more than 0.01.
///
/// If --input is not given, records of the view "page" are read as pages and others as text.
///
/// Beside the text, a record may say gold (the body, or null), with and without (lists of snippets that must
/// stay, must go), view, lang, source, page_type and host; a table has a column of that name for each.
///
/// Exit codes: 0 all went well; 1 some document could not be read; 2 nothing was done.
#[derive(Debug, Args)]
pub struct EvalArgs {
    #[command(flatten)]
    pub collection: CollectionArgs,

    /// Score this output instead of cleaning: id, view and text, one page a line
    ///
    /// A page without a line counts as an empty output. If the lines stand in the order of the
    /// collection, memory is bounded.
    #[arg(long, value_name = "FILE", help_heading = "Cleaning", conflicts_with_all = ["profile", "input", "only", "skip", "rules_report"])]
    pub pred: Option<PathBuf>,

    #[command(flatten)]
    pub engine: EngineArgs,

    /// Only these sources
    #[arg(long, value_name = "SOURCES", value_delimiter = ',', help_heading = "A whole collection")]
    pub source: Vec<String>,

    /// Show the N pages that lost most F1 against the untouched text, body and output side by side
    ///
    /// On the left what is body, on the right what comes out. Body has = where it stays and ! where it
    /// goes; boilerplate has + where it stays and - where it goes (across both), with the rule that takes it.
    /// As wide as COLUMNS says, else 150 columns.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, help_heading = "Output")]
    pub worst: usize,

    /// Show what each rule takes, and how much of it was body
    ///
    /// docs: pages it acts on. lines: lines it takes; judged: those on pages with a body, and
    /// right: the share of them that is no body. body: body words that come back if what it took
    /// is put back. hurt: pages whose F1 rises by more than 0.01 then. with, w/o: snippets that
    /// it took and must stay, must go.
    ///
    /// What the body finder took stands in one row, and again in a row for each cue: that of the
    /// cue with the most points against the line.
    #[arg(long, help_heading = "Output")]
    pub rules_report: bool,

    /// Write the figures as JSON
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

/// View, source, language group and kind of page: the table has a row for each group.
type Group = [String; 4];

/// The results of an evaluation.
#[derive(Default)]
struct Findings {
    groups: BTreeMap<Group, ScoreTally>,
    missing: usize,
    unknown: usize,
    /// Whether a record says anything about its body.
    has_body: bool,
    worst: Worst,
    rules: Takings,
}

/// Where the output comes from.
enum OutputSource {
    Engine(Box<Cleaners>),
    File,
}

/// One cleaner for whole pages and one for the text of articles.
struct Cleaners {
    page: Cleaner,
    text: Cleaner,
}

/// The result for one record.
struct Judged {
    groups: [Group; 4],
    score: Score,
    taken: Vec<Taken>,
    /// What is needed to show the page, if pages are to be shown.
    case: Option<WorstCase>,
}

/// Runs the evaluation.
pub fn run(args: &EvalArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let rules = crate::read::rules::load(common)?;
    let source = match args.pred {
        Some(_) => OutputSource::File,
        None => OutputSource::Engine(Box::new(args.cleaners(common, &rules)?)),
    };
    let mut console = Console::new(lang, common.quiet);
    let documents = Documents::open(&args.collection, common, &mut console)?.needing_fields().of_sources(&args.source);
    let documents = match &source {
        OutputSource::Engine(cleaners) => documents.for_engine(&cleaners.page.engine),
        OutputSource::File => documents,
    };
    let mut predictions = args.pred.as_deref().map(|path| Predictions::open(path, lang)).transpose()?;
    // Documents that were not asked for are read too, because the file may have outputs for them.
    let documents = if predictions.is_some() { documents.with_others() } else { documents };
    let mut found = Findings { worst: Worst::new(args.worst), ..Findings::default() };
    let run = EvalRun { args, source: &source, threads: documents.threads() };
    documents.each_batch(&mut console, |docs, _| run.batch(docs, predictions.as_mut(), &mut found))?;
    if let Some(predictions) = predictions {
        found.unknown = predictions.left()?;
    }
    if found.groups.is_empty() {
        bail!(say!(lang, "没有可以打分的记录", "no record to score"));
    }
    if !found.has_body {
        bail!(no_body(lang));
    }
    if found.missing + found.unknown > 0 {
        let (missing, unknown) = (found.missing, found.unknown);
        let records = if missing == 1 { "record" } else { "records" };
        let outputs = if unknown == 1 { "output" } else { "outputs" };
        let text = say!(
            lang,
            "{missing} 条记录没有对应的输出（按空白算），{unknown} 条输出没有对应的记录（不算）",
            "{missing} {records} without an output (scored as empty), {unknown} {outputs} without a record (ignored)"
        );
        console.tell(&Notice::new(Severity::Note, "dehusk", text));
    }
    let mut stdout = anstream::stdout().lock();
    if args.json {
        writeln!(stdout, "{}", report::json(&found, args, &rules)?)?;
    } else {
        write!(stdout, "{}", report::text(&found, args, &rules, lang))?;
    }
    stdout.flush()?;
    Ok(console.finish())
}

impl EvalArgs {
    fn cleaners(&self, common: &CommonArgs, rules: &RuleSet) -> Result<Cleaners> {
        let cleaner = |by_view: Input| -> Result<Cleaner> {
            let input = self.engine.input.map_or(by_view, Input::from);
            let builder = self.engine.builder();
            let (of_html, common) = (builder.clone().input(Input::Html), common.clone());
            Ok(Cleaner {
                engine: crate::read::rules::engine_of(&common, rules, builder.input(input))?,
                repairer: None,
                html: HtmlEngine::new(move || crate::read::rules::engine_again(&common, of_html.clone())),
                host: None,
                markdown: false,
                explains: false,
            })
        };
        Ok(Cleaners { page: cleaner(Input::Page)?, text: cleaner(Input::Text)? })
    }
}

/// The data that the work on a batch needs.
struct EvalRun<'a> {
    args: &'a EvalArgs,
    source: &'a OutputSource,
    threads: NonZero<usize>,
}

impl EvalRun<'_> {
    /// Judges some documents and adds up the results, in order.
    fn batch(&self, docs: Vec<Doc>, predictions: Option<&mut Predictions>, found: &mut Findings) -> Result<()> {
        // Outputs are looked up in the order of the documents; all threads do the judging.
        let mut pairs = Vec::with_capacity(docs.len());
        match predictions {
            None => pairs.extend(docs.into_iter().map(|doc| (doc, None))),
            Some(predictions) => {
                for doc in docs {
                    let output = predictions.take(&doc)?;
                    if doc.counts {
                        found.missing += usize::from(output.is_none());
                        pairs.push((doc, Some(output.unwrap_or_default())));
                    }
                }
            }
        }
        found.has_body |= pairs.iter().any(|(doc, _)| doc.known.has_body());
        let judged = parallel_map(&pairs, self.threads, |(doc, output)| self.judge(doc, output.as_deref()));
        judged.into_iter().for_each(|judged| found.add(judged));
        Ok(())
    }

    fn judge(&self, doc: &Doc, output: Option<&str>) -> Judged {
        let (with, without) = (doc.known.with.as_deref().unwrap_or(&[]), doc.known.without.as_deref().unwrap_or(&[]));
        let reference = Reference::new(&doc.text, doc.known.gold.as_deref(), with, without);
        let (mut taken, mut causes) = (Vec::new(), None);
        let output = match self.source {
            OutputSource::File => output.unwrap_or_default().to_owned(),
            OutputSource::Engine(cleaners) => {
                let cleaner = if doc.known.view() == "page" { &cleaners.page } else { &cleaners.text };
                let document = match &doc.page {
                    Some(page) => page.document(),
                    None => dehusk::Document::new(&doc.text),
                };
                let host = doc.host.as_deref();
                let cleaned = document.and_then(|document| {
                    cleaner.document(document, host, |page| {
                        let output = page.body();
                        if self.args.rules_report {
                            taken = rules::taken(&cleaner.engine, page, &reference, doc.known.gold.as_deref(), &output);
                        }
                        causes = Some(page.outcome.removals.clone());
                        output
                    })
                });
                // A text that is too long for the engine stays unchanged, as in the filter.
                cleaned.unwrap_or_else(|_| doc.text.clone())
            }
        };
        let score = reference.score(&output);
        let shown = self.args.worst > 0 && score.body.is_some();
        let case = shown.then(|| WorstCase { doc: doc.clone(), score: score.clone(), output, removals: causes });
        Judged { groups: groups(&doc.known), score, taken, case }
    }
}

impl Findings {
    fn add(&mut self, judged: Judged) {
        for group in judged.groups {
            self.groups.entry(group).or_default().add(&judged.score);
        }
        for one in &judged.taken {
            self.rules.add(one);
        }
        if let Some(case) = judged.case {
            self.worst.add(case);
        }
    }
}

/// The groups in which a record counts, as in the published tables.
fn groups(known: &Known) -> [Group; 4] {
    let language = match known.lang() {
        known @ ("en" | "zh") => known,
        _ => "other",
    };
    let kind = if known.page_type() == "article" { "article" } else { "other" };
    let (view, source) = (known.view(), known.source());
    [
        [view, "ALL", "all", "all"],
        [view, "ALL", language, "all"],
        [view, "ALL", language, kind],
        [view, source, language, kind],
    ]
    .map(|group| group.map(str::to_owned))
}

/// The output of another tool for one page.
#[derive(Deserialize)]
struct Prediction {
    /// A text or a number. A number is taken as it is written.
    #[serde(deserialize_with = "id_as_written")]
    id: String,
    #[serde(default)]
    view: String,
    text: Option<String>,
}

fn id_as_written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    match raw.get().starts_with('"') {
        true => serde_json::from_str(raw.get()).map_err(D::Error::custom),
        false => Ok(raw.get().to_owned()),
    }
}

/// The state of an output that was read from the file.
enum ReadOutput {
    /// It was not asked for yet: its text.
    Waiting(String),
    /// It was already used. The hash of it is enough to see whether the same page comes again.
    Given(u64),
}

impl ReadOutput {
    fn hash(&self) -> u64 {
        match self {
            Self::Waiting(text) => {
                let mut hasher = DefaultHasher::new();
                hasher.write(text.as_bytes());
                hasher.finish()
            }
            Self::Given(hash) => *hash,
        }
    }
}

/// The outputs in a file. It is read only as far as they are needed.
struct Predictions {
    reader: Unpacked,
    name: String,
    number: usize,
    read: HashMap<(String, String), ReadOutput>,
    lang: Lang,
}

impl Predictions {
    fn open(path: &Path, lang: Lang) -> Result<Self> {
        let name = path.display().to_string();
        let reader = unpacked(path).map_err(|error| anyhow::anyhow!("{name}: {}", reason(lang, &error)))?;
        Ok(Self { reader, name, number: 0, read: HashMap::new(), lang })
    }

    /// The output for this document.
    fn take(&mut self, doc: &Doc) -> Result<Option<String>> {
        let key = (doc.id(), doc.known.view().to_owned());
        loop {
            if let Some(output) = self.read.get_mut(&key) {
                let given = ReadOutput::Given(output.hash());
                return Ok(match std::mem::replace(output, given) {
                    ReadOutput::Waiting(text) => Some(text),
                    ReadOutput::Given(_) => None,
                });
            }
            let Some(next) = self.next()? else { return Ok(None) };
            self.insert(next)?;
        }
    }

    fn next(&mut self) -> Result<Option<Prediction>> {
        let mut line = Vec::new();
        loop {
            line.clear();
            let (name, number) = (&self.name, self.number + 1);
            let read = self.reader.read_until(b'\n', &mut line);
            if read.map_err(|error| anyhow::anyhow!("{name}: {}", reason(self.lang, &error)))? == 0 {
                return Ok(None);
            }
            self.number = number;
            if !line.trim_ascii().is_empty() {
                let why = |error| anyhow::anyhow!("{name}:{number}: {}", json_reason(self.lang, &error));
                return Ok(Some(serde_json::from_slice(&line).map_err(why)?));
            }
        }
    }

    fn insert(&mut self, next: Prediction) -> Result<()> {
        let (key, text) = ((next.id, next.view), ReadOutput::Waiting(next.text.unwrap_or_default()));
        if self.read.get(&key).is_some_and(|other| other.hash() != text.hash()) {
            let (name, number, (id, view)) = (&self.name, self.number, key);
            bail!(say!(
                self.lang,
                "{name}:{number}: {id}（{view}）已经有另一个输出了",
                "{name}:{number}: another output for {id} ({view})"
            ));
        }
        self.read.entry(key).or_insert(text);
        Ok(())
    }

    /// The number of outputs that were not used.
    fn left(mut self) -> Result<usize> {
        while let Some(next) = self.next()? {
            self.insert(next)?;
        }
        Ok(self.read.values().filter(|output| matches!(output, ReadOutput::Waiting(_))).count())
    }
}
