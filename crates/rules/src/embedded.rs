//! The files of the folder `rules` that ship with the program.
//!
//! Cleaning needs none of their texts, for the rules are compiled when the program is built. So the texts of rules and
//! bodies are compressed, and decompressed when somebody first asks for them.

use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::DeflateDecoder;

/// Names and texts of the known bodies, `rules/bodies/*.txt`.
pub static BODIES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    decompressed(
        include!(concat!(env!("OUT_DIR"), "/bodies.rs")),
        include_bytes!(concat!(env!("OUT_DIR"), "/bodies.deflate")),
    )
});

/// Names below the folder of the rules, and texts of the rule files.
pub(crate) static SHIPPED: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    decompressed(
        include!(concat!(env!("OUT_DIR"), "/rules.rs")),
        include_bytes!(concat!(env!("OUT_DIR"), "/rules.deflate")),
    )
});

/// Names and texts, from names with lengths in bytes and the compressed texts one behind the other.
fn decompressed(names: &[(&'static str, usize)], texts: &[u8]) -> Vec<(&'static str, &'static str)> {
    let mut all = String::new();
    DeflateDecoder::new(texts).read_to_string(&mut all).expect("the build script compressed it");
    let mut rest: &'static str = all.leak();
    let mut next = |length: usize| {
        let (text, behind) = rest.split_at(length);
        rest = behind;
        text
    };
    names.iter().map(|&(name, length)| (name, next(length))).collect()
}

/// The word lists of the body finder.
pub const FINDER_WORDS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", env!("DEHUSK_RULES"), "/finder/words.toml"));

/// The points of the body finder.
pub const FINDER_POINTS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", env!("DEHUSK_RULES"), "/finder/points.toml"));

/// The words by which the body finder knows elements of web pages.
pub const FINDER_MARKUP: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", env!("DEHUSK_RULES"), "/finder/markup.toml"));
