//! [`end`]: where a sequence of packed differences ends.
//!
//! A page of lengths and differences says how many numbers it has, apart from the header of the page. The library
//! makes room for that many, also for a billion that are not there.
//!
//! ```text
//! 80 01 │ 04 │ 07 │ 0c │ 00 │ 01 00 00 00 │ …      values by block, miniblocks, values, first; then for each block
//!                                                    the smallest difference, a width for each miniblock, its bits
//! ```

/// The end of a sequence of at most `most` numbers; `None` if there are more or it is damaged.
pub(super) fn end(bytes: &[u8], most: usize) -> Option<usize> {
    let mut left = bytes;
    let (block, parts) = (number(&mut left)?, number(&mut left)?);
    let count = number(&mut left).filter(|&count| count <= most)?;
    number(&mut left)?;
    if parts == 0 || block % parts != 0 || block / parts % 32 != 0 || block == 0 {
        return None;
    }
    let part = block / parts;
    // The first number stands in front of the blocks.
    let mut more = count.saturating_sub(1);
    while more > 0 {
        number(&mut left)?;
        let widths = left.get(..parts)?;
        left = &left[parts..];
        for &width in widths {
            // The library reads those behind the last number as 0, whatever they are.
            if more > 0 {
                // The last ones may be cut off.
                let bits = left.len().min(part.checked_mul(width.into())? / 8);
                left = &left[bits..];
                more = more.saturating_sub(part);
            }
        }
    }
    Some(bytes.len() - left.len())
}

/// A number of seven bits a byte.
fn number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return usize::try_from(number).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_ends_behind_the_miniblocks_that_are_needed() {
        // 128 values by block in 4 parts; 34 numbers, so two parts of 32 with 1 and 2 bits.
        let head = [0x80, 1, 4, 34, 12];
        let block = [&[0, 1, 2, 9, 9][..], &[0; 4], &[0; 8]].concat();
        let bytes = [&head[..], &block, b"behind"].concat();
        assert_eq!(end(&bytes, 34), Some(head.len() + block.len()));
        assert_eq!(end(&bytes, 33), None, "more numbers than the page has values");
        assert_eq!(end(&[0x80, 1, 4, 1, 12, 7], 1), Some(5), "one number has no block");
        assert_eq!(end(&[0x80, 1, 0, 1, 12], 1), None);
        assert_eq!(end(&[0x80], 1), None);
    }
}
