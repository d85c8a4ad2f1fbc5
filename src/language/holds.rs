//! What a text holds, as bits: tells which recognisers have nothing to do. `build/fold.rs` uses it, too.

/// A character that can end or open something: a sentence, a clause, a quotation.
pub const MARK: u32 = 1 << 16;
/// A character that only Simplified Chinese writes.
pub const SIMPLIFIED: u32 = 1 << 17;
/// A character that only Traditional Chinese writes.
pub const TRADITIONAL: u32 = 1 << 18;
/// A capital letter of ASCII, full-width ones included.
pub const CAPITAL: u32 = 1 << 19;
/// A digit.
pub const DIGIT: u32 = 1 << 20;
/// `@`.
pub const AT: u32 = 1 << 21;
/// A bracket, underscore or sign that placeholders are made of, or a form of address that wants a name.
pub const SLOT: u32 = 1 << 22;
/// A point or colon: there may be an address.
pub const POINT: u32 = 1 << 23;
/// A Latin letter.
pub const LATIN: u32 = 1 << 24;
/// A character of no alphabet or script: noise between letters.
pub const NOISE: u32 = 1 << 25;
