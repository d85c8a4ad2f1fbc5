//! Numbers: digits, Chinese numerals read as a whole or digit by digit, English words.

use super::scan::Scan;
use super::sense::{Mark, Sense};

/// Most words of a number.
const LONGEST: usize = 24;

/// How a number was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// 24
    Figures,
    /// 二〇二六, digit by digit
    Spelled,
    /// 二十四, twenty-four
    Spoken,
}

/// A number in thousandths; it saturates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) milli: u64,
    /// The lower of two neighbours that make an estimate: 三五天.
    pub(crate) least: Option<u64>,
    pub(crate) style: Style,
    /// How many digits were written.
    pub(crate) figures: usize,
    pub(crate) leading_zero: bool,
}

impl Number {
    /// The number, if it is whole and fits a calendar.
    pub(crate) fn whole(&self) -> Option<i32> {
        (self.milli.is_multiple_of(1000)).then(|| i32::try_from(self.milli / 1000).ok()).flatten()
    }

    /// The number, if it is whole and lies within these bounds.
    pub(crate) fn within(&self, least: i32, most: i32) -> Option<i32> {
        self.whole().filter(|n| (least..=most).contains(n))
    }
}

impl Scan<'_> {
    /// Any number, with a decimal part.
    pub(crate) fn number(self, at: usize) -> Option<(Number, usize)> {
        let (mut number, mut end) = self.integer(at)?;
        if number.style == Style::Figures && self.byte(end) == b'.' && self.byte(end + 1).is_ascii_digit() {
            let mut scale = 100;
            end += 1;
            while self.byte(end).is_ascii_digit() {
                number.milli = number.milli.saturating_add(u64::from(self.byte(end) - b'0') * scale);
                scale /= 10;
                end += 1;
            }
        }
        Some((number, end))
    }

    /// A whole number.
    pub(crate) fn integer(self, at: usize) -> Option<(Number, usize)> {
        if self.byte(at).is_ascii_digit() {
            let mut end = at;
            let mut value = 0u64;
            while self.byte(end).is_ascii_digit() {
                value = value.saturating_mul(10).saturating_add(u64::from(self.byte(end) - b'0'));
                end += 1;
            }
            let number = Number {
                milli: value.saturating_mul(1000),
                least: None,
                style: Style::Figures,
                figures: end - at,
                leading_zero: self.byte(at) == b'0' && end - at > 1,
            };
            return Some((number, end));
        }
        self.numeral(at)
    }

    /// A number in words.
    fn numeral(self, at: usize) -> Option<(Number, usize)> {
        let mut words = Numeral::default();
        let mut end = at;
        let mut next = at;
        let mut count = 0;
        while count < LONGEST
            && let Some((sense, after)) = self.word(next, |sense| match sense {
                Sense::Digit(_) | Sense::Scale(_) | Sense::Number(_) => Some(sense.clone()),
                _ => None,
            })
        {
            if !words.take(&sense) {
                break;
            }
            end = after;
            next = after;
            count += 1;
            // English joins its words with a hyphen or a space.
            if matches!(sense, Sense::Number(_)) && self.byte(after - 1).is_ascii() {
                next = self.mark(after, Mark::Hyphen).unwrap_or_else(|| self.gap(after));
            }
        }
        (end > at).then(|| (words.finish(), end))
    }
}

/// A number being read word by word.
#[derive(Default)]
struct Numeral {
    total: u64,
    section: u64,
    /// Digits since the last ten, hundred ….
    run: Vec<u8>,
    /// The last ten, hundred …: only a smaller one may follow; 二十二十 is no number.
    last: u32,
    /// Whether there was a ten, hundred ….
    scaled: bool,
    /// The last word that was a number by itself.
    word: Option<u32>,
}

impl Numeral {
    /// Takes a word if it can continue the number.
    fn take(&mut self, sense: &Sense) -> bool {
        match *sense {
            Sense::Digit(digit) => {
                if self.run.len() >= 12 {
                    return false;
                }
                self.run.push(digit);
                true
            }
            Sense::Scale(scale) => {
                if self.run.len() > 1 && !(self.scaled && self.run[0] == 0)
                    || self.run.is_empty() && (self.scaled || self.word.is_some() || scale != 10)
                {
                    return self.myriad(scale);
                }
                if scale < 10_000 && self.last > 0 && scale >= self.last {
                    return false;
                }
                self.last = if scale < 10_000 { scale } else { 0 };
                let digit = u64::from(self.run.last().copied().unwrap_or(1));
                self.run.clear();
                self.scaled = true;
                if scale >= 10_000 {
                    self.total = (self.total + self.section + digit).saturating_mul(scale.into());
                    self.section = 0;
                } else {
                    self.section = self.section.saturating_add(digit * u64::from(scale));
                }
                true
            }
            Sense::Number(number) => {
                let fits = match self.word {
                    None => self.run.is_empty() && !self.scaled,
                    Some(last) => last >= 20 && last % 10 == 0 && number < 10,
                };
                if fits {
                    self.section += u64::from(number);
                    self.word = Some(number);
                }
                fits
            }
            _ => false,
        }
    }

    /// 三十万: the scale multiplies everything so far.
    fn myriad(&mut self, scale: u32) -> bool {
        if scale < 10_000 || self.section == 0 || !self.run.is_empty() {
            return false;
        }
        self.total = (self.total + self.section).saturating_mul(u64::from(scale));
        (self.section, self.last) = (0, 0);
        true
    }

    fn finish(self) -> Number {
        let mut least = None;
        let tail = self.run.iter().fold(0u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(*digit)));
        let base = self.total.saturating_add(self.section);
        let plain = !self.scaled && self.word.is_none();
        let mut value = base.saturating_add(tail);
        // Two neighbouring digits, the lower first, are an estimate: 三五天, 十五六天.
        if let [low, high] = self.run[..]
            && low > 0
            && low < high
            && high - low <= 2
        {
            least = Some((base + u64::from(low)).saturating_mul(1000));
            if !plain {
                value = base + u64::from(high);
            }
        }
        Number {
            milli: value.saturating_mul(1000),
            least,
            style: if plain && self.run.len() > 1 { Style::Spelled } else { Style::Spoken },
            figures: self.run.len(),
            leading_zero: plain && self.run.len() > 1 && self.run[0] == 0,
        }
    }
}
