//! [`Progress`]: the progress bar of a long run, on stderr if that is a terminal.

use std::io::{IsTerminal as _, Read, stderr};
use std::time::Duration;

use dehusk::Lang;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::ui::messages::say;

/// A progress bar of the bytes that are read, with a count of documents.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
    lang: Lang,
}

impl Progress {
    /// A bar for `bytes` bytes. It is hidden if `quiet`, or if stderr is not a terminal.
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

    /// Wraps `reader`, so that the bytes read from it are counted.
    pub fn reading<R: Read + Send + 'static>(&self, reader: R) -> impl Read + Send + 'static + use<R> {
        self.bar.wrap_read(reader)
    }

    /// Counts bytes that were read without such a reader.
    pub fn read(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    /// Counts bytes that an earlier run has processed; they do not count for the estimated speed.
    pub fn skip(&self, bytes: u64) {
        self.bar.inc(bytes);
        self.bar.reset_eta();
    }

    /// Sets the number of finished documents.
    pub fn documents(&self, count: usize) {
        let lang = self.lang;
        self.bar.set_message(say!(lang, "{count} 篇", "{count} documents"));
    }

    /// Hides the bar while `print` runs.
    pub fn aside(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// Removes the bar from the screen.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
