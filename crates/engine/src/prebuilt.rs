//! What an engine makes of a set of rules at each start, made once and kept as bytes.
//!
//! The bytes hold a compiled program for each set of rules that a profile compiles, which rules act, and the body finder.

use serde::{Deserialize, Serialize};

use crate::compile::Program;
use crate::finder::Finder;
use dehusk_rules::Profile;
use dehusk_text::{Error, Result};

/// The bytes, taken apart. The parts are read when they are needed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Prebuilt<'a> {
    /// By rule whether it is compiled, and the program.
    #[serde(borrow)]
    pub(crate) programs: Vec<(Vec<bool>, &'a [u8])>,
    pub(crate) choices: Vec<PrebuiltChoice>,
    pub(crate) finder: &'a [u8],
}

/// What an engine is asked to be.
#[derive(Serialize, Deserialize)]
pub(crate) struct PrebuiltChoice {
    pub(crate) profile: Profile,
    pub(crate) has_finder: bool,
    /// Which of the programs it runs.
    pub(crate) program: u32,
    /// By rule: whether it acts.
    pub(crate) active: Vec<bool>,
}

impl Prebuilt<'static> {
    /// Takes the bytes of [`prebuild`](crate::prebuild) apart; `None` if they are not such bytes.
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

/// A value as bytes.
pub(crate) fn bytes(value: &impl Serialize) -> Result<Vec<u8>> {
    postcard::to_allocvec(value)
        .map_err(|e| Error::option(format!("写不成字节：{e}"), format!("cannot be written: {e}")))
}
