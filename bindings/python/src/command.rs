//! What can be asked of the engine.

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    Check,
    Audit,
    Acts,
    Promises,
    /// What a ledger elsewhere needs of each conversation.
    Facts,
}

impl Command {
    /// Of this name.
    pub fn of(name: &str) -> Option<Self> {
        let all = [Self::Check, Self::Audit, Self::Acts, Self::Promises, Self::Facts];
        ["check", "audit", "acts", "promises", "facts"].iter().position(|known| *known == name).map(|at| all[at])
    }

    /// Whether records get the number of the row that they are about: the command line's do not say it.
    pub const fn adds_rows(self) -> bool {
        matches!(self, Self::Check | Self::Acts)
    }
}
