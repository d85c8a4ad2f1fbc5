//! Reads a TOML file of time words; every mistake has its byte range.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::model::{DayPart, FeastRule, Turn, Unit};
use super::sense::{Left, Mark, Sense};

type Failure = (Range<usize>, String);
type Words = Vec<Spanned<String>>;
type Table = BTreeMap<Spanned<String>, Words>;

/// The words of a file with their meanings. Conditions of feasts are added to `needs`.
pub(crate) fn read(text: &str, needs: &mut Vec<Vec<String>>) -> Result<Vec<(String, Sense)>, Failure> {
    let book: Book =
        toml::from_str(text).map_err(|error| (error.span().unwrap_or(0..0), error.message().to_owned()))?;
    let parts = parts(&book.part)?;
    let mut out = Vec::new();
    let mut add = |words: &Words, sense: &Sense| -> Result<(), Failure> {
        for word in words {
            if word.get_ref().trim().is_empty() {
                return Err((word.span(), "an empty word".to_owned()));
            }
            out.push((word.get_ref().clone(), sense.clone()));
        }
        Ok(())
    };
    for (table, make) in [
        (&book.digit, (|n| u8::try_from(n).ok().filter(|n| *n < 10).map(Sense::Digit)) as Make),
        (&book.scale, |n| u32::try_from(n).ok().map(Sense::Scale)),
        (&book.number, |n| u32::try_from(n).ok().map(Sense::Number)),
        (&book.ordinal, |n| u8::try_from(n).ok().map(Sense::Ordinal)),
        (&book.day, |n| Some(Sense::Day(n))),
        (&book.shift, |n| Some(Sense::Shift(n))),
        (&book.year, |n| Some(Sense::Year(n))),
        (&book.weekday, |n| within(n, 7).map(|n| Sense::Weekday(n, false))),
        (&book.weekday_brief, |n| within(n, 7).map(|n| Sense::Weekday(n, true))),
        (&book.month, |n| within(n, 12).map(Sense::Month)),
        (&book.lunar_month, |n| within(n, 12).map(Sense::LunarMonth)),
        (&book.third, |n| within(n, 3).map(Sense::Third)),
        (&book.season, |n| within(n, 4).map(Sense::Season)),
        (&book.era, |n| Some(Sense::Era(n))),
        (&book.zone, |n| Some(Sense::Zone(n))),
    ] {
        for (key, words) in table {
            let sense = key.get_ref().parse().ok().and_then(make);
            add(words, &sense.ok_or_else(|| (key.span(), "not a number this list takes".to_owned()))?)?;
        }
    }
    for (unit, words) in &book.unit {
        add(words, &Sense::Unit(*unit))?;
    }
    for (mark, words) in &book.mark {
        add(words, &Sense::Mark(*mark))?;
    }
    for (left, words) in &book.not_after {
        add(words, &Sense::NotAfter(*left))?;
    }
    for (key, words) in &book.clock {
        add(words, &Sense::Clock(u32::from(minute(key)?) * 60))?;
    }
    for (name, part) in &book.part {
        let day = parts[name.as_str()];
        add(&part.words, &Sense::Part(day, false))?;
        add(&part.brief, &Sense::Part(day, true))?;
    }
    for (key, words) in &book.day_part {
        let sense = key
            .get_ref()
            .split_once(' ')
            .and_then(|(day, part)| Some(Sense::DayPart(day.parse().ok()?, *parts.get(part)?)));
        add(words, &sense.ok_or_else(|| (key.span(), "write \"days part\"".to_owned()))?)?;
    }
    for (key, words) in &book.days {
        let days = key.get_ref().split_once(' ').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        let (from, to) = days.ok_or_else(|| (key.span(), "write two numbers of days".to_owned()))?;
        add(words, &Sense::Days(from, to))?;
    }
    for (key, words) in &book.edge {
        add(words, &edge(key)?)?;
    }
    for feast in &book.festival {
        let mut need = 0;
        if !feast.needs.is_empty() {
            need = needs.len();
            needs.push(feast.needs.clone());
        }
        let need = u16::try_from(need).map_err(|_| (feast.words.span(), "too many feasts".to_owned()))?;
        add(feast.words.get_ref(), &Sense::Feast(feast.rule()?, need))?;
    }
    add(&book.vague.words, &Sense::Vague)?;
    add(&book.block.words, &Sense::Block)?;
    Ok(out)
}

type Make = fn(i32) -> Option<Sense>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
struct Book {
    digit: Table,
    scale: Table,
    number: Table,
    ordinal: Table,
    unit: BTreeMap<Unit, Words>,
    day: Table,
    part: BTreeMap<String, PartTable>,
    day_part: Table,
    clock: Table,
    shift: Table,
    year: Table,
    weekday: Table,
    weekday_brief: Table,
    month: Table,
    lunar_month: Table,
    edge: Table,
    third: Table,
    season: Table,
    mark: BTreeMap<Mark, Words>,
    not_after: BTreeMap<Left, Words>,
    block: Plain,
    vague: Plain,
    festival: Vec<FeastTable>,
    era: Table,
    days: Table,
    zone: Table,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Plain {
    words: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartTable {
    #[serde(default)]
    words: Words,
    #[serde(default)]
    brief: Words,
    from: Spanned<String>,
    to: Spanned<String>,
    turn: Turn,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeastTable {
    words: Spanned<Words>,
    #[serde(default)]
    needs: Vec<String>,
    date: Option<String>,
    lunar: Option<String>,
    term: Option<u8>,
    week: Option<String>,
}

impl FeastTable {
    fn rule(&self) -> Result<FeastRule, Failure> {
        let wrong = || (self.words.span(), "a feast has one of date, lunar, term, week".to_owned());
        let list = |text: &str| -> Vec<u8> { text.split([' ', '-']).filter_map(|part| part.parse().ok()).collect() };
        match (&self.date, &self.lunar, self.term, &self.week) {
            (Some(date), None, None, None) => match list(date)[..] {
                [month @ 1..=12, day @ 1..=31] => Some(FeastRule::Fixed(month, day)),
                _ => None,
            },
            (None, Some(lunar), None, None) => match list(lunar)[..] {
                [month @ 1..=12, day @ 0..=30] => Some(FeastRule::Lunar(month, day)),
                _ => None,
            },
            (None, None, Some(term @ 1..=24), None) => Some(FeastRule::Term(term)),
            (None, None, None, Some(week)) => match list(week)[..] {
                [month @ 1..=12, nth @ 1..=5, day @ 1..=7] => Some(FeastRule::Nth(month, nth, day)),
                _ => None,
            },
            _ => None,
        }
        .ok_or_else(wrong)
    }
}

fn parts(tables: &BTreeMap<String, PartTable>) -> Result<BTreeMap<&str, DayPart>, Failure> {
    tables
        .iter()
        .map(|(name, part)| {
            let day = DayPart { from: minute(&part.from)?, to: minute(&part.to)?, turn: part.turn };
            Ok((name.as_str(), day))
        })
        .collect()
}

/// Minutes from midnight of `HH:MM`.
fn minute(text: &Spanned<String>) -> Result<u16, Failure> {
    text.get_ref()
        .split_once(':')
        .and_then(|(hour, minute)| Some((hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?)))
        .filter(|(hour, minute)| hour * 60 + minute <= 24 * 60 && *minute < 60)
        .map(|(hour, minute)| hour * 60 + minute)
        .ok_or_else(|| (text.span(), "write HH:MM".to_owned()))
}

fn within(n: i32, most: u8) -> Option<u8> {
    u8::try_from(n).ok().filter(|n| (1..=most).contains(n))
}

fn edge(key: &Spanned<String>) -> Result<Sense, Failure> {
    let wrong = || (key.span(), "write \"unit start|middle|end\"".to_owned());
    let (unit, which) = key.get_ref().split_once(' ').ok_or_else(wrong)?;
    let unit = match unit {
        "week" => Unit::Week,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" => Unit::Year,
        _ => return Err(wrong()),
    };
    let which = match which {
        "start" => 1,
        "middle" => 2,
        "end" => 3,
        _ => return Err(wrong()),
    };
    Ok(Sense::Edge(unit, which))
}
