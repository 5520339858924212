//! `dehusk test`: runs the examples in the rules, and the whole-document cases in their folder.

use std::io::{self, Write as _};
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use dehusk::{
    Case, CaseFailure, CaseLine, ExampleFailure, ExampleRun, Expected, Lang, Level, RepairFailure, Rule, RuleId,
    RuleSet, Source, Todo, cases_in, check_cases, reasons, run_examples,
};
use serde_json::{Value, json};

use crate::read::args::CommonArgs;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{say, say_line};

/// Run the examples in the rules, and the whole-document cases beside them
///
/// Each text of removes and keeps is put into a neutral article and cleaned by the real engine:
/// what must go has to go, what must stay has to stay. For what does not hold, the condition that
/// decided is named. todo_removes and todo_keeps are run too and are no failures; those that hold by
/// now are named. In a folder of rules, cases/NAME/in.txt must give cases/NAME/body.txt.
///
/// Exit codes: 0 everything holds, 1 something does not, 2 the rules cannot be taken.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Only these: categories, files, names or 'file > name'; everything if none is given
    #[arg(value_name = "RULE")]
    pub rule: Vec<String>,

    /// Write everything as one JSON object
    ///
    /// examples, failed, rules, repairs, cases (how many), failures (rule, source, line, expected,
    /// text, taken_by, reasons), repair_failures, case_failures, todo.
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &TestArgs, common: &CommonArgs) -> Result<ExitCode> {
    let begin = Instant::now();
    let lang = common.lang();
    let sources = crate::read::rules::sources(common)?;
    let (rules, found) = RuleSet::check(&sources);
    let errors: Vec<_> = found.iter().filter(|one| one.level == Level::Error).collect();
    if !errors.is_empty() {
        let styled = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
        errors.iter().for_each(|one| say_line(&one.render(lang, styled)));
        anyhow::bail!(say!(lang, "规则有误，没有运行例子", "the rules have mistakes; no example was run"));
    }
    let run = run_examples(&rules, &args.rule)?;
    let mut cases = Vec::new();
    if args.rule.is_empty() {
        for folder in &common.rules {
            cases.extend(cases_in(folder)?);
        }
    }
    let case_failures = check_cases(&rules, &cases)?;
    let report =
        TestReport { rules: &rules, sources: &sources, run: &run, cases: &cases, case_failures: &case_failures, lang };
    let text = match args.json {
        true => serde_json::to_string(&report.json())? + "\n",
        false => report.printed(begin.elapsed().as_secs_f64(), common.quiet),
    };
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(if run.failed == 0 && case_failures.is_empty() { ExitCode::Fine } else { ExitCode::Failed })
}

struct TestReport<'a> {
    rules: &'a RuleSet,
    sources: &'a [Source],
    run: &'a ExampleRun,
    cases: &'a [Case],
    case_failures: &'a [CaseFailure],
    lang: Lang,
}

impl TestReport<'_> {
    fn printed(&self, seconds: f64, quiet: bool) -> String {
        let lang = self.lang;
        let mut out = String::new();
        let mut last = None;
        for failure in &self.run.failures {
            let rule = self.rules.rule(failure.rule);
            // Failures of one rule follow each other under one heading.
            if last.replace(failure.rule) != Some(failure.rule) {
                out.push_str(&format!("✗ {}      {}\n", rule.full_name(), self.place(&rule.file, rule.line)));
            }
            self.example(failure, &mut out);
        }
        for failure in &self.run.repair_failures {
            self.repair(failure, &mut out);
        }
        for failure in self.case_failures {
            self.case(failure, &mut out);
        }
        for todo in self.run.todo.iter().filter(|todo| todo.holds) {
            let place = self.place(&self.rules.rule(todo.rule).file, todo.line);
            let (field, real, text) = (todo.field, todo.field.trim_start_matches("todo_"), one_line(&todo.text));
            out.push_str(&say!(
                lang,
                "✓ {place}  {field} 里的“{text}”已经成立，可以移到 {real} 里\n",
                "✓ {place}  '{text}' in {field} holds by now and can move to {real}\n"
            ));
        }
        if !quiet {
            out.push_str(&self.summary(seconds));
        }
        out
    }

    fn summary(&self, seconds: f64) -> String {
        let (lang, run) = (self.lang, self.run);
        let (examples, failed, rules, repairs) = (run.examples, run.failed, run.rules, run.repairs);
        let passed = examples - failed;
        let (cases, cases_failed) = (self.cases.len(), self.case_failures.len());
        let waiting = run.todo.iter().filter(|todo| !todo.holds).count();
        let of_cases = match (cases, cases_failed) {
            (0, _) => String::new(),
            (_, 0) => say!(lang, "；{cases} 篇整文案例全部一致", "; all {cases} cases give their body"),
            _ => say!(
                lang,
                "；{cases} 篇整文案例里 {cases_failed} 篇不一致",
                "; of {cases} cases {cases_failed} do not give their body"
            ),
        };
        let of_todo = match waiting {
            0 => String::new(),
            _ => say!(lang, "；{waiting} 个待办例子还不成立", "; todo examples that do not hold yet: {waiting}"),
        };
        let rules = match (lang, rules, repairs) {
            (Lang::Zh, rules, 0) => format!("{rules} 条规则"),
            (Lang::Zh, rules, repairs) => format!("{rules} 条规则 + {repairs} 条修复"),
            (Lang::En, 1, 0) => "1 rule".into(),
            (Lang::En, rules, 0) => format!("{rules} rules"),
            (Lang::En, rules, repairs) => format!("{rules} rules and {repairs} repairs"),
        };
        match failed {
            0 => say!(
                lang,
                "{examples} 个例子全部成立（{rules}）{of_cases}{of_todo}。{seconds:.1} 秒\n",
                "all {examples} examples hold ({rules}){of_cases}{of_todo}. {seconds:.1} s\n"
            ),
            _ => say!(
                lang,
                "{passed} 个成立，{failed} 个不成立{of_cases}{of_todo}。{seconds:.1} 秒\n",
                "{passed} hold, {failed} do not{of_cases}{of_todo}. {seconds:.1} s\n"
            ),
        }
    }

    fn example(&self, failure: &ExampleFailure, out: &mut String) {
        let (lang, line) = (self.lang, failure.line);
        let other = self.other(failure).map(Rule::full_name);
        let said = match (&failure.expected, &other) {
            (Expected::Gone, None) => say!(
                lang,
                "removes 里的这一行没有被删掉（第 {line} 行）：",
                "this line of removes stays (line {line}):"
            ),
            (Expected::Gone, Some(other)) => say!(
                lang,
                "removes 里的这一行，这条规则自己删不掉，是“{other}”删的（第 {line} 行）：",
                "this line of removes goes by '{other}', and not by this rule (line {line}):"
            ),
            (Expected::Becomes(left), _) => say!(
                lang,
                "这一行删完以后应该是“{left}”（第 {line} 行）：",
                "of this line '{left}' should be left (line {line}):"
            ),
            (Expected::Kept, None) => {
                say!(lang, "keeps 里的这一行被删掉了（第 {line} 行）：", "this line of keeps is removed (line {line}):")
            }
            (Expected::Kept, Some(other)) => say!(
                lang,
                "keeps 里的这一行被另一条规则“{other}”删掉了（第 {line} 行）：",
                "this line of keeps is removed by another rule, '{other}' (line {line}):"
            ),
            (Expected::ArticleKept, _) => say!(
                lang,
                "例子旁边的正文也被删掉了（第 {line} 行的例子）：",
                "the article around the example is removed too (the example on line {line}):"
            ),
        };
        out.push_str(&format!("  {said}\n      {}\n", failure.text));
        for reason in reasons(self.rules, failure).unwrap_or_default() {
            out.push_str(&format!("      {}\n", reason.get(lang)));
        }
    }

    /// The rule that removed the line, if it is not the rule of the example.
    fn other(&self, failure: &ExampleFailure) -> Option<&Rule> {
        failure.taken_by.filter(|by| *by != failure.rule).map(|by| self.rules.rule(by))
    }

    fn repair(&self, failure: &RepairFailure, out: &mut String) {
        let lang = self.lang;
        let repair = &self.rules.repairs[failure.repair];
        out.push_str(&format!("✗ {}      {}\n", repair.full_name(), self.place(&repair.file, failure.line)));
        let labels = match lang {
            Lang::Zh => ["修复前", "应该是", "实际是"],
            Lang::En => ["before", "wanted", "found "],
        };
        for (label, text) in labels.into_iter().zip([&failure.before, &failure.wanted, &failure.found]) {
            for line in text.lines() {
                out.push_str(&format!("      {label}  {line}\n"));
            }
        }
    }

    fn case(&self, failure: &CaseFailure, out: &mut String) {
        let lang = self.lang;
        out.push_str(&format!("✗ {}\n", self.cases[failure.case].path));
        if let Some(mistake) = &failure.mistake {
            out.push_str(&format!("  {}\n", mistake.get(lang)));
        }
        const SHOWN: usize = 10;
        for line in failure.lines.iter().take(SHOWN) {
            let (said, text) = match line {
                CaseLine::Lost { line, text, rule: Some(rule) } => {
                    let rule = self.rules.rule(*rule).full_name();
                    (
                        say!(
                            lang,
                            "第 {line} 行应该留下，被“{rule}”删掉了：",
                            "line {line} should stay and is removed by '{rule}':"
                        ),
                        text,
                    )
                }
                CaseLine::Lost { line: 0, text, .. } => (
                    say!(
                        lang,
                        "body.txt 里的这一行，in.txt 里没有：",
                        "this line of body.txt does not stand in in.txt:"
                    ),
                    text,
                ),
                CaseLine::Lost { line, text, .. } => {
                    (say!(lang, "第 {line} 行应该留下，却没有了：", "line {line} should stay and is gone:"), text)
                }
                CaseLine::Stayed { line, text } => {
                    (say!(lang, "第 {line} 行应该删掉，却留下了：", "line {line} should go and stays:"), text)
                }
            };
            out.push_str(&format!("  {said}\n      {text}\n"));
        }
        if failure.lines.len() > SHOWN {
            let more = failure.lines.len() - SHOWN;
            out.push_str(&say!(lang, "  ……还有 {more} 行\n", "  … and {more} more lines\n"));
        }
    }

    /// The place of a line of a rule file as `path:line`, which editors can open.
    fn place(&self, file: &str, line: u32) -> String {
        let source = self.sources.iter().find(|source| source.file() == file);
        source.map_or_else(|| file.to_string(), |source| format!("{}:{line}", source.path))
    }

    fn path(&self, file: &str) -> Option<&str> {
        self.sources.iter().find(|source| source.file() == file).map(|source| source.path.as_str())
    }

    fn json(&self) -> Value {
        let name = |id: RuleId| self.rules.rule(id).full_name();
        let failure = |f: &ExampleFailure| {
            let (expected, left) = match &f.expected {
                Expected::Gone => ("gone", None),
                Expected::Kept => ("kept", None),
                Expected::ArticleKept => ("article_kept", None),
                Expected::Becomes(left) => ("becomes", Some(left)),
            };
            json!({
                "rule": name(f.rule), "source": self.path(&self.rules.rule(f.rule).file), "line": f.line,
                "expected": expected, "left": left, "text": f.text, "taken_by": f.taken_by.map(name),
                "reasons": reasons(self.rules, f).unwrap_or_default(),
            })
        };
        let repair = |f: &RepairFailure| {
            let repair = &self.rules.repairs[f.repair];
            json!({
                "repair": repair.full_name(), "source": self.path(&repair.file), "line": f.line,
                "before": f.before, "wanted": f.wanted, "found": f.found,
            })
        };
        let case = |f: &CaseFailure| {
            let lines = f.lines.iter().map(|line| match line {
                CaseLine::Lost { line, text, rule } => {
                    json!({"line": line, "text": text, "should": "stay", "rule": rule.map(name)})
                }
                CaseLine::Stayed { line, text } => json!({"line": line, "text": text, "should": "go"}),
            });
            json!({"case": self.cases[f.case].path, "mistake": f.mistake, "lines": lines.collect::<Vec<_>>()})
        };
        let todo = |t: &Todo| {
            json!({
                "rule": name(t.rule), "source": self.path(&self.rules.rule(t.rule).file), "line": t.line,
                "field": t.field, "text": t.text, "holds": t.holds,
            })
        };
        json!({
            "examples": self.run.examples, "failed": self.run.failed, "rules": self.run.rules,
            "repairs": self.run.repairs, "cases": self.cases.len(),
            "failures": self.run.failures.iter().map(failure).collect::<Vec<_>>(),
            "repair_failures": self.run.repair_failures.iter().map(repair).collect::<Vec<_>>(),
            "case_failures": self.case_failures.iter().map(case).collect::<Vec<_>>(),
            "todo": self.run.todo.iter().map(todo).collect::<Vec<_>>(),
        })
    }
}

fn one_line(text: &str) -> String {
    let first = text.trim().lines().next().unwrap_or_default();
    let mut shown: String = first.chars().take(40).collect();
    if shown.len() < text.trim().len() {
        shown.push('…');
    }
    shown
}
