//! The cheat sheet, which is written by hand.

use crate::Lang;

/// The settings that are needed first and three rules to copy, on one page. It is written by hand,
/// in `docs/cheatsheet.zh.md` and `docs/cheatsheet.en.md`: what people need first, no table knows.
/// A test holds that it names every basic setting and every `remove`, and that its rules are rules.
pub fn cheatsheet(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => include_str!("../docs/cheatsheet.zh.md"),
        Lang::En => include_str!("../docs/cheatsheet.en.md"),
    }
}
