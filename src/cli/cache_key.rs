//! Cache keys. A key hashes everything a result depends on, so a stale result is never found.

use super::asked::{Asked, Source};
use super::cache::program;
use crate::conversation::Mode;
use crate::judge::Options;
use crate::rulebook::Check;
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// Computes keys, hashing only once what several sources share.
pub struct Names<'a> {
    asked: &'a Asked,
    /// By the addresses of what sources share.
    known: HashMap<(usize, usize, usize), Option<u128>>,
}

/// Computes keys for the texts of one source.
#[derive(Clone, Copy, Debug)]
pub struct Namer(u128);

impl<'a> Names<'a> {
    /// For the sources of one run.
    pub fn new(asked: &'a Asked) -> Self {
        Self { asked, known: HashMap::new() }
    }

    /// For the texts of a source; `None` if its results depend on something that cannot be hashed.
    pub fn of(&mut self, source: &Source) -> Option<Namer> {
        let Source { context, options, read, .. } = source;
        let shared = (Arc::as_ptr(context).addr(), Arc::as_ptr(options).addr(), Arc::as_ptr(read).addr());
        let about = *self.known.entry(shared).or_insert_with(|| about(source, self.asked));
        let named = hashed(format_args!("{:x} {:?}", about?, source.input))?;
        Some(Namer(named))
    }
}

impl Namer {
    /// The key of the findings in these bytes.
    pub fn name(self, bytes: &[u8]) -> Option<u128> {
        hashed(format_args!("{:x} {} {:x}", self.0, bytes.len(), xxh3_128(bytes)))
    }
}

/// The key of comparing templates: a hash of their files' keys, in order. `None` if a file has none.
pub fn together(files: impl Iterator<Item = Option<u128>>) -> Option<u128> {
    let mut all = Hashed(Xxh3::new());
    all.write_str("together").ok()?;
    for file in files {
        write!(all, " {:x}", file?).ok()?;
    }
    Some(all.0.digest128())
}

/// Hashes everything but the text and its path.
fn about(source: &Source, asked: &Asked) -> Option<u128> {
    let Source { context, options, read, .. } = source;
    // Whether a promise is kept by now changes from second to second.
    let by_the_second = |check: &Check<_>| matches!(check, Check::Keep(_));
    if context.rulebook.rules.iter().any(|rule| by_the_second(&rule.check) && rule.is_for(Mode::Template)) {
        return None;
    }
    let day = options.clock.as_ref().map(|clock| (clock.as_of.date(), &clock.zone));
    let options = Options { clock: None, ..(**options).clone() };
    hashed(format_args!(
        "{}|{}|{day:?}|{options:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{}|{}|{:?}",
        program(),
        context.rulebook.hash,
        read.kind,
        read.encoding,
        read.limits,
        read.map,
        read.columns,
        read.labels.own(),
        read.found,
        read.verbose,
        asked.said(),
    ))
}

fn hashed(said: fmt::Arguments) -> Option<u128> {
    let mut all = Hashed(Xxh3::new());
    all.write_fmt(said).ok()?;
    Some(all.0.digest128())
}

/// A hash that is written to.
struct Hashed(Xxh3);

impl fmt::Write for Hashed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
