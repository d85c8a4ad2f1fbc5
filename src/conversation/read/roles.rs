//! Words for roles, and the line styles of chat exports (`rules/language/roles.toml`).

use crate::conversation::Role;
use crate::source::{Diagnostic, wording};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest name or number between a label and a bare colon, in characters with its separator.
const NAME_BESIDE_LABEL: usize = 12;
/// The same in brackets, where it may be a masked telephone number.
const NAME_IN_BRACKETS: usize = 24;

/// Recognises roles by labels such as `Customer`, or by names that contain one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleLabels {
    /// Folded labels, sorted.
    labels: Vec<(String, Role)>,
    /// Folded words that reveal a role anywhere in a name.
    marks: Vec<(String, Role)>,
    /// Folded words before questions and answers.
    questions: Vec<(String, Role)>,
    /// Folded words for sides in a table's column.
    sides: Vec<(String, Role)>,
    /// The user's words for roles, folded, in order. Where roles have a field of their own, they take precedence.
    own: Vec<(String, Role)>,
    /// Line styles, those of exports first, and how many these are.
    pub(super) styles: Vec<String>,
    pub(super) exports: usize,
    pub(super) time_words: Vec<String>,
    not_names: Vec<String>,
    /// Words at the end of headings, and at the beginning of addresses.
    headings: Vec<String>,
    addresses: Vec<String>,
    /// Words around quotations in mails.
    pub(super) mail: MailWords,
}

/// Words around the parts of a mail, all folded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailWords {
    /// Before the colon in the sender's line.
    pub(super) sender: Vec<String>,
    /// Before the colon in other header lines.
    pub(super) headers: Vec<String>,
    /// Those of them that occur only in mails.
    pub(super) only: Vec<String>,
    /// Between dashes above a quoted mail.
    pub(super) separators: Vec<String>,
    /// Beginning and end of the line above a quotation.
    pub(super) attributions: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    role: BTreeMap<Role, RawRole>,
    table: BTreeMap<Role, Vec<String>>,
    pasted: RawPasted,
    mail: MailWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRole {
    labels: Vec<String>,
    #[serde(default)]
    marks: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPasted {
    styles: Vec<String>,
    exports: Vec<String>,
    questions: BTreeMap<Role, Vec<String>>,
    time_words: Vec<String>,
    not_names: Vec<String>,
    headings: Vec<String>,
    addresses: Vec<String>,
}

impl RoleLabels {
    /// The built-in labels.
    pub fn builtin() -> Self {
        // A test makes sure that this table is valid; an empty one would only mean that pasted chats are not recognised.
        Self::from_toml(include_str!("../../../rules/language/roles.toml")).unwrap_or_default()
    }

    /// Reads the table.
    ///
    /// # Errors
    /// If it is malformed; the diagnostic has the place.
    pub fn from_toml(text: &str) -> Result<Self, Box<Diagnostic>> {
        let raw: Raw = toml::from_str(text).map_err(|error| {
            let diagnostic = Diagnostic::error("language/roles", error.message()).text(text);
            Box::new(diagnostic.label(error.span().unwrap_or(0..0), wording!("here")))
        })?;
        let exports = raw.pasted.exports.len();
        let styles = raw.pasted.exports.into_iter().chain(raw.pasted.styles).collect();
        let mut found = Self { styles, exports, mail: raw.mail, ..Self::default() };
        for (role, words) in raw.pasted.questions {
            found.questions.extend(words.iter().map(|word| (fold(word), role)));
        }
        for (role, words) in raw.table {
            found.sides.extend(words.iter().map(|word| (fold(word), role)));
        }
        for (role, words) in raw.role {
            found.labels.extend(words.labels.iter().map(|label| (fold(label), role)));
            found.marks.extend(words.marks.iter().map(|mark| (fold(mark), role)));
        }
        found.labels.sort();
        found.labels.dedup_by(|one, other| one.0 == other.0);
        found.time_words = raw.pasted.time_words.iter().map(|word| fold(word)).collect();
        // The scan takes the first match, so longer words come first.
        found.time_words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        found.not_names = raw.pasted.not_names.iter().map(|word| fold(word)).collect();
        found.headings = raw.pasted.headings.iter().map(|word| fold(word)).collect();
        // A space at the end of a word counts.
        found.addresses = raw.pasted.addresses;
        Ok(found)
    }

    /// Adds the user's words, such as `1` for customers.
    #[must_use]
    pub fn with_own<'a>(mut self, own: impl Iterator<Item = (&'a str, Role)>) -> Self {
        self.own = own.map(|(word, role)| (fold(word), role)).collect();
        self
    }

    /// The user's words.
    pub fn own(&self) -> &[(String, Role)] {
        &self.own
    }

    /// The role for a value of a role field: a word of the user's, or a whole label.
    pub(super) fn role_stated(&self, word: &str) -> Option<Role> {
        let folded = fold(word);
        let own = self.own.iter().find(|(known, _)| *known == folded).map(|&(_, role)| role);
        own.or_else(|| self.role_of(word))
    }

    /// The role for a value of a table's role column: as [`Self::role_stated`], or a word for a side, or a telling
    /// name.
    pub(super) fn role_in_table(&self, word: &str) -> Option<Role> {
        let side = || {
            let folded = fold(word);
            self.sides.iter().find(|(known, _)| *known == folded).map(|&(_, role)| role)
        };
        self.role_stated(word).or_else(side).or_else(|| self.role_of_name(word))
    }

    /// The role of a whole label.
    pub fn role_of(&self, label: &str) -> Option<Role> {
        let label = fold(label);
        let found = self.labels.binary_search_by(|(known, _)| known.as_str().cmp(&label)).ok()?;
        Some(self.labels[found].1)
    }

    /// The role for a word before a question or answer.
    pub(super) fn role_in_questions(&self, label: &str) -> Option<Role> {
        let label = fold(label);
        self.questions.iter().find(|(word, _)| *word == label).map(|&(_, role)| role)
    }

    /// The role that a speaker's name reveals: a label, a label with a name or number, or a telling word. The longest
    /// word decides.
    pub fn role_of_name(&self, name: &str) -> Option<Role> {
        if let Some(role) = self.role_of(name) {
            return Some(role);
        }
        let name = fold(name);
        let beside = self.labels.iter().filter(|(label, _)| self.stands_beside_a_name(label, &name));
        let within = self.marks.iter().filter(|(mark, _)| name.contains(mark.as_str()));
        let found = beside.chain(within).max_by_key(|(word, _)| word.chars().count())?;
        (!self.not_names.iter().any(|word| name.ends_with(word.as_str()))).then_some(found.1)
    }

    /// The role for words before a colon without a time: a label, or a label with a name. `Dear customer:` and `请联系客服：`
    /// do not count.
    pub(super) fn role_before_colon(&self, name: &str) -> Option<Role> {
        let folded = fold(name);
        let begins = |label: &str| {
            let tail = folded.strip_prefix(label);
            let head = folded.strip_suffix([')', ']']).and_then(|rest| rest.strip_suffix(label));
            let head = head.is_some_and(|rest| rest.ends_with(['(', '[']));
            let enclosed = |rest: &str| rest.starts_with(['(', '[']) && rest.ends_with([')', ']']);
            let most = |rest: &str| if enclosed(rest) { NAME_IN_BRACKETS } else { NAME_BESIDE_LABEL };
            head || tail.is_some_and(|rest| rest.chars().count() <= most(rest))
        };
        let fits = self.role_of(name).is_some() || self.labels.iter().any(|(label, _)| begins(label));
        fits.then(|| self.role_of_name(name)).flatten()
    }

    /// Whether an unknown word before a colon may be a speaker's name: a heading, an address, a link and a list's number
    /// are none.
    pub(super) fn may_be_name(&self, name: &str) -> bool {
        let name = fold(name);
        let heading = |words: &[String]| words.iter().any(|word| name.ends_with(word.as_str()));
        let addressed = self.addresses.iter().any(|word| name.starts_with(word.as_str()));
        let plain = name.chars().any(char::is_alphabetic) || name.contains('*');
        plain && !addressed && !heading(&self.not_names) && !heading(&self.headings) && !name.contains("http")
    }

    fn stands_beside_a_name(&self, label: &str, name: &str) -> bool {
        let edge = |rest: &str, next: Option<char>| {
            let plain = rest.trim_matches(|character: char| !character.is_alphanumeric());
            let glued = next.is_some_and(char::is_alphanumeric);
            // A single character is too little evidence; a Latin label must be a whole word; names are short.
            let long = label.chars().nth(1).is_some();
            let bounded = !glued || !label.is_ascii() || next.is_some_and(|next| next.is_ascii_digit());
            long && bounded && plain.chars().count() <= 20 && !self.not_names.iter().any(|word| word == plain)
        };
        let before = name.strip_prefix(label).is_some_and(|rest| edge(rest, rest.chars().next()));
        let bare = name.trim_end_matches([')', ']']);
        before || bare.strip_suffix(label).is_some_and(|rest| edge(rest, rest.chars().next_back()))
    }
}

/// Removes case and width for comparison.
pub(in crate::conversation) fn fold(text: &str) -> String {
    text.trim().chars().map(fold_char).collect()
}

/// A character without case and width, for comparison.
pub(super) fn fold_char(character: char) -> char {
    let code = u32::from(character);
    let narrow = match code {
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(character),
        0x3010 => '[',
        0x3011 => ']',
        0x3000 | 0xA0 | 0x202F => ' ',
        _ => character,
    };
    narrow.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_give_their_role_away() {
        let labels = RoleLabels::from_toml(include_str!("../../../rules/language/roles.toml")).unwrap();
        for (name, role) in [
            ("客户", Some(Role::Customer)),
            ("客服小王", Some(Role::Agent)),
            ("小王（客服）", Some(Role::Agent)),
            ("Li (Support)", Some(Role::Agent)),
            ("客户服务", Some(Role::Agent)),
            ("智能客服", Some(Role::Bot)),
            ("ＡＧＥＮＴ 007", Some(Role::Agent)),
            ("Customer2", Some(Role::Customer)),
            ("花花旗舰店:小美", Some(Role::Agent)),
            ("買家", Some(Role::Customer)),
            ("客服电话", None),
            ("用户名", None),
            ("Customer ID", None),
            ("Usergroup", None),
            ("张三", None),
        ] {
            assert_eq!(labels.role_of_name(name), role, "{name}");
        }
    }

    #[test]
    fn labels_survive_the_artefact() {
        let labels = RoleLabels::from_toml(include_str!("../../../rules/language/roles.toml")).unwrap();
        let bytes = postcard::to_stdvec(&labels).unwrap();
        assert_eq!(postcard::from_bytes::<RoleLabels>(&bytes).unwrap(), labels);
        assert!(RoleLabels::from_toml("[role.agnet]\nlabels = []").is_err());
    }
}
