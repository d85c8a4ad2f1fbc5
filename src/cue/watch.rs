//! What has to be looked at when: which cues a hit makes due, and which texts may hide a word.

use super::matcher::Matcher;
use super::program::{Class, Cue, Element, Kind, Pattern};
use super::raw::Native;
use crate::language::Lookalikes;
use std::collections::{BTreeMap, BTreeSet};

/// For each class the cues to evaluate once it has a hit, and the cues to evaluate always.
pub(super) fn watch(
    cues: &[Cue],
    classes: Class,
    words: &BTreeMap<Class, (bool, Vec<String>)>,
    regexes: &[Pattern],
) -> (Vec<Vec<u16>>, Vec<u16>) {
    let mut watchers = vec![Vec::new(); classes as usize];
    let mut always = Vec::new();
    for (cue, index) in cues.iter().zip(0_u16..) {
        for kind in cue.parts.iter().flat_map(|part| &part.patterns) {
            let keys = keys(kind, words, regexes);
            for &class in keys {
                watchers[class as usize].push(index);
            }
            if keys.is_empty() {
                always.push(index);
            }
        }
    }
    for watching in &mut watchers {
        watching.dedup();
    }
    always.dedup();
    (watchers, always)
}

/// The classes of which a hit is needed before a pattern can be found.
fn keys<'a>(kind: &'a Kind, words: &BTreeMap<Class, (bool, Vec<String>)>, regexes: &'a [Pattern]) -> &'a [Class] {
    match kind {
        Kind::Class(class) => std::slice::from_ref(class),
        Kind::Sequence(elements) => key(elements, words),
        Kind::Regex(number) => regexes[*number as usize].literals.as_slice(),
        Kind::Run(_, trigger) => std::slice::from_ref(trigger),
        // What a promise is made of; the rest only colours it.
        Kind::Native(Native::Promise, needs) => needs,
        Kind::Native(..) => &[],
    }
}

/// The classes whose words must be looked for in every text, because a hit of theirs wakes a cue. All others, the
/// lesser elements of sequences and the words of guards, are asked for only when a cue is awake.
pub(super) fn waking(
    cues: &[Cue],
    words: &BTreeMap<Class, (bool, Vec<String>)>,
    regexes: &[Pattern],
) -> BTreeSet<Class> {
    let kinds = cues.iter().flat_map(|cue| &cue.parts).flat_map(|part| &part.patterns);
    let classes = kinds.flat_map(|kind| keys(kind, words, regexes).to_vec());
    // What hides in a disguise is not found by comparing words.
    classes.chain(words.iter().filter(|(_, (disguised, _))| *disguised).map(|(&class, _)| class)).collect()
}

/// The element of a sequence that is rarest in text: long words, few of them; cues count as rare.
fn key<'a>(elements: &'a [Element], words: &BTreeMap<Class, (bool, Vec<String>)>) -> &'a [Class] {
    let rarity = |classes: &[Class]| {
        let lists = || classes.iter().filter_map(|class| words.get(class)).flat_map(|(_, words)| words);
        let shortest = lists().map(|word| word.chars().count()).min().unwrap_or(3);
        (shortest, std::cmp::Reverse(lists().count()))
    };
    let fixed = elements.iter().filter_map(|element| match element {
        Element::Any { classes, optional: false } => Some(classes.as_slice()),
        _ => None,
    });
    fixed.max_by_key(|classes| rarity(classes)).unwrap_or(&[])
}

/// Characters with which a disguised word may begin.
pub(super) fn leads(skeleton: &Matcher, lookalikes: &Lookalikes) -> Vec<char> {
    let mut leads: Vec<char> = skeleton.texts().filter_map(|text| text.chars().next()).collect();
    let meant = |whole: &char| leads.contains(whole);
    let single = lookalikes.single.iter().filter(|(_, whole)| meant(whole)).map(|&(seen, _)| seen);
    let split = lookalikes.split.iter().filter(|(_, whole)| meant(whole)).filter_map(|(parts, _)| parts.chars().next());
    let more: Vec<char> = single.chain(split).collect();
    leads.extend(more);
    leads.sort_unstable();
    leads.dedup();
    leads
}
