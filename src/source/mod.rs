//! The bytes: text with positions, and mistakes as plain values. Everything else stands on this room.

mod catch_panic;
mod decode;
mod diagnostic;
mod encode;
mod formula_guard;
mod garbled;
mod lines;
pub mod packed;
mod span;
mod word;
mod wording;

pub use catch_panic::{held, is_held};
pub use decode::{DecodeError, Decoded, Encoding, decode};
pub use diagnostic::{Diagnostic, Label, Level, Misnamed, did_you_mean, explained};
pub use encode::encode;
pub use formula_guard::{guarded, unguarded};
pub use garbled::garbled;
pub use lines::{LineIndex, Places, Position};
pub use span::Span;
pub use word::word;
pub(crate) use wording::wording;
pub use wording::{Wording, filled};
