//! From rows to conversations: rows of one conversation stand together, or one row holds all of it.

use super::arrange::Arranged;
use super::columns::Columns;
use super::layout::{Layout, tell};
use super::{ColumnMap, ColumnWords, Field, Of, Row, Rows};
use crate::conversation::read::{Options, Record, pasted, sheet};
use crate::conversation::{Cell, Chunk, Conversation, Mode, Role, Turn};
use crate::source::{Diagnostic, Level, Wording, wording};
use std::collections::VecDeque;
use std::sync::Arc;

/// Most messages of one conversation; the rest are rejected, for nobody talks that long.
const MOST_TURNS: usize = 20_000;
/// Rows of a sheet in which the names of the columns are looked for: people write titles above them.
const HEAD: usize = 10;

/// Whether the names of the columns are known.
enum Header {
    /// Not yet; after so many rows, the first of which is said to have no such names.
    Wanted(usize, Option<Diagnostic>),
    Told(Layout),
    /// This sheet has none: it is passed over.
    None,
}

/// The conversations of a table.
pub struct Log<R> {
    rows: Arranged<R>,
    map: ColumnMap,
    words: ColumnWords,
    options: Options,
    columns: Columns,
    header: Header,
    /// The sheet that is being read, in a workbook.
    sheet: Of,
    /// What was understood, said once for all sheets that are alike.
    understood: Option<String>,
    /// Sheets without names of columns.
    passed: Vec<Diagnostic>,
    ended: bool,
    /// The conversation whose rows are being read: its key, and how many bytes it has.
    open: Option<(Option<String>, Box<Conversation>, usize)>,
    ready: VecDeque<Record>,
}

impl<R: Rows> Log<R> {
    /// The conversations of these rows. `map` is the user's, `words` are names that exports use.
    pub fn new(rows: R, map: &ColumnMap, words: &ColumnWords, options: Options) -> Self {
        Self {
            rows: Arranged::new(rows),
            map: map.clone(),
            words: words.clone(),
            options,
            columns: Columns::default(),
            header: Header::Wanted(0, None),
            sheet: Of::Lines,
            understood: None,
            passed: Vec::new(),
            ended: false,
            open: None,
            ready: VecDeque::new(),
        }
    }

    /// The next conversation, or what became of a row.
    pub fn next_record(&mut self) -> Option<Record> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                return Some(record);
            }
            if self.ended {
                return None;
            }
            let row = self.rows.next_row();
            self.ready.extend(self.rows.notice().map(Record::Notice));
            match row {
                None => self.end(),
                Some(Err(mistake)) => {
                    // Without names of columns there is nothing to go on with.
                    self.ended = !matches!(self.header, Header::Told(_));
                    self.failed(mistake);
                }
                Some(Ok(row)) => self.row(&row),
            }
        }
    }

    fn row(&mut self, row: &Row) {
        if row.of != self.sheet {
            self.leave();
            self.sheet = row.of.clone();
        }
        let read = match self.header {
            Header::Told(Layout::Messages) => self.message(row),
            Header::Told(Layout::Chats) => self.chat(row),
            Header::Told(Layout::Pairs) => self.pair(row),
            Header::Wanted(..) => return self.head(row),
            Header::None => return,
        };
        if let Err(what) = read {
            self.failed(Diagnostic::error("input/bad-row", what).line(row.line));
        }
    }

    /// Tells the columns by a row that may hold their names.
    fn head(&mut self, row: &Row) {
        let mistake = match tell(&row.cells, &self.map, &self.words) {
            Ok((columns, layout)) => {
                let shown = columns.shown(&row.cells);
                if self.map.is_empty() && self.understood.as_ref() != Some(&shown) {
                    let notice = Diagnostic::warning("input/columns-guessed", wording!("columns: {shown}", shown));
                    let help = wording!("to fix them, write these into [audit.columns]");
                    self.ready.push_back(Record::Notice(notice.help(help)));
                    self.understood = Some(shown);
                }
                if let (Layout::Messages, Some(shelf)) = (layout, &self.options.shelf)
                    && let Some(column) = columns.place(Field::Conversation)
                {
                    self.rows.sort(shelf.clone(), column, row.of.clone());
                }
                self.columns = columns;
                self.header = Header::Told(layout);
                return;
            }
            Err(mistake) if row.line > 0 => mistake.line(row.line),
            Err(mistake) => mistake,
        };
        let Header::Wanted(tried, first) = &mut self.header else { return };
        if matches!(row.of, Of::Sheet(_)) {
            first.get_or_insert(mistake);
            *tried += 1;
            if *tried == HEAD {
                self.leave();
                self.header = Header::None;
            }
        } else {
            self.ended = true;
            self.failed(mistake);
        }
    }

    /// Ends a sheet.
    fn leave(&mut self) {
        self.close();
        let header = std::mem::replace(&mut self.header, Header::Wanted(0, None));
        if let (Header::Wanted(_, Some(mistake)), Of::Sheet(name)) = (header, &self.sheet) {
            let message = wording!("sheet {name}: {message}", name, message = mistake.message);
            self.passed.push(Diagnostic { message, ..mistake });
        }
    }

    fn end(&mut self) {
        self.ended = true;
        self.leave();
        let told = !self.columns.is_empty();
        if !told && self.passed.is_empty() {
            self.ready.push_back(Record::Notice(Diagnostic::warning("input/empty", wording!("the input is empty"))));
        }
        // A sheet beside those of conversations is no mistake; a workbook without any is.
        for (number, mistake) in std::mem::take(&mut self.passed).into_iter().enumerate() {
            self.ready.push_back(if told || number > 0 {
                Record::Notice(Diagnostic { level: Level::Warning, ..mistake })
            } else {
                Record::Failed(mistake)
            });
        }
    }

    fn failed(&mut self, mistake: Diagnostic) {
        self.ready.push_back(Record::Failed(mistake));
    }

    fn message(&mut self, row: &Row) -> Result<(), Wording> {
        let cell = |field| self.columns.cell(&row.cells, field);
        let key = cell(Field::Conversation).map(ToOwned::to_owned);
        if key.is_none() && self.columns.has(Field::Conversation) {
            return Err(wording!("no conversation id"));
        }
        let labels = &self.options.labels;
        let role = match (cell(Field::Role), cell(Field::Name)) {
            (Some(word), _) | (None, Some(word)) => labels.role_of(word).or_else(|| side(word)),
            (None, None) => return Err(wording!("nobody says it: the role is empty")),
        };
        let Some(role) = role else {
            let word: String = cell(Field::Role).or(cell(Field::Name)).unwrap_or_default().chars().take(20).collect();
            return Err(wording!("unknown role \"{word}\": customer, agent, bot or system", word));
        };
        let text = cell(Field::Text).unwrap_or_default().to_owned();
        let turn = Turn {
            time: cell(Field::Time).map(ToOwned::to_owned),
            end: cell(Field::End).map(ToOwned::to_owned),
            id: cell(Field::Message).map(ToOwned::to_owned),
            name: cell(Field::Name).map(ToOwned::to_owned),
            cell: self.cell_of(row, Field::Text),
            agent: cell(Field::Agent).filter(|_| role == Role::Agent).map(ToOwned::to_owned),
            ..Turn::new(role, text)
        };
        if self.open.as_ref().is_none_or(|(open, ..)| *open != key) {
            self.close();
            self.open = Some((key, Box::new(self.header(row)), 0));
        }
        let Some((_, conversation, bytes)) = &mut self.open else { return Ok(()) };
        complete(conversation, &self.columns, &row.cells);
        if conversation.turns.len() == MOST_TURNS || *bytes + turn.text.len() > self.options.limits.text_bytes {
            return Err(wording!("the conversation is too long: the message is left out"));
        }
        *bytes += turn.text.len();
        if conversation.agent.is_none() {
            conversation.agent.clone_from(&turn.agent);
        }
        conversation.turns.push(turn);
        Ok(())
    }

    fn chat(&mut self, row: &Row) -> Result<(), Wording> {
        let text = self.columns.cell(&row.cells, Field::Text).ok_or(wording!("no text"))?;
        for record in pasted::read(text.to_owned(), &self.options) {
            match record {
                Record::Conversation(read) => {
                    let turns = read.turns.into_iter();
                    // A place in the cell is no place in the file.
                    let cell = self.cell_of(row, Field::Text);
                    let origin = crate::conversation::Origin::Unmapped;
                    let turns = turns.map(|turn| Turn { origin: origin.clone(), cell: cell.clone(), ..turn });
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

    fn pair(&mut self, row: &Row) -> Result<(), Wording> {
        let cell = |field| self.columns.cell(&row.cells, field);
        let turn = |role, field, time| {
            let time = cell(time).map(ToOwned::to_owned);
            cell(field).map(|text| Turn { time, cell: self.cell_of(row, field), ..Turn::new(role, text) })
        };
        let question = turn(Role::Customer, Field::Question, Field::Time);
        let answer = turn(Role::Agent, Field::Answer, Field::AnswerTime);
        let turns: Vec<Turn> = question.into_iter().chain(answer).collect();
        if turns.is_empty() {
            return Err(wording!("no text"));
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
            agent: cell(Field::Agent).filter(|_| !matches!(self.header, Header::Told(Layout::Messages))),
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

    /// Where people find the words of a row.
    fn cell_of(&self, row: &Row, field: Field) -> Option<Box<Cell>> {
        let name = || Some(format!("{}{}", sheet::letters(self.columns.place(field)?), row.line));
        let (sheet, name) = match &row.of {
            Of::Lines => (None, name()?),
            Of::Sheet(sheet) => (Some(Arc::clone(sheet)), name()?),
            Of::Columns => (None, format!("row:{}", row.line)),
        };
        Some(Box::new(Cell { sheet, name }))
    }

    fn close(&mut self) {
        if let Some((_, mut conversation, _)) = self.open.take() {
            newest_last(&mut conversation.turns);
            self.ready.push_back(Record::Conversation(conversation));
        }
    }
}

/// Adds what a further row says about the conversation and no row before has said: exports often write it once, beside
/// the last message.
fn complete(conversation: &mut Conversation, columns: &Columns, cells: &[String]) {
    let own = [
        (Field::Team, &mut conversation.team),
        (Field::Channel, &mut conversation.channel),
        (Field::Scenario, &mut conversation.scenario),
    ];
    for (field, place) in own.into_iter().filter(|(_, place)| place.is_none()) {
        *place = columns.cell(cells, field).map(ToOwned::to_owned);
    }
    for (field, name) in [(Field::Customer, "customer"), (Field::Ticket, "ticket"), (Field::Rating, "rating")] {
        if let Some(value) = columns.cell(cells, field).filter(|_| !conversation.meta.contains_key(name)) {
            conversation.meta.insert(name.to_owned(), value.to_owned());
        }
    }
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
