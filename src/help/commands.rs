//! What each command beside the filter does, in Chinese.

/// The same for one other command, and what it does in short and in long. An argument that is not
/// here is explained as in [`HELP`](super::HELP).
pub(super) struct CommandHelp {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) long: &'static str,
    pub(super) args: &'static [(&'static str, &'static str, &'static str)],
}

pub(super) const COMMANDS: &[CommandHelp] = &[
    CommandHelp {
        name: "explain",
        about: "逐行显示每一行是去是留，是哪条规则删的",
        long: "= 留下，- 删去，~ 删去几个词，! 有规则没有动手，# 说明。删去的行下面写着规则、它在规则文件里的位置，\
               和命中的写法；用正文查找时，写着得分的主要来源。\n\n退出码：0 一切正常；1 有的输入没有做成；2 参数或规则有误。",
        args: &[
            ("files", "要读的文件和文件夹；不给，或给 -，就读标准输入", ""),
            (
                "json",
                "用 JSON 写出来，一篇一行",
                "file、line 和 id（记录）、profile、input、lines、passages。每一段有 lines（首行和末行，从 1 数起）、\
                 fate（stays 留下、goes 删去、part 删去几个词）、text、reasons（规则、位置、各项条件）和 spared。",
            ),
        ],
    },
    CommandHelp {
        name: "why",
        about: "说明一行为什么被删，或者哪些规则最接近于删它",
        long: "删去的行：规则的每一项条件和找到的内容。留下的行：不成立的条件最少的几条规则，每项条件用 ✔ 或 ✘ 标出，\
               带着数字，并说明可以怎么改。总会显示：匹配时看到的是什么。\n\n\
               退出码：0 都回答了；1 有的位置读不到；2 参数或规则有误。",
        args: &[
            ("places", "位置：page.txt:12；或 pages.jsonl:3:12，即第 3 行那条记录的第 12 行", ""),
            ("nearest", "显示几条最接近的规则", ""),
            ("rule", "只问这一条规则，不管离得多远：文件 › 规则名，或者只写规则名", ""),
            (
                "json",
                "用 JSON 写出来，一个位置一行",
                "file、line、text、seen（匹配时看到的）、fate（stays 留下、goes 删去、part 删去几个词）、reasons、spared，\
                 和 nearest：规则的各项条件和 next_step（文字，以及给 dehusk preview 的 set）；\
                 用 --rule 时只有那一条。",
            ),
        ],
    },
    CommandHelp {
        name: "preview",
        about: "看规则的改动对一批文章有什么影响",
        long: "把现在的规则（--rules 里的和自带的）和改动前的比较：规则文件夹上次提交的版本，或另一个文件夹（--before），\
               或不加 --set 的改动时。文件夹没有提交过，就和不用它时比较。像完整句子的行排在最前面，因为它们可能是正文。\n\n\
               退出码：0 一切正常；1 已知正文会丢行，或有的输入没有做成；2 参数或规则有误。",
        args: &[
            (
                "collection",
                "文本文件和文件夹，或 JSON Lines；也可以是压缩的（.gz、.zst、.bz2、.xz）",
                "记录里有 text、id、url 或 host，也许还有 gold（正文）、lang 和 view。",
            ),
            ("sample", "只取 N 篇，每次都是同样的", "按名字从整个语料里选。大的样本包含小的样本。"),
            ("limit", "读满 N 篇就停", ""),
            ("view", "只看这些 view 的记录，用逗号隔开", ""),
            ("language", "只看这些语言的记录", ""),
            ("bodies", "每一行都是正文的文本所在的文件夹，和自带的一起用", ""),
            ("before", "改动前的规则所在的文件夹，用来代替上次提交的版本", ""),
            (
                "set",
                "试一个改动：'文件 > 规则名.设置=值'（可以给几次）",
                "只写规则名就分得清时，文件可以不写。值是 TOML，或直接写文字。不改动任何文件。",
            ),
            ("html", "写一个网页，并排显示每篇的前后", ""),
            ("show", "每条规则显示几行", ""),
            (
                "json",
                "用 JSON 写出来",
                "changes、documents、changed、more、less、titles、dated、sentences、rules（按规则名：more、less、samples）、\
             bodies（已知正文的同样数字）。",
            ),
        ],
    },
    CommandHelp {
        name: "restore",
        about: "用结果和删除记录还原一次运行的输入",
        long: "删除记录是 --removed 写出的文件。还原的文件和原来的逐字节相同（压缩的，解开以后相同），编码和压缩方式照旧；\
               每个校验值都会核对。用了 --limit 的运行，还原做过的那一部分。用了 --sample 的，和改变了格式的，不能还原。\n\n\
               退出码：0 都和原来一样；1 有的地方不同，或读写不了；2 参数有误。",
        args: &[
            ("results", "结果：--out 的文件夹，或其中的文件", ""),
            ("removed", "那次运行的删除记录", ""),
            ("out", "把输入写到这个文件夹", ""),
        ],
    },
    CommandHelp {
        name: "stats",
        about: "统计每条规则在一批文章里删了什么",
        long: "每条规则：命中几篇、删几行、占全部删除的多少、误删已知正文几行（自带的、--bodies 里的、和记录里的 gold）。\
               试用规则的数字放在括号里：如果启用会删这么多。几条规则都删的行算在排在最前的规则名下。\n\n\
               退出码：0 一切正常；1 有的输入没有做成；2 参数或规则有误。",
        args: &[
            (
                "collection",
                "文本文件和文件夹，或 JSON Lines；也可以是压缩的（.gz、.zst、.bz2、.xz）",
                "记录里有 text、id、url 或 host，也许还有 gold（正文）、lang 和 view。",
            ),
            ("sample", "只取 N 篇，每次都是同样的", "按名字从整个语料里选。大的样本包含小的样本。"),
            ("limit", "读满 N 篇就停", ""),
            ("view", "只看这些 view 的记录，用逗号隔开", ""),
            ("language", "只看这些语言的记录", ""),
            ("bodies", "每一行都是正文的文本所在的文件夹，和自带的一起用", ""),
            ("blocked", "列出护栏拦下规则的每一处", ""),
            ("emptied", "列出按规则几乎删光的文章", ""),
            (
                "time",
                "测量每条规则的时间，要多花一些时间",
                "语料开头的 40 万字节，分别只用一条规则和用什么也不命中的规则来清理，轮流各五次，取各自最好的时间相减，除以篇数。1 微秒以下是误差，写成 <1。测量时请关掉别的程序。",
            ),
            (
                "compare",
                "和以前的一次比较，说出大起大落的规则",
                "给那一次 --json 写的文件，或者那次运行的删除记录（.jsonl，可压缩，或 .parquet；里面只有删过东西的规则）。和 --removed 一起用，就比较两份删除记录。",
            ),
            (
                "removed",
                "显示一份删除记录 (dehusk --removed 写的文件) 里有什么",
                "按类别、网站和规则，每条规则举几例。--json：files、documents、changed、categories、\
                 rules（category、count、documents、examples）、hosts、other_hosts、rule_sets；count 是 times 和 bytes；加 --compare 就是两份，before 和 now。不读语料。",
            ),
            (
                "json",
                "用 JSON 写出来，--compare 可以读",
                "documents、chars、removed、finder（行数和字数）、rules（按规则名：documents、lines、chars、trial_documents、\
             trial_lines、body_lines、blocked、status、languages、micros）、languages、emptied_documents、emptied（前 1000 篇）、blocked。",
            ),
        ],
    },
    CommandHelp {
        name: "check",
        about: "检查规则：写法、例子、误删",
        long: "逐个文件检查规则：写错的地方、互相矛盾的条件、太宽的词、多余的规则、不成立的例子，\
               再用已知正文（每一行都是正文的文章）核对一遍。每条都说明在哪里、错在哪里、怎么改；\
               最后方括号里的词可以用 dehusk help 查。\n\n\
               退出码：0 没有问题（提示不算）；1 有错误或警告；2 文件打不开。",
        args: &[
            (
                "paths",
                "要检查的规则文件和文件夹；不给，就检查自带的规则和 --rules 的规则",
                "给出的文件单独检查，不和自带的规则放在一起。",
            ),
            ("bodies", "再用这个文件夹里的正文（*.txt）核对", "规则文件夹自己的 bodies/ 总会用上。"),
            ("watch", "一直开着；每次保存文件，就再检查一遍", "按 Ctrl-C 结束。"),
            (
                "json",
                "用 JSON 写出全部结果，一个对象",
                "counts（检查了多少规则、例子、正文）、errors、warnings、notes（各有多少处）、findings：\
                 每处有 level、code、message（中文和英文）、source、line、column、span（字节）、line_text、mark、notes、fix。",
            ),
        ],
    },
    CommandHelp {
        name: "test",
        about: "运行规则里的例子和整篇案例",
        long: "把每条规则的 removes 和 keeps 放进一篇中性的文章里，用真正的引擎运行：该删的要删，该留的要留。\
               不成立的说明是哪个条件、差在哪里。todo_removes 和 todo_keeps 也运行，不算失败；已经成立的会指出来。\
               规则文件夹里的 cases/名字/in.txt 清理后要等于 body.txt。\n\n\
               退出码：0 全部成立；1 有不成立的；2 规则不能用。",
        args: &[
            ("rule", "只运行这些：类别、文件、规则名或“文件 > 名称”；不给就全部运行", ""),
            (
                "json",
                "用 JSON 写出全部结果，一个对象",
                "examples、failed、rules、repairs、cases、failures（每个不成立的例子：规则、文件、行、文字、原因）、\
                 repair_failures、case_failures、todo。",
            ),
        ],
    },
    CommandHelp {
        name: "help",
        about: "说明一个命令，或一个检查项：什么意思，错的和对的写法",
        long: "检查项是 dehusk check 每条结果最后方括号里的词。给一个命令的名字，就显示那个命令的说明；什么也不给，就列出全部命令和检查项。",
        args: &[("name", "检查项，例如 smart-quote；或者命令，例如 check", "")],
    },
    CommandHelp {
        name: "eval",
        about: "用已知正文的网页给结果打分",
        long: "清理一个语料里的每一页，把结果和已知的正文按词比较（一个汉字算一个词）。\
           各项先逐页计算：macro 是各页的平均，micro 是合起来算。\n\n\
           kept：输入里的正文词留下多少；rmvd：其余的词删去多少；F1、P、R：对照正文；idF1：原文不动时的 F1；\
           with、w/o：必须留下的片段留下多少，必须删去的片段删去多少；empty：被删空的页；\
           hurt、helpd：F1 比原文差或好 0.01 以上的页。\n\n\
           退出码：0 一切正常；1 语料里有的行不是记录；2 什么都没有做。",
        args: &[
            (
                "corpus",
                "语料：JSON Lines，也可以是压缩的（.gz、.zst、.bz2、.xz）",
                "一行一页：id、text、gold（正文，或 null）、with 和 without（必须留下和必须删去的片段）、\
             view、lang、source、page_type、host。",
            ),
            (
                "pred",
                "不做清理，给这个文件里的结果打分：一行一页，有 id、view、text",
                "没有结果的页按空白算。各行的顺序和语料一样时，占用内存有限。",
            ),
            (
                "input",
                "文本是什么：text、page、auto；不给时，view 是 page 的当作网页，其余当作文章",
                "text 是带有少量杂质的文章；page 是网页上能看到的全部文字；auto 逐篇判断。",
            ),
            ("view", "只看这些 view，用逗号隔开", ""),
            ("language", "只看这些语言的页", ""),
            ("source", "只看这些来源", ""),
            ("sample", "只取 N 页，每次都是同样的页", "一页的各个 view 都算在内。大的样本包含小的样本。"),
            (
                "worst",
                "并排显示 F1 比原文降得最多的 N 页：左边是正文，右边是输出",
                "= 留下的正文，! 删去的正文，+ 留下的杂质，- 删去的杂质（占两栏）；后面是删它的规则。\
             宽度看变量 COLUMNS，没有就是 150 列。",
            ),
            (
                "rules_report",
                "显示每条规则删了什么，其中多少是正文",
                "docs：动过的页。lines：删去的行；judged：其中正文已知的行；right：这些行里不是正文的比例。\
             body：把它删的放回去，能补回多少正文词。hurt：放回去 F1 会升 0.01 以上的页。\
             with、w/o：被它删去的片段里，必须留下的和必须删去的各有多少。\
             正文查找删去的合成一行，再按特征各列一行：算在给这一行扣分最多的特征上。",
            ),
            ("json", "用 JSON 写出各项数字", ""),
        ],
    },
    CommandHelp {
        name: "tune",
        about: "用已知正文的网页重新计算正文查找的分数",
        long: "先由规则删，再按规则留下的部分计算分数。给出的数字是交叉验证的：\
           一个网站的所有页，都用从别的网站算出的分数来检验。用 --rules 指定文件夹，就用那里的词表（words.toml）和规则。\n\n\
               退出码：0 一切正常；1 语料里有的行不是记录；2 什么都没有做。",
        args: &[
            (
                "corpus",
                "语料：JSON Lines，也可以是压缩的（.gz、.zst、.bz2、.xz）",
                "一行一页：id、text、gold（正文，或 null）、with 和 without（必须留下和必须删去的片段）、\
             view（整页是 page）、lang、page_type、host。",
            ),
            ("out", "把分数写到这个文件；不给就只显示数字", "文件里没有重新计算的部分不变。"),
            ("view", "只算这一部分：page 整页，text 文章，auto 怎样区分两者", ""),
            ("folds", "交叉验证分成几份；1 表示显示用来计算的那些页自己的数字", ""),
            ("cues", "第一遍和第二遍各留多少个特征", ""),
            ("chinese", "一篇中文抵几篇", ""),
            ("beta", "大于 1 时，误删比漏删更重", "一个数，或两个数：文章、其他页面。"),
            ("curve", "列出试过的每个界限的数字", "最后一行 oracle 是知道正文、只按整行取舍时最多能到多少。"),
            (
                "json",
                "用 JSON 写出各项数字",
                "按 page 和 text 分：界限（汉字文本、英文、其他语言）和各组页面的数字；curve 里是每个界限的数字，最后没有界限的是 oracle。",
            ),
            ("without", "不用这几组特征，用逗号隔开", "组名见 points.toml 里以 ## 开头的行。"),
            (
                "keep_above",
                "分数高于它的行留下；不给就取交叉验证最好的",
                "一个数，或三个数：汉字文本、英文、其他语言。",
            ),
            ("decay", "把分数拉向零的力量", ""),
            ("snippets", "只知道片段的页抵几篇，以及必须删去的片段再重几倍", ""),
        ],
    },
    CommandHelp {
        name: "docs",
        about: "写一页规则说明：每条规则读作什么，删什么，留什么",
        long: "每条规则读成一句话，附上它的例子（要删的加删除线）和它在文件里的位置。\
               HTML 是单独一个文件，不需要别的东西，带搜索框。\n\n\
               退出码：0 写好了；2 规则或统计读不了，或者写不了文件。",
        args: &[
            ("html", "写成一个 HTML 网页（平常就是这样）", ""),
            ("markdown", "写成 Markdown", ""),
            ("json", "一条规则一行 JSON：rule、file、line、status、sentence（zh、en）、note、hits", ""),
            ("out", "写到这个文件夹；不给就写到标准输出", ""),
            (
                "stats",
                "每条规则的命中数，dehusk stats --json 写的文件",
                "没有 note、命中不到 3 篇的规则会列在最前面：谁还记得为什么要有它们？",
            ),
            ("link", "规则的链接前面加什么，后面是 文件.toml#L行号", ""),
            ("cheatsheet", "最先要知道的设置，一页 Markdown", ""),
            ("reference", "全部设置，Markdown", ""),
        ],
    },
    CommandHelp {
        name: "fmt",
        about: "把规则文件排整齐，规则本身不变",
        long: "一条规则里的 = 对齐，方括号的列表改成 ''' 一行一个，没有转义的双引号改成单引号；\
               文件夹里（或上层）有 rules.schema.json 时，第一行写上它。注释、设置的顺序、中文写法都不动。\
               写之前会再读一遍，规则必须一模一样；有错误的文件不动。\n\n\
               退出码：0 都好；1 有文件有错误，或者 --check 发现没排整齐；2 没有可读的文件。",
        args: &[
            ("rule_files", "规则文件和文件夹；不给就是 --rules 的文件夹", ""),
            ("check", "不写，只说哪些文件需要整理", ""),
            ("diff", "不写，只显示会改什么", ""),
            ("json", "一个文件一行 JSON：file、changed、errors", ""),
        ],
    },
    CommandHelp {
        name: "new",
        about: "用要删的那几行做一条规则",
        long: "问五个问题（删哪几行、在什么位置、哪个网站、什么要留下、叫什么名字），也可以用参数回答，\
               只给 --line 就够了。规则读成一句话给你看，用它自己的例子和已知正文试过，再以试用状态加到规则文件末尾。\
               文件里原有的内容一个字也不动。\n\n\
               退出码：0 加好了；1 文字太短、太常见，或者例子不成立，没有写入；2 规则或文件读不了。",
        args: &[
            ("line", "要删的一行，原样粘贴（可以给几次）", ""),
            ("keep", "和它很像、但必须留下的一行（可以给几次）", ""),
            ("place", "在什么位置：开头、结尾、首行、末行、前3行……", ""),
            ("site", "只用于这个网站", ""),
            ("name", "规则叫什么；不给就用那一行的开头", ""),
            ("file", "加到哪个规则文件；不给就是 --rules 文件夹里的 own.toml", ""),
            ("collection", "在这些文章里数一数它会删什么", ""),
            ("bodies", "更多的已知正文（每一行都该留下）", ""),
            ("json", "用 JSON 说明结果：file、name、sentence、rule、written、why", ""),
        ],
    },
    CommandHelp {
        name: "pack",
        about: "加入、列出、更新别人分享的规则包",
        long: "规则包是一个文件夹或 ZIP 文件，里面有 pack.toml（name、version、needs = '>=0.1'、licence、maintainer）\
               和规则文件。它被复制到 --rules 文件夹的 packs/名称 下，只读，内容的哈希记在 packs.lock。\
               规则叫 名称/文件 › 规则名；不想要的在 settings.toml 里写 off = '名称/文件 › 规则名'。\
               更新前先说明哪些规则变了、已知正文和 --collection 的文章里哪些行会变；加 --yes 才真的更新。\n\n\
               退出码：0 都好；1 有规则包被人改过；2 规则包不能用，没有改动任何文件。",
        args: &[],
    },
    CommandHelp {
        name: "pack add",
        about: "把一个规则包复制进来",
        long: "复制到 --rules 文件夹的 packs/名称 下。已经有同名的规则包时不动它。",
        args: &[("from", "规则包所在的文件夹，或 ZIP 文件", "")],
    },
    CommandHelp {
        name: "pack list",
        about: "列出规则包，检查有没有被改过",
        long: "每个规则包的名称、版本和来处；内容和加入时不一样的会指出来。",
        args: &[("json", "一个规则包一行 JSON", "")],
    },
    CommandHelp {
        name: "pack update",
        about: "显示新版本会改变什么；加 --yes 才更新",
        long: "列出新增、改动和删去的规则，已知正文和 --collection 的文章里哪些行会变；不加 --yes 就不改动任何文件。",
        args: &[
            ("name", "哪个规则包；不写就是全部", ""),
            ("from", "新版本在哪里：文件夹或 ZIP 文件；不写就用原来的位置", ""),
            ("dry_run", "只显示（平常就是这样）", ""),
            ("yes", "真的更新", ""),
            ("collection", "看新版本会改变这些文章的哪些行：文件、文件夹、JSON Lines", ""),
            ("show", "每条规则显示几行", ""),
        ],
    },
    CommandHelp {
        name: "schema",
        about: "写出规则文件的 JSON Schema，给会补全和检查 TOML 的编辑器用",
        long: "存成规则文件夹里的 rules.schema.json；dehusk fmt 会让每个文件的第一行写上它。\
               VS Code 装上 Even Better TOML 以后，就会补全设置、显示说明。\n\n\
               退出码：0 写好了；1 写不了。",
        args: &[("out", "写到这个文件；不给就写到标准输出", "")],
    },
    CommandHelp {
        name: "suggest",
        about: "找出许多文章里重复的行，写成试用规则",
        long: "几篇文章里都有、现有规则又不删的行、行首和行末，写成 status = 'trial' 的规则：只统计不删，\
               满意了再改成 'on'。日期、数字、人名写成 {date}、{number}、{name}。已知正文（自带的、记录里的 gold、--bodies）里\
               也有的不采用，并且说明。\n\n\
               退出码：0 都好，没有重复也算；1 有的文章读不了；2 规则或语料读不了，或者要写的文件已经存在。",
        args: &[
            (
                "collection",
                "文本文件和文件夹，或 JSON Lines；也可以是压缩的（.gz、.zst、.bz2、.xz）",
                "记录里有 text、id、url 或 host，可以有 gold（正文）、lang、view。",
            ),
            ("sample", "只取 N 篇，每次都是同样的文章", "从语料各处按名字挑选。大的样本包含小的样本。"),
            ("limit", "到 N 篇为止", ""),
            ("view", "只看这些 view 的记录，用逗号隔开", ""),
            ("language", "只看这些语言的记录", ""),
            ("host", "文本没有说明时，它们来自哪个网站", ""),
            ("out", "写到这个新文件；已经有的文件不动", ""),
            ("bodies", "更多的已知正文（每一行都该留下）", ""),
            ("no_gold", "不看记录里的 gold", ""),
            ("json", "一条规则一行 JSON：name、category、texts、documents、site、rule（TOML）", ""),
        ],
    },
];
