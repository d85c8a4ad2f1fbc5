//! Which column of a table holds what: by the user's map, otherwise by common names.

use crate::conversation::read::roles::fold_char;
use crate::source::word;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The content of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The conversation's id.
    Conversation,
    /// The speaker's role.
    Role,
    /// The text; without a role column, a whole chat.
    Text,
    /// What the customer wrote, in a table of questions and answers.
    Question,
    /// What was answered.
    Answer,
    /// When it was said; only the time of day if another column has the date.
    Time,
    /// The date, if another column has the time of day.
    Date,
    /// When the conversation began.
    Start,
    /// When the message ended, in calls.
    End,
    /// When it was answered.
    AnswerTime,
    /// The agent.
    Agent,
    /// The agent's team.
    Team,
    /// Chat, letter, call, …
    Channel,
    /// The customer.
    Customer,
    /// The ticket.
    Ticket,
    /// The speaker's name.
    Name,
    /// The message's id.
    Message,
    /// The scenario.
    Scenario,
    /// The customer's rating.
    Rating,
}

impl Field {
    /// Its name in settings.
    pub fn name(self) -> String {
        word(self)
    }
}

/// The user's columns by field.
pub type ColumnMap = BTreeMap<Field, String>;

/// Common names of columns.
#[derive(Clone, Debug, Default)]
pub struct ColumnWords(Arc<BTreeMap<Field, Vec<String>>>);

impl ColumnWords {
    /// The built-in names.
    pub fn builtin() -> Self {
        static WORDS: OnceLock<ColumnWords> = OnceLock::new();
        let read = || toml::from_str(include_str!("../../../../rules/language/columns.toml"));
        WORDS.get_or_init(|| Self(Arc::new(read().unwrap_or_default()))).clone()
    }
}

/// The content of a table's columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    places: BTreeMap<Field, usize>,
    /// Unknown columns, whose cells are kept as they are.
    others: Vec<(usize, String)>,
}

/// Most unknown columns that are kept.
const MOST_OTHERS: usize = 32;

impl Columns {
    /// Assigns the columns of a header. Every column in the map must exist.
    ///
    /// # Errors
    /// A name in the map that the header lacks.
    pub fn tell(header: &[String], map: &ColumnMap, words: &ColumnWords) -> Result<Self, String> {
        let plain: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let mut places = BTreeMap::new();
        for (field, name) in map {
            let wanted = self::plain(name);
            let place = header.iter().position(|own| own.trim() == name.trim());
            let place = place.or_else(|| plain.iter().position(|own| *own == wanted)).ok_or_else(|| name.clone())?;
            places.insert(*field, place);
        }
        for (field, names) in &*words.0 {
            let free = |place: &usize| !places.values().any(|taken| taken == place);
            let found = names.iter().find_map(|name| plain.iter().position(|own| own == name).filter(free));
            if let (Some(place), false) = (found, places.contains_key(field)) {
                places.insert(*field, place);
            }
        }
        let others = header
            .iter()
            .enumerate()
            .filter(|(place, name)| !name.trim().is_empty() && !places.values().any(|taken| taken == place));
        let others = others.take(MOST_OTHERS).map(|(place, name)| (place, name.trim().to_owned())).collect();
        Ok(Self { places, others })
    }

    /// Whether no column is known.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The index of a field's column.
    pub fn place(&self, field: Field) -> Option<usize> {
        self.places.get(&field).copied()
    }

    /// The indices of all columns that are read, sorted.
    #[cfg(feature = "arrow")]
    pub fn read(&self) -> Vec<usize> {
        let mut places: Vec<usize> =
            self.places.values().copied().chain(self.others.iter().map(|(place, _)| *place)).collect();
        places.sort_unstable();
        places
    }

    /// Whether a column has a known name.
    pub fn is_known(&self, column: usize) -> bool {
        self.places.values().any(|place| *place == column)
    }

    pub fn has(&self, field: Field) -> bool {
        self.places.contains_key(&field)
    }

    /// A cell's trimmed text; none if it is empty.
    pub fn cell<'r>(&self, cells: &'r [String], field: Field) -> Option<&'r str> {
        let cell = cells.get(*self.places.get(&field)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// The names and cells of unknown columns.
    pub fn others<'r>(&'r self, cells: &'r [String]) -> impl Iterator<Item = (&'r str, &'r str)> {
        let filled = |place: usize| cells.get(place).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        self.others.iter().filter_map(move |(place, name)| Some((name.as_str(), filled(*place)?)))
    }

    /// The assignment, written as a map.
    pub fn shown(&self, header: &[String]) -> String {
        let shown = self.places.iter().map(|(field, place)| {
            format!("{} = {:?}", field.name(), header.get(*place).map_or("", |name| name.trim()))
        });
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// A name without the differences between exports.
fn plain(name: &str) -> String {
    name.chars().map(fold_char).filter(|character| character.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn columns_are_told_in_both_languages() {
        let words = ColumnWords::builtin();
        let chinese = header(&["\u{feff}会话ID", "發送方", "訊息內容", "发送时间", "客服工号", "满意度", "備註"]);
        let columns = Columns::tell(&chinese, &ColumnMap::new(), &words).unwrap();
        for (field, place) in [
            (Field::Conversation, 0),
            (Field::Role, 1),
            (Field::Text, 2),
            (Field::Time, 3),
            (Field::Agent, 4),
            (Field::Rating, 5),
        ] {
            assert_eq!(columns.place(field), Some(place), "{field:?}");
        }
        assert_eq!(columns.others, [(6, "備註".to_owned())]);
        let english = header(&["Session ID", "sender_type", "Message", "Sent At", "Agent Name"]);
        let columns = Columns::tell(&english, &ColumnMap::new(), &words).unwrap();
        assert_eq!(columns.places.len(), 5);
    }

    #[test]
    fn the_map_beats_the_names_and_must_fit() {
        let words = ColumnWords::builtin();
        let names = header(&["内容", "原文", "角色"]);
        let map = ColumnMap::from([(Field::Text, "原文".to_owned())]);
        assert_eq!(Columns::tell(&names, &map, &words).unwrap().places.get(&Field::Text), Some(&1));
        let map = ColumnMap::from([(Field::Text, "没有".to_owned())]);
        assert_eq!(Columns::tell(&names, &map, &words), Err("没有".to_owned()));
    }
}
