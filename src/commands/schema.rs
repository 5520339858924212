//! `dehusk schema`: the JSON Schema of rule files.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::read::args::CommonArgs;
use crate::ui::atomic_file::AtomicFile;
use crate::ui::exit::ExitCode;
use crate::ui::messages::{reason, say};

/// Write the JSON Schema of rule files, for editors that complete and check TOML
///
/// Put it into the folder of the rules as rules.schema.json; `dehusk fmt` makes every file name it
/// in its first line. VS Code with "Even Better TOML" then completes settings and explains them.
///
/// Exit codes: 0 it was written; 1 it could not be.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Write it to this file; to standard output if not given
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
}

pub fn run(args: &SchemaArgs, common: &CommonArgs) -> Result<ExitCode> {
    let schema = dehusk::docs::json_schema();
    let Some(path) = &args.out else {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(schema.as_bytes())?;
        stdout.flush()?;
        return Ok(ExitCode::Fine);
    };
    let write = || {
        let mut pending = AtomicFile::new(path)?;
        pending.write_all(schema.as_bytes())?;
        pending.commit(None)
    };
    let lang = common.lang();
    write().map_err(|error| anyhow::anyhow!(reason(lang, &error))).with_context(|| {
        let path = path.display();
        say!(lang, "写不了 {path}", "cannot write {path}")
    })?;
    Ok(ExitCode::Fine)
}
