//! The values of fields that are chosen from a list.

use super::Choice;

const fn one(
    value: &'static str,
    label: &'static str,
    also: &'static [&'static str],
    zh: &'static str,
    en: &'static str,
) -> Choice {
    Choice { value, label, also, zh, en }
}

pub(super) const CATEGORIES: &[Choice] = &[
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

pub(super) const STATUSES: &[Choice] = &[
    one("on", "启用", &["开"], "起作用", "It removes"),
    one("trial", "试用", &[], "只统计，不删除", "It reports and counts, and removes nothing"),
    one("off", "停用", &["关", "关闭"], "不起作用", "It does nothing"),
];

pub(super) const PROFILES: &[Choice] = &[
    one("archive", "存档", &[], "只删垃圾、版权声明和损坏", "Spam, legal notices and damage only"),
    one("article", "文章", &[], "保留标题、时间来源、图片说明，其余删掉", "Headline, dateline and captions stay"),
    one("body", "正文", &[], "标题和署名也删，只留正文", "Headline and bylines go too"),
];

pub(super) const REMOVES: &[Choice] = &[
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

pub(super) const BUILTINS: &[Choice] = &[
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
    one(
        "stray_tags",
        "行尾标签",
        &["标签"],
        "去掉行尾没有开头的 HTML 标签",
        "Tags of HTML at line ends that nothing opens",
    ),
    one("blank_lines", "多余空行", &["空行"], "连续空行合并成一行", "Several blank lines become one"),
    one(
        "full_width_ascii",
        "全角字母数字",
        &["全角"],
        "全角字母和数字换成半角",
        "Full-width letters and digits become half-width",
    ),
];

pub(super) const PLACES: &[Choice] = &[
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
