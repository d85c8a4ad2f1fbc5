//! A layer: a changed copy of a text, every place of which maps back to the original bytes.

/// A changed copy of a text with the mapping back.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// The changed text.
    pub text: String,
    /// From byte `.0` of the layer on, the original is at byte `.1`. Sorted; only places where the difference changes.
    shifts: Vec<(u32, u32)>,
    /// Characters that stand for several: their byte in the layer, and where the original ends. Sorted.
    wide: Vec<(u32, u32)>,
}

impl Layer {
    /// Empties it, keeping its memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.shifts.clear();
        self.wide.clear();
    }

    /// Approximate size in bytes.
    pub fn memory(&self) -> usize {
        self.text.len() + size_of_val(self.shifts.as_slice()) + size_of_val(self.wide.as_slice())
    }

    /// Appends a character that stands for the original at byte `at`.
    #[inline]
    pub fn push(&mut self, character: char, at: usize) {
        let here = self.text.len();
        let expected = self.shifts.last().map_or(here, |&(layer, original)| original as usize + here - layer as usize);
        if expected != at {
            self.shift(here, at);
        }
        self.text.push(character);
    }

    /// Appends a character that stands for all of the original's bytes `start..end`.
    pub fn push_wide(&mut self, character: char, start: usize, end: usize) {
        self.wide.push((narrow(self.text.len()), narrow(end)));
        self.push(character, start);
    }

    /// Composes this layer of a layer with the one below, into a layer of `original`.
    #[must_use]
    pub fn over(&self, below: &Self, original: &str) -> Self {
        let mut joined = Self::default();
        for (at, character) in self.text.char_indices() {
            let middle = self.start(at);
            if below.is_wide(middle).is_some() {
                joined.push_wide(
                    character,
                    below.start(middle),
                    below.end(self.end(at + character.len_utf8(), &below.text), original),
                );
            } else {
                joined.push(character, below.start(middle));
            }
        }
        joined
    }

    fn is_wide(&self, at: usize) -> Option<usize> {
        let found = self.wide.binary_search_by_key(&narrow(at), |&(layer, _)| layer).ok()?;
        Some(self.wide[found].1 as usize)
    }

    /// Appends text that stands unchanged in the original at byte `at`.
    #[inline]
    pub fn push_str(&mut self, text: &str, at: usize) {
        if text.is_empty() {
            return;
        }
        let here = self.text.len();
        let expected = self.shifts.last().map_or(here, |&(layer, original)| original as usize + here - layer as usize);
        if expected != at {
            self.shift(here, at);
        }
        self.text.push_str(text);
    }

    /// The original byte for byte `at` of the layer (the start of a character, or the end of the text).
    #[inline]
    pub fn start(&self, at: usize) -> usize {
        if self.shifts.is_empty() {
            return at;
        }
        let after = self.shifts.partition_point(|&(layer, _)| layer as usize <= at);
        match after.checked_sub(1).map(|index| self.shifts[index]) {
            Some((layer, original)) => original as usize + at - layer as usize,
            None => at,
        }
    }

    /// The original byte for an end at byte `at` of the layer: directly behind the original of the last character. So
    /// characters dropped inside a stretch belong to it, and those behind it do not.
    #[inline]
    pub fn end(&self, at: usize, original: &str) -> usize {
        let Some(last) = self.text[..at].chars().next_back() else { return self.start(at) };
        if let Some(end) = self.is_wide(at - last.len_utf8()) {
            return end;
        }
        let start = self.start(at - last.len_utf8());
        start + original[start..].chars().next().map_or(0, char::len_utf8)
    }

    #[cold]
    fn shift(&mut self, layer: usize, original: usize) {
        // Texts are limited to far less than 4 GiB before they get here.
        self.shifts.push((narrow(layer), narrow(original)));
    }
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
