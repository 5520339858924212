//! Recognises files that are not text: pictures, archives, PDF.
//!
//! Only certain cases are refused: first bytes that no text has.

use dehusk::Lang;

use crate::ui::messages::say;

/// What the bytes are, and what to do about it, in the language of the user; `None` if they may be text.
pub fn binary(bytes: &[u8], lang: Lang) -> Option<String> {
    let (zh, en) = match bytes {
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => {
            ("图片", "a picture")
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ("图片", "a picture"),
        [b'%', b'P', b'D', b'F', b'-', ..] => {
            return Some(say!(
                lang,
                "这是 PDF，不是文本；请先取出文字，例如用 pdftotext",
                "this is PDF, not text; take the text out of it first, for example with pdftotext"
            ));
        }
        [b'P', b'K', 3, 4, ..] => {
            (" ZIP 压缩包（.docx、.xlsx 和 .epub 也是）", "a ZIP archive (as .docx, .xlsx and .epub are)")
        }
        [b'7', b'z', 0xbc, 0xaf, ..] | [b'R', b'a', b'r', b'!', 0x1a, ..] => ("压缩包", "an archive"),
        [0x1f, 0x8b, 8, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] | [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
            return Some(say!(
                lang,
                "这是压缩文件；文件名要以 .gz、.zst 或 .xz 结尾，才会解压",
                "this is a packed file; it is unpacked if its name ends in .gz, .zst or .xz"
            ));
        }
        [b'P', b'A', b'R', b'1', ..] => {
            return Some(say!(
                lang,
                "这是 Parquet，不是文本；请加 --from parquet",
                "this is Parquet, not text; add --from parquet"
            ));
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => ("旧版 Office 文件（.doc、.xls）", "an old Office file (.doc, .xls)"),
        [0x7f, b'E', b'L', b'F', ..] => ("程序", "a program"),
        _ => return None,
    };
    Some(say!(lang, "这是{zh}，不是文本；请先取出文字", "this is {en}, not text; take the text out of it first"))
}

/// The message when such bytes are cleaned nevertheless.
pub fn as_text(lang: Lang) -> String {
    say!(
        lang,
        "不像文本（HTML 或有空字节）；因为有 --from text，照文本清理",
        "hardly text (HTML, or NUL bytes in it); cleaned as text because of --from text"
    )
}

/// The message about a text with NUL bytes.
pub fn nul(lang: Lang) -> String {
    say!(
        lang,
        "里面有空字节 (NUL)，不像文本；UTF-16 请用 --encoding utf-16le 指明，确实要当文本清理，就加 --from text",
        "there are NUL bytes in it, so it is hardly text; say --encoding utf-16le if it is UTF-16, or --from text to clean it all the same"
    )
}
