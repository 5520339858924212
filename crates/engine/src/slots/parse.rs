//! A text of a rule, split into its parts; a plain one is folded at once.

use super::{PatternPart, Slot};
use dehusk_text::{fold, fold_into};

/// The folded text, if it has no slot, no star and no brace, and something is left of it. It is written into one of
/// the strings that are `spare`.
pub(crate) fn plain(text: &str, spare: &mut Vec<String>) -> Option<String> {
    if has_special(text.as_bytes()) {
        return None;
    }
    let mut folded = spare.pop().unwrap_or_default();
    folded.clear();
    folded.reserve(text.len());
    if is_words(text.as_bytes()) {
        folded.push_str(text);
        folded.make_ascii_lowercase();
    } else {
        fold_into(text, &mut folded);
    }
    Some(folded).filter(|folded| !folded.is_empty())
}

/// Whether these are words of ASCII letters and digits with a space between, of which folding changes nothing but
/// capitals. A third of all texts are, and a fold takes ten times as long to begin as this to end.
fn is_words(bytes: &[u8]) -> bool {
    let mut in_word = false;
    for b in bytes {
        let goes_on = b.is_ascii_alphanumeric();
        if !(goes_on || in_word && *b == b' ') {
            return false;
        }
        in_word = goes_on;
    }
    in_word
}

/// Whether there is a brace or a star: sixteen bytes at once.
fn has_special(bytes: &[u8]) -> bool {
    let any = |block: &[u8; 16]| block.iter().fold(0, |any, &b| any | u8::from((b == b'{') | (b == b'*')));
    let (blocks, rest) = bytes.as_chunks();
    let mut last = [0; 16];
    last[..rest.len()].copy_from_slice(rest);
    blocks.iter().fold(any(&last), |found, block| found | any(block)) != 0
}

/// Splits a text of a rule into its parts: `{{` is a brace, `{*}` a star.
pub(crate) fn parse(text: &str) -> Vec<PatternPart> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    let flush = |literal: &mut String, parts: &mut Vec<PatternPart>| {
        let folded = fold(literal);
        literal.clear();
        if !folded.is_empty() {
            parts.push(PatternPart::Literal(folded));
        }
    };
    while let Some(at) = memchr::memchr2(b'{', b'*', rest.as_bytes()) {
        literal.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{*}") {
            literal.push('*');
            rest = after;
        } else if let Some((slot, after)) = slot_at(rest) {
            flush(&mut literal, &mut parts);
            parts.push(PatternPart::Slot(slot));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('*') {
            flush(&mut literal, &mut parts);
            parts.push(PatternPart::Anything);
            rest = after;
        } else {
            literal.push('{');
            rest = &rest[1..];
        }
    }
    literal.push_str(rest);
    flush(&mut literal, &mut parts);
    parts
}

fn slot_at(text: &str) -> Option<(Slot, &str)> {
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    Some((Slot::by_name(name)?, after))
}
