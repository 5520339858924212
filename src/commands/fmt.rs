//! `dehusk fmt`: formats rule files.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use dehusk::edit::{Formatted, format};
use dehusk::{Lang, sources_in};
use serde_json::json;
use similar::TextDiff;

use crate::read::args::CommonArgs;
use crate::ui::atomic_file::AtomicFile;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, Notice, Severity, reason, say, say_line};

/// Bring rule files into the usual look, without changing a rule
///
/// The = of a rule stand in one column, lists become ''' blocks, " becomes ' where nothing is
/// escaped, and the first line names the JSON Schema if rules.schema.json lies in the folder or
/// above it. Comments, the order of settings and Chinese words stay. Before a file is written it
/// is read again and must hold exactly the same rules; a file with a mistake is not touched.
///
/// Exit codes: 0 all is well; 1 a file has a mistake, or with --check is not in the usual look;
/// 2 there is nothing to read.
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// Rule files and folders; the folders of --rules if not given
    #[arg(value_name = "FILE")]
    pub rule_files: Vec<PathBuf>,

    /// Write nothing; say which files would change
    #[arg(long, help_heading = "Output")]
    pub check: bool,

    /// Write nothing; show what would change
    #[arg(long, help_heading = "Output")]
    pub diff: bool,

    /// One JSON object a file: file, changed, errors
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

/// The file name of the JSON Schema with which editors check rule files.
const SCHEMA: &str = "rules.schema.json";

pub fn run(args: &FmtArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let paths = if args.rule_files.is_empty() { &common.rules } else { &args.rule_files };
    if paths.is_empty() {
        bail!(say!(
            lang,
            "没有说明要整理哪些文件：写上文件或文件夹，例如 dehusk fmt rules",
            "which files? name files or folders: dehusk fmt rules"
        ));
    }
    let mut console = Console::new(lang, common.quiet);
    let (mut changed, mut same, mut failed) = (0, 0, 0);
    for path in paths {
        // Files of the body finder hold no rules; `tune` writes its points as it writes them.
        let of_rules = |source: &&dehusk::Source| source.path.ends_with(".toml") && source.finder_data().is_none();
        for source in sources_in(path)?.iter().filter(of_rules) {
            match one(&source.path, &source.name, args, lang) {
                Ok(formatted) => {
                    tell(&source.path, formatted.changed, args, lang)?;
                    if formatted.changed { changed += 1 } else { same += 1 }
                }
                Err(why) => {
                    failed += 1;
                    refuse(&source.path, &why, args, common, &mut console)?;
                }
            }
        }
    }
    if changed + same + failed == 0 {
        let shown = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        bail!(say!(
            lang,
            "{shown}：没有规则文件可整理；规则文件叫 *.toml",
            "{shown}: there is no rule file to format; rule files are called *.toml"
        ));
    }
    let dry = args.check || args.diff;
    if !common.quiet && !args.json {
        let done = match dry {
            true => say!(
                lang,
                "{changed} 个文件需要整理，{same} 个已经整齐",
                "{changed} to be changed, {same} well as they are"
            ),
            false => say!(
                lang,
                "整理了 {changed} 个文件，{same} 个本来就整齐",
                "{changed} changed, {same} well as they were"
            ),
        };
        let left = say!(lang, "；{failed} 个有错误，没有动", "; {failed} with mistakes, not touched");
        say_line(&format!("{done}{}", if failed > 0 { left } else { String::new() }));
    }
    Ok(if failed > 0 || (args.check && changed > 0) { ExitCode::Failed } else { ExitCode::Fine })
}

/// Why a file was not formatted.
enum Unformatted {
    Rules(dehusk::Error),
    Other(String),
}

fn one(path: &str, name: &str, args: &FmtArgs, lang: Lang) -> Result<Formatted, Unformatted> {
    let failed = |error: std::io::Error| Unformatted::Other(reason(lang, &error));
    let bytes = fs::read(path).map_err(failed)?;
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(Unformatted::Other(say!(
            lang,
            "不是 UTF-8。记事本：文件 → 另存为 → 编码选 UTF-8",
            "not UTF-8. Notepad: File → Save as → Encoding: UTF-8"
        )));
    };
    // Messages must show the path that the user gave.
    let formatted = format(name, &text, schema_for(Path::new(path)).as_deref()).map_err(Unformatted::Rules)?;
    if args.diff && formatted.changed {
        let diff = TextDiff::from_lines(&text, &formatted.text);
        let shown = diff.unified_diff().context_radius(2).header(path, path).to_string();
        let _ = write!(anstream::stdout().lock(), "{shown}");
    }
    if formatted.changed && !args.check && !args.diff {
        let write = || {
            let mut pending = AtomicFile::new(Path::new(path))?;
            pending.write_all(formatted.text.as_bytes())?;
            pending.commit(None)
        };
        write().map_err(failed)?;
    }
    Ok(formatted)
}

/// The relative path from a rule file to the schema in its folder or one of the three folders above.
fn schema_for(file: &Path) -> Option<String> {
    let file = file.canonicalize().ok()?;
    let mut up = String::new();
    for folder in file.parent()?.ancestors().take(4) {
        if folder.join(SCHEMA).is_file() {
            return Some(up + SCHEMA);
        }
        up.push_str("../");
    }
    None
}

fn tell(path: &str, changed: bool, args: &FmtArgs, lang: Lang) -> Result<()> {
    let mut out = anstream::stdout().lock();
    if args.json {
        writeln!(out, "{}", json!({ "file": path, "changed": changed, "errors": [] }))?;
    } else if changed && !args.diff {
        let word =
            if args.check { say!(lang, "需要整理", "would change") } else { say!(lang, "已整理", "changed") };
        writeln!(out, "{path}: {word}")?;
    }
    Ok(())
}

fn refuse(path: &str, why: &Unformatted, args: &FmtArgs, common: &CommonArgs, console: &mut Console) -> Result<()> {
    let lang = common.lang();
    if args.json {
        let errors: Vec<String> = match why {
            Unformatted::Rules(error) => {
                error.diagnostics().iter().map(|one| one.message.get(lang).to_owned()).collect()
            }
            Unformatted::Other(text) => vec![text.clone()],
        };
        writeln!(anstream::stdout().lock(), "{}", json!({ "file": path, "changed": false, "errors": errors }))?;
        return Ok(());
    }
    match why {
        Unformatted::Rules(error) => {
            for one in error.diagnostics() {
                let mut one = one.clone();
                one.source = path.to_owned();
                say_line(&one.render(lang, crate::ui::errors::styled_stderr()));
            }
            let text =
                say!(lang, "有错误，没有动；改好以后再整理", "has mistakes and was not touched; mend them first");
            console.tell(&Notice::new(Severity::Error, path, text));
        }
        Unformatted::Other(text) => console.tell(&Notice::new(Severity::Error, path, text)),
    }
    Ok(())
}
