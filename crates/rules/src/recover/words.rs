//! Messages in place of those of the TOML parser, and messages about headers.

use super::{TableKind, section};
use dehusk_text::{Fix, Message, say};

/// The message of the parser, in words for people who do not know TOML.
pub fn parser_words(message: &str) -> Message {
    let zh = [
        ("duplicate key", "同一个设置写了两次"),
        ("string values must be quoted", "文字要放在引号里"),
        ("key with no value", "这里少了等号 = 或者引号里的内容"),
        ("missing comma", "两项之间少了逗号"),
        ("unclosed array", "方括号 [ 没有关闭"),
        ("unclosed", "打开的括号或引号没有关闭"),
        ("invalid multi-line", "三个引号的文字没有关闭，或者里面有不能用的字符"),
        ("missing escaped value", "双引号里的 \\ 有特殊含义，请改用单引号"),
        ("invalid basic string", "双引号的文字没有关闭，或者里面有不能用的字符"),
        ("invalid literal string", "单引号的文字没有关闭，或者里面有不能用的字符"),
        ("invalid unquoted key", "设置名只能用英文字母、数字、- 和 _"),
        ("unexpected key or value", "这一行后面多了东西"),
        ("redefinition", "同一节写了两次"),
        ("cannot extend", "这一节前面已经用别的写法写过了"),
    ]
    .into_iter()
    .find(|(words, _)| message.contains(words))
    .map(|(_, zh)| zh);
    Message {
        zh: zh.map_or_else(|| format!("这里不合 TOML 的写法：{message}"), |zh| format!("{zh}（{message}）")),
        en: format!("this is not TOML: {message}"),
    }
}

/// The message about a header with an unknown name, or with too few or too many brackets.
pub(crate) fn header_words(text: &str, word: &str, kind: Option<TableKind>) -> (Message, Option<Fix>) {
    if let Some(kind) = kind {
        let header = kind.header();
        let message = match header.starts_with("[[") {
            true => say!("要写两层方括号 {header}", "it takes two brackets: {header}"),
            false => say!("要写一层方括号 {header}", "it takes one bracket: {header}"),
        };
        return (message, Some(Fix::Line(header.to_string())));
    }
    let shown: String = text.chars().take(40).collect();
    match section(word).0 {
        Some(meant) => {
            let header = meant.header();
            let message =
                say!("没有 {shown} 这一种。你是不是想写 {header}？", "there is no {shown}; did you mean {header}?");
            (message, Some(Fix::Line(header.to_string())))
        }
        None => {
            let message = say!("没有 {shown} 这一种", "there is no {shown}");
            let advice = say!(
                "可以写的有：[[rule]] 规则、[[keep]] 保留、[[repair]] 修复、[file] 整个文件的默认值",
                "there are [[rule]], [[keep]], [[repair]] and [file]"
            );
            (message, Some(Fix::Advice(advice)))
        }
    }
}
