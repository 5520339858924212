//! What the body finder saw, in words.

use crate::CuePoints;
use dehusk_text::{Message, say};

/// Cues that are told; the rest weigh less.
const TOLD: usize = 4;

/// The points of a line and the cues that weigh most.
pub fn cues(given: &CuePoints) -> Message {
    let sum = points(given.points);
    let limit = points(given.keep_above);
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (name, about, worth) in given.cues.iter().take(TOLD) {
        let worth = points(*worth);
        zh.push(format!("{worth} {}（{name}）", in_chinese(about)));
        en.push(format!("{worth} {about} ({name})"));
    }
    let more = given.cues.len().saturating_sub(TOLD);
    if more > 0 {
        let rest = points(given.cues.iter().skip(TOLD).map(|cue| cue.2).sum());
        zh.push(format!("其余 {more} 项合计 {rest}"));
        en.push(format!("{rest} for {more} more"));
    }
    let (zh, en) = (zh.join("；"), en.join("; "));
    if zh.is_empty() {
        return say!("正文查找给 {sum} 分", "the body finder gives {sum} points");
    }
    say!(
        "正文查找给 {sum} 分（超过 {limit} 才留下）：{zh}",
        "the body finder gives {sum} points (it stays above {limit}): {en}"
    )
}

fn points(hundredths: i32) -> String {
    format!("{:+.2}", f64::from(hundredths) / 100.0)
}

fn in_chinese(about: &str) -> &str {
    IN_CHINESE.iter().find(|(en, _)| *en == about).map_or(about, |(_, zh)| zh)
}

/// What each family of cues is about.
const IN_CHINESE: &[(&str, &str)] = &[
    ("the length of the line", "行的长度"),
    ("its length and whether a sentence ends there", "长度和句子是否在这里结束"),
    ("how the line ends", "行怎样结尾"),
    ("the share of function words", "虚词的比例"),
    ("function words at a length", "这个长度下的虚词"),
    ("sentences that end inside the line", "行中间结束的句子"),
    ("commas", "逗号"),
    ("single marks of the line", "行的单个特征"),
    ("marks on a short (s) or long (l) line", "短行或长行的特征"),
    ("bullets (1) and numbers (2) before the line", "行首的项目符号或序号"),
    ("its indent", "缩进"),
    ("blank lines above and below", "上下的空行"),
    ("lines of Han characters or kana: length, end, commas (c) or none (n)", "汉字行的长度、结尾和逗号"),
    ("long lines without any punctuation", "没有标点的长行"),
    ("the voice of comments", "评论的语气"),
    ("phrases of a class (words.toml) on a line of that size", "行里有某一类套话"),
    ("no phrase of any class", "行里没有套话"),
    ("how many classes have a phrase on the line", "行里有几类套话"),
    ("the same line, or the same first words, elsewhere on the page", "同样的行或开头在别处也有"),
    ("the share of its words that stand in other long sentences", "有多少词也在别的长句里"),
    ("the share of its words that stand in long sentences above", "有多少词在上面的长句里"),
    (
        "the same share over the lines around it: low where another topic begins",
        "周围各行和上文用词的重合：低则另起话题",
    ),
    ("words like I and my, of comments and posts", "“我”“我的”一类的词"),
    ("the length of the run of lines of one shape", "同样形状的行连续多少"),
    ("the share of boilerplate phrases in that run", "连续各行里套话的比例"),
    ("how many such lines stand within six lines", "前后六行里有几行这样的"),
    ("two or more such lines within six, by the size of this one", "前后六行里有两行以上这样的"),
    ("the shape of the line above", "上一行的形状"),
    ("the shape of the line below", "下一行的形状"),
    ("the shapes of the line above, this one, the line below", "上一行、这一行、下一行的形状"),
    ("phrases on the line above", "上一行的套话"),
    ("phrases on the line below", "下一行的套话"),
    ("marks of the line above", "上一行的特征"),
    ("marks of the line below", "下一行的特征"),
    ("the mean length of the two or six lines above", "上面几行的平均长度"),
    ("the mean length of the two or six lines below", "下面几行的平均长度"),
    ("the place among the long sentences", "在长句之间的位置"),
    ("that place and the size", "位置和长短"),
    ("that place, the size and the end", "位置、长短和结尾"),
    ("that place, for lines of Han characters", "汉字行的位置"),
    ("lines from the start: 1 2 4 8 16", "离开头几行"),
    ("lines from the end: 1 2 4 8 16", "离结尾几行"),
    ("an indent that is not that of most of the text", "缩进和多数行不同"),
    ("the tenth of the page", "在全页的第几个十分之一"),
    ("lines to the long sentence above", "离上面的长句几行"),
    ("lines to the long sentence below", "离下面的长句几行"),
    ("lines to both", "离上下的长句几行"),
    ("lines to both (near, middling, far) and the size", "离上下长句的远近和长短"),
    ("long sentences within 3, 10, 25 lines", "附近有几个长句"),
    ("the cluster of long sentences around the line, against the biggest on the page", "所在的长句群有多大"),
    (
        "a phrase of a class above: after how many long sentences, in which half, how near",
        "上面有某类套话，隔着几个长句",
    ),
    ("how many kinds of boilerplate headings stand above", "上面有几种套话小标题"),
    ("the share of boilerplate phrases below", "下面套话的比例"),
    ("the share of boilerplate phrases above", "上面套话的比例"),
    ("phrases of the nearest short line above", "上面最近的短行里的套话"),
    ("what the page is", "页面的类型"),
    ("what the page is, and the place", "页面的类型和位置"),
    ("how much of the line is link text", "行里有多少是链接"),
    ("an element around the line, by tag or role", "外面的元素（按标签或 role）"),
    ("what the element right around the line is", "紧挨着的元素是什么"),
    ("the level of the heading", "标题的级别"),
    ("a word (markup.toml) of the names of the three elements next around", "最近三层元素的 class、id 里的词"),
    ("a word of the names of elements farther around", "更外层元素的 class、id 里的词"),
    ("what the data of the page say of the line", "网页自带的数据怎么说这一行"),
    ("the share of link text in the first, second, third element around", "外面一、二、三层元素里链接的比例"),
    (
        "the share of the prose of the page in the first, second, third element around",
        "外面一、二、三层元素里有全页多少成段的文字",
    ),
    ("how far outside the element that holds half, or most, of the prose", "离装着大半文字的元素有几层"),
    ("the same, before and behind that element", "在那个元素之前或之后几层"),
    (
        "how many elements like one around the line stand beside it, and the prose in each",
        "旁边有几个同样的元素，各有多少文字",
    ),
    (
        "what the page says that it is, in the element that holds most of the prose and out of it",
        "网页自称的类型，在主要文字的元素之内或之外",
    ),
    ("how many article elements with prose there are, in them and out", "有几个 article 元素，在其内或其外"),
    (
        "its place among the sections that end marks cut, and how big the first one is beside the biggest",
        "在结尾标记隔开的几段里的位置，第一段和最大一段相比多大",
    ),
    (
        "its place to the first cluster of long sentences, and how big that one is beside the biggest",
        "和第一群长句的位置关系，那一群和最大一群相比多大",
    ),
    (
        "what belongs to lines that stay: an item of a list, a paragraph of a short text, the headline of an article, a line in the middle of running text, the sentences that a text ends with, an amount of a recipe; the headline above a body; and on pages in Han characters what stands outside the element around most paragraphs",
        "和留下的行是一体的：列表的一项、短文的一段、文章的标题、正文中间的一行、结尾的句子、食谱里的一份用料；正文上面的标题；以及汉字网页上在段落最多的元素外面的内容",
    ),
    (
        "a word of the names of the page as a whole, in the element that holds most of the prose and out of it",
        "整个网页的名字（html、body 的 class）里的词，在装着大部分正文的元素里面或外面",
    ),
    ("how far out from the title the element is that holds the line too", "从标题往外几层才有一个元素也装着这一行"),
    ("the share of the prose of the page in that element", "那个元素占全页文字多少"),
    ("phrases of the headings over the line", "管着这一行的各级小标题里的词语"),
    (
        "the rank of the heading over the line, and whether the title is over it too",
        "管着这一行的小标题是几级，页面标题是否也管着它",
    ),
    (
        "how far outside the element with the greatest sum of points, and its own",
        "离得分最高的元素有多远，和自己的得分",
    ),
    (
        "how many lines are made like this one, and how many of them are long sentences",
        "标记相同的行有几行，其中几行是长句",
    ),
    ("how much deeper it stands than most of the prose; 2 is as deep", "比大部分文字深几层；2 是一样深"),
    (
        "the points in elements like one around the line that stand beside it, and its own",
        "旁边同样的元素的得分，和自己的得分",
    ),
    (
        "the points of the other lines in the first, second, third element around, and its own",
        "外面第一、二、三层元素里其他行的得分，和自己的得分",
    ),
    ("the points of the other lines that are made like this one, and its own", "标记相同的其他行的得分，和自己的得分"),
    ("the points of these lines, and the size", "这些行的得分和长短"),
    ("the same, above and below that element", "同上，在那个元素的上面和下面"),
    (
        "how far outside the element around most paragraphs, on pages in Han characters and on others",
        "在段落最多的元素外面多远，分汉字网页和其他网页",
    ),
    (
        "how far outside the element around most paragraphs, and its own points",
        "在段落最多的元素外面多远，以及本行的分数",
    ),
    ("the share of the likely body in these elements, and its own points", "这些元素里像正文的部分，和自己的得分"),
    ("the share of the prose of the page in lines that are made like this one", "标记相同的行占全页文字多少"),
    ("the line of the title", "和标题行的位置关系"),
    ("the points of the lines above", "上面各行的得分"),
    ("the points of the lines below", "下面各行的得分"),
    ("the points above and its own", "上面的得分和自己的得分"),
    ("the points below and its own", "下面的得分和自己的得分"),
    ("the points above, by length", "上面的得分，按长度计"),
    ("the points below, by length", "下面的得分，按长度计"),
    ("the points above and below and its own", "上下的得分和自己的得分"),
    ("the nearest points above and below, its own and its size", "紧邻各行的得分、自己的得分和长短"),
    ("the share of the likely body above", "上面像正文的部分"),
    ("the share of the likely body below", "下面像正文的部分"),
    ("the share of the likely body above, and the size", "上面像正文的部分和长短"),
    ("the share of the likely body below, and the size", "下面像正文的部分和长短"),
    ("lines to the core of the body", "离正文核心几行"),
    ("lines to the core and its own points", "离正文核心几行和自己的得分"),
    ("what lies between the line and the core", "和正文核心之间隔着什么"),
    ("what lies between, and its own points", "隔着什么和自己的得分"),
    ("what lies between, and the side", "隔着什么，在哪一边"),
    ("the points of both neighbours and its own", "上下两行和自己的得分"),
    ("the share of the page that is likely body", "全页有多少像正文"),
    ("the share of the likely body in the core", "像正文的部分有多少在核心里"),
    ("lines to the likely body above and below", "离上下像正文的行几行"),
    ("lines to the likely body on the nearer side", "离较近一边像正文的行几行"),
    ("lines to the likely body on the farther side", "离较远一边像正文的行几行"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_of_cues_has_chinese_words() {
        let missing: std::collections::BTreeSet<&str> =
            crate::finder::abouts().filter(|about| in_chinese(about) == *about).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
