//! The only place where output text is built: one forward pass over sorted removals.

use super::removal::Removal;
use dehusk_text::Span;

/// The text without the removals, which are sorted and do not overlap.
pub(crate) fn body(text: &str, removals: &[Removal]) -> String {
    let removed: usize = removals.iter().map(|r| r.span.len()).sum();
    let mut body = String::with_capacity(text.len() - removed);
    let mut at = 0;
    for removal in removals {
        body.push_str(&text[at..removal.span.start]);
        at = removal.span.end;
    }
    body.push_str(&text[at..]);
    body
}

impl Removal {
    /// Cuts removals, which are sorted and do not overlap, out of the bytes of the text: what
    /// [`Outcome::body`](super::Outcome::body) gives, without a second copy.
    pub fn cut(removals: &[Self], text: &mut Vec<u8>) {
        cut(text, removals);
    }
}

/// The same in the bytes of the text itself.
fn cut(text: &mut Vec<u8>, removals: &[Removal]) {
    let Some(first) = removals.first() else { return };
    let mut at = first.span.start;
    for (i, removal) in removals.iter().enumerate() {
        let next = removals.get(i + 1).map_or(text.len(), |next| next.span.start);
        text.copy_within(removal.span.end..next, at);
        at += next - removal.span.end;
    }
    text.truncate(at);
}

/// The removals of two passes in a row as removals of the first text. `later` are spans of the
/// text without `earlier`; both are sorted and do not overlap.
pub(crate) fn compose(earlier: &[Removal], later: &[Removal]) -> Vec<Removal> {
    let mut all: Vec<Removal> = earlier.to_vec();
    let mut before = earlier.iter().peekable();
    // How many bytes of the first text have gone up to here.
    let mut removed = 0;
    for removal in later {
        let mut at = removal.span.start;
        let mut end = removal.span.end;
        while before.peek().is_some_and(|b| b.span.start <= at + removed) {
            removed += before.next().map_or(0, |b| b.span.len());
        }
        // A later span may run over places where something went before: cut it there.
        while let Some(b) = before.next_if(|b| b.span.start < end + removed) {
            all.push(Removal { span: Span::new(at + removed, b.span.start), cause: removal.cause });
            at = b.span.start - removed;
            removed += b.span.len();
            end = end.max(at);
        }
        if at < end {
            all.push(Removal { span: Span::new(at + removed, end + removed), cause: removal.cause });
        }
    }
    all.retain(|r| !r.span.is_empty());
    all.sort_by_key(|r| r.span.start);
    all
}

/// Byte `at` of the text without the removals, as a byte of the text with them.
pub(crate) fn before_removals(removals: &[Removal], mut at: usize) -> usize {
    for removal in removals {
        if removal.span.start > at {
            break;
        }
        at += removal.span.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cause;

    fn removal(start: usize, end: usize) -> Removal {
        Removal { span: Span::new(start, end), cause: Cause::Seam }
    }

    #[test]
    fn two_passes_are_one() {
        let text = "0123456789abcdef";
        let earlier = [removal(2, 4), removal(8, 10)];
        let left = body(text, &earlier);
        assert_eq!(left, "014567abcdef");
        for (start, end) in [(0, 3), (1, 8), (2, 2), (2, 6), (6, 12), (0, 12), (5, 7)] {
            let later = [removal(start, end)];
            let expected = body(&left, &later);
            let all = compose(&earlier, &later);
            assert_eq!(body(text, &all), expected, "{start}..{end}");
            let mut bytes = text.as_bytes().to_vec();
            cut(&mut bytes, &all);
            assert_eq!(bytes, expected.as_bytes());
        }
    }
}
