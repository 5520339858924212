//! What commands read: arguments that they share, files and folders, documents, and rules.

pub mod args;
pub mod collection;
pub mod compare;
pub mod corpus;
pub mod files;
pub mod parallel;
pub mod rules;
pub mod text;
