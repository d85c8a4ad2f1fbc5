//! A cache of look-ups in one text: the grammar asks for the words at one place many times.

use std::cell::{Cell, RefCell};

use super::lexicon::Lexicon;
use super::model::Place;

const SLOTS: usize = 32;
const WORDS: usize = 12;

/// The words at one place of the text: their numbers in the lexicon and their lengths.
#[derive(Clone, Copy)]
struct Slot {
    /// The place plus one; 0 if the slot is empty.
    at: usize,
    count: usize,
    words: [(u16, u8); WORDS],
}

/// The latest look-ups in one text.
pub(crate) struct Memo {
    slots: [Cell<Slot>; SLOTS],
    place: RefCell<Option<Known>>,
}

/// A place at which a period of the calendar was looked for, and the result.
struct Known {
    at: usize,
    company: bool,
    found: Option<(Place, usize)>,
}

impl Memo {
    pub(crate) fn new() -> Memo {
        let empty = Slot { at: 0, count: 0, words: [(0, 0); WORDS] };
        Memo { slots: std::array::from_fn(|_| Cell::new(empty)), place: RefCell::new(None) }
    }

    /// Calls `each` with every word at `at`, shortest first: its number and length.
    pub(crate) fn words(&self, lexicon: &Lexicon, text: &str, at: usize, mut each: impl FnMut(u16, usize)) {
        let cell = &self.slots[at % SLOTS];
        let mut slot = cell.get();
        if slot.at != at + 1 {
            slot.at = at + 1;
            slot.count = 0;
            let rest = text.get(at..).unwrap_or("");
            for (word, len) in lexicon.at(rest) {
                let Ok(len) = u8::try_from(len) else { continue };
                // Real text never has more words at one place; if it does, the longest matter most.
                if slot.count == WORDS {
                    slot.words.copy_within(1.., 0);
                    slot.count -= 1;
                }
                slot.words[slot.count] = (word, len);
                slot.count += 1;
            }
            cell.set(slot);
        }
        for (word, len) in &slot.words[..slot.count] {
            each(*word, usize::from(*len));
        }
    }

    /// The period of the calendar at `at`, looked for only once.
    pub(crate) fn place(
        &self,
        at: usize,
        company: bool,
        look: impl FnOnce() -> Option<(Place, usize)>,
    ) -> Option<(Place, usize)> {
        if let Some(known) = &*self.place.borrow()
            && (known.at, known.company) == (at, company)
        {
            return known.found.clone();
        }
        let found = look();
        *self.place.borrow_mut() = Some(Known { at, company, found: found.clone() });
        found
    }
}
