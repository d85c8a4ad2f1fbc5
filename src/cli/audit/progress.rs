//! A bar on a terminal: conversations, megabytes a second, the time that is left. Nothing in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, BufRead, Read};

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

    /// So many conversations are done.
    pub fn tell(&self, conversations: u64) {
        self.bar.set_message(conversations.to_string());
    }

    /// A reader that tells the bar what went through it.
    pub fn watch<R: BufRead>(&self, reader: R) -> Watched<R> {
        Watched { reader, bar: self.bar.clone() }
    }

    /// Takes the bar away, as before a message is said.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Says something without the bar in its way.
    pub fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        self.bar.suspend(say)
    }
}

/// A reader under a bar.
pub struct Watched<R> {
    reader: R,
    bar: ProgressBar,
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Watched<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.bar.inc(amount as u64);
        self.reader.consume(amount);
    }
}
