//! The compiled cues: what the scanner runs. Plain data, so that the default rulebook's can be prepared ahead.

use super::known::Known;
use super::lesser::Lesser;
use super::like::Like;
use super::matcher::Matcher;
use super::raw::{Guard, Native, Reach, Run};
use super::watch::Watchers;
use super::weigh::Weigh;
use crate::conversation::{Lang, Role};
use crate::language::Lookalikes;
use crate::source::packed;
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A cue, by its place in evaluation order: a cue comes after all that it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CueId(pub(crate) u16);

impl CueId {
    /// No cue in particular: in a trigger, “the customer said anything at all”.
    pub const ANY: Self = Self(u16::MAX);
}

/// A set of places found in a text: the hits of a cue, or of the words of an element or guard.
pub(super) type Class = u32;

/// All cues of a rulebook, ready to scan with.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Program {
    /// In evaluation order; class number = place.
    pub(super) cues: Vec<Cue>,
    /// Number of classes: the cues' and, behind them, the word classes'.
    pub(super) classes: u32,
    /// Literals on the folded text.
    pub(super) folded: Matcher,
    /// Literals on the skeleton, for cues that see through disguise.
    pub(super) skeleton: Matcher,
    /// Literals on the sound, for cues that hear through homophones.
    pub(super) sound: Matcher,
    /// Their classes.
    #[serde(with = "packed")]
    pub(super) heard: Vec<Class>,
    /// Words that are looked for only when a cue is awake that needs them.
    pub(super) lesser: Lesser,
    /// First characters of the words in the skeleton, as they may be written; sorted.
    pub(super) leads: Vec<char>,
    /// Regular expressions with the cue that they belong to.
    pub(super) regexes: Vec<Pattern>,
    /// Which patterns of cues are tried once which class has a hit.
    pub(super) watchers: Watchers,
    /// The cue of negators, if there is one.
    pub(super) negator: Option<Class>,
    /// The cue of words that report somebody else's speech.
    pub(super) reported: Option<Class>,
    /// For each class, the roles (one bit each) in whose turns anything asks for it.
    #[serde(with = "packed")]
    pub(super) needed: Vec<u8>,
    /// For each cue, the roles in whose turns a rule asks for it itself, not only for what is made of it.
    #[serde(with = "packed")]
    pub(super) asked: Vec<u8>,
    /// Words the recognisers need.
    pub tables: Tables,
    /// What it found in texts that came by before.
    #[serde(skip)]
    pub(super) known: Known,
    /// Numbers of the cues, sorted by their names; made when first asked for.
    #[serde(skip)]
    pub(super) by_name: OnceLock<Vec<u16>>,
}

/// Word lists for readers and recognisers, from `rules/language`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tables {
    /// Characters that stand for others.
    pub lookalikes: Lookalikes,
    /// What blanks look like and what does not.
    pub slots: super::native::slot::SlotWords,
    /// What stands beside numbers that are nobody's.
    pub numbers: super::native::number::NumberWords,
    /// What is no word in a call, and how figures are read aloud.
    pub speech: super::SpeechWords,
    /// How common words are: asked when cues are compiled, and never again.
    #[serde(skip)]
    pub frequency: super::Frequency,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Cue {
    pub name: String,
    /// Languages that define it.
    pub langs: Vec<Lang>,
    /// Parts with their own guards: one for each file that defines it.
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
    /// No guard at all: every candidate stands.
    pub free: bool,
}

/// The roles in whose turns a rule asks for a cue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    /// Everybody's turns.
    pub const ALL: Self = Self(u8::MAX);

    /// The turns of these roles.
    pub fn of(roles: &[Role]) -> Self {
        Self(roles.iter().fold(0, |mask, &role| mask | bit(role)))
    }

    /// One role's turns.
    pub fn only(role: Role) -> Self {
        Self(bit(role))
    }
}

/// The bit of a role in `Program::needed`.
pub(super) fn bit(role: Role) -> u8 {
    match role {
        Role::Customer => 1,
        Role::Agent => 2,
        Role::Bot => 4,
        Role::System => 8,
    }
}

impl Part {
    /// The roles whose words count, as bits.
    pub fn mask(&self) -> u8 {
        if self.roles.is_empty() { u8::MAX } else { self.roles.iter().fold(0, |mask, &role| mask | bit(role)) }
    }

    /// The classes of all guards.
    pub fn guards(&self) -> impl Iterator<Item = Class> {
        let beside = self.before.iter().chain(&self.after).map(|(class, _)| *class);
        self.covers.iter().chain(&self.clause).chain(&self.sentence).copied().chain(beside)
    }

    /// Every class that the part looks at.
    fn classes(&self) -> Vec<Class> {
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
    /// Elements in a row, and how far they may reach.
    Sequence(Vec<Element>, Reach),
    /// A regular expression, by number.
    Regex(u32),
    /// Sentences that are like written ones, and the class of the literals of which each holds one.
    Like(Like, Class),
    /// Words that speak for and against.
    Weigh(Box<Weigh>),
    /// A run of characters, and the class of two of them in a row.
    Run(Run, Class),
    /// A built-in recogniser and the classes that it needs.
    Native(Native, Vec<Class>),
}

impl Kind {
    /// Every class that is looked at.
    fn classes(&self) -> Vec<Class> {
        match self {
            Self::Class(class) | Self::Run(_, class) | Self::Like(_, class) => vec![*class],
            Self::Native(_, needs) => needs.clone(),
            Self::Regex(_) | Self::Weigh(_) => Vec::new(),
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
    /// A hit of any of these classes; may be missing when optional.
    Any { classes: Vec<Class>, optional: bool },
    /// Up to this many characters of the same sentence.
    Gap(u8),
    /// The start of a clause.
    Start,
    /// The end of a sentence, or of a clause where that is how far the sequence may reach.
    End,
}

impl Kind {
    /// The recogniser, if it is one.
    pub fn native(&self) -> Option<Native> {
        if let Self::Native(native, _) = self { Some(*native) } else { None }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pattern {
    pub text: String,
    /// The class of its required literals; `None` for a weak pattern, which is tried on every sentence.
    pub literals: Option<Class>,
    /// Sets of literals of each of which every match holds one.
    pub holds: Vec<Vec<String>>,
    /// Compiled when first needed; each thread has its own copy, which shares what does not change.
    #[serde(skip)]
    pub compiled: OnceLock<Regex>,
}

impl Program {
    /// Looks, in each role's turns, only for what `wanted` cues are made of: a grammar of promises has nothing to
    /// do in what customers say.
    pub fn focus(&mut self, wanted: impl IntoIterator<Item = (CueId, Roles)>) {
        self.known = Known::default();
        self.needed = vec![0; self.classes as usize];
        for (cue, roles) in wanted {
            if let Some(needed) = self.needed.get_mut(usize::from(cue.0)) {
                *needed |= roles.0;
            }
        }
        self.asked = self.needed[..self.cues.len()].to_vec();
        for class in [self.negator, self.reported].into_iter().flatten() {
            self.needed[class as usize] = u8::MAX;
        }
        for regex in &self.regexes {
            if let Some(class) = regex.literals {
                self.needed[class as usize] = u8::MAX;
            }
        }
        // A cue comes after its parts: from the last to the first, what it needs is known when it is reached.
        for index in (0..self.cues.len()).rev() {
            for part in &self.cues[index].parts {
                let mask = self.needed[index] & part.mask();
                for class in part.classes() {
                    self.needed[class as usize] |= mask;
                }
            }
        }
    }

    /// Whether a scan that is not thorough tells this cue in this role's turns.
    pub fn looks_for(&self, cue: CueId, role: Role) -> bool {
        self.asked.get(usize::from(cue.0)).is_some_and(|asked| asked & bit(role) != 0)
    }

    /// The cue of this name.
    pub fn cue(&self, name: &str) -> Option<CueId> {
        let names = self.by_name.get_or_init(|| {
            let mut numbers: Vec<u16> = (0_u16..).take(self.cues.len()).collect();
            numbers.sort_unstable_by_key(|&number| &self.cues[usize::from(number)].name);
            numbers
        });
        let known = |&number: &u16| self.cues[usize::from(number)].name.as_str();
        names.binary_search_by_key(&name, known).ok().map(|at| CueId(names[at]))
    }

    /// The name of a cue.
    pub fn name(&self, cue: CueId) -> &str {
        &self.cues[usize::from(cue.0)].name
    }

    /// The languages in which a cue is defined.
    pub fn languages(&self, cue: CueId) -> &[Lang] {
        &self.cues[usize::from(cue.0)].langs
    }

    /// The cues that a cue is made of, guards aside.
    pub fn made_of(&self, cue: CueId) -> Vec<CueId> {
        let patterns = self.cues[usize::from(cue.0)].parts.iter().flat_map(|part| &part.patterns);
        let classes = patterns.flat_map(Kind::classes);
        let named =
            classes.filter_map(|class| u16::try_from(class).ok().filter(|&class| usize::from(class) < self.cues.len()));
        let mut found: Vec<CueId> = named.map(CueId).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Every cue that another one looks at, guards included.
    pub fn referred(&self) -> impl Iterator<Item = CueId> {
        let parts = self.cues.iter().flat_map(|cue| &cue.parts);
        let guards = [self.negator, self.reported].into_iter().flatten();
        let classes = parts.flat_map(Part::classes).chain(guards);
        classes.filter_map(|class| {
            u16::try_from(class).ok().filter(|&class| usize::from(class) < self.cues.len()).map(CueId)
        })
    }

    /// Whether hits of a cue may be promises, which have attributes.
    pub fn may_promise(&self, cue: CueId) -> bool {
        self.may_be(cue, &Native::is_promise)
    }

    /// Whether a recogniser may have found hits of a cue, or a part of them.
    pub fn may_be_recognised(&self, cue: CueId) -> bool {
        self.may_be(cue, &|_| true)
    }

    fn may_be(&self, cue: CueId, wanted: &impl Fn(Native) -> bool) -> bool {
        let mut patterns = self.cues[usize::from(cue.0)].parts.iter().flat_map(|part| &part.patterns);
        patterns.any(|kind| kind.native().is_some_and(wanted))
            || self.made_of(cue).into_iter().any(|part| self.may_be(part, wanted))
    }

    /// All cues' names, in evaluation order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cues.iter().map(|cue| cue.name.as_str())
    }

    /// Number of literals and of regular expressions.
    pub fn size(&self) -> (usize, usize) {
        (self.folded.len() + self.skeleton.len(), self.regexes.len())
    }

    /// The literals on the folded text, for comparison with the bare automaton.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.folded.texts()
    }
}
