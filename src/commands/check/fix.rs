//! `dehusk check --fix`: replaces lines that have mistakes with their corrections.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use dehusk::{Diagnostic, Fix, Lang, Level, RuleSet, Source, sources_in};

use crate::ui::atomic_file::AtomicFile;
use crate::ui::messages::{reason, say, say_line};

/// Most corrections in one file. Each one may reveal another mistake.
const MOST: usize = 1000;

/// Writes the corrected lines that `check` prints, as long as each of them helps. Returns how many.
///
/// # Errors
/// When a folder cannot be read, or a file cannot be written.
pub fn run(paths: &[std::path::PathBuf], lang: Lang) -> Result<usize> {
    let mut lines = 0;
    for path in paths {
        for source in sources_in(path)? {
            // A file that is not UTF-8 cannot be changed line by line.
            let Ok(text) = fs::read_to_string(&source.path) else { continue };
            let (mended, count) = mended(&source, text);
            if count == 0 {
                continue;
            }
            let write = || {
                let mut file = AtomicFile::new(Path::new(&source.path))?;
                file.write_all(mended.as_bytes())?;
                file.commit(None)
            };
            write().map_err(|error| {
                let (shown, why) = (&source.path, reason(lang, &error));
                anyhow::anyhow!(say!(lang, "{shown}：{why}", "{shown}: {why}"))
            })?;
            let shown = &source.path;
            let plural = if count == 1 { "line" } else { "lines" };
            say_line(&say!(lang, "{shown}：改了 {count} 行", "{shown}: {count} {plural} corrected"));
            lines += count;
        }
    }
    Ok(lines)
}

/// The text with its corrections, and their number.
fn mended(source: &Source, text: String) -> (String, usize) {
    let found = |text: &str| {
        let source = Source::from_bytes(&source.path, &source.name, text.as_bytes());
        RuleSet::check(&[source]).1
    };
    let mut text = text;
    let mut now = found(&text);
    let mut count = 0;
    while count < MOST {
        let better = now.iter().find_map(|one| {
            let changed = with_line(&text, one)?;
            let then = found(&changed);
            is_mended(one, &now, &then).then_some((changed, then))
        });
        let Some((changed, then)) = better else { break };
        (text, now) = (changed, then);
        count += 1;
    }
    (text, count)
}

/// Whether a corrected line helped: there are fewer mistakes, or none in this line. A mistake that was hidden before
/// may be reported for the first time.
fn is_mended(one: &Diagnostic, now: &[Diagnostic], then: &[Diagnostic]) -> bool {
    let errors = |found: &[Diagnostic]| found.iter().filter(|one| one.level == Level::Error).count();
    let stays = then.iter().any(|other| other.line == one.line && other.level <= Level::Warning);
    errors(then) < errors(now) || !stays
}

/// The text with the corrected line of a finding. `None` if the finding has none, or only an example that does not
/// keep what the line says.
fn with_line(text: &str, finding: &Diagnostic) -> Option<String> {
    let Some(Fix::Line(new)) = &finding.fix else { return None };
    let mut start = 0;
    for _ in 1..finding.line {
        start += text[start..].find('\n')? + 1;
    }
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let old = text[start..end].trim_end_matches('\r');
    // Of a long line, the message shows only a part.
    let is_whole = finding.line_text.trim() == old.trim_start_matches('\u{feff}').trim();
    let words = |line: &str| line.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let same_words = words(new).contains(&words(old)) || keeps_most(&words(new), &words(old));
    if !is_whole || old.trim().is_empty() || !same_words {
        return None;
    }
    let bom = if old.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    Some([&text[..start], bom, new, &text[start + old.len()..]].concat())
}

/// Whether almost all of the letters and digits of a line are still there, in their order.
fn keeps_most(new: &str, old: &str) -> bool {
    let mut rest = new.chars();
    let kept = old.chars().filter(|c| rest.clone().any(|d| d == *c) && rest.any(|d| d == *c)).count();
    kept * 10 >= old.chars().count() * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mend(text: &str) -> (String, usize) {
        mended(&Source::new("own.toml", ""), text.to_owned())
    }

    #[test]
    fn corrected_lines_are_written_and_nothing_else_changes() {
        let text = "# ours\n[[rule]]\nname = “按钮” # buttons\nremove = 'lin'\nis = '关闭窗口'\nremoves = '关闭窗口'\nkeeps = '他关闭窗口。'\n";
        let (new, count) = mend(text);
        assert_eq!(new.lines().count(), text.lines().count(), "{new}");
        assert!(count >= 1 && new.contains("name = '按钮'") && new.starts_with("# ours\n"), "{new}");
        assert_eq!(mend(&new).1, 0, "a second time there is nothing to do");
        // The suggestion is only an example, so it must not replace the line.
        let stray = "[[rule]]\nname = 'a'\nsome words that mean nothing\nis = '关闭窗口'\nremoves = '关闭窗口'\n";
        assert!(mend(stray).0.contains("some words that mean nothing"));
    }
}
