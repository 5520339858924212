//! Puts the Chinese texts into the parser. clap has no translations: its own words (`[OPTIONS]`,
//! `[default: …]`, names of values) are replaced, and its errors are put into words anew from their
//! parts.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use super::{ABOUT, AFTER, AFTER_LONG, COMMANDS, HEADINGS, HELP, LONG_ABOUT, VALUES};

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// Columns of a line of help beside clap's indent.
const COLUMNS: usize = 86;

/// Breaks lines between Han characters, which clap does only at spaces.
fn wrap(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = 0;
    for c in text.chars() {
        // Marks that end something do not start a line.
        if column >= COLUMNS && !"，。；：、）".contains(c) && c > '\u{2e80}' {
            out.push('\n');
            column = 0;
        }
        column = if c == '\n' { 0 } else { column + if c > '\u{2e80}' { 2 } else { 1 } };
        out.push(c);
    }
    out
}

/// The same command, explained in Chinese.
pub fn translate(command: Command) -> Command {
    let command = command
        .about(ABOUT)
        .long_about(LONG_ABOUT)
        .after_help(AFTER)
        .after_long_help(AFTER_LONG)
        .subcommand_help_heading("其他命令");
    let mut command = in_chinese(command, "", &[]);
    // Only what is built knows its usage.
    command.build();
    with_usage(command)
}

/// Translates arguments and headings, and the commands inside; `own` comes before what all share.
fn in_chinese(command: Command, path: &str, own: &'static [(&'static str, &'static str, &'static str)]) -> Command {
    let flag = |id: &'static str, short, action| Arg::new(id).long(id).short(short).action(action).help_heading("其他");
    let command = command.help_template(TEMPLATE).disable_help_flag(true).disable_version_flag(true).arg(flag(
        "help",
        'h',
        ArgAction::Help,
    ));
    let command = if path.is_empty() { command.arg(flag("version", 'V', ArgAction::Version)) } else { command };
    let command = command.mut_args(|arg| argument(arg, own));
    command.mut_subcommands(|inner| {
        let path = format!("{path} {}", inner.get_name()).trim().to_owned();
        let Some(help) = COMMANDS.iter().find(|help| help.name == path) else { return inner };
        let long = wrap(&format!("{}\n\n{}", help.about, help.long));
        // What English says at the end stands in `long`.
        let inner = inner.about(help.about).long_about(long).after_help("").subcommand_help_heading("命令");
        in_chinese(inner, &path, help.args)
    })
}

fn argument(arg: Arg, own: &'static [(&'static str, &'static str, &'static str)]) -> Arg {
    let heading = match arg.get_help_heading() {
        Some(known) => HEADINGS.iter().find(|(en, _)| *en == known).map_or("其他", |(_, zh)| zh),
        None if arg.is_positional() => "输入",
        None => "其他",
    };
    let Some((_, short, more)) = own.iter().chain(HELP).find(|(id, ..)| arg.get_id() == id) else { return arg };
    let in_chinese =
        |name: &String| VALUES.iter().find(|(en, _)| en == name).map_or(name.clone(), |(_, zh)| (*zh).into());
    let takes_values = arg.get_action().takes_values();
    // What has no name of its own is called as the argument is.
    let names: Vec<String> = match arg.get_value_names() {
        Some(names) => names.iter().map(ToString::to_string).collect(),
        None => vec![arg.get_id().as_str().to_uppercase()],
    };
    let shows_default = takes_values && !arg.is_hide_default_value_set() && !arg.get_default_values().is_empty();
    let default = match shows_default {
        true => {
            let values: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
            format!("（不给就是 {}）", values.join("、"))
        }
        false => String::new(),
    };
    let short = format!("{short}{default}");
    let long = if more.is_empty() { short.clone() } else { wrap(&format!("{short}\n\n{more}")) };
    let arg = arg.help_heading(heading).help(short).long_help(long);
    // Choices and defaults are said in the text.
    match takes_values {
        true => {
            let names: Vec<String> = names.iter().map(in_chinese).collect();
            arg.hide_possible_values(true).hide_default_value(true).value_names(names)
        }
        false => arg,
    }
}

fn with_usage(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).replace("\n       ", "\n      ");
    let usage = usage.replace("[OPTIONS]", "[选项]").replace("[COMMAND]", "[命令]").replace("<COMMAND>", "<命令>");
    command.override_usage(usage).mut_subcommands(with_usage)
}

/// Says what is wrong with the command line, or shows the help that was asked for, and ends.
pub fn exit(error: &clap::Error) -> ! {
    if error.use_stderr() {
        crate::ui::messages::say_line(&format!(
            "dehusk: 错误: {}\n怎么用：dehusk --help，或 dehusk help 命令",
            mistake(error)
        ));
        std::process::exit(error.exit_code());
    }
    error.exit()
}

/// What is wrong with a command line.
fn mistake(error: &clap::Error) -> String {
    let part = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let (arg, value) = (part(ContextKind::InvalidArg), part(ContextKind::InvalidValue));
    let meant = |kind| match part(kind) {
        meant if meant.is_empty() => String::new(),
        meant => format!("。你是不是想写 {meant}？"),
    };
    match error.kind() {
        ErrorKind::UnknownArgument => format!("没有“{arg}”这个选项{}", meant(ContextKind::SuggestedArg)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => format!("{arg} 后面要写一个值"),
        ErrorKind::InvalidValue => {
            let choices = part(ContextKind::ValidValue);
            let choices = if choices.is_empty() { choices } else { format!("；可以写：{choices}") };
            format!("{arg} 不能写“{value}”{choices}")
        }
        ErrorKind::ValueValidation => format!("{arg} 不能写“{value}”{}", wanted(&arg)),
        ErrorKind::NoEquals => format!("{arg} 的值要用 = 连着写"),
        ErrorKind::TooManyValues => format!("{arg} 的值太多，多出“{value}”"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => format!("{arg} 的值的个数不对"),
        ErrorKind::ArgumentConflict => {
            let other = part(ContextKind::PriorArg);
            match (other.as_str(), part(ContextKind::InvalidSubcommand)) {
                (other, command) if !command.is_empty() => format!("{other} 要写在命令 {command} 后面"),
                (other, _) if other.is_empty() || other == arg => format!("{arg} 只能给一次，也不能和别的一起用"),
                (other, _) => format!("{arg} 不能和 {other} 一起用"),
            }
        }
        ErrorKind::MissingRequiredArgument => format!("还缺：{arg}"),
        ErrorKind::InvalidSubcommand => {
            let command = part(ContextKind::InvalidSubcommand);
            format!("没有“{command}”这个命令{}", meant(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "后面还要写一个命令".into()
        }
        ErrorKind::InvalidUtf8 => "选项里有不是 UTF-8 的字符".into(),
        _ => error.to_string(),
    }
}

/// What an option takes, for values of which only a range can be said.
fn wanted(arg: &str) -> &'static str {
    match arg.rsplit_once(' ') {
        Some((_, "<百分比>")) => "；要大于 0、不超过 100，如 10% 或 0.5%",
        Some((_, "<数字>")) => "；要写一个整数，如 1、20",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn is_chinese(text: impl ToString) -> bool {
        text.to_string().chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    /// Holds that all of a command is Chinese, with `own` texts for its arguments.
    fn look_at(command: &Command, path: &str) {
        let own = match path {
            "" => HELP,
            _ => {
                COMMANDS
                    .iter()
                    .find(|help| help.name == path)
                    .unwrap_or_else(|| panic!("{path} is not translated"))
                    .args
            }
        };
        for arg in command.get_arguments() {
            let id = arg.get_id().as_str();
            assert!(own.iter().chain(HELP).any(|(known, ..)| *known == id), "{path}: {id} is not translated");
            assert!(
                arg.get_help().is_some_and(is_chinese) && arg.get_long_help().is_some_and(is_chinese),
                "{path}: {id}"
            );
            for name in arg.get_value_names().unwrap_or_default().iter().filter(|_| arg.get_action().takes_values()) {
                assert!(!name.starts_with(|c: char| c.is_ascii_uppercase()), "{path}: the value {name} of {id}");
            }
        }
        for (id, ..) in own {
            assert!(command.get_arguments().any(|arg| arg.get_id() == id), "{path}: there is no {id}");
        }
        for help in [command.clone().render_help().to_string(), command.clone().render_long_help().to_string()] {
            for english in
                ["[OPTIONS]", "COMMAND", "default:", "possible", "Usage", "Commands", "Options", "Exit codes", "Print"]
            {
                assert!(!help.contains(english), "{path}: {english}\n{help}");
            }
        }
        for inner in command.get_subcommands() {
            look_at(inner, format!("{path} {}", inner.get_name()).trim());
        }
    }

    #[test]
    fn every_command_and_argument_is_translated() {
        let command = translate(crate::cli::Cli::command());
        look_at(&command, "");
        for help in COMMANDS {
            let found = help.name.split(' ').try_fold(&command, |command, word| command.find_subcommand(word));
            assert!(found.is_some(), "there is no command {}", help.name);
        }
        command.debug_assert();
    }

    #[test]
    fn mistakes_are_said_in_chinese() {
        for line in [
            "--nope",
            "--lang",
            "--lang fr",
            "--jobs x",
            "--limit 0",
            "--sample 0",
            "check --nope",
            "why",
            "pack",
            "pack nope",
            "--out a --in-place b",
            "--no-shipped-rules",
            "--backup",
            "--completions bash x",
            "docs --html --json",
            "eval",
            "--profile body --profile body",
        ] {
            let args = std::iter::once("dehusk").chain(line.split(' '));
            let error = translate(crate::cli::Cli::command()).try_get_matches_from(args).expect_err(line);
            let said = mistake(&error);
            assert!(is_chinese(&said) && !said.contains("error") && !said.contains("Usage"), "{line}: {said}");
        }
    }
}
