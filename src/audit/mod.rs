//! What many conversations say together: a row for each conversation, scorecards, figures, and how sure they are.
//!
//! A conversation becomes a [`ConversationResult`], on any thread ([`Auditor::row`]); its names are masked later, when
//! it takes its place in the order of the input ([`names::PrivateRow`]). Everything else is a fold over these rows in
//! that order ([`Figures::add`]), so that the same rows always give the same figures: at the end of a run, after
//! `--resume`, and after a review.

pub mod alike;
pub mod answers;
mod auditor;
mod beside;
pub mod calibrate;
pub mod contacts;
pub mod discuss;
mod examine;
pub mod example;
mod figures;
mod frequent;
mod ledger;
mod lines;
pub mod names;
mod outcomes;
mod own;
mod owners;
pub mod people;
mod periods;
mod points;
mod ranks;
mod rating;
pub mod review;
mod row;
mod rule_info;
pub mod sample;
pub mod scorecard;
mod share;
pub mod side_by_side;
mod spread;
mod summary;
mod tally;
mod units;

pub use auditor::Auditor;
pub use figures::{Covered, Figures, Group};
pub use ledger::{Entry, Ledger, Told};
pub use names::{HiddenName, Named, Names, PrivateRow};
pub use outcomes::{Counts, Outcomes};
pub use own::Own;
pub use owners::Owners;
pub use points::Points;
pub use row::{
    ConversationResult, Fatal, FatalKind, FatalState, FindingLine, Found, Invalid, ItemResult, Part, Review, Score,
    UnreadableTime,
};
pub use rule_info::RuleInfo;
pub use scorecard::Scorecard;
pub use share::Share;
pub use summary::{About, GroupSummary, Input, ItemSummary, RuleSummary, ScoreSummary, Summary, summarise};
pub use units::{Unit, UnitPeriods, Units};
