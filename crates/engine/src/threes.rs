//! [`ThreeTable`]: which of many texts may stand in a line, told by the first three bytes of each.
//!
//! The frames of a thread are some hundred texts, and each short line of a document with a thread is asked for all of
//! them. So each three bytes of a line are looked up in a table of bits, and hardly any is there.
//!
//! ```text
//! texts    发表于   回复于                bits    e58f91 (发)  e59b9e (回)
//! line     张三 发表于 3小时前            threes  e5bca0 (张) bca0e4 … e58f91 (发) → 发表于 is asked
//! ```
//!
//! Where it can be fooled: several threes share a bit, and the three bytes may stand where the text does not. Then the
//! text is looked for, as it would have been anyhow.

/// So many bytes of a text say whether it may stand in a line.
pub(crate) const THREE: usize = 3;

/// Bits, as a power of two.
const BITS: u32 = 12;
const WORDS: usize = 1 << (BITS - 6);

/// Texts by their first three bytes.
#[derive(Debug)]
pub(crate) struct ThreeTable {
    words: [u64; WORDS],
    /// The place of each text, and its number; sorted.
    texts: Vec<(u16, u32)>,
}

impl ThreeTable {
    /// Takes texts with their numbers. Gives the numbers of those that are too short back.
    pub(crate) fn new<'t>(texts: impl Iterator<Item = (u32, Option<&'t str>)>) -> (Self, Vec<u32>) {
        let mut table = Self { words: [0; WORDS], texts: Vec::new() };
        let mut short = Vec::new();
        for (number, text) in texts {
            match text.and_then(|text| text.as_bytes().first_chunk()) {
                Some(&[a, b, c]) => {
                    let place = place(u32::from_le_bytes([a, b, c, 0]));
                    table.words[usize::from(place >> 6) % WORDS] |= 1 << (place & 63);
                    table.texts.push((place, number));
                }
                None => short.push(number),
            }
        }
        table.texts.sort_unstable();
        (table, short)
    }

    /// Whether `holds` says yes for one of the texts that may stand in the line.
    pub(crate) fn any_in(&self, bytes: &[u8], mut holds: impl FnMut(u32) -> bool) -> bool {
        if self.texts.is_empty() {
            return false;
        }
        let mut three = bytes.iter().take(THREE - 1).fold(0, |three, &byte| three >> 8 | u32::from(byte) << 16);
        bytes.iter().skip(THREE - 1).any(|&byte| {
            three = three >> 8 | u32::from(byte) << 16;
            let place = place(three);
            self.words[usize::from(place >> 6) % WORDS] >> (place & 63) & 1 == 1 && self.any_at(place, &mut holds)
        })
    }

    /// The same for the texts of a place.
    #[inline(never)]
    fn any_at(&self, place: u16, holds: &mut impl FnMut(u32) -> bool) -> bool {
        let first = self.texts.partition_point(|&(at, _)| at < place);
        self.texts[first..].iter().take_while(|&&(at, _)| at == place).any(|&(_, text)| holds(text))
    }
}

/// The bit of three bytes, the first in the lowest place.
#[inline]
fn place(three: u32) -> u16 {
    (three.wrapping_mul(0x9E37_79B1) >> (u32::BITS - BITS)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_that_stands_in_a_line_is_asked(
            texts in prop::collection::vec("[ab版权]{0,5}", 1..20),
            line in "[ab版权]{0,30}",
        ) {
            let (table, short) = ThreeTable::new((0..).zip(texts.iter().map(|text| Some(text.as_str()))));
            let mut asked = short;
            let any = table.any_in(line.as_bytes(), |text| {
                asked.push(text);
                false
            });
            prop_assert!(!any);
            for (number, text) in (0..).zip(&texts) {
                prop_assert!(!line.contains(text.as_str()) || asked.contains(&number), "{text}");
            }
        }
    }

    #[test]
    fn a_text_of_other_bytes_is_not_asked() {
        let (table, short) =
            ThreeTable::new([(0, Some("回复于")), (1, Some("发表于")), (2, Some("·")), (3, None)].into_iter());
        assert_eq!(short, [2, 3]);
        let mut asked = Vec::new();
        assert!(table.any_in("张三发表于昨天".as_bytes(), |text| {
            asked.push(text);
            true
        }));
        assert_eq!(asked, [1]);
    }
}
