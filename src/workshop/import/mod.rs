//! Imports rules into a pack: Vale styles, rules of two platforms, lists of words. Lists what could not be carried
//! over.

mod aliyun;
mod connect;
pub(crate) mod draft;
mod fresh;
mod lambda;
mod logic;
mod pattern;
mod prove;
mod repeat;
mod said;
mod vale;
pub(crate) mod values;
mod words;

pub(crate) use draft::kebab;
pub(crate) use fresh::{Fresh, push_fresh};
use prove::prove;
pub(crate) use prove::prove_upon;
pub(crate) use said::{Said, said};
pub use said::{columns_of, head_of};
pub(crate) use words::scenario_of;

use crate::conversation::read::{self, Document, Node};
use crate::source::{Diagnostic, LineIndex, Wording, decode, wording};
use draft::Draft;
use std::path::Path;
use std::sync::Arc;

/// Where rules come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A style of Vale: YAML, one rule a file.
    Vale,
    /// Rules of Alibaba Cloud's conversation analysis: JSON.
    Aliyun,
    /// Rules of Amazon Connect Contact Lens: JSON.
    Connect,
    /// A list of words: text, CSV or a workbook.
    Words,
}

impl Format {
    /// All formats, by the names that users type.
    pub const ALL: [(&'static str, Self); 4] =
        [("vale", Self::Vale), ("aliyun", Self::Aliyun), ("connect", Self::Connect), ("words", Self::Words)];

    /// The format of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, format)| format)
    }

    fn source(self) -> &'static str {
        match self {
            Self::Vale => "Vale",
            Self::Aliyun => "Alibaba Cloud",
            Self::Connect => "Amazon Connect",
            Self::Words => "",
        }
    }
}

/// An input file.
#[derive(Clone, Debug)]
pub struct Source {
    /// As shown to people.
    pub path: Arc<str>,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// A place in an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: Arc<str>,
    /// The line or row, from 1.
    pub line: Option<usize>,
}

/// Why something was not carried over, or not unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each has its sentence in rules/language/ui.toml, under its key")]
pub enum Reason {
    LookAround,
    BackReference,
    BadPattern,
    TooBig,
    TooLong,
    Capitals,
    Case,
    FindsNothing,
    NoExample,
    Example,
    Verb,
    Operator,
    Metadata,
    Scope,
    Tags,
    Similar,
    AnyRole,
    Window,
    Anchor,
    Distance,
    CustomerOnly,
    TooManyConditions,
    TooManyWays,
    Condition,
    Severity,
    Scenario,
    Replacement,
    /// There are several better wordings; the first was taken.
    Alternatives,
    Exception,
    Missing,
    Refused,
    Column,
    Row,
    WordTaken,
    FewWords,
    NoSeverity,
    NoSwitch,
    SwitchedOff,
    Overlaps,
    Contradiction,
    NoScenario,
    NotShown,
    UnknownRule,
}

/// The severity that an unknown word may stand for.
pub fn nearest_severity(word: &str) -> Option<&'static str> {
    said().own_severity(word).err().flatten()
}

impl Reason {
    /// Its key below `import.reason` in `ui.toml`.
    pub fn key(self) -> String {
        let mut key = String::new();
        for character in format!("{self:?}").chars() {
            if character.is_ascii_uppercase() && !key.is_empty() {
                key.push('-');
            }
            key.push(character.to_ascii_lowercase());
        }
        key
    }
}

/// Something that was not carried over, or not unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Where it stands.
    pub place: Place,
    /// What it is: a rule's name, an expression.
    pub what: String,
    /// Why.
    pub reason: Reason,
    /// Which part of it, if that matters.
    pub detail: String,
}

/// The result of an import.
#[derive(Debug, Default)]
pub struct Imported {
    draft: Draft,
    /// What was left out, in order.
    pub left_out: Vec<LeftOut>,
    /// Inputs that could not be parsed.
    pub mistakes: Vec<Diagnostic>,
}

impl Imported {
    pub(crate) fn new(draft: Draft, left_out: Vec<LeftOut>, mistakes: Vec<Diagnostic>) -> Self {
        Self { draft, left_out, mistakes }
    }

    /// How many rules there are.
    pub fn rules(&self) -> usize {
        self.draft.rules.len()
    }

    /// How many cues there are.
    pub fn cues(&self) -> usize {
        self.draft.cues.len()
    }

    /// The pack, below these lines of comment.
    pub fn text(&self, head: &[String]) -> String {
        self.draft.write(head)
    }
}

/// Most bytes read of one input.
const LARGEST: usize = 32 << 20;

/// Makes a pack of this name from these inputs; without a `format`, detects each one's from its name and contents.
pub fn import(sources: &[Source], format: Option<Format>, name: &str) -> Imported {
    let mut bench = Bench { draft: Draft::new(name), left_out: Vec::new(), mistakes: Vec::new() };
    for source in sources {
        if source.bytes.len() > LARGEST {
            let message = wording!("over the limit of {limit} bytes", limit = LARGEST);
            bench.mistakes.push(Diagnostic::error("input/too-large", message).path(&*source.path));
            continue;
        }
        let Some(format) = format.or_else(|| guess(source)) else {
            let mistake =
                Diagnostic::error("import/unknown-format", wording!("not one of the formats that can be imported"));
            let known = Format::ALL.map(|(name, _)| name).join(", ");
            bench.mistakes.push(mistake.path(&*source.path).help(wording!("say which: {known}", known)));
            continue;
        };
        if format == Format::Words {
            words::import(source, &mut bench);
            continue;
        }
        let Some(page) = Page::read(source, format, &mut bench.mistakes) else { continue };
        match format {
            Format::Vale => vale::import(&page, &mut bench),
            Format::Aliyun => aliyun::import(&page, &mut bench),
            Format::Connect | Format::Words => connect::import(&page, &mut bench),
        }
    }
    prove(bench)
}

fn guess(source: &Source) -> Option<Format> {
    let ending = Path::new(&*source.path).extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "yml" | "yaml" => Some(Format::Vale),
        "csv" | "tsv" | "txt" | "xlsx" | "xlsm" => Some(Format::Words),
        "json" => {
            // Only the names of keys are checked here; values are read later.
            let text = String::from_utf8_lossy(&source.bytes);
            let holds = |key: &str| text.contains(key);
            if holds("RuleFunction") || holds("\"Function\"") || holds("\\\"Operands\\\"") || holds("\"Operands\"") {
                Some(Format::Connect)
            } else {
                let lower = text.to_lowercase();
                (lower.contains("\"operators\"") || lower.contains("\"conditions\"")).then_some(Format::Aliyun)
            }
        }
        _ => None,
    }
}

/// The pack under construction, and what was left out.
pub(crate) struct Bench {
    pub(crate) draft: Draft,
    pub(crate) left_out: Vec<LeftOut>,
    pub(crate) mistakes: Vec<Diagnostic>,
}

impl Bench {
    /// Records what was left out.
    fn leave(&mut self, place: &Place, what: &str, reason: Reason, detail: impl Into<String>) {
        let what = what.chars().take(200).collect();
        self.left_out.push(LeftOut { place: place.clone(), what, reason, detail: detail.into() });
    }
}

/// A file parsed into values.
struct Page {
    path: Arc<str>,
    text: Arc<str>,
    lines: LineIndex,
    document: Document,
}

impl Page {
    fn read(source: &Source, format: Format, mistakes: &mut Vec<Diagnostic>) -> Option<Self> {
        let path = source.path.clone();
        let decoded = match decode(source.bytes.clone(), None) {
            Ok(decoded) => decoded,
            Err(error) => {
                let message = wording!("not {encoding}", encoding = error.encoding);
                mistakes.push(Diagnostic::error("input/not-text", message).path(&*path).line(error.line));
                return None;
            }
        };
        mistakes.extend(decoded.notice.map(|notice| notice.path(&*path)));
        let text: Arc<str> = decoded.text.into();
        let read = if format == Format::Vale { read::yaml(&text) } else { read::json(&text) };
        let place = |mistake: Diagnostic| mistake.path(&*path).text(text.clone());
        match read {
            Ok(mut document) => {
                mistakes.extend(std::mem::take(&mut document.mistakes).into_iter().map(place));
                Some(Self { lines: LineIndex::new(&text), path, text, document })
            }
            Err(mistake) => {
                mistakes.push(place(*mistake));
                None
            }
        }
    }

    /// The place of a value.
    fn place(&self, node: &Node) -> Place {
        Place { path: self.path.clone(), line: node.place().map(|span| self.lines.line_of(span.start) + 1) }
    }

    /// A mistake in the structure of the file.
    fn mistake(&self, node: Option<&Node>, message: impl Into<Wording>) -> Diagnostic {
        let mistake = Diagnostic::error("import/shape", message).path(&*self.path);
        match node.and_then(Node::place) {
            Some(span) => mistake.text(self.text.clone()).label(span.start..span.start, wording!("here")),
            None => mistake,
        }
    }
}

/// The text of a scalar value.
fn text_of(node: &Node) -> Option<&str> {
    node.leaf().map(|leaf| leaf.text.as_str())
}

/// The texts of a list, or of a single value.
fn texts_of(node: &Node) -> Vec<(&Node, &str)> {
    match node {
        Node::Leaf(_) => vec![node],
        _ => node.items().iter().collect(),
    }
    .into_iter()
    .filter_map(|node| Some((node, text_of(node)?)))
    .collect()
}

/// A key in lower case without separators, as programs differ in those.
fn plain_key(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// The value under any of these keys, given in that normalised form.
fn find<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    keys.iter().find_map(|wanted| {
        node.entries().iter().find(|(key, _)| plain_key(&key.text) == *wanted).map(|(_, value)| value)
    })
}

fn number_of(node: Option<&Node>) -> Option<f64> {
    text_of(node?)?.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

fn truth_of(node: Option<&Node>) -> Option<bool> {
    match text_of(node?)?.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}
