//! The map from a folded line back to the original: which bytes a folded character stands for.
//!
//! Almost everywhere a character takes as many bytes as it did (繁 and 简 both take three), so
//! the map is a list of stretches, and one stretch covers all characters in a row that kept
//! their length. A character that did not (`，` to `,`, a Han character with its pinyin) is a
//! stretch of its own. Finding a place is a binary search.

use std::ops::Range;

use super::FoldSink;

/// `len` bytes of folded text from byte `out` on, which stand for the original bytes `start..end`.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    out: usize,
    len: usize,
    start: usize,
    end: usize,
}

impl Stretch {
    /// Whether every character in it has as many bytes as what it stands for.
    fn keeps_length(&self) -> bool {
        self.end - self.start == self.len
    }
}

#[derive(Debug, Default)]
pub(super) struct Offsets(Vec<Stretch>);

/// Collects the stretches. The character written last is kept apart, because more original bytes may be added to it.
#[derive(Default)]
pub(super) struct Recorder {
    done: Vec<Stretch>,
    last: Option<Stretch>,
    /// The original bytes of the spaces that may be written.
    spaces: Option<Range<usize>>,
}

impl Recorder {
    /// Appends the last character to the finished stretches.
    fn settle(&mut self) {
        let Some(new) = self.last.take() else { return };
        match self.done.last_mut() {
            Some(old) if old.end == new.start && old.keeps_length() && new.keeps_length() => {
                old.len += new.len;
                old.end = new.end;
            }
            _ => self.done.push(new),
        }
    }

    pub(super) fn finish(mut self) -> Offsets {
        self.settle();
        Offsets(self.done)
    }
}

impl Recorder {
    fn add(&mut self, start: usize, end: usize, len: usize) {
        self.settle();
        let out = self.done.last().map_or(0, |s| s.out + s.len);
        self.last = Some(Stretch { out, len, start, end });
    }
}

impl Recorder {
    /// Adds the characters of the original bytes `start..end`, which all keep their length; the last one begins at
    /// `last`.
    pub(super) fn pass(&mut self, start: usize, last: usize, end: usize) {
        // The last one is added alone, because more original bytes may be added to it.
        if last > start {
            self.add(start, last, last - start);
        }
        self.add(last, end, end - last);
    }
}

impl FoldSink for Recorder {
    fn push(&mut self, start: usize, end: usize, c: char) {
        self.spaces = None;
        self.add(start, end, c.len_utf8());
    }

    fn extend(&mut self, end: usize) {
        if let Some(last) = &mut self.last {
            last.end = end;
        }
    }

    fn replace(&mut self, end: usize, new: char) {
        if let Some(last) = &mut self.last {
            last.end = end;
            last.len = new.len_utf8();
        }
    }

    fn space(&mut self, start: usize, end: usize) {
        let from = self.spaces.as_ref().map_or(start, |spaces| spaces.start);
        self.spaces = Some(from..end);
    }

    fn push_space(&mut self) {
        if let Some(spaces) = self.spaces.take() {
            self.add(spaces.start, spaces.end, 1);
        }
    }
}

impl Offsets {
    /// See [`FoldedLine::to_original`](super::FoldedLine::to_original).
    pub(super) fn to_original(&self, original: &str, range: Range<usize>) -> Range<usize> {
        let Some(total) = self.0.last().map(|s| s.out + s.len) else { return 0..0 };
        let from = range.start.min(total);
        let to = range.end.clamp(from, total);
        let start = self.start_of(from, original);
        if from == to {
            return start..start;
        }
        start..self.end_of(to, original).max(start)
    }

    /// The original byte at which the character at folded byte `out` starts; behind the last character, its end.
    fn start_of(&self, out: usize, original: &str) -> usize {
        let i = self.0.partition_point(|s| s.out <= out).saturating_sub(1);
        let stretch = self.0[i];
        if out >= stretch.out + stretch.len {
            return stretch.end;
        }
        if !stretch.keeps_length() {
            return stretch.start;
        }
        let at = stretch.start + (out - stretch.out);
        (stretch.start..=at).rev().find(|&i| original.is_char_boundary(i)).unwrap_or(stretch.start)
    }

    /// The original byte at which the character ends that ends at folded byte `out`.
    fn end_of(&self, out: usize, original: &str) -> usize {
        let i = self.0.partition_point(|s| s.out < out).saturating_sub(1);
        let stretch = self.0[i];
        if !stretch.keeps_length() {
            return stretch.end;
        }
        let at = stretch.start + (out - stretch.out);
        (at..=stretch.end).find(|&i| original.is_char_boundary(i)).unwrap_or(stretch.end)
    }
}
