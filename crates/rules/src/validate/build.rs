//! One table becomes one rule, repair or the settings.

mod remove;

use remove::remove;

use super::Off;
use crate::fields::{FIELDS, TableKind, choice, field};
use crate::model::{
    Action, Category, Conditions, ElementName, Profile, RemoveKind, Repair, RepairAction, RepairAt, Rule, Settings,
    Shape, Status,
};
use crate::phrases;
use crate::report::Report;
use crate::schema::Table;
use crate::source::Source;
use crate::text_field::{MAX_CONTAINS_ALL, TextField, TextRole};
use crate::texts::{Cut, examples};
use crate::values::Value;
use dehusk_text::{Fix, say};

/// The result of a table.
pub(super) enum Built {
    Rule(Box<Rule>),
    Repair(Box<Repair>),
}

/// Reads the tables of one file, with the defaults of its `[file]`.
pub(super) struct Builder<'a> {
    source: &'a Source,
    category: Option<Category>,
    status: Status,
    profile: Option<Profile>,
    sites: Vec<String>,
    except_sites: Vec<String>,
    languages: Vec<String>,
}

/// The settings that narrow where a rule acts.
const NARROWING: [&str; 3] = ["sites", "except_sites", "languages"];

/// A setting that narrows where a rule acts needs a value: without one, the rule would act everywhere.
fn must_name(table: &Table, name: &str, report: &mut Report) {
    let (source, Some(entry)) = (report.source, table.get(name)) else { return };
    if table.texts(name).iter().all(|text| text.phrases(source).is_empty()) {
        let message = say!("{name} 是空的：规则就会用在所有地方", "{name} is empty: the rule would act everywhere");
        let fix = say!("写上值，或者删掉这一行", "write a value, or delete the line");
        report.error("empty-value", entry.span.clone(), message, Some(Fix::Advice(fix)));
    }
}

/// Whether a table has texts of which a line must have one, or a regex.
fn has_texts(table: &Table) -> bool {
    TextField::asked().chain([TextField::Regex]).any(|field| table.has(field.name()))
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a Source, tables: &[Table], report: &mut Report) -> Self {
        let of_file = tables.iter().find(|table| table.kind == TableKind::File);
        let stem = source.file().rsplit('/').next().unwrap_or_default();
        let named = field(TableKind::Rule, "category").and_then(|field| choice(field.choices(), stem));
        let category = of_file.and_then(|table| one(table, "category")).or(named.map(|choice| choice.value));
        let mut sites: Vec<String> = source.site().map(|host| vec![host.to_lowercase()]).unwrap_or_default();
        if let Some(host) = sites.first().filter(|host| !host.contains('.')) {
            let message = say!(
                "sites 文件夹里的文件名要是域名，{host} 不像域名",
                "files in the folder sites are named after a host, which {host} is not"
            );
            let fix = say!("例如 sites/dzwww.com.toml", "for example: sites/dzwww.com.toml");
            report.warning("wrong-host", 0..0, message, Some(Fix::Advice(fix)));
        }
        let mut except_sites = Vec::new();
        let mut languages = Vec::new();
        if let Some(table) = of_file {
            if table.has("sites") {
                sites = phrases::hosts(table.texts("sites"), report);
            }
            except_sites = phrases::hosts(table.texts("except_sites"), report);
            languages = phrases::languages(table.texts("languages"), report);
        }
        Self {
            source,
            category: category.map(category_of),
            status: of_file.and_then(|table| one(table, "status")).map(status_of).unwrap_or_default(),
            profile: of_file.and_then(|table| one(table, "profile")).map(profile_of),
            sites,
            except_sites,
            languages,
        }
    }

    /// The rule or repair of a table. `None` if it has a mistake or is a table of another kind.
    pub(super) fn table(
        &mut self,
        table: &Table,
        settings: &mut Settings,
        off: &mut Vec<Off>,
        report: &mut Report,
    ) -> Option<Built> {
        let before = report.errors();
        // In the settings, `sites` is a table of its own.
        for name in NARROWING.into_iter().filter(|_| table.kind != TableKind::Settings) {
            must_name(table, name, report);
        }
        let built = match table.kind {
            TableKind::Rule | TableKind::Keep => self.rule(table, report).map(|rule| Built::Rule(Box::new(rule))),
            TableKind::Repair => self.repair(table, report).map(|repair| Built::Repair(Box::new(repair))),
            TableKind::File => None,
            TableKind::Settings => {
                read_settings(table, settings, off, report);
                None
            }
        };
        built.filter(|_| report.errors() == before && table.broken.is_empty())
    }

    fn rule(&self, table: &Table, report: &mut Report) -> Option<Rule> {
        let name = name(table, report);
        missing(table, name.as_deref(), report);
        let conditions = conditions(table, report);
        if !has_texts(table) && !table.has("looks_like") {
            let message = match (table.kind, &name) {
                (TableKind::Keep, Some(name)) => {
                    say!("“{name}”没有条件，会保留每一行", "'{name}' has no condition: it would keep every line")
                }
                (TableKind::Keep, None) => {
                    say!("这一条没有条件，会保留每一行", "it has no condition: it would keep every line")
                }
                (_, Some(name)) => {
                    say!("规则“{name}”没有条件，会删掉每一行", "'{name}' has no condition: it would remove every line")
                }
                (_, None) => say!("这条规则没有条件，会删掉每一行", "it has no condition: it would remove every line"),
            };
            let fix = say!(
                "加上 is、starts_with、ends_with、contains 或 looks_like，例如 contains = '版权所有'",
                "add is, starts_with, ends_with, contains or looks_like, such as contains = 'all rights reserved'"
            );
            report.error("no-condition", table.header.clone(), message, Some(Fix::Advice(fix)));
        }
        let (action, removes_cut, keeps_cut) = match table.kind {
            TableKind::Keep => (Action::Keep, Cut::Lines, Cut::Lines),
            _ => {
                let remove = remove(table, report);
                let cuts = match remove.kind {
                    RemoveKind::Line => (Cut::Lines, Cut::Lines),
                    RemoveKind::Phrase => (Cut::LinesWithResult, Cut::Lines),
                    _ => (Cut::Blocks, Cut::Blocks),
                };
                (Action::Remove(remove), cuts.0, cuts.1)
            }
        };
        let category = one(table, "category").map(category_of).or(self.category).unwrap_or(Category::Other);
        let profile = one(table, "profile").map(profile_of).or(self.profile).unwrap_or(match (&action, category) {
            // What a keep protects must stay in every profile, so keeps act in all of them.
            (Action::Keep, _) | (_, Category::Spam | Category::Copyright) => Profile::Archive,
            _ => Profile::Article,
        });
        let cut = |name, cut| examples(self.source, table.texts(name), cut);
        let removes = cut("removes", removes_cut);
        if let (true, Some(entry)) = (removes.is_empty(), table.get("removes")) {
            let message = say!("removes 是空的", "removes is empty");
            let fix = say!("粘贴一行你想删掉的文字", "paste a line that you want gone");
            report.error("no-example", entry.key.clone(), message, Some(Fix::Advice(fix)));
        }
        Some(Rule {
            file: self.source.file().to_string(),
            path: self.source.name.clone(),
            name: name?,
            note: note(table),
            category,
            status: one(table, "status").map(status_of).unwrap_or(self.status),
            profile,
            action,
            conditions,
            sites: self.hosts(table, "sites", &self.sites, report),
            except_sites: self.hosts(table, "except_sites", &self.except_sites, report),
            languages: match table.has("languages") {
                true => phrases::languages(table.texts("languages"), report),
                false => self.languages.clone(),
            },
            exact: is_true(table, "exact"),
            removes,
            keeps: cut("keeps", keeps_cut),
            todo_removes: cut("todo_removes", removes_cut),
            todo_keeps: cut("todo_keeps", keeps_cut),
            allow: words(self.source, table, "allow"),
            line: table.line,
        })
    }

    fn hosts(&self, table: &Table, name: &str, default: &[String], report: &mut Report) -> Vec<String> {
        match table.has(name) {
            true => phrases::hosts(table.texts(name), report),
            false => default.to_vec(),
        }
    }

    fn repair(&self, table: &Table, report: &mut Report) -> Option<Repair> {
        let name = name(table, report);
        missing(table, name.as_deref(), report);
        let (find, builtin) = (table.has("find"), table.has("builtin"));
        if find == builtin {
            let message = match find {
                true => say!("find 和 builtin 只能写一个", "find and builtin exclude each other"),
                false => say!(
                    "这条修复没有说明怎么修：写 find 和 replace，或者写 builtin",
                    "it does not say what to repair: write find and replace, or builtin"
                ),
            };
            let fix = match find {
                true => say!("删掉其中一个", "delete one of them"),
                false => say!("例如 builtin = 'inserted_pinyin'", "for example: builtin = 'inserted_pinyin'"),
            };
            report.error("find-or-builtin", table.header.clone(), message, Some(Fix::Advice(fix)));
        }
        let literal = |name| table.texts(name).first().map(|text| text.text.strip_suffix('\n').unwrap_or(&text.text));
        for other in ["replace", "at"] {
            if let (true, false, Some(entry)) = (builtin, find, table.get(other)) {
                let message = say!("{other} 只能和 find 一起用", "{other} belongs to find");
                report.error(
                    "find-or-builtin",
                    entry.key.clone(),
                    message,
                    Some(Fix::Advice(say!("删掉这一行", "delete the line"))),
                );
            }
        }
        if find && !table.has("replace") {
            let message = say!("有 find，没有 replace", "there is a find without a replace");
            let fix = say!(
                "加一行 replace = '换成什么'；要删掉就写 replace = ''",
                "add replace = '…'; to delete it, replace = ''"
            );
            report.error("find-or-builtin", table.header.clone(), message, Some(Fix::Advice(fix)));
        }
        if let (Some(text), Some(entry)) = (literal("find"), table.get("find")) {
            let message = match text {
                "" => Some(say!("find 是空的", "find is empty")),
                _ if text.contains('\n') => Some(say!("find 只能写一行", "find takes one line")),
                _ if literal("replace") == Some(text) => {
                    Some(say!("find 和 replace 一样，什么也不会变", "find and replace are the same"))
                }
                _ => None,
            };
            if let Some(message) = message {
                report.error("wrong-value", entry.span.clone(), message, None);
            }
        }
        let examples = |name| examples(self.source, table.texts(name), Cut::Blocks);
        let (before, after) = (examples("before"), examples("after"));
        if let (true, Some(entry)) = (before.len() != after.len() && table.has("before"), table.get("after")) {
            let (many, few) = (before.len(), after.len());
            let message = say!(
                "before 有 {many} 个例子，after 有 {few} 个，要一一对应",
                "before has {many} examples and after {few}; they go in pairs"
            );
            report.error("no-example", entry.key.clone(), message, None);
        }
        let action = match one(table, "builtin") {
            Some("inserted_pinyin") => RepairAction::InsertedPinyin,
            Some("lost_indent") => RepairAction::LostIndent,
            Some("shifted_gbk") => RepairAction::ShiftedGbk,
            Some("trim_indent") => RepairAction::TrimIndent,
            Some("stray_tags") => RepairAction::StrayTags,
            Some("blank_lines") => RepairAction::BlankLines,
            Some(_) => RepairAction::FullWidthAscii,
            None => RepairAction::Replace {
                at: match one(table, "at") {
                    Some("line_start") => RepairAt::LineStart,
                    Some("line_end") => RepairAt::LineEnd,
                    _ => RepairAt::Anywhere,
                },
                find: literal("find").unwrap_or_default().to_string(),
                replace: literal("replace").unwrap_or_default().to_string(),
            },
        };
        Some(Repair {
            file: self.source.file().to_string(),
            name: name?,
            note: note(table),
            status: one(table, "status").map(status_of).unwrap_or(self.status),
            action,
            sites: self.hosts(table, "sites", &self.sites, report),
            before,
            after,
            line: table.line,
        })
    }
}

/// Reports required settings that the table does not have.
fn missing(table: &Table, name: Option<&str>, report: &mut Report) {
    let required = FIELDS.iter().filter(|field| field.required && field.tables.contains(&table.kind));
    for field in required.filter(|field| !table.has(field.name)) {
        let header = table.kind.header();
        let zh = name.map_or_else(|| format!("这条 {header} "), |name| format!("“{name}”"));
        let en = name.map_or_else(|| format!("this {header}"), |name| format!("'{name}'"));
        let (code, message, fix) = match field.name {
            "name" => (
                "no-name",
                say!("这条 {header} 没有名称", "this {header} has no name"),
                say!("加一行 name = '…'，名称随便起，不能重复", "add name = '…', any name that is not taken"),
            ),
            "removes" => (
                "no-example",
                say!("{zh}没有例子：缺 removes", "{en} has no example: removes is missing"),
                say!("粘贴一行你想删掉的文字：removes = '…'", "paste a line that you want gone: removes = '…'"),
            ),
            other => (
                "no-example",
                say!("{zh}没有例子：缺 {other}", "{en} has no example: {other} is missing"),
                say!(
                    "before = '损坏的文字'，after = '修好的文字'",
                    "before = 'the damaged text', after = 'what it must become'"
                ),
            ),
        };
        report.error(code, table.header.clone(), message, Some(Fix::Advice(fix)));
    }
}

fn name(table: &Table, report: &mut Report) -> Option<String> {
    let text = table.texts("name").first()?;
    let name = text.text.trim();
    let message = match name {
        "" => say!("名称是空的", "the name is empty"),
        _ if name.contains('\n') => say!("名称只能写一行", "a name is one line"),
        _ => return Some(name.to_string()),
    };
    report.error("no-name", text.span.clone(), message, None);
    None
}

fn note(table: &Table) -> Option<String> {
    table.texts("note").first().map(|text| text.text.trim().to_string())
}

/// The words of a setting that takes several.
fn words(source: &Source, table: &Table, name: &str) -> Vec<String> {
    table.texts(name).iter().flat_map(|text| text.phrases(source)).map(|piece| piece.text).collect()
}

fn conditions(table: &Table, report: &mut Report) -> Conditions {
    let exact = is_true(table, "exact");
    let mut conditions = Conditions::default();
    for field in TextField::ALL.into_iter().filter(|field| field.role() != TextRole::Regex) {
        let Some(kept) = field.in_conditions(&mut conditions) else { continue };
        let name = field.name();
        if let (Some(entry), true) = (table.get(name), table.texts(name).is_empty()) {
            let message = say!("{name} 是空的", "{name} is empty");
            report.error("empty-value", entry.span.clone(), message, None);
        }
        *kept = phrases::check(field, table.texts(name), exact, report);
    }
    if let (Some(entry), many) = (table.get("contains_all"), conditions.contains_all.len())
        && many > MAX_CONTAINS_ALL
    {
        let message = say!(
            "contains_all 有 {many} 个词，最多 {MAX_CONTAINS_ALL} 个",
            "contains_all has {many} texts; {MAX_CONTAINS_ALL} is the most"
        );
        let fix =
            say!("一行里不会同时有这么多词；是不是想写 contains？", "no line has them all; did you mean contains?");
        report.error("wrong-value", entry.key.clone(), message, Some(Fix::Advice(fix)));
    }
    if let (Some(entry), [only]) = (table.get("made_of"), conditions.made_of.as_slice()) {
        let only = &only.text;
        let message = say!(
            "made_of 只有“{only}”一个词；它找的是由几个词组成的一行",
            "made_of has one word, '{only}'; it looks for lines that are made of several"
        );
        let fix = say!(
            "一行写一个词，多写几个；只找这一个词就用 is",
            "write several, one a line; for this word alone use is"
        );
        report.error("made-of", entry.key.clone(), message, Some(Fix::Advice(fix)));
    }
    conditions.regex = phrases::check_regexes(table.texts("regex"), report);
    conditions.looks_like = shapes(table, "looks_like");
    conditions.unless_looks_like = shapes(table, "unless_looks_like");
    if let Some(Value::Choices(names)) = table.get("inside").map(|entry| &entry.value) {
        conditions.inside = names.iter().filter_map(|name| ElementName::by_name(name)).collect();
    }
    for name in ["looks_like", "unless_looks_like", "lines_look_like", "inside"] {
        if let Some(entry) = table.get(name)
            && matches!(&entry.value, Value::Choices(values) if values.is_empty())
        {
            report.error("empty-value", entry.span.clone(), say!("{name} 是空的", "{name} is empty"), None);
        }
    }
    conditions.min_length = number(table, "min_length").map(|n| n as u32);
    conditions.max_length = number(table, "max_length").map(|n| n as u32);
    if let (Some(min), Some(max), Some(entry)) = (conditions.min_length, conditions.max_length, table.get("max_length"))
        && min > max
    {
        let message = say!(
            "min_length {min} 比 max_length {max} 还大，永远对不上",
            "min_length {min} is greater than max_length {max}: it can never match"
        );
        let fix = say!("是不是写反了？", "are they the wrong way round?");
        report.error("never-matches", entry.span.clone(), message, Some(Fix::Advice(fix)));
    }
    if let Some(Value::Position(position)) = table.get("where").map(|entry| &entry.value) {
        conditions.position = *position;
    }
    conditions
}

fn read_settings(table: &Table, settings: &mut Settings, off: &mut Vec<Off>, report: &mut Report) {
    if let Some(min) = number(table, "min_left") {
        settings.min_left = min as u32;
    }
    if let Some(most) = number(table, "lines_between") {
        settings.lines_between = most as u32;
    }
    for piece in table.texts("off").iter().flat_map(|text| text.phrases(report.source)) {
        off.push(Off { name: piece.text, path: report.source.path.clone(), span: piece.span });
    }
    if let Some(Value::Sites(sites)) = table.get("sites").map(|entry| &entry.value) {
        settings.sites.extend(sites.iter().cloned());
        settings.sites.sort();
    }
}

fn one(table: &Table, name: &str) -> Option<&'static str> {
    match table.get(name).map(|entry| &entry.value) {
        Some(Value::Choices(values)) => values.first().copied(),
        _ => None,
    }
}

fn number(table: &Table, name: &str) -> Option<f64> {
    match table.get(name).map(|entry| &entry.value) {
        Some(Value::Number(n)) => Some(*n),
        _ => None,
    }
}

fn is_true(table: &Table, name: &str) -> bool {
    matches!(table.get(name).map(|entry| &entry.value), Some(Value::Bool(true)))
}

fn shapes(table: &Table, name: &str) -> Vec<Shape> {
    match table.get(name).map(|entry| &entry.value) {
        Some(Value::Choices(values)) => values.iter().map(|value| shape_of(value)).collect(),
        _ => Vec::new(),
    }
}

// These functions turn the words of `fields::table` into the types of `model`. The last arm of each stands for the
// one word that is not listed; a test goes through all words.

fn status_of(word: &str) -> Status {
    match word {
        "on" => Status::On,
        "trial" => Status::Trial,
        _ => Status::Off,
    }
}

fn profile_of(word: &str) -> Profile {
    match word {
        "archive" => Profile::Archive,
        "article" => Profile::Article,
        _ => Profile::Body,
    }
}

fn category_of(word: &str) -> Category {
    match word {
        "copyright" => Category::Copyright,
        "related" => Category::Related,
        "teaser" => Category::Teaser,
        "spam" => Category::Spam,
        "nav" => Category::Nav,
        "meta" => Category::Meta,
        "credit" => Category::Credit,
        "widget" => Category::Widget,
        "share" => Category::Share,
        "comments" => Category::Comments,
        "ads" => Category::Ads,
        "media" => Category::Media,
        _ => Category::Other,
    }
}

fn shape_of(word: &str) -> Shape {
    Shape::ALL.iter().find(|(_, name)| *name == word).map_or(Shape::Quoted, |(shape, _)| *shape)
}

#[cfg(test)]
mod tests {
    use super::remove::remove_of;
    use super::*;

    #[test]
    fn every_word_has_its_own_type() {
        let words = |name: &str| field(TableKind::Rule, name).expect("it is a field").choices().iter().map(|c| c.value);
        fn distinct<T: PartialEq>(all: Vec<T>) -> bool {
            all.iter().enumerate().all(|(i, one)| !all[..i].contains(one))
        }
        assert!(distinct(words("status").map(status_of).collect()));
        assert!(distinct(words("profile").map(profile_of).collect()));
        assert!(distinct(words("remove").map(remove_of).collect()));
        assert!(distinct(words("category").map(category_of).collect()));
        assert!(distinct(words("looks_like").map(shape_of).collect()));
    }
}
