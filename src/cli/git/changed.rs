//! What changed in one file: lines, or the cells of a workbook.

use super::cells::Cells;
use crate::conversation::{Conversation, Role};
use crate::judge::{Digest, Finding, Location};
use crate::source::Span;

/// The changes of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// First and last line of each new or touched stretch, from 1, in order.
    pub(super) stretches: Vec<(usize, usize)>,
    /// Lines after which something was deleted; 0 is before the first.
    pub(super) cuts: Vec<usize>,
    /// The hash of the staged blob.
    pub(super) blob: Option<String>,
    /// The hash of the previous blob.
    pub(super) former: Option<String>,
    /// What changed in a workbook, which has no lines.
    pub(super) cells: Option<Cells>,
}

impl Changed {
    pub(super) fn whole() -> Self {
        Self { stretches: vec![(1, usize::MAX)], ..Self::default() }
    }

    /// Whether a line from `first` to `last` is new or touched.
    pub fn touches(&self, first: usize, last: usize) -> bool {
        let behind = self.stretches.partition_point(|&(_, end)| end < first);
        self.stretches.get(behind).is_some_and(|&(start, _)| start <= last)
    }

    /// Like [`touches`](Self::touches), for a whole text: a deleted line counts, too.
    pub fn touches_text(&self, first: usize, last: usize) -> bool {
        self.touches(first, last) || self.cuts.iter().any(|&line| first <= line + 1 && line <= last)
    }
}

impl Changed {
    /// Whether a finding stands on a new or touched line; one about a whole text, when anything of its block changed.
    pub fn touches_finding(&self, conversation: &Conversation, finding: &Finding) -> bool {
        let Some(Location { start, end }) = finding.location else {
            return self.cells.as_ref().is_none_or(|cells| cells.touch(conversation, finding));
        };
        let text = conversation.turns.get(finding.turn).map_or("", |turn| &turn.text);
        if finding.role == Role::System || finding.span.of(text).trim() != text.trim() {
            return self.touches(start.line, end.line);
        }
        let chunk = &conversation.chunk;
        let block = conversation.block.unwrap_or(Span::new(0, chunk.text.len()));
        let line =
            |at: usize| chunk.lines_before + 1 + memchr::memchr_iter(b'\n', &chunk.text.as_bytes()[..at]).count();
        self.touches_text(line(block.start).min(start.line), line(block.end).max(end.line))
    }

    /// Whether anything of a template changed, the one of this number in its file.
    pub fn touches_template(&self, number: usize, digest: &Digest) -> bool {
        match (digest.lines, &self.cells) {
            (Some((first, last)), _) => self.touches_text(first, last),
            (None, Some(cells)) => cells.touch_template(number),
            (None, None) => true,
        }
    }
}
