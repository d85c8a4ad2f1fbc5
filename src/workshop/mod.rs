//! What a rule author needs: examples that run, scores against labels, what was recognised, a catalogue that is true.

mod acts;
mod catalogue;
mod eval;
mod eval_report;
mod examples;
pub mod export;
mod labels;
mod markdown;
mod marks;
mod stats;

pub use acts::{Act, Acts, Place, Told, acts};
pub use catalogue::catalogue;
pub use eval::{Disagreement, Evaluation, evaluate};
pub use eval_report::{json, markdown};
pub use examples::{Outcome, test};
pub use labels::{Expect, Labelled, LabelledPromise, LabelledTurn, Labels};
pub use marks::{Marked, unmark};
pub use stats::{Counts, Score, Share, kappa, wilson};
