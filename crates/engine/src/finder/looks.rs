//! [`Look`]: what the lines around a line see of it, found once for each line.

use super::line::{End, Line, flag};

/// What the cues of other lines ask of a line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    /// 0 short, 1 middling, 2 a long sentence.
    pub(crate) size: u8,
    /// Its place among the shapes of neighbours, and among those of runs.
    pub(crate) shape: u8,
    pub(crate) run: u8,
    /// The marks that neighbours are told of, as bits: [`MARKS`].
    pub(crate) marks: u8,
}

/// How many marks neighbours are told of: a date, a price, that the line stands twice, that the rules took it.
const MARKS: usize = 4;

impl Look {
    /// How a line looks that is on the page so many times.
    pub(crate) fn of(line: &Line, same: u32) -> Self {
        let size = if line.has(flag::LONG) { 2 } else { u8::from(line.units >= 14) };
        let has_bullet = u8::from(line.bullet > 0);
        let end = match line.end {
            End::Sentence => 1,
            End::Colon => 2,
            _ => 0,
        };
        let marks: [bool; MARKS] = [line.has(flag::DATE), line.has(flag::PRICE), same > 1, line.has(flag::TAKEN)];
        Self {
            size,
            shape: 1 + size * 6 + has_bullet * 3 + end,
            // 0 for a long sentence, else size, bullet and end.
            run: match size {
                2 => 0,
                _ => 1 + u8::from(line.units >= 10) * 4 + has_bullet * 2 + u8::from(end == 1),
            },
            marks: (0..).zip(marks).fold(0, |bits, (at, holds)| bits | u8::from(holds) << at),
        }
    }

    /// 0 nothing, 1 bullet, 2 ends a sentence, 3 ends with a colon.
    pub(crate) fn tail(self) -> usize {
        [0, 2, 3, 1, 1, 1][usize::from(self.shape - 1) % 6]
    }
}
