//! Line starts and blank lines.
//!
//! A converter that does not know U+3000 or the no-break space writes `?`: an indent of two
//! becomes `??? ` or `? `, and a line that held nothing else becomes `?`. One line that begins so
//! may be meant so; two or more in one text are taken for lost indents.
//! That can be fooled by a list with question marks for bullets.

use super::{LocalEdit, lines};

/// Most question marks that are taken for one indent.
const MARKS: usize = 4;
/// Lines with text behind it that must begin so.
const PROOF: usize = 2;

/// Takes `???` and `?` at line starts away, where they were indents.
pub(super) fn lost(text: &str) -> Vec<LocalEdit> {
    let mut indented = 0;
    let mut edits: Vec<LocalEdit> = Vec::new();
    for (start, end, _) in lines(text) {
        let length = lost_indent(&text[start..end]);
        if length > 0 {
            // A `?` alone on its line is often a help button, so it proves nothing.
            indented += usize::from(length < end - start);
            edits.push((start..start + length, String::new()));
        }
    }
    if indented < PROOF { Vec::new() } else { edits }
}

/// How many bytes of `line` are a lost indent: question marks and spaces, in groups.
fn lost_indent(line: &str) -> usize {
    let mut rest = line;
    loop {
        let behind = rest.trim_start_matches('?');
        let marks = rest.len() - behind.len();
        let text = behind.trim_start_matches(is_blank);
        if marks == 0 || marks > MARKS || !(behind.is_empty() || text.len() < behind.len()) {
            return line.len() - rest.len();
        }
        rest = text;
    }
}

/// Takes the white space at line starts away.
pub(super) fn trim(text: &str) -> Vec<LocalEdit> {
    lines(text)
        .filter_map(|(start, end, _)| {
            let line = &text[start..end];
            let length = line.len() - line.trim_start_matches(is_blank).len();
            (length > 0).then(|| (start..start + length, String::new()))
        })
        .collect()
}

/// Of several blank lines in a row leaves one.
pub(super) fn blank_lines(text: &str) -> Vec<LocalEdit> {
    let mut edits: Vec<LocalEdit> = Vec::new();
    let mut behind_blank = false;
    for (start, end, next) in lines(text) {
        let blank = text[start..end].chars().all(is_blank);
        if blank && behind_blank {
            match edits.last_mut() {
                Some((range, _)) if range.end == start => range.end = next,
                _ => edits.push((start..next, String::new())),
            }
        }
        behind_blank = blank;
    }
    edits
}

/// White space inside a line, and what is shown as nothing.
fn is_blank(c: char) -> bool {
    (c.is_whitespace() && c != '\n' && c != '\r') || matches!(c, '\u{200b}' | '\u{feff}')
}
