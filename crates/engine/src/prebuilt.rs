//! What an engine makes of a set of rules at each start, made once and kept as bytes.
//!
//! The bytes hold a compiled program for each set of rules that a profile compiles, and the body finder.

use serde::{Deserialize, Serialize};

use crate::compile::Program;
use crate::engine::{Engine, Input};
use crate::finder::Finder;
use dehusk_rules::{Profile, RuleSet};
use dehusk_text::{Error, Result};

/// The bytes, taken apart. The parts are read when they are needed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Prebuilt<'a> {
    /// By rule whether it is compiled, and the program.
    #[serde(borrow)]
    programs: Vec<(Vec<bool>, &'a [u8])>,
    finder: &'a [u8],
}

impl<'a> Prebuilt<'a> {
    /// Takes the bytes of [`prebuild`] apart; `None` if they are not such bytes.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    /// The program in which these rules are compiled, if there is one.
    pub(crate) fn program(&self, compiled: &[bool]) -> Option<Program> {
        let (_, bytes) = self.programs.iter().find(|(of, _)| of == compiled)?;
        let mut program: Program = postcard::from_bytes(bytes).ok()?;
        program.lay_out_literals();
        Some(program)
    }

    /// The body finder.
    pub(crate) fn finder(&self) -> Option<Finder> {
        postcard::from_bytes(self.finder).ok()
    }
}

/// Compiles rules for every profile, and the body finder with its shipped words and points, and gives the bytes for
/// [`EngineBuilder::build_prebuilt`](crate::EngineBuilder::build_prebuilt).
///
/// # Errors
/// When the rules cannot be compiled.
pub fn prebuild(rules: &RuleSet) -> Result<Vec<u8>> {
    let mut programs: Vec<(Vec<bool>, Vec<u8>)> = Vec::new();
    for (profile, input) in
        [(Profile::Archive, Input::Text), (Profile::Article, Input::Text), (Profile::Body, Input::Page)]
    {
        let (engine, compiled) = Engine::builder().profile(profile).input(input).build_and_say(rules.clone(), None)?;
        if programs.iter().all(|(of, _)| *of != compiled) {
            programs.push((compiled, bytes(&engine.program)?));
        }
    }
    let finder = bytes(&Finder::new(rules)?)?;
    let programs = programs.iter().map(|(of, bytes)| (of.clone(), bytes.as_slice())).collect();
    bytes(&Prebuilt { programs, finder: &finder })
}

fn bytes(value: &impl Serialize) -> Result<Vec<u8>> {
    postcard::to_allocvec(value)
        .map_err(|e| Error::option(format!("写不成字节：{e}"), format!("cannot be written: {e}")))
}
