//! Turns conditions with and, or and not, as other platforms write rules, into verbs: what may not be said, what is
//! owed.

use super::draft::{DraftRule, replies_around};
use super::pattern::{Carried, Outcome};
use super::said::{Written, said};
use super::values::{table, texts};
use super::{Bench, Format, Place, Reason};
use crate::conversation::Role;
use toml::{Table, Value};

/// Words to find in somebody's messages.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub(super) cue: String,
    /// The speaker; `None`: anybody.
    pub(super) role: Option<Role>,
    /// A text that matches.
    pub(super) sample: String,
    pub(super) window: Option<Window>,
    pub(super) anchor: Option<Anchor>,
}

/// A part of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Window {
    First,
    Last,
}

/// A place relative to another atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    pub(super) atom: usize,
    pub(super) side: Side,
    /// How many messages away.
    pub(super) reach: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
    Around,
    Same,
}

/// A condition.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    Atom(usize),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// Something that cannot be expressed here, already listed as left out.
    Unknown,
}

/// What is known about the rule.
pub(super) struct Meta<'a> {
    pub(super) format: Format,
    pub(super) called: &'a str,
    /// A name to use if its own has no usable letters.
    pub(super) id: &'a str,
    pub(super) why: Option<&'a str>,
    pub(super) place: Place,
}

/// Most alternatives of a condition, and most parts of one.
const MOST_WAYS: usize = 32;
const MOST_PARTS: usize = 12;
/// Replies within which a duty may be met, if no number is given.
const ANY_REPLIES: usize = 99;

/// An atom, and whether it must be present.
type Literal = (usize, bool);

/// Makes rules for what the condition describes.
pub(super) fn rules(bench: &mut Bench, meta: &Meta<'_>, expr: Expr, atoms: &[Atom]) {
    let leave = |bench: &mut Bench, reason, detail: String| bench.leave(&meta.place, meta.called, reason, detail);
    // Nothing of it can be expressed; each part has been listed.
    let Some(expr) = known(expr) else { return };
    let Some(mut ways) = ways(&expr, true) else {
        return leave(bench, Reason::TooManyWays, MOST_WAYS.to_string());
    };
    for way in &mut ways {
        way.sort_unstable();
        way.dedup();
    }
    ways.retain(|way| !way.iter().any(|&(atom, there)| way.contains(&(atom, !there))));
    if atoms.iter().any(|atom| atom.role.is_none()) {
        leave(bench, Reason::AnyRole, String::new());
    }
    // Alternatives that are single words become one rule.
    let alone = |way: &Vec<Literal>| {
        let [(atom, true)] = way[..] else { return false };
        atoms[atom].role != Some(Role::Customer) && atoms[atom].window.is_none() && atoms[atom].anchor.is_none()
    };
    let (single, rest): (Vec<_>, Vec<_>) = ways.into_iter().partition(alone);
    if let Some(first) = single.first() {
        let cues = single.iter().map(|way| Value::String(atoms[way[0].0].cue.clone()));
        let check = verb("forbid", table([("find", Value::Array(cues.collect()))]));
        let sample = &atoms[first[0].0].sample;
        push(bench, meta, "forbid", check, sample, replies_around(said(), sample), fine(None));
    }
    for way in rest {
        one(bench, meta, &way, atoms);
    }
}

/// The condition without inexpressible parts; `None` if nothing is left.
fn known(expr: Expr) -> Option<Expr> {
    Some(match expr {
        Expr::Unknown => return None,
        Expr::Atom(atom) => Expr::Atom(atom),
        Expr::Not(inner) => Expr::Not(Box::new(known(*inner)?)),
        Expr::And(parts) => Expr::And(some(parts)?),
        Expr::Or(parts) => Expr::Or(some(parts)?),
    })
}

fn some(parts: Vec<Expr>) -> Option<Vec<Expr>> {
    let parts: Vec<Expr> = parts.into_iter().filter_map(known).collect();
    (!parts.is_empty()).then_some(parts)
}

/// All ways to satisfy a condition (its disjunctive normal form); `None` if there are too many.
fn ways(expr: &Expr, holds: bool) -> Option<Vec<Vec<Literal>>> {
    match expr {
        Expr::Unknown => Some(Vec::new()),
        Expr::Atom(atom) => Some(vec![vec![(*atom, holds)]]),
        Expr::Not(inner) => ways(inner, !holds),
        Expr::And(parts) | Expr::Or(parts) => {
            let all = matches!(expr, Expr::And(_)) == holds;
            let mut found: Vec<Vec<Literal>> = if all { vec![Vec::new()] } else { Vec::new() };
            for part in parts {
                let more = ways(part, holds)?;
                if all {
                    let joined = found.iter().flat_map(|one| more.iter().map(move |other| [&one[..], other].concat()));
                    found = joined.take(MOST_WAYS + 1).collect();
                } else {
                    found.extend(more);
                }
                if found.len() > MOST_WAYS || found.iter().any(|way| way.len() > MOST_PARTS) {
                    return None;
                }
            }
            Some(found)
        }
    }
}

/// The rule for one way to satisfy the condition.
fn one(bench: &mut Bench, meta: &Meta<'_>, way: &[Literal], atoms: &[Atom]) {
    let of = |customer: bool, there: bool| {
        let is =
            move |literal: &&Literal| (atoms[literal.0].role == Some(Role::Customer)) == customer && literal.1 == there;
        way.iter().filter(is).map(|literal| &atoms[literal.0]).collect::<Vec<_>>()
    };
    let (said_by_agent, missing) = (of(false, true), of(false, false));
    let (asked, not_asked) = (of(true, true), of(true, false));
    let leave = |bench: &mut Bench, reason| bench.leave(&meta.place, meta.called, reason, "");
    if said_by_agent.is_empty() && missing.is_empty() {
        return leave(bench, Reason::CustomerOnly);
    }
    // Only one trigger is supported here: a rule cannot wait for two.
    if asked.len() > 1 || said_by_agent.len() + asked.len() > 2 {
        return leave(bench, Reason::TooManyConditions);
    }
    if said_by_agent.iter().any(|atom| atom.window.is_some()) {
        leave(bench, Reason::Window);
    }
    let customer = asked.first().copied();
    let mut when = Table::new();
    if let Some(atom) = customer {
        when.insert("any".to_owned(), Value::Array(vec![trigger("customer", atom)]));
    }
    if !not_asked.is_empty() {
        let unless = not_asked.iter().map(|atom| trigger("customer", atom)).collect();
        when.insert("unless".to_owned(), Value::Array(unless));
    }
    // An example states the customer's words if the rule needs them.
    let stated = customer.map(|atom| atom.sample.as_str()).or((!when.is_empty()).then(|| said().customer()));
    match (&said_by_agent[..], &missing[..]) {
        ([], _) => owed(bench, meta, &missing, customer, when, stated),
        ([only], []) => {
            let check = with_when(table([("find", Value::String(only.cue.clone()))]), when);
            let bad = stating(replies_around(said(), &only.sample), stated);
            push(bench, meta, "forbid", verb("forbid", check), &only.sample, bad, fine(stated));
        }
        ([first, rest @ ..], missing) if !missing.is_empty() => {
            let same = missing.iter().all(|atom| atom.anchor.is_some_and(|anchor| anchor.side == Side::Same));
            if !same && missing.iter().any(|atom| atom.anchor.is_some()) {
                leave(bench, Reason::Anchor);
            }
            if let [other] = rest {
                let both = vec![trigger("reply", other), trigger("earlier", other)];
                when.insert("any".to_owned(), Value::Array(both));
            }
            let check = table([
                ("find", Value::String(first.cue.clone())),
                ("without", texts(missing.iter().map(|atom| atom.cue.clone()))),
                ("within", Value::String(if same { "turn" } else { "conversation" }.to_owned())),
            ]);
            let others = rest.iter().map(|atom| atom.sample.as_str()).collect::<Vec<_>>().join(", ");
            let bad_text = [first.sample.as_str(), &others].join(if others.is_empty() { "" } else { ", " });
            let good_text = format!("{bad_text}, {}", missing[0].sample);
            let check = verb("pair", with_when(check, when));
            let (bad, good) = (replies_around(said(), &bad_text), replies_around(said(), &good_text));
            let good = good.into_iter().filter(|example| !example.to_string().contains('\u{27e6}')).collect();
            let good = [stating(good, stated), fine(stated)].concat();
            push(bench, meta, "pair", check, &missing[0].sample, stating(bad, stated), good);
        }
        ([first, second, ..], _) => both(bench, meta, first, second, atoms, when),
        _ => {}
    }
}

/// A duty that the agent does not meet.
fn owed(
    bench: &mut Bench,
    meta: &Meta<'_>,
    missing: &[&Atom],
    customer: Option<&Atom>,
    when: Table,
    stated: Option<&str>,
) {
    let find = texts(missing.iter().map(|atom| atom.cue.clone()));
    let window = missing.iter().find_map(|atom| atom.window);
    if missing.iter().any(|atom| atom.window != window) {
        bench.leave(&meta.place, meta.called, Reason::Window, "");
    }
    let place = match window {
        Some(Window::First) => Some(Value::String("first".to_owned())),
        Some(Window::Last) => Some(Value::String("last".to_owned())),
        None => customer.map(|_| {
            let reach = missing.iter().find_map(|atom| atom.anchor).and_then(|anchor| anchor.reach);
            let replies = reach.unwrap_or(ANY_REPLIES).clamp(1, ANY_REPLIES);
            Value::Table(table([("next-replies", Value::Integer(i64::try_from(replies).unwrap_or(1)))]))
        }),
    };
    let check = if let Some(place) = place {
        let window = Value::Table(table([("transcript", place)]));
        verb("require", with_when(table([("find", find), ("window", window)]), when))
    } else {
        let entries = [
            ("measure", Value::String("count".to_owned())),
            ("find", find),
            ("min", Value::Integer(1)),
            ("over", Value::String("conversation".to_owned())),
        ];
        verb("limit", with_when(table(entries), when))
    };
    let sample = &missing[0].sample;
    let good = replies_around(said(), sample);
    let good = good.into_iter().filter(|example| !example.to_string().contains('\u{27e6}')).collect();
    push(bench, meta, "require", check, sample, fine(stated), stating(good, stated));
}

/// Two things that are both said.
fn both(bench: &mut Bench, meta: &Meta<'_>, first: &Atom, second: &Atom, atoms: &[Atom], when: Table) {
    let anchored = |one: &Atom, other: &Atom| one.anchor.filter(|anchor| atoms[anchor.atom].cue == other.cue);
    let (later, earlier, anchor) = match (anchored(first, second), anchored(second, first)) {
        (Some(anchor), _) => (first, second, Some(anchor)),
        (None, anchor) => (second, first, anchor),
    };
    let text = format!("{}, {}", earlier.sample, later.sample);
    let side = anchor.map(|anchor| anchor.side);
    if side == Some(Side::Same) {
        let part = |atom: &Atom| Value::String(format!("<{}>", atom.cue));
        let row = |one, other| Value::Array(vec![part(one), Value::String("<gap:60>".to_owned()), part(other)]);
        let sequences = Value::Array(vec![row(earlier, later), row(later, earlier)]);
        let name = super::draft::kebab(meta.called).unwrap_or_else(|| "both".to_owned());
        let mut cue = table([("sequences", sequences)]);
        cue.extend(kept());
        let cue = bench.draft.cue(&name, cue, &meta.place);
        let check = verb("forbid", with_when(table([("find", Value::String(cue))]), when));
        return push(bench, meta, "forbid", check, &later.sample, replies_around(said(), &text), fine(None));
    }
    if matches!(side, Some(Side::Around)) || anchor.is_some_and(|anchor| anchor.reach.is_some()) {
        bench.leave(&meta.place, meta.called, Reason::Anchor, "");
    }
    let mut asked_of = |found: &Atom, other: &Atom, reply: bool| {
        let mut any = vec![trigger("earlier", other)];
        any.extend(reply.then(|| trigger("reply", other)));
        let mut when = when.clone();
        when.insert("any".to_owned(), Value::Array(any));
        let check = verb("forbid", with_when(table([("find", Value::String(found.cue.clone()))]), when));
        let turn = |role: &str, text: &str| {
            Value::Table(table([("role", Value::String(role.to_owned())), ("text", Value::String(text.to_owned()))]))
        };
        let marked = format!("\u{27e6}{}\u{27e7}", found.sample);
        let customer = said().customer();
        let turns = [turn("agent", &other.sample), turn("customer", customer), turn("agent", &marked)];
        let bad = vec![Value::Table(table([("turns", Value::Array(turns.to_vec()))]))];
        push(bench, meta, "forbid", check, &found.sample, bad, fine(None));
    };
    match side {
        Some(Side::Before) => asked_of(earlier, later, true),
        Some(Side::After) => asked_of(later, earlier, true),
        _ => {
            asked_of(later, earlier, true);
            asked_of(earlier, later, false);
        }
    }
}

/// Words and patterns as entries of a cue that matches as other platforms do: inside words, too.
pub(super) fn cue_of(outcomes: &[Outcome], role: Option<Role>) -> (Table, String) {
    let (mut phrases, mut patterns, mut sample) = (Vec::new(), Vec::new(), None);
    for outcome in outcomes {
        match &outcome.carried {
            Carried::Words(words) => {
                sample = sample.or_else(|| words.first().cloned());
                phrases.extend(words.iter().cloned());
            }
            Carried::Pattern { regex, sample: text } => {
                sample = sample.or_else(|| Some(text.clone()));
                patterns.push(regex.clone());
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    phrases.retain(|phrase| seen.insert(crate::language::fold_str(phrase)));
    let mut cue = kept();
    if !phrases.is_empty() {
        cue.insert("phrases".to_owned(), texts(phrases));
    }
    if !patterns.is_empty() {
        cue.insert("regex".to_owned(), texts(patterns));
    }
    if let Some(role) = role {
        let name = if role == Role::Customer { "customer" } else { "agent" };
        cue.insert("roles".to_owned(), texts([name]));
    }
    (cue, sample.unwrap_or_default())
}

/// Elsewhere, negated or quoted words count as well.
pub(super) fn kept() -> Table {
    table([("negated", Value::String("keep".to_owned())), ("quoted", Value::String("keep".to_owned()))])
}

fn trigger(key: &str, atom: &Atom) -> Value {
    Value::Table(table([(key, Value::String(atom.cue.clone()))]))
}

pub(super) fn verb(name: &str, check: Table) -> Value {
    Value::Table(table([(name, Value::Table(check))]))
}

fn with_when(mut check: Table, when: Table) -> Table {
    if !when.is_empty() {
        check.insert("when".to_owned(), Value::Table(when));
    }
    check
}

/// Replies without a fault.
pub(super) fn fine(stated: Option<&str>) -> Vec<Value> {
    stating(said().fine().iter().map(super::values::reply).collect(), stated)
}

/// Examples with preceding words of the customer.
fn stating(examples: Vec<Value>, customer: Option<&str>) -> Vec<Value> {
    let Some(customer) = customer else { return examples };
    let stated = examples.into_iter().map(|mut example| {
        if let Value::Table(table) = &mut example {
            table.insert("customer".to_owned(), Value::String(customer.to_owned()));
        }
        example
    });
    stated.collect()
}

/// Adds a rule.
pub(super) fn push(
    bench: &mut Bench,
    meta: &Meta<'_>,
    kind: &str,
    check: Value,
    word: &str,
    bad: Vec<Value>,
    good: Vec<Value>,
) {
    let written = Written { format: meta.format, name: meta.called, word, message: None, why: meta.why };
    let mut table = said().speak(kind, &written);
    table.insert("severity".to_owned(), Value::String("warning".to_owned()));
    table.insert("check".to_owned(), check);
    let name = bench.draft.free(meta.called, meta.id);
    let (called, place) = (meta.called.to_owned(), meta.place.clone());
    bench.draft.rules.push(DraftRule { name, table, bad, good, wanted: (1, 1), strict: false, called, place });
}
