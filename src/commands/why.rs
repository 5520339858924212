//! `dehusk why FILE:LINE`: explains why a line was removed, or which rules were nearest to removing it.

mod ways;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::Args;
use dehusk::explain::{self, Fate, Passage, Reason, passage_at};
use dehusk::{Action, Document, Inspector, Lang, NearRule, Remove, RemoveKind, RuleId, RuleSet, Verdict};
use serde_json::{Value, json};

use self::ways::LineThatGoes;
use crate::read::args::{CommonArgs, EngineArgs};
use crate::read::place::LinePlace;
use crate::read::read_args::ReadArgs;
use crate::ui::exit::ExitCode;
use crate::ui::lines::visible;
use crate::ui::messages::{Console, Notice, Severity, say};

/// Say why a line went, or which rules came nearest to taking it
///
/// For a line that went: each condition of the rule, and what was found. For a line that stayed: the
/// rules with the fewest conditions that do not hold, each condition with ✔ or ✘ and its numbers, and
/// what to try. Always: what the line is compared as. For a line that went: ways to make it stay, to be
/// copied; `dehusk keep` writes the first of them.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all was answered, 1 a place could not be read, 2 the arguments or rules cannot be taken"
)]
pub struct WhyArgs {
    /// Places: page.txt:12, page.txt:12-15, or pages.jsonl:3:12 for line 12 of record 3; -:12 for standard input
    ///
    /// Records have the numbers that messages give them: lines of JSON Lines, rows of a table (a header is
    /// row 1) or of Parquet, all records of a WARC file.
    #[arg(value_name = "FILE:LINE", required = true)]
    pub places: Vec<String>,

    /// How many of the nearest rules to show
    #[arg(long, value_name = "N", default_value_t = 3, help_heading = "Output")]
    pub nearest: usize,

    /// Ask about this rule, however far it is from the line: FILE › NAME, or the name alone
    #[arg(long, value_name = "RULE", help_heading = "Output")]
    pub rule: Option<String>,

    /// One JSON object a place
    ///
    /// file, line, text, seen (what it is compared as), fate (stays, goes, part), reasons, spared, and
    /// nearest: rules with conditions and next_step (words, and set for dehusk preview);
    /// with --rule that rule alone.
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    #[command(flatten)]
    pub engine: EngineArgs,

    #[command(flatten)]
    pub read: ReadArgs,
}

/// Explains every place.
pub fn run(args: &WhyArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let places = LinePlace::parse_all(&args.places, &args.read, lang)?;
    let rules = crate::read::rules::load(common)?;
    let choices = args.engine.for_files(places.iter().map(|place| place.file.as_path()));
    let engine = crate::read::rules::engine_of(common, &rules, choices.builder())?;
    let mut console = Console::new(lang, common.quiet);
    let mut stdout = anstream::stdout().lock();
    for (place, name) in places.iter().zip(&args.places) {
        let doc = match place.read(&args.read, common, &engine, &mut console) {
            Ok(doc) => doc,
            Err(why) => {
                console.tell(&Notice::new(Severity::Error, name, why));
                continue;
            }
        };
        let document = doc.document()?;
        let of_site = engine.for_site(&document)?;
        let engine = of_site.as_ref().unwrap_or(&engine);
        let rules = engine.rules();
        let asked = args.rule.as_deref().map(|name| rules.named(name)).transpose();
        let asked = asked.map_err(|why| anyhow!(why.get(lang).to_owned()))?;
        let inspector = engine.inspect(&document);
        let is_one = place.lines.start() == place.lines.end();
        for line in place.lines.clone() {
            // In a range of lines, empty ones are skipped.
            if !is_one && document.line_text(line - 1).trim().is_empty() {
                continue;
            }
            let place = place.of_line(line);
            let name = if is_one { name.clone() } else { place.to_string() };
            let answer = Answer {
                inspector: &inspector,
                document: &document,
                line: line - 1,
                rules,
                own: &common.rules,
                choices: &choices,
                asked,
                shows_ways: is_one,
                lang,
            };
            if args.json {
                writeln!(stdout, "{}", answer.json(&name, &place, args.nearest))?;
            } else {
                write!(stdout, "{}", answer.text(&name, &place, args.nearest))?;
            }
        }
    }
    stdout.flush()?;
    Ok(console.finish())
}

/// Conditions of a rule that may fail where it is called near to a line.
const MOST_FAILED: usize = 2;

struct Answer<'a> {
    inspector: &'a Inspector<'a>,
    document: &'a Document<'a>,
    /// The number of the line, from 0.
    line: usize,
    rules: &'a RuleSet,
    /// The folders of `--rules`.
    own: &'a [PathBuf],
    /// How the text is cleaned.
    choices: &'a EngineArgs,
    /// The one rule that is asked about.
    asked: Option<RuleId>,
    /// Whether ways to keep a removed line are printed.
    shows_ways: bool,
    lang: Lang,
}

impl Answer<'_> {
    /// The `most` rules nearest to a line that stays, or the rule of `--rule`.
    fn near(&self, most: usize) -> Vec<NearRule> {
        match self.asked {
            Some(rule) => vec![NearRule { rule, verdicts: self.inspector.why(self.line, rule) }],
            // What lacks much is no neighbour: nobody changes so many conditions of a rule.
            None => {
                let mut near = self.inspector.nearest(self.line, most);
                near.retain(|near| near.verdicts.iter().filter(|verdict| !verdict.holds).count() <= MOST_FAILED);
                near
            }
        }
    }

    fn passage(&self) -> Option<Passage> {
        passage_at(self.inspector, self.document, self.line)
    }

    fn text(&self, name: &str, place: &LinePlace, nearest: usize) -> String {
        let lang = self.lang;
        let mut out = String::new();
        let (name, line) = (visible(name), visible(self.document.line_text(self.line)));
        let _ = writeln!(out, "{}", say!(lang, "{name}：{line}", "{name}: {line}").trim_end());
        let seen = self.inspector.seen(self.line);
        let seen = visible(&seen);
        let _ = writeln!(out, "{}", say!(lang, "匹配时看到的是：{seen}", "compared as: {seen}").trim_end());
        if crate::read::text::is_html_name(&place.file) {
            let text = say!(
                lang,
                "（行号数的是从网页取出的文字：dehusk explain 里显示的那些行）",
                "(lines count in the text that is made of the page, as dehusk explain shows it)"
            );
            let _ = writeln!(out, "{text}");
        }
        let Some(passage) = self.passage() else { return out };
        match passage.fate {
            Fate::Stays => {
                let _ = writeln!(out, "{}", say!(lang, "没有被删除。", "It stays."));
                self.reasons(&passage, &mut out);
                self.spared(&passage, &mut out);
                self.spared_above(&mut out);
                self.nearest(nearest, &mut out);
            }
            Fate::Goes => {
                let _ = writeln!(out, "{}", say!(lang, "被删除，因为：", "It goes, because of:"));
                self.reasons(&passage, &mut out);
            }
            Fate::InPart(ref pieces) => {
                let words: Vec<String> =
                    pieces.iter().map(|piece| format!("“{}”", visible(&self.document.text()[piece.clone()]))).collect();
                let words = words.join(if lang == Lang::Zh { "、" } else { ", " });
                let _ = writeln!(out, "{}", say!(lang, "删去其中的 {words}，因为：", "It loses {words}, because of:"));
                self.reasons(&passage, &mut out);
            }
        }
        if self.asked.is_some() && passage.fate != Fate::Stays {
            self.nearest(nearest, &mut out);
        }
        // For a range, every line would give the same advice.
        if passage.fate != Fate::Stays && self.shows_ways {
            let asked = LineThatGoes {
                document: self.document,
                line: self.line,
                place,
                reasons: &passage.reasons,
                rules: self.rules,
                own: self.own,
                choices: self.choices,
            };
            out.push_str(&asked.ways(self.lang));
        }
        out
    }

    fn reasons(&self, passage: &Passage, out: &mut String) {
        for reason in &passage.reasons {
            match reason {
                Reason::Rule { rule, anchor, .. } => {
                    self.rule_line("  ", *rule, out);
                    if *anchor != self.line {
                        self.between(*rule, out);
                        let line = anchor + 1;
                        let text = say!(self.lang, "它认出的是第 {line} 行：", "what it found is line {line}:");
                        let _ = writeln!(out, "       {text}");
                    }
                    self.conditions(*rule, &self.inspector.why(*anchor, *rule), out);
                }
                Reason::Seam => {
                    let text = say!(
                        self.lang,
                        "旁边的内容删了以后，这里多出来的空行",
                        "a blank line too many beside what went"
                    );
                    let _ = writeln!(out, "  {text}");
                }
                Reason::Finder(_) => {
                    for text in crate::clean::explain::reason_lines(reason, self.rules, 1, self.lang) {
                        let _ = writeln!(out, "  {text}");
                    }
                }
            }
        }
    }

    /// Why a rule for single lines took a line that it did not find.
    fn between(&self, rule: RuleId, out: &mut String) {
        let is_single = |remove: &Remove| matches!(remove.kind, RemoveKind::Line | RemoveKind::Phrase);
        if matches!(&self.rules.rule(rule).action, Action::Remove(remove) if is_single(remove)) {
            let text = say!(
                self.lang,
                "正文之后，夹在删掉的行中间的短行，跟上面那行一起删（settings.toml 的 lines_between）",
                "below the text, a short line between lines that go goes with the one above (lines_between in settings.toml)"
            );
            let _ = writeln!(out, "       {text}");
        }
    }

    fn rule_line(&self, start: &str, rule: RuleId, out: &mut String) {
        let rule = self.rules.rule(rule);
        let _ = writeln!(out, "{start}{}   {}", rule.full_name(), explain::rule_place(rule));
    }

    fn conditions(&self, rule: RuleId, verdicts: &[Verdict], out: &mut String) {
        for verdict in verdicts {
            // `max_share` always has a value; show it only if it is exceeded.
            if verdict.holds && verdict.condition == "max_share" {
                continue;
            }
            let mark = if verdict.holds { '✔' } else { '✘' };
            let said = explain::verdict(self.rules, rule, verdict);
            let _ = writeln!(out, "       {mark} {}", visible(said.get(self.lang)));
        }
    }

    /// Prints the rules that match the line but were held back by a guard.
    fn spared(&self, passage: &Passage, out: &mut String) {
        for one in &passage.spared {
            let name = self.rules.rule(one.rule).full_name();
            let because = explain::spared(self.rules, one);
            let because = because.get(self.lang);
            let _ = writeln!(
                out,
                "{}",
                say!(self.lang, "  ! {name} 本会删它：{because}", "  ! {name} would take it: {because}")
            );
        }
    }

    /// Prints the rules that would have cut the text above the line, and were held back.
    fn spared_above(&self, out: &mut String) {
        for one in &self.inspector.outcome().spared {
            let rule = self.rules.rule(one.rule);
            let line = self.document.line_of(one.span.start);
            let cuts = matches!(&rule.action, Action::Remove(remove) if remove.kind == RemoveKind::ToEnd);
            if !cuts || line >= self.line {
                continue;
            }
            let (name, line) = (rule.full_name(), line + 1);
            let because = explain::spared(self.rules, one);
            let because = because.get(self.lang);
            let _ = writeln!(
                out,
                "{}",
                say!(
                    self.lang,
                    "  ! {name} 本会从第 {line} 行删到文末：{because}",
                    "  ! {name} would take all from line {line} to the end: {because}"
                )
            );
        }
    }

    fn nearest(&self, most: usize, out: &mut String) {
        let lang = self.lang;
        let near = self.near(most);
        if self.asked.is_some() {
            let _ = writeln!(out, "{}", say!(lang, "问到的规则：", "The rule that was asked about:"));
        } else if near.is_empty() {
            let text =
                say!(lang, "没有相近的规则。要写一条新的：dehusk new", "No rule comes near. To write one: dehusk new");
            let _ = writeln!(out, "{text}");
        } else {
            let _ = writeln!(out, "{}", say!(lang, "最接近的规则：", "The nearest rules:"));
        }
        for (number, near) in near.iter().enumerate() {
            self.rule_line(&format!("  {}. ", number + 1), near.rule, out);
            self.conditions(near.rule, &near.verdicts, out);
            let Some(step) = explain::next_step(self.rules, near.rule, &near.verdicts) else { continue };
            let words = step.message.get(lang);
            let text = say!(lang, "如果这一行该删：{words}", "If this line should go: {words}");
            let command = if step.set.is_empty() {
                String::new()
            } else {
                let sets: Vec<String> = step.set.iter().map(|set| format!("--set \"{set}\"")).collect();
                let collection = say!(lang, "文章夹", "COLLECTION");
                format!("  →  dehusk preview {collection} {}", sets.join(" "))
            };
            let _ = writeln!(out, "     {text}{command}");
        }
        // Among the reasons it was said already.
        let is_said =
            self.passage().is_some_and(|passage| passage.reasons.iter().any(|one| matches!(one, Reason::Finder(_))));
        if let Some(cues) = self.inspector.cues(self.line).filter(|_| !is_said) {
            let _ = writeln!(out, "{}", explain::cues(&cues).get(lang));
        }
    }

    fn json(&self, name: &str, place: &LinePlace, most: usize) -> Value {
        let near = |stays: bool| if stays || self.asked.is_some() { self.near(most) } else { Vec::new() };
        let mut value = explain::line_json(self.inspector, self.document, self.line, near);
        value["place"] = json!(name);
        value["file"] = json!(place.file.display().to_string());
        value["record"] = json!(place.record);
        value
    }
}
