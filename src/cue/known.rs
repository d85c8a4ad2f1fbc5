//! What was found in texts that were seen before: it depends on nothing but the text, who says it, the cues and the lists
//! of the settings.

use super::scan::Scan;
use crate::conversation::Role;
use crate::memo::Memo;
use crate::source::Span;
use std::sync::Arc;

/// The scans that a program keeps, for all threads that work with it.
pub(super) type Known = Memo<Asked, Arc<Scan>, { 40 << 20 }>;

/// What is private in texts, in order: what rules say is said again and again, and so is much of what people say.
pub(super) type Private = Memo<(), Arc<[Span]>, { 8 << 20 }>;

/// What a scan depends on beside the program and the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    /// Who says it.
    pub role: Role,
    /// The lists of the settings.
    pub lists: u64,
    /// Whether every cue was looked for, or only what is asked.
    pub everything: bool,
}
