//! [`NewValue`]: a new value of a setting, and how it is written into the file.

use crate::{Field, FieldKind, takes_several, truth};

/// A value for a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// As a person types it into a form: the text itself, one text a line, `40`, `是`.
    Plain(String),
    /// As it stands in a rule file: `'text'`, `['a', 'b']`, `40`.
    Toml(String),
}

impl NewValue {
    /// A value from a command line: TOML where it reads as a quoted text, a list, a number or a
    /// truth value, else plain words.
    pub fn read(value: &str) -> Self {
        let trimmed = value.trim();
        let quoted = trimmed.starts_with(['\'', '"', '[']);
        let is_toml = quoted && toml::de::DeValue::parse(trimmed).is_ok();
        if is_toml { Self::Toml(trimmed.to_string()) } else { Self::Plain(value.to_string()) }
    }

    /// Several texts, one a line.
    pub fn lines<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(|text| text.as_ref().to_string()).collect();
        Self::Plain(texts.join("\n"))
    }

    /// The value as it is written into a file for this field, with `\n` at the end of lines.
    pub fn written(&self, field: &Field) -> String {
        let plain = match self {
            Self::Toml(toml) => return toml.replace("\r\n", "\n"),
            // Lines of pages may hold control characters. No comparison sees them, and no rule file may have them.
            Self::Plain(plain) => {
                let plain = plain.replace("\r\n", "\n").replace('\r', "\n");
                plain.replace(|c: char| c.is_control() && c != '\t' && c != '\n', "")
            }
        };
        match field.kind {
            FieldKind::Number { .. } | FieldKind::SiteNames => plain.trim().to_string(),
            FieldKind::Bool => truth(&plain).unwrap_or(plain.trim()).to_string(),
            FieldKind::Literal => one_text(&plain),
            kind if takes_several(kind) => several(&plain),
            _ => one_text(plain.trim()),
        }
    }
}

/// Texts of a field that takes several, one a line.
fn several(plain: &str) -> String {
    let inside = plain.trim_matches('\n');
    if inside.contains('\n') || inside.contains('\'') { block(inside) } else { one_text(inside) }
}

/// One text in the simplest quotes that hold it byte for byte.
fn one_text(text: &str) -> String {
    let control = |c: char| c.is_control() && c != '\t' && c != '\n';
    if text.contains(control) || text.contains("'''") || text.ends_with('\'') && text.contains('\n') {
        return toml::Value::String(text.to_string()).to_string();
    }
    match (text.contains('\n'), text.contains('\'')) {
        (false, false) => format!("'{text}'"),
        (false, true) if !text.contains(['"', '\\']) => format!("\"{text}\""),
        (false, true) => toml::Value::String(text.to_string()).to_string(),
        (true, _) => format!("'''\n{text}'''"),
    }
}

/// A block with one text a line.
pub(super) fn block(inside: &str) -> String {
    let control = |c: char| c.is_control() && c != '\t' && c != '\n';
    if inside.contains(control) || inside.contains("'''") {
        let escaped = inside.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
        let escaped: String =
            escaped.chars().map(|c| if control(c) { format!("\\u{:04x}", c as u32) } else { c.to_string() }).collect();
        return format!("\"\"\"\n{escaped}\n\"\"\"");
    }
    format!("'''\n{inside}\n'''")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FIELDS, TableKind};

    fn field(name: &str) -> &'static Field {
        FIELDS.iter().find(|f| f.name == name && f.tables.contains(&TableKind::Rule)).expect("a field of rules")
    }

    #[test]
    fn values_are_written_as_the_field_wants_them() {
        let written = |name, plain: &str| NewValue::Plain(plain.into()).written(field(name));
        assert_eq!(written("max_share", " 40 "), "40");
        assert_eq!(written("exact", "是"), "true");
        assert_eq!(written("name", "关闭"), "'关闭'");
        assert_eq!(written("name", "the editor's"), "\"the editor's\"");
        assert_eq!(written("is", "关闭\n返回\n"), "'''\n关闭\n返回\n'''");
        assert_eq!(written("is", "the editor's"), "'''\nthe editor's\n'''");
        assert_eq!(written("is", r"a\b"), r"'a\b'");
        assert_eq!(written("is", "关\u{1b}闭\u{7}"), "'关闭'");
        assert_eq!(NewValue::read("['a', 'b']").written(field("is")), "['a', 'b']");
        assert_eq!(NewValue::read("[关闭]").written(field("is")), "'[关闭]'");
    }

    #[test]
    fn what_is_written_reads_as_it_was() {
        for text in ["a", "it's", "it's \"so\"", "a'''b", "tab\there", "\u{1}", "back\\slash", "多\n行", "end'\nend'"]
        {
            let written = one_text(text);
            let read: toml::Table = toml::from_str(&format!("x = {written}")).expect(&written);
            assert_eq!(read["x"].as_str(), Some(text), "{written}");
        }
    }
}
