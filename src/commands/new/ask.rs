//! [`Wizard`]: asks the six questions. They are printed to standard error, the answers are read from standard input.
//! After a bad answer it prints the reason and asks the same question again.

use std::io::{self, BufRead, IsTerminal as _, StdinLock, Write as _};

use anyhow::Result;
use clap::ValueEnum as _;
use dehusk::suggest::Draft;

use super::HowMuchArg;
use super::attempt::{Attempt, Refusal, WizardQuestion};
use crate::ui::messages::{say, say_line};

/// Asks questions and reads the answers.
pub struct Wizard<'a> {
    attempt: &'a Attempt<'a>,
    /// The site of the lines, if it is known.
    host: Option<&'a str>,
    input: StdinLock<'static>,
    terminal: bool,
    ended: bool,
}

impl<'a> Wizard<'a> {
    /// A wizard for this attempt.
    pub fn new(attempt: &'a Attempt<'a>, host: Option<&'a str>) -> Self {
        let terminal = io::stdin().is_terminal();
        Self { attempt, host, input: io::stdin().lock(), terminal, ended: false }
    }

    /// Asks the questions that flags have not `answered`. `known` prints what is known about the lines after they
    /// were pasted. A refusal is returned if the input ends before the rule is complete.
    pub fn draft(
        &mut self,
        mut draft: Draft,
        answered: &[WizardQuestion],
        known: impl Fn(&[String]) -> Result<String>,
    ) -> Result<(Draft, Option<Refusal>)> {
        let shown = self.attempt.file.shown();
        say_line(&say!(self.attempt.lang, "规则会写到 {shown} 的末尾。", "The rule goes to the end of {shown}."));
        for question in WizardQuestion::ALL {
            // A line that must stay has no trial, and needs no similar lines that must stay.
            if draft.is_keep() && matches!(question, WizardQuestion::Place | WizardQuestion::Keep) {
                continue;
            }
            if !answered.contains(&question) {
                self.ask(question, &mut draft)?;
            }
            while let Some(refusal) = self.attempt.refusal(&draft, question)? {
                if self.ended {
                    return Ok((draft, Some(refusal)));
                }
                say_line(&refusal.why);
                self.ask(refusal.question, &mut draft)?;
            }
            if question == WizardQuestion::Lines {
                let said = known(&draft.lines)?;
                if !said.is_empty() {
                    say_line(said.trim_end());
                }
            }
        }
        Ok((draft, None))
    }

    fn ask(&mut self, question: WizardQuestion, draft: &mut Draft) -> Result<()> {
        let lang = self.attempt.lang;
        match question {
            WizardQuestion::Lines => {
                draft.lines = self.block(&say!(
                    lang,
                    "1/6 哪些行？把一行或几行粘贴在这里，最后按一次回车（空行）结束：",
                    "1/6 Which lines? Paste one line or several, then an empty line:"
                ))?;
            }
            WizardQuestion::HowMuch => self.how_much(draft)?,
            WizardQuestion::Place => {
                draft.place = self.one(&say!(
                    lang,
                    "3/6 它在文章的什么位置？开头 / 结尾 / 首行 / 末行；哪里都有就直接回车：",
                    "3/6 Where in the text? head / tail / first line / last line; empty for anywhere:"
                ))?;
            }
            WizardQuestion::Site => self.site(draft)?,
            WizardQuestion::Keep => {
                let keep = self.one(&say!(
                    lang,
                    "5/6 有没有一行和它很像、但必须留下？粘贴在这里；没有就直接回车：",
                    "5/6 Is there a line that looks alike and must stay? Paste it; empty for none:"
                ))?;
                draft.keeps = if keep.is_empty() { Vec::new() } else { vec![keep] };
            }
            WizardQuestion::Name => {
                let name = self.one(&say!(
                    lang,
                    "6/6 这条规则叫什么名字？直接回车就用那一行的开头：",
                    "6/6 What is the rule called? Empty to take the beginning of the line:"
                ))?;
                draft.name = if name.is_empty() { self.attempt.file.free_name(&super::name_of(draft)) } else { name };
            }
        }
        Ok(())
    }

    fn how_much(&mut self, draft: &mut Draft) -> Result<()> {
        let lang = self.attempt.lang;
        loop {
            let answer = self.one(&say!(
                lang,
                "2/6 删多少？1 这样的行 / 2 只删行里的几个字 / 3 小标题和它下面的列表 / 4 连着几行才删 / 5 从第一行到文末 / 6 不删，必须留下；直接回车就看粘贴的样子决定：",
                "2/6 How much should go? 1 such lines / 2 some words of the line / 3 a heading and the list under it / 4 several in a row / 5 from the first line to the end / 6 nothing, they must stay; empty to go by what was pasted:"
            ))?;
            match how_much(&answer) {
                Some(choice) => draft.how_much = choice.into(),
                None => {
                    say_line(&say!(
                        lang,
                        "“{answer}”不在选项里；请写 1 到 6 的一个数字",
                        "'{answer}' is none of them; write a number from 1 to 6"
                    ));
                    if !self.ended {
                        continue;
                    }
                }
            }
            break;
        }
        draft.words.clear();
        if draft.how_much == dehusk::suggest::HowMuch::Words {
            let words =
                self.one(&say!(lang, "    删哪几个字？从那一行里复制：", "    Which words? Copy them from the line:"))?;
            draft.words.extend(Some(words).filter(|words| !words.is_empty()));
        }
        Ok(())
    }

    fn site(&mut self, draft: &mut Draft) -> Result<()> {
        let lang = self.attempt.lang;
        let Some(host) = self.host else {
            draft.site = self.one(&say!(
                lang,
                "4/6 只在一个网站上有吗？写上域名，例如 dzwww.com；到处都有就直接回车：",
                "4/6 Only on one site? Its host, such as dzwww.com; empty for everywhere:"
            ))?;
            return Ok(());
        };
        let answer = self.one(&say!(
            lang,
            "4/6 只用于 {host} 吗？是就直接回车；到处都用就写 * ；别的网站就写它的域名：",
            "4/6 Only on {host}? Empty for yes; * for everywhere; or another host:"
        ))?;
        draft.site = match answer.as_str() {
            "" => host.to_owned(),
            "*" | "＊" => String::new(),
            other => other.to_owned(),
        };
        Ok(())
    }

    /// Reads lines up to an empty one.
    fn block(&mut self, question: &str) -> Result<Vec<String>> {
        say_line(question);
        let mut lines = Vec::new();
        loop {
            let line = self.line()?;
            if line.trim().is_empty() {
                return Ok(lines);
            }
            lines.push(line);
        }
    }

    fn one(&mut self, question: &str) -> Result<String> {
        say_line(question);
        Ok(self.line()?.trim().to_owned())
    }

    fn line(&mut self) -> Result<String> {
        if self.terminal {
            let mut err = anstream::stderr().lock();
            let _ = write!(err, "> ").and_then(|()| err.flush());
        }
        let mut line = String::new();
        self.ended |= self.input.read_line(&mut line)? == 0;
        Ok(line.trim_end_matches(['\n', '\r']).to_owned())
    }
}

/// A number from 1 to 6 (full-width digits too), or the word that the flag takes.
fn how_much(answer: &str) -> Option<HowMuchArg> {
    let choices = HowMuchArg::value_variants();
    let folded = dehusk::fold(answer);
    match folded.trim() {
        "" => Some(HowMuchArg::AsPasted),
        number if number.parse::<usize>().is_ok() => {
            let number: usize = number.parse().ok()?;
            choices.get(1..)?.get(number.checked_sub(1)?).copied()
        }
        word => HowMuchArg::from_str(word, true).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_number_or_a_word() {
        assert_eq!(how_much(" ５ "), Some(HowMuchArg::ToEnd));
        assert_eq!(how_much("list"), Some(HowMuchArg::List));
        assert_eq!(how_much("到文末"), Some(HowMuchArg::ToEnd));
        assert_eq!(how_much(""), Some(HowMuchArg::AsPasted));
        assert_eq!((how_much("0"), how_much("7"), how_much("x")), (None, None, None));
    }
}
