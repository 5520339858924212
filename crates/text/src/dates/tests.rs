use super::months::MONTHS;
use super::*;
use crate::fold;
use proptest::prelude::*;

#[test]
fn months_are_known_by_their_first_letter() {
    assert!(MONTHS.iter().all(|month| !month.is_ascii() || is_initial(month.as_bytes()[0])));
    assert!(MONTHS.iter().all(|month| month.len() + 2 < MONTH));
}

#[test]
fn months_are_sorted() {
    let mut sorted = MONTHS.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted, MONTHS);
}

#[test]
fn dates_are_read_to_their_end() {
    for (text, rest) in [
        ("2021-10-29 09:19", " 09:19"),
        ("2021年3月5日电", "电"),
        ("２０２１ 年 ３ 月 ５ 日", ""),
        ("2021年3月，", ","),
        ("3月5日上午", "上午"),
        ("二〇二一年三月五日", ""),
        ("05.03.2024, 10:00 Uhr", ",10:00 uhr"),
        ("3/5/24", ""),
        ("3 March 2024", ""),
        ("3rd of March, 2024", ""),
        ("5 de marzo de 2024", ""),
        ("5. März 2024", ""),
        ("1er août 2023", ""),
        ("5 мая 2024", ""),
        ("5 tháng 3, 2024", ""),
        ("March 3, 2024", ""),
        ("Sept. 3rd 2024", ""),
        ("2024년 3월 5일", ""),
        ("12 grudnia 2023 r.", " r."),
    ] {
        let folded = fold(text);
        assert_eq!(date_at(&folded, 0).map(|end| &folded[end..]), Some(rest), "{text}");
        if rest.is_empty() {
            for line in [format!("渡口 {text}"), format!("({text})"), format!("Ferry {text} 9:30 pm")] {
                assert!(ends_with_date(&fold(&line)), "{line}");
            }
        }
    }
    for text in ["3.5", "2021", "20210305", "march on", "may 3", "12-18", "99月1日", "一二三四", "3 people"] {
        assert_eq!(date_at(&fold(text), 0), None, "{text}");
    }
}

#[test]
fn lines_of_dates() {
    for text in
        ["2021-03-05 09:30", "2021年3月5日 星期五 9:30", "Monday, March 4, 2024 at 9:30 am GMT", "（2021-03-05）"]
    {
        assert!(is_dated(&fold(text), false).0, "{text}");
    }
    for text in ["2021-03-05 河湾", "星期五", "", "March"] {
        assert!(!is_dated(&fold(text), false).0, "{text}");
    }
    for text in [
        "新桥通车2022-03-05",
        "新桥通车(07/13 08:41)",
        "Bridge opens Dec 14, 2025",
        "新桥通车 2005-07-13 09:00:04",
        "新桥(2006-12-18)",
    ] {
        assert!(ends_with_date(&fold(text)), "{text}");
    }
    for text in ["比分 3-2", "新桥通车", "2022-03-05新桥通车", "第12-18页"] {
        assert!(!ends_with_date(&fold(text)), "{text}");
    }
}

/// Whether a line ends with a date: the slow reference, which tries every position.
fn ends_with_date_plainly(text: &str) -> bool {
    let end = text.trim_end_matches([')', ' ']);
    let from = (end.len().saturating_sub(LONGEST)..).find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let mut before = None;
    end[from..].char_indices().any(|(offset, c)| {
        let both = |holds: fn(&char) -> bool| holds(&c) && before.as_ref().is_some_and(holds);
        let inside = both(char::is_ascii_digit) || both(char::is_ascii_alphabetic);
        let in_bracket = before == Some('(');
        before = Some(c);
        let at = from + offset;
        let date = || date_at(text, at).or_else(|| month_and_day(text, at).filter(|_| in_bracket));
        !inside && date().is_some_and(|date| closes(text, date, end.len()))
    })
}

/// Where dates begin: the slow reference, which tries every position.
fn dates_plainly(text: &str) -> Vec<usize> {
    let begins = |&(at, c): &(usize, char)| {
        let in_word = c.is_ascii_alphabetic() && text[..at].ends_with(|before: char| before.is_ascii_alphabetic());
        !in_word && date_at(text, at).is_some()
    };
    text.char_indices().filter(begins).map(|(at, _)| at).collect()
}

proptest! {
    #[test]
    fn a_date_is_found_wherever_it_stands(
        line in "(march|Dec|pazdziernika|мая|сентября|é|x|1|3|12|2024|st|thang|de|二〇二一年三月|年|月|日|渡口|[ .,/-]){1,12}",
    ) {
        let folded = fold(&line);
        prop_assert_eq!(dates_in(&folded), dates_plainly(&folded), "{}", folded);
    }

    #[test]
    fn a_date_is_found_at_the_end(
        line in "(march|Dec|мая|é|x|[1-9]{1,2}|03|2024|1999|tháng|thang|de|nam|年|月|日|号|時|时|分|秒|渡口|:|9:30|09h15|am|p\\.m|p\\.m\\.|uhr|gmt|utc\\+8|est-|[ .,/()+-]){1,14}",
    ) {
        let folded = fold(&line);
        prop_assert_eq!(ends_with_date(&folded), ends_with_date_plainly(&folded), "{}", folded);
    }
}
