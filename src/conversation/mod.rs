//! The shape: whatever is read becomes conversations. A draft is one reply, a template one reply with slots, a transcript many turns.

pub mod read;

mod hide;
mod metadata;
mod model;
mod reply;
mod waiver;

pub use hide::{HiddenTurns, Hide};
pub use metadata::{Doubt, Field, Metadata, Value, date};
pub use model::{Cell, Chunk, Conversation, Kind, Lang, Mode, Origin, Role, SourceKind, Turn};
pub use reply::{Reply, bot_replies, replies};
pub use waiver::WaiverComment;
use waiver::take as take_waivers;
