//! A share of cases, and how sure it is.

use crate::workshop::wilson;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A share with its 95 % interval (Wilson).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// Cases counted.
    pub hits: u64,
    /// Of so many cases.
    pub n: u64,
    /// The share, 0 to 1; none of no cases.
    pub rate: Option<f64>,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Share {
    /// `hits` of `n`.
    pub fn new(hits: u64, n: u64) -> Self {
        let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let share = wilson(size(hits.min(n)), size(n));
        let round = |value: f64| (value * 1e6).round() / 1e6;
        // With no cases, the share could be anything.
        let (low, high) = share.map_or((0.0, 1.0), |share| (share.low, share.high));
        Self { hits, n, rate: share.map(|share| round(share.value)), low: round(low), high: round(high) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_nothing_there_is_no_rate() {
        assert_eq!(Share::new(0, 0).rate, None);
        assert_eq!(Share::new(1, 4).rate, Some(0.25));
    }
}
