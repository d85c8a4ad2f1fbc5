//! Lengths of time as rules and settings write them: `90s`, `3m`, `24h`, `5 days`, `2 workhours`, `15 workdays`.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Length {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
}

/// What a length is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Seconds of the clock.
    Seconds,
    /// Seconds within working hours.
    WorkSeconds,
    /// Working days, the day it begins not counted.
    WorkDays,
}

/// Names of units, how many seconds each has, and whether only working time counts.
const NAMES: [(&str, u32, bool); 14] = [
    ("s", 1, false),
    ("second", 1, false),
    ("m", 60, false),
    ("min", 60, false),
    ("minute", 60, false),
    ("h", 3600, false),
    ("hour", 3600, false),
    ("d", 86_400, false),
    ("day", 86_400, false),
    ("week", 604_800, false),
    ("workminute", 60, true),
    ("workhour", 3600, true),
    ("workday", 0, true),
    ("work-day", 0, true),
];

impl Length {
    /// Reads a length.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (amount, unit) = text.split_at(digits);
        let unit = unit.trim();
        let named =
            |name: &str| unit == name || unit.strip_suffix('s').is_some_and(|one| one == name && name.len() > 1);
        let &(_, seconds, work) = NAMES.iter().find(|(name, ..)| named(name))?;
        let amount: u32 = amount.parse().ok().filter(|amount| *amount > 0)?;
        Some(match (seconds, work) {
            (0, _) => Self { amount, unit: Unit::WorkDays },
            (_, true) => Self { amount: amount.checked_mul(seconds)?, unit: Unit::WorkSeconds },
            (_, false) => Self { amount: amount.checked_mul(seconds)?, unit: Unit::Seconds },
        })
    }
}

/// How lengths are said in one language: `rules/language/lengths.toml`. `{}` is the number.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LengthWords {
    second: String,
    minute: String,
    hour: String,
    day: String,
    workminute: String,
    workhour: String,
    workday: String,
    /// Between two units.
    join: String,
}

impl LengthWords {
    /// Seconds in the two largest units: the seconds of a day do not matter.
    pub fn seconds(&self, seconds: u64) -> String {
        let units = [(86_400, &self.day), (3600, &self.hour), (60, &self.minute), (1, &self.second)];
        let first = units.iter().position(|(unit, _)| seconds >= *unit).unwrap_or(units.len() - 1);
        let (unit, word) = units[first];
        let mut said = counted(word, seconds / unit);
        if let Some((less, word)) = units.get(first + 1)
            && seconds % unit >= *less
        {
            said.push_str(&self.join);
            said.push_str(&counted(word, seconds % unit / less));
        }
        said
    }

    /// Working days.
    pub fn workdays(&self, days: u64) -> String {
        counted(&self.workday, days)
    }

    /// A rule's length in words.
    pub fn length(&self, length: Length) -> String {
        let amount = u64::from(length.amount);
        match length.unit {
            Unit::Seconds => self.seconds(amount),
            Unit::WorkSeconds if amount % 3600 == 0 => counted(&self.workhour, amount / 3600),
            Unit::WorkSeconds => counted(&self.workminute, amount.div_ceil(60)),
            Unit::WorkDays => self.workdays(amount),
        }
    }
}

fn counted(word: &str, number: u64) -> String {
    word.replace("{}", &number.to_string())
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { amount, unit } = *self;
        let (prefix, long) = if unit == Unit::WorkSeconds { ("work", true) } else { ("", false) };
        match unit {
            Unit::WorkDays => write!(f, "{amount} workdays"),
            _ if long && amount % 3600 == 0 => write!(f, "{} {prefix}hours", amount / 3600),
            _ if long => write!(f, "{} {prefix}minutes", amount.div_ceil(60)),
            _ if amount % 86_400 == 0 => write!(f, "{} d", amount / 86_400),
            _ if amount % 3600 == 0 => write!(f, "{} h", amount / 3600),
            _ if amount % 60 == 0 => write!(f, "{} min", amount / 60),
            _ => write!(f, "{amount} s"),
        }
    }
}

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&match self.unit {
            Unit::Seconds => format!("{}s", self.amount),
            Unit::WorkSeconds => format!("{} workminutes", self.amount / 60),
            Unit::WorkDays => format!("{} workdays", self.amount),
        })
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            let what = "a length of time such as `90s`, `3m`, `24h`, `5 days`, `2 workhours` or `15 workdays`";
            serde::de::Error::custom(format!("`{text}` is not {what}"))
        })
    }
}

impl JsonSchema for Length {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Length".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A length of time: `90s`, `3m`, `24h`, `5 days`, `2 workhours`, `15 workdays`.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written() {
        for (text, amount, unit, shown) in [
            ("90s", 90, Unit::Seconds, "90 s"),
            ("3m", 180, Unit::Seconds, "3 min"),
            ("24h", 86_400, Unit::Seconds, "1 d"),
            ("5 days", 432_000, Unit::Seconds, "5 d"),
            ("1 minute", 60, Unit::Seconds, "1 min"),
            ("2 workhours", 7200, Unit::WorkSeconds, "2 workhours"),
            ("15 workdays", 15, Unit::WorkDays, "15 workdays"),
        ] {
            let length = Length::parse(text).unwrap();
            assert_eq!((length.amount, length.unit, length.to_string().as_str()), (amount, unit, shown), "{text}");
            let written = serde_json::to_string(&length).unwrap();
            assert_eq!(serde_json::from_str::<Length>(&written).unwrap(), length);
        }
        for text in ["", "3", "m", "0m", "-3m", "3 fortnights", "99999999999h", "4000000000h", "ss"] {
            assert_eq!(Length::parse(text), None, "{text}");
        }
    }
}
