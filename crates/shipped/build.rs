//! Reads and compiles the shipped rules, and writes both as bytes that the crate includes, and their checksum.
//!
//! The rules come from `dehusk-rules`, which has their texts; when a rule file changes, that crate is built again, and
//! so is this one. A rule with a mistake stops the build, with the message that `dehusk check` would give.

use std::io::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use dehusk_rules::{RuleSet, rules_sum, shipped_sources};
use flate2::Compression;
use flate2::write::DeflateEncoder;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let rules = RuleSet::shipped().unwrap_or_else(|error| panic!("the shipped rules have mistakes: {error:?}"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("rules.sum"), rules_sum(&shipped_sources())).expect("the folder for output can be written");
    let bytes = postcard::to_allocvec(&rules).expect("plain data can be written");
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&bytes).expect("memory can be written");
    let packed = packed.finish().expect("memory can be written");
    fs::write(out.join("rules.deflate"), packed).expect("the folder for output can be written");
    let bytes = dehusk_engine::prebuild(&rules).unwrap_or_else(|error| panic!("they cannot be compiled: {error:?}"));
    fs::write(out.join("engine.bin"), bytes).expect("the folder for output can be written");
}
