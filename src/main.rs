//! `dehusk`: the command line of the library.
//!
//! What stands here is what a command line needs: arguments, files and folders, colour,
//! messages and exit codes. What text goes is decided by the library alone.

mod clean;
mod cli;
mod commands;
mod help;
mod learn;
mod read;
mod ui;

use std::io;

use clap::CommandFactory as _;

use cli::{Cli, Command};
use read::config::Config;
use ui::errors;
use ui::exit::ExitCode;
use ui::lines::visible_lines;
use ui::messages::{say, say_line};
use ui::print;

fn main() -> std::process::ExitCode {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // What becomes an error is told as one, once.
        if !dehusk::io::parquet::is_guarded() {
            hook(panic);
        }
    }));
    let (cli, config) = Cli::read();
    cli.common.color.apply();
    let lang = cli.common.lang();
    let code = match run(&cli, &config) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::Fine,
        Err(error) => {
            let word = say!(lang, "错误", "error");
            say_line(&format!("dehusk: {word}: {}", visible_lines(&errors::message(lang, &error))));
            if error.is::<io::Error>() { ExitCode::Failed } else { ExitCode::Unusable }
        }
    };
    code.into()
}

/// An `io::Error` without a context that comes out of here is one of standard output; others say of which file. Every
/// other error means that nothing was done.
fn run(cli: &Cli, config: &Config) -> anyhow::Result<ExitCode> {
    // Not a matter of the parser, which does not ask for defaults: the rules may be those of dehusk.toml.
    if cli.common.no_shipped_rules && cli.common.rules.is_empty() {
        anyhow::bail!(say!(
            cli.common.lang(),
            "--no-shipped-rules 不用自带的规则，那就没有规则了；用 --rules 指明一个文件夹",
            "--no-shipped-rules leaves no rules; name a folder with --rules"
        ));
    }
    if let Some(shell) = cli.completions {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "dehusk", &mut script);
        return print(&script);
    }
    match &cli.man {
        Some(Some(folder)) => {
            std::fs::create_dir_all(folder).map_err(|error| dehusk::Error::io(folder, error))?;
            clap_mangen::generate_to(Cli::command(), folder).map_err(|error| dehusk::Error::io(folder, error))?;
            return Ok(ExitCode::Fine);
        }
        Some(None) => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            return print(&page);
        }
        None => {}
    }
    match &cli.command {
        Some(Command::Explain(args)) => commands::explain::run(args, &cli.common),
        Some(Command::Why(args)) => commands::why::run(args, &cli.common),
        Some(Command::Import(args)) => commands::import::run(args, &cli.common),
        Some(Command::Keep(args)) => commands::keep::run(args, &cli.common),
        Some(Command::Preview(args)) => commands::preview::run(args, &cli.common),
        Some(Command::Restore(args)) => commands::restore::run(args, &cli.common),
        Some(Command::Verify(args)) => commands::verify::run(args, &cli.common),
        Some(Command::Stats(args)) => commands::stats::run(args, &cli.common),
        #[cfg(feature = "studio")]
        Some(Command::Studio(args)) => commands::studio::run(args, &cli.common),
        Some(Command::Check(args)) => commands::check::run(args, &cli.common),
        Some(Command::Test(args)) => commands::test::run(args, &cli.common),
        Some(Command::Config(args)) => commands::config::run(args, config, cli.common.lang()),
        Some(Command::Help(args)) => {
            let lang = cli.common.lang();
            commands::help::run(args, Cli::spoken_command(lang), lang, help::called)
        }
        Some(Command::Eval(args)) => commands::eval::run(args, &cli.common),
        Some(Command::Tune(args)) => commands::tune::run(args, &cli.common),
        Some(Command::Docs(args)) => commands::docs::run(args, &cli.common),
        Some(Command::Fmt(args)) => commands::fmt::run(args, &cli.common),
        Some(Command::New(args)) => commands::new::run(args, &cli.common),
        Some(Command::Pack(args)) => commands::pack::run(args, &cli.common),
        Some(Command::Schema(args)) => commands::schema::run(args, &cli.common),
        Some(Command::Learn(args)) => commands::learn::run(args, &cli.common),
        Some(Command::Suggest(args)) => commands::suggest::run(args, &cli.common),
        None => clean::run(&cli.clean, &cli.common),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
