//! Chats copied from a window: labelled lines, or names and times above messages.

use super::speakers::{Lines, Speaker};
use super::time::is_day;
use super::{Options, Record, RoleLabels, draft};
use crate::conversation::{Chunk, Conversation, Mode};
use crate::source::{Diagnostic, Wording, wording};
use std::collections::BTreeSet;

/// Whether `head` is a chat: two roles in labelled lines, messages under names and times, or names that take turns, even
/// if it cannot be known who they are: a customer's words must not be judged as the agent's. On a Markdown `page`,
/// questions and answers are a help page.
pub(super) fn looks_pasted(head: &str, page: bool, labels: &RoleLabels) -> bool {
    let mut lines = Lines::of(head, labels);
    let begins = lines.speakers.first().is_some_and(|first| head[..first.line].trim().is_empty());
    let speakers = lines.speakers.iter().filter(|speaker| speaker.said && (begins || !speaker.loose));
    let speakers = speakers.collect::<Vec<_>>();
    let roles = speakers.iter().filter_map(|speaker| speaker.role).collect::<BTreeSet<_>>();
    let timed = speakers.into_iter().filter(|speaker| speaker.timed).collect::<Vec<_>>();
    // A list of places and opening hours looks like names and times; a chat has seconds, dates, known roles, or
    // repeated names.
    let names = timed.iter().map(|speaker| speaker.name.as_str()).collect::<BTreeSet<_>>();
    let sure = |speaker: &&Speaker| speaker.role.is_some() || speaker.exact;
    roles.len() >= 2
        || (timed.len() >= 2 && (names.len() < timed.len() || timed.iter().any(sure)))
        || (!page && lines.take_questions(head, labels, true))
        || lines.takes_turns(head, page, labels)
}

fn named(names: &[impl AsRef<str>]) -> String {
    names.iter().take(5).map(|name| format!("“{}”", name.as_ref())).collect::<Vec<_>>().join(", ")
}

fn write_sides() -> Wording {
    wording!("write the speakers as `customer:` and `agent:`, or the role into the name (`agent Li`)")
}

/// Reads the whole text as one conversation.
pub(super) fn read(text: String, options: &Options) -> Vec<Record> {
    let labels = &*options.labels;
    if text.trim().is_empty() {
        return vec![Record::Notice(draft::empty())];
    }
    let mut lines = Lines::of(&text, labels);
    lines.take_questions(&text, labels, options.kind.is_none());
    if let Err(unknown) = lines.settle(&text, labels) {
        let names = named(&unknown);
        let message = match unknown.len() {
            0 => wording!("no line says who is speaking"),
            _ => wording!("cannot tell who is customer and who is agent: {names}", names),
        };
        let help = match options.kind {
            Some(_) => write_sides(),
            None => wording!("{help}; if it is no chat, say `--kind draft`", help = write_sides()),
        };
        return vec![Record::Failed(Diagnostic::error("input/unknown-speaker", message).line(1).help(help))];
    }
    let mut records = Vec::new();
    let first = lines.speakers.first().map_or(0, |speaker| speaker.line);
    let said = |line: &str| !line.trim().is_empty() && !is_day(line, &labels.time_words);
    if text[..first].lines().any(said) {
        let notice =
            Diagnostic::warning("input/skipped-lines", wording!("the lines above the first message are not checked"));
        records.push(Record::Notice(notice.line(1)));
    }
    let turns = lines.speakers.iter().map(|speaker| speaker.turn(&text)).collect();
    let (mode, chunk) = (options.kind.unwrap_or(Mode::Transcript), Chunk::new(text, 0));
    records.push(Record::conversation(Conversation { mode, turns, chunk, ..Conversation::default() }));
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Role;

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
        let text = "客户：几点到\n客服：最晚今天 18:00\n客户：好";
        assert_eq!(said(text), expected(&[(Customer, "几点到"), (Agent, "最晚今天 18:00"), (Customer, "好")]));
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
    fn exports_and_marked_labels() {
        let text =
            "[LINE] 小雨\n\n2026/03/12（四）\n10:03\t小雨\t碎了\n\n2026/03/13（五）\n10:04\t客服小李\t抱歉\n今天补发\n";
        assert_eq!(said(text), expected(&[(Customer, "碎了"), (Agent, "抱歉\n今天补发")]));
        let text = "Ann, [12.03.2026 10:03]\nIt broke\n\nSupport Li, [12.03.2026 10:04]\nSorry";
        assert_eq!(said(text), expected(&[(Customer, "It broke"), (Agent, "Sorry")]));
        let text = "Ann  10:03 AM\nIt broke\nLi (Support)  10:05 AM\nSorry";
        assert_eq!(said(text), expected(&[(Customer, "It broke"), (Agent, "Sorry")]));
        let text = "Ann, [12.03.2026 10:03]\nWhen?\n\nSupport Li, [12.03.2026 10:04]\n12 March 2026\n";
        assert_eq!(said(text), expected(&[(Customer, "When?"), (Agent, "12 March 2026")]));
        let text = "**客户：**碎了\n\n**客服：** 抱歉";
        assert_eq!(said(text), expected(&[(Customer, "碎了"), (Agent, "抱歉")]));
        assert_eq!(said("【客户】碎了\n【客服】抱歉"), expected(&[(Customer, "碎了"), (Agent, "抱歉")]));
        let text = "Q: When?\nA: Today by 18:00\nQ: Sure?\nA: by 18:00";
        let turns = [(Customer, "When?"), (Agent, "Today by 18:00"), (Customer, "Sure?"), (Agent, "by 18:00")];
        assert_eq!(said(text), expected(&turns));
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
                failed.help.as_ref().unwrap().to_string().contains("客户:")
                    || failed.help.as_ref().unwrap().to_string().contains("customer:")
            );
        }
    }
}
