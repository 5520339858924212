//! Text, before any rule: bytes become text ([`decode`]), text becomes lines
//! ([`Document`]), a line becomes what it is compared as ([`FoldedLine`]) and a handful
//! of facts about its shape ([`Cues`]).

mod count;
mod cues;
mod dates;
mod decode;
mod document;
mod fold;
mod kind;
pub(crate) mod work;

pub(crate) use count::{is_alphanumeric, is_wide};
pub use cues::Cues;
pub(crate) use cues::{address_end, is_sentence_end};
pub(crate) use dates::{date_at, dates_in, may_begin_date, time_at};
pub use decode::{Decoded, decode, encode};
pub use document::Document;
pub(crate) use document::is_language;
pub use fold::{FoldedLine, fold};
pub(crate) use fold::{annotation_len, fold_counting, fold_into, is_han, is_word};
pub use work::steps_taken;
