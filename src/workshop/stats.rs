//! Small statistics: scores with intervals, and agreement of raters.

use serde::Serialize;

/// Hits and misses against a reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Found and right.
    pub true_positives: usize,
    /// Found and wrong.
    pub false_positives: usize,
    /// Missed.
    pub false_negatives: usize,
}

/// A share with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The share itself.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// Precision, recall and F1 with their intervals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// The counts behind them.
    pub counts: Counts,
    /// The share of findings that are right; `None` if nothing was found.
    pub precision: Option<Share>,
    /// The share of right ones that are found; `None` if there are none.
    pub recall: Option<Share>,
    /// Their harmonic mean; `None` if there are no counts.
    pub f1: Option<Share>,
}

impl Counts {
    /// Counts one decision.
    pub fn add(&mut self, found: bool, right: bool) {
        match (found, right) {
            (true, true) => self.true_positives += 1,
            (true, false) => self.false_positives += 1,
            (false, true) => self.false_negatives += 1,
            (false, false) => {}
        }
    }

    /// Adds another's counts.
    pub fn merge(&mut self, other: Self) {
        self.true_positives += other.true_positives;
        self.false_positives += other.false_positives;
        self.false_negatives += other.false_negatives;
    }

    /// The scores.
    pub fn score(self) -> Score {
        let Self { true_positives: right, false_positives: wrong, false_negatives: missed } = self;
        // F1 increases monotonically with right ÷ (right + wrong + missed), which is a share: its interval carries
        // over.
        let overlap = wilson(right, right + wrong + missed);
        let f1 = |share: f64| 2.0 * share / (1.0 + share);
        let f1 = |share: Share| Share { value: f1(share.value), low: f1(share.low), high: f1(share.high) };
        Score {
            counts: self,
            precision: wilson(right, right + wrong),
            recall: wilson(right, right + missed),
            f1: overlap.map(f1),
        }
    }
}

/// A share of `hits` in `total` with Wilson's 95 % interval; `None` if `total` is 0.
#[allow(clippy::cast_precision_loss)]
pub fn wilson(hits: usize, total: usize) -> Option<Share> {
    if total == 0 {
        return None;
    }
    let z = 1.959_963_984_540_054_f64;
    let (hits, total) = (hits as f64, total as f64);
    let share = hits / total;
    let z2 = z * z / total;
    let middle = (share + z2 / 2.0) / (1.0 + z2);
    let half = z * (share * (1.0 - share) / total + z2 / (4.0 * total)).sqrt() / (1.0 + z2);
    Some(Share { value: share, low: (middle - half).max(0.0), high: (middle + half).min(1.0) })
}

/// Cohen's κ of two raters' yes-or-no decisions; `None` if there are none, or if both always give the same answer,
/// which chance alone would explain.
#[allow(clippy::cast_precision_loss)]
pub fn kappa(decisions: &[(bool, bool)]) -> Option<f64> {
    if decisions.is_empty() {
        return None;
    }
    let total = decisions.len() as f64;
    let share = |count: usize| count as f64 / total;
    let observed = share(decisions.iter().filter(|(one, other)| one == other).count());
    let one = share(decisions.iter().filter(|(one, _)| *one).count());
    let other = share(decisions.iter().filter(|(_, other)| *other).count());
    let chance = one * other + (1.0 - one) * (1.0 - other);
    ((1.0 - chance).abs() >= f64::EPSILON).then(|| (observed - chance) / (1.0 - chance))
}

/// Krippendorff's α of any number of raters over numeric values (squared differences); each unit holds its ratings. Yes
/// and no are 1 and 0. `None` if no unit was rated twice, or if all ratings are equal.
#[allow(clippy::cast_precision_loss)]
pub fn alpha(units: &[Vec<f64>]) -> Option<f64> {
    // Sum of squared differences over ordered pairs.
    let pairs = |values: &mut dyn Iterator<Item = f64>| {
        let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for value in values {
            n += 1.0;
            sum += value;
            squares += value * value;
        }
        (n, 2.0 * f64::max(n * squares - sum * sum, 0.0))
    };
    let rated = || units.iter().filter(|unit| unit.len() > 1);
    let observed: f64 = rated()
        .map(|unit| {
            let (n, differences) = pairs(&mut unit.iter().copied());
            differences / (n - 1.0)
        })
        .sum();
    let (n, expected) = pairs(&mut rated().flatten().copied());
    (n >= 2.0 && expected > 0.0).then(|| 1.0 - (n - 1.0) * observed / expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_hold_the_share_and_stay_in_bounds() {
        let share = wilson(9, 10).unwrap();
        assert!((share.value - 0.9).abs() < 1e-9 && share.low > 0.59 && share.low < 0.6 && share.high < 0.99);
        assert!((wilson(10, 10).unwrap().high - 1.0).abs() < 1e-9);
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn f1_is_the_harmonic_mean() {
        let score = Counts { true_positives: 8, false_positives: 2, false_negatives: 4 }.score();
        let (p, r, f1) = (score.precision.unwrap().value, score.recall.unwrap().value, score.f1.unwrap());
        assert!((f1.value - 2.0 * p * r / (p + r)).abs() < 1e-9);
        assert!(f1.low < f1.value && f1.value < f1.high);
        let nothing = Counts::default().score();
        assert_eq!((nothing.precision, nothing.recall, nothing.f1), (None, None, None));
    }

    #[test]
    fn kappa_is_one_for_twins_and_nought_for_chance() {
        assert_eq!(kappa(&[(true, true), (false, false)]), Some(1.0));
        let chance = kappa(&[(true, true), (true, false), (false, true), (false, false)]).unwrap();
        assert!(chance.abs() < 1e-9);
        assert_eq!(kappa(&[]), None);
        assert_eq!(kappa(&[(true, true), (true, true)]), None);
        assert_eq!(kappa(&[(true, false), (true, false)]), Some(0.0));
    }

    #[test]
    fn alpha_is_one_for_twins_and_nought_for_chance() {
        assert_eq!(alpha(&[vec![1.0, 1.0], vec![0.0, 0.0]]), Some(1.0));
        assert_eq!(alpha(&[vec![1.0, 1.0], vec![1.0, 1.0]]), None);
        assert_eq!(alpha(&[vec![1.0], vec![0.0]]), None);
        // Krippendorff's own example of two observers and binary data: 0.095.
        let one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0];
        let other = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0];
        let units: Vec<Vec<f64>> = one.iter().zip(other).map(|(a, b)| vec![f64::from(*a), f64::from(b)]).collect();
        assert!((alpha(&units).unwrap() - 0.095).abs() < 0.001);
    }
}
