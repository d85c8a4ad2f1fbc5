//! A draft: the whole text is the agent's reply, except what a mail quotes.

use super::{Options, Record, mail};
use crate::conversation::waiver::joined;
use crate::conversation::{Chunk, Conversation, Mode, Origin, Role, Turn};
use crate::source::{Diagnostic, wording};

/// Reads `text` as one turn, without trailing line breaks.
pub(super) fn read(text: String, mode: Mode) -> Vec<Record> {
    if text.trim().is_empty() {
        return vec![Record::Notice(empty())];
    }
    let said = text.trim_end_matches(['\n', '\r']).to_owned();
    let turn = Turn { origin: Origin::at(0), ..Turn::new(Role::Agent, said) };
    let chunk = Chunk::new(text, 0);
    vec![Record::conversation(Conversation { mode, turns: vec![turn], chunk, ..Conversation::default() })]
}

/// Reads `text` as one turn; if it is a mail, quoted words of the customer come before it. `page`: it is Markdown.
pub(super) fn read_mail(text: String, page: bool, options: &Options) -> Vec<Record> {
    let Some(found) = mail::read(&text, page, &options.labels) else { return read(text, Mode::Draft) };
    let (said, origin) = joined(&text, &Origin::at(0), &found.own);
    let customer = |words| Turn { context: true, ..Turn::new(Role::Customer, words) };
    let own = Turn { origin, ..Turn::new(Role::Agent, said) };
    let turns = found.quoted.into_iter().map(customer).chain([own]).collect();
    let chunk = Chunk::new(text, 0);
    let draft = Record::conversation(Conversation { turns, chunk, ..Conversation::default() });
    let told =
        Diagnostic::warning("input/quoted-mail", wording!("quoted words and the head of the mail are not checked"));
    options.verbose.then_some(Record::Notice(told)).into_iter().chain([draft]).collect()
}

/// A warning for an empty text: most often it is the wrong file or an empty pipe.
pub(super) fn empty() -> Diagnostic {
    Diagnostic::warning("input/empty", wording!("the input is empty"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_break_is_not_said() {
        let records = read("您好\r\n请稍等\r\n".to_owned(), Mode::Draft);
        let [Record::Conversation(draft)] = &records[..] else { panic!("{records:?}") };
        assert_eq!(draft.turns[0].text, "您好\r\n请稍等");
        assert_eq!(draft.position(0, draft.turns[0].text.find('稍').unwrap()).unwrap().column, 2);
    }

    #[test]
    fn an_empty_input_is_said() {
        for text in ["", " \n\n", "\u{3000}"] {
            let records = read(text.to_owned(), Mode::Draft);
            assert!(matches!(&records[..], [Record::Notice(notice)] if notice.code == "input/empty"));
        }
    }
}
