//! The rows of [`FIELDS`]. Their order is the one of the reference and of the formatter.

use super::choices::{BUILTINS, CATEGORIES, ELEMENTS, PLACES, PROFILES, REMOVES, SHAPES, STATUSES};
use super::{Field, FieldKind, TableKind};
use FieldKind as K;
use TableKind::{File, Keep, Repair, Rule, Settings};

const fn field(
    name: &'static str,
    tables: &'static [TableKind],
    kind: FieldKind,
    zh: &'static str,
    en: &'static str,
    called: &'static [&'static str],
) -> Field {
    Field { name, tables, kind, required: false, basic: false, default: "", zh, en, called }
}

impl Field {
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn basic(self) -> Self {
        Self { basic: true, ..self }
    }

    const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }
}

const TEXTS: &[TableKind] = &[Rule, Keep];

/// Every field, in the order in which the reference and the formatter show them.
pub const FIELDS: &[Field] = &[
    field(
        "name",
        &[Rule, Keep, Repair],
        K::Text,
        "名称：随便起，同一个文件里不能重复",
        "What the rule is called; unique in its file",
        &["名称", "名字", "规则名", "title", "id"],
    )
    .required()
    .basic(),
    field(
        "note",
        &[Rule, Keep, Repair],
        K::Text,
        "说明：为什么要有这条规则，在哪里见过",
        "Why it exists and where it was seen",
        &["说明", "备注", "注释", "原因", "why", "comment", "description"],
    ),
    field(
        "category",
        &[Rule, Keep, File],
        K::Choice(CATEGORIES),
        "类别：统计和筛选时用",
        "What it is about; used in reports and filters",
        &["类别", "分类", "类型", "type", "kind"],
    )
    .default("文件名 / the file name"),
    field(
        "status",
        &[Rule, Keep, Repair, File],
        K::Choice(STATUSES),
        "状态：启用、试用（只统计不删）或停用",
        "On, on trial (counts and removes nothing) or off",
        &["状态", "启用", "开关", "enabled", "enable", "state"],
    )
    .default("'on'"),
    field(
        "profile",
        &[Rule, Keep, File],
        K::Choice(PROFILES),
        "从哪一档清理开始起作用：存档最少，正文最多",
        "The least strict profile in which it acts",
        &["档位", "档次", "级别", "level"],
    )
    .default("spam, copyright: 'archive'; 'article'"),
    field(
        "remove",
        &[Rule],
        K::Choice(REMOVES),
        "删多少：整行、词句、到文末……",
        "How much goes: the line, the words, everything to the end …",
        &["删除", "删多少", "删", "delete", "action"],
    )
    .basic()
    .default("'line'"),
    field(
        "is",
        TEXTS,
        K::Phrases,
        "这一行就是其中一个（两边的括号、标点、符号不用管）",
        "The line is one of these (brackets and punctuation around it do not matter)",
        &["是", "等于", "整行是", "equals", "equal", "line"],
    )
    .basic(),
    field(
        "starts_with",
        TEXTS,
        K::Phrases,
        "这一行以其中一个开头",
        "The line begins with one of these",
        &["开头是", "以开头", "开始于", "开头", "begins_with", "startswith", "start_with", "prefix"],
    )
    .basic(),
    field(
        "ends_with",
        TEXTS,
        K::Phrases,
        "这一行以其中一个结尾",
        "The line ends with one of these",
        &["结尾是", "以结尾", "结束于", "结尾", "endswith", "end_with", "suffix"],
    )
    .basic(),
    field(
        "contains",
        TEXTS,
        K::Phrases,
        "这一行含有其中任意一个",
        "The line has one of these",
        &["包含", "含有", "含", "包括", "关键词", "includes", "has", "keywords"],
    )
    .basic(),
    field(
        "also_contains",
        TEXTS,
        K::Phrases,
        "这一行还含有其中任意一个：和 contains 合用，两边各要有一个",
        "The line has one of these as well: beside contains, one text of each must stand there",
        &["还包含", "还含有", "并且包含", "并且含有", "同时含有", "and_contains", "contains_too"],
    ),
    field(
        "contains_all",
        TEXTS,
        K::Phrases,
        "这一行含有其中每一个",
        "The line has every one of these",
        &["全部包含", "同时包含", "都包含", "includes_all"],
    ),
    field(
        "made_of",
        TEXTS,
        K::Phrases,
        "这一行只由其中的词组成，至少两个；连着写或用空格、| / · 、 , 【】 隔开，数字不算",
        "The line is made of these words alone, at least two, with spaces, | / · 、 , or 【】 between (Chinese: or nothing); numbers do not count",
        &["只由", "只有这些", "由这些组成", "组成", "only", "consists_of", "made_up_of", "all_of"],
    ),
    field(
        "unless_is",
        TEXTS,
        K::Phrases,
        "但如果这一行就是其中一个，就不算",
        "… but not if the line is one of these",
        &["不是", "除非是", "except_is", "is_not", "not"],
    ),
    field(
        "unless_starts_with",
        TEXTS,
        K::Phrases,
        "但如果以其中一个开头，就不算",
        "… but not if it begins with one of these",
        &["开头不是", "不以开头", "除非开头是", "not_starts_with"],
    ),
    field(
        "unless_ends_with",
        TEXTS,
        K::Phrases,
        "但如果以其中一个结尾，就不算",
        "… but not if it ends with one of these",
        &["结尾不是", "不以结尾", "除非结尾是", "not_ends_with"],
    ),
    field(
        "unless_contains",
        TEXTS,
        K::Phrases,
        "但如果含有其中任意一个，就不算",
        "… but not if it has one of these",
        &["不含", "不包含", "除非含有", "除非包含", "排除", "except", "exclude", "excludes", "not_contains"],
    )
    .basic(),
    field(
        "unless_looks_like",
        TEXTS,
        K::Choices(SHAPES),
        "但如果样子像其中一种，就不算",
        "… but not if it has one of these shapes",
        &["样子不像", "不像", "除非像"],
    ),
    field(
        "regex",
        TEXTS,
        K::Regex,
        "正则表达式（专家用；比较时繁简体、全角半角、大小写已经统一）",
        "Regular expression, for experts; matched on the line after folding",
        &["正则", "正则表达式", "regexp", "pattern", "match"],
    ),
    field(
        "looks_like",
        TEXTS,
        K::Choices(SHAPES),
        "样子像：标题、句子、列表项……",
        "The line has one of these shapes: title, sentence, list_item …",
        &["样子", "像", "样子像", "形状", "shape", "shapes"],
    ),
    field(
        "inside",
        TEXTS,
        K::Choices(ELEMENTS),
        "这一行在网页的什么里面：页脚、评论、链接……只对 HTML 起作用，普通文字里永远对不上",
        "Where on the page the line stands: footer, comment, link …; only for HTML, never so in a plain text",
        &["在…里", "在里面", "网页位置", "元素", "within", "in", "tag", "element", "linked"],
    ),
    field(
        "min_length",
        TEXTS,
        K::Number { min: 0, max: 1_000_000, whole: true },
        "这一行至少多少个字（空格不算）",
        "Least length of the line, in characters that are not space",
        &["最短", "最少字数", "最小长度", "min", "minlength"],
    ),
    field(
        "max_length",
        TEXTS,
        K::Number { min: 1, max: 1_000_000, whole: true },
        "这一行最多多少个字（空格不算）",
        "Greatest length of the line, in characters that are not space",
        &["最长", "最多字数", "最大长度", "字数", "长度", "max", "maxlength", "length"],
    ),
    field(
        "where",
        TEXTS,
        K::Position,
        "在文章的什么位置",
        "Where in the document",
        &["位置", "在哪里", "哪里", "position", "location"],
    )
    .basic()
    .default("'anywhere'"),
    field(
        "at_least",
        &[Rule],
        K::Number { min: 0, max: 10_000, whole: true },
        "连续多行（run）至少几行，列表（list）至少几条，评论区（thread）至少几个 frames",
        "Least lines of a run, least items of a list, least frames of a thread",
        &["至少", "最少", "最少几行", "至少几行", "min_lines", "count"],
    )
    .default("run 3, list 0, thread 2"),
    field(
        "lines_contain",
        &[Rule],
        K::Phrases,
        "一起删的后面各行，每行都要含有其中一个",
        "What every further line that goes must contain one of",
        &["各行包含", "每行包含", "后面各行包含", "lines_contains", "each_line_contains"],
    ),
    field(
        "lines_look_like",
        &[Rule],
        K::Choices(SHAPES),
        "列表里的每一条是什么样子",
        "What an item of a list looks like",
        &["各行样子", "每行样子", "条目样子", "lines_looks_like", "items_look_like"],
    )
    .default("list_item, dated, title"),
    field(
        "until",
        &[Rule],
        K::Phrases,
        "删到哪一行为止（这一行也删）",
        "The last line to go",
        &["直到", "到哪里为止", "为止", "截止", "till", "end"],
    ),
    field(
        "frames",
        &[Rule],
        K::Phrases,
        "评论区里每条评论前后的行：谁写的、几点写的、回复按钮",
        "The lines around each comment of a thread: who wrote it, when, Reply",
        &["评论标志", "评论框", "每条评论", "frame", "comment_marks"],
    ),
    field(
        "unless_page_has",
        &[Rule],
        K::Phrases,
        "只要页面里有一行是其中一个，就不算评论区（那是论坛）",
        "… but not if a line of the page is one of these (then it is a forum)",
        &["页面没有", "论坛标志", "除非页面有", "forum", "unless_page"],
    ),
    field(
        "max_share",
        &[Rule],
        K::Number { min: 0, max: 100, whole: false },
        "最多删掉全文的百分之几，超过就一行也不删（只写数字，不写 %）",
        "Removes nothing if it would take more than this percentage of the text (a number, no %)",
        &["最多占比", "最大比例", "比例", "占比", "上限", "max_percent", "limit"],
    )
    .default("line, phrase 30; paragraph, until, to_start 40; run, list, section 85; thread 95; to_end 50 / 90"),
    field(
        "sites",
        &[Rule, Keep, Repair, File],
        K::Hosts,
        "只用于这些网站（包括子域名）",
        "Only for these hosts and their subdomains",
        &["网站", "站点", "域名", "site", "hosts", "host", "domain", "domains"],
    ),
    field(
        "except_sites",
        &[Rule, Keep, Repair, File],
        K::Hosts,
        "不用于这些网站（包括子域名）",
        "Not for these hosts and their subdomains",
        &["除外网站", "排除网站", "不用于网站", "exclude_sites", "unless_sites"],
    ),
    field(
        "languages",
        &[Rule, Keep, File],
        K::Languages,
        "只用于这些语言的文章，例如 zh、en、ja",
        "Only for documents in these languages: zh, en, ja …",
        &["语言", "语种", "language", "lang"],
    ),
    field(
        "exact",
        TEXTS,
        K::Bool,
        "一字不差地比较：不再忽略繁简体、全角半角、大小写的差别",
        "Compare without tolerance",
        &["精确", "完全一致", "精确匹配", "strict", "literal"],
    )
    .default("false"),
    field(
        "removes",
        &[Rule],
        K::Examples,
        "必须删掉的例子：从文章里原样粘贴",
        "Text that must go, pasted as it was found",
        &["删除示例", "要删的例子", "删除例子", "必须删", "examples", "example"],
    )
    .required()
    .basic(),
    field(
        "keeps",
        TEXTS,
        K::Examples,
        "必须留下的例子：和要删的很像、但不该删",
        "Text that looks alike and must stay",
        &["保留示例", "要留的例子", "保留例子", "必须留", "counter_examples"],
    )
    .basic(),
    field(
        "todo_removes",
        &[Rule],
        K::Examples,
        "应该删、现在还删不掉的例子",
        "Text that should go and does not yet",
        &["待删示例", "还没删掉的例子"],
    ),
    field(
        "todo_keeps",
        &[Rule],
        K::Examples,
        "应该留、现在还会被删的例子",
        "Text that should stay and does not yet",
        &["待留示例", "还没留住的例子"],
    ),
    field(
        "allow",
        &[Rule, Keep],
        K::Names,
        "已经考虑过、可以忽略的检查项（同时写 note 说明原因）",
        "Checks that the author has weighed and allows; say why in note",
        &["允许", "忽略检查", "ignore", "allows"],
    ),
    field(
        "builtin",
        &[Repair],
        K::Choice(BUILTINS),
        "用哪一种内置修复",
        "Which built-in repair",
        &["内置", "内置修复", "修复方式"],
    ),
    field(
        "find",
        &[Repair],
        K::Literal,
        "要找的损坏文字（一个字符也不能差）",
        "The damaged text, byte for byte",
        &["查找", "找", "search", "from"],
    ),
    field(
        "replace",
        &[Repair],
        K::Literal,
        "换成什么",
        "What it should be",
        &["替换", "替换为", "换成", "replacement", "to", "with"],
    ),
    field("at", &[Repair], K::Choice(PLACES), "在一行的什么地方替换", "Where in a line", &["地方", "行内位置"])
        .default("'anywhere'"),
    field(
        "before",
        &[Repair],
        K::Examples,
        "修复前的例子",
        "A damaged text, as it was found",
        &["修复前", "之前", "原文"],
    )
    .required(),
    field("after", &[Repair], K::Examples, "修复后应该是什么", "What it must become", &["修复后", "之后", "结果"])
        .required(),
    field(
        "maintainer",
        &[File],
        K::Text,
        "谁在维护这个文件",
        "Who looks after the file",
        &["维护人", "作者", "author"],
    ),
    field("version", &[File], K::Text, "这个文件的版本", "The version of the file", &["版本"]),
    field(
        "min_left",
        &[Settings],
        K::Number { min: 0, max: 1_000_000, whole: true },
        "清理后至少要剩多少个字，否则整篇原样放行",
        "Characters that must remain, else the document passes unchanged",
        &["至少剩", "最少剩余", "至少剩下", "min_remaining"],
    )
    .default("30"),
    field(
        "lines_between",
        &[Settings],
        K::Number { min: 0, max: 100, whole: true },
        "正文之后，夹在删掉的行中间的短行，连续几行以内一起删；0 表示不删",
        "So many short lines in a row go with the lines around them, below the text; 0 for none",
        &["夹行", "中间的行", "between"],
    )
    .default("2"),
    field(
        "off",
        &[Settings],
        K::Names,
        "停用的规则，写全名，例如 zh/credit › 责任编辑行；只在一个网站停用：全名 @ 域名",
        "Rules that are switched off, by full name: file › name; for one site only: file › name @ host",
        &["停用", "关闭", "关掉", "disable", "disabled"],
    ),
    field(
        "sites",
        &[Settings],
        K::SiteNames,
        "网站的名字，给 {site} 用：域名 = 名字",
        "Names of sites, for the slot {site}: host = names",
        &["网站", "站点", "网站名", "站名", "site"],
    ),
];
