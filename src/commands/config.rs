//! `dehusk config`: shows the settings that apply when the command line does not say otherwise.

use std::fmt::Write as _;

use anyhow::Result;
use clap::Args;
use dehusk::Lang;
use serde_json::json;

use crate::read::config::{Config, ConfigOrigin, FILE, VARIABLE};
use crate::ui::exit::ExitCode;
use crate::ui::lines::visible;
use crate::ui::messages::say;
use crate::ui::print;

/// Show the settings of dehusk.toml and DEHUSK_RULES
///
/// dehusk.toml is looked for in the working folder and above it. It may say rules (a folder or a list of
/// folders, beside the file), profile, input, lang, text_field, url_field and id_field. The variable
/// DEHUSK_RULES names folders of rules and comes before the file; what stands on the command line comes
/// before both. --no-config does without.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// One JSON object: file, and settings with value and origin (file, variable)
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

/// Runs the command.
pub fn run(args: &ConfigArgs, config: &Config, lang: Lang) -> Result<ExitCode> {
    let shown = |values: &[std::ffi::OsString]| values.iter().map(|v| v.display().to_string()).collect::<Vec<_>>();
    let mut out = String::new();
    if args.json {
        let settings: serde_json::Map<_, _> = config
            .values
            .iter()
            .map(|one| {
                let origin = if one.origin == ConfigOrigin::File { "file" } else { "variable" };
                (one.name.to_owned(), json!({ "value": shown(&one.values), "origin": origin }))
            })
            .collect();
        let file = config.file.as_ref().map(|file| file.display().to_string());
        let _ = writeln!(out, "{}", json!({ "file": file, "settings": settings }));
        return print(out.as_bytes());
    }
    let head = match &config.file {
        Some(file) => {
            let file = visible(&file.display().to_string()).into_owned();
            say!(lang, "配置文件：{file}", "the file: {file}")
        }
        None => say!(
            lang,
            "没有配置文件。在这个文件夹或上面的文件夹里建一个 {FILE}，例如写：\n  rules = 'myrules'\n  profile = 'body'",
            "There is no file. Make {FILE} in this folder or above it, for example:\n  rules = 'myrules'\n  profile = 'body'"
        ),
    };
    let _ = writeln!(out, "{head}");
    if !config.values.is_empty() {
        let _ = writeln!(out, "{}", say!(lang, "现在起作用的：", "What holds now:"));
    }
    for one in &config.values {
        let is_missing = |value: &&std::ffi::OsString| one.name == "rules" && !std::path::Path::new(value).exists();
        let value = |value: &std::ffi::OsString| {
            let missing = if is_missing(&value) {
                say!(lang, "（没有这个文件夹）", " (there is no such folder)")
            } else {
                String::new()
            };
            format!("{}{missing}", value.display())
        };
        let values = one.values.iter().map(value).collect::<Vec<_>>().join(", ");
        let from = if one.origin == ConfigOrigin::Variable { format!("   ({VARIABLE})") } else { String::new() };
        let _ = writeln!(out, "  {} = {}{from}", one.name, visible(&values));
    }
    print(out.as_bytes())
}
