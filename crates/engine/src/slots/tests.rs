use super::*;
use proptest::prelude::*;

fn find(text: &str, anchor: Anchor, line: &str) -> Option<(String, Vec<(Slot, String)>)> {
    let folded = fold(line);
    let slotted = Slotted::new(parse(text), anchor, &["河湾·新闻网".to_string()]);
    let places: Vec<Option<Range<usize>>> = match slotted.literal() {
        Some(literal) => folded.match_indices(literal).map(|(at, l)| Some(at..at + l.len())).collect(),
        None => vec![None],
    };
    let found = places.into_iter().find_map(|place| slotted.find(&folded, place))?;
    let text = |range: Range<usize>| folded[range].to_string();
    Some((text(found.all), found.slots.into_iter().map(|(slot, range)| (slot, text(range))).collect()))
}

fn covers(text: &str, anchor: Anchor, line: &str) -> Option<String> {
    find(text, anchor, line).map(|(all, _)| all)
}

proptest! {
    #[test]
    fn a_plain_text_is_folded_as_ever(text in "[a-cA-C0-1 ]{0,12}|[a-cX9 é版權{*.]{0,12}") {
        let folded = plain(&text, &mut vec!["what stood there".to_string()]);
        prop_assert_eq!(folded, Some(fold(&text)).filter(|folded| !folded.is_empty() && !text.contains(['{', '*'])));
    }
}

#[test]
fn braces_and_stars_can_be_written() {
    assert_eq!(parse("a{{b{*}"), [PatternPart::Literal(fold("a{b*"))]);
    assert_eq!(parse("x*y").len(), 3);
}

#[test]
fn slots_stand_for_what_they_say() {
    use Anchor::*;
    for (text, anchor, line, all) in [
        ("{date} {time} 来源", Start, "2021-10-29 09:19   来源: 绵阳日报", "2021-10-29 09:19来源"),
        ("{date}", End, "启动仪式举行2022-03-05", "2022-03-05"),
        ("来源：{source}", Start, "（来源：河湾日报）", "来源:河湾日报"),
        ("Published {date}", Whole, "Published 3 March 2024", "published 3 march 2024"),
        ("({name}记者{name})", End, "他走了。(河湾报记者林一鸣)", "(河湾报记者林一鸣)"),
        ("{name}/文", Inside, "林一鸣/文 王二/图", "林一鸣/文"),
        ("共*条评论", Whole, "共有 128 条评论", "共有128条评论"),
        ("电话：{phone}", Inside, "联系电话：0536-8888 888。", "电话:0536-8888 888"),
        ("邮箱：{email}", Inside, "邮箱：a.b@mail.example.com 谢谢", "邮箱:a.b@mail.example.com"),
        ("访问 {url}", Inside, "请访问 https://www.example.com/a?b=1 了解", "访问https://www.example.com/a?b=1"),
        ("{number}次阅读", Whole, "1,234 次阅读", "1,234次阅读"),
        ("{number}阅读", Whole, "3.2万阅读", "3.2万阅读"),
        ("{site}版权与免责声明", Whole, "河湾新闻网版权与免责声明：", "河湾新闻网版权与免责声明"),
        ("By {author}", Whole, "By Mary Ann O", "by mary ann o"),
        ("文：*", Whole, "文：谁都可以，什么都行", "文:谁都可以,什么都行"),
    ] {
        assert_eq!(covers(text, anchor, line).as_deref(), Some(all), "{text} in {line}");
    }
    for (text, anchor, line) in [
        ("{name}/文", Whole, "他说/文/字"),
        ("来源：{date}", Start, "来源：河湾日报"),
        ("By {author}", Whole, "By, the way"),
        ("{number}次阅读", Whole, "多次阅读"),
        ("阅读{name}全文", End, "请阅读这篇全文。"),
        // The name would be the first digit.
        ("Published {name} {date}", Start, "Published 18 October 2031"),
    ] {
        assert_eq!(covers(text, anchor, line), None, "{text} in {line}");
    }
}

#[test]
fn slots_are_reported() {
    let (_, slots) = find("来源：{source} 编辑：{editor}", Anchor::Start, "来源：河湾日报 编辑：林一鸣").unwrap();
    assert_eq!(slots, [(Slot::Source, "河湾日报".to_string()), (Slot::Editor, "林一鸣".to_string())]);
}

#[test]
fn a_hostile_line_is_given_up() {
    let line = "{name}{name}{name}{name}".replace("{name}", &"字".repeat(200)) + "记者";
    assert_eq!(covers("{name}{name}{name}{name}{name}记者。", Anchor::Inside, &line), None);
}
