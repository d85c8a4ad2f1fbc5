//! Lots drawn from days and shifts: over days first, then over shifts, and the smallest numbers of each.

use std::collections::BTreeMap;
use std::collections::btree_map::Iter;
use std::iter::Peekable;

/// What may be drawn, by its number and place, smallest first.
pub(super) type Lots<T> = BTreeMap<(u64, u64), T>;

/// What is left of a shift of a day.
struct Shift<'a, T> {
    day: &'a str,
    name: &'a str,
    left: Peekable<Iter<'a, (u64, u64), T>>,
}

/// As many as `size`, of one day after the other until each has given one, then round again: so no day gives two before
/// every other has given what it has. Of a day the shift that has given least, that day and then altogether; of a shift the
/// smallest number. Parts are called by day and shift, parted by a space; one part without a name is all there is.
pub(super) fn spread_out<'a, T>(parts: &[(&'a str, &'a Lots<T>)], size: usize) -> Vec<&'a T> {
    let mut days: BTreeMap<&str, Vec<Shift<'a, T>>> = BTreeMap::new();
    for (spread, lots) in parts {
        let (day, name) = spread.split_once(' ').unwrap_or((spread, ""));
        days.entry(day).or_default().push(Shift { day, name, left: lots.iter().peekable() });
    }
    // The order of days hangs on the seed, too.
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
