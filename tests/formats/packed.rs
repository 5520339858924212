//! Compressed files: with one member or several, cut off, damaged, padded.

use std::io::{self, Read};

use dehusk::io::FormatError;
use dehusk::io::packed::{Packing, open, pack};

const PACKINGS: [Packing; 4] = [Packing::Gzip, Packing::Zstd, Packing::Bzip2, Packing::Xz];

/// All bytes that can be decompressed, and the error that ended that.
fn unpack(bytes: &[u8], packing: Packing) -> (Vec<u8>, Option<io::Error>) {
    let mut read = Vec::new();
    let error = open(io::Cursor::new(bytes.to_vec()), packing).read_to_end(&mut read).err();
    (read, error)
}

fn reason(error: Option<io::Error>) -> FormatError {
    FormatError::of(&error.expect("there is an error")).expect("it is ours").clone()
}

/// Text that can be compressed, but not to almost nothing.
fn text(bytes: usize) -> Vec<u8> {
    let mut seed = 7u64;
    let mut out = Vec::new();
    while out.len() < bytes {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        out.extend_from_slice(["渡船", "清晨", "码头", " boat", "，", "\n"][(seed >> 33) as usize % 6].as_bytes());
    }
    out
}

#[test]
fn members_read_as_their_contents_in_a_row() {
    let text = text(600_000);
    for packing in [Packing::None].into_iter().chain(PACKINGS) {
        for level in [None, Some(1), Some(99)] {
            let mut packed = Vec::new();
            for block in [&text[..], b"", b"x"] {
                packed.extend(pack(block, packing, level).unwrap());
            }
            let (read, error) = unpack(&packed, packing);
            assert!(error.is_none(), "{packing}: {error:?}");
            assert!(read == [&text[..], b"x"].concat(), "{packing}");
            assert!(packing == Packing::None || packed.len() < text.len() / 2, "{packing}: {}", packed.len());
        }
    }
}

#[test]
fn a_file_cut_off_anywhere_gives_its_whole_members_and_says_where_it_ends() {
    let (first, second) = (text(3000), text(900));
    for packing in PACKINGS {
        let border = pack(&first, packing, None).unwrap().len();
        let packed = [pack(&first, packing, None).unwrap(), pack(&second, packing, None).unwrap()].concat();
        for end in 0..packed.len() {
            let (read, error) = unpack(&packed[..end], packing);
            assert!([&first[..], &second[..]].concat().starts_with(&read), "{packing} {end}");
            if end == border {
                assert!(error.is_none() && read == first, "{packing}: the first member is a whole file");
                continue;
            }
            assert_eq!(reason(error), FormatError::Truncated { packing, at: end as u64 });
            assert!(end < border || read.len() >= first.len(), "{packing} {end}: {}", read.len());
        }
    }
}

#[test]
fn most_of_a_large_file_is_read_before_it_turns_out_to_be_cut_off() {
    let text = text(3_000_000);
    for packing in PACKINGS {
        let packed = pack(&text, packing, None).unwrap();
        let (read, error) = unpack(&packed[..packed.len() / 2], packing);
        assert!(matches!(reason(error), FormatError::Truncated { .. }), "{packing}");
        // bzip2 has blocks of 900 kB, each of which must be complete before any of it can be read.
        assert!(text.starts_with(&read) && read.len() > text.len() / 2 - 1_000_000, "{packing}: {}", read.len());
    }
}

#[test]
fn damage_and_what_does_not_belong_there_have_a_place() {
    let text = text(2_000_000);
    for packing in PACKINGS {
        let mut packed = pack(&text, packing, None).unwrap();
        let middle = packed.len() / 2;
        packed[middle..middle + 40].fill(0x55);
        let (_, error) = unpack(&packed, packing);
        let FormatError::Damaged { at, .. } = reason(error) else { panic!("{packing}") };
        assert!(at as usize <= packed.len(), "{packing}: {at}");

        let other = unpack(b"{\"text\": \"a\"}\n", packing);
        assert!(matches!(reason(other.1), FormatError::Damaged { at: 0..=14, .. }), "{packing}");
    }
    let behind = [pack(b"a", Packing::Gzip, None).unwrap(), b"\0\0rest".to_vec()].concat();
    let (read, error) = unpack(&behind, Packing::Gzip);
    assert_eq!(read, b"a");
    assert_eq!(reason(error), FormatError::Trailing { packing: Packing::Gzip, at: behind.len() as u64 - 4 });
}

#[test]
fn padding_behind_gzip_is_counted_and_no_error() {
    let member = pack(b"text", Packing::Gzip, None).unwrap();
    for (behind, padding) in [(vec![], 0), (vec![0; 700_000], 700_000), ([vec![0; 5], member.clone()].concat(), 0)] {
        let bytes = [member.clone(), behind].concat();
        let all = bytes.len() as u64;
        let mut reader = open(io::Cursor::new(bytes), Packing::Gzip);
        let watch = reader.watch();
        let mut read = String::new();
        reader.read_to_string(&mut read).unwrap();
        assert!(read == "text" || read == "texttext");
        assert_eq!((watch.padding(), watch.read()), (padding, all));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_not_called_damaged() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("disk"))
        }
    }
    for packing in PACKINGS {
        let start = pack(&text(1000), packing, None).unwrap();
        let half = start[..start.len() / 2].to_vec();
        let error = open(io::Cursor::new(half).chain(Failing), packing).read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "disk", "{packing}");
    }
}
