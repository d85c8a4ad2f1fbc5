//! Speakers of a pasted chat: the lines that begin a message, and the role of each name.

use super::RoleLabels;
use super::style::{Line, Style};
use super::time;
use crate::conversation::{Origin, Role, Turn};
use std::collections::{BTreeMap, BTreeSet};

/// Most characters of a line that its speaker and time take.
const HEAD: usize = 120;
/// A bracket that begins a label without a colon.
const BRACKET: char = '\u{3010}';

/// All lines that begin a message.
pub(super) struct Lines {
    pub(super) speakers: Vec<Speaker>,
    /// Unknown names before a colon: perhaps speakers, more often headings.
    pub(super) colons: Vec<Speaker>,
    /// Whether the text begins with a line of either kind.
    pub(super) at_once: bool,
}

impl Lines {
    pub(super) fn of(text: &str, labels: &RoleLabels) -> Self {
        let styles = labels.styles.iter().map(|style| Style::new(style)).collect::<Vec<_>>();
        let mut found = Self { speakers: Vec::new(), colons: Vec::new(), at_once: false };
        // The same few names come again, and each would be compared with every label.
        let mut roles = BTreeMap::new();
        let mut start = 0;
        for whole in text.split_inclusive('\n') {
            let line = whole.trim_end_matches(['\n', '\r']);
            // Every style has a colon, its own or the time's, or begins with a bracket: most lines need no closer look.
            let mut head = line.chars().take(HEAD);
            let near = line.trim_start().starts_with(BRACKET) || head.any(|character| matches!(character, ':' | '：'));
            let read = |(number, style): (usize, &Style)| Some((number, style.read(line, &labels.time_words)?));
            // After a letter and a colon, a time belongs to the text.
            let question =
                near && labels.role_in_questions(line.split([':', '：']).next().unwrap_or_default()).is_some();
            let read = |(number, style)| read((number, style)).filter(|(_, read)| !question || read.time.is_none());
            if let Some((number, read)) = near.then(|| styles.iter().enumerate().find_map(read)).flatten() {
                let (name, timed) = (&line[read.name.0..read.name.1], read.time.is_some());
                let find = || if timed { labels.role_of_name(name) } else { labels.role_before_colon(name) };
                let role = *roles.entry((name, timed)).or_insert_with(find);
                let mut speaker = Speaker::new(start, line, &read, role);
                speaker.exact |= number < labels.exports;
                speaker.loose = styles[number].loose;
                if timed || role.is_some() { &mut found.speakers } else { &mut found.colons }.push(speaker);
            }
            start += whole.len();
        }
        let first = found.speakers.iter().chain(&found.colons).map(|speaker| speaker.line).min();
        found.at_once = first.is_some_and(|line| text[..line].trim().is_empty());
        found.hear(text, labels);
        found.read_again(text, labels);
        found
    }

    /// `客服：最晚今天 18:00` is a label and a text, not a name and a time, if another speaker follows on the next line.
    fn read_again(&mut self, text: &str, labels: &RoleLabels) {
        let plain = Style::new("<name>:<text>");
        let mut again = false;
        for speaker in self.speakers.iter_mut().filter(|speaker| speaker.timed && !speaker.said) {
            let line = &text[speaker.line..speaker.text];
            let Some(read) = plain.read(line, &labels.time_words).filter(|read| read.text < Some(line.len())) else {
                continue;
            };
            if let Some(role) = labels.role_before_colon(&line[read.name.0..read.name.1]) {
                *speaker = Speaker::new(speaker.line, line, &read, Some(role));
                again = true;
            }
        }
        if again {
            self.hear(text, labels);
        }
    }

    /// Sets the end of each message: at the next one, or before a line with only a date.
    fn hear(&mut self, text: &str, labels: &RoleLabels) {
        for index in 0..self.speakers.len() {
            let next = self.speakers.get(index + 1).map_or(text.len(), |next| next.line);
            let speaker = &mut self.speakers[index];
            let mut said = text[speaker.text..next].trim_end();
            // Only after a blank line: a date may be somebody's whole answer.
            let apart = |before: &str| before.trim_end_matches('\r').ends_with('\n') && !before.trim().is_empty();
            if let Some((before, line)) = said.rsplit_once('\n')
                && apart(before)
                && time::is_day(line, &labels.time_words)
            {
                said = before.trim_end();
            }
            speaker.end = speaker.text + said.len();
            speaker.said = !said.trim().is_empty();
        }
    }

    /// Takes words for question and answer as speakers, if nobody else speaks. `strictly`: only if the text begins with
    /// a question and consists of at least two pairs, as in a chat.
    pub(super) fn take_questions(&mut self, text: &str, labels: &RoleLabels, strictly: bool) -> bool {
        if self.speakers.iter().any(|speaker| speaker.role.is_some()) {
            return false;
        }
        let role = |speaker: &Speaker| labels.role_in_questions(&speaker.name);
        let roles = self.colons.iter().filter_map(role).collect::<Vec<_>>();
        let in_turn = roles.chunks(2).all(|pair| *pair == [Role::Customer, Role::Agent]);
        let begins = self.at_once && self.colons.first().is_some_and(|first| role(first).is_some());
        let both = roles.contains(&Role::Customer) && roles.contains(&Role::Agent);
        let enough = if strictly { begins && in_turn && roles.len() >= 4 } else { both };
        if enough {
            let (asked, others) = std::mem::take(&mut self.colons).into_iter().partition(|one| role(one).is_some());
            (self.speakers, self.colons) = (asked, others);
            self.speakers.iter_mut().for_each(|speaker| speaker.role = role(speaker));
            self.hear(text, labels);
        }
        enough
    }

    /// Whether names without a time speak in turn from the first line on: a side that is known and another name, or, if
    /// it is no Markdown `page`, two unknown names, each at least twice.
    pub(super) fn takes_turns(&self, text: &str, page: bool, labels: &RoleLabels) -> bool {
        let names = self.names(labels);
        let named = self.colons.iter().filter(|one| names.contains_key(one.name.as_str()));
        let first = self.speakers.iter().chain(named).map(|one| one.line).min();
        let begins = first.is_some_and(|line| text[..line].trim().is_empty());
        let unknown = !page && names.len() == 2 && self.speakers.is_empty();
        let others = self.others(labels);
        let answered = || names.values().any(|&count| count > 1) || self.speakers.iter().any(|one| one.talks(text));
        begins
            && ((unknown && names.values().all(|&count| count > 1))
                || (self.one_side() && !others.is_empty() && answered()))
    }

    /// Unknown names before a colon that are no headings, and how often each comes.
    fn names(&self, labels: &RoleLabels) -> BTreeMap<&str, usize> {
        let mut names = BTreeMap::new();
        for one in self.colons.iter().filter(|one| labels.may_be_name(&one.name)) {
            *names.entry(one.name.as_str()).or_default() += 1;
        }
        names
    }

    /// The unknown names beside a known side: the only one, otherwise those that come again, since a heading in a
    /// message seldom does.
    fn others(&self, labels: &RoleLabels) -> Vec<String> {
        let names = self.names(labels);
        let alone = names.len() == 1;
        names.into_iter().filter(|&(_, count)| alone || count > 1).map(|(name, _)| name.to_owned()).collect()
    }

    /// Whether all that is known is one side, without times.
    fn one_side(&self) -> bool {
        self.known().len() == 1 && self.unknown().is_empty() && !self.speakers.iter().any(|one| one.timed)
    }

    /// Gives every speaker a role, or returns the names that have none.
    pub(super) fn settle(&mut self, text: &str, labels: &RoleLabels) -> Result<(), Vec<String>> {
        self.add_counterparts(labels);
        let mut unknown = self.unknown();
        if unknown.len() > 1 || (unknown.len() == 1 && self.known().len() != 1) {
            // A single line with only hours and minutes is more likely part of a message.
            let count = self.speakers.iter().fold(BTreeMap::new(), |mut count: BTreeMap<String, usize>, speaker| {
                *count.entry(speaker.name.clone()).or_default() += 1;
                count
            });
            self.speakers.retain(|speaker| speaker.role.is_some() || speaker.exact || count[&speaker.name] > 1);
            unknown = self.unknown();
        }
        self.hear(text, labels);
        let counterpart = match self.known()[..] {
            [Role::Agent] => Some(Role::Customer),
            [Role::Customer] => Some(Role::Agent),
            _ => None,
        };
        match (&unknown[..], counterpart) {
            ([], _) if !self.speakers.is_empty() => Ok(()),
            // Without speakers, only words before colons could be names; a single one is a heading.
            ([], _) => Err(Some(self.colon_names()).filter(|names| names.len() > 1).unwrap_or_default()),
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

    /// `客服：…` and `张三：…` in turn: if only one side is labelled, the single other name is the other side. Several
    /// names stay unknown.
    fn add_counterparts(&mut self, labels: &RoleLabels) {
        if self.one_side() {
            let others = self.others(labels);
            let (speakers, colons) =
                std::mem::take(&mut self.colons).into_iter().partition(|one| others.contains(&one.name));
            self.colons = colons;
            self.speakers.extend::<Vec<_>>(speakers);
            self.speakers.sort_by_key(|speaker| speaker.line);
        }
    }

    /// Unknown names in order of appearance.
    fn colon_names(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let new = self.colons.iter().filter(|speaker| seen.insert(speaker.name.as_str()));
        new.map(|speaker| speaker.name.clone()).collect()
    }

    fn unknown(&self) -> Vec<String> {
        let names = self.speakers.iter().filter(|speaker| speaker.role.is_none()).map(|speaker| speaker.name.clone());
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The sides that are known to speak.
    fn known(&self) -> Vec<Role> {
        let roles = self.speakers.iter().filter_map(|speaker| speaker.role);
        let sides = roles.filter(|role| matches!(role, Role::Customer | Role::Agent));
        sides.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// A line that begins a message.
#[derive(Debug)]
pub(super) struct Speaker {
    /// Offsets of the line and of the text in it.
    pub(super) line: usize,
    pub(super) text: usize,
    /// Offset of the end of the text.
    end: usize,
    pub(super) name: String,
    pub(super) time: Option<String>,
    pub(super) role: Option<Role>,
    pub(super) timed: bool,
    /// The time has seconds or a date, or only chats have this style.
    pub(super) exact: bool,
    /// Other texts may have this style, so it counts only where the text begins with it.
    pub(super) loose: bool,
    /// Whether a text follows.
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
            end: start + line.len(),
            name: line[found.name.0..found.name.1].to_owned(),
            timed: time.is_some(),
            time,
            role,
            exact,
            loose: false,
            said: false,
        }
    }

    /// Whether it says more than a name or a number, as a signature or a form does.
    fn talks(&self, text: &str) -> bool {
        let said = text.get(self.text..self.end).unwrap_or_default();
        let han = said.chars().filter(|character| ('\u{3400}'..='\u{9fff}').contains(character)).take(4).count();
        let worded = |word: &&str| word.starts_with(|first: char| first.is_alphabetic()) && !word.contains('@');
        han > 3 || said.split_whitespace().filter(worded).take(3).count() > 2
    }

    pub(super) fn turn(&self, text: &str) -> Turn {
        let said = &text[self.text..self.end];
        let at = self.text + (said.len() - said.trim_start().len());
        Turn {
            origin: Origin::at(at),
            name: Some(self.name.clone()),
            time: self.time.clone(),
            ..Turn::new(self.role.unwrap_or(Role::System), said.trim_start())
        }
    }
}
