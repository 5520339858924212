//! The body finder: invented pages and the bodies that it must find.

use std::path::Path;

use dehusk::tune::{About, CopyKind, Tuning, TuningReport, points_file, tune};
use dehusk::{Cause, Document, Engine, EngineBuilder, Input, Lang, Profile, RuleSet, Source};

use crate::util::{assert_sound, body, golden, lines};

const HEADLINE: &str = "The last ferry of the river keeps its old timetable";

const MENU: &str = "Home\nNews\nSport\nWeather\nSign in\nSubscribe\nSearch\n";

const ARTICLE: &str = "\
The ferry left before dawn, and the whole village stood on the pier to watch it go into the fog.
Nobody had told them how long the crossing would take, or who would meet them on the other side of the river.
By noon the fog had lifted, and the first boats came back with their nets half full of silver fish.
She counted the crates twice, wrote the number in her book, and said that it would have to be enough for the winter.
The old timetable still hangs in the waiting room, and the captain says that he has never been late by more than an hour.
In the evening the ferry came back with the mail, three passengers and a dog that nobody on the river had seen before.
";

const FOOTER: &str = "\
Anna Brook
Rivers and lakes, 12 pictures
Share this article
Facebook
Twitter
Related articles
Ten bridges that were never built
Why the mill had to close
What to see in the harbour
Leave a comment
Sign in to comment
About us
Contact
Privacy
Terms
© 2024 The River Paper. All rights reserved.
";

fn page() -> String {
    format!("{MENU}{HEADLINE}\n{ARTICLE}{FOOTER}")
}

fn builder(profile: Profile, input: Input) -> EngineBuilder {
    Engine::builder().profile(profile).input(input)
}

fn engine(profile: Profile, input: Input) -> Engine {
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    builder(profile, input).build(&rules).expect("the shipped rules compile")
}

#[test]
fn a_page_becomes_its_body() {
    let got = body(&engine(Profile::Body, Input::Page), &page());
    assert_eq!(lines(&got), lines(ARTICLE));
}

#[test]
fn the_headline_is_part_of_an_article() {
    let got = body(&engine(Profile::Article, Input::Page), &page());
    assert_eq!(lines(&got), lines(&format!("{HEADLINE}\n{ARTICLE}")));
}

#[test]
fn the_last_paragraph_of_a_short_article_stays() {
    let article = "\
清早五点，南关渡口的修船铺已经亮了灯，三个徒弟围着一条旧木船忙个不停。
师傅说，木船越来越少，会补缝的人也只剩下他们一家了。
“船有船的脾气，急不得。”大徒弟小满说。
今年夏天，铺子里还收下了两个从城里来的学生。
";
    let page = format!(
        "南关渡口的修船铺\n{article}【广告】\n·木船保养有哪些讲究？　[查看全文]\n·渡口改造方案公布　[查看全文]\n登录 | 注册　　发表评论\n"
    );
    assert_eq!(lines(&body(&engine(Profile::Body, Input::Page), &page)), lines(article));
    let with_headline = format!("南关渡口的修船铺\n{article}");
    let document = Document::new(&page).expect("a page is short");
    let outcome = engine(Profile::Article, Input::Page).clean(&document);
    assert_eq!(lines(&outcome.body(&document)), lines(&with_headline));
    assert_eq!(outcome.metadata.title.as_deref(), Some("南关渡口的修船铺"));
}

#[test]
fn a_list_of_the_body_stays_whole() {
    let steps: String = [
        "Wash the net in cold water.",
        "Dry it.",
        "Look for holes, and mark each of them with a thread that you will see again.",
        "Mend the holes from the middle to the edge, and leave every knot a little loose.",
        "Tar.",
    ]
    .iter()
    .enumerate()
    .map(|(i, step)| format!("{}. {step}\n", i + 1))
    .collect();
    let page = format!("{MENU}{HEADLINE}\n{ARTICLE}{steps}{FOOTER}");
    let got = body(&engine(Profile::Body, Input::Page), &page);
    let kept = lines(&got);
    assert!(lines(&steps).iter().all(|step| kept.contains(step)), "{got}");
}

#[test]
fn a_dialogue_begins_with_the_line_above_it() {
    let story = "\
天没亮
“谁在外面？”
“是我。”
“船修好了没有？”
他把灯举高了一些，看见门外站着的是二叔，身上全是雾水，手里还提着一只空桶，像是走了很远的路。
“修好了，就是漆还没有干。”
两个人一前一后往渡口走，路上谁也没有再说话，只听见桶的提手一下一下地响，快到岸边才停下来。
";
    assert_eq!(lines(&body(&engine(Profile::Body, Input::Page), story)), lines(story));
}

#[test]
fn a_list_that_a_colon_announces_stays_whole() {
    let questions: String =
        ["Who pays?", "How long?", "Which road?", "What about rain?", "Who starts?", "And the dog?"]
            .iter()
            .enumerate()
            .map(|(i, question)| format!("{}. {question}\n", i + 1))
            .collect();
    let text = format!("{}Before the work began the village asked:\n{questions}{}", sentences(1, 5), sentences(5, 6));
    assert_eq!(lines(&body(&engine(Profile::Body, Input::Page), &text)), lines(&text));
}

/// Sentences of the body, with numbers that tell them apart.
fn sentences(from: usize, to: usize) -> String {
    (from..to)
        .map(|i| format!("On day {i} the ferry left before dawn, and all of pier {i} came to watch it go.\n"))
        .collect()
}

#[test]
fn nothing_goes_in_the_middle_of_running_text() {
    let list = "Further reading\nAda Quill, The Tide Tables (1961)\nJonas Reed, Ropes and Ropemakers (1979)\n";
    let text = format!("{}{list}{}", sentences(1, 9), sentences(9, 17));
    assert_eq!(lines(&body(&engine(Profile::Body, Input::Page), &text)), lines(&text));
}

#[test]
fn the_sentences_that_a_text_ends_with_stay() {
    let engine = engine(Profile::Body, Input::Page);
    let lists = [
        "Further reading\nAda Quill, The Tide Tables (1961)\nJonas Reed, Ropes and Ropemakers (1979)\n",
        "Boats in the harbour\nThe Heron\nThe Kestrel\nThe Old Maid\nThe Swan\n",
        "- ropes\n- tar\n- a bucket\n",
        "Monday 9:00\nTuesday 10:00\nFriday 11:00\n",
    ];
    let ends =
        ["The dog came last.\n", "He smiled and went home.\n", "And so the ferry still goes, as it always has.\n"];
    for list in lists {
        for below in 0..5 {
            for end in ends {
                let text = format!("{}{list}{}{end}", sentences(1, 9), sentences(20, 20 + below));
                let kept = body(&engine, &text);
                let last = lines(&text).split_off(lines(&text).len() - below - 1);
                assert!(lines(&kept).ends_with(&last), "{text}\n\n{kept}");
            }
        }
    }
    // A notice is a sentence too, and may stand at the end of a text.
    let notice = "Subscribe to our newsletter for more stories like this one.\n";
    assert!(!body(&engine, &format!("{}{notice}", sentences(1, 9))).contains(notice));
}

#[test]
fn what_a_recipe_asks_for_stays() {
    let engine = engine(Profile::Body, Input::Page);
    let zh = "这道菜家家都会做，做得好吃却要一点耐心，下面是外婆教给我的做法。\n\
        把西红柿切成小块，鸡蛋打散，油热以后先炒鸡蛋，盛出来再炒西红柿，最后合在一起。\n\
        用料：\n西红柿3个\n鸡蛋4个\n盐少许\n白糖10克\n葱适量\n";
    assert_eq!(body(&engine, zh), zh);
    let en = format!(
        "Home\nRecipes\nAbout me\nContact\n{}Ingredients\n\n2 cups flour\n\n1/2 tsp salt\n\n3 large eggs\n\n\
         butter for the pan\n\n½ cup (120 ml) milk\n\nPin It\n2 comments\nPrivacy policy\nTerms of use\n",
        sentences(1, 9)
    );
    let left = body(&engine, &en);
    for line in
        ["Ingredients", "2 cups flour", "1/2 tsp salt", "3 large eggs", "butter for the pan", "½ cup (120 ml) milk"]
    {
        assert!(left.contains(line), "{line} is lost: {left}");
    }
    assert!(!left.contains("Pin It") && !left.contains("comments"), "{left}");
}

#[test]
fn points_of_an_older_version_are_used_as_far_as_they_go() {
    let old: String =
        POINTS.lines().filter(|line| !line.starts_with("whole_")).map(|line| format!("{line}\n")).collect();
    let rules = with_own(&[("finder/points.toml", &old)]);
    let engine = builder(Profile::Body, Input::Page).build(&rules).expect("the points have no mistakes");
    assert!(lines(&body(&engine, &page())).len() >= lines(ARTICLE).len());
}

#[test]
fn a_chinese_page_becomes_its_body() {
    let article = "\
清晨的雾还没有散，渡口已经排起了长队，挑担的、推车的都在等第一班船，谁也不说话。
船老大说，这条水路他走了三十年，闭着眼睛也知道哪里有暗礁，哪里的水流最急。
到了中午，太阳出来了，对岸的集市热闹起来，卖鱼的吆喝声传得很远，连山上的人都听得见。
傍晚收摊的时候，大家把剩下的菜分了分，各自划船回家去了，只有那条老狗还守在渡口。
";
    let page = format!(
        "首页\n新闻\n体育\n财经\n登录\n注册\n当前位置：首页 > 新闻 > 正文\n{article}责任编辑：张三\n\
         相关新闻\n河上要修新桥\n老渡口的三十年\n网友评论\n关于我们\n联系我们\n版权所有 大河网\n"
    );
    assert_eq!(lines(&body(&engine(Profile::Body, Input::Page), &page)), lines(article));
}

#[test]
fn outcomes_are_sound_and_say_why() {
    for profile in [Profile::Archive, Profile::Article, Profile::Body] {
        for input in [Input::Text, Input::Page, Input::Auto] {
            let engine = engine(profile, input);
            let page = page();
            let document = Document::new(&page).expect("a page is short");
            let outcome = engine.clean(&document);
            assert_sound(&document, &outcome);
            assert_eq!(outcome, engine.clean(&document), "the same again");
            let found = outcome.removals.iter().any(|r| matches!(r.cause, Cause::Finder { .. }));
            // Texts are judged only in the profile `body`; `archive` never uses the finder.
            let may = profile != Profile::Archive && (input != Input::Text || profile == Profile::Body);
            assert_eq!(found, may, "{profile:?} {input:?}");
            assert_ne!(outcome.input, Input::Auto);
        }
    }
}

#[test]
fn kinds_of_input_are_told_apart() {
    let engine = engine(Profile::Article, Input::Auto);
    for (text, input) in [(page().as_str(), Input::Page), (ARTICLE, Input::Text)] {
        let document = Document::new(text).expect("a page is short");
        assert_eq!(engine.clean(&document).input, input);
    }
}

/// Twenty pages one behind the other, each with a body of six sentences that no other has.
fn many_pages() -> (String, Vec<String>) {
    let who = ["The harbour master", "A baker", "The director", "Two farmers", "The mayor", "A teacher"];
    let did = ["said that", "told the council that", "wrote that", "did not believe that", "was glad to hear that"];
    let what = [
        "the ferry would sail again in the spring if the ice was gone by then",
        "the bridge had to be closed for the whole of the summer",
        "nobody had asked for the road that was built through the forest",
        "there was enough water in the lake for all of the fields",
    ];
    let mut bodies = Vec::new();
    let mut text = String::new();
    for page in 0..20 {
        text += &format!("{MENU}Notes from the river, part {page}\n");
        for (number, who) in who.iter().enumerate() {
            let (did, what) = (did[(page + number) % 5], what[(page / 5 + number) % 4]);
            let year = 1900 + page * 6 + number;
            bodies.push(format!("{who} {did} {what}, as it had been in {year} and in all the years before."));
            text += bodies.last().expect("it was pushed");
            text += "\n";
        }
        text += FOOTER;
    }
    (text, bodies)
}

#[test]
fn many_pages_in_one_text_keep_all_their_bodies() {
    let (text, bodies) = many_pages();
    let lost = |profile: Profile, input: Input| {
        let got = body(&engine(profile, input), &text);
        bodies.iter().filter(|&sentence| !got.contains(sentence)).count()
    };
    let as_page = lost(Profile::Article, Input::Page);
    assert!(as_page > bodies.len() / 10, "as one page it would lose bodies: {as_page}");
    for profile in [Profile::Article, Profile::Body] {
        for input in [Input::Auto, Input::Text] {
            assert_eq!(lost(profile, input), 0, "{profile:?} {input:?}");
        }
    }
}

#[test]
fn a_keep_is_stronger() {
    let keep = "[[keep]]\nname = 'mill'\nis = 'Why the mill had to close'\nkeeps = 'Why the mill had to close'\n";
    let rules = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let own = RuleSet::from_sources(&[Source::new("own.toml", keep)]).unwrap_or_else(|e| panic!("{e}"));
    let engine = builder(Profile::Body, Input::Page).build(&rules.merged_with(own)).expect("the rules compile");
    let got = body(&engine, &page());
    assert_eq!(lines(&got), [lines(ARTICLE), vec!["Why the mill had to close"]].concat());
}

#[test]
fn without_a_body_the_page_stays() {
    let engine = engine(Profile::Body, Input::Page);
    for text in ["", "\n\n", "Home\n", "Ten bridges\nOld mills\nHarbours\nRivers\n"] {
        assert_eq!(body(&engine, text), text);
    }
}

#[test]
fn line_ends_and_blank_lines_change_no_decision() {
    let engine = engine(Profile::Body, Input::Page);
    let dos = page().replace('\n', "\r\n");
    assert_eq!(lines(&body(&engine, &dos)), lines(ARTICLE));
}

#[test]
fn the_points_file_is_what_tune_writes() {
    let shipped = include_str!("../rules/finder/points.toml");
    let written = points_file(Some(&Source::new("finder/points.toml", shipped)), None, None, None, None);
    let written = written.unwrap_or_else(|e| panic!("{e}"));
    // After a cue was added or renamed, the file must be in its order again.
    golden(Path::new("rules/finder/points.toml"), &written).unwrap_or_else(|wrong| panic!("{wrong}"));
}

#[test]
fn points_can_be_fitted() {
    let engine = engine(Profile::Body, Input::Page);
    let samples: Vec<_> = (0..24)
        .map(|i| {
            let text = page().replace("ferry", &format!("ferry{i}"));
            let gold = ARTICLE.replace("ferry", &format!("ferry{i}"));
            let document = Document::new(&text).expect("a page is short");
            let sample = engine.sample(&document).expect("the engine has a finder");
            let (language, kind, view) = ("en".into(), "article".into(), "page".into());
            let about = About { language, kind, group: format!("host{i}"), view, ..About::default() };
            sample.with_known(about, Some(&gold), &[], &[])
        })
        .collect();
    let tuning = Tuning { cues: (12, 4), folds: 3, ..Tuning::new(true) };
    let tuned = tune(&samples, &tuning);
    let figures = tuned.report.groups["page en article"];
    assert_eq!(figures.documents, 24);
    assert!(figures.f1 > 0.99, "{}", tuned.report);
    let file = points_file(None, Some(&tuned), None, None, None).unwrap_or_else(|e| panic!("{e}"));
    let source = Source::new("finder/points.toml", file.as_str());
    assert_eq!(points_file(Some(&source), None, None, None, None).unwrap_or_else(|e| panic!("{e}")), file);
    let limit = |report: &TuningReport| report.limits().map_or(f64::INFINITY, |[_, english, _]| english);
    assert!(tuned.curve.is_sorted_by(|a, b| limit(a) < limit(b)), "from the lowest limit to the oracle");
    let oracle = tuned.curve.last().expect("the oracle comes last");
    assert_eq!(oracle.groups["page en article"].f1, 1.0);
}

/// A page gives two copies that can be fitted to: without most of the body, and the body without its page.
#[test]
fn a_page_gives_two_copies() {
    let engine = engine(Profile::Body, Input::Page);
    let article: String = (0..3).map(|i| ARTICLE.replace(" the ", &format!(" the {i}th "))).collect();
    let text = format!("{MENU}{HEADLINE}\n{article}{FOOTER}");
    let document = Document::new(&text).expect("a page is short");
    let (mut beside, mut lengths) = (Vec::new(), Vec::new());
    for host in 0..40 {
        let about = About { group: format!("host{host}"), view: "page".into(), ..About::default() };
        let sample = engine.sample(&document).expect("the engine has a finder");
        let copies = sample.with_known(about, Some(&article), &[], &[]).copies(&document);
        let of =
            |kind: CopyKind| copies.iter().find(|copy| copy.kind == kind).expect("the page has a copy of each kind");
        let (shortened, bare) = (of(CopyKind::Shortened), of(CopyKind::Bare));
        assert!(shortened.text.starts_with(MENU) && shortened.text.ends_with(FOOTER), "{}", shortened.text);
        assert!(lines(&shortened.gold).len() < lines(&article).len());
        assert!(article.starts_with(&bare.gold) && bare.text.contains(&bare.gold), "{}", bare.text);
        beside.push(lines(&bare.text).len() - lines(&bare.gold).len());
        lengths.push(lines(&bare.gold).len());
    }
    assert!(beside.contains(&0) && beside.contains(&2) && beside.iter().all(|&lines| lines <= 5), "{beside:?}");
    assert!(lengths.contains(&3) && lengths.contains(&lines(&article).len()), "{lengths:?}");
}

const POINTS: &str = include_str!("../rules/finder/points.toml");
const WORDS: &str = include_str!("../rules/finder/words.toml");

/// The last line of the article is the last line of the page only when the finder has taken what stands below.
#[test]
fn the_rules_look_at_what_the_finder_leaves() {
    let last = lines(ARTICLE).len() - 1;
    let rule = "[[rule]]\nname = 'dog'\ncategory = 'credit'\nstarts_with = 'In the evening the ferry'\nwhere = 'last line'\n\
                removes = 'In the evening the ferry came back.'\n";
    let rules = with_own(&[("own.toml", rule)]);
    let whole = builder(Profile::Body, Input::Page).build(&rules).expect("the rule compiles");
    assert_eq!(lines(&body(&whole, &page())), lines(ARTICLE)[..last]);
    let alone = builder(Profile::Body, Input::Page).rules_only().build(&rules).expect("the rule compiles");
    assert!(body(&alone, &page()).contains("In the evening the ferry"));
}

/// Rules and finder leave the article, which has 533 characters; the rules alone leave more.
#[test]
fn where_both_leave_too_little_the_rules_decide_alone() {
    let left = |min_left: u32| {
        let rules = with_own(&[("settings.toml", &format!("min_left = {min_left}\n"))]);
        let engine = builder(Profile::Body, Input::Page).build(&rules).expect("the settings are good");
        let page = page();
        let document = Document::new(&page).expect("a page is short");
        let outcome = engine.clean(&document);
        assert!(outcome.warnings.is_empty());
        (outcome.body(&document), outcome.removals.iter().any(|r| matches!(r.cause, Cause::Finder { .. })))
    };
    let (body, by_finder) = left(533);
    assert_eq!((lines(&body), by_finder), (lines(ARTICLE), true));
    let (body, by_finder) = left(534);
    assert!(body.contains(HEADLINE) && body.contains(ARTICLE), "{body}");
    assert!(!by_finder && !body.contains("Sign in"));
}

/// The shipped rules with files of a user's folder above them.
fn with_own(files: &[(&str, &str)]) -> RuleSet {
    let sources: Vec<Source> = files.iter().map(|(name, text)| Source::new(*name, *text)).collect();
    let own = RuleSet::from_sources(&sources).unwrap_or_else(|e| panic!("{e}"));
    RuleSet::shipped().expect("the shipped rules have no mistakes").merged_with(own)
}

#[test]
fn points_of_a_folder_replace_the_shipped_ones() {
    let all_stays = POINTS.replace("\nenglish = ", "\nenglish = -99").replace("-99-", "-99");
    assert_ne!(all_stays, POINTS);
    let rules = with_own(&[("finder/points.toml", &all_stays)]);
    let engine = builder(Profile::Body, Input::Page).build(&rules).expect("the points have no mistakes");
    let page = page();
    let document = Document::new(&page).expect("a page is short");
    let found = engine.clean(&document).removals.into_iter().any(|r| matches!(r.cause, Cause::Finder { .. }));
    assert!(!found, "no line has so few points");
}

#[test]
fn words_of_a_folder_replace_the_shipped_ones() {
    // Without English stop words, no line of the article is a sentence, so the points differ.
    let start = WORDS.find("[stop_words]").expect("it is there");
    let end = WORDS.find("[function_characters]").expect("it stands below");
    let words = format!("{}[stop_words]\nen = 'xyzzy'\n{}", &WORDS[..start], &WORDS[end..]);
    let points = |rules: &RuleSet| -> Vec<i32> {
        let engine = builder(Profile::Body, Input::Page).build(rules).expect("the words have no mistakes");
        let page = page();
        let document = Document::new(&page).expect("a page is short");
        let points = |cause: Cause| if let Cause::Finder { points } = cause { Some(points) } else { None };
        engine.clean(&document).removals.into_iter().filter_map(|r| points(r.cause)).collect()
    };
    let of_words = points(&with_own(&[("finder/words.toml", &words)]));
    assert_ne!(of_words, points(&with_own(&[])));
    // The former place of the file.
    let old = with_own(&[("words.toml", &words)]);
    assert_eq!(of_words, points(&old));
    assert!(old.warnings.iter().any(|one| one.code == "old-file-name"), "{:?}", old.warnings);
}

/// Mistakes in files of the finder: the file, a text and its replacement, the code, the marked line, and the fix in
/// English.
const MISTAKES: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("finder/points.toml", "[auto]", "[autos]", "unknown-name", "[autos]", "[auto]"),
    ("finder/points.toml", "\nlines_above = ", "\nlines_abov = ", "unknown-name", "lines_abov = ", "lines_above = "),
    (
        "finder/points.toml",
        "\npage_above = ",
        "\npage_above = 'x' #",
        "not-a-number",
        "page_above = 'x'",
        "page_above = 0.50",
    ),
    ("finder/points.toml", "\nhan = ", "\nhans = ", "unknown-name", "hans = ", "han = "),
    ("finder/points.toml", "\npage_above = ", "\npage_above ", "toml-syntax", "page_above ", ""),
    ("finder/words.toml", "[class.cookie]", "[class.cookies]", "unknown-name", "[class.cookies]", "[class.cookie]"),
    ("finder/words.toml", "\nhan = ", "\nzh_hans = ", "unknown-name", "zh_hans", "han = "),
    ("finder/words.toml", "\nkana = ", "\nja = '。'\nkana = ", "unknown-name", "ja = ", "delete the line"),
    ("finder/words.toml", "\nat_most = 60", "\nat_mots = 60", "unknown-name", "at_mots = 60", "at_most = 60"),
    ("finder/words.toml", "\ngdpr\n", "\n^*\n", "empty-phrase", "^*", "delete the line"),
    ("finder/words.toml", "'en/nav › Table of contents'", "'en/nav › Tabel'", "unknown-rule", "Tabel", "file › name"),
];

#[test]
fn mistakes_in_data_are_answered_with_place_and_mend() {
    for &(name, from, to, code, marked, fix) in MISTAKES {
        let shipped = if name == "finder/points.toml" { POINTS } else { WORDS };
        let text = shipped.replacen(from, to, 1);
        assert_ne!(text, shipped, "{from} is there");
        // The mistake is reported even if the finder is not used.
        let built = builder(Profile::Article, Input::Text).build(&with_own(&[(name, &text)]));
        let error = built.err().unwrap_or_else(|| panic!("{name}: {to} was taken"));
        let found = error.diagnostics();
        let one = found.iter().find(|one| one.code == code && one.line_text.contains(marked));
        let one = one.unwrap_or_else(|| panic!("{to}: {error}"));
        let line = one.line as usize;
        assert!(text.lines().nth(line - 1).is_some_and(|text| text.contains(marked)), "{to}: line {line}");
        let said = one.render(Lang::En, false);
        assert!(said.contains(fix), "{said}");
        assert_ne!(one.message.zh, one.message.en);
    }
}

#[test]
fn a_removal_of_the_finder_has_a_cue() {
    let engine = engine(Profile::Body, Input::Page);
    let page = page();
    let document = Document::new(&page).expect("a page is short");
    let outcome = engine.clean(&document);
    let cues = engine.cues_against(&document, outcome.input);
    let names: Vec<String> = cues.iter().map(|(_, cue)| cue.name()).collect();
    assert!(names.iter().all(|name| POINTS.contains(&format!("\n{name} = -"))), "{names:?}");
    for removal in outcome.removals.iter().filter(|r| matches!(r.cause, Cause::Finder { .. })) {
        let line = document.line_of(removal.span.start) as u32;
        assert!(cues.iter().any(|&(known, _)| known == line), "line {line}");
    }
}
