//! A cache of what was worked out from a text: chats repeat the same greetings, holds and scripts all day.

use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, Weighter};
use std::hash::Hash;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use xxhash_rust::xxh3::xxh3_64;

/// Longest text that is kept, in bytes: what is longer would push out too much.
const LONGEST: usize = 32 << 10;
/// Size of the table of texts seen once; a power of two.
const MET: usize = 1 << 17;
/// Texts that are seen before anything is cached, so that checking one draft costs nothing.
const FEW: u32 = 64;

/// Values by text and by whatever else they depend on (`K`), shared by all threads; at most `MEMORY` bytes, by the size
/// given for each value.
pub struct Memo<K, V, const MEMORY: u64> {
    /// Texts seen before the cache was made.
    first: AtomicU32,
    made: OnceLock<Made<K, V>>,
}

struct Made<K, V> {
    /// Hashes of texts that were seen. Once half of the memory is used, only a text that comes a second time is cached,
    /// so that texts which never repeat push nothing out.
    met: Vec<AtomicU32>,
    values: Cache<Said<K>, Value<V>, Weight, RandomState>,
}

/// The borrowed form of a key, for look-ups.
#[derive(PartialEq, Eq, Hash)]
struct Asked<'a, K> {
    key: K,
    text: &'a str,
}

/// The owned form.
#[derive(PartialEq, Eq, Hash)]
struct Said<K> {
    key: K,
    text: Box<str>,
}

impl<K: Eq + Hash> Equivalent<Said<K>> for Asked<'_, K> {
    fn equivalent(&self, said: &Said<K>) -> bool {
        self.key == said.key && self.text == &*said.text
    }
}

#[derive(Clone)]
struct Value<V> {
    value: V,
    bytes: usize,
}

#[derive(Clone)]
struct Weight;

impl<K, V> Weighter<Said<K>, Value<V>> for Weight {
    fn weight(&self, said: &Said<K>, value: &Value<V>) -> u64 {
        (size_of::<Said<K>>() + said.text.len() + value.bytes) as u64
    }
}

impl<K, V, const MEMORY: u64> Memo<K, V, MEMORY> {
    /// An empty cache, which takes no memory yet.
    pub const fn new() -> Self {
        Self { first: AtomicU32::new(0), made: OnceLock::new() }
    }
}

impl<K: Copy + Eq + Hash, V: Clone, const MEMORY: u64> Memo<K, V, MEMORY> {
    /// The cached value of a text.
    pub fn get(&self, key: K, text: &str) -> Option<V> {
        let made = self.made.get().filter(|_| text.len() <= LONGEST)?;
        made.values.get(&Asked { key, text }).map(|kept| kept.value)
    }

    /// Caches what `value` returns: the value and its size in bytes. Once half of the memory is used, only if the text
    /// has been seen before.
    pub fn keep(&self, key: K, text: &str, value: impl FnOnce() -> (V, usize)) {
        if text.len() > LONGEST {
            return;
        }
        if self.made.get().is_none() && self.first.fetch_add(1, Ordering::Relaxed) < FEW {
            return;
        }
        let made = self.made.get_or_init(|| Made {
            met: (0..MET).map(|_| AtomicU32::new(0)).collect(),
            values: {
                let (items, hash) = (usize::try_from(MEMORY / 1024).unwrap_or(1), RandomState::default());
                Cache::with(items, MEMORY, Weight, hash, DefaultLifecycle::default())
            },
        });
        let hash = xxh3_64(text.as_bytes());
        #[allow(clippy::cast_possible_truncation, reason = "one half is the place, the other the mark")]
        let (place, mark) = (hash as u32 as usize % MET, (hash >> 32) as u32);
        let before = &made.met[place];
        let again = before.swap(mark, Ordering::Relaxed) == mark;
        // While half of the room is free, cache at once: the text may come again.
        if again || made.values.weight() < MEMORY / 2 {
            let (value, bytes) = value();
            made.values.insert(Said { key, text: text.into() }, Value { value, bytes });
        }
    }
}

impl<K, V, const MEMORY: u64> Default for Memo<K, V, MEMORY> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V, const MEMORY: u64> std::fmt::Debug for Memo<K, V, MEMORY> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memo").field("memory", &MEMORY).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: u64 = 8 << 20;

    type Numbers = Memo<u8, u32, MEMORY>;

    fn keep(memo: &Numbers, key: u8, text: &str) {
        memo.keep(key, text, || (7, 100));
    }

    /// A cache past its first texts.
    fn busy() -> Numbers {
        let memo = Numbers::new();
        (0..FEW).for_each(|number| keep(&memo, 0, &number.to_string()));
        assert!(memo.made.get().is_none());
        memo
    }

    #[test]
    fn what_comes_again_is_kept_with_what_it_depends_on() {
        let memo = busy();
        assert_eq!(memo.get(0, "您好"), None);
        keep(&memo, 0, "您好");
        assert_eq!(memo.get(0, "您好"), Some(7));
        assert_eq!((memo.get(1, "您好"), memo.get(0, "您好!")), (None, None));
    }

    #[test]
    fn once_memory_is_short_only_what_comes_again_is_kept() {
        let memo = busy();
        let long = |number: usize| format!("{number}{}", "长".repeat(LONGEST / 4));
        let mut number = 0;
        while memo.made.get().is_none_or(|made| made.values.weight() < MEMORY / 2) {
            keep(&memo, 0, &long(number));
            number += 1;
        }
        keep(&memo, 0, "您好");
        assert_eq!(memo.get(0, "您好"), None, "it came by once");
        keep(&memo, 0, "您好");
        assert_eq!(memo.get(0, "您好"), Some(7));
    }

    #[test]
    fn memory_is_bounded_and_long_texts_are_not_kept() {
        let memo = busy();
        let long = "长".repeat(LONGEST);
        for _ in 0..2 {
            keep(&memo, 0, &long);
            for number in 0..120_000 {
                keep(&memo, 0, &format!("第{number}条,请您稍等"));
            }
        }
        assert_eq!(memo.get(0, &long), None);
        let values = &memo.made.get().unwrap().values;
        assert!(values.len() > 1000 && values.weight() <= MEMORY, "{} {}", values.len(), values.weight());
    }
}
