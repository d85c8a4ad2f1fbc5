//! A compiled cue: its parts and their patterns.

use super::class::{Class, bit};
use super::like::Like;
use super::raw::{Guard, Native, Reach, Run};
use crate::conversation::{Lang, Role};
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Cue {
    /// Languages that define it.
    pub langs: Vec<Lang>,
    /// Its parts, each with its own guards: one for each file that defines it.
    pub parts: Vec<Part>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Part {
    pub patterns: Vec<Kind>,
    pub roles: Vec<Role>,
    pub negated: Guard,
    pub quoted: Guard,
    pub words: bool,
    pub covers: Vec<Class>,
    pub before: Vec<(Class, u8)>,
    pub after: Vec<(Class, u8)>,
    pub clause: Vec<Class>,
    pub sentence: Vec<Class>,
    pub config: Option<String>,
    /// It has no guard: every candidate counts.
    pub free: bool,
}

impl Part {
    /// The roles whose turns count, as bits.
    pub fn mask(&self) -> u8 {
        if self.roles.is_empty() { u8::MAX } else { self.roles.iter().fold(0, |mask, &role| mask | bit(role)) }
    }

    /// The classes of its guards.
    pub fn guards(&self) -> impl Iterator<Item = Class> {
        let beside = self.before.iter().chain(&self.after).map(|(class, _)| *class);
        self.covers.iter().chain(&self.clause).chain(&self.sentence).copied().chain(beside)
    }

    /// Every class that the part looks at.
    pub fn classes(&self) -> Vec<Class> {
        let mut found: Vec<Class> = self.guards().collect();
        found.extend(self.patterns.iter().flat_map(Kind::classes));
        found
    }

    pub fn has_no_guards(&self) -> bool {
        let lists = [&self.covers, &self.clause, &self.sentence];
        lists.iter().all(|list| list.is_empty())
            && self.before.is_empty()
            && self.after.is_empty()
            && self.negated == Guard::Keep
            && self.quoted == Guard::Keep
            && !self.words
            && self.config.is_none()
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Kind {
    /// Every hit of a class.
    Class(Class),
    /// Elements in a row, within a sentence or clause.
    Sequence(Vec<Element>, Reach),
    /// A regular expression, by number.
    Regex(u32),
    /// Similar sentences, and the class of literals of which each holds one.
    Like(Like, Class),
    /// Weighed words: the roles that count, as bits, the number of the scale among theirs, and the cue whose words
    /// count as well.
    Weigh { roles: u8, scale: u16, also: Option<Class> },
    /// A run of characters, and the class of its pairs.
    Run(Run, Class),
    /// A built-in recogniser and the classes that it needs.
    Native(Native, Vec<Class>),
}

impl Kind {
    /// Every class that the pattern reads.
    pub fn classes(&self) -> Vec<Class> {
        match self {
            Self::Class(class) | Self::Run(_, class) | Self::Like(_, class) => vec![*class],
            Self::Native(_, needs) => needs.clone(),
            Self::Weigh { also, .. } => also.iter().copied().collect(),
            Self::Regex(_) => Vec::new(),
            Self::Sequence(elements, _) => {
                let classes = elements.iter().map(|element| match element {
                    Element::Any { classes, .. } => classes.as_slice(),
                    _ => &[],
                });
                classes.flatten().copied().collect()
            }
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Element {
    /// A hit of any of these classes, or nothing where `optional`.
    Any { classes: Vec<Class>, optional: bool },
    /// Up to this many characters of the same sentence.
    Gap(u8),
    /// The start of a clause.
    Start,
    /// The end of a sentence.
    End,
}

impl Kind {
    /// The built-in recogniser, if it is one.
    pub fn native(&self) -> Option<Native> {
        if let Self::Native(native, _) = self { Some(*native) } else { None }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pattern {
    pub text: String,
    /// The class of its required literals; `None` for a weak pattern, which is tried on every sentence.
    pub literals: Option<Class>,
    /// Sets of literals: every match holds one of each set.
    pub holds: Vec<Vec<String>>,
    /// Compiled when first needed. Each thread has a copy, which shares the immutable part.
    #[serde(skip)]
    pub compiled: OnceLock<Regex>,
}
