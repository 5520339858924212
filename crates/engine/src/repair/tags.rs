//! Tags of HTML that were left at the ends of lines.
//!
//! A converter that cuts a page at `<p>` leaves `</p>` at the end of each paragraph, one that cuts at line ends leaves
//! `<br>`. It does so everywhere: half of the lines that are not blank, two at least, must end with the tag, and
//! nothing in the text may open it, as in an article about HTML.
//! That can be fooled by a list of closing tags.

use super::{LocalEdit, lines};
use dehusk_text::work;

/// What closes an element.
const CLOSING: [&str; 5] = ["p", "div", "span", "li", "td"];
/// What closes a line.
const BREAKS: [&str; 4] = ["<br>", "<br/>", "<br />", "</br>"];
/// Kinds of tags: the elements, and last what closes a line.
const KINDS: usize = CLOSING.len() + 1;
/// Lines that must end with the tag, at least.
const PROOF: usize = 2;

/// The text of a line, from `start` to `end`, without the tags that were taken from its end.
#[derive(Clone, Copy)]
struct TaggedLine {
    start: usize,
    end: usize,
}

/// Takes stray tags at line ends away. Where several stand at the end of a line, the last one is taken first, and then
/// the lines that end with each kind are counted anew.
pub(super) fn edits(text: &str) -> Vec<LocalEdit> {
    if !text.contains('<') {
        return Vec::new();
    }
    let opens = |name: &str| text.contains(&format!("<{name}>")) || text.contains(&format!("<{name} "));
    let opened = CLOSING.map(opens);
    let mut filled = 0;
    // The lines that end with a tag of each kind.
    let mut ending: [Vec<TaggedLine>; KINDS] = Default::default();
    for (start, end, _) in lines(text) {
        work::count(end - start);
        let line = TaggedLine { start, end };
        filled += usize::from(!line.is_blank(text));
        if let Some((kind, _)) = line.tag(text) {
            ending[kind].push(line);
        }
    }
    let mut edits: Vec<LocalEdit> = Vec::new();
    loop {
        let is_proven = |kind: usize| {
            let found = ending[kind].len();
            found >= PROOF && found * 2 >= filled && opened.get(kind) != Some(&true)
        };
        let proven: Vec<usize> = (0..KINDS).filter(|&kind| is_proven(kind)).collect();
        if proven.is_empty() {
            break;
        }
        let taken: Vec<TaggedLine> = proven.iter().flat_map(|&kind| std::mem::take(&mut ending[kind])).collect();
        for mut line in taken {
            let Some((_, tag)) = line.tag(text) else { continue };
            work::count(line.end - tag.start);
            line.end = tag.start;
            edits.push((tag, String::new()));
            match line.tag(text) {
                Some((kind, _)) => ending[kind].push(line),
                None => filled -= usize::from(line.is_blank(text)),
            }
        }
    }
    edits.sort_unstable_by_key(|edit| edit.0.start);
    edits
}

impl TaggedLine {
    /// The tag at its end: its kind, and where it stands.
    fn tag(self, text: &str) -> Option<(usize, std::ops::Range<usize>)> {
        let line = text[self.start..self.end].trim_end();
        let rest = |kind: usize| match CLOSING.get(kind) {
            Some(name) => line.strip_suffix('>')?.strip_suffix(name)?.strip_suffix("</"),
            None => BREAKS.iter().find_map(|tag| line.strip_suffix(tag)),
        };
        (0..KINDS).find_map(|kind| Some((kind, self.start + rest(kind)?.len()..self.start + line.len())))
    }

    fn is_blank(self, text: &str) -> bool {
        text[self.start..self.end].trim_end().is_empty()
    }
}
