//! Tags of HTML that were left at the ends of lines.
//!
//! A converter that cuts a page at `<p>` leaves `</p>` at the end of each paragraph, one that cuts at line ends leaves
//! `<br>`. It does so everywhere: half of the lines that are not blank, two at least, must end with the tag, and
//! nothing in the text may open it, as in an article about HTML.
//! That can be fooled by a list of closing tags.

use super::{LocalEdit, lines};

/// What closes an element; `<br>` closes a line.
const CLOSING: [&str; 5] = ["p", "div", "span", "li", "td"];
const BREAKS: [&str; 4] = ["<br>", "<br/>", "<br />", "</br>"];
/// Lines that must end with the tag, at least.
const PROOF: usize = 2;

/// Takes stray tags at line ends away, one at a line; what stands before it is seen in the next round.
pub(super) fn edits(text: &str) -> Vec<LocalEdit> {
    if !text.contains('<') {
        return Vec::new();
    }
    let closed =
        CLOSING.iter().filter(|name| !text.contains(&format!("<{name}>")) && !text.contains(&format!("<{name} ")));
    let mut all: Vec<LocalEdit> = closed.flat_map(|name| at_ends(text, &[&format!("</{name}>")])).collect();
    all.extend(at_ends(text, &BREAKS));
    all.sort_unstable_by_key(|edit| edit.0.start);
    all
}

/// These tags at line ends, if most lines have one.
fn at_ends(text: &str, tags: &[&str]) -> Vec<LocalEdit> {
    let (mut filled, mut found) = (0, Vec::new());
    for (start, end, _) in lines(text) {
        let line = text[start..end].trim_end();
        filled += usize::from(!line.is_empty());
        if let Some(rest) = tags.iter().find_map(|tag| line.strip_suffix(tag)) {
            found.push((start + rest.len()..start + line.len(), String::new()));
        }
    }
    if found.len() >= PROOF && found.len() * 2 >= filled { found } else { Vec::new() }
}
