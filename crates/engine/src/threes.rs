//! [`ThreeTable`]: which of many texts may stand in a line, told by the first three bytes of each.
//!
//! The frames of a thread are some hundred texts, and each short line of a document with a thread is asked for all of
//! them. So the places of all three bytes of a line are noted once ([`LineThrees`]), a bit for each, and the bits of the
//! texts are laid over those of the line, many at a time. Hardly any is in both.
//!
//! ```text
//! line     张三 发表于 3小时前    threes  e5bca0 (张) bca0e4 … e58f91 (发) …
//! texts    发表于   回复于        bits    发 → asked    回 → stands nowhere
//! ```
//!
//! Where it can be fooled: several threes share a bit, and the three bytes may stand where the text does not. Then the
//! text is looked for, as it would have been anyhow.

/// Bits, as a power of two.
const BITS: u32 = 12;
const WORDS: usize = 1 << (BITS - 6);
/// Words that are looked at together.
const TOGETHER: usize = 8;

/// The threes of a folded line.
pub(crate) struct LineThrees([u64; WORDS]);

impl LineThrees {
    pub(crate) fn of(folded: &str) -> Self {
        let mut words = [0; WORDS];
        for three in folded.as_bytes().windows(3) {
            if let Some(three) = three.first_chunk() {
                let place = place(*three);
                words[usize::from(place >> 6) % WORDS] |= 1 << (place & 63);
            }
        }
        Self(words)
    }
}

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
                Some(three) => {
                    let place = place(*three);
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
    pub(crate) fn any_in(&self, line: &LineThrees, mut holds: impl FnMut(u32) -> bool) -> bool {
        let (of_texts, _) = self.words.as_chunks::<TOGETHER>();
        let (of_line, _) = line.0.as_chunks::<TOGETHER>();
        for (chunk, (of_texts, of_line)) in (0..).zip(of_texts.iter().zip(of_line)) {
            let both: [u64; TOGETHER] = std::array::from_fn(|i| of_texts[i] & of_line[i]);
            if both.iter().fold(0, |all, word| all | word) == 0 {
                continue;
            }
            for (word, both) in (0..).zip(both) {
                let first_place = (chunk * TOGETHER as u16 + word) << 6;
                if self.any_at(first_place, both, &mut holds) {
                    return true;
                }
            }
        }
        false
    }

    /// The same for the texts of some places in a row.
    fn any_at(&self, first_place: u16, mut places: u64, holds: &mut impl FnMut(u32) -> bool) -> bool {
        while places != 0 {
            let place = first_place + places.trailing_zeros() as u16;
            places &= places - 1;
            let first = self.texts.partition_point(|&(at, _)| at < place);
            if self.texts[first..].iter().take_while(|&&(at, _)| at == place).any(|&(_, text)| holds(text)) {
                return true;
            }
        }
        false
    }
}

/// The bit of three bytes.
#[inline]
fn place(three: [u8; 3]) -> u16 {
    let [a, b, c] = three;
    (u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9E37_79B1) >> (u32::BITS - BITS)) as u16
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
            let any = table.any_in(&LineThrees::of(&line), |text| {
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
        assert!(table.any_in(&LineThrees::of("张三发表于昨天"), |text| {
            asked.push(text);
            true
        }));
        assert_eq!(asked, [1]);
    }
}
