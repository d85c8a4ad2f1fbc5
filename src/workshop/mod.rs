//! Tools for rule authors: running examples, scoring against labels, showing what was recognised, the catalogue.

mod acts;
mod catalogue;
mod compare;
mod coverage;
mod eval;
mod eval_report;
mod examples;
pub mod export;
mod idle;
pub mod import;
mod labels;
pub mod markdown;
mod marks;
pub mod rule_sheet;
mod stats;

pub use acts::{Act, Acts, Place, Told, acts};
pub use catalogue::catalogue;
pub use compare::{Comparison, Example, Fate, Shift, Totals};
pub use coverage::{Coverage, Fired, Seen};
pub use eval::{Disagreement, Evaluation, evaluate};
pub use eval_report::{json, markdown};
pub use examples::{Outcome, test};
pub use idle::idle;
pub use labels::{Expect, Labelled, LabelledPromise, LabelledTurn, Labels};
pub use marks::{Marked, unmark};
pub use stats::{Counts, Score, Share, alpha, kappa, wilson};
