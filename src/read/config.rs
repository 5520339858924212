//! [`Config`]: the settings for everything that the command line does not say. They come from `dehusk.toml`, which is
//! searched from the working folder upwards, and from the variable `DEHUSK_RULES`.
//!
//! The values become the defaults of the argument parser, so no command needs to know about them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::builder::OsStr;
use clap::{Arg, Command};
use dehusk::{Fix, Lang, Level, Source, nearest};

use crate::read::args::{InputArg, ProfileArg};
use crate::ui::language::LangArg;
use crate::ui::messages::say;

/// The name of the configuration file.
pub const FILE: &str = "dehusk.toml";

/// The name of the variable with folders of rules.
pub const VARIABLE: &str = "DEHUSK_RULES";

/// The settings: the name in the file, and the argument that gets it as its default.
const SETTINGS: [(&str, &str); 7] = [
    ("rules", "rules"),
    ("profile", "profile"),
    ("input", "input"),
    ("lang", "lang"),
    ("text_field", "text_field"),
    ("url_field", "url_field"),
    ("id_field", "id_field"),
];

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigOrigin {
    /// `dehusk.toml`.
    File,
    /// `DEHUSK_RULES`.
    Variable,
}

/// A setting that differs from the built-in default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigValue {
    /// Its name in the file.
    pub name: &'static str,
    /// One value; for `rules` one for each folder.
    pub values: Vec<OsString>,
    /// Where it comes from.
    pub origin: ConfigOrigin,
}

/// The settings of the file and of the variable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// The settings of the file, and the variable.
    pub values: Vec<ConfigValue>,
}

/// A mistake in the file, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigMistake {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Config {
    /// Reads the variable, and the file in this folder or the nearest folder above it. The values of the variable
    /// come first.
    ///
    /// # Errors
    /// When the file has a mistake.
    pub fn find(folder: &Path, variable: Option<OsString>) -> Result<Self, ConfigMistake> {
        let file = folder.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file());
        let mut config = match file {
            Some(file) => Self::read(file)?,
            None => Self::default(),
        };
        if let Some(folders) = variable.filter(|folders| !folders.is_empty()) {
            // An empty entry is what is left of `$BEFORE:/my/rules` where there was nothing before.
            let folders = std::env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
            let values: Vec<OsString> = folders.map(PathBuf::into_os_string).collect();
            if !values.is_empty() {
                config.values.retain(|one| one.name != "rules");
                config.values.insert(0, ConfigValue { name: "rules", values, origin: ConfigOrigin::Variable });
            }
        }
        Ok(config)
    }

    fn read(file: PathBuf) -> Result<Self, ConfigMistake> {
        let shown = file.display().to_string();
        let mistake =
            |zh: String, en: String| ConfigMistake { zh: format!("{shown}：{zh}"), en: format!("{shown}: {en}") };
        let bytes = std::fs::read(&file).map_err(|error| {
            let reason = |lang| crate::ui::messages::reason(lang, &error);
            mistake(reason(Lang::Zh), reason(Lang::En))
        })?;
        // As a rule file is read: UTF-16 is converted, and what is not UTF-8 gets the same message.
        let source = Source::from_bytes(shown.clone(), FILE, &bytes);
        if let Some(found) = source.found.iter().find(|found| found.level == Level::Error) {
            let (mut zh, mut en) = (found.message.zh.clone(), found.message.en.clone());
            if let Some(Fix::Advice(fix)) = &found.fix {
                (zh, en) = (format!("{zh}；{}", fix.zh), format!("{en}. {}", fix.en));
            }
            return Err(mistake(zh, en));
        }
        let text = source.text;
        let table: toml::Table = toml::from_str(&text).map_err(|error: toml::de::Error| {
            let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
            let line = before.matches('\n').count() + 1;
            let (zh, en) = line_mistake(text.lines().nth(line - 1).unwrap_or_default());
            mistake(format!("第 {line} 行：{zh}"), format!("line {line} cannot be read: {en}"))
        })?;
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        let mut values = Vec::new();
        for (name, value) in &table {
            let known = SETTINGS.iter().map(|(known, _)| *known);
            let Some(name) = known.clone().find(|known| known == name) else {
                let (all, meant) = (known.clone().collect::<Vec<_>>().join(", "), nearest(name, known, |_| 3));
                let (zh, en) = match meant {
                    Some(meant) => (format!("，是不是想写 {meant}？"), format!("; did you mean {meant}?")),
                    None => (format!("；可以写：{all}"), format!("; the settings are {all}")),
                };
                return Err(mistake(format!("没有“{name}”这个设置{zh}"), format!("there is no setting '{name}'{en}")));
            };
            let given = texts(value, name == "rules").ok_or_else(|| {
                mistake(format!("{name} 要写成带引号的文字"), format!("{name} takes a text in quotes"))
            })?;
            if let Some((wrong, choices)) = wrong_choice(name, &given) {
                return Err(mistake(
                    format!("{name} 不能写“{wrong}”；可以写：{}", choices.join("、")),
                    format!("{name} cannot be '{wrong}'; choose one of {}", choices.join(", ")),
                ));
            }
            let path = |text: String| if name == "rules" { folder.join(text).into_os_string() } else { text.into() };
            values.push(ConfigValue {
                name,
                values: given.into_iter().map(path).collect(),
                origin: ConfigOrigin::File,
            });
        }
        Ok(Self { file: Some(file), values })
    }

    /// Who named this folder of rules, as messages say it; nothing if neither the file nor the variable did.
    pub fn origin_of_rules(&self, folder: &Path, lang: Lang) -> Option<String> {
        let named =
            |one: &&ConfigValue| one.name == "rules" && one.values.iter().any(|value| Path::new(value) == folder);
        Some(match self.values.iter().find(named)?.origin {
            ConfigOrigin::Variable => say!(lang, "变量 {VARIABLE} 里写的", "named by the variable {VARIABLE}"),
            ConfigOrigin::File => {
                let file = self.file.as_ref()?.display();
                say!(lang, "{file} 里的 rules 写的", "named by rules in {file}")
            }
        })
    }

    /// The language that it asks for.
    pub fn lang(&self) -> Option<Lang> {
        let value = self.values.iter().find(|one| one.name == "lang")?.values.first()?.to_str()?;
        Some(if value.eq_ignore_ascii_case("zh") { Lang::Zh } else { Lang::En })
    }

    /// Gives these values as defaults to every command that has the arguments.
    pub fn defaults(&self, command: Command) -> Command {
        if self.values.is_empty() {
            return command;
        }
        command.mut_args(|arg| self.argument(arg)).mut_subcommands(|inner| inner.mut_args(|arg| self.argument(arg)))
    }

    fn argument(&self, arg: Arg) -> Arg {
        let setting = SETTINGS.iter().find(|(_, id)| arg.get_id() == id).map(|(name, _)| name);
        match self.values.iter().find(|one| Some(&one.name) == setting) {
            Some(one) => {
                let values: Vec<OsStr> = one.values.iter().map(|value| OsStr::from(value.clone())).collect();
                arg.default_values(values).hide_default_value(true)
            }
            None => arg,
        }
    }
}

/// What is wrong with a line that is no TOML, and how it should be, in both languages.
fn line_mistake(line: &str) -> (String, String) {
    const QUOTES: &str = "‘’“”「」『』＇＂`´";
    let (name, value) = line.split_once(['=', '＝', ':', '：']).unwrap_or((line, ""));
    let (name, value) = (name.trim(), value.split(" #").next().unwrap_or_default());
    let meant = match name {
        "规则" | "規則" | "规则文件夹" => "rules",
        "语言" | "語言" => "lang",
        "输入" | "輸入" => "input",
        "范围" | "用途" => "profile",
        _ => name,
    };
    let bare = value.trim().trim_matches(|c: char| QUOTES.contains(c) || c == '\'' || c == '"').trim();
    let bare = if bare.is_empty() { "myrules" } else { bare };
    let known = SETTINGS.iter().any(|(known, _)| *known == meant);
    let right = if known { format!("{meant} = '{bare}'") } else { "rules = 'myrules'".to_owned() };
    let (zh, en) = if line.contains(|c| QUOTES.contains(c)) {
        ("引号要用英文的单引号 '", "quotes are straight: '")
    } else if !name.is_ascii() {
        ("设置名要用英文", "names of settings are English")
    } else if line.contains(['＝', '：']) || !line.contains('=') {
        ("名字后面要用半角的等号 =", "the name takes = behind it")
    } else {
        ("值要放在单引号里", "the value takes single quotes")
    };
    (format!("{zh}；改成 {right}"), format!("{en}; write {right}"))
}

/// A text, or several where that is allowed.
fn texts(value: &toml::Value, several: bool) -> Option<Vec<String>> {
    match value {
        toml::Value::String(text) if !text.trim().is_empty() => Some(vec![text.clone()]),
        toml::Value::Array(all) if several => {
            all.iter().map(|one| one.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)).collect()
        }
        _ => None,
    }
}

/// Returns a value that is not one of the choices, with the choices; `None` if all are.
fn wrong_choice(name: &str, given: &[String]) -> Option<(String, Vec<&'static str>)> {
    fn names<T: clap::ValueEnum>(given: &str) -> Option<Vec<&'static str>> {
        let known = T::from_str(given, false).is_ok();
        let names = T::value_variants().iter().filter_map(|one| one.to_possible_value());
        // The copies of the names are never freed, but they are few and short.
        (!known).then(|| names.map(|one| &*one.get_name().to_owned().leak()).collect())
    }
    let value = given.first()?;
    let choices = match name {
        "profile" => names::<ProfileArg>(value),
        "input" => names::<InputArg>(value),
        "lang" => names::<LangArg>(value),
        _ => None,
    };
    choices.map(|choices| (value.clone(), choices))
}

impl ConfigMistake {
    /// The message in one language.
    pub fn message(&self, lang: Lang) -> String {
        let (zh, en) = (&self.zh, &self.en);
        say!(lang, "{zh}（不用这个文件：--no-config）", "{en} (to do without the file: --no-config)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, variable: Option<&str>) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a/b");
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        let config = Config::find(&below, variable.map(OsString::from)).map_err(|mistake| mistake.en);
        config.map(|mut config| {
            for one in config.values.iter_mut().filter(|one| one.origin == ConfigOrigin::File && one.name == "rules") {
                let below = |value: &OsString| Path::new(value).strip_prefix(folder.path()).unwrap().into();
                one.values = one.values.iter().map(below).collect();
            }
            config
        })
    }

    #[test]
    fn the_file_is_found_upwards_and_its_folders_are_beside_it() {
        let config =
            found("rules = ['own', 'more']\nprofile = 'body'\nlang = 'zh'\ntext_field = 'content'\n", None).unwrap();
        let values: Vec<_> = config.values.iter().map(|one| (one.name, one.values.clone())).collect();
        assert!(values.contains(&("rules", vec!["own".into(), "more".into()])), "{values:?}");
        assert!(values.contains(&("profile", vec!["body".into()])), "{values:?}");
        assert_eq!(config.lang(), Some(Lang::Zh));
        let config = found("rules = 'own'\n", Some("elsewhere")).unwrap();
        assert_eq!(
            config.values,
            [ConfigValue { name: "rules", values: vec!["elsewhere".into()], origin: ConfigOrigin::Variable }]
        );
    }

    #[test]
    fn empty_entries_of_the_variable_are_no_folders() {
        let values = |variable: &str| found("rules = 'own'\n", Some(variable)).unwrap().values.remove(0).values;
        let separator = if cfg!(windows) { ";" } else { ":" };
        assert_eq!(values(&format!("{separator}elsewhere{separator}")), ["elsewhere"]);
        assert_eq!(values(separator), ["own"]);
    }

    #[test]
    fn mistakes_say_what_to_write() {
        for (text, said) in [
            ("profil = 'body'\n", "did you mean profile?"),
            ("colour = 'red'\n", "the settings are rules, "),
            ("profile = 'all'\n", "choose one of archive, article, body"),
            ("\nprofile = body\n", "line 2 cannot be read: the value takes single quotes; write profile = 'body'"),
            ("rules = ‘own’\n", "quotes are straight: '; write rules = 'own'"),
            ("规则 = 'own'\n", "names of settings are English; write rules = 'own'"),
            ("rules ＝ 'own'\n", "the name takes = behind it; write rules = 'own'"),
            ("rules = 3\n", "rules takes a text in quotes"),
            ("rules = ['']\n", "rules takes a text in quotes"),
        ] {
            let mistake = found(text, None).unwrap_err();
            assert!(mistake.contains(said), "{text}: {mistake}");
        }
    }
}
