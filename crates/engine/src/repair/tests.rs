//! Tests of the repairs together, and of each on damage and on what only looks like it.

use proptest::prelude::*;

use super::*;
use dehusk_rules::RepairAt;
use dehusk_text::work::steps_taken;

fn repairer(actions: &[RepairAction]) -> Repairer {
    let repairs: Vec<Repair> = actions
        .iter()
        .enumerate()
        .map(|(i, action)| Repair {
            file: "repair".into(),
            name: i.to_string(),
            note: None,
            status: Status::On,
            action: action.clone(),
            sites: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
            line: 1,
        })
        .collect();
    Repairer::new(&repairs)
}

fn all() -> Repairer {
    use RepairAction::*;
    repairer(&[BlankLines, StrayTags, TrimIndent, LostIndent, FullWidthAscii, InsertedPinyin, ShiftedGbk])
}

fn repaired(text: &str, action: RepairAction) -> String {
    repairer(&[action]).repair(text, None).text
}

/// The repaired text once more, from the original and the edits.
fn rebuilt(text: &str, repaired: &Repaired) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for edit in &repaired.edits {
        assert!(edit.span.start >= at, "sorted, without overlaps: {:?}", repaired.edits);
        out += &text[at..edit.span.start];
        out += &edit.replacement;
        at = edit.span.end;
    }
    out + &text[at..]
}

const DAMAGED: &str = "深秋時節(jié),寒意漸起,在經(jīng)濟(jì)開發(fā)區(qū)還是一派熱火朝天的景象??偼顿Y4億元的項(xiàng)目正加快建設(shè),\
山東高科聯(lián)合環(huán)??茖W研究院入駐開發(fā)區(qū),節(jié)節(jié)高。環(huán)境、環(huán)節(jié)、環(huán)衛(wèi)是新景象。切實(shí)打?qū)嵔鉀Q問題。";

#[test]
fn damage_is_undone() {
    let repaired = all().repair(DAMAGED, None);
    assert_eq!(
        repaired.text,
        "深秋時節,寒意漸起,在經濟開發區還是一派熱火朝天的景象。總投資4億元的項目正加快建設,\
山東高科聯合環保科學研究院入駐開發區,節節高。環境、環節、環衛是新景象。切實打實解決問題。"
    );
    assert_eq!(rebuilt(DAMAGED, &repaired), repaired.text);
}

#[test]
fn bytes_stay_shifted_where_the_text_does_not_tell_what_is_lost() {
    for text in ["熱火朝天的景象??偼顿Y4億元", "聯合環??茖W研究院。新環,環境。"] {
        assert_eq!(repaired(text, RepairAction::ShiftedGbk), text);
    }
    assert_eq!(
        repaired("開工建設??偼顿Y4億元,全面開工??偼顿Y3億元", RepairAction::ShiftedGbk),
        "開工建設。總投資4億元,全面開工。總投資3億元"
    );
}

#[test]
fn pinyin_that_is_the_content_stays() {
    let few = "老師把「重(chóng)新」與「重(zhòng)量」寫在黑板上。";
    let wide = "亳（bó）州、盱（xū）眙（yí）、六（lù）安，这些地名你读对了吗？".repeat(4);
    let once_each =
        "亳(bó)州、盱(xū)眙(yí)、六(lù)安、蚌(bèng)埠、铅(yán)山、丽(lí)水、台(tāi)州、洪洞(tóng)。亳州和台州很远。";
    let lesson =
        "春(chūn)天(tiān)來(lái)了(le),花(huā)開(kāi)了(le),鳥(niǎo)兒(ér)在(zài)樹(shù)上(shàng)唱(chàng)歌(gē)。"
            .repeat(2);
    for text in [few, &wide, once_each, &lesson] {
        assert_eq!(repaired(text, RepairAction::InsertedPinyin), text);
    }
}

#[test]
fn question_marks_that_are_meant_stay() {
    for text in [
        "What??? That was my whole reaction.",
        "真的??连门都没有??",
        "真的??连A股都跌了",
        "他问:为什么??看W杯",
        "??? 德州新聞網訊",
        "? one line only",
        "Pre Order\n?\n$3,196\n?\nNew",
        "为什么??? 不知道\n真的吗? 是",
    ] {
        assert_eq!(all().repair(text, None).text, text);
    }
}

#[test]
fn tags_at_line_ends_go_where_nothing_opens_them() {
    let tags = |text| repaired(text, RepairAction::StrayTags);
    assert_eq!(tags("雪停了。</p>\n他推开门。 </p>\n\n门外没有人。\n"), "雪停了。\n他推开门。 \n\n门外没有人。\n");
    assert_eq!(tags("The snow stopped.<br/></div>\nHe opened.<br/></div>"), "The snow stopped.\nHe opened.");
    for (pile, left) in [("</p>", ""), ("</span> </p><br>", " ")] {
        let text = |end: &str| format!("雪停了。{0}\n他推开门。{0}\n", end.repeat(12));
        assert_eq!(repaired(&text(pile), RepairAction::StrayTags), text(left));
    }
    for healthy in [
        "雪停了。</p>\n他推开门。\n门外没有人。",
        "<p>The first.</p>\n<p>The second.</p>",
        "End each paragraph with </p>\nEnd each division with </div>\n",
    ] {
        assert_eq!(tags(healthy), healthy);
    }
}

#[test]
fn lost_indents_go_when_there_are_several() {
    assert_eq!(repaired("標題\n??? 一\n?　二\n?\n三? 四\n", RepairAction::LostIndent), "標題\n一\n二\n\n三? 四\n");
}

#[test]
fn small_repairs() {
    use RepairAction::*;
    assert_eq!(repaired("　　一\r\n\t二", TrimIndent), "一\r\n二");
    assert_eq!(repaired("一\n\n 　\n\n二\n\n三\n\n", BlankLines), "一\n\n二\n\n三\n\n");
    assert_eq!(repaired("２０２１年，ＡＢＣ", FullWidthAscii), "2021年，ABC");
    let pair = |at, find: &str, replace: &str| Replace { at, find: find.into(), replace: replace.into() };
    assert_eq!(repaired("??? a ??? b\n??? c", pair(RepairAt::LineStart, "??? ", "")), "a ??? b\nc");
    assert_eq!(repaired("a.. b..\nc..", pair(RepairAt::LineEnd, "..", "。")), "a.. b。\nc。");
    assert_eq!(repaired("会和会议", pair(RepairAt::Anywhere, "会", "会议")), "会议和会议");
}

#[test]
fn spans_come_back() {
    let text = "??? 讓服務(wù)業(yè)\n??? 　二\n\n\n三";
    let mut repaired =
        repairer(&[RepairAction::LostIndent, RepairAction::TrimIndent, RepairAction::BlankLines]).repair(text, None);
    assert_eq!(rebuilt(text, &repaired), repaired.text);
    let at = repaired.text.find('二').unwrap();
    let back = repaired.to_original(Span::new(at, at + 3));
    assert_eq!(&text[back.range()], "二");
    let whole = repaired.to_original(Span::new(0, repaired.text.len()));
    assert_eq!(&text[whole.range()], text.strip_prefix("??? ").unwrap());
    repaired = all().repair(DAMAGED, None);
    let at = repaired.text.find("總投資").unwrap();
    assert_eq!(&DAMAGED[repaired.to_original(Span::new(at, at + 9)).range()], "??偼顿Y");
}

#[test]
fn a_site_covers_its_subdomains() {
    let mut pass = repairer(&[RepairAction::TrimIndent]).passes.remove(0);
    pass.sites = vec!["example.com".into()];
    assert!(pass.is_for(Some("example.com")) && pass.is_for(Some("www.example.com")));
    assert!(!pass.is_for(Some("badexample.com")) && !pass.is_for(None));
}

fn any_tags() -> impl Strategy<Value = String> {
    let pieces = ["</p>", "</div>", "</li>", "<br>", "<br />", "</br>", "<p>", " ", "雪停了。", "\n", "\n", "\r\n"];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..60).prop_map(|parts| parts.concat())
}

/// The steps that repairing a text takes which is made of `piece`s.
fn steps(piece: &str, bytes: usize) -> u64 {
    let text = piece.repeat(bytes / piece.len());
    let before = steps_taken();
    all().repair(&text, None);
    steps_taken() - before
}

#[test]
fn work_grows_with_the_text_and_no_faster() {
    if !cfg!(debug_assertions) {
        return;
    }
    for piece in [
        "景象??偼顿Y4億元，中總投中文字。",
        "景象??偼顿Y4億元，中總投中文字。\n",
        "環(huán)??茖W環(huán)境)字",
        "(字)??茖W",
        "??茖W??偼顿Y",
        "</p>",
        "雪停了。</p></p> <br></div>\n",
    ] {
        let (once, four) = (steps(piece, 8_000), steps(piece, 32_000));
        assert!(once >= 8_000 - 40, "{piece}: every byte is looked at, and counted");
        assert!(four <= once * 5, "{piece}: {once} steps for 8,000 bytes and {four} for 32,000");
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\n",
        "\r\n",
        "??? ",
        "?",
        " ",
        "　",
        "景象??偼顿Y",
        "環??茖W",
        "服務(wù)業(yè)發(fā)",
        "區(qū)",
        "打?qū)嵔鉀Q",
        "Ａ１",
        "abc",
        "。",
        "(wù)",
        "一二三",
        "?；",
        "\u{200b}",
    ]);
    prop::collection::vec(
        prop_oneof![5 => pieces.prop_map(String::from), 1 => any::<char>().prop_map(String::from)],
        0..40,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn repairs_are_edits_and_idempotent(text in any_text()) {
        let once = all().repair(&text, None);
        prop_assert_eq!(&rebuilt(&text, &once), &once.text);
        let twice = all().repair(&once.text, None);
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert!(twice.edits.is_empty());
    }

    #[test]
    fn tags_that_stay_would_stay_again(text in any_tags()) {
        let once = tags::edits(&text);
        let (mut left, mut at) = (String::new(), 0);
        for (range, _) in &once {
            left += &text[at..range.start];
            at = range.end;
        }
        left += &text[at..];
        prop_assert_eq!(tags::edits(&left), [], "{:?}", left);
    }

    #[test]
    fn spans_stay_in_order(text in any_text(), a in 0usize..200, b in 0usize..200) {
        let repaired = all().repair(&text, None);
        let boundary = |i: usize| (0..=i.min(repaired.text.len())).rev().find(|&i| repaired.text.is_char_boundary(i)).unwrap();
        let (a, b) = (boundary(a.min(b)), boundary(a.max(b)));
        let back = repaired.to_original(Span::new(a, b));
        prop_assert!(text.get(back.range()).is_some(), "{:?} of {:?}", back, text);
        let wider = repaired.to_original(Span::new(a, repaired.text.len()));
        prop_assert!(wider.start == back.start && wider.end >= back.end);
    }
}
