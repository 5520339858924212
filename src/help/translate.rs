//! Puts the Chinese texts into the parser. clap has no translations: its own words (`[OPTIONS]`,
//! `[default: …]`, names of values) are replaced, and its errors are put into words anew from their
//! parts.

use std::collections::BTreeMap;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use dehusk::Lang;

use super::{ArgText, TEXTS};

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
        .about(&TEXTS.about)
        .long_about(&TEXTS.long_about)
        .after_help(&TEXTS.after)
        .after_long_help(&TEXTS.after_long)
        .subcommand_help_heading("命令");
    let mut command = in_chinese(command, "", None);
    // Only what is built knows its usage.
    command.build();
    with_usage(command)
}

/// Texts of arguments that hold for one command alone.
type Own = Option<&'static BTreeMap<String, ArgText>>;

/// Translates arguments and headings, and the commands inside; `own` comes before what all share.
fn in_chinese(command: Command, path: &str, own: Own) -> Command {
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
        let Some(help) = TEXTS.command.get(&path) else { return inner };
        let long = wrap(&format!("{}\n\n{}", help.about, help.long));
        // What English says at the end stands in `long`.
        let inner = inner.about(&help.about).long_about(long).after_help("").subcommand_help_heading("命令");
        in_chinese(inner, &path, Some(&help.args))
    })
}

fn argument(arg: Arg, own: Own) -> Arg {
    let heading = match arg.get_help_heading() {
        Some(known) => TEXTS.headings.get(known).map_or("其他", String::as_str),
        None if arg.is_positional() => "输入",
        None => "其他",
    };
    let id = arg.get_id().as_str();
    let Some(text) = own.and_then(|own| own.get(id)).or_else(|| TEXTS.args.get(id)) else { return arg };
    let ArgText { short, more } = text;
    let in_chinese = |name: &String| TEXTS.values.get(name).unwrap_or(name).clone();
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
    // What the parser then shows is the help, which is translated.
    if error.use_stderr() && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        crate::ui::messages::say_line(&format!(
            "dehusk: 错误: {}\n怎么用：dehusk --help，或 dehusk help 命令",
            mistake(error)
        ));
        std::process::exit(error.exit_code());
    }
    print_and_exit(error)
}

/// Ends the program with what the parser has to say. Help that cannot be written is a failure.
pub fn print_and_exit(error: &clap::Error) -> ! {
    if error.use_stderr() {
        // The parser passes on what turns the direction of writing.
        let said = error.render().to_string();
        let (arg, value) = (part(error, ContextKind::InvalidArg), part(error, ContextKind::InvalidValue));
        let more = of_html(&arg, &value, Lang::En);
        crate::ui::messages::say_line(&crate::ui::lines::visible_lines(&format!("{}{more}", said.trim_end())));
        std::process::exit(error.exit_code());
    }
    let written = error.print().and_then(|()| std::io::Write::flush(&mut std::io::stdout()));
    let code = match written {
        Err(why) if !error.use_stderr() && why.kind() != std::io::ErrorKind::BrokenPipe => 1,
        _ => error.exit_code(),
    };
    std::process::exit(code)
}

/// What is wrong with a command line.
pub fn mistake(error: &clap::Error) -> String {
    let part = |kind| part(error, kind);
    let (arg, value) = (part(ContextKind::InvalidArg), part(ContextKind::InvalidValue));
    let meant = |kind| match part(kind) {
        meant if meant.is_empty() => String::new(),
        meant => format!("。你是不是想写 {meant}？"),
    };
    match error.kind() {
        ErrorKind::UnknownArgument if !arg.starts_with('-') => format!("多了“{arg}”"),
        ErrorKind::UnknownArgument => format!("没有“{arg}”这个选项{}", meant(ContextKind::SuggestedArg)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => format!("{arg} 后面要写一个值"),
        ErrorKind::InvalidValue => {
            let choices = part(ContextKind::ValidValue);
            let choices = if choices.is_empty() { choices } else { format!("；可以写：{choices}") };
            format!("{arg} 不能写“{value}”{choices}{}", of_html(&arg, &value, Lang::Zh))
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
            "后面还要写一个命令；有哪些：加上 --help".into()
        }
        ErrorKind::InvalidUtf8 => "选项里有不是 UTF-8 的字符".into(),
        _ => error.to_string(),
    }
}

/// A part of an error; empty if it has none of this kind.
fn part(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// What is added where somebody gave HTML as a format: it is what the texts are, in whatever format they come.
fn of_html(arg: &str, value: &str, lang: Lang) -> &'static str {
    let is_html = arg.starts_with("--from") && ["html", "htm"].iter().any(|one| value.eq_ignore_ascii_case(one));
    match (is_html, lang) {
        (false, _) => "",
        (true, Lang::Zh) => "。网页的 HTML 用 --input html；名字以 .html 结尾的文件不用说",
        (true, Lang::En) => "\nFor pages of HTML say --input html; files called .html need no option.",
    }
}

/// What an option takes, for values of which only a range can be said.
fn wanted(arg: &str) -> &'static str {
    match arg.rsplit_once(' ') {
        Some((_, "<百分比>")) => "；要写不超过 100% 的份额，如 10% 或 0.5%；只要前 N 篇用 --limit N",
        Some((_, "<大小>")) => "；要写字节数，如 500000、64M 或 1G",
        Some((name, _)) if name.ends_with("--jobs") => "；要写 1 到 1024 的整数",
        Some((_, "<数字>")) => "；要写 1 或更大的整数，如 20",
        Some((_, "<网站>")) => "；要写域名或网址，如 www.example.com",
        Some((_, "<端口>")) => "；要写 0 到 65535 的一个整数",
        _ => "",
    }
}
