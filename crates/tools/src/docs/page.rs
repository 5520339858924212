//! All rules on one page, for people who want to know what is removed and why.
//!
//! The HTML is a single file that loads nothing else: it can be mailed, opened from a disk, and
//! read on a telephone, in light and dark mode. The search box needs a short script; without scripts
//! the page still shows every rule.

use std::collections::BTreeMap;

use super::reference::cell;
use super::sentence::{category_choice, repair_sentence, sentence};
use dehusk_rules::{Example, Rule, RuleSet, Status, TextField};
use dehusk_text::{Lang, Message, say};

/// What the page shows, and how.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// The language of headings and sentences.
    pub lang: Lang,
    /// The title at the top of the page.
    pub title: &'a str,
    /// The prefix of links to rules; `file.toml#L12` is appended.
    pub link: &'a str,
    /// The number of documents in which each rule matched, by its full name, if that was counted.
    pub hits: Option<&'a BTreeMap<String, u64>>,
    /// Files that stand before all others: the reader's own. Without `.toml`, as in full names.
    pub own: &'a [String],
}

/// A rule without a note that has fewer hits than this is listed as [`forgotten`].
const FEW: u64 = 3;

struct PageEntry {
    file: String,
    name: String,
    line: u32,
    note: Option<String>,
    label: &'static str,
    sentence: Message,
    /// All that the rule looks for.
    texts: Vec<String>,
    removes: Vec<Example>,
    keeps: Vec<Example>,
    hits: Option<u64>,
    off: bool,
}

impl PageEntry {
    fn of(rule: &Rule, page: &Page<'_>) -> Self {
        Self {
            file: rule.file.clone(),
            name: rule.name.clone(),
            line: rule.line,
            note: rule.note.clone(),
            label: match page.lang {
                Lang::Zh => category_choice(rule.category).label,
                Lang::En => rule.category.name(),
            },
            sentence: sentence(rule),
            texts: TextField::ALL
                .into_iter()
                .flat_map(|field| field.texts(rule))
                .map(|phrase| phrase.text.clone().into_owned())
                .collect(),
            removes: rule.removes.clone(),
            keeps: rule.keeps.clone(),
            hits: page.hits.map(|hits| hits.get(&rule.full_name()).copied().unwrap_or(0)),
            off: rule.status == Status::Off,
        }
    }

    fn path(&self) -> String {
        let ending = if self.file.contains("lists/") { "txt" } else { "toml" };
        format!("{}.{ending}", self.file)
    }
}

/// The rules and repairs by file.
fn groups(page: &Page<'_>) -> BTreeMap<String, Vec<PageEntry>> {
    let mut groups: BTreeMap<String, Vec<PageEntry>> = BTreeMap::new();
    for rule in &page.rules.rules {
        groups.entry(rule.file.clone()).or_default().push(PageEntry::of(rule, page));
    }
    for repair in &page.rules.repairs {
        let pairs = repair.before.iter().zip(&repair.after);
        let removes = pairs
            .map(|(before, after)| Example {
                text: before.text.clone(),
                result: Some(after.text.clone()),
                line: before.line,
            })
            .collect();
        groups.entry(repair.file.clone()).or_default().push(PageEntry {
            file: repair.file.clone(),
            name: repair.name.clone(),
            line: repair.line,
            note: repair.note.clone(),
            label: if page.lang == Lang::Zh { "修复" } else { "repair" },
            sentence: repair_sentence(repair),
            texts: Vec::new(),
            removes,
            keeps: Vec::new(),
            hits: None,
            off: repair.status == Status::Off,
        });
    }
    for entries in groups.values_mut() {
        entries.sort_by_key(|entry| entry.line);
    }
    groups
}

/// Rules without a note that matched in fewer than [`FEW`] documents.
fn forgotten(groups: &BTreeMap<String, Vec<PageEntry>>) -> Vec<&PageEntry> {
    let all = groups.values().flatten();
    all.filter(|entry| entry.note.is_none() && entry.hits.is_some_and(|hits| hits < FEW)).collect()
}

fn forgotten_title() -> Message {
    say!("谁还记得这些规则？", "Who remembers these rules?")
}

fn forgotten_words() -> Message {
    say!(
        "没有写 note，命中不到 {FEW} 篇。写上为什么要有它，或者停用。",
        "No note, and fewer than {FEW} documents hit. Say why they exist, or switch them off."
    )
}

fn hits_words(hits: u64) -> Message {
    let word = if hits == 1 { "document" } else { "documents" };
    say!("命中 {hits} 篇", "{hits} {word}")
}

/// The page as HTML.
pub fn html(page: &Page<'_>) -> String {
    let groups = groups(page);
    let get = |message: Message| message.get(page.lang).to_string();
    let lang = match page.lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    };
    let count: usize = groups.values().map(Vec::len).sum();
    let ordered = own_first(&groups, page.own);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p class=\"count\"><span id=\"shown\">{count}</span> {}</p>\n\
         <p><input id=\"search\" type=\"search\" placeholder=\"{}\" aria-label=\"{}\"></p>\n",
        get(say!("条规则", "rules")),
        get(say!("搜索：名称、词句、例子……", "Search names, texts, examples …")),
        get(say!("搜索", "Search")),
        title = escaped(page.title),
    );
    out.push_str("<nav>");
    // A line for each folder (a language, mostly); files outside of folders share one.
    for lines in ordered.chunk_by(|(one, _), (next, _)| folder(one) == folder(next)) {
        out.push_str("<p>");
        if let Some(folder) = lines.first().and_then(|(file, _)| folder(file)) {
            out.push_str(&format!("<b>{}</b> ", escaped(folder)));
        }
        for (file, entries) in lines {
            let name = folder(file).map_or(file.as_str(), |folder| &file[folder.len() + 1..]);
            // In Chinese the names of files say nothing; what a file is about does.
            let about = match (page.lang, entries.first()) {
                (Lang::Zh, Some(entry)) => format!(" {}", entry.label),
                _ => String::new(),
            };
            out.push_str(&format!(
                "<span><a href=\"#{}\">{}{about}</a> <small>{}</small></span> ",
                escaped(file),
                escaped(name),
                entries.len()
            ));
        }
        out.push_str("</p>\n");
    }
    out.push_str("</nav>\n");
    let forgotten = forgotten(&groups);
    if !forgotten.is_empty() {
        out.push_str(&format!(
            "<section class=\"forgotten\">\n<h2>{}</h2>\n<p>{}</p>\n<ul>\n",
            get(forgotten_title()),
            get(forgotten_words())
        ));
        for entry in forgotten {
            out.push_str(&format!(
                "<li><a href=\"#{id}\">{} › {}</a> <small>{}</small></li>\n",
                escaped(&entry.file),
                escaped(&entry.name),
                get(hits_words(entry.hits.unwrap_or(0))),
                id = escaped(&id(entry)),
            ));
        }
        out.push_str("</ul>\n</section>\n");
    }
    for (file, entries) in &ordered {
        out.push_str(&format!("<section>\n<h2 id=\"{0}\">{0}</h2>\n", escaped(file)));
        for entry in *entries {
            rule_html(&mut out, entry, page);
        }
        out.push_str("</section>\n");
    }
    out.push_str(&format!("<script>\n{SCRIPT}</script>\n</body>\n</html>\n"));
    out
}

/// The files of the reader before the others, each kind by name.
fn own_first<'g>(
    groups: &'g BTreeMap<String, Vec<PageEntry>>,
    own: &[String],
) -> Vec<(&'g String, &'g Vec<PageEntry>)> {
    let (mut first, others): (Vec<_>, Vec<_>) = groups.iter().partition(|(file, _)| own.contains(file));
    first.extend(others);
    first
}

fn id(entry: &PageEntry) -> String {
    format!("{}:{}", entry.file, entry.name)
}

fn rule_html(out: &mut String, entry: &PageEntry, page: &Page<'_>) {
    let get = |message: &Message| message.get(page.lang).to_string();
    let path = entry.path();
    out.push_str(&format!(
        "<article id=\"{}\"{}>\n<h3>{} <small>{}</small> <a class=\"place\" href=\"{}{path}#L{line}\">{path}:{line}</a></h3>\n",
        escaped(&id(entry)),
        if entry.off { " class=\"off\"" } else { "" },
        escaped(&entry.name),
        entry.label,
        escaped(page.link),
        path = escaped(&path),
        line = entry.line,
    ));
    out.push_str(&format!("<p>{}</p>\n", escaped(&get(&entry.sentence))));
    if let Some(note) = &entry.note {
        out.push_str(&format!("<p class=\"note\">{}</p>\n", escaped(note)));
    }
    if !entry.texts.is_empty() {
        let count = entry.texts.len();
        let texts = if count == 1 { "text" } else { "texts" };
        out.push_str(&format!(
            "<details><summary>{}</summary><p>{}</p></details>\n",
            get(&say!("{count} 个写法", "{count} {texts}")),
            escaped(&entry.texts.join("\n"))
        ));
    }
    if let Some(hits) = entry.hits {
        out.push_str(&format!("<p class=\"hits\">{}</p>\n", get(&hits_words(hits))));
    }
    if !entry.removes.is_empty() || !entry.keeps.is_empty() {
        out.push_str("<div class=\"examples\">\n");
        for example in &entry.removes {
            out.push_str("<p>");
            match &example.result {
                None => out.push_str(&format!("<del>{}</del>", escaped(&example.text))),
                Some(result) => {
                    out.push_str(&format!("<del>{}</del> → {}", escaped(&example.text), escaped(result)));
                }
            }
            out.push_str("</p>\n");
        }
        for example in &entry.keeps {
            out.push_str(&format!("<p class=\"keep\">{}</p>\n", escaped(&example.text)));
        }
        out.push_str("</div>\n");
    }
    out.push_str("</article>\n");
}

/// The folder of a file: `zh` of `zh/nav`.
fn folder(file: &str) -> Option<&str> {
    file.split_once('/').map(|(folder, _)| folder)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#222;--paper:#fff;--soft:#6b6b6b;--line:#ddd;--card:#f7f7f5;--go:#b3261e;--stay:#1b6e3c}
@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--paper:#181818;--soft:#a0a0a0;--line:#3a3a3a;--card:#222;--go:#ff8a80;--stay:#7fd6a0}}
body{margin:0 auto;max-width:52rem;padding:1rem;font:16px/1.7 system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.15rem;border-bottom:1px solid var(--line);margin-top:2rem}h3{font-size:1rem;margin:0}
small,.count,.note,.hits{color:var(--soft);font-weight:normal}.note,.hits{font-size:.9rem}
a{color:inherit}.place{float:right;font:.8rem ui-monospace,monospace;color:var(--soft)}
nav{line-height:1.8}nav p{margin:.2rem 0}nav b{display:inline-block;min-width:2.2em}nav span{white-space:nowrap;margin-right:.6em}
input{width:100%;box-sizing:border-box;padding:.5rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px}
article{margin:1rem 0;padding:.8rem 1rem;background:var(--card);border-radius:8px;overflow-wrap:anywhere}article p{margin:.4rem 0}
details{font-size:.9rem;color:var(--soft)}details p{white-space:pre-wrap}
.examples{font-size:.9rem;border-top:1px dashed var(--line);margin-top:.5rem}.examples p{white-space:pre-wrap;unicode-bidi:plaintext}
del{color:var(--go)}.keep{color:var(--stay)}.off{opacity:.55}.forgotten{border-left:3px solid var(--go);padding-left:1rem}[hidden]{display:none}
";

const SCRIPT: &str = "\
const box=document.getElementById('search'),all=[...document.querySelectorAll('article')],texts=all.map(a=>a.textContent.toLowerCase());
box.addEventListener('input',()=>{const words=box.value.toLowerCase().split(/\\s+/).filter(Boolean);let n=0;
all.forEach((a,i)=>{a.hidden=!words.every(w=>texts[i].includes(w));n+=!a.hidden});
document.getElementById('shown').textContent=n;
document.querySelectorAll('body>section:not(.forgotten)').forEach(s=>s.hidden=![...s.querySelectorAll('article')].some(a=>!a.hidden))});
";

/// The page as Markdown.
pub fn markdown(page: &Page<'_>) -> String {
    let groups = groups(page);
    let get = |message: &Message| message.get(page.lang).to_string();
    let mut out = format!("# {}\n", page.title);
    let forgotten = forgotten(&groups);
    if !forgotten.is_empty() {
        out.push_str(&format!("\n## {}\n\n{}\n\n", get(&forgotten_title()), get(&forgotten_words())));
        for entry in forgotten {
            out.push_str(&format!("- {} › {}\n", cell(&entry.file), cell(&entry.name)));
        }
    }
    for (file, entries) in &groups {
        out.push_str(&format!("\n## {}\n", marked(file)));
        for entry in entries {
            let (path, line) = (entry.path(), entry.line);
            out.push_str(&format!("\n### {}\n\n{}", marked(&entry.name), marked(&get(&entry.sentence))));
            let target = target(&format!("{}{path}", page.link));
            out.push_str(&format!(" [{}:{line}]({target}#L{line})\n", marked(&path)));
            if let Some(note) = &entry.note {
                out.push_str(&format!("\n> {}\n", marked(note)));
            }
            if let Some(hits) = entry.hits {
                out.push_str(&format!("\n{}\n", get(&hits_words(hits))));
            }
            if !entry.removes.is_empty() || !entry.keeps.is_empty() {
                out.push('\n');
            }
            for example in &entry.removes {
                let text = marked(&example.text);
                match &example.result {
                    Some(result) => out.push_str(&format!("- ~~{text}~~ → {}\n", marked(result))),
                    None => out.push_str(&format!("- ~~{text}~~\n")),
                }
            }
            for example in &entry.keeps {
                out.push_str(&format!("- {}\n", marked(&example.text)));
            }
        }
    }
    out
}

/// A text that Markdown shows as it is.
/// A path as the target of a link in Markdown.
fn target(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            ' ' | '<' | '>' | '(' | ')' | '\\' | '"' => out.push_str(&format!("%{:02X}", u32::from(c))),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '\n' => out.push_str("<br>"),
            '<' => out.push_str("&lt;"),
            '\\' | '*' | '_' | '`' | '[' | ']' | '#' | '~' | '|' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}
