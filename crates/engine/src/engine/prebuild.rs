//! Makes the bytes of a [`Prebuilt`].

use std::sync::Arc;

use super::{Engine, Input};
use crate::finder::Finder;
use crate::prebuilt::{Prebuilt, PrebuiltChoice, bytes};
use dehusk_rules::{Profile, RuleSet};
use dehusk_text::Result;

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
