//! The functions of `fuzz/` over their corpus, and over what a fixed generator makes of it: without libFuzzer, so
//! that every run of the tests has it.

use std::fs;
use std::path::PathBuf;

#[path = "../fuzz/src/lib.rs"]
mod targets;

/// Texts made of each file of the corpus.
const MADE: usize = 60;

/// The same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }
}

/// Bytes changed, left out, doubled, cut off, or replaced by what is special to some format.
fn made_of(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    const SPECIAL: [&[u8]; 12] = [
        b"\0",
        b"\"",
        b"\r\n",
        b"\xff",
        b"\xef\xbb\xbf",
        b"'''",
        b"WARC/1.0\r\n",
        b"\\ud83d",
        b",",
        b"999999999999",
        b"[[rule]]\n",
        "\u{202e}".as_bytes(),
    ];
    let mut made = bytes.to_vec();
    for _ in 0..1 + numbers.below(4) {
        let at = numbers.below(made.len() + 1);
        let upto = (at + numbers.below(12)).min(made.len());
        match numbers.below(5) {
            0 if at < made.len() => made[at] ^= 1 << numbers.below(8),
            1 => drop(made.drain(at..upto)),
            2 => {
                let again = made[at..upto].to_vec();
                made.splice(at..at, again);
            }
            3 if numbers.below(4) == 0 => made.truncate(at),
            _ => drop(made.splice(at..upto, SPECIAL[numbers.below(SPECIAL.len())].iter().copied())),
        }
    }
    made
}

#[test]
fn the_corpus_and_what_is_made_of_it_hold() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in targets::TARGETS {
        let mut files: Vec<PathBuf> = fs::read_dir(corpus.join(name))
            .unwrap_or_else(|e| panic!("{name}: {e}"))
            .map(|e| e.unwrap().path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has no corpus");
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        for file in files {
            let bytes = fs::read(&file).unwrap();
            eprintln!("{}", file.display());
            target(&bytes);
            for _ in 0..MADE {
                let made = made_of(&bytes, &mut numbers);
                let went = std::panic::catch_unwind(|| target(&made));
                assert!(went.is_ok(), "{name}, made of {}: {:?}", file.display(), String::from_utf8_lossy(&made));
            }
        }
    }
}
