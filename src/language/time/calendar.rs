//! Working days and hours, and for which years the days off are known.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::lunar::{LunarYear, Terms};

/// Working days, working hours, and the lunar calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calendar {
    /// When work begins on a working day.
    pub open: Time,
    /// When it ends.
    pub close: Time,
    years: BTreeMap<i16, WorkYear>,
    pub(crate) lunar: BTreeMap<i16, LunarYear>,
    pub(crate) terms: BTreeMap<i16, Terms>,
}

/// A mistake in a calendar file, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarError {
    /// The index of the text.
    pub text: usize,
    /// The byte range in it.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for CalendarError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "text {}, byte {}: {}", self.text, self.span.start, self.message)
    }
}

impl std::error::Error for CalendarError {}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct WorkYear {
    off: Vec<Date>,
    work: Vec<Date>,
}

impl Default for Calendar {
    /// Monday to Friday, 09:00 to 18:00, no year known.
    fn default() -> Calendar {
        Calendar {
            open: Time::constant(9, 0, 0, 0),
            close: Time::constant(18, 0, 0, 0),
            years: BTreeMap::new(),
            lunar: BTreeMap::new(),
            terms: BTreeMap::new(),
        }
    }
}

impl Calendar {
    /// Reads calendar files such as `rules/calendar/*.toml`; later ones add to earlier ones.
    ///
    /// # Errors
    /// If a text is malformed; the error has the place.
    pub fn from_toml(texts: &[&str]) -> Result<Calendar, CalendarError> {
        let mut calendar = Calendar::default();
        for (text, source) in texts.iter().enumerate() {
            calendar.add(source).map_err(|(span, message)| CalendarError { text, span, message })?;
        }
        Ok(calendar)
    }

    /// Whether it is a working day; `None` if its year is unknown.
    #[must_use]
    pub fn is_workday(&self, date: Date) -> Option<bool> {
        let year = self.years.get(&date.year())?;
        if year.off.contains(&date) {
            return Some(false);
        }
        Some(year.work.contains(&date) || !is_weekend(date))
    }

    /// The n-th working day after a day, and whether all years in between were known.
    pub(crate) fn workday_after(&self, date: Date, days: i32) -> Option<(Date, bool)> {
        // Twenty years of working days: nobody promises more.
        if days.unsigned_abs() > 5_000 {
            return None;
        }
        let mut left = days.unsigned_abs();
        let (mut date, mut known) = (date, true);
        while left > 0 {
            date = if days > 0 { date.tomorrow().ok()? } else { date.yesterday().ok()? };
            let worked = self.is_workday(date);
            known &= worked.is_some();
            left -= u32::from(worked.unwrap_or(!is_weekend(date)));
        }
        Some((date, known))
    }

    /// Whether the days off of this year are known.
    pub(crate) fn knows(&self, year: i16) -> bool {
        self.years.contains_key(&year)
    }

    /// The days off in a row around a day: the first, and the day after the last.
    pub(crate) fn days_off(&self, date: Date) -> Option<(Date, Date)> {
        let off = |date: Date| !self.is_workday(date).unwrap_or(!is_weekend(date));
        let (mut from, mut to) = (date, date.tomorrow().ok()?);
        if off(date) {
            while off(from.yesterday().ok()?) {
                from = from.yesterday().ok()?;
            }
            while off(to) {
                to = to.tomorrow().ok()?;
            }
        }
        Some((from, to))
    }

    fn add(&mut self, text: &str) -> Result<(), (Range<usize>, String)> {
        let book: Book =
            toml::from_str(text).map_err(|error| (error.span().unwrap_or(0..0), error.message().to_owned()))?;
        let time = |text: &Spanned<String>| {
            text.get_ref().parse::<Time>().map_err(|_| (text.span(), "write HH:MM".to_owned()))
        };
        if let Some(hours) = &book.hours {
            self.open = time(&hours.open)?;
            self.close = time(&hours.close)?;
            if self.open >= self.close {
                return Err((hours.close.span(), "work ends before it begins".to_owned()));
            }
        }
        for (year, days) in &book.year {
            let year = number(year)?;
            let mut known = WorkYear::default();
            for (spans, list) in [(&days.off, &mut known.off), (&days.work, &mut known.work)] {
                for span in spans {
                    let days = days_of(year, span.get_ref());
                    list.extend(days.ok_or_else(|| (span.span(), "write MM-DD or MM-DD..MM-DD".to_owned()))?);
                }
            }
            self.years.insert(year, known);
        }
        for (year, moon) in &book.lunar {
            let read =
                date_of(number(year)?, &moon.first).and_then(|first| LunarYear::new(first, &moon.months, moon.leap));
            let wrong = || (year.span(), "not a lunar year: first day, 12 or 13 months".to_owned());
            self.lunar.insert(number(year)?, read.ok_or_else(wrong)?);
        }
        for (year, days) in &book.terms {
            let terms = Terms::new(days.get_ref());
            let wrong = || (days.span(), "24 days of the month".to_owned());
            self.terms.insert(number(year)?, terms.ok_or_else(wrong)?);
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    hours: Option<Hours>,
    #[serde(default)]
    year: BTreeMap<Spanned<String>, Days>,
    #[serde(default)]
    lunar: BTreeMap<Spanned<String>, Moon>,
    #[serde(default)]
    terms: BTreeMap<Spanned<String>, Spanned<Vec<u8>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hours {
    open: Spanned<String>,
    close: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    off: Vec<Spanned<String>>,
    work: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moon {
    first: String,
    months: Vec<u8>,
    leap: u8,
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn number(year: &Spanned<String>) -> Result<i16, (Range<usize>, String)> {
    let parsed = year.get_ref().parse().ok().filter(|year| (1900..=2200).contains(year));
    parsed.ok_or_else(|| (year.span(), "not a year".to_owned()))
}

fn date_of(year: i16, text: &str) -> Option<Date> {
    let (month, day) = text.split_once('-')?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

fn days_of(year: i16, text: &str) -> Option<Vec<Date>> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (mut day, last) = (date_of(year, from)?, date_of(year, to)?);
    let mut days = vec![day];
    while day < last {
        day = day.tomorrow().ok()?;
        days.push(day);
    }
    (day == last).then_some(days)
}
