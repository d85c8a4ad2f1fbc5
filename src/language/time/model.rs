//! What a phrase of time says, before it is compared with a clock: mentions and their values.

use serde::{Deserialize, Serialize};

/// What sort of time a phrase names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A day.
    Date,
    /// An hour of any day.
    Time,
    /// An hour of one day.
    DateTime,
    /// A length of time.
    Duration,
    /// From one point to another, or everything before or after one point.
    Range,
    /// Again and again.
    Recurring,
    /// Some time that nobody can hold anyone to.
    Vague,
}

impl Kind {
    /// The name used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Date => "date",
            Kind::Time => "time",
            Kind::DateTime => "datetime",
            Kind::Duration => "duration",
            Kind::Range => "range",
            Kind::Recurring => "recurring",
            Kind::Vague => "vague",
        }
    }
}

/// On which side of the named time something is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bound {
    /// Before it begins.
    Before,
    /// Before it is over.
    By,
    /// Inside it, or inside this length of time from now.
    Within,
    /// After it.
    After,
    /// From its beginning on.
    Since,
}

impl Bound {
    /// Whether the phrase sets a last moment.
    #[must_use]
    pub fn is_deadline(self) -> bool {
        matches!(self, Bound::Before | Bound::By | Bound::Within)
    }
}

/// A phrase of time in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// First byte of the phrase in the folded text.
    pub start: usize,
    /// The byte after the phrase.
    pub end: usize,
    /// What sort of time it is.
    pub kind: Kind,
    /// The deadline form, if it has one.
    pub bound: Option<Bound>,
    /// Opening hours and the like (a hotline of 24 hours): never a deadline.
    pub service: bool,
    /// What it says.
    pub value: Value,
}

/// What a phrase says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A word without a time in it.
    Vague,
    /// A repeated time.
    Recurring,
    /// A length of time.
    Amount(Amount),
    /// A length of time before or after now.
    Shift(Amount, Way),
    /// The whole stretch before or after now.
    Window(Amount, Way),
    /// A day, an hour, a month ….
    Point(Point),
    /// From one point to another.
    Between(Point, Point),
    /// An hour in a zone that is named, by its minutes from Greenwich.
    Zoned(Point, i32),
}

/// Back into the past or ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Towards the past.
    Back,
    /// Towards the future.
    Ahead,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// 1 s.
    Second,
    /// 60 s.
    Minute,
    /// 15 minutes.
    QuarterHour,
    /// 60 minutes.
    Hour,
    /// An hour in which people work.
    Workhour,
    /// 24 hours.
    Day,
    /// A day on which people work.
    Workday,
    /// Seven days.
    Week,
    /// A month of the calendar.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    HalfYear,
    /// A year of the calendar.
    Year,
}

/// So many of a unit; numbers are thousandths, so that a half and 1.5 are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The least that is said (the same as `most` but in 3–5 days).
    pub least: u64,
    /// The most that is said.
    pub most: u64,
    /// Of what.
    pub unit: Unit,
}

/// A length of time: the sum of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount(pub Vec<Part>);

impl Amount {
    /// Whether it is counted in days or more only.
    #[must_use]
    pub fn is_days(&self) -> bool {
        self.0.iter().all(|part| part.unit >= Unit::Day)
    }
}

/// A day (or a longer period), an hour, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Which day, week, month ….
    pub place: Option<Place>,
    /// Which hour.
    pub clock: Option<Clock>,
}

/// A stretch of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Days from today.
    Day(i32),
    /// Working days from today.
    Workday(i32),
    /// A date with as many of its parts as were said.
    Date {
        /// Which year.
        year: Option<Step>,
        /// Which month.
        month: Option<Step>,
        /// Which day of the month.
        day: Option<u8>,
        /// Of the lunar calendar.
        lunar: bool,
    },
    /// A week, a day of it (Monday is 1) or its end.
    Week {
        /// Weeks from this one; none if not said.
        shift: Option<i32>,
        /// Which day.
        day: Option<u8>,
        /// Saturday and Sunday.
        weekend: bool,
    },
    /// A quarter or a half of a year, counted from the current one.
    Period(Unit, i32),
    /// A feast by its number in the lexicon, and the days off around it.
    Feast {
        /// How its day is found.
        rule: FeastRule,
        /// Of which year.
        year: Option<Step>,
        /// The whole run of days off.
        run: bool,
    },
    /// Some of another place.
    Slice(Box<Place>, Slice),
    /// From the first of January of one year to that of another.
    Years(i32, i32),
}

/// A year or month: as a number, or counted from the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// By its number.
    Number(i32),
    /// So many from the current one.
    Shift(i32),
}

/// Which part of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Slice {
    /// The n-th unit; −1 is the last.
    Nth(i32, Unit),
    /// The n-th Monday (1) … Sunday (7); −1 is the last.
    Weekday(i32, u8),
    /// The first n units.
    First(u32, Unit),
    /// The last n units.
    Last(u32, Unit),
    /// The first or second half.
    Half(bool),
    /// The first, middle (2) or last (3) third: the beginning, middle and end of a month.
    Third(u8),
    /// A season of a year, spring being 1.
    Season(u8),
    /// The n-th working day behind it.
    Behind(i32),
    /// So many weeks later.
    Later(i32),
}

/// How the day of a feast is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeastRule {
    /// Month and day.
    Fixed(u8, u8),
    /// Month and day of the lunar calendar; day 0 is the last of the month.
    Lunar(u8, u8),
    /// The n-th of a weekday of a month.
    Nth(u8, u8, u8),
    /// A solar term by its number, 小寒 being 1.
    Term(u8),
}

/// An hour, or a part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// Seconds from midnight; `open` if nobody said whether before or after noon.
    At {
        /// Seconds from midnight, up to 24:00.
        second: u32,
        /// Morning or evening was not said.
        open: bool,
    },
    /// Morning, evening ….
    Part(DayPart),
    /// When work begins.
    Open,
    /// When work ends.
    Close,
    /// Now.
    Now,
}

/// A part of the day, in minutes from midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPart {
    /// Its beginning.
    pub from: u16,
    /// Its end.
    pub to: u16,
    /// What an hour named after it means.
    pub turn: Turn,
}

/// What an hour of twelve means in a part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// As it is said; 12 is midnight if the part begins there.
    Am,
    /// After noon.
    Pm,
    /// 5 to 11 are evening hours, 12 is midnight.
    Night,
    /// 1 and 2 are after noon.
    Noon,
}
