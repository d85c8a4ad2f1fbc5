//! `limit`: offends when there is too much or too little.

use super::case::Case;
use super::offence::Offence;
use super::scope::{Scope, beside, scopes};
use super::silence::Silence;
use super::stretch::Stretch;
use super::trigger::{Unknown, asked};
use crate::conversation::{Lang, Mode, Reply};
use crate::cue::CueId;
use crate::language::is_han;
use crate::rulebook::check::{Limit, Measure, Within};

pub(super) fn ask(case: &Case, check: &Limit<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    match check.measure {
        Measure::Sentence => {
            let words = Limit { max: check.max_words, ..check.clone() };
            by_sentence(case, &[(check, Lang::Zh), (&words, Lang::En)], out, unknown);
        }
        Measure::SentenceHan => by_sentence(case, &[(check, Lang::Zh)], out, unknown),
        Measure::SentenceWords => by_sentence(case, &[(check, Lang::En)], out, unknown),
        Measure::Residue | Measure::Count | Measure::Chars => by_scope(case, check, out, unknown),
    }
}

/// Checks sentences, by the limit for their language.
fn by_sentence(case: &Case, limits: &[(&Limit<CueId>, Lang)], out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    for reply in &case.replies {
        let found = limits.iter().flat_map(|&(check, lang)| sentences(case, reply, check, lang));
        let found: Vec<Offence> = found.collect();
        if !found.is_empty() && asked(case, &limits[0].0.when, reply, unknown) {
            out.extend(found);
        }
    }
}

/// Checks clauses, messages, replies, … as a whole.
fn by_scope(case: &Case, check: &Limit<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    for scope in scopes(case, check.over) {
        if check.measure == Measure::Chars && is_short(case, &scope, check) {
            continue;
        }
        let amount = match check.measure {
            Measure::Residue => residue(case, &scope, check),
            Measure::Chars => characters(case, &scope),
            _ => scope.hits(case, check.find.as_ref().map_or(&[][..], |names| &names.0)).count(),
        };
        let offence = match check.over {
            Within::Clause | Within::Sentence => {
                let Stretch { turn, start, end } = scope.stretches[0];
                trimmed(case, turn, start as usize, end as usize)
            }
            _ => case.whole(scope.judged),
        };
        let offends = offends(case, check, &offence, amount) && !made_good(case, check, &offence, scope.reply);
        if offends && asked(case, &check.when, &case.replies[scope.reply], unknown) {
            out.push(numbered(offence, check, amount));
        }
    }
}

fn offends(case: &Case, check: &Limit<CueId>, offence: &Offence, amount: usize) -> bool {
    let offends = is_beyond(check, amount);
    if !offends {
        let limit = check.max.or(check.min).unwrap_or_default();
        case.note(|| Silence::at(offence.at, "within-limit").value("count", amount).value("limit", limit));
    }
    offends
}

/// Whether a reply soon after supplies what this one lacks: “one moment”, and then the answer.
fn made_good(case: &Case, check: &Limit<CueId>, offence: &Offence, reply: usize) -> bool {
    if check.follow_up == 0 || check.measure != Measure::Residue || case.conversation.mode != Mode::Transcript {
        return false;
    }
    let enough = check.min.unwrap_or_default();
    let later = case.replies[reply + 1..].iter().take(check.follow_up);
    let says = |turn: usize| beside(case, case.whole_stretch(turn), &check.minus, enough);
    let made_good = later.clone().any(|reply| case.said(reply).map(says).fold(0, usize::saturating_add) >= enough);
    if made_good {
        case.note(|| Silence::at(offence.at, "followed"));
    }
    made_good
}

fn is_beyond(check: &Limit<CueId>, amount: usize) -> bool {
    check.min.is_some_and(|min| amount < min) || check.max.is_some_and(|max| amount > max)
}

/// A stretch of a turn without the space around it.
fn trimmed(case: &Case, turn: usize, start: usize, end: usize) -> Offence {
    let text = &case.scans[turn].folded.text[start..end];
    let lead = text.len() - text.trim_start().len();
    Offence::new(Stretch::new(turn, start + lead, start + text.trim_end().len().max(lead)))
}

fn numbered(offence: Offence, check: &Limit<CueId>, amount: usize) -> Offence {
    let limit = check.max.or(check.min).unwrap_or_default();
    offence.value("count", amount).value("limit", limit)
}

/// Fewest bytes of a Han character.
const HAN: usize = 3;

/// Sentences of one language that are too long or too short.
fn sentences(case: &Case, reply: &Reply, check: &Limit<CueId>, lang: Lang) -> Vec<Offence> {
    let mut found = Vec::new();
    // A text's length in bytes bounds its number of characters.
    let least = if lang == Lang::Zh { HAN } else { 1 };
    let few =
        |bytes: usize| case.notes.is_none() && check.min.is_none() && check.max.is_none_or(|max| bytes / least <= max);
    let long = |turn: usize| !few(case.scans[turn].folded.text.len());
    for turn in case.judged(reply).filter(|&turn| long(turn) && case.lang(turn) == lang) {
        let scan = &case.scans[turn];
        let text = scan.folded.text.as_str();
        // Chats are written without full stops: a space between Han characters ends a sentence as well.
        let mut ends: Vec<usize> =
            scan.segments.sentences().map(|(_, end)| end).chain(scan.segments.spaces()).collect();
        ends.sort_unstable();
        ends.dedup();
        let mut start = 0;
        for end in ends {
            let sentence = &text[std::mem::replace(&mut start, end)..end];
            if few(sentence.len()) {
                continue;
            }
            let amount = match lang {
                Lang::Zh => sentence.chars().filter(|&character| is_han(character)).count(),
                Lang::En => sentence.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count(),
            };
            if case.notes.is_some() || is_beyond(check, amount) {
                let offence = trimmed(case, turn, end - sentence.len(), end);
                if offends(case, check, &offence, amount) {
                    found.push(numbered(offence, check, amount));
                }
            }
        }
    }
    found
}

/// Characters, without the space around.
fn characters(case: &Case, scope: &Scope) -> usize {
    let said = |stretch: &Stretch| &case.scans[stretch.turn].folded.text[stretch.start as usize..stretch.end as usize];
    scope.stretches.iter().map(|stretch| said(stretch).trim().chars().count()).sum()
}

/// Whether a scope has fewer bytes than it may have characters: nearly all have, and nothing needs to be counted.
fn is_short(case: &Case, scope: &Scope, check: &Limit<CueId>) -> bool {
    let bytes = || scope.stretches.iter().map(|stretch| (stretch.end - stretch.start) as usize).sum::<usize>();
    case.notes.is_none() && check.min.is_none() && check.max.is_none_or(|max| bytes() <= max)
}

/// Letters and digits outside the hits of these cues.
fn residue(case: &Case, scope: &Scope, check: &Limit<CueId>) -> usize {
    // Counting stops once the limit is decided.
    let all = check.max.is_some() || case.notes.is_some();
    let enough = if all { usize::MAX } else { check.min.unwrap_or_default() };
    let mut left = 0_usize;
    for &stretch in &scope.stretches {
        if left >= enough {
            break;
        }
        left = left.saturating_add(beside(case, stretch, &check.minus, enough));
    }
    left
}
