//! Whether a customer's rating is low: numbers, stars or words (`rules/language/ratings.toml`).

use crate::language::fold_str;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Ratings up to this are low on a scale to five.
const LOW: f64 = 2.0;
/// The top of the scale, where the rating does not name it.
const WHOLE: f64 = 5.0;

/// The words of ratings.
#[derive(Debug, Default, Deserialize)]
struct Words {
    low: Vec<String>,
    other: Vec<String>,
    full: Vec<String>,
    empty: Vec<String>,
    units: Vec<String>,
}

/// Ratings that are neither numbers nor known words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: String,
}

/// Counts a rating that cannot be read.
pub(super) fn note(unread: &mut Option<Unread>, rating: Option<&str>) {
    if let Some(rating) = rating.filter(|rating| !rating.trim().is_empty() && is_low(rating).is_none()) {
        unread.get_or_insert_with(|| Unread { count: 0, first: rating.to_owned() }).count += 1;
    }
}

/// Whether a rating is low; `None` if it is neither a number nor a known word.
pub(super) fn is_low(rating: &str) -> Option<bool> {
    static WORDS: LazyLock<Words> =
        LazyLock::new(|| toml::from_str(include_str!("../../rules/language/ratings.toml")).unwrap_or_default());
    let rating = plain(rating);
    let is = |words: &[String]| words.iter().any(|word| plain(word) == rating);
    if is(&WORDS.low) || is(&WORDS.other) {
        return Some(is(&WORDS.low));
    }
    let number = WORDS.units.iter().find_map(|unit| rating.strip_suffix(unit.as_str())).unwrap_or(&rating);
    let (given, whole) = number.split_once('/').unwrap_or((number, ""));
    let whole = if whole.is_empty() { Some(WHOLE) } else { whole.parse().ok().filter(|whole| *whole > 0.0) };
    if let (Ok(given), Some(whole)) = (given.parse::<f64>(), whole) {
        return (given.is_finite() && given >= 0.0).then_some(given * WHOLE <= LOW * whole);
    }
    // Stars: the full ones count.
    let stars = |signs: &[String]| signs.iter().map(|sign| rating.matches(sign.as_str()).count()).sum::<usize>();
    let signs = WORDS.full.iter().chain(&WORDS.empty);
    let rest = signs.fold(rating.clone(), |rest, sign| rest.replace(sign.as_str(), ""));
    (rest.is_empty() && !rating.is_empty())
        .then(|| u32::try_from(stars(&WORDS.full)).is_ok_and(|n| f64::from(n) <= LOW))
}

/// Folded, without spaces and without the signs around it.
fn plain(text: &str) -> String {
    let sign =
        |c: char| (c.is_ascii_punctuation() && !matches!(c, '%' | '-' | '/')) || matches!(c, '\u{3002}' | '\u{ff01}');
    fold_str(text).replace(char::is_whitespace, "").trim_matches(sign).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_are_numbers_words_and_stars() {
        for low in [
            "1",
            "2.0",
            "0",
            "非常不满意",
            "不满意。",
            "1分",
            "2 星",
            "2/5",
            "4/10",
            "★★☆☆☆",
            "Very dissatisfied",
            "bad",
        ] {
            assert_eq!(is_low(low), Some(true), "{low}");
        }
        for fine in ["3", "5", "满意", "非常满意", "5分", "3/5", "9/10", "★★★★★", "very satisfied", "good", "100"]
        {
            assert_eq!(is_low(fine), Some(false), "{fine}");
        }
        for unknown in ["嗯", "A", "-1", "1/0", "", "1/x", "20%"] {
            assert_eq!(is_low(unknown), None, "{unknown}");
        }
    }
}
