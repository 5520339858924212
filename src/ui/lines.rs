//! Formats text and numbers for output on one line.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` without characters that act on a terminal: a crawled page must not move the
/// cursor of whoever looks at it, nor turn round the words beside it.
pub fn visible(text: &str) -> Cow<'_, str> {
    shown(text, acts)
}

/// The same for what has several lines.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    shown(text, |c| c != '\n' && acts(c))
}

fn shown(text: &str, acts: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match u32::from(c) {
            _ if !acts(c) => shown.push(c),
            code @ 0..0x20 => shown.push(char::from_u32(0x2400 + code).unwrap_or('\u{fffd}')),
            0x7f => shown.push('\u{2421}'),
            code => {
                let _ = write!(shown, "<U+{code:04X}>");
            }
        }
    }
    shown.into()
}

/// Whether a terminal does something at it instead of showing it.
fn acts(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() && c != '\t' || turns
}

/// The beginning of the first line of a text: at most `most` characters, with `…` if something is cut.
pub fn beginning(text: &str, most: usize) -> String {
    let text = text.trim();
    let line = text.lines().next().unwrap_or_default();
    let shown: String = line.chars().take(most).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    format!("{}{more}", visible(&shown))
}

/// 1234567 as `1,234,567`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_on_a_terminal_is_shown_as_it_is() {
        let text = "a\u{1b}[2Jb\u{202e}c\u{85}d\te\u{7f}\u{2066}\n";
        assert_eq!(visible(text), "a\u{241b}[2Jb<U+202E>c<U+0085>d\te\u{2421}<U+2066>\u{240a}");
        assert_eq!(visible_lines("a\nb\r"), "a\nb\u{240d}");
        assert!(matches!(visible("渡口 – “ferry”\t"), Cow::Borrowed(_)));
    }
}
