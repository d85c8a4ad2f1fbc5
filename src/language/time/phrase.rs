//! Whole phrases: a time with the words before and behind it.

use super::clock::NOON;
use super::model::{Amount, Bound, Clock, Kind, Mention, Part, Place, Point, Unit, Value, Way};
use super::point::single;
use super::scan::Scan;
use super::sense::{Left, Mark, Sense};

/// The word before a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    None,
    /// on, at: not part of the phrase
    At,
    /// about: part of the phrase, without a meaning
    About,
    From,
    /// in three days: only before a length
    In,
    Bound(Bound),
}

impl Scan<'_> {
    /// The longest phrase of time that begins at `at`.
    pub(crate) fn phrase(self, at: usize) -> Option<Mention> {
        let vague = self.word(at, |sense| (*sense == Sense::Vague).then_some(())).map(|((), end)| end);
        // 收货之后 names an event, 我们之后 no time at all; 之后3天内 is counted from something.
        let vague =
            vague.filter(|end| self.side(at) != Some(*end) || self.stands_alone(at) && self.amount(*end).is_none());
        let vague = vague.max(self.vague_amount(at)).map(|end| self.vague_nth(end));
        let recurring = self.recurring(at);
        let bounded = self.bounded(at);
        let longest = bounded.as_ref().map_or(0, |mention| mention.end);
        if let Some(end) = vague
            && end >= longest
            && end >= recurring.unwrap_or(0)
        {
            return Some(plain(at, end, Kind::Vague, Value::Vague));
        }
        if let Some(end) = recurring
            && end >= longest
        {
            return Some(plain(at, end, Kind::Recurring, Value::Recurring));
        }
        bounded
    }

    /// 节后第一个工作日: as vague as the holiday itself.
    fn vague_nth(self, end: usize) -> usize {
        let nth = self.marks(end, &[Mark::Ordinal]).and_then(|(_, next)| {
            let (_, next) = self.integer(next)?;
            self.unit(self.past(next, &[Mark::Measure])).map(|(_, end)| end)
        });
        nth.unwrap_or(end)
    }

    /// Whether no word before it claims 之后.
    fn stands_alone(self, at: usize) -> bool {
        let Some((before, last)) = self.text[..at].char_indices().next_back() else {
            return true;
        };
        !last.is_alphanumeric() || self.mark(before, Mark::Speaker) == Some(at)
    }

    /// 几天内, 未来几天, within a few days
    fn vague_amount(self, at: usize) -> Option<usize> {
        let lead = self.marks(at, &[Mark::Past, Mark::Ahead, Mark::WithinBefore, Mark::InBefore, Mark::Latest]);
        let end = self.several(lead.map_or(at, |(_, end)| self.gap(end)))?;
        let after = self.marks(end, &[Mark::Within, Mark::Hence, Mark::Ago]);
        (lead.is_some() || after.is_some()).then(|| after.map_or(end, |(_, end)| end))
    }

    /// A time with the words before and behind it.
    fn bounded(self, at: usize) -> Option<Mention> {
        let mut best = self.read(at, at, Lead::None);
        let lead = |sense: &Sense| match sense {
            Sense::Mark(Mark::At) => Some(Lead::At),
            Sense::Mark(Mark::About) => Some(Lead::About),
            Sense::Mark(Mark::From) => Some(Lead::From),
            Sense::Mark(Mark::InBefore) => Some(Lead::In),
            Sense::Mark(Mark::Latest) => Some(Lead::Bound(Bound::By)),
            Sense::Mark(Mark::WithinBefore) => Some(Lead::Bound(Bound::Within)),
            Sense::Mark(Mark::BeforeBefore) => Some(Lead::Bound(Bound::Before)),
            Sense::Mark(Mark::AfterBefore) => Some(Lead::Bound(Bound::After)),
            Sense::Mark(Mark::Since) => Some(Lead::Bound(Bound::Since)),
            _ => None,
        };
        let mut leads = Vec::new();
        self.memo.words(self.lexicon, self.text, at, |word, len| {
            leads.extend(lead(self.lexicon.sense(word)).map(|lead| (lead, at + len)));
        });
        for (lead, end) in leads {
            if self.byte(end - 1).is_ascii_alphabetic() && self.byte(end).is_ascii_alphanumeric() {
                continue;
            }
            let next = self.gap(end);
            // “By the”, “by about”, 最晚在: a second small word.
            let next = self.marks(next, &[Mark::At, Mark::About]).map_or(next, |(_, end)| self.gap(end));
            let start = if lead == Lead::At { next } else { at };
            if let Some(found) = self.read(start, next, lead)
                && best.as_ref().is_none_or(|best| (found.end, best.start) > (best.end, found.start))
            {
                best = Some(found);
            } else if best.is_none() {
                let bound = if let Lead::Bound(bound) = lead { Some(bound) } else { None };
                best = self.at_three(at, end, bound);
            }
        }
        best
    }

    /// The time at `at` of a phrase that begins at `start`.
    fn read(self, start: usize, at: usize, lead: Lead) -> Option<Mention> {
        let company = !matches!(lead, Lead::None | Lead::About);
        let (value, end) = self.value(at, company, lead)?;
        let (value, end) = self.zoned(value, end);
        let (mut value, mut end) = self.closing(value, end);
        let mut start = start;
        if lead == Lead::From && !matches!(value, Value::Between(..)) && self.since(end).is_none() {
            start = at;
        }
        let mut bound = match lead {
            Lead::Bound(bound) => Some(bound),
            Lead::In => Some(Bound::Within),
            _ => None,
        };
        if let Value::Point(point) = &value
            && let Some((off, within, after)) = self.moved(point, end)
        {
            (value, end) = (off, after);
            bound = if within { Some(Bound::Within) } else { bound };
        } else if let Some((mark, after)) = self.tail(end) {
            let tail = match mark {
                Mark::BeforeUntil => Some(Bound::By),
                Mark::Before => Some(Bound::UpTo),
                Mark::AfterFrom => Some(Bound::Since),
                Mark::After => Some(Bound::After),
                Mark::Within => Some(Bound::Within),
                _ => None,
            };
            let fits = match &value {
                Value::Amount(_) => matches!(mark, Mark::Within | Mark::Around),
                Value::Zoned(..) | Value::Point(Point { clock: Some(Clock::At { .. }), .. }) => mark != Mark::Within,
                Value::Point(_) => mark != Mark::Around,
                Value::Shift(..) => {
                    matches!(mark, Mark::Around | Mark::AfterFrom | Mark::BeforeUntil)
                }
                Value::Between(..) => matches!(mark, Mark::Within),
                _ => false,
            };
            if fits {
                end = after;
                bound = tail.or(bound);
                // 十点左右之前: first “about”, then the bound.
                if mark == Mark::Around
                    && let Some((Mark::Before, after)) = self.tail(end)
                {
                    end = after;
                    bound = Some(Bound::UpTo);
                }
            }
        }
        let work = |point: &Point| matches!(point.clock, Some(Clock::Open | Clock::Close));
        let alone = match &value {
            Value::Point(point) => {
                work(point) && bound.is_none() && !self.byte(end - 1).is_ascii()
                    || point.place.is_none() && point.clock == Some(Clock::Now)
            }
            _ => false,
        };
        if alone || !self.closes(end) {
            return None;
        }
        // “By three days”, “within Friday”: a length only combines with “within”.
        if matches!(value, Value::Amount(_)) {
            bound = match bound {
                Some(Bound::By | Bound::Within) => Some(Bound::Within),
                None => None,
                Some(_) => return None,
            };
        }
        let service = matches!(value, Value::Amount(_))
            && bound.is_none()
            && self.spoiled(self.past(end, &[Mark::Of]), Left::TimeOfService);
        // “In three days” names a day, “in 24-48 hours” a stretch; both set a deadline.
        if lead == Lead::In
            && let Value::Amount(amount) = &value
            && amount.0.iter().all(|part| part.least == part.most)
        {
            let value = Value::Shift(amount.clone(), Way::Ahead);
            return Some(Mention { start, end, kind: kind(&value, None), bound, service, value });
        }
        Some(Mention { start, end, kind: kind(&value, bound), bound, service, value })
    }

    /// “5 pm EST tomorrow”: an hour in another zone.
    fn zoned(self, value: Value, end: usize) -> (Value, usize) {
        let Value::Point(Point { place, clock: Some(clock @ Clock::At { .. }) }) = &value else { return (value, end) };
        let zone = self.word(self.gap(end), |sense| match sense {
            Sense::Zone(minutes) => Some(*minutes),
            _ => None,
        });
        let Some((minutes, end)) = zone else { return (value, end) };
        let next = self.past(end, &[Mark::At, Mark::Of, Mark::Comma]);
        let behind = if place.is_none() && next > end { self.place(next, true) } else { None };
        let (place, end) = match behind.filter(|(place, _)| single(place)) {
            Some((place, end)) => (Some(place), end),
            None => (place.clone(), end),
        };
        (Value::Zoned(Point { place, clock: Some(*clock) }, minutes), end)
    }

    /// 四点下班前: what closes at a stated hour closes then, and never in the morning.
    fn closing(self, value: Value, end: usize) -> (Value, usize) {
        let Value::Point(Point { place, clock: Some(Clock::At { second, open }) }) = &value else {
            return (value, end);
        };
        let after = self.marks(end, &[Mark::Close, Mark::Open]);
        let Some((mark, after)) = after.filter(|&(_, after)| matches!(self.tail(after), Some((Mark::Before, _))))
        else {
            return (value, end);
        };
        let late = *open && mark == Mark::Close && *second < NOON;
        let second = if late { second + NOON } else { *second };
        (Value::Point(Point { place: place.clone(), clock: Some(Clock::At { second, open: *open && !late }) }), after)
    }

    /// A bound or “about” behind a time, unless a longer word begins there.
    pub(crate) fn tail(self, end: usize) -> Option<(Mark, usize)> {
        let (mark, after) = self
            .marks(end, &[Mark::BeforeUntil, Mark::Before, Mark::AfterFrom, Mark::After, Mark::Within, Mark::Around])?;
        let free = self.block(self.gap(end)).is_none_or(|block| block <= after);
        free.then_some((mark, after))
    }

    /// within the hour
    fn the_hour(self, at: usize) -> Option<(Value, usize)> {
        let end = self.mark(at, Mark::The)?;
        let (unit, end) = self.unit(self.gap(end)).filter(|(unit, _)| *unit == Unit::Hour)?;
        let one = Part { least: 1000, most: 1000, unit };
        Some((Value::Amount(Amount(vec![one])), end))
    }

    fn since(self, end: usize) -> Option<usize> {
        self.tail(end).filter(|(mark, _)| *mark == Mark::AfterFrom).map(|(_, end)| end)
    }

    /// The longest reading of a time.
    fn value(self, at: usize, company: bool, lead: Lead) -> Option<(Value, usize)> {
        let mut best: Option<(Value, usize)> = None;
        let mut offer = |found: Option<(Value, usize)>| {
            if let Some((value, end)) = found
                && best.as_ref().is_none_or(|(_, longest)| end > *longest)
            {
                best = Some((value, end));
            }
        };
        let point = |(point, end)| (Value::Point(point), end);
        if company && !matches!(lead, Lead::In | Lead::Bound(Bound::Within)) {
            // 1700 hours, 9 tomorrow morning
            offer(self.point(at, company).filter(|(point, _)| point.clock.is_some()).map(point));
            offer(self.bare_hour(at).map(point));
        }
        offer(self.length(at));
        if lead == Lead::Bound(Bound::Within) {
            offer(self.the_hour(at));
        }
        if lead == Lead::In {
            return best.filter(|(value, _)| matches!(value, Value::Amount(_)));
        }
        offer(self.weeks_from(at).map(point));
        offer(self.window(at));
        offer(self.away(at));
        offer(self.between(at, company, lead == Lead::From).map(|(from, to, end)| (Value::Between(from, to), end)));
        offer(self.point(at, company).map(|(point, end)| (Value::Point(point), end)));
        best
    }
}

pub(super) fn plain(start: usize, end: usize, kind: Kind, value: Value) -> Mention {
    Mention { start, end, kind, bound: None, service: false, value }
}

fn kind(value: &Value, bound: Option<Bound>) -> Kind {
    match value {
        Value::Vague => Kind::Vague,
        Value::Recurring => Kind::Recurring,
        _ if bound.is_some() => Kind::Range,
        Value::Amount(_) => Kind::Duration,
        Value::Shift(amount, _) if amount.is_days() => Kind::Date,
        Value::Shift(..) => Kind::DateTime,
        Value::Window(..) | Value::Between(..) => Kind::Range,
        Value::Off(point, ..) => kind(&Value::Point(point.clone()), None),
        Value::Zoned(Point { place, .. }, _) => {
            if place.is_some() {
                Kind::DateTime
            } else {
                Kind::Time
            }
        }
        Value::Point(Point { place, clock }) => match (place, clock) {
            (None, Some(Clock::At { .. } | Clock::Open | Clock::Close | Clock::Now)) => Kind::Time,
            (Some(_), Some(Clock::At { .. } | Clock::Open | Clock::Close | Clock::Now)) => Kind::DateTime,
            (Some(Place::Feast { .. }), None) => Kind::Date,
            (Some(place), None) if single(place) && !weekend(place) => Kind::Date,
            _ => Kind::Range,
        },
    }
}

fn weekend(place: &Place) -> bool {
    matches!(place, Place::Week { weekend: true, .. })
}
