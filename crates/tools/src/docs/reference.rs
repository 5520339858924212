//! The reference of all settings, made from the table of settings, and the cheat sheet with those that a
//! beginner needs, as Markdown.

use dehusk_rules::{Field, FieldKind, SLOTS, TableKind, takes_several};

/// Every setting of every table, in Chinese and English.
pub fn reference() -> String {
    let mut out = String::from(
        "# 规则的全部设置 / All settings of rules\n\n\
         由 `dehusk docs --reference` 从程序里的设置表生成，请不要手工修改。\n\
         Made by `dehusk docs --reference` from the table of fields; not to be edited by hand.\n\n\
         同一个设置里有几个词句，有一个对上就算；不同的设置要全部成立。\n\
         Inside one setting any text is enough; different settings must all hold.\n",
    );
    for kind in TableKind::ALL {
        let (zh, en) = title(kind);
        out.push_str(&format!("\n## {}：{zh} / {en}\n\n", kind.header()));
        out.push_str("| 设置 / setting | 值 / value | 不写时 / default | 意思 / meaning |\n|---|---|---|---|\n");
        for field in kind.fields() {
            let mark = if field.required && kind != TableKind::File { "（必填 / required）" } else { "" };
            let default = if field.default.is_empty() { "" } else { field.default };
            let row = [
                format!("`{}` {}{mark}", field.name, field.label()),
                value_words(field),
                cell(default),
                format!("{}<br>{}", cell(field.zh), cell(field.en)),
            ];
            out.push_str(&format!("| {} |\n", row.join(" | ")));
        }
    }
    out.push_str("\n## 可以选的值 / Values to choose from\n");
    let mut shown: Vec<&str> = Vec::new();
    for field in TableKind::ALL.into_iter().flat_map(TableKind::fields) {
        if field.choices().is_empty() || shown.contains(&field.name) {
            continue;
        }
        shown.push(field.name);
        let twins: Vec<_> = TableKind::Rule
            .fields()
            .filter(|other| other.name != field.name && std::ptr::eq(other.choices(), field.choices()))
            .map(|other| other.name)
            .collect();
        shown.extend(&twins);
        let names: Vec<_> = std::iter::once(field.name).chain(twins).map(|name| format!("`{name}`")).collect();
        out.push_str(&format!(
            "\n### {}\n\n| 值 / value | 也可以写 / or | 意思 / meaning |\n|---|---|---|\n",
            names.join(" ")
        ));
        for choice in field.choices() {
            let also: Vec<_> =
                std::iter::once(&choice.label).chain(choice.also).map(|word| format!("`{word}`")).collect();
            let (zh, en) = (cell(choice.zh), cell(choice.en));
            out.push_str(&format!("| `{}` | {} | {zh}<br>{en} |\n", choice.value, also.join(" ")));
        }
    }
    out.push_str("\n## 词句里的花括号 / Slots inside a text\n\n| 写法 / slot | 意思 / meaning | 例如 / such as |\n|---|---|---|\n");
    for (name, label, sample) in SLOTS {
        out.push_str(&format!("| `{{{name}}}` | {label} / {name} | {sample} |\n"));
    }
    out.push_str(
        "\n`*` 代表同一行里的任何文字；真正的星号写 `{*}`，真正的花括号写 `{{`。\n\
         `*` is anything on the same line; a real star is `{*}`, a real brace `{{`.\n",
    );
    out
}

fn title(kind: TableKind) -> (&'static str, &'static str) {
    match kind {
        TableKind::Rule => ("一条规则", "a rule"),
        TableKind::Keep => ("一定保留的行", "lines that stay"),
        TableKind::Repair => ("修复损坏的文字", "a repair"),
        TableKind::File => ("整个文件的默认值", "defaults of a file"),
        TableKind::Settings => ("全局设置", "settings of a run"),
    }
}

fn value_words(field: &Field) -> String {
    match field.kind {
        FieldKind::Number { min, max, .. } => format!("{min}–{max}"),
        FieldKind::Bool => "`true` `false`".into(),
        FieldKind::Choice(_) | FieldKind::Position => "选一个 / one of a list".into(),
        FieldKind::Choices(_) => "选一个或几个 / one or several of a list".into(),
        FieldKind::SiteNames => "`'域名' = '名字'`".into(),
        FieldKind::Literal => "文字，一个字符也不差 / a text, byte for byte".into(),
        kind if takes_several(kind) => "文字，可以一行一个 / texts, one a line".into(),
        _ => "一段文字 / a text".into(),
    }
}

/// The text escaped for a cell of a Markdown table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', "<br>")
}
