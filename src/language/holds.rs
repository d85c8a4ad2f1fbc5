//! Kinds of characters in a text, as bits, so that recognisers with nothing to find are skipped. `build/fold.rs` uses
//! it, too.

/// A character that can end or open something: a sentence, a clause, a quotation.
pub const MARK: u32 = 1 << 16;
/// A character that occurs in Simplified Chinese only.
pub const SIMPLIFIED: u32 = 1 << 17;
/// A character that occurs in Traditional Chinese only.
pub const TRADITIONAL: u32 = 1 << 18;
/// An ASCII capital, full-width ones included.
pub const CAPITAL: u32 = 1 << 19;
/// A digit.
pub const DIGIT: u32 = 1 << 20;
/// `@`.
pub const AT: u32 = 1 << 21;
/// A bracket, underscore or other sign of placeholders, or a form of address that needs a name.
pub const SLOT: u32 = 1 << 22;
/// A point or colon: there may be an address.
pub const POINT: u32 = 1 << 23;
/// A Latin letter.
pub const LATIN: u32 = 1 << 24;
/// A character of no alphabet or script, which may separate letters.
pub const NOISE: u32 = 1 << 25;
