//! What a single word of the lexicon can mean to the grammar.

use serde::{Deserialize, Serialize};

use super::model::{DayPart, FeastRule, Unit};

/// One meaning of a word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Sense {
    /// 0–9.
    Digit(u8),
    /// Ten, hundred ….
    Scale(u32),
    /// A number in one word.
    Number(u32),
    /// First, second … in one word.
    Ordinal(u8),
    Unit(Unit),
    Day(i32),
    /// A part of the day; `true` if the word is so short that it needs company.
    Part(DayPart, bool),
    DayPart(i32, DayPart),
    /// Seconds from midnight.
    Clock(u32),
    Shift(i32),
    Year(i32),
    Weekday(u8, bool),
    Month(u8),
    LunarMonth(u8),
    Edge(Unit, u8),
    Third(u8),
    Season(u8),
    Era(i32),
    Feast(FeastRule, u16),
    Mark(Mark),
    NotAfter(Left),
    Vague,
    Block,
    /// From one day to another, counted from today.
    Days(i32, i32),
    /// A zone, by its offset from Greenwich in minutes.
    Zone(i32),
}

/// What kind of word shows that the one before it was no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Left {
    HourMark,
    DayMark,
    Unit,
    TimeOfService,
}

/// The small words of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::enum_variant_names, reason = "year-mark is its name in the books of words")]
pub(crate) enum Mark {
    Sunday,
    YearMark,
    MonthMark,
    DayMark,
    LunarDay,
    Lunar,
    Solar,
    HourMark,
    MinuteMark,
    SecondMark,
    Sharp,
    QuarterMark,
    ClockOver,
    Half,
    Measure,
    More,
    Several,
    Speaker,
    Plus,
    Ordinal,
    Last,
    First,
    HalfFirst,
    HalfSecond,
    Of,
    Every,
    Before,
    BeforeUntil,
    After,
    AfterFrom,
    Within,
    SpanEnd,
    Latest,
    From,
    Since,
    To,
    With,
    About,
    Around,
    Past,
    Ahead,
    Ago,
    Hence,
    Close,
    Open,
    Now,
    WeekHead,
    HolidayRun,
    Century,
    Decade,
    EraFirst,
    WeekdayOpen,
    WeekdayClose,
    Article,
    Hyphen,
    The,
    Comma,
    At,
    OrdinalTail,
    EndOf,
    StartOf,
    MiddleOf,
    Weekend,
    Ante,
    Post,
    Oclock,
    WithinBefore,
    InBefore,
    BeforeBefore,
    AfterBefore,
    Fortnight,
    Early,
}

impl Sense {
    /// Whether such a word can be a whole phrase.
    pub(crate) fn is_whole(&self) -> bool {
        match self {
            Sense::Part(_, brief) | Sense::Weekday(_, brief) => !brief,
            Sense::Day(_)
            | Sense::DayPart(..)
            | Sense::Clock(_)
            | Sense::Year(_)
            | Sense::Month(_)
            | Sense::LunarMonth(_)
            | Sense::Edge(..)
            | Sense::Season(_)
            | Sense::Feast(..)
            | Sense::Days(..)
            | Sense::Third(_)
            | Sense::Vague
            | Sense::Block => true,
            _ => false,
        }
    }

    /// Whether a phrase may begin with such a word.
    pub(crate) fn begins(&self) -> bool {
        use Mark as M;
        match self {
            Sense::Scale(n) => *n == 10,
            Sense::NotAfter(_) | Sense::Zone(_) => false,
            Sense::Mark(mark) => matches!(
                mark,
                M::Lunar
                    | M::Solar
                    | M::Half
                    | M::Several
                    | M::Ordinal
                    | M::Last
                    | M::First
                    | M::HalfFirst
                    | M::HalfSecond
                    | M::Every
                    | M::Latest
                    | M::From
                    | M::Since
                    | M::About
                    | M::Past
                    | M::Ahead
                    | M::Close
                    | M::Open
                    | M::Now
                    | M::WeekHead
                    | M::Article
                    | M::The
                    | M::EndOf
                    | M::StartOf
                    | M::MiddleOf
                    | M::Weekend
                    | M::WithinBefore
                    | M::InBefore
                    | M::BeforeBefore
                    | M::AfterBefore
                    | M::At
            ),
            _ => true,
        }
    }
}
