//! What the company has settled: agreed times, amounts, telephone numbers and links, and what templates must state.

use crate::language::money::{self, Money};
use crate::language::time::{Bound, Mention, Unit, Value, Way};
use crate::language::{fold_str, time};
use crate::rulebook::builtin;
use std::collections::BTreeMap;

/// What the settings require of whole texts. Made once, shared by all threads.
#[derive(Clone, Debug, Default)]
pub struct House {
    /// What has been agreed.
    pub facts: Agreed,
    /// Fields that every template must state, instead of those that the rule names.
    pub required: Vec<String>,
    /// Languages that every template must have.
    pub languages: Vec<String>,
}

/// `[facts]`, parsed.
#[derive(Clone, Debug, Default)]
pub struct Agreed {
    /// By what is done (`refund`): the agreed times as written, and their longest length in seconds.
    pub(super) times: BTreeMap<String, Vec<(String, u64)>>,
    /// By a word of the text (folded): the agreed amounts as written, and their value.
    pub(super) amounts: BTreeMap<String, Vec<(String, Money)>>,
    /// Telephone numbers as written, and their figures.
    pub(super) phones: Vec<(String, String)>,
    /// Domains of links, lower case.
    pub(super) links: Vec<String>,
}

/// A value of `[facts]` that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// `facts.times`, `facts.amounts`, …
    pub table: &'static str,
    /// The key in it; empty in a list.
    pub key: String,
    /// What was written.
    pub text: String,
}

impl Agreed {
    /// Reads agreed values.
    ///
    /// # Errors
    /// Every value that is not a time, an amount, a telephone number or a domain.
    pub fn new(
        times: &BTreeMap<String, Vec<String>>,
        amounts: &BTreeMap<String, Vec<String>>,
        phones: &[String],
        links: &[String],
    ) -> Result<Self, Vec<Unreadable>> {
        let mut wrong = Vec::new();
        let mut refuse = |table, key: &str, text: &str| {
            wrong.push(Unreadable { table, key: key.to_owned(), text: text.to_owned() });
        };
        let mut facts = Self::default();
        for (key, texts) in times {
            for text in texts {
                match length(text) {
                    Some(length) => facts.times.entry(key.clone()).or_default().push((text.clone(), length)),
                    None => refuse("facts.times", key, text),
                }
            }
        }
        for (key, texts) in amounts {
            for text in texts {
                match money::find(&fold_str(text))[..] {
                    [(_, money)] => facts.amounts.entry(fold_str(key)).or_default().push((text.clone(), money)),
                    _ => refuse("facts.amounts", key, text),
                }
            }
        }
        for text in phones {
            let figures = figures(text);
            if figures.len() < 3 {
                refuse("facts.phones", "", text);
            }
            facts.phones.push((text.clone(), figures));
        }
        for text in links {
            let domain = text.trim().to_ascii_lowercase();
            if !domain.contains('.') || domain.contains(['/', ' ', ':']) {
                refuse("facts.links", "", text);
            }
            facts.links.push(domain);
        }
        if wrong.is_empty() { Ok(facts) } else { Err(wrong) }
    }

    /// The actions that have an agreed time.
    pub fn deals(&self) -> impl Iterator<Item = &str> {
        self.times.keys().map(String::as_str)
    }

    pub(super) fn has_time(&self, deal: &str) -> bool {
        self.times.contains_key(deal)
    }

    /// Whether nothing has been agreed.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty() && self.amounts.is_empty() && self.phones.is_empty() && self.links.is_empty()
    }
}

/// The digits of a telephone number.
pub(super) fn figures(text: &str) -> String {
    fold_str(text).chars().filter(char::is_ascii_digit).collect()
}

/// The longest time that a phrase such as `1至3个工作日` allows.
fn length(text: &str) -> Option<u64> {
    let folded = fold_str(text);
    let (lexicon, _) = builtin::shared_times();
    match &time::find(&folded, lexicon)[..] {
        [one] => seconds(one),
        _ => None,
    }
}

/// The longest time a mention allows, in seconds; `None` if it does not say how long something takes.
pub(super) fn seconds(mention: &Mention) -> Option<u64> {
    if mention.service || matches!(mention.bound, Some(Bound::After | Bound::Since)) {
        return None;
    }
    let (Value::Amount(amount) | Value::Shift(amount, Way::Ahead) | Value::Window(amount, Way::Ahead)) = &mention.value
    else {
        return None;
    };
    amount.0.iter().try_fold(0_u64, |sum, part| {
        let unit = match part.unit {
            Unit::Second => 1,
            Unit::Minute => 60,
            Unit::QuarterHour => 900,
            Unit::Hour | Unit::Workhour => 3600,
            Unit::Day | Unit::Workday => 86_400,
            Unit::Week => 7 * 86_400,
            Unit::Month => 30 * 86_400,
            Unit::Quarter => 91 * 86_400,
            Unit::HalfYear => 182 * 86_400,
            Unit::Year => 365 * 86_400,
        };
        sum.checked_add(part.most.checked_mul(unit)? / 1000)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(key: &str, text: &str) -> BTreeMap<String, Vec<String>> {
        [(key.to_owned(), vec![text.to_owned()])].into()
    }

    #[test]
    fn agreed_values_are_read_or_refused() {
        let none = BTreeMap::new();
        let facts = Agreed::new(
            &map("refund", "1至3个工作日"),
            &map("運費", "12元"),
            &["400-800-1234".into()],
            &["Example.com".into()],
        );
        let facts = facts.unwrap();
        assert_eq!(facts.times["refund"][0].1, 3 * 86_400);
        assert!(facts.amounts.contains_key("运费"));
        assert_eq!(facts.phones[0].1, "4008001234");
        assert_eq!(facts.links, ["example.com"]);
        let wrong = Agreed::new(&map("refund", "soon"), &map("运费", "贵"), &["-".into()], &["https://a.b/c".into()])
            .unwrap_err();
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        assert!(Agreed::new(&none, &none, &[], &[]).unwrap().is_empty());
    }
}
