//! Keeps bytes that are not UTF-8 in the lines that stay of a UTF-8 text.
//!
//! The engine reads each group of such bytes as U+FFFD. What it removes from that text is removed from the original
//! bytes here, so a line that stays has the same bytes as before, damaged or not.

use dehusk::{Removal, Span};

/// The bytes without the removals, which are spans of the text made from them. `None` if the result would not be read
/// as `body`, because two halves of a character came together.
pub fn without(bytes: &[u8], removals: &[Removal], body: &str) -> Option<Vec<u8>> {
    let mut left = bytes.to_vec();
    Removal::cut(&in_bytes(bytes, removals), &mut left);
    (String::from_utf8_lossy(&left) == body).then_some(left)
}

/// Converts spans of the text to spans of the bytes.
fn in_bytes(bytes: &[u8], removals: &[Removal]) -> Vec<Removal> {
    // Pairs of (place in the text, place in the bytes), one after each group of good or bad bytes.
    let mut places = vec![(0, 0)];
    let (mut text, mut byte) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        text += chunk.valid().len();
        byte += chunk.valid().len();
        places.push((text, byte));
        if !chunk.invalid().is_empty() {
            text += char::REPLACEMENT_CHARACTER.len_utf8();
            byte += chunk.invalid().len();
            places.push((text, byte));
        }
    }
    let of = |at: usize| {
        let (text, byte) = places[places.partition_point(|&(text, _)| text <= at) - 1];
        byte + (at - text)
    };
    let moved =
        |removal: &Removal| Removal { span: Span::new(of(removal.span.start), of(removal.span.end)), ..*removal };
    removals.iter().map(moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk::Cause;

    #[test]
    fn what_stays_keeps_its_bytes() {
        let bytes = b"ab\xff\ncut \xe6\xb8 this\nc\xfe\xfed\n";
        let text = String::from_utf8_lossy(bytes).into_owned();
        let start = text.find("cut").unwrap();
        let end = text.find("c\u{fffd}").unwrap();
        let cut = Removal { span: Span::new(start, end), cause: Cause::Seam };
        let body = format!("{}{}", &text[..start], &text[end..]);
        assert_eq!(without(bytes, &[cut], &body).unwrap(), b"ab\xff\nc\xfe\xfed\n");
        // Two halves that come together make a character that was not there.
        let cut = Removal { span: Span::new(3, 4), cause: Cause::Seam };
        assert_eq!(without(b"\xe6\xb8x\xa1", &[cut], "\u{fffd}\u{fffd}"), None);
    }
}
