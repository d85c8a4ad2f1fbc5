//! Groups rows into conversations: consecutive rows of one, or one row for each.

use super::arrange::Arranged;
use super::head::{Head, Refused};
use super::layout::{Layout, tell};
use super::moments::{Clocks, begin};
use super::open::{Doubt, Open, START, fill};
use super::{ColumnMap, ColumnWords, Field, Mark, Of, Row, Rows};
use crate::conversation::read::{Options, Record, pasted};
use crate::conversation::{Conversation, Origin, Role, Turn};
use crate::source::{Diagnostic, Level, wording};
use std::collections::{HashMap, VecDeque};

/// Rows in which the header is looked for; titles may stand above it.
const HEAD: usize = 10;
/// Most names whose roles are cached: the same few come again, and each would be compared with every label.
const NAMES: usize = 4_096;

/// The state of the header.
enum Header {
    /// Not found yet; the number of rows so far, and the first one's error.
    Wanted(usize, Option<Diagnostic>),
    Told,
    /// This sheet has none and is skipped.
    None,
}

/// The conversations of a table.
pub struct Log<R> {
    rows: Arranged<R>,
    map: ColumnMap,
    words: ColumnWords,
    options: Options,
    /// The header, once found.
    head: Head,
    header: Header,
    /// The workbook's sheet being read.
    sheet: Of,
    /// The note on how columns were understood, given once for sheets that are alike.
    understood: Option<String>,
    /// Errors of sheets without a header.
    passed: Vec<Diagnostic>,
    ended: bool,
    /// Whether there was a row below a header.
    anything: bool,
    /// The conversation whose rows are being read.
    open: Option<Open>,
    /// Roles by the words or names for them.
    roles: HashMap<String, Option<Role>>,
    ready: VecDeque<Record>,
}

impl<R: Rows> Log<R> {
    /// The conversations of these rows. `map` is the user's; `words` are common names.
    pub fn new(rows: R, map: &ColumnMap, words: &ColumnWords, options: Options) -> Self {
        Self {
            rows: Arranged::new(rows),
            map: map.clone(),
            words: words.clone(),
            options,
            head: Head::default(),
            header: Header::Wanted(0, None),
            sheet: Of::Lines,
            understood: None,
            passed: Vec::new(),
            ended: false,
            anything: false,
            open: None,
            roles: HashMap::new(),
            ready: VecDeque::new(),
        }
    }

    /// The next record.
    pub fn next_record(&mut self) -> Option<Record> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                return Some(record);
            }
            if self.ended {
                return None;
            }
            let row = self.rows.next_row();
            while let Some(notice) = self.rows.notice() {
                self.ready.push_back(Record::Notice(notice));
            }
            match row {
                None => self.end(),
                Some(Err(mistake)) => {
                    // Without a header there is nothing to continue with.
                    self.ended = !matches!(self.header, Header::Told);
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
        match self.header {
            Header::Told => self.anything = true,
            Header::Wanted(..) => return self.head(row),
            Header::None => return,
        }
        let read = self.head.whole(row).and_then(|()| match self.head.layout {
            Layout::Messages => self.message(row),
            Layout::Chats => self.chat(row),
            Layout::Pairs => self.pair(row),
        });
        if let Err(refused) = read {
            self.refuse(refused, row.line, &row.of);
        }
    }

    /// The failure for an unreadable row.
    fn refuse(&mut self, (what, help): Refused, line: usize, of: &Of) {
        let what = match of {
            Of::Sheet(name) => wording!("sheet {name}: {message}", name, message = what),
            Of::Lines | Of::Columns => what,
        };
        let mistake = Diagnostic { help, ..Diagnostic::error("input/bad-row", what) };
        self.failed(mistake.line(line));
    }

    /// Takes a row that may be the header.
    fn head(&mut self, row: &Row) {
        let mistake = match tell(&row.cells, &self.map, &self.words) {
            Ok((columns, layout)) => {
                let shown = columns.shown(&row.cells);
                let named = row.cells.iter().rposition(|name| !name.trim().is_empty());
                let head = Head { columns, layout, width: named.map_or(0, |last| last + 1) };
                if self.map.is_empty() && self.understood.as_ref() != Some(&shown) {
                    let notice = Diagnostic::warning("input/columns-guessed", head.understood(&shown));
                    let notice = notice.help(wording!("to fix them, write these into [audit.columns]"));
                    self.ready.extend([Some(notice), head.one()].into_iter().flatten().map(Record::Notice));
                    self.understood = Some(shown);
                }
                if let (Layout::Messages | Layout::Pairs, Some(shelf)) = (layout, &self.options.shelf)
                    && let Some(column) = head.columns.place(Field::Conversation)
                {
                    self.rows.sort(shelf.clone(), column, row.of.clone());
                }
                self.head = head;
                self.header = Header::Told;
                return;
            }
            Err(mistake) if row.line > 0 => mistake.line(row.line),
            Err(mistake) => mistake,
        };
        let Header::Wanted(tried, first) = &mut self.header else { return };
        first.get_or_insert(mistake);
        *tried += 1;
        if row.of == Of::Columns || *tried == HEAD {
            self.leave();
            self.header = Header::None;
            if !matches!(row.of, Of::Sheet(_)) {
                self.end();
            }
        }
    }

    /// Ends a sheet.
    fn leave(&mut self) {
        self.close();
        let header = std::mem::replace(&mut self.header, Header::Wanted(0, None));
        let Header::Wanted(_, Some(mistake)) = header else { return };
        self.passed.push(match &self.sheet {
            Of::Sheet(name) => {
                Diagnostic { message: wording!("sheet {name}: {message}", name, message = mistake.message), ..mistake }
            }
            Of::Lines | Of::Columns => mistake,
        });
    }

    fn end(&mut self) {
        self.ended = true;
        self.leave();
        let told = !self.head.columns.is_empty();
        if !told && self.passed.is_empty() {
            self.ready.push_back(Record::Notice(Diagnostic::warning("input/empty", wording!("the input is empty"))));
        } else if told && !self.anything {
            let message = wording!("no row stands below the names of the columns");
            self.ready.push_back(Record::Notice(Diagnostic::warning("input/empty", message)));
        }
        // A sheet without a header is fine next to others; a workbook without any is not.
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

    fn message(&mut self, row: &Row) -> Result<(), Refused> {
        let cell = |field| self.head.columns.cell(&row.cells, field);
        let key = cell(Field::Conversation).map(ToOwned::to_owned);
        if key.is_none() && self.head.columns.has(Field::Conversation) {
            return Err((wording!("no conversation id"), None));
        }
        // One text merged over several rows is one message.
        if row.is(Mark::Above, self.head.columns.place(Field::Text)) {
            return Ok(());
        }
        let (roles, labels) = (&mut self.roles, &self.options.labels);
        let (role, doubt) = self.head.who(row, &mut |word| {
            if let Some(role) = roles.get(word) {
                return *role;
            }
            if roles.len() == NAMES {
                roles.clear();
            }
            *roles.entry(word.to_owned()).or_insert_with(|| labels.role_in_table(word))
        })?;
        let turn = Turn {
            id: cell(Field::Message).map(ToOwned::to_owned),
            name: cell(Field::Name).map(ToOwned::to_owned),
            cell: self.head.cell_of(row, Field::Text),
            agent: cell(Field::Agent).filter(|_| role == Role::Agent && doubt.is_none()).map(ToOwned::to_owned),
            ..Turn::new(role, cell(Field::Text).unwrap_or_default())
        };
        let turn = (turn, [Field::Time, Field::End].map(|field| self.head.time(row, field)), doubt);
        self.enter(key, row);
        self.say(row, [turn])
    }

    fn chat(&mut self, row: &Row) -> Result<(), Refused> {
        if row.is(Mark::Above, self.head.columns.place(Field::Text)) {
            return Ok(());
        }
        let text = self.head.columns.cell(&row.cells, Field::Text).ok_or((wording!("no text"), None))?;
        for record in pasted::read(text.to_owned(), &self.options) {
            match record {
                Record::Conversation(read) => {
                    let turns = read.turns.into_iter();
                    // An offset within a cell means nothing in the file.
                    let cell = self.head.cell_of(row, Field::Text);
                    let turns = turns.map(|turn| Turn { origin: Origin::Unmapped, cell: cell.clone(), ..turn });
                    let header = self.head.about(row);
                    let mut turns: Vec<Turn> = turns.collect();
                    let (day, time) = (self.head.time(row, Field::Date), self.head.time(row, Field::Time));
                    if let Some(at) = Clocks::default().joined(day, time).or_else(|| header.meta.get(START).cloned()) {
                        begin(&mut turns, &at);
                    }
                    self.ready.push_back(Record::conversation(Conversation { turns, ..header }));
                }
                Record::Failed(mistake) => self.refuse((mistake.message, mistake.help), row.line, &row.of),
                Record::Notice(notice) if notice.level == Level::Error => {
                    self.refuse((notice.message, notice.help), row.line, &row.of);
                }
                Record::Notice(_) => {}
            }
        }
        Ok(())
    }

    fn pair(&mut self, row: &Row) -> Result<(), Refused> {
        let cell = |field| self.head.columns.cell(&row.cells, field);
        let mut above = false;
        let mut turn = |role: Role, field: Field, time: Field| {
            let text = cell(field)?;
            // One question merged over several rows has several answers.
            let repeated = row.is(Mark::Above, self.head.columns.place(field));
            above |= repeated;
            let agent = cell(Field::Agent).filter(|_| role == Role::Agent).map(ToOwned::to_owned);
            let turn = Turn { cell: self.head.cell_of(row, field), agent, ..Turn::new(role, text) };
            (!repeated).then(|| (turn, [self.head.time(row, time), None], None))
        };
        let question = turn(Role::Customer, Field::Question, Field::Time);
        let answer = turn(Role::Agent, Field::Answer, Field::AnswerTime);
        if question.is_none() && answer.is_none() {
            return if above { Ok(()) } else { Err((wording!("no text"), None)) };
        }
        let key = cell(Field::Conversation).map(ToOwned::to_owned);
        let alone = key.is_none();
        if alone {
            self.close();
        }
        self.enter(key, row);
        let said = self.say(row, question.into_iter().chain(answer));
        if alone {
            self.close();
        }
        said
    }

    /// Continues the conversation of a row, or begins it.
    fn enter(&mut self, key: Option<String>, row: &Row) {
        if let Some(open) = self.open.as_mut().filter(|open| open.key == key) {
            return fill(&mut open.conversation, &self.head.columns, &row.cells);
        }
        self.close();
        self.open = Some(Open::new(key, self.head.about(row)));
    }

    /// Adds a row's messages, with times and ends, to the open conversation.
    fn say(
        &mut self,
        row: &Row,
        said: impl IntoIterator<Item = (Turn, [Option<String>; 2], Option<Doubt>)>,
    ) -> Result<(), Refused> {
        let day = self.head.time(row, Field::Date);
        let Some(open) = &mut self.open else { return Ok(()) };
        for (turn, [time, end], doubt) in said {
            // A question's date need not be that of its answer.
            let told = time.is_some() || turn.role != Role::Agent || self.head.layout != Layout::Pairs;
            let time = told.then(|| open.clocks.joined(day.clone(), time)).flatten();
            let end = end.and_then(|end| open.clocks.joined(day.clone(), Some(end)));
            let turn = Turn { time, end, ..turn };
            open.push(turn, doubt, self.options.limits.text_bytes).map_err(|what| (what, None))?;
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let (conversation, unknown) = open.close();
        for doubt in unknown {
            self.refuse(super::head::unknown(&doubt.name), doubt.line, &doubt.of);
        }
        self.ready.extend(conversation.map(Record::conversation));
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
    fn rows_of_a_question_and_its_answer_belong_together() {
        let text = "会话ID,客户问题,客服回复,提问时间,回复时间\na,几点发,16:00发,2026-03-02 09:00,2026-03-02 09:01\n\
            a,好的,,2026-03-02 09:02,\nb,碎了,换新,,\n,在吗,在的,,\n,在吗,在的,,\n";
        let (pairs, _) = read(text);
        let turns: Vec<usize> = pairs.iter().map(|pair| pair.turns.len()).collect();
        assert_eq!(turns, [3, 2, 2, 2]);
        assert_eq!(pairs[0].turns[2].time.as_deref(), Some("2026-03-02 09:02"));
        let (pairs, _) = read("留言内容,答复内容,日期\n路灯坏了,已经报修,2026-03-01\n");
        assert_eq!(pairs[0].turns.iter().map(|turn| turn.time.is_some()).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_table_without_words_is_refused_with_its_columns() {
        assert_eq!(read("a,b\n1,2\n").1, [("input/columns", Some(1))]);
    }
}
