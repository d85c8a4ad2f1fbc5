//! Loads the new pack and runs its examples: whatever fails is removed and listed, never written.

use super::draft::{Draft, DraftRule};
use super::{Bench, Imported, LeftOut, Reason};
use crate::rulebook::{PackText, Rulebook, builtin};
use crate::source::Diagnostic;
use std::collections::BTreeMap;

/// Most attempts; each removes at least one thing, and usually all mistakes of a kind.
const TRIES: usize = 24;

/// Tries the pack on top of the default rules until every example holds.
pub(super) fn prove(bench: Bench) -> Imported {
    prove_upon(bench, &builtin::sources())
}

/// Like `prove`, but on top of these packs.
pub(crate) fn prove_upon(bench: Bench, packs: &[PackText]) -> Imported {
    let Bench { mut draft, mut left_out, mut mistakes } = bench;
    for number in 0.. {
        draft.sweep();
        if draft.rules.is_empty() && draft.cues.is_empty() {
            break;
        }
        let text = draft.write(&[]);
        let file = PackText::new(format!("{}.pack", draft.name), text);
        let mut files = packs.to_vec();
        files.push(file.clone());
        let found = match Rulebook::load(&files) {
            Err(found) => found,
            Ok(loaded) => crate::workshop::test(&loaded.rulebook, std::slice::from_ref(&file)).failures,
        };
        if found.is_empty() {
            break;
        }
        let sections = Sections::of(&file.text);
        let changed = found.iter().filter(|wrong| mend(&mut draft, &sections, wrong, &mut left_out)).count();
        if changed == 0 || number == TRIES {
            // Nothing can be removed: the pack would not load as it is.
            draft = draft.emptied();
            mistakes.extend(found.into_iter().map(|wrong| Diagnostic { path: None, ..wrong }));
            break;
        }
    }
    Imported::new(draft, left_out, mistakes)
}

/// Where each table of the pack begins.
struct Sections(BTreeMap<usize, String>);

impl Sections {
    fn of(text: &str) -> Self {
        let mut at = 0;
        let mut found = BTreeMap::new();
        for line in text.split_inclusive('\n') {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.trim_end().strip_suffix(']')) {
                found.insert(at, name.to_owned());
            }
            at += line.len();
        }
        Self(found)
    }

    fn at(&self, place: usize) -> Option<&str> {
        self.0.range(..=place).next_back().map(|(_, name)| name.as_str())
    }
}

/// Removes what is wrong; returns whether anything was removed.
fn mend(draft: &mut Draft, sections: &Sections, wrong: &Diagnostic, left_out: &mut Vec<LeftOut>) -> bool {
    let Some(place) = wrong.labels.first().map(|label| label.span) else { return false };
    let Some(section) = sections.at(place.start) else { return false };
    if let Some(name) = section.strip_prefix("cue.") {
        return drop_cue(draft, name, &wrong.message.to_string(), left_out);
    }
    let Some(name) = section.strip_prefix("rule.").map(|name| name.trim_matches('"')) else { return false };
    let Some(index) = draft.rules.iter().position(|rule| rule.name == name) else { return false };
    let rule = &mut draft.rules[index];
    let text = wrong.text.as_deref().unwrap_or_default();
    let example = text.get(place.start..place.end).unwrap_or_default();
    let dropped = wrong.code == "pack/example" && drop_example(rule, example);
    if dropped && rule.strict {
        let (place, what, detail) = (rule.place.clone(), rule.called.clone(), example.to_owned());
        left_out.push(LeftOut { place, what, reason: Reason::Example, detail });
    }
    let (some_bad, some_good) = (!rule.bad.is_empty(), !rule.good.is_empty());
    if dropped && some_bad && some_good {
        return true;
    }
    // An earlier mistake of the same run has removed it.
    let reason = if wrong.code == "pack/example" { Reason::NoExample } else { Reason::Refused };
    let rule = draft.rules.remove(index);
    left_out.push(LeftOut {
        place: rule.place,
        what: rule.called,
        reason,
        detail: if reason == Reason::Refused { wrong.message.to_string() } else { String::new() },
    });
    true
}

/// Removes the example with this text.
fn drop_example(rule: &mut DraftRule, written: &str) -> bool {
    let value = |text: &str| toml::from_str::<toml::Table>(&format!("it = {text}")).ok()?.remove("it");
    let Some(example) = value(written) else { return false };
    let before = rule.bad.len() + rule.good.len();
    // Only among the examples tried: the same words may be listed as both bad and good.
    let tried = rule.bad.iter().take(rule.wanted.0).position(|one| *one == example);
    match tried {
        Some(index) => drop(rule.bad.remove(index)),
        None => rule.good.retain(|one| *one != example),
    }
    rule.wanted.0 = rule.wanted.0.min(rule.bad.len()).max(1);
    rule.bad.len() + rule.good.len() < before
}

/// Removes a cue and the rules that need it.
fn drop_cue(draft: &mut Draft, name: &str, why: &str, left_out: &mut Vec<LeftOut>) -> bool {
    let before = (draft.rules.len(), draft.cues.len());
    let named = [format!("\"{name}\""), format!("<{name}>")];
    let names = |table: &toml::Table| {
        let text = toml::Value::Table(table.clone()).to_string().replace('\'', "\"");
        named.iter().any(|name| text.contains(name))
    };
    if let Some(cue) = draft.cues.iter().find(|cue| cue.name == name) {
        let of_rule = draft.rules.iter().find(|rule| names(&rule.table)).map(|rule| rule.called.clone());
        let what = of_rule.unwrap_or_else(|| name.to_owned());
        let reason = Reason::Refused;
        left_out.push(LeftOut { place: cue.place.clone(), what, reason, detail: why.to_owned() });
    }
    draft.rules.retain(|rule| !names(&rule.table));
    draft.cues.retain(|cue| cue.name != name && !names(&cue.table));
    before != (draft.rules.len(), draft.cues.len())
}
