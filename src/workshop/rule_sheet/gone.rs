//! Words that were deleted from a sheet: the rule gets copies of its cues without them.

use super::back::Change;
use super::{Word, list_of, subjects};
use crate::language::fold_str;
use crate::workshop::import::Reason;
use crate::workshop::import::values::texts;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// The kinds of content of a cue other than phrases and other cues.
const OTHER_KINDS: [&str; 6] = ["sequence", "sequences", "regex", "native", "run", "like"];

impl Change<'_, '_> {
    /// Removes words from a rule; lists those that cannot be removed alone.
    pub(super) fn take_out(&mut self, rule: &mut Table, gone: &[&Word]) {
        let Some(place) = self.rows.first().map(|row| row.place.clone()) else { return };
        let words: BTreeSet<(String, String)> =
            gone.iter().map(|word| (word.cue.clone(), fold_str(word.text.trim()))).collect();
        let mut copies = BTreeMap::new();
        let mut lists = Vec::new();
        for key in ["find", "forms", "first", "then"] {
            let before = super::check_of(self.rule).map(|(_, check)| list_of(check, key)).unwrap_or_default();
            let now: Vec<String> = before.iter().flat_map(|cue| self.without(cue, &words, &mut copies)).collect();
            if now != before {
                lists.push((key, now));
            }
        }
        if lists.is_empty() || lists.iter().any(|(_, cues)| cues.is_empty()) || subjects(self.rule).is_empty() {
            for word in gone {
                self.leave(&place, Reason::WordTaken, &word.text);
            }
            return;
        }
        let check = rule.get_mut("check").and_then(Value::as_table_mut).and_then(|check| check.iter_mut().next());
        let Some((_, Value::Table(check))) = check else { return };
        for (key, mut cues) in lists {
            let one = (cues.len() == 1).then(|| cues.remove(0));
            check.insert(key.to_owned(), one.map_or_else(|| texts(cues), Value::String));
        }
        let is_gone = |text: &str| gone.iter().any(|word| fold_str(word.text.trim()) == fold_str(text));
        if let Some(instead) = check.get_mut("instead").and_then(Value::as_table_mut) {
            instead.retain(|worse, _| !is_gone(worse));
        }
        // Drop examples of words that are no longer found.
        for key in ["bad", "good"] {
            if let Some(Value::Array(examples)) = rule.get_mut(key) {
                let about = |example: &Value| {
                    let text = fold_str(&example.to_string());
                    gone.iter().any(|word| text.contains(&fold_str(&word.text)))
                };
                let kept: Vec<Value> = examples.iter().filter(|example| !about(example)).cloned().collect();
                if !kept.is_empty() {
                    *examples = kept;
                }
            }
        }
    }

    /// The cues that replace `cue` without these words: itself if it has none of them, else a copy of each part that is
    /// not empty then. A part keeps its guards.
    fn without(
        &mut self,
        cue: &str,
        words: &BTreeSet<(String, String)>,
        copies: &mut BTreeMap<String, Vec<String>>,
    ) -> Vec<String> {
        if let Some(known) = copies.get(cue) {
            return known.clone();
        }
        // Seeded to stop recursion; loading has excluded cues that name themselves.
        copies.insert(cue.to_owned(), vec![cue.to_owned()]);
        let parts = self.view.cue(cue).to_vec();
        let mut now = Vec::new();
        let mut changed = false;
        for mut part in parts {
            let phrases = list_of(&part, "phrases");
            let is_gone = |phrase: &String| words.contains(&(cue.to_owned(), fold_str(phrase.trim())));
            let left: Vec<String> = phrases.iter().filter(|phrase| !is_gone(phrase)).cloned().collect();
            let any = list_of(&part, "any");
            let others: Vec<String> = any.iter().flat_map(|other| self.without(other, words, copies)).collect();
            changed |= left.len() < phrases.len() || others != any;
            for (key, list) in [("phrases", left), ("any", others)] {
                if list.is_empty() {
                    part.remove(key);
                } else {
                    part.insert(key.to_owned(), texts(list));
                }
            }
            for key in ["yes", "no", "about"] {
                part.remove(key);
            }
            now.push(part);
        }
        if !changed {
            return vec![cue.to_owned()];
        }
        let place = self.rows.first().map(|row| row.place.clone()).unwrap_or_default();
        let holds = |part: &Table| ["phrases", "any"].iter().chain(&OTHER_KINDS).any(|key| part.contains_key(*key));
        now.retain(holds);
        // Words that the sheet adds join those that stay.
        if let Some((part, (grown, _))) = now.first_mut().zip(self.grown.remove(cue)) {
            let all = list_of(part, "phrases").into_iter().chain(list_of(&grown, "phrases"));
            part.insert("phrases".to_owned(), texts(all.collect::<Vec<_>>()));
        }
        let name = self.id.rsplit('/').next().unwrap_or_default().to_owned();
        let names: Vec<String> = now.into_iter().map(|part| self.bench.draft.cue(&name, part, &place)).collect();
        copies.insert(cue.to_owned(), names.clone());
        names
    }
}
