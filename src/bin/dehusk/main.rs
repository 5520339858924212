//! `dehusk`: the command line of the library.
//!
//! What stands here is what a command line needs: arguments, files and folders, colour,
//! messages and exit codes. What text goes is decided by the library alone.

mod args;
mod audit;
mod check;
mod clean;
mod collection;
mod corpus;
mod docs;
mod eval;
mod exit;
mod explain;
mod fmt;
mod help;
mod help_zh;
mod inputs;
mod jobs;
mod json;
mod new;
mod pack;
mod page;
mod preview;
mod progress;
mod records;
mod report;
mod restore;
mod rules;
mod run;
mod save;
mod say;
mod schema;
mod stats;
mod suggest;
mod test;
mod text;
mod todo;
mod tune;
mod why;

use std::io::{self, Write as _};

use clap::CommandFactory as _;

use args::Cli;
use exit::ExitCode;
use say::{say, say_line};

fn main() -> std::process::ExitCode {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // What becomes an error is told as one, once.
        if !dehusk::io::parquet::is_guarded() {
            hook(panic);
        }
    }));
    let cli = Cli::read();
    cli.common.color.apply();
    let lang = cli.common.lang();
    let code = match run(&cli) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::Fine,
        Err(error) => {
            let word = say!(lang, "错误", "error");
            say_line(&format!("dehusk: {word}: {}", rules::message(lang, &error)));
            if error.is::<io::Error>() { ExitCode::Failed } else { ExitCode::Unusable }
        }
    };
    code.into()
}

/// An `io::Error` that comes out of here is one of standard output: those of inputs are
/// reported where they happen. Every other error means that nothing was done.
fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    if let Some(shell) = cli.completions {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "dehusk", &mut script);
        return print(&script);
    }
    if cli.man {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        return print(&page);
    }
    match &cli.command {
        Some(args::Command::Explain(args)) => explain::run(args, &cli.common),
        Some(args::Command::Why(args)) => why::run(args, &cli.common),
        Some(args::Command::Preview(args)) => preview::run(args, &cli.common),
        Some(args::Command::Restore(args)) => restore::run(args, &cli.common),
        Some(args::Command::Stats(args)) => stats::run(args, &cli.common),
        Some(args::Command::Check(args)) => check::run(args, &cli.common),
        Some(args::Command::Test(args)) => test::run(args, &cli.common),
        Some(args::Command::Help(args)) => help::run(args, &cli.common),
        Some(args::Command::Eval(args)) => eval::run(args, &cli.common),
        Some(args::Command::Tune(args)) => tune::run(args, &cli.common),
        Some(args::Command::Docs(args)) => docs::run(args, &cli.common),
        Some(args::Command::Fmt(args)) => fmt::run(args, &cli.common),
        Some(args::Command::New(args)) => new::run(args, &cli.common),
        Some(args::Command::Pack(args)) => pack::run(args, &cli.common),
        Some(args::Command::Schema(args)) => schema::run(args, &cli.common),
        Some(args::Command::Suggest(args)) => suggest::run(args, &cli.common),
        None => clean::run(&cli.clean, &cli.common),
    }
}

fn print(bytes: &[u8]) -> anyhow::Result<ExitCode> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()?;
    Ok(ExitCode::Fine)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
