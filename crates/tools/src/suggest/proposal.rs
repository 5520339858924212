//! [`propose`]: a paste becomes the settings of a rule.

use dehusk_learn::slotted;
use dehusk_text::is_han;

/// How much of the text goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HowMuch {
    /// What the paste looks like: a heading over its items is a list, all else are lines.
    #[default]
    AsPasted,
    /// The line.
    Line,
    /// Some words of the line.
    Words,
    /// A heading and the list under it.
    List,
    /// Several of the lines in a row.
    Run,
    /// Everything from the first line to the end.
    ToEnd,
    /// Nothing: the line must stay.
    Stays,
}

/// How the paste is understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// `remove`; empty for a line that must stay.
    pub remove: &'static str,
    /// The field of the texts.
    pub field: &'static str,
    /// The texts.
    pub texts: Vec<String>,
    /// `max_length`, where a label alone would be too much.
    pub max_length: Option<usize>,
    /// `at_least`, of a run.
    pub at_least: Option<usize>,
    /// `lines_contain`: the site's own words, which the lines below must have.
    pub lines_contain: Vec<String>,
}

/// What to remove and by which field. `lines` are trimmed and none is empty.
pub(super) fn propose(how_much: HowMuch, lines: &[&str], words: &[String]) -> Proposal {
    match how_much {
        HowMuch::AsPasted => match lines {
            [heading, items @ ..] if items.len() >= 2 && is_heading(heading, items) => list(heading),
            _ => alike(lines),
        },
        HowMuch::Line => alike(lines),
        HowMuch::Words => phrase(lines, words),
        HowMuch::List => lines.first().map(|heading| list(heading)).unwrap_or_default(),
        HowMuch::Run => {
            let least = lines.len().clamp(2, 3);
            Proposal { remove: "run", field: "is", texts: texts(lines), at_least: Some(least), ..Proposal::default() }
        }
        HowMuch::ToEnd => to_end(lines),
        HowMuch::Stays => Proposal { field: "is", texts: texts(lines), ..Proposal::default() },
    }
}

fn list(heading: &str) -> Proposal {
    Proposal { remove: "list", field: "is", texts: vec![slotted(heading)], ..Proposal::default() }
}

/// Lines of one kind: by their label, if all have one before something that changes, else whole.
fn alike(lines: &[&str]) -> Proposal {
    let longest = lines.iter().map(|line| length(line)).max().unwrap_or(0);
    let labels: Vec<&str> = lines.iter().map_while(|line| label(line)).collect();
    if let Some(first) = labels.first()
        && labels.len() == lines.len()
    {
        let texts = texts(&labels);
        // One label before different things, or a label before something short.
        // Words of letters take more than twice the room of the same words in Chinese.
        let (short, more) = if lines.iter().any(|line| line.chars().any(is_han)) { (40, 10) } else { (100, 25) };
        if texts.len() < lines.len() || length(first) * 2 >= longest || longest <= short {
            let max_length = Some((longest + more).max(20));
            return Proposal { remove: "line", field: "starts_with", texts, max_length, ..Proposal::default() };
        }
    }
    Proposal { remove: "line", field: "is", texts: texts(lines), ..Proposal::default() }
}

/// Words by where they stand in all of the lines.
fn phrase(lines: &[&str], words: &[String]) -> Proposal {
    let all = |stands: fn(&str, &str) -> bool| {
        let somewhere = |line: &&str| words.iter().any(|words| stands(line, words.trim()));
        !lines.is_empty() && lines.iter().all(somewhere)
    };
    let field = if all(|line, words| line.ends_with(words)) {
        "ends_with"
    } else if all(|line, words| line.starts_with(words)) {
        "starts_with"
    } else {
        "contains"
    };
    let words: Vec<&str> = words.iter().map(|words| words.trim()).filter(|words| !words.is_empty()).collect();
    Proposal { remove: "phrase", field, texts: texts(&words), ..Proposal::default() }
}

/// A footer: its first line, and what the lines below have of their own.
fn to_end(lines: &[&str]) -> Proposal {
    let Some((first, below)) = lines.split_first() else { return Proposal::default() };
    let (field, text) = match label(first) {
        Some(label) => ("starts_with", label),
        None => ("is", *first),
    };
    let own: Vec<&str> = below.iter().map(|line| label(line).unwrap_or(line)).collect();
    Proposal { remove: "to_end", field, texts: vec![slotted(text)], lines_contain: texts(&own), ..Proposal::default() }
}

/// As texts of a rule, each once.
fn texts(lines: &[&str]) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for line in lines {
        let text = slotted(line);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// Characters that are not space.
fn length(line: &str) -> usize {
    line.chars().filter(|c| !c.is_whitespace()).count()
}

/// A short line above longer ones, or above lines with bullets or dates.
fn is_heading(heading: &str, items: &[&str]) -> bool {
    let marked = |line: &str| line.starts_with(['·', '•', '-', '■', '●', '*', '▪', '◆']);
    let ends_open = heading.ends_with([':', '：']);
    let longer = items.iter().filter(|item| length(item) >= length(heading) * 2).count();
    // Headlines: each longer than the heading, of one line, and no sentence with a full stop.
    let is_headline = |item: &&str| {
        let han = item.chars().any(is_han);
        let most = if han { 40 } else { 110 };
        length(item) > length(heading) + 1
            && length(item) <= most
            && !item.ends_with(['。', '.', '！', '？', '!', '…'])
            && label(item).is_none()
    };
    let short = if heading.chars().any(is_han) { 8 } else { 20 };
    let headlines = length(heading) <= short && label(heading).is_none() && items.iter().all(is_headline);
    !marked(heading)
        && length(heading) <= 20
        && (items.iter().all(|item| marked(item))
            || longer == items.len() && (ends_open || length(heading) <= 6)
            || headlines)
}

/// What stands before the first colon, with the colon, if it is short and something follows.
fn label(line: &str) -> Option<&str> {
    let (at, colon) = line.char_indices().find(|&(_, c)| c == ':' || c == '：')?;
    let label = &line[..at];
    let rest = &line[at + colon.len_utf8()..];
    let short = length(label) <= if label.chars().any(is_han) { 8 } else { 20 };
    let fits = short && length(label) >= 2 && !rest.trim().is_empty() && !label.contains(|c: char| c.is_ascii_digit());
    fits.then(|| &line[..at + colon.len_utf8()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(lines: &[&str]) -> (&'static str, &'static str, Vec<String>) {
        let proposal = propose(HowMuch::AsPasted, lines, &[]);
        (proposal.remove, proposal.field, proposal.texts)
    }

    #[test]
    fn the_paste_says_what_to_remove() {
        assert_eq!(proposal(&["【X 關閉】"]), ("line", "is", vec!["【X 關閉】".into()]));
        assert_eq!(proposal(&["责任编辑：王小满"]), ("line", "starts_with", vec!["责任编辑：".into()]));
        let list = ["相关新闻", "· 县图书馆周末开放到晚上九点", "· 老渡口的新船下月试航"];
        assert_eq!(proposal(&list), ("list", "is", vec!["相关新闻".into()]));
        let bare = ["延伸阅读", "青石县新修三座桥", "渡口日报迎来百年", "老磨坊改成图书馆"];
        assert_eq!(proposal(&bare), ("list", "is", vec!["延伸阅读".into()]));
        let alike = ["返回顶部", "返回首页", "关闭窗口"];
        assert_eq!(proposal(&alike).0, "line");
        assert_eq!(proposal(&alike).2.len(), 3);
    }

    #[test]
    fn an_answer_comes_before_the_paste() {
        let lines = ["河湾网版权所有", "主办单位：河湾日报社", "地址：河湾县渡口路 8 号"];
        let end = propose(HowMuch::ToEnd, &lines, &[]);
        assert_eq!((end.remove, end.field, end.texts), ("to_end", "is", vec!["河湾网版权所有".to_string()]));
        assert_eq!(end.lines_contain, ["主办单位：", "地址："]);
        let run = propose(HowMuch::Run, &["首页", "新闻", "图片", "首页"], &[]);
        assert_eq!((run.remove, run.texts.len(), run.at_least), ("run", 3, Some(3)));
        let words = |line, words: &str| propose(HowMuch::Words, &[line], &[words.to_string()]).field;
        assert_eq!(words("渡船开了。【看图】", "【看图】"), "ends_with");
        assert_eq!(words("【看图】渡船开了。", "【看图】"), "starts_with");
        assert_eq!(words("渡船【看图】开了。", "【看图】"), "contains");
        assert_eq!(propose(HowMuch::Line, &["相关新闻", "· 甲乙丙丁戊己庚辛", "· 甲乙丙丁戊己庚"], &[]).remove, "line");
    }
}
