//! The operator for repeated messages, as the verb `repeat`.

use super::logic::{Meta, cue_of, fine, push, verb};
use super::pattern::{Outcome, literal};
use super::values::{table, texts};
use super::{Bench, Place, Reason, find, number_of, said, texts_of};
use crate::conversation::read::Node;
use toml::Value;

/// Similarity, length and number of times.
pub(super) struct Repeat {
    alike: f64,
    min_chars: i64,
    times: i64,
    except: Option<String>,
}

impl Repeat {
    pub(super) fn read(operator: &Node, called: &str, place: &Place, bench: &mut Bench) -> Self {
        let param = find(operator, &["param"]).unwrap_or(operator);
        let number = |keys: &[&str], usual: f64| number_of(find(param, keys)).unwrap_or(usual);
        let whole = |number: f64, most: i32| {
            (0..=most).find(|whole| f64::from(*whole) >= number).map_or(i64::from(most), i64::from)
        };
        let excluded = find(param, &["excludes"]).map(texts_of).unwrap_or_default();
        let excluded: Vec<Outcome> = excluded.iter().filter_map(|(_, text)| literal(text, None)).collect();
        let name = super::draft::kebab(called).unwrap_or_else(|| "repeat".to_owned());
        let except = (!excluded.is_empty())
            .then(|| bench.draft.cue(&format!("{name}-except"), cue_of(&excluded, None).0, place));
        let from = number(&["from"], 0.0);
        if from > 0.0 {
            bench.leave(place, called, Reason::Window, from.to_string());
        }
        Self {
            alike: number(&["similaritythreshold", "similarlythreshold"], 0.9).clamp(0.05, 1.0),
            min_chars: whole(number(&["threshold", "minwordsize"], 1.0), 500).max(1),
            times: whole(number(&["hittime"], 1.0) + 1.0, 20).max(2),
            except,
        }
    }

    pub(super) fn push(&self, bench: &mut Bench, meta: &Meta<'_>) {
        let mut check = table([
            ("alike", Value::Float(self.alike)),
            ("min-chars", Value::Integer(self.min_chars)),
            ("times", Value::Integer(self.times)),
        ]);
        check.extend(self.except.clone().map(|except| ("except".to_owned(), texts([except]))));
        let turn =
            |role: &str, text: &str| Value::Table(table([("role", Value::from(role)), ("text", Value::from(text))]));
        // One sentence that is long enough: remove what would end it.
        let fine_text: String = said().fine().concat().chars().filter(|c| c.is_alphanumeric()).collect();
        let length = fine_text.chars().count().max(1);
        let long = fine_text.repeat(usize::try_from(self.min_chars).unwrap_or(1) / length + 1);
        let turns = (0..self.times).flat_map(|_| [turn("customer", said().customer()), turn("agent", &long)]);
        let bad = vec![Value::Table(table([("turns", Value::Array(turns.collect()))]))];
        push(bench, meta, "repeat", verb("repeat", check), "", bad, fine(None));
    }
}
