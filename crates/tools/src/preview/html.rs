//! A self-contained HTML page that shows documents before and after the change.

use std::fmt::Write as _;

use super::{ChangeTally, RemovalWalk, RemovedOfLine, Side};
use dehusk_text::{Document, Lang, say};

/// A document before and after, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    rows: Vec<SheetRow>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SheetRow {
    number: usize,
    text: String,
    /// How much of it is removed, before and after.
    shares: [RemovedShare; 2],
    /// The rule that removes it, before and after.
    rules: [Option<String>; 2],
}

/// How much of a line is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RemovedShare {
    Nothing,
    Words,
    All,
}

/// How many lines are shown before and after a changed line.
const AROUND: usize = 3;

impl Sheet {
    /// The rows of a document, with what each side removes. `name` is its heading.
    pub fn new(name: &str, document: &Document<'_>, before: Side<'_>, after: Side<'_>) -> Self {
        let (mut old, mut new) = (RemovalWalk::new(before), RemovalWalk::new(after));
        let share = |removed: &RemovedOfLine<'_>, len: usize| match removed.bytes {
            0 => RemovedShare::Nothing,
            bytes if bytes == len => RemovedShare::All,
            _ => RemovedShare::Words,
        };
        let rows = (0..document.len()).filter(|&line| !document.line_text(line).trim().is_empty()).map(|line| {
            let (was, is) = (old.at(document, line), new.at(document, line));
            let len = document.line(line).len();
            SheetRow {
                number: line + 1,
                text: document.line_text(line).to_string(),
                shares: [share(&was, len), share(&is, len)],
                rules: [was.rule, is.rule],
            }
        });
        Self { name: name.to_string(), rows: rows.collect() }
    }

    fn write(&self, lang: Lang, out: &mut String) {
        let _ = write!(out, "<section><h2>{}</h2><div class=rows>", escaped(&self.name));
        let columns = [say!("之前", "before"), say!("之后", "after")];
        for (column, side) in columns.iter().zip(["before", "after"]) {
            let _ = write!(out, "<div class='head {side}'>{}</div>", column.get(lang));
        }
        let near = |at: usize| {
            let from = at.saturating_sub(AROUND);
            self.rows[from..(at + AROUND + 1).min(self.rows.len())].iter().any(|row| row.shares[0] != row.shares[1])
        };
        let mut hidden = 0;
        for (at, row) in self.rows.iter().enumerate() {
            if !near(at) {
                hidden += 1;
                continue;
            }
            gap(&mut hidden, lang, out);
            for (side, label) in columns.iter().enumerate() {
                let state = match row.shares[side] {
                    RemovedShare::Nothing => "stay",
                    RemovedShare::Words => "part",
                    RemovedShare::All => "gone",
                };
                let same = if row.shares[0] == row.shares[1] { "same" } else { "new" };
                let class = format!("{} {state} {same}", ["before", "after"][side]);
                let rule = row.rules[side].as_deref().filter(|_| row.shares[side] != RemovedShare::Nothing);
                let rule = rule.map_or(String::new(), |rule| format!("<small>{}</small>", escaped(rule)));
                let _ = write!(
                    out,
                    "<div class='{class}' data-side='{}'><b>{}</b><span>{}</span>{rule}</div>",
                    escaped(label.get(lang)),
                    row.number,
                    escaped(&row.text)
                );
            }
        }
        gap(&mut hidden, lang, out);
        out.push_str("</div></section>\n");
    }
}

fn gap(hidden: &mut usize, lang: Lang, out: &mut String) {
    if *hidden > 0 {
        let count = *hidden;
        let lines = if count == 1 { "line" } else { "lines" };
        let said = say!("… {count} 行没有变化", "… {count} {lines} as before");
        let _ = write!(out, "<div class=gap>{}</div>", said.get(lang));
        *hidden = 0;
    }
}

/// The page. `changed` says what was changed in the rules, one line each.
pub fn html(tally: &ChangeTally, bodies: &ChangeTally, sheets: &[Sheet], changed: &[String], lang: Lang) -> String {
    let title = say!("规则改动的效果", "What the change does");
    let code = if lang == Lang::Zh { "zh" } else { "en" };
    let title = title.get(lang);
    let mut out = format!(
        "<!doctype html>\n<html lang={code}><head><meta charset=utf-8><meta name=viewport content='width=device-width, initial-scale=1'>\n<title>{title}</title>\n<style>{STYLE}</style></head><body><main>\n<h1>{title}</h1>\n<ul>"
    );
    for line in changed {
        let _ = write!(out, "<li>{}</li>", escaped(line));
    }
    let (documents, changed, more, less) = (tally.documents, tally.changed, tally.more(), tally.less());
    let (sentences, headlines) = (tally.sentences(), tally.headlines());
    let said = say!(
        "{documents} 篇里有 {changed} 篇的结果变了：多删 {more} 行（其中 {sentences} 行像完整的句子，{headlines} 行是标题），少删 {less} 行。",
        "{changed} of {documents} documents change: {more} more lines go ({sentences} of them look like sentences, {headlines} are headlines), {less} fewer."
    );
    let _ = writeln!(out, "</ul>\n<p>{}</p>", said.get(lang));
    warnings(tally, bodies, lang, &mut out);
    by_rule(tally, lang, &mut out);
    if sheets.len() < changed {
        let shown = sheets.len();
        let said = say!("这里是其中 {shown} 篇。", "{shown} of them stand here.");
        let _ = writeln!(out, "<p>{}</p>", said.get(lang));
    }
    for sheet in sheets {
        sheet.write(lang, &mut out);
    }
    let _ = writeln!(out, "</main><script>{SCRIPT}</script></body></html>");
    out
}

/// Whether it looks safe, and what known bodies lose: what the terminal says too.
fn warnings(tally: &ChangeTally, bodies: &ChangeTally, lang: Lang, out: &mut String) {
    let (count, lost) = (bodies.documents, bodies.more());
    let safe = tally.looks_safe() && lost == 0;
    if tally.more() > 0 {
        let said = match safe {
            true => say!("看起来安全。", "It looks safe."),
            false => say!(
                "⚠ 请逐行看过：要删的行里有像句子的、是标题的，或已知正文会少。",
                "⚠ Read each line: sentences, headlines or lines of known bodies go."
            ),
        };
        let _ = writeln!(out, "<p class={}>{}</p>", if safe { "safe" } else { "risk" }, said.get(lang));
    }
    if lost == 0 {
        let said = say!("已知正文（{count} 篇）里没有多删。", "The known bodies ({count}) lose no more lines.");
        let _ = writeln!(out, "<p>{}</p>", said.get(lang));
        return;
    }
    let said = say!(
        "⚠ 已知正文（{count} 篇）里会多删 {lost} 行：建议撤回，或改成 trial。",
        "⚠ {lost} more lines of the known bodies ({count}) go: better take it back, or set it to trial."
    );
    let _ = writeln!(out, "<p class=risk>{}</p><ul>", said.get(lang));
    for sample in bodies.rules.values().flat_map(|rule| &rule.samples).filter(|sample| sample.moved.goes) {
        let _ = writeln!(out, "<li>{} {}</li>", escaped(&sample.place), escaped(&sample.moved.text));
    }
    out.push_str("</ul>\n");
}

/// The rules with their counts and first lines, what one should look at first; a rule or a word filters all.
fn by_rule(tally: &ChangeTally, lang: Lang, out: &mut String) {
    if tally.rules.is_empty() {
        return;
    }
    let search = say!("只看含有这些字的：规则名、文件名、行", "Only what has these words: a rule, a file, a line");
    let _ = writeln!(out, "<input id=q type=search placeholder='{}'>", escaped(search.get(lang)));
    let mut rules: Vec<_> = tally.rules.iter().collect();
    rules.sort_by_key(|(name, rule)| {
        (std::cmp::Reverse(rule.sentences + rule.headlines), std::cmp::Reverse(rule.more + rule.less), name.as_str())
    });
    for (name, rule) in rules {
        let finder = say!("正文查找", "the body finder");
        let name = if name.is_empty() { finder.get(lang) } else { name };
        let (more, less, sentences, headlines) = (rule.more, rule.less, rule.sentences, rule.headlines);
        let said = say!(
            "多删 {more} 行（{sentences} 行像句子，{headlines} 行是标题），少删 {less} 行",
            "{more} more ({sentences} like sentences, {headlines} headlines), {less} fewer"
        );
        let open = if sentences + headlines > 0 { " open" } else { "" };
        let _ = write!(
            out,
            "<details class=rule{open}><summary><b>{}</b> {}</summary><ul>",
            escaped(name),
            escaped(said.get(lang))
        );
        for sample in &rule.samples {
            let moved = &sample.moved;
            let class = if moved.goes { "goes" } else { "back" };
            let risk = if moved.goes && moved.looks.is_risky() { " ⚠" } else { "" };
            let (place, text) = (escaped(&sample.place), escaped(&moved.text));
            let _ = write!(out, "<li class={class}><small>{place}</small> <span>{text}</span>{risk}</li>");
        }
        out.push_str("</ul></details>\n");
    }
}

/// Hides what has none of the words; without scripts all is shown.
const SCRIPT: &str = "
const q=document.getElementById('q');
q&&q.addEventListener('input',()=>{const w=q.value.trim().toLowerCase();
for(const e of document.querySelectorAll('details.rule,section'))e.hidden=w!==''&&!e.textContent.toLowerCase().includes(w)});
";

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1c1c1a;--paper:#fbfaf7;--line:#dedbd2;--soft:#6d6a61;--gone:#b3261e;--gonebg:#fbe9e7;--new:#1b6e3c;--newbg:#e6f4ea}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e0;--paper:#191917;--line:#3a3934;--soft:#a19d92;--gone:#f2b8b5;--gonebg:#43201e;--new:#a8dab5;--newbg:#1f3a29}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif}
main{max-width:1200px;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;margin:.2rem 0}
h2{font-size:1rem;margin:2rem 0 .4rem;overflow-wrap:anywhere}
.rows{display:grid;grid-template-columns:1fr 1fr;border:1px solid var(--line);border-radius:8px;overflow:hidden}
.rows>div{padding:.2rem .6rem;border-bottom:1px solid var(--line);display:flex;gap:0 .6rem;flex-wrap:wrap;min-width:0}
.rows>.before{border-right:1px solid var(--line)}
.rows>.head{font-weight:600;color:var(--soft)}
.rows>.gap{grid-column:1/-1;color:var(--soft);justify-content:center;font-size:.9rem}
.rows b{font-weight:400;color:var(--soft);min-width:2.2rem;text-align:right}
.rows span{flex:1;min-width:0;overflow-wrap:anywhere;unicode-bidi:plaintext}
.rows small{width:100%;padding-left:2.8rem;color:var(--soft)}
.gone span{text-decoration:line-through;color:var(--soft)}
.gone.new{background:var(--gonebg)}
.gone.new span{color:var(--gone)}
.stay.new{background:var(--newbg)}
.part span{text-decoration:underline dotted}
.risk{color:var(--gone)}
.safe{color:var(--new)}
#q{width:100%;padding:.5rem;margin:.6rem 0;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:8px}
details.rule{border-top:1px solid var(--line);padding:.3rem 0}
details.rule li{overflow-wrap:anywhere}
.goes span{text-decoration:line-through;color:var(--gone)}
.back span{color:var(--new)}
@media(max-width:700px){
.rows{grid-template-columns:1fr}
.rows>.head,.rows>.after.same{display:none}
.rows>.before{border-right:0}
.rows>.new::before{content:attr(data-side);color:var(--soft);font-size:.8rem;width:100%;padding-left:2.8rem}
}
";
