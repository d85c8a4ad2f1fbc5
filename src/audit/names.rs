//! Masks names and ids without merging people: a second name whose masked form is already taken gets a number (`138****5678#2`).
//! Without that, grouping by masked names would mix up two people.

use super::owners::Owners;
use super::row::ConversationResult;
use crate::conversation::{Conversation, Hide, Role};
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Most private names that are told apart, at 24 bytes each. Further ones share a masked form.
const MOST: usize = 2_000_000;

/// What kind of thing a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A conversation.
    Conversation = 1,
    /// A customer.
    Customer,
    /// A ticket.
    Ticket,
    /// An agent.
    Agent,
    /// A team.
    Team,
    /// A channel.
    Channel,
    /// A file.
    Path,
}

/// A name with something to mask in it, or that looks masked already.
#[derive(Clone, Debug)]
pub struct HiddenName {
    kind: Named,
    real: String,
    masked: String,
}

impl HiddenName {
    fn of(kind: Named, real: &str, hide: &dyn Hide) -> Option<Self> {
        let masked = if kind == Named::Path { path_of(real, hide) } else { hide.name(real) };
        // A name that the export has masked itself must not be merged with one that is masked here.
        (hide.hides() && (masked != real || is_starred(real))).then(|| Self { kind, real: real.to_owned(), masked })
    }
}

/// The names in a conversation that need masking, in the order in which they appear.
pub fn hidden(conversation: &Conversation, hide: &dyn Hide) -> Vec<HiddenName> {
    let about = |key: &str| conversation.meta.get(key);
    let own = [
        (Named::Conversation, conversation.id.as_ref()),
        (Named::Customer, about("customer")),
        (Named::Ticket, about("ticket")),
        (Named::Team, conversation.team.as_ref()),
        (Named::Channel, conversation.channel.as_ref()),
        (Named::Agent, conversation.agent.as_ref()),
    ];
    let (mut agents, mut known): (Vec<&String>, HashSet<&String, RandomState>) =
        (Vec::new(), conversation.agent.iter().collect());
    let owners = Owners::of(conversation);
    for (number, turn) in conversation.turns.iter().enumerate().filter(|(_, turn)| turn.role == Role::Agent) {
        // A turn's agent can have another name than the one the conversation has for them.
        for name in [owners.get(number), turn.agent.as_ref()].into_iter().flatten() {
            if known.insert(name) {
                agents.push(name);
            }
        }
    }
    let own = own.into_iter().filter_map(|(kind, name)| Some((kind, name?)));
    let all = own.chain(agents.into_iter().map(|name| (Named::Agent, name)));
    all.filter_map(|(kind, name)| HiddenName::of(kind, name, hide)).collect()
}

/// The masked form of every private name so far.
#[derive(Debug, Default)]
pub struct Names {
    /// The number of each name among those with the same masked form.
    numbers: HashMap<u64, u32>,
    /// How many names have each masked form.
    looks: HashMap<u64, u32>,
    /// Masked forms of files by path, and back.
    paths: BTreeMap<String, String>,
    real: BTreeMap<String, String>,
    /// Agents that the sample waits for (unmasked).
    wanted: HashSet<String>,
    /// Masked forms of those that have appeared.
    found: Vec<String>,
}

impl Names {
    /// For an audit of these files; `wanted` are agents whose masked forms [`Names::found`] reports.
    pub fn new(
        files: impl IntoIterator<Item = String>,
        wanted: impl IntoIterator<Item = String>,
        hide: &dyn Hide,
    ) -> Self {
        let mut names = Self { wanted: wanted.into_iter().collect(), ..Self::default() };
        for file in files {
            if let Some(hidden) = HiddenName::of(Named::Path, &file, hide) {
                let shown = names.number(&hidden);
                names.real.insert(shown.clone(), file.clone());
                names.paths.insert(file, shown);
            }
        }
        names
    }

    /// Registers the names of a conversation and returns each with its masked form.
    pub fn meet<'h>(&mut self, hidden: &'h [HiddenName]) -> Vec<(&'h HiddenName, String)> {
        hidden.iter().map(|name| (name, self.number(name))).collect()
    }

    /// The masked form of a name.
    pub fn shown(&mut self, kind: Named, real: &str, hide: &dyn Hide) -> String {
        HiddenName::of(kind, real, hide).map_or_else(|| real.to_owned(), |hidden| self.number(&hidden))
    }

    /// The masked form of a file's path.
    pub fn path<'n>(&'n self, real: &'n str) -> &'n str {
        self.paths.get(real).map_or(real, String::as_str)
    }

    /// The file with this masked path, if it was given to [`Names::new`].
    pub fn file<'n>(&'n self, shown: &'n str) -> &'n str {
        self.real.get(shown).map_or(shown, String::as_str)
    }

    /// Masked forms of wanted agents that have appeared since the last call.
    pub fn found(&mut self) -> Vec<String> {
        std::mem::take(&mut self.found)
    }

    fn number(&mut self, name: &HiddenName) -> String {
        let key = key(name.kind, &name.real);
        if let Some(&number) = self.numbers.get(&key) {
            return numbered(&name.masked, number);
        }
        if self.numbers.len() >= MOST {
            return name.masked.clone();
        }
        let mut number =
            *self.looks.entry(self::key(name.kind, &name.masked)).and_modify(|count| *count += 1).or_insert(1);
        let mut shown = numbered(&name.masked, number);
        // A real name may look like this numbered form.
        while number > 1 && self.looks.contains_key(&self::key(name.kind, &shown)) {
            number += 1;
            shown = numbered(&name.masked, number);
        }
        if number > 1 {
            self.looks.insert(self::key(name.kind, &name.masked), number);
            self.looks.insert(self::key(name.kind, &shown), 1);
        }
        self.numbers.insert(key, number);
        if name.kind == Named::Agent && shown != name.real && self.wanted.contains(&name.real) {
            self.found.push(shown.clone());
        }
        shown
    }
}

fn key(kind: Named, name: &str) -> u64 {
    xxh3_64_with_seed(name.as_bytes(), kind as u64)
}

/// The first name with a masked form carries no number.
fn numbered(masked: &str, number: u32) -> String {
    if number > 1 { format!("{masked}#{number}") } else { masked.to_owned() }
}

/// Whether `shown` is `masked`, perhaps with a number behind it.
pub fn looks_like(shown: &str, masked: &str) -> bool {
    let rest = shown.strip_prefix(masked);
    rest.is_some_and(|rest| {
        let number = rest.strip_prefix('#').unwrap_or_default();
        rest.is_empty() || is_starred(masked) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a name has stars in it.
pub fn is_starred(name: &str) -> bool {
    name.contains(['*', '\u{FF0A}'])
}

/// Masks each folder of a path by itself.
fn path_of(path: &str, hide: &dyn Hide) -> String {
    path.split_inclusive(['/', '\\']).map(|part| hide.name(part)).collect()
}

/// A row whose names are not masked yet: it must not be shown.
#[derive(Debug)]
pub struct PrivateRow {
    pub(super) row: ConversationResult,
    pub(super) hidden: Vec<HiddenName>,
}

impl PrivateRow {
    /// The row with its names masked. Call it in the order of the input, which decides who gets which number.
    pub fn public(self, names: &mut Names) -> ConversationResult {
        let Self { mut row, hidden } = self;
        if let Some(path) = &mut row.path {
            *path = names.path(path).to_owned();
        }
        if hidden.is_empty() {
            return row;
        }
        let shown = names.meet(&hidden).into_iter().map(|(name, shown)| ((name.kind, name.real.as_str()), shown));
        let shown: BTreeMap<(Named, &str), String> = shown.collect();
        let put = |kind: Named, name: &mut Option<String>| {
            if let Some(shown) = name.as_ref().and_then(|name| shown.get(&(kind, name.as_str()))) {
                *name = Some(shown.clone());
            }
        };
        put(Named::Conversation, &mut row.conversation);
        put(Named::Customer, &mut row.customer);
        put(Named::Ticket, &mut row.ticket);
        put(Named::Team, &mut row.team);
        put(Named::Channel, &mut row.channel);
        put(Named::Agent, &mut row.agent);
        row.parts.iter_mut().for_each(|part| put(Named::Agent, &mut part.agent));
        row.findings.iter_mut().for_each(|found| put(Named::Agent, &mut found.agent));
        row.scores.iter_mut().for_each(|score| put(Named::Agent, &mut score.agent));
        row
    }
}

impl ConversationResult {
    /// Whether any of its names needs masking.
    pub fn hides_names(&self) -> bool {
        let own = [&self.conversation, &self.customer, &self.ticket, &self.team, &self.channel, &self.agent];
        let names = own.into_iter().chain(self.parts.iter().map(|part| &part.agent));
        names.flatten().any(|name| is_starred(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    /// Masks all but the first and last letter of anything with a digit in it.
    struct Stars;

    impl Hide for Stars {
        fn hides(&self) -> bool {
            true
        }

        fn hidden(&self, text: &str) -> Vec<Span> {
            let figures = text.len() > 2 && text.contains(|letter: char| letter.is_ascii_digit());
            figures.then(|| Span::new(1, text.len() - 1)).into_iter().collect()
        }

        fn spread(&self, _: &Conversation) -> BTreeMap<usize, Vec<Span>> {
            BTreeMap::new()
        }

        fn show(&self, text: &str, window: Span, hidden: &[Span]) -> String {
            let Some(hidden) = hidden.first() else { return window.of(text).to_owned() };
            format!("{}*{}", &text[..hidden.start], &text[hidden.end..])
        }
    }

    #[test]
    fn names_that_look_the_same_stay_two_whatever_they_are_called() {
        let mut names = Names::new([], ["a2z".to_owned()], &Stars);
        let mut shown = |real: &str| names.shown(Named::Agent, real, &Stars);
        let said = ["a1z", "a2z", "a1z", "plain", "a*z", "a*z#2", "a3z", "a3z"].map(&mut shown);
        assert_eq!(said, ["a*z", "a*z#2", "a*z", "plain", "a*z#3", "a*2", "a*z#4", "a*z#4"]);
        assert_eq!(names.shown(Named::Team, "a2z", &Stars), "a*z");
        assert_eq!(names.found(), ["a*z#2"]);
        // A real name that looks like a numbered form.
        let mut names = Names::default();
        let kept = |masked: &str| HiddenName { kind: Named::Agent, real: masked.to_owned(), masked: masked.to_owned() };
        assert_eq!(names.number(&kept("x*#2")), "x*#2");
        assert_eq!(names.number(&kept("x*")), "x*");
        let other = HiddenName { real: "x1".to_owned(), ..kept("x*") };
        assert_eq!(names.number(&other), "x*#3");
    }

    #[test]
    fn files_are_found_again_and_a_number_is_no_other_name() {
        let names = Names::new(["d/a1z".to_owned(), "d/a2z".to_owned(), "d/b".to_owned()], [], &Stars);
        assert_eq!(["d/a1z", "d/a2z", "d/b"].map(|path| names.path(path)), ["d/a*z", "d/a*z#2", "d/b"]);
        assert_eq!(["d/a*z", "d/a*z#2", "d/b"].map(|path| names.file(path)), ["d/a1z", "d/a2z", "d/b"]);
        assert!(looks_like("a*z#2", "a*z") && looks_like("b", "b"));
        assert!(!looks_like("b#2", "b") && !looks_like("a*z#", "a*z") && !looks_like("a*zz", "a*z"));
    }
}
