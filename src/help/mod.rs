//! The help text in Chinese, one entry for each command and argument. A test of [`translate`] holds
//! that none is left out, and that nothing stays English.

mod commands;
mod translate;

use commands::COMMANDS;
pub use translate::{exit, translate};

/// Each argument by its id, for `-h` and what `--help` adds.
const HELP: &[(&str, &str, &str)] = &[
    (
        "files",
        "要读的文件和文件夹；不给，或给 -，就读标准输入",
        "正文写到标准输出。几个文件或一个文件夹需要 --out 或 --in-place，除非结果是 JSON Lines。\
         文件夹里的所有文件都会读；其中不是文本的跳过。",
    ),
    ("out", "把每个结果写到这个文件夹，文件名不变", "文件夹里的文件保留它在文件夹下的路径。结果是 UTF-8。"),
    ("in_place", "改写原文件", "要么整个换好，要么不动；权限和编码不变；没有改动的文件不碰。"),
    ("backup", "改写前留一份原文件", "在文件名后面加上这个结尾（不写就是 .bak）；已有的同名备份会被替换。"),
    (
        "json",
        "用 JSON 写出全部结果，一篇一行",
        "file、line 和 id（记录）、encoding、profile、input、body、metadata、removed、repaired、spared、warnings。\
         每一段都有规则、类别、命中的词句，以及它在原文里的位置：bytes（UTF-8 字节）和 chars（字）从 0 数起、不含末尾；lines 从 1 数起。",
    ),
    (
        "explain",
        "显示原文，标出删去的部分和删它的规则",
        "删去的部分加删除线。没有颜色时，每行前面有记号：= 留下，- 删去，~ 删去几个词，! 有规则没有动手，# 说明。",
    ),
    (
        "profile",
        "删到什么程度：archive 存档、article 文章、body 正文",
        "archive（存档）只删垃圾、法律声明和损坏的内容；article（文章）删去杂质，留下标题、电头、图片说明和编者按；\
         body（正文）连标题和署名也删去。",
    ),
    (
        "input",
        "文本是什么：text、page、auto；不给就是 text",
        "text 是带有少量杂质的文章；page 是网页上能看到的全部文字；auto 逐篇判断。",
    ),
    ("repair", "先修复损坏：夹进来的拼音、丢了的缩进、错位的字节", ""),
    ("host", "文本来自哪个网站（域名或网址），供只管某些网站的规则使用", ""),
    ("only", "只用这些规则：类别、文件名或规则名，用逗号隔开", ""),
    ("skip", "不用这些规则", ""),
    (
        "rules",
        "加上这个文件夹里的规则（可以给几次）",
        "同名的文件替换自带的文件，其余的加进来。文件夹里可以有 *.toml、lists/*.txt、sites/*.toml 和 settings.toml。",
    ),
    ("no_shipped_rules", "不用自带的规则", ""),
    ("encoding", "文本的编码，例如 gbk、big5；不给就自动判断", ""),
    (
        "from",
        "输入的格式：text、jsonl、warc、csv、tsv、parquet；不给就看文件名的结尾",
        ".jsonl 和 .ndjson 是 JSON Lines（一行一个对象），.warc 和 .wet 是 WARC，.csv 和 .tsv 是有表头的表格，.parquet 是 Parquet，其余是文本；\
         后面可以再有 .gz、.zst、.bz2 或 .xz。记录除了正文都原样输出；取不到文本的记录会报告，并原样通过。",
    ),
    (
        "to",
        "结果的格式：text、jsonl 或 parquet；不给就和输入一样",
        "文本变成两个字段的记录，其他记录变成最多三个字段的：id、url 和 text；记录变成文本时，每篇后面空一行。\
         取不到文本的记录这时略去。",
    ),
    ("text_field", "文本在哪个字段", ""),
    ("url_field", "网址或域名在哪个字段；不给就先找 url，再找 host", ""),
    ("id_field", "报告里用哪个字段称呼一条记录", ""),
    ("pack", "结果怎样压缩：none 不压、gzip、zstd；不给就和输入一样", "没有 --out 和 --in-place 时，不写明就不压缩。"),
    (
        "removed",
        "把删去的每一个字节写到这个文件，连同规则和位置",
        "一段一个 JSON 对象：file、record、id、rule、category、位置、text，以及 dehusk restore 还原输入所需要的。\
         文件名以 .gz 或 .zst 结尾就压缩，以 .parquet 结尾就是 Parquet。",
    ),
    (
        "removed_column",
        "给 Parquet 结果加一列，写明每篇删去了什么",
        "每篇一个列表，各项是 start、end（字）、byte_start、byte_end（UTF-8 字节）、text、kind、rule、category、phrase；\
         有 --repair 时还有 instead（修复后的字）。没有文字的行没有列表。供 SQL 和数据分析用；还原用 --removed 写的文件。",
    ),
    (
        "report",
        "把这次运行的小结写到这个文件 (JSON)",
        "篇数、字节数、每条规则和每个类别删了多少，以及取不到文本的记录：文件、行、位置和原因。",
    ),
    ("resume", "接着做上次中断的运行：做完的不再做", "大小或时间变了的输入重做。参数和规则要和上次一样。"),
    ("limit", "做 N 篇为止", ""),
    (
        "sample",
        "只做大约这么多的文章，每次都是同样的",
        "按 id 挑选，没有 id 就按文件名和位置；其余的不在结果里。大的样本包含小的样本。",
    ),
    ("max_errors", "有 N 条记录或文件出错就停下", "到那时做完的留着；加 --resume 接着做。"),
    ("jobs", "用几个线程；不给就用全部核心", ""),
    ("lang", "说明和消息用什么语言；不给就看系统的语言", ""),
    ("color", "什么时候用颜色", ""),
    ("quiet", "只说错误", ""),
    ("completions", "写出某种命令行的补全脚本：bash、elvish、fish、powershell、zsh", ""),
    ("man", "写出手册页", ""),
    ("help", "显示说明（-h 简短，--help 详细）", ""),
    ("version", "显示版本", ""),
];

const HEADINGS: &[(&str, &str)] = &[
    ("Output", "输出"),
    ("Cleaning", "清理"),
    ("Rules", "规则"),
    ("Formats", "格式"),
    ("A whole collection", "整批处理"),
    ("Input", "输入"),
    ("Pages", "语料"),
    ("The rule", "规则"),
    ("Messages", "消息"),
];

const ABOUT: &str = "从抓取的网页文本里取出正文";

const LONG_ABOUT: &str = "\
从抓取的网页文本里取出正文

dehusk 读入文章或网页的文本，写出它的正文：导航、相关链接、版权声明、分享按钮、
垃圾信息等等，由人能读懂、能修改的规则删去。留下的部分一个字也不改，除非加上 --repair。";

const AFTER: &str = "例子和退出码：dehusk --help";

const AFTER_LONG: &str = "\
例子：
  dehusk < page.txt                        一页的正文
  dehusk --explain page.txt                删了什么，是哪条规则删的
  dehusk --out bodies pages/               一个文件夹，结果写到另一个文件夹
  dehusk --in-place --backup *.txt         改写每个文件，旁边留一份原文件
  dehusk in.jsonl > out.jsonl              一行一条记录，只换字段 text 的内容
  dehusk --json page.txt | jq .removed     删去的部分和位置
  dehusk --rules myrules page.txt          加上自己的规则

退出码：
  0  一切正常
  1  有的输入没有做成，其余的都做了
  2  参数或规则有误，什么都没有做

下游提前结束（`dehusk … | head`）不算失败。
变量 NO_COLOR 关闭颜色；LC_ALL、LC_MESSAGES 和 LANG 决定语言。";

/// Names of values, in the usage and behind options.
const VALUES: &[(&str, &str)] = &[
    ("FILE", "文件"),
    ("DIR", "文件夹"),
    ("DIR|ZIP", "文件夹|ZIP"),
    ("FILE:LINE", "文件:行号"),
    ("PATH", "路径"),
    ("COLLECTION", "文章"),
    ("CORPUS", "语料"),
    ("ENDING", "结尾"),
    ("PROFILE", "程度"),
    ("INPUT", "种类"),
    ("HOST", "网站"),
    ("NAME", "名称"),
    ("NAMES", "名称"),
    ("LABEL", "编码"),
    ("FORMAT", "格式"),
    ("PACKING", "压缩"),
    ("P%", "百分比"),
    ("RESULT", "结果"),
    ("N", "数字"),
    ("SHELL", "命令行"),
    ("LANGUAGES", "语言"),
    ("SOURCES", "来源"),
    ("GROUPS", "组"),
    ("N,N", "数字,数字"),
    ("N,N,N", "数字,数字,数字"),
    ("RULE", "规则"),
    ("CHANGE", "改动"),
    ("TEXT", "文字"),
    ("PLACE", "位置"),
    ("PREFIX", "前缀"),
    ("VIEWS", "视图"),
    ("VIEW", "视图"),
];
