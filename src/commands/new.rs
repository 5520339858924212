//! `dehusk new`: makes a rule from a line that should be removed, in five questions.

use std::fs;
use std::io::{self, BufRead, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use dehusk::docs::sentence;
use dehusk::edit::append_table;
use dehusk::suggest::{BodyHit, Draft, body_line_hit};
use dehusk::{Engine, Expected, Lang, Profile, RuleSet, Source, Status, bodies_in, check_examples, shipped_bodies};
use serde_json::json;

use crate::read::args::CommonArgs;
use crate::read::documents::Documents;
use crate::read::read_args::{CollectionArgs, ReadArgs, ShareArgs};
use crate::ui::atomic_file::AtomicFile;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, reason, say, say_line};

/// Make a rule from lines that should go
///
/// Asks five questions (which lines, where, on which site, what must stay, which name), or takes
/// the answers as flags; --line alone is enough. The rule is read back as a sentence, tried on its
/// own examples and on known bodies, and added on trial to the end of a rule file. Nothing that
/// stands in the file is changed.
///
/// Exit codes: 0 the rule was added; 1 the text is too short or too common, or its own examples do
/// not hold: nothing was written; 2 the rules or files cannot be read.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// A line that should go, as it was found (can be given more than once)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, help_heading = "The rule")]
    pub line: Vec<String>,

    /// A line that looks alike and must stay (can be given more than once)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, requires = "line", help_heading = "The rule")]
    pub keep: Vec<String>,

    /// Where it stands: anywhere, head, tail, 开头, 结尾, first 3 lines …
    #[arg(long = "where", value_name = "PLACE", requires = "line", help_heading = "The rule")]
    pub place: Option<String>,

    /// Only for this site
    #[arg(long, value_name = "HOST", requires = "line", help_heading = "The rule")]
    pub site: Option<String>,

    /// What the rule is called; made from the line if not given
    #[arg(long, value_name = "NAME", requires = "line", help_heading = "The rule")]
    pub name: Option<String>,

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
    #[arg(long, requires = "line", help_heading = "Output")]
    pub json: bool,
}

pub fn run(args: &NewArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let file = args.file.clone().unwrap_or_else(|| common.rules.first().cloned().unwrap_or_default().join("own.toml"));
    let mut draft = if args.line.is_empty() { ask(lang)? } else { from_flags(args) };
    if draft.name.trim().is_empty() {
        draft.name = name_of(&draft);
    }
    let mut bodies = shipped_bodies();
    for folder in &args.bodies {
        bodies.extend(bodies_in(folder)?);
    }
    let said = |why: &str| refuse(args, lang, &draft, why);
    if let Some(why) = draft.objection(&bodies) {
        return said(why.get(lang));
    }
    let text = match fs::read(&file) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| {
            let shown = file.display();
            anyhow!(say!(lang, "{shown} 不是 UTF-8，没有动它", "{shown} is not UTF-8 and was not touched"))
        })?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(cannot(lang, &file, &error)),
    };
    let name = source_name(&file);
    let table = draft.table(lang);
    let changed = match append_table(&name, &text, &table) {
        Ok(changed) => changed,
        Err(error) => {
            let why: Vec<_> = error.diagnostics().iter().map(|one| one.message.get(lang).to_owned()).collect();
            return said(&why.join("；"));
        }
    };
    let toml = table.written()?;
    let alone = RuleSet::from_sources(&[Source::new(name.clone(), toml.clone())])?;
    let failures = check_examples(&alone)?;
    if let Some(failure) = failures.first() {
        let line = &failure.text;
        let why = match failure.expected {
            Expected::Kept => say!(
                lang,
                "要留下的这一行也会被删掉：{line}\n请多复制几个字，让它们分得开",
                "a line that must stay would go too: {line}\ncopy some more words, so that the two differ"
            ),
            _ => say!(
                lang,
                "要删的这一行删不掉：{line}\n请只粘贴一种行，一次做一条规则",
                "a line that should go would stay: {line}\npaste one kind of line at a time"
            ),
        };
        return said(&why);
    }
    if let Some(BodyHit { place, line, .. }) = body_line_hit(&alone, &bodies)? {
        return said(&say!(
            lang,
            "它会删掉已知正文里的一行：\n    {place}  {line}\n请多复制几个字，或者整行",
            "it would remove a line of a known body:\n    {place}  {line}\ncopy some more words, or the whole line"
        ));
    }
    let readback = alone.rules.first().map(sentence).map(|said| said.get(lang).to_owned()).unwrap_or_default();
    let counted = if args.collection.is_empty() { None } else { Some(count(args, common, &alone)?) };
    let write = || {
        let mut pending = AtomicFile::new(&file)?;
        pending.write_all(changed.as_bytes())?;
        pending.commit(None)
    };
    write().map_err(|error| cannot(lang, &file, &error))?;
    let mut out = anstream::stdout().lock();
    let shown = file.display().to_string().replace('\\', "/");
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
                "of {documents} documents it would change {hit} and remove {lines} lines"
            )
        )?;
    }
    let (n, rule) = (bodies.len(), draft.name.trim());
    let folder = if name.starts_with("sites/") { file.parent().and_then(Path::parent) } else { file.parent() };
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| ".".into(), |folder| folder.display().to_string().replace('\\', "/"));
    writeln!(
        out,
        "{}",
        say!(
            lang,
            "已加到 {shown} 的末尾（试用）；它自己的例子成立，{n} 篇已知正文一行也没少。\n\
             下一步，看它在许多文章里会删什么：dehusk preview 文章夹 --rules {folder} --set \"{rule}.status=on\"\n\
             满意后用记事本把 status 改成 'on'",
            "Added to the end of {shown}, on trial; its examples hold, and {n} known bodies keep every line.\n\
             Next, see what it would take from many articles: dehusk preview ARTICLES --rules {folder} --set \"{rule}.status=on\"\n\
             When it is right, change status to 'on' in the file"
        )
    )?;
    Ok(ExitCode::Fine)
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

fn from_flags(args: &NewArgs) -> Draft {
    let lines = |texts: &[String]| texts.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
    Draft {
        lines: lines(&args.line),
        place: args.place.clone().unwrap_or_default(),
        site: args.site.clone().unwrap_or_default(),
        keeps: lines(&args.keep),
        name: args.name.clone().unwrap_or_default(),
    }
}

/// Asks the five questions on standard error and reads the answers from standard input.
fn ask(lang: Lang) -> Result<Draft> {
    let terminal = io::stdin().is_terminal();
    let mut input = io::stdin().lock();
    // Only a terminal needs a prompt.
    let prompt = || {
        if terminal {
            let mut err = anstream::stderr().lock();
            let _ = write!(err, "> ").and_then(|()| err.flush());
        }
    };
    let mut block = |question: &str| -> Result<Vec<String>> {
        say_line(question);
        let mut lines = Vec::new();
        loop {
            prompt();
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 || line.trim().is_empty() {
                return Ok(lines);
            }
            lines.push(line.trim_end_matches(['\n', '\r']).to_owned());
        }
    };
    let lines = block(&say!(
        lang,
        "1/5 要删掉什么？把一行或几行粘贴在这里，最后按一次回车（空行）结束：",
        "1/5 What should go? Paste one line or several, then an empty line:"
    ))?;
    if lines.is_empty() {
        bail!(say!(lang, "没有粘贴任何文字，没有写入任何文件", "nothing was pasted, so nothing was written"));
    }
    let mut one = |question: &str| -> Result<String> {
        say_line(question);
        prompt();
        let mut line = String::new();
        input.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    };
    let place = one(&say!(
        lang,
        "2/5 它在文章的什么位置？开头 / 结尾 / 首行 / 末行；哪里都有就直接回车：",
        "2/5 Where in the text? head / tail / first line / last line; empty for anywhere:"
    ))?;
    let site = one(&say!(
        lang,
        "3/5 只在一个网站上有吗？写上域名，例如 dzwww.com；到处都有就直接回车：",
        "3/5 Only on one site? Its host, such as dzwww.com; empty for everywhere:"
    ))?;
    let keep = one(&say!(
        lang,
        "4/5 有没有一行和它很像、但必须留下？粘贴在这里；没有就直接回车：",
        "4/5 Is there a line that looks alike and must stay? Paste it; empty for none:"
    ))?;
    let name = one(&say!(
        lang,
        "5/5 这条规则叫什么名字？直接回车就用那一行的开头：",
        "5/5 What is the rule called? Empty to take the beginning of the line:"
    ))?;
    let keeps = if keep.is_empty() { Vec::new() } else { vec![keep] };
    Ok(Draft { lines, place, site, keeps, name })
}

/// The name of the rule: the first 20 characters of the first line, without quotes, braces and stars.
fn name_of(draft: &Draft) -> String {
    let first = draft.lines.first().map(|line| line.trim()).unwrap_or_default();
    first.chars().filter(|c| !"'\"{}*".contains(*c)).take(20).collect::<String>().trim().to_owned()
}

/// The name of the source: the file name, behind `sites/` if the file is in such a folder, because that has a meaning.
fn source_name(file: &Path) -> String {
    let part = |path: Option<&std::ffi::OsStr>| path.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let name = part(file.file_name());
    match part(file.parent().and_then(Path::file_name)).as_str() {
        "sites" => format!("sites/{name}"),
        _ => name,
    }
}

fn cannot(lang: Lang, file: &Path, error: &io::Error) -> anyhow::Error {
    let (shown, why) = (file.display(), reason(lang, error));
    anyhow!(say!(lang, "{shown}：{why}", "{shown}: {why}"))
}

#[derive(Clone, Copy)]
struct HitCount {
    documents: u64,
    hit: usize,
    lines: usize,
}

/// Counts what the rule would remove from the collection if it were on.
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
