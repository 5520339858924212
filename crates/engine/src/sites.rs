//! [`SitePrograms`]: the compiled rules of single sites, each made when the first document of its site comes.
//!
//! A document is read with the rules of all sites and those of its own. Thousands of sites cost a document
//! nothing: their texts are not looked for in it.

use std::sync::{Arc, OnceLock};

use super::choice::RuleChoice;
use super::compile::{Compiled, Effect, Program, WholeLines};
use super::pattern::Pattern;
use super::tried::TriedRule;
use dehusk_rules::{Rule, RuleId, RuleSet, Settings, SiteFiles, Status, TextField};
use dehusk_text::Document;

/// The compiled rules of single sites.
#[derive(Debug)]
pub(crate) struct SitePrograms {
    pub(crate) files: Arc<SiteFiles>,
    /// By file.
    made: Vec<OnceLock<SiteProgram>>,
    /// Which rules the engine was asked for; it holds for these too.
    chosen: RuleChoice,
    /// What sites are called, for `{site}`.
    settings: Settings,
}

/// The compiled rules of one file.
#[derive(Debug)]
pub(crate) struct SiteProgram {
    pub(crate) file: u32,
    pub(crate) program: Program,
    /// By rule: whether it acts.
    pub(crate) active: Vec<bool>,
    pub(crate) whole_lines: Option<WholeLines>,
}

impl SitePrograms {
    pub(crate) fn new(files: Arc<SiteFiles>, chosen: RuleChoice, settings: Settings) -> Self {
        let made = (0..files.len()).map(|_| OnceLock::new()).collect();
        Self { files, made, chosen, settings }
    }

    /// The rules for the site of a document. `None` if there are none for it.
    pub(crate) fn rules_for(&self, document: &Document<'_>) -> Option<RuleSet> {
        let files = document.host().map(|host| self.files.of_host(host)).unwrap_or_default();
        let rules = || files.iter().flat_map(|&file| self.files.rules(file).iter().cloned()).collect();
        (!files.is_empty()).then(|| RuleSet { rules: rules(), ..RuleSet::default() })
    }

    /// Those for the site of a document.
    pub(crate) fn of(&self, document: &Document<'_>) -> Vec<&SiteProgram> {
        if self.made.is_empty() {
            return Vec::new();
        }
        let files = document.host().map(|host| self.files.of_host(host)).unwrap_or_default();
        let mut found: Vec<&SiteProgram> = files.into_iter().map(|file| self.get(file)).collect();
        found.retain(|site| !site.active.is_empty());
        found.sort_by_key(|site| site.file);
        found
    }

    fn get(&self, file: u32) -> &SiteProgram {
        self.made[file as usize].get_or_init(|| {
            let rules = self.files.rules(file);
            let is_compiled = |rule: &Rule| rule.status != Status::Off;
            match Program::new(rules, &self.settings, is_compiled, false) {
                Ok(program) => {
                    let active = rules.iter().map(|rule| self.chosen.has(rule)).collect();
                    SiteProgram { file, active, whole_lines: WholeLines::of(&program), program }
                }
                // A regex that is refused: `dehusk check` names it.
                Err(_) => SiteProgram { file, program: Program::none(), active: Vec::new(), whole_lines: None },
            }
        })
    }

    fn of_rule(&self, id: RuleId) -> Option<(&SiteProgram, usize)> {
        let (file, at) = id.in_site()?;
        Some((self.get(file), at as usize))
    }
}

/// All compiled rules that may match in a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Programs<'e> {
    /// Those for every document.
    pub(crate) all: &'e Program,
    /// Those of single sites.
    pub(crate) sites: Option<&'e SitePrograms>,
    /// One that is tried in the place of another.
    pub(crate) tried: Option<&'e TriedRule>,
    /// By rule of those for every document: whether it is one of a site all the same; may be empty.
    pub(crate) of_site: &'e [bool],
    /// So many short lines in a row go with the lines around them.
    pub(crate) lines_between: u32,
}

impl<'e> Programs<'e> {
    fn place(self, id: RuleId) -> (&'e Program, RuleId) {
        if let Some((site, at)) = self.sites.and_then(|sites| sites.of_rule(id)) {
            return (&site.program, RuleId(at as u32));
        }
        self.tried.map_or((self.all, id), |tried| tried.place(self.all, id))
    }

    /// What the decision asks of a rule.
    pub(crate) fn effect(self, id: RuleId) -> &'e Effect {
        let (program, id) = self.place(id);
        program.effect(id)
    }

    /// A rule as the matcher sees it.
    pub(crate) fn compiled(self, id: RuleId) -> &'e Compiled {
        let (program, id) = self.place(id);
        &program.rules[id.0 as usize]
    }

    /// The pattern of a text of a rule.
    pub(crate) fn pattern_of(self, id: RuleId, field: TextField, index: u32) -> Option<&'e Pattern> {
        let (program, id) = self.place(id);
        program.pattern_of(id, field, index)
    }

    /// Whether a rule is one of a single site.
    pub(crate) fn is_of_site(self, id: RuleId) -> bool {
        id.in_site().is_some() || self.of_site.get(id.0 as usize).is_some_and(|&is| is)
    }

    /// Whether a rule of a site acts; `None` for one of all documents.
    pub(crate) fn site_rule_acts(self, id: RuleId) -> Option<bool> {
        self.sites.and_then(|sites| sites.of_rule(id)).map(|(site, at)| site.active[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cause, Engine, EngineBuilder, Input, Outcome};
    use dehusk_rules::{Profile, Source};
    use proptest::prelude::*;

    const RULES: &str = "
[[rule]]
name = 'more'
where = 'tail'
remove = 'list'
starts_with = '相关阅读'
removes = '相关阅读'
[[rule]]
name = 'share'
where = 'last 2 lines'
contains = ['分享到', 'share this']
removes = '分享到：微信'
[[rule]]
name = 'menu'
where = 'first 30%'
remove = 'run'
at_least = 2
is = ['首页', '新闻', 'Home']
removes = '首页'
[[rule]]
name = 'again'
max_share = 40
contains = '渡船'
removes = '渡船'
[[keep]]
name = 'contents'
contains = '{number} 路'
keeps = '12 路'
";
    const OF_SITE: &str = "
[[rule]]
name = 'lines'
max_share = 90
is = '''
Home
渡船
· 河湾大桥三月通车 {date}
Ferry {number} of the day
{number} views
关于 本站
关于本站
'''
removes = 'Home'
[[rule]]
name = 'head'
where = 'head'
max_share = 90
is = ['河湾日报', 'Share this', '首页']
removes = '河湾日报'
[[rule]]
name = 'list'
remove = 'list'
max_share = 90
is = '热门'
removes = '热门'
[[rule]]
name = 'start'
min_length = 4
starts_with = ['Ferry', '{date} 更新']
removes = 'Ferry no 7'
[[rule]]
name = 'tried'
status = 'trial'
is = ['新闻', 'Ferry 7 of the day']
removes = '新闻'
[[rule]]
name = 'row'
remove = 'run'
at_least = 2
max_share = 90
is = ['关于本站', '新闻', '“关于本站”']
removes = '关于本站'
";
    const TEXTS: [&str; 21] = [
        "首页",
        "新闻",
        "Home",
        "• HOME",
        "河湾日报",
        "（河湾日报）",
        "分享到：微信",
        "Share this",
        "渡船每天往返十二班。",
        "渡船",
        "相关阅读：",
        "热门",
        "· 河湾大桥三月通车 2030-12-28",
        "河湾日报讯，停航十一年的老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸，两岸的人站满了码头。",
        "Ferry 7 of the day",
        "Ferry no 7",
        "1,204 views",
        "关于 本站",
        "【关于本站】",
        "2031-03-05 更新，12 路",
        "“小时候天天坐船上学，没想到还能等到这一天。”七十岁的乘客周婆婆说，她和老伴一早就到了码头，等着买第一张票。",
    ];

    fn engines(choices: &EngineBuilder) -> [Engine; 2] {
        let rules = RuleSet::from_sources(&[Source::new("zh/all.toml", RULES)]).expect("the rules are sound");
        let files = SiteFiles::of_sources(vec![Source::new("sites/a.example.toml", OF_SITE)]);
        let with = choices.clone().site_files(Arc::new(files));
        [choices.clone(), with].map(|choices| choices.build(&rules).expect("it can be built"))
    }

    fn clean(engine: &Engine, text: &str) -> Outcome {
        engine.clean(&Document::new(text).expect("it is text").with_host("www.a.example"))
    }

    fn choices(is_page: bool) -> EngineBuilder {
        let (input, profile) = if is_page { (Input::Page, Profile::Body) } else { (Input::Text, Profile::Article) };
        Engine::builder().input(input).profile(profile)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]
        #[test]
        fn what_goes_without_the_file_goes_with_it(
            texts in prop::collection::vec(prop::sample::select(TEXTS.as_slice()), 1..24),
        ) {
            let (before, behind) = texts.split_at(texts.len() / 2);
            let text = [before, &[TEXTS[13], TEXTS[20]], behind].concat().join("\n");
            let [alone, with] = engines(&choices(true)).map(|engine| clean(&engine, &text));
            // Where the finder would leave too little beside the lines of the site, the rules decide without it.
            let of_finder = |outcome: &Outcome| {
                outcome.removals.iter().any(|removal| matches!(removal.cause, Cause::Finder { .. }))
            };
            prop_assume!(of_finder(&with) || !of_finder(&alone));
            if alone.warnings.is_empty() && with.warnings.is_empty() {
                for removal in alone.removals.iter().filter(|removal| removal.cause != Cause::Seam) {
                    let goes = |at: usize| with.removals.iter().any(|other| other.span.range().contains(&at));
                    prop_assert!(removal.span.range().all(goes), "{:?} of {:?}", removal, with);
                }
            }
        }

        #[test]
        fn whole_lines_are_found_as_all_texts_are(
            texts in prop::collection::vec(prop::sample::select(TEXTS.as_slice()), 1..24),
            is_page in any::<bool>(),
        ) {
            let text = texts.join("\n");
            let [_, quick] = engines(&choices(is_page));
            let [_, plain] = engines(&choices(is_page).without_prefilter());
            prop_assert_eq!(format!("{:?}", clean(&quick, &text)), format!("{:?}", clean(&plain, &text)));
        }
    }
}
