//! Literals that every match of a regular expression must contain: it runs only where one of them was seen.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Literals of which every match holds at least one; `None` if there is no useful set (a weak pattern).
pub(super) fn literals(pattern: &str) -> Option<Vec<String>> {
    let hir = regex_syntax::parse(pattern).ok()?;
    best(&hir).filter(|set| set.iter().all(|literal| strong(literal)))
}

/// Sets of literals, of each of which every match holds one: tested before the pattern is run or even compiled.
pub(super) fn everywhere(pattern: &str) -> Vec<Vec<String>> {
    fn gather(hir: &Hir, sets: &mut Vec<Vec<String>>) {
        match hir.kind() {
            HirKind::Capture(capture) => gather(&capture.sub, sets),
            HirKind::Concat(parts) => parts.iter().for_each(|part| gather(part, sets)),
            _ => sets.extend(best(hir)),
        }
    }
    let mut sets = Vec::new();
    if let Ok(hir) = regex_syntax::parse(pattern) {
        gather(&hir, &mut sets);
    }
    sets
}

/// Larger sets would cost more in the automaton than they save.
const MOST: usize = 64;

/// Whether a literal is rare enough: a Han character, or two characters of any kind.
fn strong(literal: &str) -> bool {
    literal.chars().any(crate::language::is_han) || literal.chars().count() >= 2
}

fn best(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(|text| vec![text.to_owned()]),
        HirKind::Class(Class::Unicode(class)) => {
            let size: u32 = class.iter().map(|range| u32::from(range.end()) - u32::from(range.start()) + 1).sum();
            if size as usize > 16 {
                return None;
            }
            Some(class.iter().flat_map(|range| range.start()..=range.end()).map(String::from).collect())
        }
        HirKind::Capture(capture) => best(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => best(&repetition.sub),
        // The set whose shortest literal is longest; on a tie the smaller set.
        HirKind::Concat(parts) => parts
            .iter()
            .filter_map(best)
            .max_by_key(|set| (set.iter().map(|text| text.chars().count()).min(), std::cmp::Reverse(set.len()))),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(best(part)?);
            }
            all.sort_unstable();
            all.dedup();
            (all.len() <= MOST).then_some(all)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_every_match_must_hold() {
        assert_eq!(literals("您(看|瞧)不清楚").unwrap(), ["不清楚"]);
        assert_eq!(literals(r"(绝对|百分百)不会").unwrap(), ["不会"]);
        assert_eq!(literals(r"\d+(天|小时)内").unwrap().len(), 1);
        assert_eq!(literals(r"[!！]{2,}"), None);
        assert_eq!(literals(r"\d{17}[\dx]"), None);
        assert_eq!(
            everywhere("(?:您|你)[^,]{0,4}(?:看|瞧)(不)?清楚"),
            [vec!["你", "您"], vec!["看", "瞧"], vec!["清楚"]]
        );
        assert_eq!(everywhere("您|你"), [["你", "您"]]);
        assert!(everywhere("[^,]+").is_empty());
    }
}
