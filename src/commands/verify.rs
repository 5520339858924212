//! `dehusk verify`: checks whether the results of a run are still what it wrote.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use dehusk::pipeline::{self, ResultFile};
use dehusk::{all_cores, parallel_map};

use crate::read::args::CommonArgs;
use crate::read::files::{Exclude, expand};
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, Notice, Severity, reason, say};

/// Check that the results of a run are all there, byte for byte
///
/// The journal of the run knows the size and checksum of each file that it put into the folder. What is
/// missing, cut off or changed since is named; --resume with the arguments of the run does it again.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all is as it was written, 1 something is missing or changed, or the run was limited or not finished, 2 there is no run in the folder"
)]
pub struct VerifyArgs {
    /// The folder that a run wrote with --out
    #[arg(value_name = "DIR", required = true)]
    pub results: PathBuf,
}

/// The state of a result.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ResultState {
    Whole,
    Missing,
    /// Cut off; this is its length now, in bytes.
    Cut(u64),
    Changed,
}

/// Runs the command.
pub fn run(args: &VerifyArgs, common: &CommonArgs) -> anyhow::Result<ExitCode> {
    let lang = common.lang();
    let out = &args.results;
    let place = out.display();
    let found = pipeline::entries(out).map_err(|error| anyhow::anyhow!("{place}: {}", reason(lang, &error)))?;
    let Some((run, entries)) = found else {
        if let Err(error) = out.metadata() {
            bail!("{place}: {}", reason(lang, &error));
        }
        bail!(say!(
            lang,
            "{place} 里没有运行的记录；verify 检查 --out 写出的文件夹",
            "there is no run in {place}; verify checks a folder that --out wrote"
        ));
    };
    let mut console = Console::new(lang, common.quiet);
    let unknown = entries.iter().filter(|entry| entry.results.is_none()).count();
    let failed: u64 = entries.iter().map(|entry| entry.summary.failed).sum();
    let results: Vec<ResultFile> = entries.into_iter().filter_map(|entry| entry.results).flatten().collect();
    let states = parallel_map(&results, all_cores(), |result| {
        let path = out.join(pipeline::path_of_name(&result.name));
        match path.metadata() {
            Err(_) => ResultState::Missing,
            Ok(meta) if meta.len() < result.size => ResultState::Cut(meta.len()),
            Ok(_) if result.is_same(out) => ResultState::Whole,
            Ok(_) => ResultState::Changed,
        }
    });
    let mut whole = 0;
    for (result, state) in results.iter().zip(states) {
        let text = match state {
            ResultState::Whole => {
                whole += 1;
                continue;
            }
            ResultState::Missing => say!(lang, "不见了", "it is gone"),
            ResultState::Cut(now) => {
                let was = result.size;
                say!(
                    lang,
                    "不完整：写出时 {was} 字节，现在 {now}",
                    "it is cut off: {was} bytes were written, {now} are there"
                )
            }
            ResultState::Changed => say!(lang, "写出以后改动过", "it was changed after it was written"),
        };
        console.tell(&Notice::new(Severity::Error, result.name.as_str(), text));
    }
    if !run.finished {
        let text = say!(lang, "这次运行没有做完；--resume 接着做", "the run was not finished; --resume goes on");
        console.tell(&Notice::new(Severity::Error, place.to_string(), text));
    }
    // Files that the limit cut off, or that it left no time to note, are no results that can be compared.
    let limit = run.asked.get("--limit").filter(|limit| !limit.is_empty());
    if let Some(limit) = limit {
        let text = say!(
            lang,
            "这次运行只做了一部分 (--limit {limit})，没有记下全部结果，无法全部检查",
            "the run was limited (--limit {limit}) and did not note all of its results; not all can be checked"
        );
        console.tell(&Notice::new(Severity::Error, place.to_string(), text));
    }
    if unknown > 0 {
        let text = say!(
            lang,
            "有 {unknown} 个批次是旧版本写的，没有记下结果，无法检查",
            "{unknown} shards were written by an earlier version, which did not note its results; they cannot be checked"
        );
        console.tell(&Notice::new(Severity::Warning, place.to_string(), text));
    }
    let known: BTreeSet<&str> = results.iter().map(|result| result.name.as_str()).collect();
    let there = expand(std::slice::from_ref(out), &Exclude { out: None, in_place: false, backup: None }).found;
    let others = there.iter().filter(|file| !known.contains(file.mirrored_name().as_str())).count();
    if others > 0 && unknown == 0 && limit.is_none() {
        let english = match others {
            1 => "1 more file is there that is no result of the run".to_owned(),
            _ => format!("{others} more files are there that are no results of the run"),
        };
        let text = say!(lang, "另有 {others} 个文件不是这次运行写的结果", "{english}");
        console.tell(&Notice::new(Severity::Note, place.to_string(), text));
    }
    let all = results.len();
    let text = match failed {
        0 => say!(lang, "{all} 个结果里 {whole} 个完好", "{whole} of {all} results are as they were written"),
        _ => say!(
            lang,
            "{all} 个结果里 {whole} 个完好；运行时有 {failed} 条记录或文件出错",
            "{whole} of {all} results are as they were written; {failed} records or files failed in the run"
        ),
    };
    console.tell(&Notice::new(Severity::Note, "dehusk", text));
    Ok(console.finish())
}
