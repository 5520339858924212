//! `dehusk new`: makes a rule from a line that should go, by six questions.

mod ask;
mod attempt;
mod known;

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, ValueEnum};
use dehusk::docs::sentence;
use dehusk::suggest::{Draft, HowMuch};
use dehusk::{Action, Engine, Lang, Profile, RemoveKind, RuleSet, Status, bodies_in, shipped_bodies};
use serde_json::json;

use crate::read::args::CommonArgs;
use crate::read::document::Doc;
use crate::read::documents::Documents;
use crate::read::place::LinePlace;
use crate::read::read_args::{CollectionArgs, ReadArgs, ShareArgs};
use crate::read::rule_file::RuleFile;
use crate::read::rules;
use crate::ui::exit::ExitCode;
use crate::ui::lines::visible;
use crate::ui::messages::{Console, say, say_line};
use ask::Wizard;
use attempt::{Attempt, WizardQuestion};

/// Make a rule from lines that should go
///
/// Says first which rules take the lines already and which come near. Asks six questions (which lines, how
/// much, where, on which site, what must stay, which name), or takes the answers as flags; --line or --at
/// alone is enough. The rule is read back as a sentence, tried on its own examples and on known bodies, and
/// added on trial to the end of a rule file. Nothing that stands in the file is changed.
///
/// Exit codes: 0 the rule was added; 1 the text is too short or too common, or its own examples do
/// not hold: nothing was written; 2 the rules or files cannot be read.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// A line that should go, as it was found (can be given more than once)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, help_heading = "The rule")]
    pub line: Vec<String>,

    /// The lines of a text that should go: page.txt:12-15, pages.jsonl:3:12
    #[arg(long, value_name = "FILE:LINE", conflicts_with = "line", help_heading = "The rule")]
    pub at: Option<String>,

    /// How much should go; what the lines look like if not given
    #[arg(
        long,
        value_enum,
        value_name = "AMOUNT",
        default_value_t,
        hide_default_value = true,
        help_heading = "The rule"
    )]
    pub how_much: HowMuchArg,

    /// With --how-much words: the words (can be given more than once)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, help_heading = "The rule")]
    pub words: Vec<String>,

    /// A line that looks alike and must stay (can be given more than once)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, help_heading = "The rule")]
    pub keep: Vec<String>,

    /// Where it stands: anywhere, head, tail, 开头, 结尾, first 3 lines …
    #[arg(long = "where", value_name = "PLACE", help_heading = "The rule")]
    pub place: Option<String>,

    /// Only for this site
    #[arg(long, value_name = "HOST", help_heading = "The rule")]
    pub site: Option<String>,

    /// What the rule is called; made from the line if not given
    #[arg(long, value_name = "NAME", help_heading = "The rule")]
    pub name: Option<String>,

    /// Switch the rule on at once, rather than on trial
    #[arg(long, help_heading = "The rule")]
    pub on: bool,

    /// The rule file to add to; own.toml in the folder of --rules if not given
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub file: Option<PathBuf>,

    /// Texts to count in what the rule would remove
    #[arg(long, value_name = "COLLECTION", help_heading = "Pages")]
    pub collection: Vec<PathBuf>,

    #[command(flatten)]
    pub read: ReadArgs,

    #[command(flatten)]
    pub share: ShareArgs,

    /// More texts of which every line is body
    #[arg(long, value_name = "DIR", help_heading = "Pages")]
    pub bodies: Vec<PathBuf>,

    /// Say what happened as a JSON object: file, name, sentence, rule, written, why
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

/// How much of the text goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum HowMuchArg {
    /// What the lines look like: a heading over a list, or lines
    #[default]
    #[value(alias = "看样子")]
    AsPasted,
    /// Such lines
    #[value(aliases = ["整行", "行"])]
    Line,
    /// Some words of the line
    #[value(aliases = ["phrase", "词句", "几个字"])]
    Words,
    /// A heading and the list under it
    #[value(aliases = ["列表", "小标题和列表"])]
    List,
    /// Several of the lines in a row
    #[value(aliases = ["连续多行", "几行"])]
    Run,
    /// Everything from the first line to the end
    #[value(aliases = ["to_end", "到文末"])]
    ToEnd,
    /// Nothing: they must stay
    #[value(aliases = ["keep", "留下", "必须留下"])]
    Stay,
}

impl From<HowMuchArg> for HowMuch {
    fn from(arg: HowMuchArg) -> Self {
        match arg {
            HowMuchArg::AsPasted => Self::AsPasted,
            HowMuchArg::Line => Self::Line,
            HowMuchArg::Words => Self::Words,
            HowMuchArg::List => Self::List,
            HowMuchArg::Run => Self::Run,
            HowMuchArg::ToEnd => Self::ToEnd,
            HowMuchArg::Stay => Self::Stays,
        }
    }
}

/// Makes the rule.
pub fn run(args: &NewArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    if let Some(place) = args.line.iter().find(|line| is_place(line, args, lang)) {
        bail!(say!(
            lang,
            "“{place}”是一个位置，不是一行字；是不是想写 --at {place}？",
            "'{place}' is a place and no line; did you mean --at {place}?"
        ));
    }
    let (asked, is_new) = (common, RuleFile::is_first(common));
    let file = RuleFile::open(args.file.as_deref(), common)?;
    let common = &CommonArgs { quiet: common.quiet || is_new, ..common.clone() };
    let mut bodies = shipped_bodies();
    for folder in &args.bodies {
        bodies.extend(bodies_in(folder)?);
    }
    let attempt = Attempt { bodies: &bodies, file: &file, lang };
    let pasted = args.at.as_ref().map(|place| PageLines::at(place, args, common)).transpose()?;
    let from_place = pasted.as_ref().map(|pasted| pasted.lines.clone()).unwrap_or_default();
    let host = match &pasted {
        Some(pasted) => pasted.doc.document()?.host().map(str::to_owned),
        None => args.read.host.clone(),
    };
    let has_answers = !args.line.is_empty() || args.at.is_some();
    // What stands beside the file counts as well, whether its folder was named or not.
    let mut beside = common.clone();
    if !file.counts(common) && file.path.parent().is_some_and(|_| file.folder_path().is_dir()) && args.file.is_some() {
        beside.rules.push(file.folder_path());
    }
    let loaded = rules::load(&beside);
    let known = |lines: &[String]| match &loaded {
        Ok(rules) => known::said(lines, host.as_deref(), rules, lang),
        // The file that is added to says so itself; a mistake in another one is no reason to write no rule.
        Err(_) => Ok(String::new()),
    };
    let mut draft = from_flags(args, from_place);
    let refusal = if has_answers {
        if draft.name.trim().is_empty() {
            draft.name = file.free_name(&name_of(&draft));
        }
        let said = if args.json || asked.quiet { String::new() } else { known(&draft.lines)? };
        if !said.is_empty() {
            say_line(said.trim_end());
        }
        attempt.refusal(&draft, WizardQuestion::Name)?
    } else {
        let (asked, refusal) = Wizard::new(&attempt, host.as_deref()).draft(draft, &answered(args), known)?;
        draft = asked;
        refusal
    };
    if let Some(refusal) = refusal {
        return refuse(args, lang, &draft, &refusal.why);
    }
    let tried = attempt.tried(&draft)?;
    let readback = tried.rules.rules.first().map(sentence).map(|said| said.get(lang).to_owned()).unwrap_or_default();
    let counted = if args.collection.is_empty() { None } else { Some(count(args, asked, &tried.rules)?) };
    file.write(&tried.changed, lang)?;
    let mut out = anstream::stdout().lock();
    let (shown, toml) = (file.shown(), &tried.toml);
    if args.json {
        let object = json!({
            "file": shown, "name": draft.name, "sentence": readback, "rule": toml, "written": true, "why": null,
            "documents": counted.map(|c| c.hit), "lines": counted.map(|c| c.lines),
        });
        writeln!(out, "{object}")?;
        return Ok(ExitCode::Fine);
    }
    writeln!(out, "{toml}")?;
    writeln!(out, "{}", say!(lang, "读作：{readback}", "It says: {readback}"))?;
    if let Some(HitCount { documents, hit, lines }) = counted {
        writeln!(
            out,
            "{}",
            say!(
                lang,
                "{documents} 篇里，它会动 {hit} 篇，删 {lines} 行",
                "of {documents} documents it would change {hit}; lines that it would remove: {lines}"
            )
        )?;
    }
    for text in pasted.iter().map(|pasted| pasted.differs(&tried.rules, lang)).collect::<Result<Vec<_>>>()? {
        write!(out, "{text}")?;
    }
    if let Some(sentence) = draft.sentences_below().first() {
        let text = say!(
            lang,
            "lines_contain 里有整句话（{sentence}）：别的页上下面是另一句，那里就一行也不删。只留下每一页都有的词。",
            "lines_contain has a whole sentence ({sentence}): where another stands below, nothing goes. Leave the words that every page has."
        );
        writeln!(out, "{text}")?;
    }
    let (n, folder) = (bodies.len(), file.folder());
    let is_taken = |name: &str| loaded.as_ref().is_ok_and(|rules| rules.rules.iter().any(|rule| rule.name == name));
    let rule = match tried.rules.rules.first() {
        Some(rule) if is_taken(&rule.name) => rule.full_name(),
        _ => draft.name.trim().to_owned(),
    };
    let host_flag = match dehusk::bare_host(&draft.site) {
        host if host.is_empty() => String::new(),
        host => format!(" --host {host}"),
    };
    let done = if draft.is_keep() {
        let added = file.acts(common);
        say!(lang, "{added}。", "{added}.")
    } else if draft.on {
        let added = file.acts(common);
        say!(
            lang,
            "{added}；它自己的例子成立，{n} 篇已知正文一行也没少。",
            "{added}; its examples hold, and {n} known bodies keep every line."
        )
    } else {
        say!(
            lang,
            "已加到 {shown} 的末尾（试用）；它自己的例子成立，{n} 篇已知正文一行也没少。\n\
             下一步，看它在许多文章里会删什么：dehusk preview 文章夹 --rules {folder}{host_flag} --set \"{rule}.status=on\"\n\
             满意后用记事本把 status 改成 'on'",
            "Added to the end of {shown}, on trial; its examples hold, and {n} known bodies keep every line.\n\
             Next, see what it would take from many articles: dehusk preview ARTICLES --rules {folder}{host_flag} --set \"{rule}.status=on\"\n\
             When it is right, change status to 'on' in the file"
        )
    };
    writeln!(out, "{done}")?;
    if let Some(host) = host.filter(|_| has_answers && draft.site.is_empty()) {
        let text = say!(
            lang,
            "这些行来自 {host}；规则现在到处都用，只用于它就在规则里加一行：sites = '{host}'",
            "The lines are from {host}; the rule holds everywhere. For that site alone add to it: sites = '{host}'"
        );
        writeln!(out, "{text}")?;
    }
    Ok(ExitCode::Fine)
}

/// Whether a line that was given is the place of one: a file that is there, and a number.
fn is_place(line: &str, args: &NewArgs, lang: Lang) -> bool {
    LinePlace::parse(line.trim(), &args.read, lang).is_ok_and(|place| place.file.is_file())
}

/// The lines of a place, in their text.
struct PageLines {
    doc: Doc,
    /// Their numbers, from 1.
    numbers: RangeInclusive<usize>,
    /// Those that are not blank.
    lines: Vec<String>,
}

impl PageLines {
    fn at(given: &str, args: &NewArgs, common: &CommonArgs) -> Result<Self> {
        let lang = common.lang();
        let place = LinePlace::parse(given, &args.read, lang)?;
        let mut console = Console::new(lang, common.quiet);
        let engine = crate::read::rules::engine(common, dehusk::Engine::builder())?;
        let doc = place.read(&args.read, common, &engine, &mut console).map_err(|why| anyhow!("{given}: {why}"))?;
        let document = doc.document()?;
        let lines = place.lines.clone().map(|line| document.line_text(line - 1).trim().to_owned());
        let lines = lines.filter(|line| !line.is_empty()).collect();
        Ok(Self { doc, numbers: place.lines, lines })
    }

    /// What the rule, switched on, does otherwise in this very text than was asked; empty if nothing.
    fn differs(&self, rules: &RuleSet, lang: Lang) -> Result<String> {
        let mut on = rules.clone();
        on.rules.iter_mut().for_each(|rule| {
            rule.status = Status::On;
            rule.sites.clear();
        });
        if on.rules.iter().any(|rule| rule.action == Action::Keep) {
            return Ok(String::new());
        }
        let document = self.doc.document()?;
        let engine = Engine::builder().profile(Profile::Body).rules_only().build(&on)?;
        let mut goes = vec![false; document.len()];
        for removal in &engine.clean(&document).removals {
            let (first, last) = (document.line_of(removal.span.start), document.line_of(removal.span.end.max(1) - 1));
            goes[first..=last].fill(true);
        }
        let mut out = String::new();
        let is_text = |line: &usize| !document.line_text(line - 1).trim().is_empty();
        let others = (1..=document.len()).filter(|line| goes[line - 1] && !self.numbers.contains(line));
        let others: Vec<usize> = others.filter(is_text).collect();
        for line in others.iter().take(3) {
            let text = visible(document.line_text(line - 1).trim());
            let _ = writeln!(
                out,
                "{}",
                say!(
                    lang,
                    "在这一页里它还会删第 {line} 行：{text}",
                    "On this page it would take line {line} too: {text}"
                )
            );
        }
        if others.len() > 3 {
            let more = others.len() - 3;
            let _ = writeln!(out, "{}", say!(lang, "……还有 {more} 行", "… and {more} more"));
        }
        let is_list =
            on.rules.iter().any(|rule| matches!(&rule.action, Action::Remove(one) if one.kind == RemoveKind::List));
        if is_list && !others.is_empty() {
            let text = say!(
                lang,
                "  只想删给出的那几行，就加上 --how-much line 再写一次",
                "  To take only the lines that were given, make it again with --how-much line"
            );
            let _ = writeln!(out, "{text}");
        }
        if let Some(line) = self.numbers.clone().filter(is_text).find(|line| !goes[line - 1]) {
            let text = visible(document.line_text(line - 1).trim());
            let _ = writeln!(
                out,
                "{}",
                say!(lang, "在这一页里它不删第 {line} 行：{text}", "On this page it leaves line {line}: {text}")
            );
        }
        Ok(out)
    }
}

fn refuse(args: &NewArgs, lang: Lang, draft: &Draft, why: &str) -> Result<ExitCode> {
    if args.json {
        let object = json!({ "name": draft.name, "written": false, "why": why });
        writeln!(anstream::stdout().lock(), "{object}")?;
    } else {
        let end = say!(lang, "没有写入任何文件。", "Nothing was written.");
        say_line(&format!("{why}\n{end}"));
    }
    Ok(ExitCode::Failed)
}

fn from_flags(args: &NewArgs, from_place: Vec<String>) -> Draft {
    let lines = |texts: &[String]| texts.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
    Draft {
        lines: if args.at.is_some() { from_place } else { lines(&args.line) },
        how_much: match args.how_much {
            HowMuchArg::AsPasted if !args.words.is_empty() => HowMuch::Words,
            choice => choice.into(),
        },
        words: args.words.clone(),
        on: args.on,
        place: args.place.clone().unwrap_or_default(),
        site: args.site.clone().unwrap_or_default(),
        keeps: lines(&args.keep),
        name: args.name.clone().unwrap_or_default(),
    }
}

/// The questions that flags already answer.
fn answered(args: &NewArgs) -> Vec<WizardQuestion> {
    let given = [
        (WizardQuestion::HowMuch, args.how_much != HowMuchArg::AsPasted || !args.words.is_empty()),
        (WizardQuestion::Place, args.place.is_some()),
        (WizardQuestion::Site, args.site.is_some()),
        (WizardQuestion::Keep, !args.keep.is_empty()),
        (WizardQuestion::Name, args.name.is_some()),
    ];
    given.into_iter().filter(|(_, given)| *given).map(|(question, _)| question).collect()
}

/// A name made from the first line.
fn name_of(draft: &Draft) -> String {
    dehusk::suggest::name_of_line(draft.lines.first().map(String::as_str).unwrap_or_default())
}

#[derive(Clone, Copy)]
struct HitCount {
    documents: u64,
    hit: usize,
    lines: usize,
}

/// What the rule would do in a collection if it were on.
fn count(args: &NewArgs, common: &CommonArgs, rules: &RuleSet) -> Result<HitCount> {
    let mut on = rules.clone();
    on.rules.iter_mut().for_each(|rule| rule.status = Status::On);
    let engine = Engine::builder().profile(Profile::Body).rules_only().build(&on)?;
    let mut console = Console::new(common.lang(), common.quiet);
    let share = args.share.clone();
    let collection = CollectionArgs { share, ..CollectionArgs::of(&args.collection, args.read.clone()) };
    let collection = Documents::open(&collection, common, &mut console).context("--collection")?;
    let (mut hit, mut lines) = (0, 0);
    let counts = collection.each(
        &mut console,
        |doc| {
            let Ok(document) = doc.document() else { return 0 };
            let outcome = engine.clean(&document);
            let gone = outcome.removals.iter().map(|removal| {
                let span = removal.span.range();
                let text = &document.text()[span];
                text.lines().filter(|line| !line.trim().is_empty()).count()
            });
            gone.sum::<usize>()
        },
        |gone| {
            hit += usize::from(gone > 0);
            lines += gone;
        },
    );
    Ok(HitCount { documents: counts.documents, hit, lines })
}
