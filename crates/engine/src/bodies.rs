//! Known bodies: texts of which every line is body.
//!
//! A rule that removes a line of one of them goes too far, and `lint` says so. Those that ship with
//! the crate were written for it (`rules/bodies`): prose full of the words that boilerplate uses, in
//! all languages of the rules. `LANG-KIND-NN.txt` says the language, so that it is not guessed.

use std::path::Path;

use dehusk_text::{Error, Result, decode, is_language};

/// One text of which every line is body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The file as messages show it.
    pub path: String,
    /// The text.
    pub text: String,
}

impl Body {
    /// A text that is already in memory; `path` is shown in messages.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The language that the file name says (`zh` of `zh-Hans-news-01.txt`), if it does.
    pub fn language(&self) -> Option<&str> {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        let (language, _) = name.split_once('-')?;
        is_language(language).then_some(language)
    }
}

/// The bodies that ship with the crate.
pub fn shipped_bodies() -> Vec<Body> {
    dehusk_rules::BODIES.iter().map(|&(name, text)| Body::new(format!("rules/bodies/{name}"), text)).collect()
}

/// The `*.txt` of a folder, in any encoding that dehusk decodes, in the order of their names.
///
/// # Errors
/// When the folder or a file cannot be read.
pub fn bodies_in(folder: impl AsRef<Path>) -> Result<Vec<Body>> {
    let folder = folder.as_ref();
    let mut bodies = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| Error::io(folder, error))? {
        let path = entry.map_err(|error| Error::io(folder, error))?.path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            let bytes = std::fs::read(&path).map_err(|error| Error::io(&path, error))?;
            bodies.push(Body::new(path.display().to_string().replace('\\', "/"), decode(&bytes, None)?.text));
        }
    }
    bodies.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(bodies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_the_language() {
        assert_eq!(Body::new("rules/bodies/zh-Hans-news-01.txt", "").language(), Some("zh"));
        assert_eq!(Body::new("a/notes.txt", "").language(), None);
        assert_eq!(Body::new("a/my-text.txt", "").language(), None);
    }
}
