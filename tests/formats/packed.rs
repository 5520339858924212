//! Compressed files: with one member or several, cut off, damaged, padded.

use std::io::{self, Read};
use std::num::NonZero;

use dehusk::io::FormatError;
use dehusk::io::packed::{Packing, open, open_parallel, pack};

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
        let packed = pack(&text, packing, Some(1)).unwrap();
        let (read, error) = unpack(&packed[..packed.len() / 2], packing);
        assert!(matches!(reason(error), FormatError::Truncated { .. }), "{packing}");
        // bzip2 has blocks of up to 900 kB, each of which must be complete before any of it can be read.
        assert!(text.starts_with(&read) && read.len() > text.len() / 2 - 1_000_000, "{packing}: {}", read.len());
    }
}

#[test]
fn damage_and_what_does_not_belong_there_have_a_place() {
    let text = text(2_000_000);
    for packing in PACKINGS {
        let mut packed = pack(&text, packing, Some(1)).unwrap();
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
fn what_was_unpacked_from_xz_before_bytes_that_do_not_belong_there_is_read() {
    for text in [text(100), text(3_000_000)] {
        let behind = [pack(&text, Packing::Xz, Some(1)).unwrap(), b"garbage!".to_vec()].concat();
        let (read, error) = unpack(&behind, Packing::Xz);
        assert!(read == text && matches!(reason(error), FormatError::Damaged { .. }), "{} bytes", read.len());
        let (parallel, error, _) = unpack_parallel(&behind, Packing::Xz);
        assert!(parallel == text && error.is_some(), "{} bytes", parallel.len());
    }
}

#[test]
fn a_packed_file_of_no_bytes_is_cut_off_with_any_number_of_threads() {
    for packing in PACKINGS {
        let (read, error) = unpack(b"", packing);
        let (parallel, parallel_error, _) = unpack_parallel(b"", packing);
        assert!(read.is_empty() && parallel.is_empty());
        assert_eq!(reason(error), FormatError::Truncated { packing, at: 0 });
        assert_eq!(reason(parallel_error), FormatError::Truncated { packing, at: 0 });
    }
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

/// The same as [`unpack`], with members and blocks unpacked by three threads.
fn unpack_parallel(bytes: &[u8], packing: Packing) -> (Vec<u8>, Option<io::Error>, (u64, u64)) {
    let mut read = Vec::new();
    let threads = NonZero::new(3).unwrap();
    let mut reader = open_parallel(io::Cursor::new(bytes.to_vec()), packing, 1000, threads);
    let watch = reader.watch();
    let error = reader.read_to_end(&mut read).err();
    (read, error, (watch.padding(), watch.read()))
}

/// Both have the same error. The place of a damage is that up to which the file was read, some piece at a time.
fn same_error(one: Option<io::Error>, other: Option<io::Error>, name: &str) {
    match (one.map(|e| reason(Some(e))), other.map(|e| reason(Some(e)))) {
        (Some(FormatError::Damaged { at: one, .. }), Some(FormatError::Damaged { at: other, .. })) => {
            assert!(one.abs_diff(other) <= 256 << 10, "{name}: {one} and {other}");
        }
        (one, other) => assert_eq!(one, other, "{name}"),
    }
}

/// Text that hardly gets shorter when it is packed.
fn noise(bytes: usize, mut seed: u64) -> Vec<u8> {
    let mut next = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 40) as u8
    };
    (0..bytes).map(|_| next()).collect()
}

#[test]
fn members_side_by_side_give_what_one_thread_gives() {
    for packing in PACKINGS {
        // Sixty-four members of less than a hundred kilobytes, and one that is longer than a part.
        let mut members: Vec<Vec<u8>> =
            (0..64).map(|n| pack(&noise(60_000 + n * 500, n as u64), packing, Some(1)).unwrap()).collect();
        members.insert(40, pack(&noise(9_000_000, 99), packing, Some(1)).unwrap());
        let packed = members.concat();
        let (read, error) = unpack(&packed, packing);
        assert!(error.is_none(), "{packing}");
        let (parallel, error, _) = unpack_parallel(&packed, packing);
        assert!(error.is_none(), "{packing}: {error:?}");
        assert!(parallel == read, "{packing}: {} of {} bytes", parallel.len(), read.len());
    }
}

#[test]
fn damage_behind_many_members_is_told_as_by_one_thread() {
    for packing in PACKINGS {
        let members: Vec<Vec<u8>> =
            (0..24).map(|n| pack(&noise(120_000, n as u64), packing, Some(1)).unwrap()).collect();
        let packed = members.concat();
        let cut = packed[..packed.len() - members[23].len() / 2].to_vec();
        let mut damaged = packed.clone();
        let middle = members[..15].concat().len() + 5_000;
        damaged[middle..middle + 40].fill(0x55);
        let trailing = [&packed[..], b"no member"].concat();
        let padded = [&packed[..], &[0; 2000][..]].concat();
        for (name, bytes) in [("cut off", cut), ("damaged", damaged), ("trailing", trailing), ("padded", padded)] {
            let (read, error) = unpack(&bytes, packing);
            let (parallel, parallel_error, _) = unpack_parallel(&bytes, packing);
            // How much is given of what stands just before the mistake depends on how large the pieces are that are read.
            let shorter = read.len().min(parallel.len());
            assert!(parallel[..shorter] == read[..shorter], "{packing}, {name}");
            let whole = if name == "damaged" {
                15
            } else if name == "cut off" {
                23
            } else {
                24
            };
            assert!(shorter + (256 << 10) >= whole * 120_000, "{packing}, {name}: {shorter}");
            same_error(error, parallel_error, &format!("{packing}, {name}"));
        }
    }
}

#[test]
fn what_looks_like_a_member_inside_a_member_is_none() {
    // Bytes that were not packed stand in a member as they are, with the members in them.
    for packing in [Packing::Gzip, Packing::Xz] {
        let inner: Vec<u8> = (0..400).flat_map(|n| pack(&noise(9_000, n), packing, Some(1)).unwrap()).collect();
        let outer = pack(&inner, packing, Some(0)).unwrap();
        let packed = [outer.clone(), outer].concat();
        let (read, error, _) = unpack_parallel(&packed, packing);
        assert!(error.is_none() && read == [&inner[..], &inner[..]].concat(), "{packing}: {error:?}");
    }
}

#[test]
fn blocks_of_one_bzip2_stream_are_unpacked_side_by_side() {
    // Several blocks for each of the three threads.
    for (level, bytes) in [(1, 1_500_000), (9, 6_000_000)] {
        let text = text(bytes);
        let packed = pack(&text, Packing::Bzip2, Some(level)).unwrap();
        let (read, error, _) = unpack_parallel(&packed, Packing::Bzip2);
        assert!(error.is_none() && read == text, "{level}: {} of {} bytes, {error:?}", read.len(), text.len());
        // The checksum over all blocks stands in the last bytes.
        let mut wrong = packed.clone();
        let last = wrong.len() - 3;
        wrong[last] ^= 0x10;
        let (read, error) = unpack(&wrong, Packing::Bzip2);
        let (parallel, parallel_error, _) = unpack_parallel(&wrong, Packing::Bzip2);
        assert!(text.starts_with(&read) && text.starts_with(&parallel) && parallel.len() + 900_000 > text.len());
        assert!(error.is_some());
        same_error(error, parallel_error, "a wrong checksum over all blocks");
        for end in [packed.len() / 2, packed.len() - 1, packed.len() - 9] {
            let (read, error) = unpack(&packed[..end], Packing::Bzip2);
            let (parallel, parallel_error, _) = unpack_parallel(&packed[..end], Packing::Bzip2);
            assert!(read == parallel, "{end}: {} and {}", read.len(), parallel.len());
            assert!(error.is_some());
            same_error(error, parallel_error, "cut off");
        }
    }
}
