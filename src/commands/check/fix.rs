//! `dehusk check --fix`: replaces lines that have mistakes with their corrections.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use dehusk::{Diagnostic, Fix, Lang, Level, Message, RuleSet, Source, sources_in};

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
            let (mended, count, left) = mended(&source, text);
            for one in &left {
                let (shown, line) = (&source.path, one.line);
                let why = reason_left(one).get(lang).to_owned();
                say_line(&say!(
                    lang,
                    "{shown}:{line}：没有自动改：{why}",
                    "{shown}:{line}: not changed by --fix: {why}"
                ));
            }
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

/// Why a corrected line that is printed was not written.
fn reason_left(one: &Diagnostic) -> Message {
    if is_example(one) {
        return dehusk::say!(
            "下面写的是例子；这些文字该放进哪个设置，只有你知道",
            "what is shown below is an example; only you know which setting these words belong to"
        );
    }
    if one.line_text.contains('…') {
        return dehusk::say!(
            "这一行太长，下面只显示了一部分",
            "the line is too long, and what is shown below is a part of it"
        );
    }
    dehusk::say!(
        "改成下面的写法以后，这一行还有别的错误；请自己看一看",
        "with the line below there would still be a mistake; look at it yourself"
    )
}

/// Whether the lines of a finding show how something could be written, rather than what the author wrote.
fn is_example(one: &Diagnostic) -> bool {
    one.code == "stray-line"
}

/// The text with its corrections, how many, and the findings whose corrected line was not written.
fn mended(source: &Source, text: String) -> (String, usize, Vec<Diagnostic>) {
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
    now.retain(|one| matches!(one.fix, Some(Fix::Line(_))));
    (text, count, now)
}

/// Whether a corrected line helped: there are fewer mistakes, or none in this line. A mistake that was hidden before
/// may be reported for the first time.
fn is_mended(one: &Diagnostic, now: &[Diagnostic], then: &[Diagnostic]) -> bool {
    let errors = |found: &[Diagnostic]| found.iter().filter(|one| one.level == Level::Error).count();
    let stays = then.iter().any(|other| other.line == one.line && other.level <= Level::Warning);
    errors(then) < errors(now) || !stays
}

/// The text with the corrected line of a finding, if it has one that holds what stood there.
fn with_line(text: &str, finding: &Diagnostic) -> Option<String> {
    let Some(Fix::Line(new)) = &finding.fix else { return None };
    if is_example(finding) {
        return None;
    }
    let mut start = 0;
    for _ in 1..finding.line {
        start += text[start..].find('\n')? + 1;
    }
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let old = text[start..end].trim_end_matches('\r');
    // Of a long line, the message shows only a part.
    let is_whole = finding.line_text.trim() == old.trim_start_matches('\u{feff}').trim();
    if !is_whole || old.trim().is_empty() || !is_same_line(new, old) {
        return None;
    }
    let bom = if old.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    Some([&text[..start], bom, new, &text[start + old.len()..]].concat())
}

/// Whether a corrected line says what the old one said. The name of the setting may be another one; of its value
/// the words stay: all or almost all of them, or the part of them that counts, as the host of an address.
fn is_same_line(new: &str, old: &str) -> bool {
    let words = |line: &str| line.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let value = |line: &str| line.split_once(['=', '＝', ':', '：']).map(|(_, value)| words(value));
    let (all_new, all_old) = (words(new), words(old));
    if all_new.contains(&all_old) || keeps_most(&all_new, &all_old) {
        return true;
    }
    match (value(new), value(old)) {
        (Some(new), Some(old)) if !new.is_empty() => new == old || old.contains(&new) || keeps_most(&new, &old),
        _ => false,
    }
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
        let (text, count, _) = mended(&Source::new("own.toml", ""), text.to_owned());
        (text, count)
    }

    #[test]
    fn a_name_or_a_host_is_corrected_and_a_line_is_never_written_twice() {
        let rule = |lines: &str| format!("[[rule]]\n{lines}is = '青石晚报小程序'\nremoves = '青石晚报小程序'\n");
        for (wrong, right) in [
            ("名称 = '青石'\n", "name = '青石'\n"),
            ("name = 'a'\nis_not = 'x'\n", "name = 'a'\nunless_is = 'x'\n"),
            ("name = 'a'\nsites = 'https://qs.example/news'\n", "name = 'a'\nsites = 'qs.example'\n"),
        ] {
            assert_eq!(mend(&rule(wrong)).0, rule(right));
        }
        let stray = "青石晚报小程序\n青石晚报客户端\n";
        let (text, count, left) = mended(&Source::new("own.toml", ""), stray.to_owned());
        assert_eq!((text.as_str(), count, left.len()), (stray, 0, 1));
        let remark = "[[rule]] 口号\nname = 'a'\nis = '青石晚报小程序'\nremoves = '青石晚报小程序'\n";
        assert_eq!(mend(remark).0, remark.replace(" 口号", "  # 口号"));
        let setting = remark.replace(" 口号\nname", " name");
        assert_eq!(mend(&setting).0, remark.replace(" 口号", ""));
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
