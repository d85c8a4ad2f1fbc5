//! `repeat`: offends when something is said again, exactly or nearly.

use super::case::Case;
use super::offence::Offence;
use super::silence::Silence;
use super::stretch::Stretch;
use crate::conversation::Role;
use crate::cue::{CueId, Hit};
use crate::language::is_letter;
use crate::rulebook::check::Repeat;
use std::cell::OnceCell;

/// Most sentences that a new one is compared with: the nearest ones before it.
const MEMORY: usize = 200;

struct Said {
    at: Stretch,
    sentence: Letters,
    /// How often it has been said so far.
    times: usize,
}

/// The letters of a sentence.
struct Letters {
    text: String,
    /// Its digits: with another number, it is another sentence.
    digits: String,
    /// How many pairs of characters it has.
    number: usize,
    /// Which pairs it has, by a hash: made when first compared with a sentence of similar length.
    marks: OnceCell<[u64; MARKS]>,
    /// The pairs, sorted: made when first compared with a sentence that has most of their marks.
    pairs: OnceCell<Vec<(char, char)>>,
}

/// Most pairs of characters that are compared.
const PAIRS: usize = 2000;
/// Words of 64 marks each.
const MARKS: usize = 4;

pub(super) fn ask(case: &Case, check: &Repeat<CueId>, out: &mut Vec<Offence>) {
    if check.least_of_template().is_some() {
        return;
    }
    let turns = (0..case.scans.len()).filter(|&turn| case.turn(turn).role == Role::Agent);
    let mut sentences: Vec<(usize, (usize, usize))> = Vec::new();
    for turn in turns {
        let text = &case.scans[turn].folded.text;
        let long = |&(start, end): &(usize, usize)| text[start..end].chars().count() >= check.min_chars;
        let all = case.scans[turn].segments.sentences();
        sentences.extend(all.filter(|place| case.notes.is_some() || long(place)).map(|place| (turn, place)));
    }
    // A single message repeats nothing: most letters and replies end here.
    if sentences.iter().all(|&(turn, _)| turn == sentences[0].0) {
        return;
    }
    let standard = case.options.lists.get("house.standard-phrases");
    let mut said: Vec<Said> = Vec::new();
    for (turn, (start, end)) in sentences {
        let scan = &case.scans[turn];
        let sentence = &scan.folded.text[start..end];
        let lead = sentence.len() - sentence.trim_start().len();
        let at = Stretch::new(turn, start + lead, start + sentence.trim_end().len().max(lead));
        let (own, except) = own_words(case, check, turn, (start, end));
        if letters(&own).take(check.min_chars).count() < check.min_chars {
            case.note(|| match except {
                Some(hit) => {
                    let cue = case.rulebook.program.name(hit.cue);
                    Silence::at(at, "except").value("cue", cue).by(Some(Stretch::of(turn, hit)))
                }
                None => Silence::at(at, "short").value("limit", check.min_chars),
            });
            continue;
        }
        let house = |phrase: &&String| !phrase.is_empty() && sentence.contains(phrase.as_str());
        if standard.is_some_and(|phrases| phrases.iter().any(|phrase| house(&phrase))) {
            case.note(|| Silence::at(at, "standard-phrase"));
            continue;
        }
        let letters = Letters::new(without(case, check, turn, &own));
        let recent = said.len().saturating_sub(MEMORY);
        let earlier = said[recent..]
            .iter()
            .rev()
            .find(|other| other.at.turn != turn && letters.alike(&other.sentence, check.alike));
        let times = earlier.map_or(1, |earlier| earlier.times + 1);
        if let Some(earlier) = earlier
            && times >= check.times.max(2)
            && case.is_judged(turn)
        {
            let mut offence = Offence::new(at).value("count", times);
            offence.related.push(earlier.at);
            out.push(offence);
        } else {
            case.note(|| Silence::at(at, "not-repeated").value("count", times).value("limit", check.times));
        }
        said.push(Said { at, sentence: letters, times });
    }
}

/// The stretches of a sentence after words that may be repeated, such as a greeting, and the last such hit; none if
/// those words occur later in it, too.
fn own_words<'a>(
    case: &'a Case,
    check: &Repeat<CueId>,
    turn: usize,
    (start, end): (usize, usize),
) -> (Vec<(usize, &'a str)>, Option<Hit>) {
    let scan = &case.scans[turn];
    let (mut own, mut except, mut at) = (Vec::new(), None, start);
    while at < end {
        let clause = scan.segments.clause(at).1;
        let last = if clause > at { clause.min(end) } else { end };
        let inside = |hit: &Hit| start <= hit.start as usize && hit.end as usize <= end;
        match case.hits_over(turn, &check.except, at as u32, last as u32).find(inside) {
            Some(hit) if !own.is_empty() => return (Vec::new(), Some(hit)),
            Some(hit) => except = Some(hit),
            None if letters(&[(at, &scan.folded.text[at..last])]).next().is_none() => {}
            None => own.push((at, &scan.folded.text[at..last])),
        }
        at = last;
    }
    (own, except)
}

/// The letters and digits of these stretches.
fn letters<'a>(own: &'a [(usize, &'a str)]) -> impl Iterator<Item = char> + 'a {
    own.iter().flat_map(|(_, text)| text.chars()).filter(|&character| is_letter(character))
}

/// The letters of these stretches without the words that make no difference; all of them where nothing else is left.
fn without(case: &Case, check: &Repeat<CueId>, turn: usize, own: &[(usize, &str)]) -> String {
    let mut text = String::new();
    for &(start, stretch) in own {
        let end = start + stretch.len();
        let hits = case.hits_over(turn, &check.minus, start as u32, end as u32);
        let mut hits: Vec<(usize, usize)> = hits.map(|hit| (hit.start as usize, hit.end as usize)).collect();
        hits.sort_unstable();
        let (mut hits, mut behind) = (hits.into_iter().peekable(), 0);
        for (at, character) in stretch.char_indices().map(|(at, character)| (start + at, character)) {
            while let Some((_, end)) = hits.next_if(|&(start, _)| start <= at) {
                behind = behind.max(end);
            }
            if at >= behind && is_letter(character) {
                text.push(character);
            }
        }
    }
    if text.is_empty() { letters(own).collect() } else { text }
}

impl Letters {
    fn new(text: String) -> Self {
        let number = text.chars().count().saturating_sub(1).min(PAIRS);
        let digits = text.chars().filter(char::is_ascii_digit).collect();
        Self { text, digits, number, marks: OnceCell::new(), pairs: OnceCell::new() }
    }

    fn each(&self) -> impl Iterator<Item = (char, char)> + '_ {
        let characters = self.text.chars();
        characters.clone().zip(characters.skip(1)).take(PAIRS)
    }

    fn pairs(&self) -> &[(char, char)] {
        self.pairs.get_or_init(|| {
            let mut found: Vec<(char, char)> = self.each().collect();
            found.sort_unstable();
            found
        })
    }

    fn marks(&self) -> &[u64; MARKS] {
        self.marks.get_or_init(|| {
            let mut marks = [0; MARKS];
            for (first, second) in self.each() {
                let hash = (u32::from(first).rotate_left(16) ^ u32::from(second)).wrapping_mul(0x9E37_79B1) >> 24;
                marks[hash as usize / 64 % MARKS] |= 1 << (hash % 64);
            }
            marks
        })
    }

    /// Most pairs that another sentence can share: each mark that it lacks stands for a pair that it lacks.
    fn most_shared(&self, other: &Self) -> usize {
        let lacking = self.marks().iter().zip(other.marks()).map(|(own, other)| (own & !other).count_ones());
        self.number.saturating_sub(lacking.sum::<u32>() as usize)
    }

    /// Whether one of the two is the other with words added: “the red one ships today” does not repeat “the blue one”.
    fn extends(&self, other: &Self) -> bool {
        let (short, long) = if self.number <= other.number { (self, other) } else { (other, self) };
        let mut rest = long.text.chars();
        self.digits == other.digits && short.text.chars().all(|letter| rest.any(|other| other == letter))
    }

    /// Dice's coefficient over pairs of characters.
    fn alike(&self, other: &Self, least: f64) -> bool {
        if self.text == other.text {
            return true;
        }
        let total = self.number + other.number;
        // Common pairs are at most the shorter one's: skip lengths that differ too much.
        let most = 2 * self.number.min(other.number);
        let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        if total == 0 || number(most) < least * number(total) {
            return false;
        }
        // Nearly all are ruled out here, and their pairs need not be sorted.
        if number(2 * self.most_shared(other).min(other.most_shared(self))) < least * number(total)
            || !self.extends(other)
        {
            return false;
        }
        let (own, others) = (self.pairs(), other.pairs());
        let (mut one, mut two, mut common) = (0, 0, 0_usize);
        while let (Some(left), Some(right)) = (own.get(one), others.get(two)) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => one += 1,
                std::cmp::Ordering::Greater => two += 1,
                std::cmp::Ordering::Equal => (one, two, common) = (one + 1, two + 1, common + 1),
            }
        }
        number(2 * common) >= least * number(total)
    }
}
