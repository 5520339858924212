//! Writes the lists of the rule files and of the known bodies that are compiled into the crate.
//!
//! Of the rules it parses nothing: the text is embedded as it is and read at run time, so there is one
//! parser and one way to report a mistake. The table of the fold, which is nobody's to edit, is
//! compiled in as it is looked up in. Every file below `rules/` is either listed or
//! of a kind named here; anything else stops the build, so that no rule is left out in silence.

#[path = "src/text/fold/class.rs"]
#[allow(dead_code)]
mod class;
#[path = "src/text/kind.rs"]
#[allow(dead_code)]
mod kind;
#[path = "src/text/fold/near.rs"]
#[allow(dead_code)]
mod near;
#[path = "src/text/fold/parse.rs"]
mod parse;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=rules");
    fold_table()?;
    let mut names = Vec::new();
    if root.is_dir() {
        list(&root, "", &mut names)?;
    }
    names.sort();
    embed("rules", &names, "rules.rs")?;
    let bodies = root.join("bodies");
    let mut names = Vec::new();
    if bodies.is_dir() {
        for entry in fs::read_dir(&bodies)? {
            let name = entry?.file_name().into_string().expect("names of bodies are Unicode");
            if name.ends_with(".txt") {
                names.push(name);
            }
        }
    }
    names.sort();
    embed("rules/bodies", &names, "bodies.rs")
}

/// Writes the table of the fold.
fn fold_table() -> io::Result<()> {
    const TSV: &str = "src/text/fold.tsv";
    const CODE: [&str; 4] = ["fold/class.rs", "fold/near.rs", "fold/parse.rs", "kind.rs"];
    println!("cargo::rerun-if-changed={TSV}");
    for file in CODE {
        println!("cargo::rerun-if-changed=src/text/{file}");
    }
    let parts = parse::Parts::parse(&fs::read_to_string(TSV)?);
    fs::write(out_dir().join("near.bin"), parts.near_bytes())?;
    fs::write(out_dir().join("fold.rs"), parts.to_rust())
}

fn out_dir() -> PathBuf {
    PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"))
}

/// Writes a slice of names and texts, to be included. The paths are put together when that is compiled, so a
/// checkout may be moved with all that was built.
fn embed(folder: &str, names: &[String], file: &str) -> io::Result<()> {
    let mut out = String::from("&[\n");
    for name in names {
        let below = format!("/{folder}/{name}");
        writeln!(out, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {below:?}))),")
            .expect("a String takes everything");
    }
    out.push_str("]\n");
    fs::write(out_dir().join(file), out)
}

/// Adds the rule files of a folder, by their path below `rules/`.
fn list(folder: &Path, prefix: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().expect("names of rule files are Unicode");
        let below = format!("{prefix}{name}");
        println!("cargo::rerun-if-changed=rules/{below}");
        if entry.file_type()?.is_dir() {
            // Texts, not rules.
            if below == "bodies" {
                continue;
            }
            list(&entry.path(), &format!("{below}/"), names)?;
        } else if below == "finder/words.toml" || below == "finder/points.toml" {
            // The data of the body finder, which `src/finder` embeds itself.
        } else if name.ends_with(".toml") || (prefix.ends_with("lists/") && name.ends_with(".txt")) {
            names.push(below);
        } else {
            let documentation = name.ends_with(".md") || name.ends_with(".json") || name.starts_with('.');
            assert!(documentation, "rules/{below} is neither *.toml nor lists/*.txt: it would not be loaded");
        }
    }
    Ok(())
}
