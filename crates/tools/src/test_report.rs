//! What `dehusk test` says: each example and case that does not hold, and why, as text and as JSON.

use dehusk_engine::{Case, CaseFailure, CaseLine, ExampleFailure, ExampleRun, Expected, RepairFailure, Todo, reasons};
use dehusk_rules::{Rule, RuleId, RuleSet, Source};
use dehusk_text::{Lang, say};
use serde_json::{Value, json};

/// What `dehusk test` says of a run of the examples and cases.
#[derive(Debug)]
pub struct TestReport<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// Their files: failures are named by path and line.
    pub sources: &'a [Source],
    /// What came of the examples.
    pub run: &'a ExampleRun,
    /// The cases that were run.
    pub cases: &'a [Case],
    /// The cases that do not give their body.
    pub case_failures: &'a [CaseFailure],
    /// The language of the text.
    pub lang: Lang,
}

impl TestReport<'_> {
    /// The failures as text, with a last line that counts, unless `quiet`.
    pub fn printed(&self, seconds: f64, quiet: bool) -> String {
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
            out.push_str(
                say!(
                    "✓ {place}  {field} 里的“{text}”已经成立，可以移到 {real} 里\n",
                    "✓ {place}  '{text}' in {field} holds by now and can move to {real}\n"
                )
                .get(lang),
            );
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
            (_, 0) => say!("；{cases} 篇整文案例全部一致", "; all {cases} cases give their body").get(lang).to_owned(),
            _ => say!(
                "；{cases} 篇整文案例里 {cases_failed} 篇不一致",
                "; of {cases} cases {cases_failed} do not give their body"
            )
            .get(lang)
            .to_owned(),
        };
        let of_todo = match waiting {
            0 => String::new(),
            _ => say!("；{waiting} 个待办例子还不成立", "; todo examples that do not hold yet: {waiting}")
                .get(lang)
                .to_owned(),
        };
        let rules = match (lang, rules, repairs) {
            (Lang::Zh, rules, 0) => format!("{rules} 条规则"),
            (Lang::Zh, rules, repairs) => format!("{rules} 条规则 + {repairs} 条修复"),
            (Lang::En, 1, 0) => "1 rule".into(),
            (Lang::En, rules, 0) => format!("{rules} rules"),
            (Lang::En, rules, repairs) => format!("{rules} rules and {repairs} repairs"),
        };
        match failed {
            0 if examples == 1 => say!(
                "1 个例子成立（{rules}）{of_cases}{of_todo}。{seconds:.1} 秒\n",
                "the example holds ({rules}){of_cases}{of_todo}. {seconds:.1} s\n"
            )
            .get(lang)
            .to_owned(),
            0 => say!(
                "{examples} 个例子全部成立（{rules}）{of_cases}{of_todo}。{seconds:.1} 秒\n",
                "all {examples} examples hold ({rules}){of_cases}{of_todo}. {seconds:.1} s\n"
            )
            .get(lang)
            .to_owned(),
            _ => say!(
                "{passed} 个成立，{failed} 个不成立{of_cases}{of_todo}。{seconds:.1} 秒\n",
                "{failed} of {examples} examples failed{of_cases}{of_todo}. {seconds:.1} s\n"
            )
            .get(lang)
            .to_owned(),
        }
    }

    fn example(&self, failure: &ExampleFailure, out: &mut String) {
        let (lang, line) = (self.lang, failure.line);
        let other = self.other(failure).map(Rule::full_name);
        let said = match (&failure.expected, &other) {
            (Expected::Gone, None) => {
                say!("removes 里的这一行没有被删掉（第 {line} 行）：", "this line of removes stays (line {line}):")
                    .get(lang)
                    .to_owned()
            }
            (Expected::Gone, Some(other)) => say!(
                "removes 里的这一行，这条规则自己删不掉，是“{other}”删的（第 {line} 行）：",
                "this line of removes goes by '{other}', and not by this rule (line {line}):"
            )
            .get(lang)
            .to_owned(),
            (Expected::Becomes(left), _) => say!(
                "这一行删完以后应该是“{left}”（第 {line} 行）：",
                "of this line '{left}' should be left (line {line}):"
            )
            .get(lang)
            .to_owned(),
            (Expected::Kept, None) => {
                say!("keeps 里的这一行被删掉了（第 {line} 行）：", "this line of keeps is removed (line {line}):")
                    .get(lang)
                    .to_owned()
            }
            (Expected::Kept, Some(other)) => say!(
                "keeps 里的这一行被另一条规则“{other}”删掉了（第 {line} 行）：",
                "this line of keeps is removed by another rule, '{other}' (line {line}):"
            )
            .get(lang)
            .to_owned(),
            (Expected::ArticleKept, _) => say!(
                "例子旁边的正文也被删掉了（第 {line} 行的例子）：",
                "the article around the example is removed too (the example on line {line}):"
            )
            .get(lang)
            .to_owned(),
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
                            "第 {line} 行应该留下，被“{rule}”删掉了：",
                            "line {line} should stay and is removed by '{rule}':"
                        )
                        .get(lang)
                        .to_owned(),
                        text,
                    )
                }
                CaseLine::Lost { line: 0, text, .. } => (
                    say!("body.txt 里的这一行，in.txt 里没有：", "this line of body.txt does not stand in in.txt:")
                        .get(lang)
                        .to_owned(),
                    text,
                ),
                CaseLine::Lost { line, text, .. } => (
                    say!("第 {line} 行应该留下，却没有了：", "line {line} should stay and is gone:")
                        .get(lang)
                        .to_owned(),
                    text,
                ),
                CaseLine::Stayed { line, text } => (
                    say!("第 {line} 行应该删掉，却留下了：", "line {line} should go and stays:").get(lang).to_owned(),
                    text,
                ),
            };
            out.push_str(&format!("  {said}\n      {text}\n"));
        }
        if failure.lines.len() > SHOWN {
            let more = failure.lines.len() - SHOWN;
            out.push_str(say!("  ……还有 {more} 行\n", "  … and {more} more lines\n").get(lang));
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

    /// The same as JSON: examples, failed, rules, repairs, cases (how many), failures, repair_failures,
    /// case_failures, todo.
    pub fn json(&self) -> Value {
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
