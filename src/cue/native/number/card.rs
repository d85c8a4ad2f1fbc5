//! Bank cards: an issuer's prefix, a length that this issuer uses, and a correct Luhn digit.

use super::NumberKind;
use super::groups::Groups;

/// Reads a card that begins at group `first`: without separators, or in fours with a shorter or longer last group.
pub(super) fn read(run: &Groups, first: usize) -> Option<(usize, NumberKind)> {
    // One more group than a card can have shows whether the number goes on.
    let lengths = run.lengths(first).take(6).collect::<Vec<_>>();
    let last = match lengths[..] {
        [15..=19, ..] => first,
        // Further groups mean that it is part of something longer than a card.
        [4, 4, 4, 3..=7] | [4, 6, 5] | [6, 10..=13] | [4, 4, 4, 4, 1..=3] => first + lengths.len() - 1,
        _ => return None,
    };
    (run.alone(first, last) && is_card(&run.figures(first, last))).then_some((last, NumberKind::Card))
}

/// Whether these figures can be a card's number.
pub(super) fn is_card(figures: &str) -> bool {
    issued(figures) && luhn(figures)
}

/// Each issuer has its lengths. Any length behind a mere 4 would accept one random number in a hundred.
fn issued(figures: &str) -> bool {
    let prefix = |length: usize| figures.get(..length).and_then(|prefix| prefix.parse::<u32>().ok()).unwrap_or(0);
    match figures.len() {
        15 => matches!(prefix(2), 34 | 37),
        16 => {
            matches!(prefix(2), 35 | 40..=49 | 51..=55 | 62 | 65)
                || matches!(prefix(4), 2221..=2720 | 6011)
                || matches!(prefix(3), 644..=649)
        }
        17 | 18 => prefix(2) == 62,
        // 9558 is an old debit card still in use.
        19 => prefix(2) == 62 || prefix(4) == 9558,
        _ => false,
    }
}

/// The check digit (ISO/IEC 7812-1, annex B).
fn luhn(figures: &str) -> bool {
    let sum = figures.bytes().rev().enumerate().map(|(place, figure)| {
        let figure = u32::from(figure - b'0');
        match (place % 2, figure) {
            (0, figure) => figure,
            (_, 5..) => figure * 2 - 9,
            _ => figure * 2,
        }
    });
    sum.sum::<u32>() % 10 == 0
}
