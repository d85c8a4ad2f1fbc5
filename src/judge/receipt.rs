//! What the customer says is there or missing: words of receipt without an object ("got it"), the promises they can
//! answer, and the things that have several names.

use crate::language::fold_str;
use serde::Deserialize;
use std::sync::LazyLock;

/// The words of `rules/language/receipts.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    received: Vec<String>,
    around: Vec<String>,
    sends: Vec<String>,
    things: Vec<Vec<String>>,
    arrives: Vec<String>,
    particles: Vec<String>,
    leads: Vec<String>,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../../rules/language/receipts.toml")).unwrap_or_default());

/// Whether a clause says that something was received, but not what.
pub(super) fn is_bare(clause: &str) -> bool {
    let mut places = WORDS.received.iter().filter_map(|word| Some((clause.find(word.as_str())?, word.len())));
    places.any(|(at, length)| says_nothing(&clause[..at]) && says_nothing(&clause[at + length..]))
}

/// Whether the text consists of filler words only. Clauses are short.
fn says_nothing(mut text: &str) -> bool {
    loop {
        text = text.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        if text.is_empty() {
            return true;
        }
        // The longest match first, as one word may begin another.
        let known = WORDS.around.iter().filter(|word| text.starts_with(word.as_str())).map(String::len).max();
        let Some(length) = known else { return false };
        text = &text[length..];
    }
}

/// Whether a promised action sends something to the customer.
pub(super) fn is_sending(action: &str) -> bool {
    let action = fold_str(action);
    WORDS.sends.iter().any(|word| action.contains(word.as_str()))
}

/// Whether words say that something reaches the customer: what was sent off is not there yet.
pub(super) fn arrives(words: &str) -> bool {
    let folded = fold_str(words);
    WORDS.arrives.iter().any(|word| folded.contains(word.as_str()))
}

/// What is to be done, without the word that leads on to a time behind it: “send the label on”.
pub(super) fn without_lead(told: &str) -> &str {
    let before = |lead: &String| told.strip_suffix(lead.as_str())?.strip_suffix(' ');
    WORDS.leads.iter().filter_map(before).min_by_key(|rest| rest.len()).unwrap_or(told)
}

/// Whether a letter, or the stem of a word, carries no matter.
pub(super) fn is_particle(part: &str) -> bool {
    WORDS.particles.iter().any(|particle| particle == part)
}

/// Whether a promise and later words name the same thing; `None` unless both name one that is known.
pub(super) fn same_thing(promised: &str, said: &str) -> Option<bool> {
    let promised = fold_str(promised);
    let names = |text: &str, thing: &[String]| thing.iter().any(|word| text.contains(word.as_str()));
    let things = || WORDS.things.iter();
    let known = things().any(|thing| names(&promised, thing)) && things().any(|thing| names(said, thing));
    known.then(|| things().any(|thing| names(&promised, thing) && names(said, thing)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_has_several_names() {
        assert_eq!(same_thing("我今天给您退款", "钱还没到账"), Some(true));
        assert_eq!(same_thing("我今天給您退款", "发票还没收到"), Some(false));
        assert_eq!(same_thing("I will refund you", "the money is back"), Some(true));
        assert_eq!(same_thing("我今天给您寄出", "还没收到"), None);
    }

    #[test]
    fn a_receipt_is_bare_where_no_thing_is_named() {
        for bare in ["收到了", "我已经收到了", "嗯嗯都收到了哈", "yes, i got it"] {
            assert!(is_bare(bare), "{bare}");
        }
        for named in ["快递收到了", "药收到了", "收到了一个空盒", "the parcel has arrived", "还没收到"]
        {
            assert!(!is_bare(named), "{named}");
        }
        assert!(is_sending("发您") && is_sending("Send") && !is_sending("催一下"));
    }
}
