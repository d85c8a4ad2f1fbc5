//! Bank cards: an issuer's prefix with a length that issuer uses, and a right Luhn digit.

use super::NumberKind;
use super::groups::Groups;

/// Reads one that begins at group `first`: in a row, or in fours with a shorter or longer last group.
pub(super) fn read(run: &Groups, first: usize) -> Option<(usize, NumberKind)> {
    // One group more than a card may have tells that it goes on.
    let lengths = run.lengths(first).take(6).collect::<Vec<_>>();
    let last = match lengths[..] {
        [15..=19, ..] => first,
        // Groups that go on belong to something longer than a card.
        [4, 4, 4, 3..=7] | [4, 6, 5] | [6, 10..=13] | [4, 4, 4, 4, 1..=3] => first + lengths.len() - 1,
        _ => return None,
    };
    (run.alone(first, last) && is_card(&run.figures(first, last))).then_some((last, NumberKind::Card))
}

/// Whether these figures can be a card's number.
pub(super) fn is_card(figures: &str) -> bool {
    issued(figures) && luhn(figures)
}

/// Lengths are bound to issuers: a bare 4 with any length would let one random number in a hundred through.
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
        // 9558 is an old debit card that is still about.
        19 => prefix(2) == 62 || prefix(4) == 9558,
        _ => false,
    }
}

/// The check digit of ISO/IEC 7812-1, annex B.
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
