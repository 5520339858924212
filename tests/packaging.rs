//! What is given to people: the lists of files of all packages, and that nothing in them can use a network.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The packages of the workspace: their names and folders.
fn packages() -> Vec<(String, PathBuf)> {
    let crates = fs::read_dir(repository().join("crates")).expect("the crates can be listed");
    let folders = crates.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let named = folders.map(|folder| {
        let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        (format!("dehusk-{name}"), folder)
    });
    let mut all: Vec<_> = named.collect();
    all.push(("dehusk".to_string(), repository()));
    all.sort();
    all
}

fn cargo(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(args).current_dir(repository()).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("names of files are Unicode")
}

/// The files of a folder and the folders in it, as paths below it.
fn files_below(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        if path.is_dir() {
            files_below(&path, &format!("{prefix}{name}/"), found);
        } else {
            found.insert(format!("{prefix}{name}"));
        }
    }
}

#[test]
fn a_package_holds_what_is_meant_and_no_more() {
    for (name, folder) in packages() {
        let listed = cargo(&["package", "--list", "--offline", "--allow-dirty", "--package", &name]);
        let listed: BTreeSet<String> = listed.lines().map(|line| line.replace('\\', "/")).collect();
        let mut meant: BTreeSet<String> =
            ["Cargo.lock", "Cargo.toml", "Cargo.toml.orig", "LICENSE-APACHE", "LICENSE-MIT", "NOTICE", "README.md"]
                .map(str::to_string)
                .into();
        files_below(&folder.join("src"), "src/", &mut meant);
        if folder.join("build.rs").is_file() {
            meant.insert("build.rs".to_string());
        }
        let more: &[&str] = match name.as_str() {
            "dehusk" => &["CHANGELOG.md", "docs/cheatsheet.en.md", "docs/cheatsheet.zh.md", "docs/design/README.md"],
            _ => &[],
        };
        meant.extend(more.iter().map(ToString::to_string));
        if name == "dehusk-rules" {
            files_below(&repository().join("rules"), "rules/", &mut meant);
        }
        // Cargo adds it where there is git.
        let listed: BTreeSet<String> = listed.into_iter().filter(|file| file != ".cargo_vcs_info.json").collect();
        let more: Vec<_> = listed.difference(&meant).collect();
        let fewer: Vec<_> = meant.difference(&listed).collect();
        assert!(more.is_empty() && fewer.is_empty(), "{name}: not meant: {more:?}; missing: {fewer:?}");
    }
}

#[test]
fn all_packages_can_be_made_together() {
    let target = tempfile::tempdir().expect("a folder");
    let folder = target.path().to_string_lossy().into_owned();
    cargo(&["package", "--workspace", "--no-verify", "--offline", "--allow-dirty", "--quiet", "--target-dir", &folder]);
    let version = env!("CARGO_PKG_VERSION");
    for (name, _) in packages() {
        let file = target.path().join(format!("package/{name}-{version}.crate"));
        let bytes = fs::metadata(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display())).len();
        assert!(bytes < 10_000_000, "crates.io takes no more than 10 MB: {name} has {bytes}");
    }
}

#[test]
fn every_manifest_is_whole() {
    let metadata = cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("it is JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    assert!(packages.len() >= 8);
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        for key in ["description", "license", "readme", "rust_version"] {
            assert!(package[key].as_str().is_some_and(|value| !value.is_empty()), "{name} has no {key}");
        }
        for key in ["keywords", "categories", "authors"] {
            assert!(package[key].as_array().is_some_and(|all| (1..=5).contains(&all.len())), "{name} has no {key}");
        }
        assert!(package["publish"].is_null(), "{name} cannot be published");
        assert_eq!(package["version"], env!("CARGO_PKG_VERSION"), "{name}");
    }
}

/// README promises it: dehusk opens no connection. The studio alone listens, on this machine: what it needs for that is
/// taken by no other crate.
#[test]
fn nothing_but_the_studio_can_use_a_network() {
    let without_studio =
        ["tree", "--offline", "--no-default-features", "--features", "cli", "--edges", "normal", "--prefix", "none"];
    let made_of = cargo(&without_studio);
    let of_networks = [
        "async-std",
        "attohttpc",
        "curl",
        "hyper",
        "isahc",
        "minreq",
        "mio",
        "native-tls",
        "openssl",
        "quinn",
        "reqwest",
        "rustls",
        "smol",
        "socket2",
        "surf",
        "tokio",
        "tungstenite",
        "ureq",
    ];
    for name in of_networks {
        assert!(!made_of.lines().any(|line| line.starts_with(&format!("{name} v"))), "{name} can use a network");
    }
    assert!(made_of.lines().any(|line| line.starts_with("regex v")), "this is how the tree names a crate");
    let lock = fs::read_to_string(repository().join("Cargo.lock")).expect("the lock file is there");
    for name in of_networks.iter().filter(|name| !["hyper", "mio", "socket2", "tokio"].contains(name)) {
        assert!(!lock.contains(&format!("name = \"{name}\"\n")), "{name} can use a network");
    }
    let mut looked_at = 0;
    let others = packages().into_iter().filter(|(name, _)| name != "dehusk-studio");
    for folder in others.map(|(_, folder)| folder.join("src")) {
        let mut files = BTreeSet::new();
        files_below(&folder, "", &mut files);
        for file in files.iter().filter(|file| file.ends_with(".rs")) {
            let text = fs::read_to_string(folder.join(file)).expect("sources are UTF-8");
            assert!(!text.contains("std::net"), "{}/{file} uses std::net", folder.display());
            looked_at += 1;
        }
    }
    assert!(looked_at > 100, "the sources are there");
}

#[test]
fn the_version_names_commit_and_rules() {
    let version = |flag| {
        let output = Command::new(env!("CARGO_BIN_EXE_dehusk")).arg(flag).output().expect("it runs");
        String::from_utf8(output.stdout).expect("it is text")
    };
    let first = concat!("dehusk ", env!("CARGO_PKG_VERSION"));
    assert_eq!(version("-V").trim_end(), first);
    let long = version("--version");
    let mut lines: Vec<&str> = long.lines().collect();
    assert_eq!(lines.pop(), Some(format!("rules {}", dehusk::rules_sum(&dehusk::shipped_sources())).as_str()));
    assert_eq!(lines[0], first);
    // Where the tests run there may be no git.
    if let Some(commit) = lines.get(1) {
        let commit = commit.strip_prefix("commit ").expect("it names the commit");
        assert!(commit.len() == 12 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{long}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let man = folder.path().join("man");
    let status = Command::new(env!("CARGO_BIN_EXE_dehusk")).arg("--man").arg(&man).status().expect("it runs");
    assert!(status.success());
    for name in ["dehusk", "dehusk-explain", "dehusk-why", "dehusk-pack", "dehusk-pack-add", "dehusk-new"] {
        let page = fs::read_to_string(man.join(format!("{name}.1"))).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(page.contains(".SH NAME") && page.contains(".SH OPTIONS"), "{name}:\n{page}");
    }
}
