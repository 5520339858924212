//! The rules that ship with dehusk, parsed and compiled when this crate is built.
//!
//! Otherwise a program that cleans one article would spend most of its time on parsing and compiling rules. The build
//! script does both and serialises the results; this crate deserialises them to [`RuleSet`] and [`Engine`].

#![warn(missing_docs)]

use std::io::Read as _;
use std::sync::LazyLock;

use dehusk_engine::{Engine, EngineBuilder};
use dehusk_rules::RuleSet;
use dehusk_text::Result;
use flate2::read::DeflateDecoder;

/// The parsed rules. Most runs need only what is compiled of them, so they are compressed until somebody asks.
static RULES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut bytes = Vec::new();
    let packed: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.deflate"));
    DeflateDecoder::new(packed).read_to_end(&mut bytes).expect("the build script compressed it");
    bytes
});

static ENGINE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/engine.bin"));

/// The checksum of the shipped rules: what [`dehusk_rules::rules_sum`] gives for them.
pub const SHIPPED_RULES_SUM: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.sum"));

/// The rules that ship with the crate. Their phrases are borrowed from memory that stays.
pub fn shipped_rules() -> RuleSet {
    postcard::from_bytes(&RULES).expect("the build script wrote these bytes for the same types")
}

/// An engine for the shipped rules: the same as [`EngineBuilder::build`] of [`shipped_rules`], without compiling them.
///
/// # Errors
/// As [`EngineBuilder::build`].
pub fn shipped_engine(choices: EngineBuilder) -> Result<Engine> {
    choices.build_prebuilt(shipped_rules, ENGINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_engine::{Input, prebuild, shipped_bodies};
    use dehusk_rules::Profile;
    use dehusk_text::Document;

    #[test]
    fn the_rules_are_those_of_the_texts() {
        let (built, read) = (shipped_rules(), RuleSet::shipped().expect("the shipped rules have no mistakes"));
        assert_eq!(format!("{built:#?}"), format!("{read:#?}"));
    }

    #[test]
    fn the_checksum_is_that_of_the_texts() {
        assert_eq!(SHIPPED_RULES_SUM, dehusk_rules::rules_sum(&dehusk_rules::shipped_sources()));
    }

    #[test]
    fn the_programs_are_those_of_the_rules() {
        let made = prebuild(&shipped_rules()).expect("they can be compiled");
        assert!(made == ENGINE, "the bytes are others");
    }

    #[test]
    fn an_engine_that_was_read_does_what_one_that_was_made_does() {
        let rules = shipped_rules();
        let examples = rules.rules.iter().flat_map(|rule| rule.removes.iter().chain(&rule.keeps));
        let mut texts: Vec<String> = shipped_bodies().into_iter().map(|body| body.text).collect();
        texts.extend(examples.map(|example| example.text.clone()));
        for profile in [Profile::Archive, Profile::Article, Profile::Body] {
            for input in [Input::Text, Input::Page, Input::Auto] {
                let choices = Engine::builder().profile(profile).input(input);
                let made = choices.clone().build(&rules).expect("they can be compiled");
                let read = shipped_engine(choices).expect("they were compiled");
                for text in &texts {
                    let document = Document::new(text).expect("it is text");
                    let outcomes = (made.clean(&document), read.clean(&document));
                    assert_eq!(format!("{:?}", outcomes.0), format!("{:?}", outcomes.1), "{text}");
                }
            }
        }
    }
}
