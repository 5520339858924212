//! `dehusk test`: runs the examples in the rules, and the whole-document cases in their folder.

use std::io::{self, Write as _};
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;
use dehusk::{Level, RuleSet, TestReport, cases_in, check_cases, run_examples};

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
    if let Some(folder) = args.rule.iter().find(|given| Path::new(given.as_str()).exists()) {
        bail!(say!(
            lang,
            "这里写规则的名字，“{folder}”是文件夹或文件；要写 dehusk test --rules {folder}",
            "names of rules stand here, and '{folder}' is a folder or file; write dehusk test --rules {folder}"
        ));
    }
    let sources = crate::read::rules::sources(common)?;
    let (rules, found) = RuleSet::check(&sources);
    let errors: Vec<_> = found.iter().filter(|one| one.level == Level::Error).collect();
    if !errors.is_empty() {
        let styled = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
        errors.iter().for_each(|one| say_line(&one.render(lang, styled)));
        bail!(say!(lang, "规则有误，没有运行例子", "the rules have mistakes; no example was run"));
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
