//! [`Begins`]: whether any literal may begin with the bytes that stand somewhere. Nearly always none does, and
//! one look says so.
//!
//! One character would not do: with ten thousand rules half of all Han characters begin some literal, and no
//! processor guesses which.
//!
//! ```text
//! Han     转载请注明   one hash of each character: the first says in which row of a table the bit stands that
//!         └h1┘└h2┘    the second chooses
//! ASCII   share this   a hash of four bytes says in which word of a table the bit stands that the next two
//!         └h1┘└b┘     choose
//! ```
//!
//! A literal that is too short to say which bit sets all that it could mean.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

/// What literals begin with. Bytes come in windows of eight, the first in the lowest place; those of a text read
/// from its end come in that order.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Begins {
    pub(super) wide: Wide,
    pub(super) ascii: Ascii,
    /// By the first byte, if it is not ASCII: whether a literal of one or two bytes begins so.
    #[serde(with = "as_slice")]
    tiny: Box<[bool; 256]>,
}

impl Default for Begins {
    fn default() -> Self {
        Self::new(std::iter::empty())
    }
}

impl Begins {
    /// Takes the window of each literal, and how many bytes it has.
    pub(super) fn new(literals: impl Iterator<Item = (u64, usize)>) -> Self {
        let (mut ascii, mut wide, mut tiny) = (Vec::new(), Vec::new(), Box::new([false; 256]));
        for (window, len) in literals {
            match len {
                0 => {}
                _ if (window as u8).is_ascii() => ascii.push((window, len)),
                1 | 2 => tiny[usize::from(window as u8)] = true,
                _ => wide.push((window, len)),
            }
        }
        Self { wide: Wide::new(&wide), ascii: Ascii::new(&ascii), tiny }
    }

    /// Whether a literal may begin with this window.
    #[inline]
    pub(super) fn may_begin(&self, window: u64) -> bool {
        let first = window as u8;
        if first.is_ascii() {
            self.ascii.has(window)
        } else {
            self.wide.has(Wide::hash(window as u32), Wide::hash((window >> 24) as u32)) | self.tiny[first as usize]
        }
    }
}

/// Which literals begin with a byte that is not ASCII: a row by the first three bytes, which are mostly a
/// character, a bit of it by the next three.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Wide {
    words: Box<[u64]>,
    shift: u32,
}

/// Words in a row, and how many literals share a word.
const ROW: usize = 4;
const IN_WORD: usize = 2;
/// Fewest rows: so many for each literal, so that most rows are empty, and no more than these. The rules of a single site
/// are few, and thousands of sites have tables of their own.
const ROWS_FOR_EACH: usize = 8;
const LEAST_ROWS: usize = 1 << 12;

impl Wide {
    fn new(literals: &[(u64, usize)]) -> Self {
        let count = literals.len();
        let least = (count * ROWS_FOR_EACH).clamp(2, LEAST_ROWS);
        let rows = (count / IN_WORD / ROW).max(least).next_power_of_two().trailing_zeros();
        let mut wide = Self { words: vec![0; ROW << rows].into(), shift: u32::BITS - rows };
        for &(window, len) in literals {
            let first = Self::hash(window as u32);
            if len < 6 {
                let (row, _) = wide.place(first, 0);
                wide.words[row..row + ROW].fill(u64::MAX);
            } else {
                let (word, bit) = wide.place(first, Self::hash((window >> 24) as u32));
                wide.words[word] |= 1 << bit;
            }
        }
        wide
    }

    /// A hash of the first three bytes of four.
    #[inline]
    pub(super) fn hash(character: u32) -> u32 {
        (character & 0xff_ffff).wrapping_mul(0x9E37_79B1)
    }

    #[inline]
    fn place(&self, first: u32, second: u32) -> (usize, u32) {
        ((first >> self.shift) as usize * ROW + (second >> 30) as usize, second >> 24 & 63)
    }

    #[inline]
    pub(super) fn has(&self, first: u32, second: u32) -> bool {
        let (word, bit) = self.place(first, second);
        self.words[word] >> bit & 1 == 1
    }
}

/// [`Ascii::short`] where no literal is short, as in the rules of most sites.
static NO_SHORT: LazyLock<Arc<[u32; 1 << 12]>> = LazyLock::new(|| Arc::new([0; 1 << 12]));

/// Which literals begin with a character of ASCII.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ascii {
    /// One bit for seven bits of the first byte, and for five each of the second and the third, of literals of
    /// fewer than four.
    #[serde(with = "as_slice")]
    short: Arc<[u32; 1 << 12]>,
    /// By the first byte: whether any literal begins so.
    #[serde(with = "as_slice")]
    first: Box<[bool; 128]>,
    /// A word by a hash of the first four bytes, a bit of it by the next two.
    words: Box<[u64]>,
    shift: u32,
}

/// An array as serde takes it: its own implementations end at thirty-two elements.
mod as_slice {
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::{Serialize, Serializer};

    pub(super) fn serialize<S: Serializer, T: Serialize, const N: usize>(
        array: &[T; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        array.as_slice().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de>, A: From<Box<[T; N]>>, const N: usize>(
        deserializer: D,
    ) -> Result<A, D::Error> {
        let read = Box::<[T]>::deserialize(deserializer)?;
        let array: Result<Box<[T; N]>, _> = read.try_into();
        array.map(A::from).map_err(|read| D::Error::invalid_length(read.len(), &"an array of its length"))
    }
}

/// Words for each literal of four bytes, which fills one.
const FOR_FOUR: usize = 16;
/// Fewest words, as those of [`Wide`].
const WORDS_FOR_EACH: usize = 8;
const LEAST_WORDS: usize = 1 << 10;

impl Ascii {
    fn new(literals: &[(u64, usize)]) -> Self {
        let fours = literals.iter().filter(|&&(_, len)| len == 4).count();
        let count = literals.len();
        let least = (count * WORDS_FOR_EACH).clamp(2, LEAST_WORDS);
        let words = (count / IN_WORD + fours * FOR_FOUR).max(least).next_power_of_two().trailing_zeros();
        let mut ascii = Self {
            short: NO_SHORT.clone(),
            first: Box::new([false; 128]),
            words: vec![0; 1 << words].into(),
            shift: u32::BITS - words,
        };
        for &(window, len) in literals {
            ascii.first[window as usize & 0x7f] = true;
            match len {
                0..4 => {
                    // What a literal does not say may be anything.
                    let short = Arc::make_mut(&mut ascii.short);
                    let (word, bit) = Self::place_of_short(window);
                    match len {
                        3 => short[word] |= 1 << bit,
                        2 => short[word] = u32::MAX,
                        _ => short[word & !31..][..32].fill(u32::MAX),
                    }
                }
                4 => {
                    let (word, _) = ascii.place(window);
                    ascii.words[word] = u64::MAX;
                }
                5 => {
                    let (word, _) = ascii.place(window);
                    (0..8).for_each(|sixth| ascii.words[word] |= 1 << bit_of(window | sixth << 40));
                }
                _ => {
                    let (word, bit) = ascii.place(window);
                    ascii.words[word] |= 1 << bit;
                }
            }
        }
        ascii
    }

    /// Whether a literal may begin with this byte; a byte that is not ASCII stands for the one without its high bit.
    #[inline]
    pub(super) fn has_first(&self, byte: u8) -> bool {
        self.first[usize::from(byte & 0x7f)]
    }

    #[inline]
    fn place_of_short(window: u64) -> (usize, u32) {
        ((window as usize & 0x7f) << 5 | (window >> 8) as usize & 31, (window >> 16) as u32 & 31)
    }

    #[inline]
    fn place(&self, window: u64) -> (usize, u32) {
        (((window as u32).wrapping_mul(0x9E37_79B1) >> self.shift) as usize, bit_of(window))
    }

    /// Whether a literal may begin with this window. Both are looked up whatever the first says: a branch less.
    #[inline]
    pub(super) fn has(&self, window: u64) -> bool {
        let ((short, short_bit), (word, bit)) = (Self::place_of_short(window), self.place(window));
        (u64::from(self.short[short] >> short_bit) | self.words[word] >> bit) & 1 == 1
    }
}

/// Three bits each of the fifth and the sixth byte.
#[inline]
fn bit_of(window: u64) -> u32 {
    ((window >> 32) as u32 & 7) << 3 | (window >> 40) as u32 & 7
}
