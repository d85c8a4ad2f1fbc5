//! Points of a scorecard in hundredths, so that sums are exact in any order.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// Points; in JSON and TOML a number, of which two decimals count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(
    /// Hundredths.
    pub i64,
);

/// Larger numbers are taken for mistakes.
const MOST: f64 = 1e9;

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);
    /// One hundred per cent.
    pub const WHOLE: Self = Self(10_000);

    /// This many whole points.
    pub const fn whole(points: i64) -> Self {
        Self(points * 100)
    }

    /// Whether there are none.
    pub fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// `part` as a percentage of this, rounded to hundredths; `None` if this is zero.
    pub fn percent(self, part: Self) -> Option<Self> {
        if self.0 <= 0 {
            return None;
        }
        let (part, whole) = (i128::from(part.0) * 10_000, i128::from(self.0));
        let rounded = (2 * part + whole).div_euclid(2 * whole);
        Some(Self(i64::try_from(rounded).unwrap_or(i64::MAX)))
    }

    /// As a number.
    #[allow(clippy::cast_precision_loss, reason = "points are far below 2^52")]
    pub fn value(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Points {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Points {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 { serializer.serialize_i64(self.0 / 100) } else { serializer.serialize_f64(self.value()) }
    }
}

impl<'de> Deserialize<'de> for Points {
    #[allow(clippy::cast_possible_truncation, reason = "checked against a far smaller bound")]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)?;
        if !value.is_finite() || value.abs() > MOST {
            return Err(serde::de::Error::custom("points must be a number of at most 1,000,000,000"));
        }
        Ok(Self((value * 100.0).round() as i64))
    }
}

impl JsonSchema for Points {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Points".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_and_of_nothing_there_is_none() {
        assert_eq!(Points::whole(3).percent(Points::whole(2)), Some(Points(6667)));
        assert_eq!(Points::whole(8).percent(Points::whole(8)), Some(Points::WHOLE));
        assert_eq!(Points::ZERO.percent(Points::ZERO), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for points in [Points(0), Points(150), Points(-25), Points(9_999), Points::whole(100)] {
            let json = serde_json::to_string(&points).unwrap();
            assert_eq!(serde_json::from_str::<Points>(&json).unwrap(), points, "{json}");
        }
        assert!(serde_json::from_str::<Points>("1e300").is_err());
    }
}
