//! From rows to conversations: rows of one conversation stand together, or one row holds all of it.

use super::arrange::Arranged;
use super::columns::Columns;
use super::{ColumnMap, ColumnWords, Field, Row, Rows};
use crate::conversation::read::{Options, Record, pasted};
use crate::conversation::{Chunk, Conversation, Mode, Role, Turn};
use crate::source::{Diagnostic, Level};
use std::collections::VecDeque;

/// Most messages of one conversation; the rest are rejected, for nobody talks that long.
const MOST_TURNS: usize = 20_000;

/// How a table holds conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// One row a message.
    Messages,
    /// A whole chat in a cell.
    Chats,
    /// A question and its answer in a row.
    Pairs,
}

/// The conversations of a table.
pub struct Log<R> {
    rows: Arranged<R>,
    options: Options,
    columns: Columns,
    layout: Option<Layout>,
    /// The conversation whose rows are being read: its key, and how many bytes it has.
    open: Option<(Option<String>, Box<Conversation>, usize)>,
    ready: VecDeque<Record>,
}

impl<R: Rows> Log<R> {
    /// Reads the header. `map` is the user's, `words` are names that exports use.
    pub fn new(rows: R, map: &ColumnMap, words: &ColumnWords, options: Options) -> Self {
        let mut rows = Arranged::new(rows);
        let mut ready = VecDeque::new();
        let header = rows.next_row();
        ready.extend(rows.notice().map(Record::Notice));
        let (mut columns, mut layout) = (Columns::default(), None);
        match header {
            None => ready.push_back(Record::Notice(Diagnostic::warning("input/empty", "the input is empty"))),
            Some(Err(mistake)) => ready.push_back(Record::Failed(mistake)),
            Some(Ok(header)) => match tell(&header.cells, map, words) {
                Ok((told, how)) => {
                    if map.is_empty() {
                        let message = format!("columns: {}", told.shown(&header.cells));
                        let notice = Diagnostic::warning("input/columns-guessed", message);
                        ready.push_back(Record::Notice(notice.help("to fix them, write these into [audit.columns]")));
                    }
                    if let (Layout::Messages, Some(shelf)) = (how, &options.shelf)
                        && let Some(column) = told.place(Field::Conversation)
                    {
                        rows.sort(shelf.clone(), column);
                    }
                    columns = told;
                    layout = Some(how);
                }
                Err(mistake) => ready.push_back(Record::Failed(mistake.line(header.line))),
            },
        }
        Self { rows, options, columns, layout, open: None, ready }
    }

    /// The next conversation, or what became of a row.
    pub fn next_record(&mut self) -> Option<Record> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                return Some(record);
            }
            let layout = self.layout?;
            match self.rows.next_row() {
                None => {
                    self.layout = None;
                    self.close();
                }
                Some(Err(mistake)) => self.failed(mistake),
                Some(Ok(row)) => self.row(layout, &row),
            }
        }
    }

    fn row(&mut self, layout: Layout, row: &Row) {
        let read = match layout {
            Layout::Messages => self.message(row),
            Layout::Chats => self.chat(row),
            Layout::Pairs => self.pair(row),
        };
        if let Err(what) = read {
            self.failed(Diagnostic::error("input/bad-row", what).line(row.line));
        }
    }

    fn failed(&mut self, mistake: Diagnostic) {
        self.ready.push_back(Record::Failed(mistake));
    }

    fn message(&mut self, row: &Row) -> Result<(), String> {
        let cell = |field| self.columns.cell(&row.cells, field);
        let key = cell(Field::Conversation).map(ToOwned::to_owned);
        if key.is_none() && self.columns.has(Field::Conversation) {
            return Err("no conversation id".to_owned());
        }
        let labels = &self.options.labels;
        let role = match (cell(Field::Role), cell(Field::Name)) {
            (Some(word), _) | (None, Some(word)) => labels.role_of(word).or_else(|| side(word)),
            (None, None) => return Err("nobody says it: the role is empty".to_owned()),
        };
        let Some(role) = role else {
            let word: String = cell(Field::Role).or(cell(Field::Name)).unwrap_or_default().chars().take(20).collect();
            return Err(format!("unknown role {word:?}: customer, agent, bot or system"));
        };
        let text = cell(Field::Text).unwrap_or_default().to_owned();
        let turn = Turn {
            time: cell(Field::Time).map(ToOwned::to_owned),
            end: cell(Field::End).map(ToOwned::to_owned),
            id: cell(Field::Message).map(ToOwned::to_owned),
            name: cell(Field::Name).map(ToOwned::to_owned),
            agent: cell(Field::Agent).filter(|_| role == Role::Agent).map(ToOwned::to_owned),
            ..Turn::new(role, text)
        };
        if self.open.as_ref().is_none_or(|(open, ..)| *open != key) {
            self.close();
            self.open = Some((key, Box::new(self.header(row)), 0));
        }
        let Some((_, conversation, bytes)) = &mut self.open else { return Ok(()) };
        if conversation.turns.len() == MOST_TURNS || *bytes + turn.text.len() > self.options.limits.text_bytes {
            return Err("the conversation is too long: the message is left out".to_owned());
        }
        *bytes += turn.text.len();
        if conversation.agent.is_none() {
            conversation.agent.clone_from(&turn.agent);
        }
        conversation.turns.push(turn);
        Ok(())
    }

    fn chat(&mut self, row: &Row) -> Result<(), String> {
        let text = self.columns.cell(&row.cells, Field::Text).ok_or("no text")?;
        for record in pasted::read(text.to_owned(), &self.options) {
            match record {
                Record::Conversation(read) => {
                    let turns = read.turns.into_iter();
                    // A place in the cell is no place in the file.
                    let turns = turns.map(|turn| Turn { origin: crate::conversation::Origin::Unmapped, ..turn });
                    let conversation = Conversation { turns: turns.collect(), ..self.header(row) };
                    self.ready.push_back(Record::conversation(conversation));
                }
                Record::Failed(mistake) => self.ready.push_back(Record::Failed(mistake.line(row.line))),
                Record::Notice(notice) if notice.level == Level::Error => {
                    self.ready.push_back(Record::Failed(notice.line(row.line)));
                }
                Record::Notice(_) => {}
            }
        }
        Ok(())
    }

    fn pair(&mut self, row: &Row) -> Result<(), String> {
        let cell = |field| self.columns.cell(&row.cells, field);
        let turn = |role, text: Option<&str>, time: Option<&str>| {
            text.map(|text| Turn { time: time.map(ToOwned::to_owned), ..Turn::new(role, text) })
        };
        let time = cell(Field::Time);
        let question = turn(Role::Customer, cell(Field::Question), time);
        let answer = turn(Role::Agent, cell(Field::Answer), cell(Field::AnswerTime));
        let turns: Vec<Turn> = question.into_iter().chain(answer).collect();
        if turns.is_empty() {
            return Err("no text".to_owned());
        }
        self.ready.push_back(Record::conversation(Conversation { turns, ..self.header(row) }));
        Ok(())
    }

    /// What a row says about its conversation.
    fn header(&self, row: &Row) -> Conversation {
        let cell = |field| self.columns.cell(&row.cells, field).map(ToOwned::to_owned);
        let mut conversation = Conversation {
            id: cell(Field::Conversation),
            mode: Mode::Transcript,
            agent: cell(Field::Agent).filter(|_| self.layout != Some(Layout::Messages)),
            team: cell(Field::Team),
            channel: cell(Field::Channel),
            scenario: cell(Field::Scenario),
            chunk: Chunk::new("", row.line - 1),
            ..Conversation::default()
        };
        let others = self.columns.others(&row.cells).map(|(name, value)| (name.to_owned(), value.to_owned()));
        conversation.meta.extend(others);
        for field in [Field::Customer, Field::Ticket, Field::Rating] {
            conversation.meta.extend(cell(field).map(|value| (field.name(), value)));
        }
        conversation
    }

    fn close(&mut self) {
        if let Some((_, mut conversation, _)) = self.open.take() {
            newest_last(&mut conversation.turns);
            self.ready.push_back(Record::Conversation(conversation));
        }
    }
}

fn tell(header: &[String], map: &ColumnMap, words: &ColumnWords) -> Result<(Columns, Layout), Diagnostic> {
    let columns = Columns::tell(header, map, words).map_err(|name| {
        Diagnostic::error("input/columns", format!("there is no column {name:?}, which [audit.columns] names"))
    })?;
    let has = |field| columns.has(field);
    let layout = if has(Field::Text) && (has(Field::Role) || has(Field::Name)) {
        Layout::Messages
    } else if has(Field::Answer) {
        Layout::Pairs
    } else if has(Field::Text) {
        Layout::Chats
    } else {
        let names: Vec<&str> = header.iter().take(40).map(|name| name.trim()).collect();
        let message = format!("which column holds the words is not known: {}", names.join(", "));
        let help = "name columns in [audit.columns]: text and role; or question and answer; or text with whole chats";
        return Err(Diagnostic::error("input/columns", message).help(help));
    };
    Ok((columns, layout))
}

/// Exports that write who says it as a number or a direction.
fn side(word: &str) -> Option<Role> {
    match word.to_ascii_lowercase().as_str() {
        "in" | "inbound" | "received" | "recv" => Some(Role::Customer),
        "out" | "outbound" | "sent" | "send" => Some(Role::Agent),
        _ => None,
    }
}

/// Some exports begin with the newest message.
fn newest_last(turns: &mut [Turn]) {
    let times: Option<Vec<&str>> = turns.iter().map(|turn| turn.time.as_deref()).collect();
    let falls = times.is_some_and(|times| {
        times.len() > 1 && times[0] > times[times.len() - 1] && times.is_sorted_by(|one, other| one >= other)
    });
    if falls {
        turns.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Csv;
    use super::*;
    use crate::conversation::read::RoleLabels;
    use std::sync::Arc;

    fn read(text: &str) -> (Vec<Conversation>, Vec<(&'static str, Option<usize>)>) {
        let options = Options { labels: Arc::new(RoleLabels::builtin()), ..Options::default() };
        let rows = Csv::new(text.as_bytes(), None, 1 << 20);
        let mut log = Log::new(rows, &ColumnMap::new(), &ColumnWords::builtin(), options);
        let (mut found, mut failed) = (Vec::new(), Vec::new());
        while let Some(record) = log.next_record() {
            match record {
                Record::Conversation(conversation) => found.push(*conversation),
                Record::Failed(mistake) => failed.push((mistake.code, mistake.line)),
                Record::Notice(_) => {}
            }
        }
        (found, failed)
    }

    #[test]
    fn rows_of_one_conversation_become_its_turns() {
        let text = "会话ID,发送方,内容,时间,客服工号,满意度\n1,客户,在吗,2026-03-01 10:00,,2\n\
            1,客服,在的,2026-03-01 10:01,007,\n2,买家,坏了,,,\n3,谁,x,,,\n,客户,x,,,\n";
        let (found, failed) = read(text);
        assert_eq!(found.len(), 2);
        let first = &found[0];
        assert_eq!((first.turns.len(), first.agent.as_deref()), (2, Some("007")));
        assert_eq!((first.turns[1].role, first.meta["rating"].as_str()), (Role::Agent, "2"));
        assert_eq!(found[1].chunk.lines_before, 3);
        assert_eq!(failed, [("input/bad-row", Some(5)), ("input/bad-row", Some(6))]);
    }

    #[test]
    fn a_row_may_hold_a_whole_chat_or_a_pair() {
        let (chats, failed) = read("id,聊天记录,团队\n1,\"客户：在吗\n客服：在的\",甲组\n");
        assert_eq!((chats.len(), chats[0].turns.len(), failed.len()), (1, 2, 0));
        assert_eq!(chats[0].team.as_deref(), Some("甲组"));
        let (pairs, _) = read("留言内容,答复意见,答复时间\n路灯坏了,已经报修,2026-03-01\n");
        assert_eq!(pairs[0].turns[1].role, Role::Agent);
        assert_eq!(pairs[0].turns[1].time.as_deref(), Some("2026-03-01"));
    }

    #[test]
    fn the_newest_first_is_turned_around() {
        let text = "session,role,text,time\n1,agent,b,2026-03-01 10:01\n1,customer,a,2026-03-01 10:00\n";
        assert_eq!(read(text).0[0].turns[0].text, "a");
    }

    #[test]
    fn a_table_without_words_is_refused_with_its_columns() {
        assert_eq!(read("a,b\n1,2\n").1, [("input/columns", Some(1))]);
    }
}
