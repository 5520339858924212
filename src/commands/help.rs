//! `dehusk help`: explains findings and commands.

use anyhow::{Result, bail};
use clap::Args;
use dehusk::{Lang, Level, SLUGS, Slug, nearest, slug};

use crate::ui::exit::ExitCode;
use crate::ui::messages::say;
use crate::ui::print;

/// Explain a command, or a finding of check with a bad and a good example
///
/// A finding is named by the word in brackets at its end, in what `dehusk check` prints. With the
/// name of a command, its help is shown. Without a name all commands and findings are listed.
#[derive(Debug, Args)]
pub struct HelpArgs {
    /// A finding, such as smart-quote, or a command, such as check
    #[arg(value_name = "NAME")]
    pub name: Vec<String>,
}

/// Runs the command; `command` is the command-line parser, with its texts in language `lang`; `called` gives the command that a
/// Chinese word names.
pub fn run(
    args: &HelpArgs,
    mut command: clap::Command,
    lang: Lang,
    called: impl Fn(&str) -> Option<&'static str>,
) -> Result<ExitCode> {
    command.build();
    if args.name.is_empty() {
        return print(list(&command, lang).as_bytes());
    }
    let words = args.name.join(" ");
    let name = words.trim_matches(['[', ']']);
    if let Some(known) = slug(name) {
        return print(entry(known, lang).as_bytes());
    }
    // Commands have Chinese names too, by which people look for them.
    let path: Vec<&str> = match called(name) {
        Some(command) => command.split(' ').collect(),
        None => args.name.iter().map(String::as_str).collect(),
    };
    let asked = path.iter().try_fold(&mut command, |command, word| command.find_subcommand_mut(word));
    if let Some(command) = asked {
        return print(command.render_long_help().to_string().as_bytes());
    }
    let known = SLUGS.iter().map(|slug| slug.name).chain(command.get_subcommands().map(clap::Command::get_name));
    match nearest(name, known, |known| known.chars().count().min(name.chars().count()) / 3) {
        Some(meant) => {
            bail!(say!(lang, "没有“{name}”；你是不是想写 {meant}？", "there is no '{name}'; did you mean {meant}?"))
        }
        None => bail!(say!(
            lang,
            "没有“{name}”；全部命令和检查项：dehusk help",
            "there is no '{name}'; all commands and findings: dehusk help"
        )),
    }
}

fn level(level: Level, lang: Lang) -> &'static str {
    match (level, lang) {
        (Level::Error, Lang::Zh) => "错误",
        (Level::Warning, Lang::Zh) => "警告",
        (Level::Info, Lang::Zh) => "提示",
        (Level::Error, Lang::En) => "error",
        (Level::Warning, Lang::En) => "warning",
        (Level::Info, Lang::En) => "note",
    }
}

/// The list of all commands and all findings.
fn list(command: &clap::Command, lang: Lang) -> String {
    let mut out = say!(lang, "命令（怎么用：dehusk help 命令）：\n", "Commands (more: dehusk help COMMAND):\n");
    for one in command.get_subcommands() {
        let about = one.get_about().map(ToString::to_string).unwrap_or_default();
        out.push_str(&format!("{:<20} {about}\n", one.get_name()));
    }
    out.push_str(&say!(
        lang,
        "\ndehusk check 的检查项（错的和对的写法：dehusk help 检查项）：\n",
        "\nFindings of dehusk check (examples: dehusk help FINDING):\n"
    ));
    for slug in SLUGS.iter() {
        let word = level(slug.level, lang);
        out.push_str(&format!("{:<20} {word:<8} {}\n", slug.name, slug.meaning.get(lang)));
    }
    out
}

fn entry(slug: &Slug, lang: Lang) -> String {
    let mut out = format!("{}  {}\n{}\n", slug.name, level(slug.level, lang), slug.meaning.get(lang));
    let titles = match lang {
        Lang::Zh => ["错的写法：", "对的写法："],
        Lang::En => ["Wrong:", "Right:"],
    };
    let examples = [&slug.bad, &slug.good].into_iter().filter(|_| slug.has_examples());
    for (title, example) in titles.into_iter().zip(examples) {
        out.push_str(&format!("\n{title}"));
        if example.file != "rules.toml" || example.encoding.is_some() {
            let encoding = example.encoding.map_or_else(String::new, |name| format!("  ({})", name.to_uppercase()));
            out.push_str(&format!("  {}{encoding}", example.file));
        }
        out.push('\n');
        for line in example.text.lines() {
            out.push_str(format!("    {line}").trim_end());
            out.push('\n');
        }
    }
    if slug.can_be_allowed() {
        let name = slug.name;
        out.push_str(&say!(
            lang,
            "\n考虑过、确定没有问题，就在规则里写 allow = '{name}'，并在 note 里说明原因。\n",
            "\nWhere it is right as it is, write allow = '{name}' in the rule and say why in note.\n"
        ));
    }
    out
}
