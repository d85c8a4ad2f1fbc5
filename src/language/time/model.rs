//! What a phrase of time says before it is compared with a clock: mentions and their values.

use serde::{Deserialize, Serialize};

/// What sort of time a phrase names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A day.
    Date,
    /// An hour of an unnamed day.
    Time,
    /// An hour of a certain day.
    DateTime,
    /// A length of time.
    Duration,
    /// From one point to another, or all before or after one point.
    Range,
    /// A repeated time.
    Recurring,
    /// A time to which nobody can be held.
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
    /// Before an hour; of a day, or a part of it, whether it counts is left open.
    UpTo,
    /// Before its end.
    By,
    /// Within it, or within this length of time from now.
    Within,
    /// After it.
    After,
    /// From its beginning on.
    Since,
}

impl Bound {
    /// Whether the phrase names a last moment.
    #[must_use]
    pub fn is_deadline(self) -> bool {
        matches!(self, Bound::Before | Bound::UpTo | Bound::By | Bound::Within)
    }
}

/// A phrase of time in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// First byte of the phrase in the folded text.
    pub start: usize,
    /// The byte after the phrase.
    pub end: usize,
    /// The kind of time.
    pub kind: Kind,
    /// The bound, if the phrase has one.
    pub bound: Option<Bound>,
    /// Hours of service (a hotline of 24 hours): never a deadline.
    pub service: bool,
    /// What it says.
    pub value: Value,
}

/// What a phrase says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A word without a definite time.
    Vague,
    /// A repeated time.
    Recurring,
    /// A length of time.
    Amount(Amount),
    /// A moment a length of time before or after now.
    Shift(Amount, Way),
    /// The whole stretch before or after now.
    Window(Amount, Way),
    /// A day, an hour, a month ….
    Point(Point),
    /// From one point to another.
    Between(Point, Point),
    /// A length of time before or after an hour or a day.
    Off(Point, Amount, Way),
    /// An hour in a named zone, with the zone's offset from Greenwich in minutes.
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
    /// An hour of work.
    Workhour,
    /// 24 hours.
    Day,
    /// A working day.
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

/// A number of units, in thousandths, so that a half and 1.5 are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The lower number (equal to `most` except in ranges such as 3–5 days).
    pub least: u64,
    /// The higher number.
    pub most: u64,
    /// The unit.
    pub unit: Unit,
}

/// A length of time: the sum of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount(pub Vec<Part>);

impl Amount {
    /// Whether all its units are days or longer.
    #[must_use]
    pub fn is_days(&self) -> bool {
        self.0.iter().all(|part| part.unit >= Unit::Day)
    }
}

/// A day or longer period, an hour, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Which day, week, month ….
    pub place: Option<Place>,
    /// Which hour.
    pub clock: Option<Clock>,
}

/// A period of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// This many days from today.
    Day(i32),
    /// This many working days from today.
    Workday(i32),
    /// A date, with those of its parts that were written.
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
    /// A week, a day of it, or its weekend.
    Week {
        /// Weeks from this one; none if not written.
        shift: Option<i32>,
        /// The day; Monday is 1.
        day: Option<u8>,
        /// Saturday and Sunday are meant.
        weekend: bool,
    },
    /// A quarter or half of a year, counted from the current one.
    Period(Unit, i32),
    /// A feast, or the days off around it.
    Feast {
        /// How its date is found.
        rule: FeastRule,
        /// The year, if written.
        year: Option<Step>,
        /// Whether all its days off are meant.
        run: bool,
    },
    /// A part of another period.
    Slice(Box<Place>, Slice),
    /// From the first of January of one year to that of another.
    Years(i32, i32),
}

/// A year or month: its number, or its distance from the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// By its number.
    Number(i32),
    /// Distance from the current one.
    Shift(i32),
}

/// The part of a period that is meant.
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
    /// The n-th working day after it.
    Behind(i32),
    /// This many weeks later.
    Later(i32),
}

/// How the date of a feast is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeastRule {
    /// Month and day.
    Fixed(u8, u8),
    /// Month and day of the lunar calendar; day 0 is the last of the month.
    Lunar(u8, u8),
    /// The n-th of a weekday in a month.
    Nth(u8, u8, u8),
    /// A solar term by its number, 小寒 being 1.
    Term(u8),
}

/// An hour, or a part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// Seconds from midnight.
    At {
        /// Seconds from midnight, up to 24:00.
        second: u32,
        /// Whether morning or evening was left open.
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
    /// How hours are read in it.
    pub turn: Turn,
}

/// How an hour from 1 to 12 is read in a part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// As written; 12 is midnight if the part begins there.
    Am,
    /// After noon.
    Pm,
    /// 5 to 11 are evening hours, 12 is midnight.
    Night,
    /// 1 and 2 are after noon.
    Noon,
}
