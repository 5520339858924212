//! What an engine makes of a set of rules at each start, made once and kept as bytes.
//!
//! The bytes hold a compiled program for each set of rules that a profile compiles, which rules act, and the body finder.

use std::sync::Arc;

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
    choices: Vec<PrebuiltChoice>,
    finder: &'a [u8],
}

/// What an engine is asked to be.
#[derive(Serialize, Deserialize)]
struct PrebuiltChoice {
    profile: Profile,
    has_finder: bool,
    /// Which of the programs it runs.
    program: u32,
    /// By rule: whether it acts.
    active: Vec<bool>,
}

impl Prebuilt<'static> {
    /// Takes the bytes of [`prebuild`] apart; `None` if they are not such bytes.
    pub(crate) fn read(bytes: &'static [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    /// The program for a choice, and by rule whether it acts.
    pub(crate) fn chosen(&self, profile: Profile, has_finder: bool) -> Option<(Program, Vec<bool>)> {
        let choice = self.choices.iter().find(|one| one.profile == profile && one.has_finder == has_finder)?;
        Some((read_program(self.programs[choice.program as usize].1)?, choice.active.clone()))
    }

    /// The program in which these rules are compiled, if there is one.
    pub(crate) fn program(&self, compiled: &[bool]) -> Option<Program> {
        let (_, bytes) = self.programs.iter().find(|(of, _)| of == compiled)?;
        read_program(bytes)
    }

    /// The body finder.
    pub(crate) fn finder(&self) -> Option<Finder> {
        postcard::from_bytes(self.finder).ok()
    }
}

fn read_program(bytes: &'static [u8]) -> Option<Program> {
    postcard::from_bytes(bytes).ok()
}

/// Compiles rules for every profile, and the body finder with its shipped words and points, and gives the bytes for
/// [`EngineBuilder::build_prebuilt`](crate::EngineBuilder::build_prebuilt).
///
/// # Errors
/// When the rules cannot be compiled.
pub fn prebuild(rules: &RuleSet) -> Result<Vec<u8>> {
    let mut programs: Vec<(Vec<bool>, Vec<u8>)> = Vec::new();
    let mut choices = Vec::new();
    for (profile, input) in [
        (Profile::Archive, Input::Text),
        (Profile::Article, Input::Text),
        (Profile::Article, Input::Page),
        (Profile::Body, Input::Text),
    ] {
        let (engine, compiled) = Engine::builder().profile(profile).input(input).build_and_say(rules.clone(), None)?;
        let program = programs.iter().position(|(of, _)| *of == compiled).unwrap_or(programs.len());
        let has_finder = engine.finder().is_some();
        choices.push(PrebuiltChoice { profile, has_finder, program: program as u32, active: engine.active });
        if program == programs.len() {
            let mut parts = Arc::into_inner(engine.parts).expect("no other engine has them");
            parts.program.prepare();
            programs.push((compiled, bytes(&parts.program)?));
        }
    }
    let finder = bytes(&Finder::new(rules)?)?;
    let programs = programs.iter().map(|(of, bytes)| (of.clone(), bytes.as_slice())).collect();
    bytes(&Prebuilt { programs, choices, finder: &finder })
}

fn bytes(value: &impl Serialize) -> Result<Vec<u8>> {
    postcard::to_allocvec(value)
        .map_err(|e| Error::option(format!("写不成字节：{e}"), format!("cannot be written: {e}")))
}
