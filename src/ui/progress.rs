//! [`Progress`]: how far a long run is, on stderr, and only where a person looks at it.

use std::io::{IsTerminal as _, Read, stderr};
use std::time::Duration;

use dehusk::Lang;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::ui::messages::say;

/// A bar over the bytes that are to be read, with a count of documents.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
    lang: Lang,
}

impl Progress {
    /// A bar for so many bytes. `quiet`, or a stderr that is no terminal, shows none.
    pub fn new(bytes: u64, lang: Lang, quiet: bool) -> Self {
        let shown = !quiet && stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(bytes), target);
        let style = ProgressStyle::with_template("{bar:30} {percent:>3}%  {binary_bytes_per_sec}  {msg}  {eta}");
        bar.set_style(style.expect("the template is right").progress_chars("━━─"));
        if shown {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { bar, lang }
    }

    /// Counts what is read from `reader`.
    pub fn reading<R: Read + Send + 'static>(&self, reader: R) -> impl Read + Send + 'static + use<R> {
        self.bar.wrap_read(reader)
    }

    /// Counts bytes that were read otherwise.
    pub fn read(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    /// Passes over what an earlier run did: it says nothing about how fast this one is.
    pub fn skip(&self, bytes: u64) {
        self.bar.inc(bytes);
        self.bar.reset_eta();
    }

    /// Says how many documents are done.
    pub fn documents(&self, count: usize) {
        let lang = self.lang;
        self.bar.set_message(say!(lang, "{count} 篇", "{count} documents"));
    }

    /// Prints something without tearing the bar.
    pub fn aside(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// Takes the bar off the screen.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
