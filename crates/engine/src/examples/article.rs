//! [`Article`]: a neutral article with an example in it, at the place that a rule's `where` asks for.

use crate::Engine;
use dehusk_rules::{Action, Position, RemoveKind, Rule, RuleId};
use dehusk_text::Document;

/// Six sentences that no rule is about.
const SENTENCES: [&str; 6] = [
    "天刚亮，渡口的老船工已经把缆绳一圈一圈地盘好，等第一批过河的人。",
    "雨下了整整三天，河水漫过石阶，镇上的人把粮食一袋一袋搬到楼上去。",
    "傍晚的时候风停了，孩子们从屋里跑出来，在泥地上踩出一串歪歪扭扭的脚印。",
    "木匠修好了那座小桥，桥面铺的是去年秋天从后山运下来的松木。",
    "老人说，从前这里有一棵大槐树，树荫能盖住半个晒谷场。",
    "夜里有人敲着竹梆子走过巷口，声音很轻，像是怕惊醒了睡着的人。",
];

/// How many times as long as the example the article around it is, at least.
const LONGER: usize = 4;

/// A neutral article with an example in it.
pub(super) struct Article {
    pub(super) filler: Vec<String>,
    pub(super) example: String,
    /// Lines of filler before the example.
    pub(super) before: usize,
}

impl Article {
    pub(super) fn around(rule: &Rule, example: &str) -> Self {
        let wanted = LONGER * example.chars().count();
        let mut filler = Vec::new();
        let mut chars = 0;
        while chars < wanted || filler.len() < SENTENCES.len() {
            let round = filler.len() / SENTENCES.len();
            let sentence = SENTENCES[filler.len() % SENTENCES.len()];
            // A line that stands twice would be a case of its own.
            let line = if round == 0 { sentence.to_string() } else { format!("第{}回，{sentence}", round + 1) };
            chars += line.chars().count();
            filler.push(line);
        }
        let before = match place(rule) {
            ExamplePlace::Start => 0,
            ExamplePlace::Middle => filler.len() / 2,
            ExamplePlace::End => filler.len(),
        };
        Self { filler, example: example.to_string(), before }
    }

    /// Puts a sentence behind the example that begins with what the example says behind its label.
    pub(super) fn say_again(&mut self) {
        let said = self.example.split_once(['：', ':']).map_or(self.example.as_str(), |(_, said)| said).trim();
        self.filler.insert(self.before, format!("{said}这件事后来大家都知道了。"));
    }

    pub(super) fn text(&self) -> String {
        let mut lines: Vec<&str> = self.filler.iter().map(String::as_str).collect();
        lines.insert(self.before, &self.example);
        let mut text = lines.join("\n");
        text.push('\n');
        text
    }

    pub(super) fn clean(&self, engine: &Engine, rule: &Rule) -> Vec<String> {
        let text = self.text();
        let document = document(&text, rule);
        let body = engine.clean(&document).body(&document);
        body.lines().map(|l| l.trim().to_string()).collect()
    }

    pub(super) fn taken_by(&self, engine: &Engine, rule: &Rule, at: usize) -> Option<RuleId> {
        let text = self.text();
        engine.clean(&document(&text, rule)).rule_at(at)
    }
}

/// The text as the rule's own host, language and elements have it.
pub(super) fn document<'t>(text: &'t str, rule: &Rule) -> Document<'t> {
    let document = Document::new(text).expect("an example is far shorter than 4 GiB");
    let document = match rule.languages.first() {
        Some(language) => document.with_language(language),
        None => document,
    };
    let document = match rule.conditions.inside.first() {
        Some(name) => document.that_stands_in(name.around()),
        None => document,
    };
    match rule.sites.first() {
        Some(site) => document.with_host(site),
        None => document,
    }
}

enum ExamplePlace {
    Start,
    Middle,
    End,
}

fn place(rule: &Rule) -> ExamplePlace {
    match rule.conditions.position {
        Position::Head | Position::FirstLines(_) | Position::FirstPercent(_) => return ExamplePlace::Start,
        Position::Tail | Position::LastLines(_) | Position::LastPercent(_) => return ExamplePlace::End,
        Position::Anywhere => {}
    }
    match &rule.action {
        Action::Remove(remove) => match remove.kind {
            RemoveKind::ToEnd | RemoveKind::List | RemoveKind::Thread => ExamplePlace::End,
            RemoveKind::ToStart => ExamplePlace::Start,
            _ => ExamplePlace::Middle,
        },
        Action::Keep => ExamplePlace::Middle,
    }
}
