//! Spreads a sample over days first and then over shifts; within a shift the smallest numbers are drawn.

use std::collections::BTreeMap;
use std::collections::btree_map::Iter;
use std::iter::Peekable;

/// Candidates by number and place, smallest first.
pub(super) type Lots<T> = BTreeMap<(u64, u64), T>;

/// The candidates left of one shift of one day.
struct Shift<'a, T> {
    day: &'a str,
    name: &'a str,
    left: Peekable<Iter<'a, (u64, u64), T>>,
}

/// Draws up to `size` candidates, one from each day in turn, so that no day gives a second before every other has given
/// what it has. Within a day, the shift that has given least (that day, then in all); within a shift, the smallest
/// number. Parts are named “day shift”; a single part may have no name.
pub(super) fn spread_out<'a, T>(parts: &[(&'a str, &'a Lots<T>)], size: usize) -> Vec<&'a T> {
    let mut days: BTreeMap<&str, Vec<Shift<'a, T>>> = BTreeMap::new();
    for (spread, lots) in parts {
        let (day, name) = spread.split_once(' ').unwrap_or((spread, ""));
        days.entry(day).or_default().push(Shift { day, name, left: lots.iter().peekable() });
    }
    // The order of days depends on the seed, too.
    let mut days: Vec<_> = days
        .into_values()
        .map(|mut shifts: Vec<_>| (shifts.iter_mut().filter_map(|shift| Some(*shift.left.peek()?.0)).min(), shifts))
        .collect();
    days.sort_by_key(|(first, _)| *first);
    let (mut drawn, mut given) = (Vec::new(), BTreeMap::new());
    loop {
        let before = drawn.len();
        for (_, shifts) in &mut days {
            if drawn.len() == size {
                return drawn;
            }
            let count = |day: Option<&'a str>, name: &'a str| given.get(&(day, name)).copied().unwrap_or(0_usize);
            let open = shifts.iter_mut().filter_map(|shift| {
                let lot = *shift.left.peek()?.0;
                Some(((count(Some(shift.day), shift.name), count(None, shift.name), lot), shift))
            });
            let Some((_, shift)) = open.min_by_key(|(key, _)| *key) else { continue };
            drawn.extend(shift.left.next().map(|(_, one)| one));
            for key in [(Some(shift.day), shift.name), (None, shift.name)] {
                *given.entry(key).or_default() += 1;
            }
        }
        if drawn.len() == before {
            return drawn;
        }
    }
}
