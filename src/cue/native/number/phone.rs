//! Telephone numbers of people: mainland and Taiwan mobiles, Hong Kong ones with their country code, fixed lines.

use super::NumberKind;
use super::groups::Groups;

/// Reads a number that begins at group `first`.
pub(super) fn read(run: &Groups, first: usize) -> Option<(usize, NumberKind)> {
    let code = run.group(first).trim_start_matches("00");
    let country = run.signed(first) || run.group(first).starts_with("00");
    if matches!(code, "86" | "852" | "886") && (country || code == "86") && first + 1 < run.len() {
        return number(run, first, first + 1, Some(code));
    }
    number(run, first, first, None)
}

/// Reads the number whose first group after any country code is `from`.
fn number(run: &Groups, first: usize, from: usize, code: Option<&str>) -> Option<(usize, NumberKind)> {
    // Most groups first: 138 1234 5678 before 138.
    for count in (1..=3.min(run.len() - from)).rev() {
        let last = from + count - 1;
        let lengths = run.lengths(from).take(count).collect::<Vec<_>>();
        let figures = run.figures(from, last);
        // Groups that only stand side by side are no number.
        let kind = match (code, &lengths[..]) {
            (None | Some("86"), [11] | [3, 4, 4] | [3, 8] | [4, 3, 4] | [4, 4, 3] | [7, 4]) if mobile(&figures) => {
                NumberKind::Mobile
            }
            (None, [13]) if figures.strip_prefix("86").is_some_and(mobile) => NumberKind::Mobile,
            (None, [10] | [4, 3, 3] | [4, 6]) if figures.starts_with("09") => NumberKind::Mobile,
            (Some("886"), [9] | [3, 3, 3] | [3, 6]) if figures.starts_with('9') => NumberKind::Mobile,
            (Some("852"), [8] | [4, 4]) if figures.starts_with(['5', '6', '7', '9']) => NumberKind::Mobile,
            (None, [3 | 4, 7 | 8] | [3 | 4, 3 | 4, 4]) if area(run.group(from)) => NumberKind::Landline,
            (None, [11 | 12]) if figures.starts_with('0') && area(figures.get(..3).unwrap_or("")) => {
                NumberKind::Landline
            }
            (None, [2, 8] | [2, 4, 4]) if matches!(run.group(from), "02" | "03" | "04" | "05" | "06" | "07" | "08") => {
                NumberKind::Landline
            }
            _ => continue,
        };
        if run.alone(first, last) {
            return Some((last, kind));
        }
    }
    None
}

/// Whether these digits, written together, are a person's telephone number.
pub(super) fn is_phone(figures: &str) -> bool {
    mobile(figures)
        || figures.strip_prefix("86").is_some_and(mobile)
        || figures.len() == 10 && figures.starts_with("09")
        || matches!(figures.len(), 11 | 12) && figures.starts_with('0') && area(&figures[..3])
}

/// Whether these are the eleven digits of a mainland mobile number.
fn mobile(figures: &str) -> bool {
    figures.len() == 11 && matches!(figures.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// Whether it is an area code, leading zero included. 080 is none: it is Britain's freephone.
fn area(code: &str) -> bool {
    matches!(code.as_bytes(), [b'0', b'1', b'0'] | [b'0', b'2', _] | [b'0', b'3'..=b'9', _, ..])
        && !code.starts_with("080")
}
