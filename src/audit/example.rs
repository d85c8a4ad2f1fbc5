//! Turns findings that were wrong into `good` examples of their rules.

use super::row::{ConversationResult, Found, Review};
use crate::conversation::Role;
use std::cmp::Ordering;
use std::ops::RangeInclusive;

/// A message of an example, without private data.
pub struct Said {
    /// Who said it.
    pub role: Role,
    /// When, as written.
    pub time: Option<String>,
    /// The text.
    pub text: String,
}

/// The messages that may stand in an example around a wrong finding, at most `most` on either side. Messages in which
/// the rule still stands end the range; `None` if the finding's own message is one.
pub fn reach(row: &ConversationResult, found: &Found, most: usize) -> Option<RangeInclusive<usize>> {
    let place = |found: &Found| usize::try_from(found.turn).unwrap_or_default();
    let turn = place(found);
    let (mut first, mut last) = (turn.saturating_sub(most), turn.saturating_add(most));
    for other in row.findings.iter().filter(|other| other.rule == found.rule && other.stands()).map(place) {
        match other.cmp(&turn) {
            Ordering::Less => first = first.max(other + 1),
            Ordering::Equal => return None,
            Ordering::Greater => last = last.min(other - 1),
        }
    }
    Some(first..=last)
}

/// A wrong finding that cannot be an example as it stands: a comment that quotes it and says why.
pub fn unfit(row: &ConversationResult, found: &Found, why: &str) -> String {
    format!("{}\n# {}: {}\n\n", about(row, found), line(why), line(&found.quote))
}

/// The comment above an example.
fn about(row: &ConversationResult, found: &Found) -> String {
    let review = found.review.as_ref();
    let words = |of: fn(&Review) -> &String| review.map(of).map(String::as_str).unwrap_or_default();
    let id = row.conversation.as_deref().unwrap_or_default();
    let about = [id, words(|review| &review.reviewer), words(|review| &review.reason)].map(line);
    let about: Vec<&str> = about.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    format!("# {} · {}", found.rule, about.join(" · "))
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(char::is_control, "")
}

/// A wrong finding as a `good` example of its rule: with its conversation, or, where that is gone, with the words
/// around it.
pub fn example(row: &ConversationResult, found: &Found, said: Option<&[Said]>) -> Option<String> {
    let (_, offence) = found.rule.split_once('/')?;
    let quoted = |text: &str| toml::Value::String(text.replace(char::is_control, " ")).to_string();
    let mut lines = vec![about(row, found), format!("[[rule.{offence}.good]]")];
    if let Some(said) = said {
        let stated = [("channel", &row.channel), ("scenario", &row.scenario)];
        lines.extend(stated.iter().filter_map(|(key, value)| Some(format!("{key} = {}", quoted(value.as_ref()?)))));
        lines.push("turns = [".to_owned());
        lines.extend(said.iter().map(|Said { role, time, text }| {
            let role = serde_json::to_value(role).ok().and_then(|role| role.as_str().map(quoted)).unwrap_or_default();
            let time = time.as_ref().map(|time| format!(", time = {}", quoted(time))).unwrap_or_default();
            format!("  {{ role = {role}, text = {}{time} }},", quoted(text))
        }));
        lines.push("]\n".to_owned());
        return Some(lines.join("\n"));
    }
    lines.extend(found.customer_said.as_ref().map(|customer| format!("customer = {}", quoted(customer))));
    let reply = format!("{}{}{}", found.before, found.quote.trim_end_matches('…'), found.after);
    lines.push(format!("reply = {}\n", quoted(&line(&reply))));
    Some(lines.join("\n"))
}
