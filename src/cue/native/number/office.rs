//! Numbers and mailboxes that anybody may write to or call: an office's, a shop's, a department's.
//!
//! Whose a number is, the words say that stand nearest before it: “the front desk, 0571-…” is a place to call, “the guest
//! at the front desk left 0571-…” a person's. A mailbox that is called after a job (`invoice@…`) is nobody's own.

use super::{NumberHit, NumberKind};
use serde::{Deserialize, Serialize};

/// The part `[offices]` of `rules/language/numbers.toml`. Folded words; Latin ones stand by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeWords {
    /// Places that are called.
    places: Vec<String>,
    /// Words for whoever has a number of their own, or for how the house came to know it.
    owners: Vec<String>,
    /// Words that give a number to be called, without saying whose it is.
    dialled: Vec<String>,
    /// Words that say it of what stands before them: “0571-…是”营业厅.
    tells: Vec<String>,
    /// What mailboxes of jobs are called, in parts.
    jobs: Vec<String>,
    /// What may stand behind a job, parted from it: where it is done.
    branches: Vec<String>,
}

/// How far before a number its owner is looked for, in columns: sixty Han characters.
const BEFORE: usize = 120;

/// The same for mobiles, which are a person's more often than not: eleven Han characters.
const CLOSE: usize = 22;

/// How far behind a number a place may stand.
const BEHIND: usize = 24;

/// Figures behind a job's name: `kefu01`, `hr2026`.
const FIGURES: usize = 4;

/// Longest name of a mailbox that is looked at.
const LONGEST: usize = 40;

/// Characters that end a sentence.
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

    /// Whether a place is named before it, and no person nearer; or behind it, and no person before.
    fn placed(&self, text: &str, hit: NumberHit, columns: usize, sentence: bool) -> bool {
        let before = tail(&text[..hit.span.start], columns);
        let before = if sentence { before.rfind(ENDS).map_or(before, |at| &before[at..]) } else { before };
        let owner = last(before, &self.owners);
        match last(before, &self.places) {
            Some(place) => Some(place) > owner,
            None => owner.is_none() && self.told(&text[hit.span.end..]),
        }
    }

    /// Whether it is given to be called, and no person is named before.
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

    /// Whether a mailbox is called after a job: `invoice@`, `kefu01@`, `customer-service.hk@`.
    fn is_job(&self, mailbox: &str) -> bool {
        let name = mailbox.split('@').next().unwrap_or("");
        let mut parts = name.split(['.', '-', '_', '+']).filter(|part| !part.is_empty());
        let first = parts.next().unwrap_or("");
        name.len() <= LONGEST
            && self.is_made_of_jobs(first)
            && parts
                .all(|part| self.is_made_of_jobs(part) || is_count(part) || self.branches.iter().any(|one| one == part))
    }

    /// `helpdesk`, `customerservice2`: names of jobs in a row, and a number.
    fn is_made_of_jobs(&self, part: &str) -> bool {
        let word = part.trim_end_matches(|last: char| last.is_ascii_digit());
        if word.is_empty() || part.len() - word.len() > FIGURES {
            return false;
        }
        // Which bytes a job may end at.
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

/// Where the last of these words ends. A Latin word has no letter beside it.
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

/// The last `columns` of `text`; whatever is not ASCII takes two.
pub(super) fn tail(text: &str, columns: usize) -> &str {
    let mut left = columns;
    let fits = |(_, character): &(usize, char)| {
        let width = if character.is_ascii() { 1 } else { 2 };
        left = left.checked_sub(width).unwrap_or(usize::MAX);
        left != usize::MAX
    };
    text.char_indices().rev().take_while(fits).last().map_or("", |(at, _)| &text[at..])
}
