//! The parts of a line that are looked for first: a header in brackets of any kind, and the name of a setting with its sign.

use super::{is_blank, is_quote};
use crate::fields::{TableKind, closest, field, meant_field, plain_word};
use dehusk_text::is_hidden;

/// A header with brackets of any kind.
pub(super) struct Header<'l> {
    pub(super) word: &'l str,
    pub(super) wide: bool,
    pub(super) open: usize,
    pub(super) close: usize,
    /// Bytes of the line that belong to it.
    pub(super) length: usize,
    /// The rest of the line, comment excluded.
    pub(super) rest: &'l str,
}

impl<'l> Header<'l> {
    /// Reads a header. `None` for a phrase that only stands in brackets.
    pub(super) fn read(body: &'l str) -> Option<Self> {
        let opens = |c: char| matches!(c, '[' | '［' | '【' | '〔' | '「');
        let closes = |c: char| matches!(c, ']' | '］' | '】' | '〕' | '」');
        let inner = body.trim_start_matches(opens);
        if inner.len() == body.len() {
            return None;
        }
        let brackets = &body[..body.len() - inner.len()];
        let end = inner.find(|c| closes(c) || c == '#').unwrap_or(inner.len());
        let word = inner[..end].trim_matches(is_blank);
        let after = inner[end..].trim_start_matches(closes);
        let closing = &inner[end..inner.len() - after.len()];
        let rest = after.trim_matches(is_blank);
        let wide = brackets.chars().chain(closing.chars()).any(|c| !c.is_ascii());
        let open = brackets.chars().count();
        let known = section(word).0.is_some();
        let ascii = !wide && !word.is_empty() && !word.contains(['\'', '"', ',', ' ']) && !closing.is_empty();
        (known || ascii).then_some(Header {
            word,
            wide,
            open,
            close: closing.chars().count(),
            length: body.len() - after.len(),
            rest: if rest.starts_with('#') { "" } else { rest },
        })
    }
}

/// The table meant by the word in the brackets, and whether it is exactly that.
pub(super) fn section(word: &str) -> (Option<TableKind>, bool) {
    let plain = plain_word(word);
    let tables = [TableKind::Rule, TableKind::Keep, TableKind::Repair, TableKind::File];
    if let Some(kind) = tables.into_iter().find(|kind| kind.word() == word) {
        return (Some(kind), true);
    }
    let kind = match plain.as_str() {
        "规则" | "規則" | "rules" => Some(TableKind::Rule),
        "保留" | "keeps" => Some(TableKind::Keep),
        "修复" | "修復" | "repairs" => Some(TableKind::Repair),
        "文件" | "檔案" | "files" => Some(TableKind::File),
        plain => {
            let words = tables.iter().map(|kind| kind.word());
            let found = closest(plain, words);
            tables.into_iter().find(|kind| Some(kind.word()) == found)
        }
    };
    (kind, false)
}

/// The name of a setting and the sign behind it.
pub(super) struct Key<'l> {
    pub(super) raw: &'l str,
    pub(super) sign: Option<char>,
}

impl<'l> Key<'l> {
    pub(super) fn read(body: &'l str, table: Option<TableKind>) -> Option<Self> {
        let table = table.unwrap_or(TableKind::Rule);
        let known = |word: &str| meant_field(table, word.trim_matches(is_quote)).is_some();
        let quoted = |c: char| c == '\'' || c == '"';
        let end = match body.starts_with(quoted) {
            true => body[1..].find(quoted).map(|at| at + 2)?,
            false => body.find(|c: char| matches!(c, '=' | '＝' | ':' | '：') || is_quote(c)).unwrap_or(body.len()),
        };
        let raw = body[..end].trim_matches(is_blank);
        let rest = body[end..].trim_start_matches(is_blank);
        let sign = rest.chars().next();
        let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let key = match sign {
            Some(sign @ ('=' | '＝')) => {
                let plausible = raw.chars().all(|c| name(c) || is_hidden(c)) || raw.starts_with(quoted) || known(raw);
                let value = rest[sign.len_utf8()..].trim_start_matches(is_blank);
                let short = raw.chars().count() <= 8 && value.starts_with(is_quote);
                (!raw.is_empty() && (plausible || short)).then_some(sign)?
            }
            // A phrase may contain a colon: only a known name before a quote is a setting.
            Some(sign @ (':' | '：')) => {
                let value = rest[sign.len_utf8()..].trim_start_matches(is_blank);
                let exact = field(table, raw).is_some() || (known(raw) && value.starts_with(is_quote));
                exact.then_some(sign)?
            }
            Some(c) if is_quote(c) && field(table, raw).is_some() => return Some(Key { raw, sign: None }),
            _ => return None,
        };
        Some(Key { raw, sign: Some(key) })
    }
}
