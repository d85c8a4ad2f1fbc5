//! Numbers that belong to people: telephone, identity card, bank card, mailbox. Works on folded text.
//!
//! A check digit alone is weak evidence (one random number in ten has a correct Luhn digit), so each kind also needs an
//! issuer's prefix or a birth date, and the words before a number can say that it is an order's.

mod abroad;
mod account;
mod card;
mod context;
mod groups;
mod identity;
mod office;
mod passport;
mod phone;
mod place;
mod regional;

pub use context::NumberWords;

use super::url::{self, Address};
use crate::conversation::FEWEST_DIGITS;
use crate::source::Span;
use groups::Groups;

/// The kind of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// A mobile number (mainland, Taiwan), or a Hong Kong one with its country code.
    Mobile,
    /// A fixed line with its area code: a person's or an office's.
    Landline,
    /// A telephone number abroad, or any with a country code.
    Abroad,
    /// An identity card of the mainland, Hong Kong or Taiwan, a US social security number, or a passport.
    Identity,
    /// A bank or credit card.
    Card,
    /// A mailbox.
    Email,
}

/// A number that is written out in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberHit {
    /// The number with its separators and country code.
    pub span: Span,
    /// What it is.
    pub kind: NumberKind,
    /// Whether it is certain enough for a finding. Uncertain ones are only masked: a needless mask costs little, a
    /// false finding costs trust.
    pub sure: bool,
    /// Whether it is an office's, for anybody to use; only [`sure`] determines this. It is masked all the same.
    pub public: bool,
}

/// Whether these digits alone are a person's number.
pub fn is_private(figures: &str) -> bool {
    phone::is_phone(figures) || figures.len() == 18 && identity::is_identity(figures) || card::is_card(figures)
}

/// Whether these digits, read aloud on their own, are a person's number abroad.
pub fn is_private_abroad(figures: &str) -> bool {
    abroad::is_american(figures)
}

/// Whether an unfolded text may hold anything private. Most have neither a mailbox's `@`, nor enough digits for a number,
/// nor a messenger or a door.
pub fn may_hold(text: &str, words: &NumberWords) -> bool {
    let Some(figures) = figures(text.as_bytes()) else { return true };
    figures >= FEWEST_DIGITS
        || figures > 0 && place::may_hold(text, &words.addresses)
        || account::may_hold(text, &words.accounts, figures > 0)
}

/// How many digits a text has; none if it has the sign of a mailbox.
fn figures(bytes: &[u8]) -> Option<usize> {
    let mut figures = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    // Full-width digits and signs.
    for at in memchr::memchr_iter(0xEF, bytes) {
        match bytes.get(at + 1..at + 3) {
            Some([0xBC, 0x90..=0x99]) => figures += 1,
            Some([0xBC, 0xA0] | [0xB9, 0xAB]) => return None,
            _ => {}
        }
    }
    // Mathematical digits.
    for at in memchr::memchr_iter(0xF0, bytes) {
        figures += usize::from(matches!(bytes.get(at + 1..at + 4), Some([0x9D, 0x9F, 0x8E..=0xBF])));
    }
    memchr::memchr(b'@', bytes).is_none().then_some(figures)
}

/// What is masked and never reported: accounts of messengers and postal addresses. In order, beside what [`find`] finds.
pub fn find_more(text: &str, words: &NumberWords, found: &[NumberHit]) -> Vec<Span> {
    let accounts = account::find(text, &words.accounts).into_iter().filter(|span| !words.is_measured(text, *span));
    let mut more: Vec<Span> = accounts.chain(place::find(text, &words.addresses)).collect();
    more.sort_unstable();
    more.dedup_by(|next, one| one.overlaps(*next));
    more.retain(|span| !found.iter().any(|hit| hit.span.overlaps(*span)));
    more
}

/// Most numbers in one text that are checked for being an office's: a reply has few, and each check costs.
const MOST_PUBLIC: usize = 64;

/// Every personal number in `text` that is certain, in order, with whether it is an office's.
pub fn sure(text: &str, words: &NumberWords) -> Vec<NumberHit> {
    let mut found = find(text, words);
    found.retain(|hit| hit.sure);
    for hit in found.iter_mut().take(MOST_PUBLIC) {
        hit.public = words.offices.owns(text, *hit);
    }
    found
}

/// Every personal number in `text`, certain or not, in order; without masked ones, hotlines and order numbers.
pub fn find(text: &str, words: &NumberWords) -> Vec<NumberHit> {
    let mut found = Vec::new();
    if memchr::memchr(b'@', text.as_bytes()).is_some() {
        let mailboxes = url::find(text).into_iter().filter(|(_, address)| *address == Address::Email);
        found.extend(mailboxes.map(|(span, _)| NumberHit { span, kind: NumberKind::Email, sure: true, public: false }));
    }
    let mailboxes = found.len();
    for run in Groups::runs(text) {
        let mut first = 0;
        while first < run.len() {
            let hit =
                identity::read(&run, first).or_else(|| card::read(&run, first)).or_else(|| phone::read(&run, first));
            let Some((last, kind)) = hit else {
                first += 1;
                continue;
            };
            let span = run.span(first, last);
            // +1 800 … is not a mainland 180….
            let figures = run.figures(first, last);
            let hotline = if run.signed(first) { words.is_hotline(&figures) } else { words.is_service(&figures) };
            if !hotline && words.allow(text, span, kind) {
                found.push(NumberHit { span, kind, sure: true, public: false });
            }
            first = last + 1;
        }
    }
    let papers = regional::find(text, words).into_iter().chain(passport::find(text, words));
    let papers = papers.map(|span| NumberHit { span, kind: NumberKind::Identity, sure: true, public: false });
    let papers = papers.filter(|hit| words.allow(text, hit.span, hit.kind));
    let numbers = found.len();
    for hit in abroad::find(text, words).into_iter().chain(papers) {
        if !found[mailboxes..].iter().any(|other| other.span.overlaps(hit.span)) {
            found.push(hit);
        }
    }
    if found.len() > numbers {
        found[mailboxes..].sort_by_key(|hit| hit.span);
    }
    if mailboxes > 0 {
        // In 13812345678@163.com the mailbox is the whole of it.
        let (mail, numbers) = found.split_at(mailboxes);
        let beside = |hit: &&NumberHit| !mail.iter().any(|mailbox| mailbox.span.overlaps(hit.span));
        found = mail.iter().chain(numbers.iter().filter(beside)).copied().collect();
        found.sort_by_key(|hit| hit.span);
    }
    found
}

#[cfg(test)]
mod masked_tests;
#[cfg(test)]
mod tests;
