//! `limit`: offends when there is too much or too little.

use super::case::Case;
use super::offence::Offence;
use super::trigger::{Held, Unknown, held};
use crate::conversation::{Lang, Reply};
use crate::cue::CueId;
use crate::language::{is_han, is_letter};
use crate::rulebook::check::{Limit, Measure};

pub(super) fn ask(case: &Case, check: &Limit<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    for reply in &case.replies {
        let Some(first) = case.judged(reply).next() else { continue };
        let found = match check.measure {
            Measure::Sentence => {
                let mut found = sentences(case, reply, check, Lang::Zh);
                let words = Limit { max: check.max_words, ..check.clone() };
                found.extend(sentences(case, reply, &words, Lang::En));
                found
            }
            Measure::SentenceHan => sentences(case, reply, check, Lang::Zh),
            Measure::SentenceWords => sentences(case, reply, check, Lang::En),
            Measure::Residue => whole(case, check, first, residue(case, reply, check)),
            Measure::Chars => {
                let count = case.judged(reply).map(|turn| case.turn(turn).text.trim().chars().count()).sum();
                whole(case, check, first, count)
            }
            Measure::Count => {
                let cues = check.find.as_ref().map_or(&[][..], |names| &names.0);
                let count = case.said(reply).map(|turn| case.hits(turn, cues).count()).sum();
                whole(case, check, first, count)
            }
        };
        if found.is_empty() {
            continue;
        }
        match held(case, &check.when, reply) {
            Held::Yes => out.extend(found),
            Held::No => {}
            Held::Unknown(reason) => unknown.push(reason),
        }
    }
}

fn offends(check: &Limit<CueId>, amount: usize) -> bool {
    check.min.is_some_and(|min| amount < min) || check.max.is_some_and(|max| amount > max)
}

fn whole(case: &Case, check: &Limit<CueId>, turn: usize, amount: usize) -> Vec<Offence> {
    if offends(check, amount) { vec![numbered(case.whole(turn), check, amount)] } else { Vec::new() }
}

fn numbered(offence: Offence, check: &Limit<CueId>, amount: usize) -> Offence {
    let limit = check.max.or(check.min).unwrap_or_default();
    offence.value("count", amount).value("limit", limit)
}

/// Sentences of one language that are too long or too short.
fn sentences(case: &Case, reply: &Reply, check: &Limit<CueId>, lang: Lang) -> Vec<Offence> {
    let mut found = Vec::new();
    for turn in case.judged(reply).filter(|&turn| case.lang(turn) == lang) {
        let scan = &case.scans[turn];
        let text = scan.folded.text.as_str();
        // Chats are written without full stops: a space between Han characters parts sentences as well.
        let mut ends: Vec<usize> =
            scan.segments.sentences().map(|(_, end)| end).chain(scan.segments.spaces()).collect();
        ends.sort_unstable();
        ends.dedup();
        let mut start = 0;
        for end in ends {
            let sentence = &text[start..end];
            let amount = match lang {
                Lang::Zh => sentence.chars().filter(|&character| is_han(character)).count(),
                Lang::En => sentence.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count(),
            };
            if offends(check, amount) {
                let lead = sentence.len() - sentence.trim_start().len();
                let offence = Offence::new(turn, (start + lead) as u32, (start + sentence.trim_end().len()) as u32);
                found.push(numbered(offence, check, amount));
            }
            start = end;
        }
    }
    found
}

/// Letters and digits of a reply outside the hits of these cues.
fn residue(case: &Case, reply: &Reply, check: &Limit<CueId>) -> usize {
    // Counting ends where the answer is known.
    let enough = if check.max.is_some() { usize::MAX } else { check.min.unwrap_or_default() };
    let mut left = 0_usize;
    for turn in case.said(reply) {
        if left >= enough {
            break;
        }
        let mut known: Vec<(usize, usize)> =
            case.hits(turn, &check.minus).map(|hit| (hit.start as usize, hit.end as usize)).collect();
        known.sort_unstable();
        let outside = |at: usize| !known.iter().any(|&(start, end)| start <= at && at < end);
        let text = &case.scans[turn].folded.text;
        left += text.char_indices().filter(|&(at, character)| is_letter(character) && outside(at)).take(enough).count();
        // A picture or card says something of its own.
        if case.turn(turn).kind != crate::conversation::Kind::Text {
            left = enough;
        }
    }
    left
}
