//! Finds the commit that the program is built from, which `dehusk --version` names.
//!
//! The first that says one counts: the variable `DEHUSK_COMMIT`, for builds from a tarball; the file that Cargo puts
//! into a package; git, where this is a checkout. Where none does, the version is named alone.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DEHUSK_COMMIT");
    let found = env::var("DEHUSK_COMMIT").ok().or_else(of_package).or_else(of_checkout);
    // Twelve digits name a commit, as they do in the logs of git.
    let commit: String = found.unwrap_or_default().trim().chars().take(12).collect();
    println!("cargo::rustc-env=DEHUSK_COMMIT={commit}");
}

/// `"sha1": "…"` in the file that `cargo package` adds.
fn of_package() -> Option<String> {
    let text = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    rest.split('"').nth(1).map(str::to_string)
}

/// What git says, if this folder is the top of a checkout and not a tarball unpacked inside another one.
fn of_checkout() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    // Builds for people are made once a commit; while one develops, a commit is no reason to build again.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release")
        && let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"])
    {
        println!("cargo::rerun-if-changed={log}");
    }
    git(&["rev-parse", "HEAD"])
}

fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| said.trim().to_string())
}
