//! Caches of scans. A scan depends only on the text, the role, the cues and the lists of the settings.

use super::scan::Scan;
use crate::conversation::Role;
use crate::memo::Memo;
use crate::source::Span;
use std::sync::Arc;

/// Scans, shared by all threads that use a program.
pub(super) type Known = Memo<Asked, Arc<Scan>, { 40 << 20 }>;

/// Private data found in texts: messages of rules repeat, and so does much of what people write.
pub(super) type Private = Memo<(), Arc<[Span]>, { 8 << 20 }>;

/// What a scan depends on besides the program and the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    /// Who says it.
    pub role: Role,
    /// `Lists::print` of the settings' lists.
    pub lists: u64,
    /// Whether all cues were looked for, not only those that rules need.
    pub everything: bool,
}
