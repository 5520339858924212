//! Where what a slot stands for may end: of several ends the longest comes first.

use dehusk_text::is_alphanumeric;

/// As much of a text as a slot can cover: what comes behind is not looked at, so that a line of
/// nothing but digits is not read again from each of them.
pub(super) fn window(text: &str) -> &str {
    const LONGEST: usize = 1_000;
    let end = (0..=LONGEST.min(text.len())).rev().find(|&at| text.is_char_boundary(at));
    &text[..end.unwrap_or(0)]
}

/// The ends of a name: letters and digits, `·` inside; several words if `spaces`. No name ends inside a number, or else
/// the `1` of `18 October` would be one.
pub(super) fn name_ends(text: &str, longest: usize, spaces: bool) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut chars = text.char_indices().take(longest).peekable();
    while let Some((at, c)) = chars.next() {
        let joins = (c == '·' || (spaces && c == ' ')) && !ends.is_empty();
        if is_alphanumeric(c) {
            let inside_number = c.is_ascii_digit() && chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
            if !inside_number {
                ends.push(at + c.len_utf8());
            }
        } else if !(joins && chars.peek().is_some_and(|(_, next)| is_alphanumeric(*next))) {
            break;
        }
    }
    ends.reverse();
    ends
}

/// The ends of a number: digits with commas and points inside, perhaps with a unit of thousands.
pub(super) fn number_ends(text: &str) -> Vec<usize> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let plain = text.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(text.len());
    let plain = text[..plain].trim_end_matches([',', '.']).len();
    let unit = text[plain..]
        .find(|c| !matches!(c, '十' | '百' | '千' | '万' | '亿' | 'k' | 'm'))
        .unwrap_or(text.len() - plain);
    let mut ends = vec![plain + unit, plain];
    ends.dedup();
    ends
}

/// The end of a telephone number: seven digits at least, with spaces, hyphens and brackets.
pub(super) fn phone_end(text: &str) -> Option<usize> {
    let run =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '+'))).unwrap_or(text.len());
    let phone = text[..run].trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = phone.bytes().filter(u8::is_ascii_digit).count();
    (7..=16).contains(&digits).then_some(phone.len())
}
