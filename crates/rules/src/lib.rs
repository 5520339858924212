//! The rules of dehusk as validated plain data.
//!
//! A rule file is read in three steps, each in a file of its own: `load` finds the
//! sources (a folder or the set compiled into the crate), `schema` reads the TOML and
//! keeps the place of every key and value, `validate` turns entries into [`Rule`]s and
//! gathers every mistake as a [`Diagnostic`](dehusk_text::Diagnostic). `fields` is the one table that says which
//! fields exist; validation, "did you mean", the docs and the forms read it.
//!
//! Nothing here knows documents or matching. Rules are sorted by file and name, so the
//! order in which they were written, or the files were found, changes nothing.

#![warn(missing_docs)]

pub mod edit;
mod embedded;
mod fields;
mod lists;
mod load;
mod model;
mod old_names;
mod phrases;
mod places;
mod recover;
mod report;
mod schema;
mod set;
mod site_files;
mod site_name;
mod source;
mod text_field;
mod texts;
mod validate;
mod values;

pub use embedded::{BODIES, FINDER_MARKUP, FINDER_POINTS, FINDER_WORDS};
pub use fields::{Choice, FIELDS, Field, FieldKind, SLOTS, TableKind};
pub use lists::sample;
pub use load::{
    dir as sources_in, dir_with_sites as sources_and_sites_in, layered, rules_sum, shipped as shipped_sources,
    site_files as site_files_in,
};
pub use model::{
    Action, Category, Conditions, ElementName, Example, Phrase, Position, Profile, Remove, RemoveKind, Repair,
    RepairAction, RepairAt, Rule, RuleId, RuleSet, Settings, Shape, Status,
};
pub use site_files::{LEARNT, SiteFiles};
pub use site_name::{file_of_host, host_of_file};
pub use source::Source;
pub use text_field::{MAX_CONTAINS_ALL, TextField, TextRole};

pub use fields::takes_several;
pub use phrases::bare_host;
pub use places::Places;
pub use recover::parser_words;
pub use report::{Report, first_ones};
pub use set::chosen_by;
pub use validate::plain_name;

use fields::{closest, meant_field, unknown_words};
use places::{SettingPlace, TablePlace, places};
use values::truth;
