//! Compiles the fold table: reads `src/fold.tsv` and writes the lookup tables that the crate includes (`fold.rs`,
//! `bmp.bin`).

#[path = "src/fold/bmp.rs"]
#[allow(dead_code)]
mod bmp;
#[path = "src/fold/class.rs"]
#[allow(dead_code)]
mod class;
#[path = "src/kind.rs"]
#[allow(dead_code)]
mod kind;
#[path = "src/fold/parse.rs"]
mod parse;

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    fold_table()
}

/// Writes the two lookup tables of the fold into `OUT_DIR`.
fn fold_table() -> io::Result<()> {
    const TSV: &str = "src/fold.tsv";
    const CODE: [&str; 4] = ["fold/class.rs", "fold/bmp.rs", "fold/parse.rs", "kind.rs"];
    println!("cargo::rerun-if-changed={TSV}");
    for file in CODE {
        println!("cargo::rerun-if-changed=src/{file}");
    }
    let parts = parse::Parts::parse(&fs::read_to_string(TSV)?);
    fs::write(out_dir().join("bmp.bin"), parts.bmp_bytes())?;
    fs::write(out_dir().join("fold.rs"), parts.to_rust())
}

fn out_dir() -> PathBuf {
    PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"))
}
