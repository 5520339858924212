//! The rows of [`FIELDS`]. Their order is the one of the reference and of the formatter.

use super::{Choice, Field, FieldKind, TableKind};
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

const fn one(
    value: &'static str,
    label: &'static str,
    also: &'static [&'static str],
    zh: &'static str,
    en: &'static str,
) -> Choice {
    Choice { value, label, also, zh, en }
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
        "这一行只由其中的词组成，至少两个；空格、| / · 、 , 【】 隔开，数字不算",
        "The line is made of these words alone, at least two, with spaces, | / · 、 , or 【】 between; numbers do not count",
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
        "off",
        &[Settings],
        K::Names,
        "停用的规则，写全名，例如 zh/credit › 编辑署名行",
        "Rules that are switched off, by full name: file › name",
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

const CATEGORIES: &[Choice] = &[
    one("copyright", "版权", &["法律"], "版权、免责、转载声明", "Copyright, disclaimer and reprint notices"),
    one("related", "相关", &["推荐"], "相关新闻、推荐阅读", "Related stories and recommendations"),
    one("teaser", "预告", &["摘要"], "别的文章的摘要和“查看全文”", "Teasers of other articles"),
    one("spam", "垃圾", &[], "垃圾关键词、黑链", "Spam keywords and links"),
    one("nav", "导航", &[], "面包屑、栏目、翻页", "Breadcrumbs, menus, paging"),
    one("meta", "信息", &[], "时间、来源、原标题", "Dateline, source, original headline"),
    one("credit", "署名", &[], "记者、编辑、校对", "Bylines and editors"),
    one("widget", "按钮", &["组件"], "关闭、打印、返回顶部", "Buttons: close, print, back to top"),
    one("share", "分享", &[], "分享到、扫码关注", "Share and follow"),
    one("comments", "评论", &[], "评论区", "Comment sections"),
    one("ads", "广告", &[], "广告", "Advertisements"),
    one("media", "图片", &["媒体"], "图片、视频的标签", "Labels of pictures and videos"),
    one("other", "其他", &["其它"], "其他", "Anything else"),
];

const STATUSES: &[Choice] = &[
    one("on", "启用", &["开"], "起作用", "It removes"),
    one("trial", "试用", &[], "只统计，不删除", "It reports and counts, and removes nothing"),
    one("off", "停用", &["关", "关闭"], "不起作用", "It does nothing"),
];

const PROFILES: &[Choice] = &[
    one("archive", "存档", &[], "只删垃圾、版权声明和损坏", "Spam, legal notices and damage only"),
    one("article", "文章", &[], "保留标题、时间来源、图片说明，其余删掉", "Headline, dateline and captions stay"),
    one("body", "正文", &[], "标题和署名也删，只留正文", "Headline and bylines go too"),
];

const REMOVES: &[Choice] = &[
    one("line", "整行", &["行"], "删这一行", "The line"),
    one("phrase", "词句", &["词语", "这几个字"], "只删匹配的这几个字", "Only the matched words"),
    one(
        "paragraph",
        "整段",
        &["段落"],
        "删这一行和前后相连的行，到空行为止",
        "The line and its neighbours up to the next blank lines",
    ),
    one("list", "小标题和列表", &["列表"], "删这一行和它下面的列表", "The line and the list items under it"),
    one(
        "section",
        "这一节",
        &["一节"],
        "删这一行和后面含有 lines_contain 的行",
        "The line and the lines below that contain lines_contain",
    ),
    one("run", "连续多行", &["连续"], "连续 at_least 行以上都匹配才删", "at_least or more matching lines in a row"),
    one("to_end", "到文末", &["到末尾", "到结尾"], "从这一行删到文末", "From here to the end"),
    one("to_start", "到文首", &["到开头"], "从文首删到这一行", "From the start to here"),
    one(
        "until",
        "到某行为止",
        &[],
        "从这一行删到 until 那一行",
        "From here to the first later line that is one of until",
    ),
    one(
        "thread",
        "评论区",
        &["评论", "跟帖"],
        "删这个小标题和它下面的评论，到最后一个 frames 为止",
        "The heading and the comments under it, to the last of frames",
    ),
];

const BUILTINS: &[Choice] = &[
    one(
        "inserted_pinyin",
        "夹在中间的拼音",
        &["拼音"],
        "去掉汉字后面括号里的拼音",
        "Pinyin in parentheses behind Han characters",
    ),
    one("lost_indent", "段首问号", &[], "去掉段首由空格变成的问号", "Question marks that were indents"),
    one("shifted_gbk", "错位乱码", &["乱码"], "修复因一个问号错位的 GBK 文字", "GBK text shifted by one lost byte"),
    one("trim_indent", "段首缩进", &["缩进"], "去掉段首空格", "White space at line starts"),
    one("blank_lines", "多余空行", &["空行"], "连续空行合并成一行", "Several blank lines become one"),
    one(
        "full_width_ascii",
        "全角字母数字",
        &["全角"],
        "全角字母和数字换成半角",
        "Full-width letters and digits become half-width",
    ),
];

const PLACES: &[Choice] = &[
    one("line_start", "行首", &[], "只在行首", "Only at the start of a line"),
    one("line_end", "行尾", &["行末"], "只在行尾", "Only at the end of a line"),
    one("anywhere", "任何位置", &["任意位置"], "任何位置", "Everywhere"),
];

/// The elements: by tag or role, and by the words in their names (`finder/markup.toml`).
pub(crate) const ELEMENTS: &[Choice] = &[
    one("link", "链接", &["链接文字"], "一半以上是链接的文字", "At least half of the line is link text"),
    one("nav", "导航", &["菜单"], "导航、菜单", "A menu: nav, role=navigation"),
    one("header", "页头", &[], "页头", "A header"),
    one("footer", "页脚", &["页尾"], "页脚", "A footer"),
    one("sidebar", "侧栏", &["边栏"], "侧栏：aside、名字里有 sidebar", "Beside the text: aside, sidebar"),
    one("form", "表单", &["按钮"], "表单、按钮", "A form or a button"),
    one("article", "文章", &[], "article 元素", "An article element"),
    one("main", "主体", &[], "main 元素", "A main element"),
    one("figure", "配图", &["图"], "配图", "A figure"),
    one("caption", "图注", &["图片说明"], "图片、表格的说明", "Words under a picture or a table"),
    one("list", "列表", &[], "列表", "A list"),
    one("table", "表格", &[], "表格", "A table"),
    one("quote", "引用", &[], "引用块", "A blockquote"),
    one("code", "代码", &[], "代码块", "A block of code"),
    one("heading", "标题", &["小标题"], "标题", "A heading"),
    one("hidden", "隐藏", &["不显示"], "网页上不显示", "Not shown on the page"),
    one("comment", "评论", &["留言"], "名字说是评论", "Called a comment"),
    one("related", "相关", &["推荐"], "名字说是相关文章、推荐", "Called related or recommended"),
    one("share", "分享", &[], "名字说是分享", "Called share or social"),
    one("byline", "署名", &["作者"], "名字说是作者、编辑", "Called author or byline"),
    one("promo", "推广", &["促销"], "名字说是推广、订阅", "Called a promotion"),
    one("ad", "广告", &[], "名字说是广告", "Called advertising"),
    one("cookie", "隐私提示", &["cookie提示"], "名字说是 Cookie、隐私提示", "Called consent, cookie or privacy"),
    one("newsletter", "邮件订阅", &[], "名字说是邮件订阅", "Called newsletter or sign-up"),
    one("login", "登录", &["注册"], "名字说是登录、注册", "Called login or register"),
    one("tags", "标签", &["关键词"], "名字说是标签、分类", "Called tags or categories"),
    one("pager", "翻页", &["上一篇下一篇"], "名字说是翻页", "Called pager"),
    one("breadcrumb", "面包屑", &["当前位置"], "名字说是当前位置", "Called breadcrumb"),
    one("bio", "作者简介", &[], "名字说是作者简介", "Called about the author"),
    one("meta", "文章信息", &["信息"], "名字说是日期、来源等信息", "Called meta or info: date, source"),
    one("widget", "小部件", &["模块"], "名字说是小部件", "Called widget, module or box"),
    one("popup", "弹窗", &[], "名字说是弹窗", "Called popup, modal or overlay"),
    one("toc", "目录", &[], "名字说是目录", "Called table of contents"),
    one("review", "评价", &["买家评价"], "名字说是买家评价", "Called review or rating"),
];

/// The shapes.
pub(crate) const SHAPES: &[Choice] = &[
    one("title", "标题", &[], "像标题：短，结尾不像句子", "Short, and does not end like a sentence"),
    one("sentence", "句子", &[], "像完整的句子", "Ends like a sentence"),
    one("list_item", "列表项", &[], "以 - · • 1. 等开头", "Starts with a bullet or a number and a dot"),
    one("dated", "带日期", &["日期"], "以日期开头或结尾", "Starts or ends with a date"),
    one("separator", "分隔线", &[], "只有 - = * 等符号", "Only -, =, * and the like"),
    one("breadcrumb", "面包屑", &[], "有两个以上 > › » →", "Two or more of > › » →"),
    one("keywords", "关键词串", &["关键词"], "三段以上用 _ 或 | 连起来", "Three or more parts joined by _ or |"),
    one("parenthesised", "括号行", &["括号"], "整行在括号里", "The whole line stands in brackets"),
    one("date_only", "只有日期", &[], "只有日期、时间", "Nothing but a date, a time, or both"),
    one("address", "网址", &["邮箱"], "网址或邮箱，几乎没有别的", "A web or mail address, and little else"),
    one(
        "said_again",
        "后文重复",
        &["重复出现"],
        "标签后面的文字在后面又出现",
        "Its text stands again in one of the next lines",
    ),
    one("repeated", "重复行", &["重复"], "前面出现过同样的一行", "The same line has stood before"),
    one(
        "quoted",
        "在引号里",
        &["引号", "引文"],
        "匹配的词句在引号里，引号外还有别的话",
        "The matched words stand in quotation marks, and other words outside them",
    ),
];

/// The positions; those with a number stand for any number.
pub(crate) const POSITIONS: &[Choice] = &[
    one("anywhere", "任何位置", &["任意位置", "全文", "不限"], "任何位置", "Everywhere"),
    one("head", "开头", &["文首"], "前 6 行，或前 25%", "The first 6 lines, or the first 25 %"),
    one("tail", "结尾", &["文末", "末尾"], "后 50%，或最后 5 行", "The last 50 %, or the last 5 lines"),
    one("first line", "首行", &["第一行"], "第一行", "The first line"),
    one("last line", "末行", &["最后一行", "尾行"], "最后一行", "The last line"),
    one("first 3 lines", "前3行", &[], "前几行，数字随便写", "The first lines; any number"),
    one("last 3 lines", "后3行", &["最后3行"], "最后几行，数字随便写", "The last lines; any number"),
    one("first 10%", "前10%", &[], "开头百分之几", "The first part, in percent"),
    one("last 30%", "后30%", &["最后30%"], "结尾百分之几", "The last part, in percent"),
];
