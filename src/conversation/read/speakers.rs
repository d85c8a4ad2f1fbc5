//! Who speaks in a pasted chat: the lines that open a message, and the role of each name.

use super::RoleLabels;
use super::style::{Line, Style};
use crate::conversation::{Origin, Role, Turn};
use std::collections::{BTreeMap, BTreeSet};

/// How far into a line its speaker and time reach at most, in characters.
const HEAD: usize = 120;

/// All lines that open a message.
pub(super) struct Lines {
    pub(super) speakers: Vec<Speaker>,
    /// Unknown names before a colon: perhaps a speaker, more often a heading.
    colons: Vec<Speaker>,
}

impl Lines {
    pub(super) fn of(text: &str, labels: &RoleLabels) -> Self {
        let styles = labels.styles.iter().map(|style| Style::new(style)).collect::<Vec<_>>();
        let mut found = Self { speakers: Vec::new(), colons: Vec::new() };
        // The same few names come again and again, and a name is compared with every label.
        let mut roles = BTreeMap::new();
        let mut start = 0;
        for whole in text.split_inclusive('\n') {
            let line = whole.trim_end_matches(['\n', '\r']);
            // Every style has a colon, its own or that of the clock: most lines of a message need no closer look.
            let colon = line.chars().take(HEAD).any(|character| matches!(character, ':' | '：'));
            let read = |style: &Style| style.read(line, &labels.time_words);
            if let Some(read) = colon.then(|| styles.iter().find_map(read)).flatten() {
                let (name, timed) = (&line[read.name.0..read.name.1], read.time.is_some());
                let find = || if timed { labels.role_of_name(name) } else { labels.role_before_colon(name) };
                let role = *roles.entry((name, timed)).or_insert_with(find);
                let speaker = Speaker::new(start, line, &read, role);
                if timed || role.is_some() { &mut found.speakers } else { &mut found.colons }.push(speaker);
            }
            start += whole.len();
        }
        for index in 0..found.speakers.len() {
            let end = found.speakers.get(index + 1).map_or(text.len(), |next| next.line);
            found.speakers[index].said = !text[found.speakers[index].text..end].trim().is_empty();
        }
        found
    }

    /// Gives every speaker a role, or names those that have none.
    pub(super) fn settle(&mut self) -> Result<(), Vec<String>> {
        self.add_counterpart();
        let mut unknown = self.unknown();
        if unknown.len() > 1 || (unknown.len() == 1 && self.known().len() != 1) {
            // Once, and with hours and minutes only: more likely part of a message.
            let count = self.speakers.iter().fold(BTreeMap::new(), |mut count: BTreeMap<String, usize>, speaker| {
                *count.entry(speaker.name.clone()).or_default() += 1;
                count
            });
            self.speakers.retain(|speaker| speaker.role.is_some() || speaker.exact || count[&speaker.name] > 1);
            unknown = self.unknown();
        }
        let counterpart = match self.known()[..] {
            [Role::Agent] => Some(Role::Customer),
            [Role::Customer] => Some(Role::Agent),
            _ => None,
        };
        match (&unknown[..], counterpart) {
            ([], _) if !self.speakers.is_empty() => Ok(()),
            ([name], Some(role)) => {
                self.speakers
                    .iter_mut()
                    .filter(|speaker| speaker.name == *name)
                    .for_each(|speaker| speaker.role = Some(role));
                Ok(())
            }
            _ => Err(unknown),
        }
    }

    /// `客服：…` and `张三：…` in turns: where only one side is labelled, the one other name is the other side.
    fn add_counterpart(&mut self) {
        let one_side =
            self.known().len() == 1 && self.unknown().is_empty() && !self.speakers.iter().any(|one| one.timed);
        let one_name = self.colons.windows(2).all(|pair| pair[0].name == pair[1].name);
        if one_side && one_name {
            self.speakers.append(&mut self.colons);
            self.speakers.sort_by_key(|speaker| speaker.line);
        }
    }

    fn unknown(&self) -> Vec<String> {
        let names = self.speakers.iter().filter(|speaker| speaker.role.is_none()).map(|speaker| speaker.name.clone());
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The sides of the counter that are known to speak.
    fn known(&self) -> Vec<Role> {
        let roles = self.speakers.iter().filter_map(|speaker| speaker.role);
        let sides = roles.filter(|role| matches!(role, Role::Customer | Role::Agent));
        sides.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// A line that opens a message.
#[derive(Debug)]
pub(super) struct Speaker {
    /// Byte at which the line begins, and at which the words do.
    pub(super) line: usize,
    pub(super) text: usize,
    pub(super) name: String,
    pub(super) time: Option<String>,
    pub(super) role: Option<Role>,
    pub(super) timed: bool,
    /// The time has seconds or a date.
    pub(super) exact: bool,
    /// Words follow.
    pub(super) said: bool,
}

impl Speaker {
    fn new(start: usize, line: &str, found: &Line, role: Option<Role>) -> Self {
        let time = found.time.map(|(from, to)| line[from..to].to_owned());
        let exact = time.as_deref().is_some_and(|time| {
            time.split(|next: char| !next.is_ascii_digit()).filter(|figures| !figures.is_empty()).count() > 2
        });
        Self {
            line: start,
            text: start + found.text.unwrap_or(line.len()),
            name: line[found.name.0..found.name.1].to_owned(),
            timed: time.is_some(),
            time,
            role,
            exact,
            said: false,
        }
    }

    pub(super) fn turn(&self, text: &str, end: usize) -> Turn {
        let said = text[self.text..end].trim_end();
        let at = self.text + (said.len() - said.trim_start().len());
        Turn {
            origin: Origin::at(at),
            name: Some(self.name.clone()),
            time: self.time.clone(),
            ..Turn::new(self.role.unwrap_or(Role::System), said.trim_start())
        }
    }
}
