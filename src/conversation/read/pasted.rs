//! Chats as people copy them from a window: labelled lines, or names and times above the messages.

use super::style::{Line, Style};
use super::{Options, Record, RoleLabels, draft};
use crate::conversation::{Chunk, Conversation, Mode, Origin, Role, Turn};
use crate::source::Diagnostic;
use std::collections::BTreeMap;

/// Whether `head` is a chat beyond doubt: two roles speak in labelled lines, or messages stand under names and times.
pub(super) fn looks_pasted(head: &str, labels: &RoleLabels) -> bool {
    let lines = Lines::of(head, labels);
    let roles = lines.speakers.iter().filter(|speaker| speaker.said).filter_map(|speaker| speaker.role);
    let roles = roles.collect::<std::collections::BTreeSet<_>>();
    let timed = lines.speakers.iter().filter(|speaker| speaker.timed && speaker.said).collect::<Vec<_>>();
    // A list of places and hours looks like names and times; a chat has seconds, dates, known roles, or repeats a name.
    let sure = |speaker: &&Speaker| {
        let again = timed.iter().filter(|other| other.name == speaker.name).count() > 1;
        speaker.role.is_some() || speaker.exact || again
    };
    roles.len() >= 2 || (timed.len() >= 2 && timed.iter().any(sure))
}

/// Reads the whole text as one conversation.
pub(super) fn read(text: String, options: &Options) -> Vec<Record> {
    let labels = &*options.labels;
    if text.trim().is_empty() {
        return vec![Record::Notice(draft::empty())];
    }
    let mut lines = Lines::of(&text, labels);
    if let Err(unknown) = lines.settle() {
        let names = unknown.iter().take(5).map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
        let message = match unknown.len() {
            0 => "no line says who is speaking".to_owned(),
            _ => format!("cannot tell who is customer and who is agent: {names}"),
        };
        let (customer, agent) = (labels.shown(Role::Customer), labels.shown(Role::Agent));
        let help =
            format!("write the speakers as `{customer}:` and `{agent}:`, or the role into the name (`{agent} Li`)");
        return vec![Record::Failed(Diagnostic::error("input/unknown-speaker", message).line(1).help(help))];
    }
    let mut records = Vec::new();
    let first = lines.speakers.first().map_or(0, |speaker| speaker.line);
    if !text[..first].trim().is_empty() {
        let notice = Diagnostic::warning("input/skipped-lines", "the lines above the first message are not checked");
        records.push(Record::Notice(notice.line(1)));
    }
    let ends = lines.speakers.iter().skip(1).map(|speaker| speaker.line).chain([text.len()]);
    let turns = lines.speakers.iter().zip(ends).map(|(speaker, end)| speaker.turn(&text, end)).collect();
    let (mode, chunk) = (options.kind.unwrap_or(Mode::Transcript), Chunk { text, lines_before: 0 });
    records.push(Record::conversation(Conversation { mode, turns, chunk, ..Conversation::default() }));
    records
}

/// A line that opens a message.
#[derive(Debug)]
struct Speaker {
    /// Byte at which the line begins, and at which the words do.
    line: usize,
    text: usize,
    name: String,
    time: Option<String>,
    role: Option<Role>,
    timed: bool,
    /// The time has seconds or a date.
    exact: bool,
    /// Words follow.
    said: bool,
}

impl Speaker {
    fn new(text: &str, start: usize, line: &str, found: &Line, labels: &RoleLabels) -> Self {
        let name = &line[found.name.0..found.name.1];
        let time = found.time.map(|(from, to)| line[from..to].to_owned());
        let exact = time.as_deref().is_some_and(|time| {
            time.split(|next: char| !next.is_ascii_digit()).filter(|figures| !figures.is_empty()).count() > 2
        });
        let words = found.text.map_or(start + line.len(), |at| start + at);
        let said = found.text.is_some_and(|at| !line[at..].trim().is_empty()) || words < text.len();
        let role = if time.is_some() { labels.role_of_name(name) } else { labels.role_before_colon(name) };
        Self { line: start, text: words, name: name.to_owned(), timed: time.is_some(), time, role, exact, said }
    }

    fn turn(&self, text: &str, end: usize) -> Turn {
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

/// All lines that open a message.
struct Lines {
    speakers: Vec<Speaker>,
    /// Unknown names before a colon: perhaps a speaker, more often a heading.
    colons: Vec<Speaker>,
}

impl Lines {
    fn of(text: &str, labels: &RoleLabels) -> Self {
        let styles = labels.styles.iter().map(|style| Style::new(style)).collect::<Vec<_>>();
        let mut found = Self { speakers: Vec::new(), colons: Vec::new() };
        let mut start = 0;
        for whole in text.split_inclusive('\n') {
            let line = whole.trim_end_matches(['\n', '\r']);
            let read = |style: &Style| Some((style.timed(), style.read(line, &labels.time_words)?));
            if let Some((timed, read)) = styles.iter().find_map(read) {
                let speaker = Speaker::new(text, start, line, &read, labels);
                let known = timed || speaker.role.is_some();
                if known { &mut found.speakers } else { &mut found.colons }.push(speaker);
            } else if !line.trim().is_empty()
                && let Some(last) = found.speakers.last_mut()
            {
                last.said = true;
            }
            start += whole.len();
        }
        // A header with another right below has no words: what follows it was taken for them above.
        for index in 0..found.speakers.len() {
            let end = found.speakers.get(index + 1).map_or(text.len(), |next| next.line);
            found.speakers[index].said = !text[found.speakers[index].text..end].trim().is_empty();
        }
        found
    }

    /// Gives every speaker a role, or names those that have none.
    fn settle(&mut self) -> Result<(), Vec<String>> {
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
        names.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }

    /// The sides of the counter that are known to speak.
    fn known(&self) -> Vec<Role> {
        let roles = self.speakers.iter().filter_map(|speaker| speaker.role);
        let sides = roles.filter(|role| matches!(role, Role::Customer | Role::Agent));
        sides.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(text: &str) -> Conversation {
        let labels = RoleLabels::from_toml(include_str!("../../../rules/language/roles.toml")).unwrap();
        let options = Options { labels: labels.into(), ..Options::default() };
        match read(text.to_owned(), &options).pop() {
            Some(Record::Conversation(conversation)) => *conversation,
            other => panic!("{text}\n{other:?}"),
        }
    }

    fn said(text: &str) -> Vec<(Role, String)> {
        let chat = chat(text);
        for turn in &chat.turns {
            let at = turn.origin.chunk_offset(0).unwrap();
            assert!(text[at..].starts_with(&turn.text), "{text}");
        }
        chat.turns.into_iter().map(|turn| (turn.role, turn.text)).collect()
    }

    fn expected(turns: &[(Role, &str)]) -> Vec<(Role, String)> {
        turns.iter().map(|&(role, text)| (role, text.to_owned())).collect()
    }

    use Role::{Agent, Customer};

    #[test]
    fn labelled_lines() {
        let turns = expected(&[(Customer, "在吗\n发货了吗？"), (Agent, "在的\r\n\r\n注意：今天发")]);
        assert_eq!(said("客户：在吗\n发货了吗？\n客服：在的\r\n\r\n注意：今天发\n\n"), turns);
        assert_eq!(said("Customer: hi\nAgent: hello"), expected(&[(Customer, "hi"), (Agent, "hello")]));
        assert_eq!(said("客服：在的\n张三：发货了吗\n客服：发了").len(), 3);
    }

    #[test]
    fn names_and_times_above_the_messages() {
        let text = "会话记录\n张三 10:03:22\n在吗\n客服小王 10:03:40\n在的\n预计 18:00\n张三 10:04:00\n好";
        let turns = expected(&[(Customer, "在吗"), (Agent, "在的\n预计 18:00"), (Customer, "好")]);
        assert_eq!(said(text), turns);
        let chat = chat(text);
        assert_eq!((chat.turns[0].time.as_deref(), chat.turns[0].name.as_deref()), (Some("10:03:22"), Some("张三")));
        let text = "花花旗舰店:小美 (2026-01-02 10:03:22):\n亲，在的\ntb1 (2026-01-02 10:03:40):\n好";
        assert_eq!(said(text), expected(&[(Agent, "亲，在的"), (Customer, "好")]));
    }

    #[test]
    fn times_beside_the_words() {
        let text = "[12/11/26, 10:03:22] Ann: hi\n[12/11/26, 10:04:00] Support Team: hello\nthere";
        assert_eq!(said(text), expected(&[(Customer, "hi"), (Agent, "hello\nthere")]));
        let text = "Sam Agent (10:03 AM): hi\nAnn (10:04 AM): hello";
        assert_eq!(said(text), expected(&[(Agent, "hi"), (Customer, "hello")]));
    }

    #[test]
    fn unknown_names_are_asked_for() {
        let labels = RoleLabels::from_toml(include_str!("../../../rules/language/roles.toml")).unwrap();
        let options = Options { labels: labels.into(), ..Options::default() };
        for text in ["张三 10:03:22\n在吗\n李四 10:03:40\n在的", "您好，请稍等"] {
            let records = read(text.to_owned(), &options);
            let [Record::Failed(failed)] = &records[..] else { panic!("{records:?}") };
            assert_eq!(failed.code, "input/unknown-speaker");
            assert!(
                failed.help.as_deref().unwrap().contains("客户:")
                    || failed.help.as_deref().unwrap().contains("customer:")
            );
        }
    }
}
