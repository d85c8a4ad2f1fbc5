//! Formats as data: where the text of a template is in a record, and what its other parts mean.

use super::fold;
use super::tree::{Leaf, Node};
use crate::conversation::Lang;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

/// A format by its name: the columns of a sheet, the keys of an export.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FormatMap {
    /// Its name in `--format-map`.
    #[serde(skip)]
    pub name: String,
    /// A description for people.
    pub about: About,
    /// Columns or paths of the text, the best first. Empty: the usual names.
    pub text: Vec<String>,
    /// Columns or paths that must exist for the format to be recognised.
    pub tell: Vec<String>,
    /// `path=value`: marks records that are notes for colleagues and are left out.
    pub internal: Vec<String>,
    /// Paths of metadata, by field.
    pub fields: BTreeMap<String, Vec<String>>,
    /// The dialect of its placeholders (`rules/language/slots.toml`).
    pub dialect: Option<String>,
    /// Whether texts are HTML; `None`: detect it.
    pub html: Option<bool>,
    /// Row of the header, from 1; `None`: find it.
    pub header_row: Option<usize>,
    /// Sheets of a workbook to read; empty: all.
    pub sheets: Vec<String>,
    /// How `templates export` writes it.
    pub export: Option<Export>,
}

/// A description in both languages.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct About {
    zh: String,
    en: String,
}

/// How a format is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Export {
    /// The key of the list in an export.
    pub under: Option<String>,
    /// `theirs = ours`, in order.
    pub columns: Vec<String>,
}

impl About {
    /// The description in a language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// Names of texts, common to all formats.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Names of the text, the best first.
    pub(super) text: Vec<String>,
    pub(super) container: Vec<String>,
    pub(super) not_ours: Vec<String>,
    pub(super) group: Vec<String>,
    pub(super) available: Vec<String>,
    pub(super) role: Vec<String>,
    /// Languages by names of columns.
    by_language: HashMap<String, String>,
    pub(super) fences: Vec<String>,
    pub(super) situation: Vec<String>,
    pub(super) asides: Vec<String>,
    pub(super) not_replies: Vec<String>,
}

impl Words {
    /// The language of a column or key that is named after one.
    pub(super) fn language_of(&self, plain: &str) -> Option<&str> {
        self.by_language.get(plain).map(String::as_str)
    }

    /// The rank of a name for texts; smaller is better. Numbered variants have the same rank.
    pub(super) fn rank(&self, plain: &str) -> Option<usize> {
        let bare = plain.trim_end_matches(|last: char| last.is_ascii_digit());
        let bare = if bare.is_empty() { plain } else { bare };
        self.text.iter().position(|name| name == plain || name == bare)
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    format: BTreeMap<String, FormatMap>,
    #[serde(default)]
    words: Option<RawWords>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawWords {
    text: Vec<String>,
    container: Vec<String>,
    not_ours: Vec<String>,
    group: Vec<String>,
    available: Vec<String>,
    role: Vec<String>,
    by_language: BTreeMap<String, Vec<String>>,
    markdown: RawMarkdown,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawMarkdown {
    fences: Vec<String>,
    asides: Vec<String>,
    not_replies: Vec<String>,
    situation: Vec<String>,
}

const FILES: [&str; 3] = [
    include_str!("../../../rules/formats/generic.toml"),
    include_str!("../../../rules/formats/exports.toml"),
    include_str!("../../../rules/formats/sheets.toml"),
];

struct Builtin {
    maps: Vec<Arc<FormatMap>>,
    words: Words,
}

static BUILTIN: LazyLock<Builtin> = LazyLock::new(|| {
    let mut builtin = Builtin { maps: Vec::new(), words: Words::default() };
    for text in FILES {
        // A test makes sure that these files are valid.
        let file: File = toml::from_str(text).unwrap_or_default();
        builtin.maps.extend(file.format.into_iter().map(|(name, map)| Arc::new(FormatMap { name, ..map })));
        if let Some(raw) = file.words {
            let all = |names: Vec<String>| names.iter().map(|name| plain(name)).collect::<Vec<_>>();
            let by_language = raw.by_language.into_iter();
            builtin.words = Words {
                text: all(raw.text),
                container: all(raw.container),
                not_ours: raw.not_ours,
                group: all(raw.group),
                available: all(raw.available),
                role: all(raw.role),
                by_language: by_language
                    .flat_map(|(lang, names)| names.into_iter().map(move |name| (plain(&name), lang.clone())))
                    .collect(),
                fences: raw.markdown.fences,
                situation: all(raw.markdown.situation),
                asides: all(raw.markdown.asides),
                not_replies: raw.markdown.not_replies.iter().map(|word| fold(word)).collect(),
            };
        }
    }
    builtin
});

/// Names of texts, common to all formats.
pub(super) fn words() -> &'static Words {
    &BUILTIN.words
}

/// The built-in formats, in the order in which they are tried.
pub fn formats() -> &'static [Arc<FormatMap>] {
    &BUILTIN.maps
}

/// A name without case, width, separators and a trailing part in brackets.
pub(super) fn plain(name: &str) -> String {
    let joins = |character: char| character.is_whitespace() || matches!(character, '-' | '_' | '*' | ':' | '\u{feff}');
    let folded = fold(name);
    let bare = folded.split(['(', '[', '\u{3010}']).next().filter(|bare| !bare.trim().is_empty()).unwrap_or(&folded);
    bare.chars().filter(|&character| !joins(character)).collect()
}

impl FormatMap {
    /// Whether it is a sheet's: it names columns, not paths.
    pub fn is_sheet(&self) -> bool {
        self.under_key().is_none() && !self.text.iter().any(|path| path.contains(['.', '[']))
    }

    fn under_key(&self) -> Option<&String> {
        self.export.as_ref().and_then(|export| export.under.as_ref())
    }

    /// Whether a record is certainly of this format.
    pub(super) fn tells(&self, record: &Node) -> bool {
        !self.tell.is_empty() && self.tell.iter().all(|path| !resolve(record, path).is_empty())
    }

    /// Whether a record is a note for colleagues.
    pub(super) fn is_internal(&self, record: &Node) -> bool {
        self.internal.iter().any(|condition| {
            let Some((path, value)) = condition.rsplit_once('=') else { return false };
            resolve(record, path).iter().any(|node| node.leaf().is_some_and(|leaf| leaf.text == value))
        })
    }

    /// Our name for one of its keys.
    pub(super) fn field_of(&self, key: &str) -> Option<&str> {
        let wanted = plain(key);
        let theirs = |names: &[String]| names.iter().any(|name| plain(name) == wanted);
        self.fields.iter().find(|(_, names)| theirs(names)).map(|(ours, _)| ours.as_str())
    }
}

/// The values at a path.
pub(super) fn resolve<'a>(node: &'a Node, path: &str) -> Vec<&'a Node> {
    let mut found = vec![node];
    for step in steps(path) {
        let (key, condition) = match step.split_once('[') {
            Some((key, condition)) => (key, Some(condition.trim_end_matches(']'))),
            None => (step, None),
        };
        let wanted = plain(key);
        let children = found.into_iter().flat_map(each).flat_map(Node::entries);
        let children = children.filter(|(name, _)| name.text == key || plain(&name.text) == wanted);
        found = children.flat_map(|(_, value)| meeting(value, condition)).collect();
    }
    found
}

/// The steps of a path: separated by dots, except inside brackets.
fn steps(path: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    path.split(move |character: char| {
        match character {
            '[' => inside = true,
            ']' => inside = false,
            _ => {}
        }
        character == '.' && !inside
    })
}

/// The items of a list; a single value counts as one.
fn each(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    if let Node::List(items) = node { Box::new(items.iter()) } else { Box::new(std::iter::once(node)) }
}

fn meeting<'a>(node: &'a Node, condition: Option<&str>) -> Vec<&'a Node> {
    match condition {
        None => vec![node],
        Some("last") => each(node).last().into_iter().collect(),
        Some(condition) => {
            let Some((name, wanted)) = condition.split_once('=') else { return Vec::new() };
            let meets = |item: &&Node| item.get(name).and_then(Node::leaf).is_some_and(|leaf| leaf.text == wanted);
            each(node).filter(meets).collect()
        }
    }
}

/// The keys on a record's own level, folded.
pub(super) fn keys(record: &Node) -> impl Iterator<Item = (String, &Leaf, &Node)> {
    record.entries().iter().map(|(key, value)| (plain(&key.text), key, value))
}

#[cfg(test)]
mod tests {
    use super::super::tree_json;
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        for text in FILES {
            toml::from_str::<File>(text).unwrap();
        }
        assert!(formats().len() > 12 && words().text.len() > 40);
        for map in formats() {
            assert!(!map.about.text(Lang::Zh).is_empty() && !map.about.text(Lang::En).is_empty(), "{}", map.name);
        }
    }

    #[test]
    fn paths_find_their_values() {
        let text = r#"{"title":"t","actions":[{"field":"status","value":"open"},
            {"field":"comment_value","value":["channel:all","您好"]}],"a":{"b":[{"c":1},{"c":2}]}}"#;
        let node = tree_json::read(text).unwrap().nodes.remove(0);
        let texts = |path: &str| {
            let found = resolve(&node, path);
            found.iter().filter_map(|node| node.leaf()).map(|leaf| leaf.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(texts("actions[field=comment_value].value[last]"), ["您好"]);
        assert_eq!(texts("actions[field=status].value[last]"), ["open"]);
        assert_eq!(texts("a.b.c"), ["1", "2"]);
        assert_eq!(texts("Title"), ["t"]);
        assert!(texts("actions[field=subject].value").is_empty());
    }

    #[test]
    fn names_compare_without_what_is_written_around_them() {
        for name in ["话术内容", "话术内容（必填）", " 话术 内容 ", "话术内容*", "\u{feff}话术内容"]
        {
            assert_eq!(plain(name), "话术内容", "{name}");
        }
        assert_eq!(words().rank("话术2"), words().rank("话术"));
        assert_eq!(words().rank("备注"), None);
        assert_eq!(words().language_of(&plain("English")), Some("en"));
    }
}
