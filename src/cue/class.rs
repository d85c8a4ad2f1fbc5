//! Numbers of cues and word classes, and roles as bits.

use crate::conversation::Role;
use serde::{Deserialize, Serialize};

/// A cue, by its index in evaluation order, in which a cue comes after its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CueId(pub(crate) u16);

impl CueId {
    /// No cue in particular: in a trigger, “the customer said anything at all”.
    pub const ANY: Self = Self(u16::MAX);
}

/// A number for a set of places in a text: the hits of a cue, or of the words of an element or guard.
pub(super) type Class = u32;

/// The roles in whose turns a rule needs a cue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles(pub(super) u8);

impl Roles {
    /// Everybody's turns.
    pub const ALL: Self = Self(u8::MAX);

    /// The turns of these roles.
    pub fn of(roles: &[Role]) -> Self {
        Self(roles.iter().fold(0, |mask, &role| mask | bit(role)))
    }

    /// One role's turns.
    pub fn only(role: Role) -> Self {
        Self(bit(role))
    }
}

/// The bit of a role in `Program::needed`.
pub(super) fn bit(role: Role) -> u8 {
    match role {
        Role::Customer => 1,
        Role::Agent => 2,
        Role::Bot => 4,
        Role::System => 8,
    }
}
