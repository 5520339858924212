//! Documentation of rules, generated from the rules and from the table of settings [`FIELDS`](dehusk_rules::FIELDS).
//!
//! [`sentence`] writes a rule as a sentence, so that its author can check its logic: one text of a field
//! is enough, but all fields must hold. [`html`] and [`markdown`] write a page of all rules. The
//! [`reference()`] of settings and the JSON Schema for editors ([`json_schema`]) are made from the table
//! of settings. Only the cheat sheet in the reference is written by hand.

mod page;
mod reference;
mod schema;
mod sentence;

pub use page::{Page, html, markdown};
pub use reference::reference;
pub use schema::json_schema;
pub(crate) use sentence::category_label;
pub use sentence::{repair_sentence, sentence};
