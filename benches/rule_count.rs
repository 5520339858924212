//! Does the time to clean grow with the number of rules?
//!
//! Cleans the same invented articles with the shipped rules, and with ten times as many (the rest
//! generated, with phrases that do not stand in the text), in turns, and prints the ratio of the
//! medians. Fails where ten times the rules cost more than 1.3 times the time, or where the number
//! of removals is not the same. `cargo bench --bench rule_count`.

use std::fmt::Write;
use std::time::{Duration, Instant};

use dehusk::{Document, Engine, RuleSet, Source};

const TURNS: usize = 9;
const LIMIT: f64 = 1.3;

fn main() {
    let shipped = RuleSet::shipped().expect("the shipped rules have no mistakes");
    let count = shipped.rules.len();
    let generated = Source::new("generated.toml", generated(9 * count));
    let more = shipped.clone().merged_with(RuleSet::from_sources(&[generated]).expect("the generated rules are right"));
    let few = Engine::builder().build(&shipped).expect("the rules compile");
    let many = Engine::builder().build(&more).expect("the rules compile");
    let articles = articles(2_000);
    let bytes: usize = articles.iter().map(String::len).sum();

    let (removed, _) = clean(&few, &articles);
    assert!(removed > 0, "nothing was removed: the text is not what the bench is about");
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for (engine, times) in [&few, &many].into_iter().zip(&mut times) {
            let (found, time) = clean(engine, &articles);
            assert_eq!(found, removed, "more rules removed something else");
            times.push(time);
        }
    }
    let [few_time, many_time] = times.map(median);
    let ratio = many_time.as_secs_f64() / few_time.as_secs_f64();
    let speed = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!("{removed} removals in {:.1} MB, median of {TURNS} turns", bytes as f64 / 1e6);
    println!("{count:>6} rules  {few_time:>10.2?}  {:>6.1} MB/s", speed(few_time));
    println!("{:>6} rules  {many_time:>10.2?}  {:>6.1} MB/s", more.rules.len(), speed(many_time));
    println!("ratio {ratio:.2}, at most {LIMIT}");
    assert!(ratio <= LIMIT, "ten times the rules cost {ratio:.2} times the time");
}

fn clean(engine: &Engine, articles: &[String]) -> (usize, Duration) {
    let start = Instant::now();
    let removed = articles
        .iter()
        .map(|text| engine.clean(&Document::new(text).expect("an article is short")).removals.len())
        .sum();
    (removed, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % below as u64) as usize
    }
}

/// Rules whose phrases are made of rarer characters than the articles use.
fn generated(count: usize) -> String {
    let mut numbers = Numbers(7);
    let mut text = String::new();
    for i in 0..count {
        let field = ["is", "starts_with", "ends_with", "contains"][i % 4];
        write!(text, "[[rule]]\nname = '{i}'\n{field} = '''\n").expect("a string takes all");
        for _ in 0..5 {
            let phrase: String = (0..4 + numbers.next(4)).map(|_| common_char(&mut numbers)).collect();
            writeln!(text, "{phrase}").expect("a string takes all");
        }
        writeln!(text, "'''\nremoves = 'x'\nkeeps = 'y'").expect("a string takes all");
    }
    text
}

fn common_char(numbers: &mut Numbers) -> char {
    char::from_u32(0x4E00 + numbers.next(0x2000) as u32).expect("the block of Han characters has no gaps here")
}

/// Invented articles: sentences of Han characters, and a tail of boilerplate.
fn articles(count: usize) -> Vec<String> {
    let mut numbers = Numbers(11);
    (0..count)
        .map(|_| {
            let mut text = String::new();
            for _ in 0..12 + numbers.next(10) {
                for _ in 0..2 + numbers.next(4) {
                    text.extend((0..12 + numbers.next(20)).map(|_| common_char(&mut numbers)));
                    text.push('，');
                }
                text.push_str("这是最后一句。\n");
            }
            text.push_str("责任编辑：林一鸣\n【打印】【关闭】\n相关新闻：\n· 河湾镇新桥通车2022-03-05\n· 老码头修好了2022-03-06\n");
            text
        })
        .collect()
}
