//! Chats as people copy them from a window: labelled lines, or names and times above the messages.

use super::speakers::{Lines, Speaker};
use super::{Options, Record, RoleLabels, draft};
use crate::conversation::{Chunk, Conversation, Mode, Role};
use crate::source::{Diagnostic, wording};
use std::collections::BTreeSet;

/// Whether `head` is a chat beyond doubt: two roles speak in labelled lines, or messages stand under names and times.
pub(super) fn looks_pasted(head: &str, labels: &RoleLabels) -> bool {
    let lines = Lines::of(head, labels);
    let roles = lines.speakers.iter().filter(|speaker| speaker.said).filter_map(|speaker| speaker.role);
    let roles = roles.collect::<BTreeSet<_>>();
    let timed = lines.speakers.iter().filter(|speaker| speaker.timed && speaker.said).collect::<Vec<_>>();
    // A list of places and hours looks like names and times; a chat has seconds, dates, known roles, or repeats a name.
    let names = timed.iter().map(|speaker| speaker.name.as_str()).collect::<BTreeSet<_>>();
    let sure = |speaker: &&Speaker| speaker.role.is_some() || speaker.exact;
    roles.len() >= 2 || (timed.len() >= 2 && (names.len() < timed.len() || timed.iter().any(sure)))
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
            0 => wording!("no line says who is speaking"),
            _ => wording!("cannot tell who is customer and who is agent: {names}", names),
        };
        let (customer, agent) = (labels.shown(Role::Customer), labels.shown(Role::Agent));
        let help = wording!(
            "write the speakers as `{customer}:` and `{agent}:`, or the role into the name (`{agent} Li`)",
            customer,
            agent
        );
        return vec![Record::Failed(Diagnostic::error("input/unknown-speaker", message).line(1).help(help))];
    }
    let mut records = Vec::new();
    let first = lines.speakers.first().map_or(0, |speaker| speaker.line);
    if !text[..first].trim().is_empty() {
        let notice =
            Diagnostic::warning("input/skipped-lines", wording!("the lines above the first message are not checked"));
        records.push(Record::Notice(notice.line(1)));
    }
    let ends = lines.speakers.iter().skip(1).map(|speaker| speaker.line).chain([text.len()]);
    let turns = lines.speakers.iter().zip(ends).map(|(speaker, end)| speaker.turn(&text, end)).collect();
    let (mode, chunk) = (options.kind.unwrap_or(Mode::Transcript), Chunk::new(text, 0));
    records.push(Record::conversation(Conversation { mode, turns, chunk, ..Conversation::default() }));
    records
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
                failed.help.as_ref().unwrap().to_string().contains("客户:")
                    || failed.help.as_ref().unwrap().to_string().contains("customer:")
            );
        }
    }
}
