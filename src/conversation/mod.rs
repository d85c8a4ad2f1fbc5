//! Whatever is read becomes conversations: a draft is one reply, a template one reply with placeholders, a transcript
//! many turns.

pub mod read;

mod hide;
mod kinds;
mod metadata;
mod model;
mod reply;
mod waiver;

pub use hide::{FEWEST_DIGITS, HiddenTurns, Hide, ReadOut, joined_spans};
pub use kinds::{Kind, Lang, Mode, Role, SourceKind};
pub use metadata::{Doubt, Field, Metadata, Value, date};
pub use model::{Cell, Chunk, Conversation, Link, Origin, Turn, WaiverComment};
pub use reply::{Reply, bot_replies, replies};
use waiver::{is_meant as is_waiver, of_html as waivers_of_html, take as take_waivers, take_cell as take_cell_waivers};
