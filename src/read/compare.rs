//! Compares rules with another state of them: the last commit, another folder, or the rules without a proposed
//! change.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use dehusk::preview::{ChangeTally, ChangesOfRule, Moved, RuleChange, SampleLine, Sheet, Side, compare};
use dehusk::{Body, Document, Engine, Lang, RuleSet, Source, bodies_in, shipped_bodies};

use crate::read::args::{CommonArgs, EngineArgs};
use crate::read::document::Doc;
use crate::read::documents::Documents;
use crate::read::rules::sources_of;
use crate::ui::errors::message;
use crate::ui::lines::{beginning, thousands, visible};
use crate::ui::messages::{Console, Notice, Severity, say};

/// How many documents the page shows.
pub const SHEETS: usize = 50;

/// The options of a comparison.
pub struct Asked<'a> {
    /// How texts are cleaned.
    pub engine: &'a EngineArgs,
    /// A folder of known bodies, in addition to those that ship.
    pub bodies: Option<&'a Path>,
    /// How many lines to show for each rule.
    pub show: usize,
}

/// What the new rules do differently from the old ones.
pub struct Held {
    /// The changes in the collection.
    pub tally: ChangeTally,
    /// The changes in known bodies.
    pub bodies: ChangeTally,
}

/// Compares two states of rules on known bodies and, if there is one, a collection. `sheets` gets changed documents;
/// those that lose sentences come first.
pub fn hold(
    old: &RuleSet,
    new: &RuleSet,
    asked: &Asked<'_>,
    collection: Option<&Documents>,
    mut sheets: Option<&mut Vec<(bool, Sheet)>>,
    console: &mut Console,
) -> Result<Held> {
    let (before, after) = (asked.engine.builder().build(old)?, asked.engine.builder().build(new)?);
    let both = Both { before: &before, after: &after };
    let most = asked.show.max(3);
    let mut bodies = ChangeTally::new(most);
    for body in known_bodies(asked.bodies)? {
        let lang = body.language().unwrap_or_default().to_owned();
        let doc = Doc::of_text(body.path, body.text, &lang);
        let (moved, _) = both.of(&doc, false)?;
        bodies.add(&doc.name(), moved, |line| doc.place(line - 1));
    }
    let mut tally = ChangeTally::new(most);
    let Some(collection) = collection else { return Ok(Held { tally, bodies }) };
    let lang = console.lang;
    let with_sheets = sheets.is_some();
    let mut refused = Vec::new();
    collection.each(
        console,
        |doc| (doc.name(), doc.without_text(), both.of(doc, with_sheets)),
        |(name, doc, result)| match result {
            Ok((moved, sheet)) => {
                let risky = moved.iter().any(|one| one.goes && one.looks.is_risky());
                tally.add(&name, moved, |line| doc.place(line - 1));
                if let (Some(sheets), Some(sheet)) = (&mut sheets, sheet) {
                    let at = if risky { sheets.partition_point(|(calm, _)| !calm) } else { sheets.len() };
                    sheets.insert(at, (!risky, sheet));
                    sheets.truncate(SHEETS);
                }
            }
            Err(error) => refused.push(Notice::new(Severity::Error, name, message(lang, &error))),
        },
    );
    refused.iter().for_each(|message| console.tell(message));
    Ok(Held { tally, bodies })
}

/// The differences between the rules, one line per rule.
pub fn said(differences: &[RuleChange], lang: Lang) -> Vec<String> {
    differences.iter().map(|change| format!("{}   {}", change.rule, change.what.get(lang))).collect()
}

/// The engines of both states.
struct Both<'e> {
    before: &'e Engine,
    after: &'e Engine,
}

impl Both<'_> {
    fn of(&self, doc: &Doc, sheet: bool) -> Result<(Vec<Moved>, Option<Sheet>)> {
        let document: Document<'_> = doc.document()?;
        let (old, new) = (self.before.clean(&document), self.after.clean(&document));
        let before = Side { rules: self.before.rules(), outcome: &old };
        let after = Side { rules: self.after.rules(), outcome: &new };
        let moved = compare(&document, before, after);
        let sheet = (sheet && !moved.is_empty()).then(|| Sheet::new(&doc.name(), &document, before, after));
        Ok((moved, sheet))
    }
}

/// The known bodies that ship with dehusk, and those of a folder.
pub fn known_bodies(folder: Option<&Path>) -> Result<Vec<Body>> {
    let mut bodies = shipped_bodies();
    if let Some(folder) = folder {
        bodies.extend(bodies_in(folder)?);
    }
    Ok(bodies)
}

/// The rules as of the last commit of their folders. Folders that were never committed are left out.
pub fn committed(common: &CommonArgs, console: &mut Console) -> Result<Vec<Source>> {
    let lang = console.lang;
    if common.rules.is_empty() {
        bail!(say!(
            lang,
            "没有可以比较的改动。用 --rules 指明你的规则文件夹，或用 --set '文件 > 规则名.设置=值' 试一个改动",
            "there is no change to look at; name your rules folder with --rules, or try a change with --set 'file > rule.field=value'"
        ));
    }
    let kept = tempfile::tempdir().with_context(|| std::env::temp_dir().display().to_string())?;
    let mut folders = Vec::new();
    for (number, folder) in common.rules.iter().enumerate() {
        let Some(names) = git(folder, &["ls-tree", "-r", "-z", "--name-only", "HEAD", "--", "."]) else {
            let text = say!(
                lang,
                "git 里没有提交过的版本，所以和不用这个文件夹时比较；要和以前的版本比，用 --before 指明它所在的文件夹",
                "git holds no earlier version of this folder, so the rules are compared with what they are without it; to compare with an earlier version, name its folder with --before"
            );
            console.tell(&Notice::new(Severity::Note, folder.display().to_string(), text));
            continue;
        };
        let old = kept.path().join(number.to_string());
        std::fs::create_dir_all(&old)?;
        for name in names.split(|&b| b == 0) {
            let Ok(name) = std::str::from_utf8(name) else { continue };
            if !(name.ends_with(".toml") || name.ends_with(".txt")) {
                continue;
            }
            let bytes = git(folder, &["show", &format!("HEAD:./{name}")]).with_context(|| {
                let folder = folder.display();
                say!(lang, "git 读不出 {folder} 里提交过的 {name}", "git cannot read the committed {name} of {folder}")
            })?;
            let path = old.join(name);
            std::fs::create_dir_all(path.parent().expect("it lies in the folder"))?;
            std::fs::write(path, bytes)?;
        }
        folders.push(old);
    }
    sources_of(common, &folders)
}

/// The output of git; `None` if there is no git, no repository or no commit.
fn git(folder: &Path, args: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("git").arg("-C").arg(folder).args(args).stdin(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// How many characters of a line are shown.
const SHOWN: usize = 48;

/// A summary of the changed lines: how many, which ones of each rule, and what known bodies lose. Without a
/// collection it says nothing about one.
pub fn moves(tally: &ChangeTally, bodies: &ChangeTally, show: usize, lang: Lang) -> String {
    let mut out = String::new();
    if tally.documents > 0 {
        of_collection(tally, bodies.more() > 0, show, lang, &mut out);
    }
    let (count, lost) = (bodies.documents, bodies.more());
    if lost > 0 {
        let _ = writeln!(
            out,
            "{}",
            say!(
                lang,
                "  已知正文（{count} 篇）里会多删 {lost} 行  ⚠  →  建议撤回，或改成 trial",
                "  Lines that the known bodies ({count}) lose: {lost} more  ⚠  →  better take it back, or set it to trial"
            )
        );
        for sample in bodies.rules.values().flat_map(|rule| &rule.samples).filter(|sample| sample.moved.goes) {
            let _ = writeln!(out, "    {}", sample_line(sample, lang));
        }
    } else if tally.changed > 0 || tally.documents == 0 {
        let _ = writeln!(
            out,
            "{}",
            say!(lang, "  已知正文（{count} 篇）里没有多删。", "  The known bodies ({count}) lose no more lines.")
        );
    }
    out
}

fn of_collection(tally: &ChangeTally, bodies_lose: bool, show: usize, lang: Lang, out: &mut String) {
    let (documents, touched, more, less) =
        (thousands(tally.documents), tally.changed, thousands(tally.more()), thousands(tally.less()));
    let _ = writeln!(
        out,
        "{}",
        say!(
            lang,
            "{documents} 篇：结果变化 {touched} 篇。多删 {more} 行，少删 {less} 行。",
            "{touched} of {documents} documents changed. Lines that go: {more} more, {less} fewer."
        )
    );
    let safe = tally.looks_safe() && !bodies_lose;
    if tally.more() > 0 {
        let (titles, dated, sentences) = (tally.titles(), tally.dated(), tally.sentences());
        let sign = match safe {
            true => say!(lang, "          ← 看起来安全", "          ← looks safe"),
            false if !tally.looks_safe() => "  ⚠".into(),
            false => String::new(),
        };
        let _ = writeln!(
            out,
            "{}{sign}",
            say!(
                lang,
                "  多删的 {more} 行里：{titles} 行像标题、{dated} 行带日期、{sentences} 行像完整的句子",
                "  of the {more} more: {titles} like titles, {dated} dated, {sentences} like sentences"
            )
        );
        let headlines = tally.headlines();
        if headlines > 0 {
            let text = say!(
                lang,
                "  其中 {headlines} 行是文章的标题（第一行，或识别出的标题）  ⚠",
                "  {headlines} of them are headlines (the first line, or the title that was found)  ⚠"
            );
            let _ = writeln!(out, "{text}");
        }
    }
    // Rules with sentences or headlines first.
    let mut rules: Vec<(&String, &ChangesOfRule)> = tally.rules.iter().collect();
    rules.sort_by_key(|(name, rule)| {
        (std::cmp::Reverse(rule.sentences + rule.headlines), std::cmp::Reverse(rule.more + rule.less), name.as_str())
    });
    for (name, rule) in rules {
        let name = if name.is_empty() { say!(lang, "正文查找", "the body finder") } else { name.clone() };
        let (more, less) = (rule.more, rule.less);
        let _ = writeln!(
            out,
            "  {}",
            say!(lang, "{name}：多删 {more} 行，少删 {less} 行", "{name}: {more} more, {less} fewer")
        );
        for sample in rule.samples.iter().take(show) {
            let _ = writeln!(out, "    {}", sample_line(sample, lang));
        }
        let hidden = (more + less).saturating_sub(show.min(rule.samples.len()));
        if hidden > 0 {
            let next = show * 4;
            let lines = if hidden == 1 { "line" } else { "lines" };
            let _ = writeln!(
                out,
                "    {}",
                say!(lang, "…… 还有 {hidden} 行（--show {next}）", "… {hidden} more {lines} (--show {next})")
            );
        }
    }
}

fn sample_line(sample: &SampleLine, lang: Lang) -> String {
    let mark = if sample.moved.goes { '-' } else { '+' };
    let (place, text, chars) = (visible(&sample.place), beginning(&sample.moved.text, SHOWN), sample.moved.looks.chars);
    let looks = sample.moved.looks;
    let warn = match (sample.moved.goes && looks.is_risky(), looks.headline) {
        (true, true) => say!(lang, "  ⚠ 标题", "  ⚠ headline"),
        (true, false) => "  ⚠".into(),
        _ => String::new(),
    };
    let size = say!(lang, "（{chars} 字）", " ({chars} characters)");
    format!("{place}  {mark} {text}{size}{warn}")
}
