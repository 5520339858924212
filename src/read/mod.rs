//! How commands read: shared arguments, files and folders, documents, and rules.

pub mod args;
pub mod compare;
pub mod config;
pub mod document;
pub mod documents;
pub mod files;
mod not_text;
pub mod phrases;
pub mod place;
pub mod read_args;
pub mod reason;
pub mod rule_file;
pub mod rules;
pub mod stream;
pub mod text;
