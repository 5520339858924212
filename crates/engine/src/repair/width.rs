//! Full-width letters and digits become half-width: `２０２１年ＡＢＣ` → `2021年ABC`.
//!
//! Punctuation stays: in Chinese and Japanese `，` is not a wide `,`.

use super::LocalEdit;

/// How far a full-width character lies behind its half-width form.
const DISTANCE: u32 = 'Ａ' as u32 - 'A' as u32;

pub(super) fn edits(text: &str) -> Vec<LocalEdit> {
    let mut edits: Vec<LocalEdit> = Vec::new();
    for (i, c) in text.char_indices() {
        if !matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ') {
            continue;
        }
        let Some(narrow) = char::from_u32(c as u32 - DISTANCE) else { continue };
        let end = i + c.len_utf8();
        match edits.last_mut() {
            Some((range, replacement)) if range.end == i => {
                range.end = end;
                replacement.push(narrow);
            }
            _ => edits.push((i..end, narrow.to_string())),
        }
    }
    edits
}
