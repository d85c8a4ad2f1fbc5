//! Numbers and mailboxes for the public: an office's, a shop's, a department's.
//!
//! The nearest words before a number decide whose it is: “the front desk, 0571-…” is an office's, “the guest at the
//! front desk left 0571-…” a person's. A mailbox named after a function (`invoice@…`) is nobody's own.

use super::{NumberHit, NumberKind};
use serde::{Deserialize, Serialize};

/// The table `[offices]` of `rules/language/numbers.toml`. Folded words; Latin ones must stand alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeWords {
    /// Words for places that people call.
    places: Vec<String>,
    /// Words for people who have numbers of their own, or for how the house came to know one.
    owners: Vec<String>,
    /// Words that invite a call without saying whose number it is.
    dialled: Vec<String>,
    /// Words behind a number that say it is an office's: “0571-…是”营业厅.
    tells: Vec<String>,
    /// Parts of the names of functional mailboxes.
    jobs: Vec<String>,
    /// What may follow such a name after a separator: where the function is carried out.
    branches: Vec<String>,
}

/// How far before a number its owner is looked for, in columns: sixty Han characters.
const BEFORE: usize = 120;

/// How far before a mobile number, which is more often a person's: eleven Han characters.
const CLOSE: usize = 22;

/// How far behind a number a place may stand, in columns.
const BEHIND: usize = 24;

/// Most digits behind a functional name: `kefu01`, `hr2026`.
const FIGURES: usize = 4;

/// Longest mailbox name that is checked.
const LONGEST: usize = 40;

/// Ends of sentences.
const ENDS: [char; 6] = ['。', '!', '?', ';', '\u{ff1b}', '\n'];

impl OfficeWords {
    /// Whether this number is an office's.
    pub(super) fn owns(&self, text: &str, hit: NumberHit) -> bool {
        match hit.kind {
            NumberKind::Email => self.is_job(hit.span.of(text)) || self.placed(text, hit, BEFORE, true),
            NumberKind::Mobile => self.placed(text, hit, CLOSE, true),
            NumberKind::Landline => self.placed(text, hit, BEFORE, false) || self.given(text, hit),
            NumberKind::Abroad => self.placed(text, hit, BEFORE, true),
            NumberKind::Identity | NumberKind::Card => false,
        }
    }

    /// Whether the nearest words before the number name a place, not a person; or, with neither before it, a place
    /// follows.
    fn placed(&self, text: &str, hit: NumberHit, columns: usize, sentence: bool) -> bool {
        let before = tail(&text[..hit.span.start], columns);
        let before = if sentence { before.rfind(ENDS).map_or(before, |at| &before[at..]) } else { before };
        let owner = last(before, &self.owners);
        match last(before, &self.places) {
            Some(place) => Some(place) > owner,
            None => owner.is_none() && self.told(&text[hit.span.end..]),
        }
    }

    /// Whether words invite a call to it, with no person named before.
    fn given(&self, text: &str, hit: NumberHit) -> bool {
        let before = tail(&text[..hit.span.start], BEFORE);
        last(before, &self.dialled).is_some() && last(before, &self.owners).is_none()
    }

    /// “（市人社局养老科）”, “是我们门店的电话”, “is our clinic's line”.
    fn told(&self, behind: &str) -> bool {
        let end = behind.char_indices().nth(BEHIND).map_or(behind.len(), |(at, _)| at);
        let behind = behind[..end].trim_start_matches([' ', ',']);
        let Some(said) = self.tells.iter().find_map(|word| behind.strip_prefix(word.as_str())) else { return false };
        let said = said.split([')', ',', '。', '!', '?', ';', '\n']).next().unwrap_or("");
        last(said, &self.places).is_some() && last(said, &self.owners).is_none()
    }

    /// Whether a mailbox is named after a function: `invoice@`, `kefu01@`, `customer-service.hk@`.
    fn is_job(&self, mailbox: &str) -> bool {
        let name = mailbox.split('@').next().unwrap_or("");
        let mut parts = name.split(['.', '-', '_', '+']).filter(|part| !part.is_empty());
        let first = parts.next().unwrap_or("");
        name.len() <= LONGEST
            && self.is_made_of_jobs(first)
            && parts
                .all(|part| self.is_made_of_jobs(part) || is_count(part) || self.branches.iter().any(|one| one == part))
    }

    /// Whether `part` is made of functional names and a number: `helpdesk`, `customerservice2`.
    fn is_made_of_jobs(&self, part: &str) -> bool {
        let word = part.trim_end_matches(|last: char| last.is_ascii_digit());
        if word.is_empty() || part.len() - word.len() > FIGURES {
            return false;
        }
        // The bytes at which a name may end.
        let mut ends = vec![false; word.len() + 1];
        ends[0] = true;
        for at in 0..word.len() {
            if ends[at] && word.is_char_boundary(at) {
                for job in self.jobs.iter().filter(|job| word[at..].starts_with(job.as_str())) {
                    ends[at + job.len()] = true;
                }
            }
        }
        ends[word.len()]
    }
}

fn is_count(part: &str) -> bool {
    part.len() <= FIGURES && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where the last of these words ends. A Latin word must have no letter beside it.
fn last(text: &str, words: &[String]) -> Option<usize> {
    let end = |word: &String| {
        let mut places = text.rmatch_indices(word.as_str()).map(|(at, word)| (at, at + word.len()));
        let free = |&(start, end): &(usize, usize)| {
            let letter = |side: Option<char>| side.is_some_and(|side| side.is_ascii_alphanumeric());
            !word.is_ascii() || !letter(text[..start].chars().next_back()) && !letter(text[end..].chars().next())
        };
        places.find(free).map(|(_, end)| end)
    };
    words.iter().filter_map(end).max()
}

/// The last `columns` of `text`; a character that is not ASCII takes two.
pub(super) fn tail(text: &str, columns: usize) -> &str {
    let mut left = columns;
    let fits = |(_, character): &(usize, char)| {
        let width = if character.is_ascii() { 1 } else { 2 };
        left = left.checked_sub(width).unwrap_or(usize::MAX);
        left != usize::MAX
    };
    text.char_indices().rev().take_while(fits).last().map_or("", |(at, _)| &text[at..])
}
