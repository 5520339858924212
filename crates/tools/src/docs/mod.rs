//! What is written about rules, made from the rules and from [`FIELDS`](dehusk_rules::FIELDS).
//!
//! A rule is read back as a sentence ([`sentence`]), so that its author sees whether it says what
//! was meant: inside one field any text is enough, different fields must all hold. All rules
//! together make a page ([`html`], [`markdown`]); the fields make the [`reference()`] and the
//! JSON Schema for editors ([`json_schema`]): what the table of fields does not know stands in
//! neither. The cheat sheet is written by hand.

mod page;
mod reference;
mod schema;
mod sentence;

pub use page::{Page, html, markdown};
pub use reference::reference;
pub use schema::json_schema;
pub(crate) use sentence::category_label;
pub use sentence::{repair_sentence, sentence};
