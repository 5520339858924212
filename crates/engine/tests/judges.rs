//! The tests of the project that judge the engine alone, for `scripts/mutants`: the suite, invented cases against the
//! slow reference, what rules and body finder decide together, and the reasons of lines. They are those of `tests/`, linked
//! without formats, runs and the program, so that a mutant costs
//! seconds. `cargo test` does not run them a second time.
#![allow(unexpected_cfgs, dead_code, reason = "the modules are written for the tests of the whole project")]

// The modules name the library of the project.
extern crate self as dehusk;
pub use dehusk_engine::*;
pub use dehusk_rules::*;
pub use dehusk_text::*;

#[path = "../../../tests/agreement.rs"]
mod agreement;
#[path = "../../../tests/generate.rs"]
mod generate;
#[path = "../../../tests/reference.rs"]
mod reference;
#[path = "../../../tests/reference_texts.rs"]
mod reference_texts;
#[path = "../../../tests/reference_words.rs"]
mod reference_words;
#[path = "../../../tests/spared.rs"]
mod spared;
#[path = "../../../tests/suite.rs"]
mod suite;
#[path = "../../../tests/together.rs"]
mod together;
#[path = "../../../tests/util/mod.rs"]
mod util;
#[path = "../../../tests/why.rs"]
mod why;
