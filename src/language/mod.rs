//! What depends on language: text layers with offset maps, sentences and clauses, words, times.

mod bare;
mod character;
mod fold;
pub mod holds;
mod layer;
pub mod money;
mod script;
mod segment;
mod skeleton;
mod sound;
pub mod time;
#[cfg(feature = "words")]
mod words;

pub use bare::bare;
pub use character::{fold_char, fold_str, is_letter};
pub use fold::{fold, fold_pattern, segment};
pub use layer::Layer;
pub use script::{is_han, is_simplified_only, is_traditional, is_traditional_only, language_of};
pub use segment::Segments;
pub use skeleton::{Lookalikes, bones, skeleton};
pub use sound::{sound, sounds};
#[cfg(feature = "words")]
pub use words::Words;
