//! The other files of the folder `rules` that ship with the program, as plain texts. This crate does not parse them.

/// Names and texts of the known bodies, `rules/bodies/*.txt`.
pub const BODIES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/bodies.rs"));

/// The word lists of the body finder.
pub const FINDER_WORDS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", env!("DEHUSK_RULES"), "/finder/words.toml"));

/// The points of the body finder.
pub const FINDER_POINTS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", env!("DEHUSK_RULES"), "/finder/points.toml"));

/// The words by which the body finder knows elements of web pages.
pub const FINDER_MARKUP: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", env!("DEHUSK_RULES"), "/finder/markup.toml"));
