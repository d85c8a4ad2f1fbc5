//! Who is surely better than whom: ranks that the figures can bear.

use super::share::Share;

/// The ranks of units by their rates, where that can be told; none for those without.
pub(super) fn ranks(rates: &[Option<Share>]) -> Vec<Option<u64>> {
    let mut ends: Vec<f64> = rates.iter().flatten().map(|rate| rate.high).collect();
    ends.sort_by(f64::total_cmp);
    let better = |rate: &Share| ends.partition_point(|high| *high < rate.low) as u64;
    rates.iter().map(|rate| rate.as_ref().map(|rate| better(rate) + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_surely_better_stands_before() {
        let rates = [Some(Share::new(5, 100)), Some(Share::new(8, 100)), Some(Share::new(60, 100)), None];
        assert_eq!(ranks(&rates), [Some(1), Some(1), Some(3), None]);
    }
}
