//! [`Message`]: a sentence in both languages, and how to write one.
//!
//! Every message to people exists in Chinese and in English. [`say!`] makes it from two format
//! strings with the same arguments.

use serde::Serialize;

/// The language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Message {
    /// The sentence in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// A [`Message`] from two format strings, Chinese and English, with the same arguments.
#[macro_export]
macro_rules! say {
    ($zh:literal, $en:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        $(let $name = $value;)*
        $crate::Message { zh: format!($zh), en: format!($en) }
    }};
}
/// Why something is not done with a file, in both languages, for where only an [`std::io::Error`] can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidError(pub Message);

impl std::fmt::Display for SaidError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for SaidError {}

impl From<Message> for std::io::Error {
    fn from(message: Message) -> Self {
        Self::other(SaidError(message))
    }
}

/// Why a file could not be read or written, without the system's error number.
pub fn io_reason(lang: Lang, error: &std::io::Error) -> String {
    if let Some(SaidError(message)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return message.get(lang).to_owned();
    }
    use std::io::ErrorKind as K;
    let said = error.to_string();
    let plain = said.rsplit_once(" (os error").map_or(said.as_str(), |(what, _)| what);
    let zh = match error.kind() {
        K::NotFound => "没有这个文件或文件夹",
        K::PermissionDenied => "没有权限",
        K::AlreadyExists => "已经有这个文件或文件夹了",
        K::IsADirectory => "是文件夹，不是文件",
        K::NotADirectory => "路径中有一段不是文件夹",
        K::DirectoryNotEmpty => "文件夹不是空的",
        K::StorageFull => "磁盘已满",
        K::ReadOnlyFilesystem => "这个磁盘只能读",
        K::InvalidData => "文件损坏了，或者不是这种格式",
        K::FileTooLarge => "文件太大了",
        K::UnexpectedEof => "文件不完整",
        _ => "",
    };
    match (lang, zh) {
        (Lang::Zh, "") => format!("读写失败（系统说：{plain}）"),
        (Lang::Zh, zh) => zh.to_owned(),
        (Lang::En, _) => {
            let mut chars = plain.chars();
            chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
        }
    }
}
