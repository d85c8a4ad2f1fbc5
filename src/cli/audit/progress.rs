//! A bar on a terminal: conversations, megabytes a second, the time that is left. Nothing in a pipe.

use crate::cli::open::Seen;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Arc;

/// How far an audit has come.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar over this many bytes; `shown` only where a person reads standard error.
    pub fn new(bytes: u64, shown: bool) -> Self {
        let target = if shown { ProgressDrawTarget::stderr_with_hz(5) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(bytes), target);
        let form = "{wide_bar} {percent}% {msg} {decimal_bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Shows how many conversations are done.
    pub fn tell(&self, conversations: u64) {
        self.bar.set_message(conversations.to_string());
    }

    /// A callback that advances the bar by the bytes read.
    pub fn seen(&self) -> Seen {
        let bar = self.bar.clone();
        Arc::new(move |bytes| bar.inc(bytes))
    }

    /// Removes the bar, for example before a message.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Runs `say` while the bar is hidden.
    pub fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        self.bar.suspend(say)
    }
}
