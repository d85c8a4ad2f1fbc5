//! Mainland identity numbers: region, birth date, check digit (GB 11643).

use super::NumberKind;
use super::groups::Groups;

/// Reads a number that begins at group `first`: 18 digits together, or 6-8-4.
pub(super) fn read(run: &Groups, first: usize) -> Option<(usize, NumberKind)> {
    let lengths = run.lengths(first).take(3).collect::<Vec<_>>();
    let last = match lengths[..] {
        [18 | 17, ..] => first,
        [6, 8, 4 | 3] => first + 2,
        _ => return None,
    };
    let mut figures = run.figures(first, last);
    // The letter behind 17 digits is the check letter, so only what stands before the number can be attached to it.
    let clean = if figures.len() == 17 {
        figures.push('x');
        run.check_letter(last) && run.clean_before(first)
    } else {
        run.alone(first, last)
    };
    (clean && is_identity(&figures)).then_some((last, NumberKind::Identity))
}

/// Whether 18 digits (the last may be `x`) can be a person's number.
pub(super) fn is_identity(figures: &str) -> bool {
    let bytes = figures.as_bytes();
    let part = |from: usize, to: usize| figures.get(from..to).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    let region = matches!(part(0, 2), 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83);
    region && is_date(part(6, 10), part(10, 12), part(12, 14)) && bytes.last().is_some_and(|last| *last == check(bytes))
}

/// Whether it is a possible birth date. The upper bound is generous, since the library has no clock.
fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    (1900..2040).contains(&year) && (1..=days).contains(&day)
}

/// The check character for the first 17 digits.
pub(super) fn check(figures: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum = figures.iter().zip(WEIGHTS).map(|(&figure, weight)| u32::from(figure - b'0') * weight).sum::<u32>();
    b"10x98765432"[(sum % 11) as usize]
}
