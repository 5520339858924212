//! What is given as text and is none: pictures, archives, PDF.
//!
//! Only what is certain is refused: first bytes that a text cannot have.

use dehusk::Lang;

use crate::ui::messages::say;

/// What bytes are, in the reader's language, and what to do; nothing if they may be text.
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

/// What to say where such bytes are cleaned all the same.
pub fn as_text(lang: Lang) -> String {
    say!(
        lang,
        "不像文本（HTML 或有空字节）；因为有 --from text，照文本清理",
        "hardly text (HTML, or NUL bytes in it); cleaned as text because of --from text"
    )
}

/// What to say of a text with bytes that no text has.
pub fn nul(lang: Lang) -> String {
    say!(
        lang,
        "里面有空字节 (NUL)，不像文本；UTF-16 请用 --encoding utf-16le 指明，确实要当文本清理，就加 --from text",
        "there are NUL bytes in it, so it is hardly text; say --encoding utf-16le if it is UTF-16, or --from text to clean it all the same"
    )
}
