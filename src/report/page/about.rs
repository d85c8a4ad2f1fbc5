//! What the pages of an audit share, and the audience of a page.

use super::chosen::Chosen;
use super::talk::Talk;
use crate::audit::{Entry, Unit, UnitPeriods};
use crate::report::Ui;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// The audience of a page: nobody may see a colleague's figures.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// Those who may see everything.
    All,
    /// A team's leader.
    Team(&'a str),
    /// One agent.
    Agent(&'a str),
}

/// A model reply.
#[derive(Clone, Debug, Serialize)]
pub struct Model {
    /// What it answers.
    pub customer: Option<String>,
    /// The reply.
    pub reply: String,
}

/// What the pages of an audit share.
pub struct About<'a> {
    /// `summary.json`.
    pub summary: &'a Value,
    /// What to show.
    pub chosen: &'a Chosen,
    /// The conversations to read, by their place in the audit.
    pub talks: &'a HashMap<u64, Talk>,
    /// A model reply for each rule that has one.
    pub models: &'a BTreeMap<String, Model>,
    /// The days, weeks and months of an agent or a team.
    pub periods: &'a dyn Fn(Unit<'_>) -> UnitPeriods,
    /// The promise ledger, if one was kept.
    pub promises: Option<&'a [Entry]>,
    /// Files that lie beside the report.
    pub files: &'a [&'a str],
    /// The program's words.
    pub ui: Ui,
}
