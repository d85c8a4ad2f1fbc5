//! `meta`, for one template: missing metadata, dates that have passed, and facts that differ from the agreed ones.

use super::case::Case;
use super::house::figures;
use super::offence::Offence;
use super::said::timed;
use super::stretch::Stretch;
use super::trigger::{Unknown, is_on};
use crate::conversation::{Field, Lang, Mode, Value};
use crate::cue::CueId;
use crate::cue::native::number::NumberKind;
use crate::cue::native::url::{self, Address};
use crate::language::{fold_str, money, time};
use crate::rulebook::builtin;
use crate::rulebook::meta::{Facts, Meta, Missing, Past};
use crate::source::{Span, did_you_mean};
use jiff::Span as Length;

/// Most column names listed in a help.
const COLUMNS: usize = 4;

pub(super) fn ask(case: &Case, check: &Meta<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    let template = case.conversation.mode == Mode::Template && case.judged_turn().is_some();
    match check {
        Meta::Missing(check) if template => missing(case, check, out),
        Meta::Past(fields) if template => past(case, fields, out, unknown),
        Meta::Unknown(field) if template => scenario(case, *field, out),
        Meta::Ended(cue) => ended(case, *cue, out, unknown),
        Meta::Facts(check) => facts(case, check, out),
        // These compare several templates; see `repository`.
        Meta::Shared(_) | Meta::Languages(_) | Meta::Missing(_) | Meta::Past(_) | Meta::Unknown(_) => {}
    }
}

fn missing(case: &Case, check: &Missing, out: &mut Vec<Offence>) {
    let metadata = &case.conversation.metadata;
    let on_channel = check.channels.is_empty() || check.channels.iter().any(|name| is_on(case.conversation, name));
    let settled = &case.options.house.required;
    let configured = check.config && !settled.is_empty();
    let asked =
        configured || check.beside.is_empty() || check.beside.iter().any(|&field| metadata.get(field).is_some());
    if !on_channel || !asked {
        return;
    }
    let known: Vec<String> = check.fields.iter().map(|field| field.name()).collect();
    let owed = if configured { settled } else { &known };
    let lacks = |name: &&String| metadata.named(name).is_none_or(|value| value.text.trim().is_empty());
    let missing: Vec<&str> = owed.iter().filter(lacks).map(String::as_str).collect();
    if let (false, Some(turn)) = (missing.is_empty(), case.judged_turn()) {
        let offence = case.about(turn, None).value("missing", missing.join(", "));
        // The help names only ways that exist here: sentences about the other kind of input are dropped for want of a
        // value.
        let key = missing[0];
        let (line, column) = match case.turn(turn).cell {
            Some(_) => (String::new(), columns(key)),
            None => (format!("{key} = \"…\""), String::new()),
        };
        out.push(offence.value("key", key).value("line", line).value("column", column));
    }
}

/// Names of a column that may hold a field.
fn columns(key: &str) -> String {
    let names = Field::of(key).map(Field::names).unwrap_or_default();
    let names: Vec<&str> = if names.is_empty() { vec![key] } else { names };
    names.iter().take(COLUMNS).map(|name| format!("“{name}”")).collect::<Vec<_>>().join(" / ")
}

fn past(case: &Case, fields: &[Past], out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    let metadata = &case.conversation.metadata;
    let days = fields.iter().filter_map(|past| Some((past, metadata.get(past.field)?, metadata.date(past.field)?)));
    let days: Vec<_> = days.collect();
    if days.is_empty() {
        return;
    }
    let Some(as_of) = case.options.clock.as_ref().map(|clock| &clock.as_of) else {
        unknown.push(Unknown::NoTime);
        return;
    };
    // Nobody uses winter templates in July; they are reviewed before their season.
    if metadata.in_season(as_of.date()) == Some(false) {
        return;
    }
    // An expired template need not be reported as due for review, too.
    let gone = days.into_iter().find(|&(.., day)| day < as_of.date());
    if let (Some((past, value, day)), Some(turn)) = (gone, case.judged_turn()) {
        let late = (as_of.date() - day).get_days();
        let state = match case.options.locale {
            Lang::Zh => &past.zh,
            Lang::En => &past.en,
        };
        out.push(case.about(turn, Some(value)).value("days", late).value("state", state));
    }
}

fn scenario(case: &Case, field: Field, out: &mut Vec<Offence>) {
    let Some(value) = case.conversation.metadata.get(field) else { return };
    let book = case.rulebook;
    if field != Field::Scenario || book.scenario(&value.text).is_some() {
        return;
    }
    let names = book.scenarios.iter().flat_map(|known| [&known.id, &known.names.zh, &known.names.en]);
    let near = did_you_mean(&value.text, names.map(String::as_str)).unwrap_or("question");
    if let Some(turn) = case.judged_turn() {
        out.push(case.about(turn, Some(value)).value("near", near));
    }
}

/// Sentences about a campaign whose end has passed.
fn ended(case: &Case, cue: CueId, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    let turns = (0..case.scans.len()).filter(|&turn| case.is_judged(turn));
    for turn in turns.filter(|&turn| case.scans[turn].has(cue)) {
        let (lexicon, calendar) = builtin::shared_times();
        let Some(as_of) = case.options.clock.as_ref().map(|clock| &clock.as_of) else {
            unknown.push(Unknown::NoTime);
            return;
        };
        // A day without a year means the nearest one, within half a year either way.
        let Ok(from) = as_of.checked_sub(Length::new().days(183)) else { return };
        let named = time::Reference { at: from, calendar };
        // “This” month and “next” year count from today.
        let counted = time::Reference { at: as_of.clone(), calendar };
        let scan = &case.scans[turn];
        let mut done = 0;
        for hit in case.hits(turn, &[cue]) {
            let (start, end) = scan.segments.sentence(hit.start as usize);
            if start < done {
                continue;
            }
            done = end.max(start + 1);
            for mention in time::find_in(&scan.folded.text, lexicon, start..end) {
                let day = match &mention.value {
                    time::Value::Point(point) | time::Value::Between(_, point) => day(point),
                    _ => None,
                };
                let until = mention.bound.is_some_and(time::Bound::is_deadline)
                    || matches!(mention.value, time::Value::Between(..))
                    || builtin::facts_words()
                        .until
                        .iter()
                        .any(|word| scan.folded.text[..mention.start].trim_end().ends_with(word.as_str()));
                let Some(day) = day.filter(|_| until) else { continue };
                let resolved = time::resolve(&mention, if day == Day::Counted { &counted } else { &named });
                let last = resolved.due.or(resolved.to);
                if last.is_some_and(|last| last < *as_of) {
                    out.push(Offence::new(Stretch::new(turn, mention.start, mention.end)));
                }
            }
        }
    }
}

/// How a date is expressed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Day {
    /// By its month or holiday.
    Named,
    /// Relative to the current month or year: 月底, 下月初, 明年1月1日.
    Counted,
}

/// How a point in time expresses its date; `None` if it counts days from today.
fn day(point: &time::Point) -> Option<Day> {
    let mut place = point.place.as_ref();
    while let Some(time::Place::Slice(whole, _)) = place {
        place = Some(whole);
    }
    let (year, month) = match place? {
        time::Place::Date { year, month: Some(month), .. } => (*year, Some(*month)),
        time::Place::Feast { year, .. } => (*year, None),
        _ => return None,
    };
    let counted = [year, month].into_iter().flatten().any(|step| matches!(step, time::Step::Shift(_)));
    Some(if counted { Day::Counted } else { Day::Named })
}

fn facts(case: &Case, check: &Facts<CueId>, out: &mut Vec<Offence>) {
    let facts = &case.options.house.facts;
    if facts.is_empty() {
        return;
    }
    for turn in (0..case.scans.len()).filter(|&turn| case.is_judged(turn)) {
        if !facts.times.is_empty() {
            for said in timed(case, turn, &check.deals) {
                let Some(agreed) = facts.times.get(case.rulebook.deal_name(said.deal.cue)) else { continue };
                if !agreed.iter().any(|&(_, most)| most == said.most) {
                    out.push(Offence::new(said.at).value("agreed", listed(agreed)));
                }
            }
        }
        amounts(case, turn, out);
        phones(case, turn, out);
        links(case, turn, out);
    }
    out.sort_by_key(|offence| offence.at);
}

fn amounts(case: &Case, turn: usize, out: &mut Vec<Offence>) {
    let text = &case.scans[turn].folded.text;
    let agreed = &case.options.house.facts.amounts;
    if !agreed.keys().any(|word| text.contains(word.as_str())) {
        return;
    }
    for ((start, end), sum) in money::find(text) {
        let (from, _) = case.scans[turn].segments.clause(start);
        let before = &text[from..start];
        // The nearest word before the amount says what it is for.
        let named = agreed.iter().filter_map(|(word, sums)| Some((before.rfind(word.as_str())?, word.len(), sums)));
        let Some((_, _, sums)) = named.max_by_key(|&(at, length, _)| (at + length, length)) else { continue };
        if !sums.iter().any(|&(_, money)| money == sum) {
            out.push(Offence::new(Stretch::new(turn, start, end)).value("agreed", listed(sums)));
        }
    }
}

fn phones(case: &Case, turn: usize, out: &mut Vec<Offence>) {
    let agreed = &case.options.house.facts.phones;
    if agreed.is_empty() {
        return;
    }
    let scan = &case.scans[turn];
    let text = scan.folded.text.as_str();
    let words = builtin::facts_words();
    let landlines = scan.numbers.iter().filter(|number| number.kind == NumberKind::Landline).map(|number| number.span);
    let hotlines = runs(text).filter(|span| {
        let digits = figures(span.of(text));
        let mut before = text[..span.start].trim_end();
        while let Some(rest) = words.joins.iter().find_map(|word| before.strip_suffix(word.as_str())) {
            before = rest.trim_end();
        }
        let named = words.phone.iter().any(|word| before.ends_with(word.as_str()));
        let long = digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
        long || named && (5..=6).contains(&digits.len())
    });
    let mut places: Vec<Span> = landlines.chain(hotlines).collect();
    places.sort_unstable();
    places.dedup_by(|next, last| next.overlaps(*last));
    for span in places {
        let digits = figures(span.of(text));
        let known = agreed.iter().any(|(_, number)| *number == digits) || words.public.contains(&digits);
        if !known {
            let shown = agreed.iter().map(|(shown, _)| shown.as_str()).collect::<Vec<_>>().join(" / ");
            out.push(Offence::new(Stretch::new(turn, span.start, span.end)).value("agreed", shown));
        }
    }
}

/// Runs of digits, joined by single spaces or hyphens.
fn runs(text: &str) -> impl Iterator<Item = Span> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(u8::is_ascii_digit)?;
        let mut end = start;
        while bytes.get(end).is_some_and(u8::is_ascii_digit)
            || matches!(bytes.get(end), Some(b'-' | b' ')) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)
        {
            end += 1;
        }
        at = end;
        Some(Span::new(start, end))
    })
}

fn links(case: &Case, turn: usize, out: &mut Vec<Offence>) {
    let agreed = &case.options.house.facts.links;
    if agreed.is_empty() {
        return;
    }
    let scan = &case.scans[turn];
    let foreign = |host: &str| {
        let ours = |domain: &String| {
            host.strip_suffix(domain.as_str()).is_some_and(|left| left.is_empty() || left.ends_with('.'))
        };
        !host.contains('@') && !agreed.iter().any(ours)
    };
    let mut told: Vec<(Span, &str)> = Vec::new();
    for &span in scan.addresses() {
        let host = host(span.of(&scan.folded.text));
        if foreign(host) {
            out.push(Offence::new(Stretch::new(turn, span.start, span.end)).value("agreed", agreed.join(" / ")));
            told.push((span, host));
        }
    }
    // Link targets are not in the text. Its bytes are mapped to folded ones in a single pass.
    let mut ways = case.turn(turn).text.char_indices().zip(scan.folded.text.char_indices()).peekable();
    let mut folded = |at: usize| {
        while ways.next_if(|((own, _), _)| *own < at).is_some() {}
        ways.peek().map_or(scan.folded.text.len(), |(_, (folded, _))| *folded)
    };
    for link in case.conversation.links.iter().filter(|_| turn == 0) {
        let (start, end) = (folded(link.words.start), folded(link.words.end));
        let to = fold_str(&link.to);
        let leads = url::find(&to).into_iter().next();
        let leads = leads.filter(|(span, kind)| *kind == Address::Web && matches!(&to[..span.start], "" | "//"));
        let Some(host) = leads.map(|(span, _)| host(span.of(&to))).filter(|host| foreign(host)) else { continue };
        // An image has no words, so the character beside it stands for it.
        let text = &scan.folded.text;
        let beside = || text[start..].chars().next().map_or(0, char::len_utf8);
        let place = Span::new(start, if end > start { end } else { start + beside() });
        // An address in the words themselves has been reported already.
        let first = told.partition_point(|(span, _)| span.end <= place.start);
        if told.get(first).is_none_or(|(span, said)| *said != host || !span.overlaps(place)) {
            let offence = Offence::new(Stretch::new(turn, place.start, place.end)).value("quote", host);
            out.push(offence.value("agreed", agreed.join(" / ")));
        }
    }
}

/// The host of an address without user information: `https://shop.com@else.com` leads to the latter.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = if address.len() > rest.len() { authority.rsplit('@').next() } else { Some(authority) };
    host.and_then(|host| host.split(':').next()).unwrap_or_default()
}

fn listed<T>(agreed: &[(String, T)]) -> String {
    agreed.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" / ")
}

impl Case<'_> {
    /// The single judged turn of a template.
    pub(super) fn judged_turn(&self) -> Option<usize> {
        (0..self.scans.len()).find(|&turn| self.is_judged(turn))
    }

    /// An offence of the metadata: of one value, or of the whole (placed at the title or whatever comes first).
    pub(super) fn about(&self, turn: usize, value: Option<&Value>) -> Offence {
        let metadata = &self.conversation.metadata;
        let shown = value.or_else(|| metadata.get(Field::Title)).or_else(|| metadata.first());
        let Some((span, shown)) = shown.and_then(|shown| Some((shown.span?, shown))) else { return self.whole(turn) };
        let mut offence = Offence::new(Stretch::new(turn, 0, 0));
        offence.outside = Some((span, shown.text.clone()));
        offence
    }
}
