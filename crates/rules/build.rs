//! Writes the lists of the rule files and of the known bodies that are compiled into the crate.
//!
//! The rules are not parsed here: the text is embedded as it is and read at run time, so there is one parser and one
//! way to report a mistake. Every file below `rules/` is listed, or is of a kind that this file names. Any other file
//! stops the build, so that no rule is left out without a message.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::DeflateEncoder;

fn main() -> io::Result<()> {
    // In a checkout the rules lie at the top of the workspace; a crate that is packed by itself has them in its own
    // folder.
    let below = ["rules", "../../rules"].into_iter().find(|folder| manifest_dir().join(folder).is_dir());
    let below = below.expect("the folder of the rules");
    println!("cargo::rustc-env=DEHUSK_RULES={below}");
    let root = manifest_dir().join(below);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={below}");
    let mut names = Vec::new();
    list(&root, "", &mut names)?;
    for name in &names {
        println!("cargo::rerun-if-changed={below}/{name}");
    }
    names.sort();
    embed(&root, &names, "rules")?;
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
    embed(&bodies, &names, "bodies")
}

fn manifest_dir() -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
}

fn out_dir() -> PathBuf {
    PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"))
}

/// Writes names with the lengths of their texts as Rust, to be included, and the texts, compressed.
fn embed(folder: &Path, names: &[String], file: &str) -> io::Result<()> {
    let mut out = String::from("&[\n");
    let mut texts = DeflateEncoder::new(Vec::new(), Compression::best());
    for name in names {
        let text = fs::read(folder.join(name))?;
        writeln!(out, "    ({name:?}, {}),", text.len()).expect("a String takes everything");
        texts.write_all(&text)?;
    }
    out.push_str("]\n");
    fs::write(out_dir().join(file).with_extension("rs"), out)?;
    fs::write(out_dir().join(file).with_extension("deflate"), texts.finish()?)
}

/// Adds the rule files of a folder, by their path below `rules/`.
fn list(folder: &Path, prefix: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().expect("names of rule files are Unicode");
        let below = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            // Files here are texts, not rules.
            if below == "bodies" {
                continue;
            }
            list(&entry.path(), &format!("{below}/"), names)?;
        } else if below.starts_with("finder/") {
            // The data of the body finder, which `src/embedded.rs` names.
        } else if name.ends_with(".toml") || (prefix.ends_with("lists/") && name.ends_with(".txt")) {
            names.push(below);
        } else {
            let documentation = name.ends_with(".md") || name.ends_with(".json") || name.starts_with('.');
            assert!(documentation, "rules/{below} is neither *.toml nor lists/*.txt: it would not be loaded");
        }
    }
    Ok(())
}
