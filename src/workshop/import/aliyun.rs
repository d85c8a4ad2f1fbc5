//! Rules of Alibaba Cloud's conversation analysis: conditions made of operators, joined by small boolean expressions.

use super::lambda::{Named, parse};
use super::logic::{Anchor, Atom, Expr, Meta, Side, Window, cue_of, kept, rules};
use super::pattern::{Carried, Meant, Outcome, carry, literal};
use super::repeat::Repeat;
use super::values::{table, texts};
use super::{Bench, Format, Page, Place, Reason, find, number_of, plain_key, text_of, texts_of, truth_of};
use crate::conversation::Role;
use crate::conversation::read::{self, Node};
use crate::source::wording;
use std::collections::BTreeMap;
use toml::Value;

/// Deepest nesting searched for rules, and longest chain of conditions that refer to one another.
const DEEPEST: usize = 40;
/// Most rules of a file.
const MOST_RULES: usize = 5_000;
/// Most words that must occur together in any order.
const MOST_TOGETHER: usize = 3;

pub(super) fn import(page: &Page, bench: &mut Bench) {
    let mut books = Vec::new();
    for node in &page.document.nodes {
        collect(node, 0, &mut books);
    }
    if books.is_empty() {
        let mistake = page.mistake(None, wording!("no rules: nothing has both `conditions` and `rules`"));
        bench.mistakes.push(mistake.help(wording!("take what GetRuleDetail answers, or what UploadRule is given")));
    }
    for (book, place) in books {
        let place = place.unwrap_or_else(|| page.place(&book));
        import_book(page, &book, &place, bench);
    }
}

/// Finds tables of conditions and rules at any depth; some are in a string of JSON, which has no lines.
fn collect(node: &Node, depth: usize, found: &mut Vec<(Node, Option<Place>)>) {
    if find(node, &["conditions"]).is_some() && find(node, &["rules"]).is_some() {
        found.push((node.clone(), None));
        return;
    }
    if depth > DEEPEST {
        return;
    }
    node.items().iter().for_each(|item| collect(item, depth + 1, found));
    for (key, value) in node.entries() {
        match (plain_key(&key.text).as_str(), value) {
            ("jsonstr", Node::Leaf(leaf)) => {
                let before = found.len();
                if let Ok(document) = read::json(&leaf.text) {
                    document.nodes.iter().for_each(|node| collect(node, depth + 1, found));
                }
                for (_, place) in &mut found[before..] {
                    *place = Some(Place::default());
                }
            }
            _ => collect(value, depth + 1, found),
        }
    }
}

fn import_book(page: &Page, book: &Node, around: &Place, bench: &mut Bench) {
    let inside = around.line.is_none() && around.path.is_empty();
    let place = |node: &Node| {
        if inside { Place { path: page.path.clone(), line: None } } else { page.place(node) }
    };
    let mut conditions = BTreeMap::new();
    for node in find(book, &["conditions"]).into_iter().flat_map(list) {
        let id = find(node, &["cid", "conditioninfocid", "id"]).and_then(text_of).unwrap_or_default();
        conditions.insert(id.to_owned(), node);
    }
    let all: Vec<&Node> = find(book, &["rules"]).into_iter().flat_map(list).collect();
    if all.len() > MOST_RULES {
        bench
            .mistakes
            .push(page.mistake(None, wording!("more than {limit} rules; the rest is left out", limit = MOST_RULES)));
    }
    for (number, node) in all.into_iter().take(MOST_RULES).enumerate() {
        let at = place(node);
        let id =
            find(node, &["rid", "ruleid", "id"]).and_then(text_of).and_then(|id| super::kebab(&format!("rule-{id}")));
        let unnamed = id.unwrap_or_else(|| format!("rule-{}", number + 1));
        let named = find(node, &["name", "rulename"]).and_then(text_of).filter(|name| !name.trim().is_empty());
        let called = named.unwrap_or(&unnamed).to_owned();
        for (key, _) in node.entries() {
            if !super::said().is_quiet("aliyun-rule", &plain_key(&key.text)) {
                bench.leave(&at, &called, Reason::Metadata, key.text.clone());
            }
        }
        let mut reader = Reader {
            called: &called,
            place: &at,
            conditions: &conditions,
            read: BTreeMap::new(),
            atoms: Vec::new(),
            bench,
        };
        let Some(written) = lambda(node, &["triggers", "lambda", "rulelambda"]) else {
            let message = wording!("the rule “{called}” has no `triggers` and no `lambda`", called);
            bench.mistakes.push(page.mistake(Some(node), message));
            continue;
        };
        let Some(expr) = parse(&written) else {
            let message = wording!("the rule “{called}”: its expression cannot be read", called);
            bench.mistakes.push(page.mistake(Some(node), message));
            continue;
        };
        let expr = reader.rule(&expr);
        let atoms = std::mem::take(&mut reader.atoms);
        let why = find(node, &["comments"]).and_then(text_of);
        let meta = Meta { format: Format::Aliyun, called: &called, id: &unnamed, why, place: at.clone() };
        match expr {
            Ok(expr) => rules(bench, &meta, expr, &atoms),
            Err(repeat) => repeat.push(bench, &meta),
        }
    }
}

/// The entries of a list, or of the object that some answers have instead.
fn list(node: &Node) -> Vec<&Node> {
    match node {
        Node::List(items) => items.iter().collect(),
        Node::Map(entries, _) if find(node, &["cid", "conditioninfocid", "rid", "name"]).is_none() => {
            entries.iter().flat_map(|(_, value)| list(value)).collect()
        }
        Node::Map(..) => vec![node],
        Node::Leaf(_) => Vec::new(),
    }
}

/// An expression; several alternatives become one.
fn lambda(node: &Node, keys: &[&str]) -> Option<String> {
    let parts = keys.iter().find_map(|key| find(node, &[key]).map(texts_of).filter(|parts| !parts.is_empty()))?;
    let parts: Vec<String> = parts.iter().map(|(_, text)| format!("({text})")).collect();
    Some(parts.join("||")).filter(|text| text.len() > 2)
}

struct Reader<'a> {
    called: &'a str,
    place: &'a Place,
    conditions: &'a BTreeMap<String, &'a Node>,
    /// The conditions read so far, and the first atom of each.
    read: BTreeMap<String, (Option<Expr>, Option<usize>)>,
    atoms: Vec<Atom>,
    bench: &'a mut Bench,
}

impl Reader<'_> {
    fn leave(&mut self, reason: Reason, detail: impl Into<String>) {
        self.bench.leave(self.place, self.called, reason, detail);
    }

    fn rule(&mut self, expr: &Named) -> Result<Expr, Repeat> {
        if let Named::Id(id) = expr
            && let Some(node) = self.conditions.get(id)
            && let [operator] = find(node, &["operators"]).into_iter().flat_map(list).collect::<Vec<_>>()[..]
            && find(operator, &["type"]).and_then(text_of) == Some("ADVANCED_REPEAT_DETECT")
        {
            return Err(Repeat::read(operator, self.called, self.place, self.bench));
        }
        Ok(self.expr(expr, &mut |reader, id| reader.condition(id, 0)))
    }

    fn expr(&mut self, expr: &Named, read: &mut impl FnMut(&mut Self, &str) -> Expr) -> Expr {
        match expr {
            Named::Id(id) => read(self, id),
            Named::Not(inner) => Expr::Not(Box::new(self.expr(inner, read))),
            Named::And(parts) => Expr::And(parts.iter().map(|part| self.expr(part, read)).collect()),
            Named::Or(parts) => Expr::Or(parts.iter().map(|part| self.expr(part, read)).collect()),
        }
    }

    fn condition(&mut self, id: &str, depth: usize) -> Expr {
        if let Some((expr, _)) = self.read.get(id) {
            return expr.clone().unwrap_or(Expr::Unknown);
        }
        let Some(&node) = self.conditions.get(id).filter(|_| depth < DEEPEST) else {
            self.leave(Reason::Missing, id);
            return Expr::Unknown;
        };
        self.read.insert(id.to_owned(), (None, None));
        for (key, _) in node.entries() {
            if !super::said().is_quiet("aliyun-condition", &plain_key(&key.text)) {
                self.leave(Reason::Metadata, key.text.clone());
            }
        }
        let range = find(node, &["checkrange"]);
        let role = range.and_then(|range| find(range, &["role"])).and_then(text_of).unwrap_or_default();
        let speaker = super::said().speaker(role);
        if speaker.is_none() {
            self.leave(Reason::Condition, role);
        }
        let role = speaker.and_then(super::said::Speaker::role);
        let before = self.atoms.len();
        let operators: BTreeMap<String, &Node> = find(node, &["operators"])
            .into_iter()
            .flat_map(list)
            .map(|node| (find(node, &["oid", "id"]).and_then(text_of).unwrap_or_default().to_owned(), node))
            .collect();
        let written = lambda(node, &["lambda", "operlambda"]);
        let expr = match written.as_deref().map(parse) {
            Some(Some(expr)) => self.expr(&expr, &mut |reader, id| {
                let Some(operator) = operators.get(id) else {
                    reader.leave(Reason::Missing, id);
                    return Expr::Unknown;
                };
                reader.operator(operator, role)
            }),
            Some(None) => {
                self.leave(Reason::Missing, written.unwrap_or_default());
                Expr::Unknown
            }
            None => Expr::And(operators.values().map(|operator| self.operator(operator, role)).collect()),
        };
        if let Some(range) = range {
            self.place_atoms(range, before, depth);
        }
        let first = (self.atoms.len() > before).then_some(before);
        self.read.insert(id.to_owned(), (Some(expr.clone()), first));
        expr
    }

    /// Sets where in the conversation a condition applies: relative to another, or by message number.
    fn place_atoms(&mut self, range: &Node, from: usize, depth: usize) {
        let counted = find(range, &["range"]);
        let number = |key: &str| counted.and_then(|counted| number_of(find(counted, &[key])));
        let (first, last) = (number("from"), number("to"));
        let anchor = find(range, &["anchor"]);
        let target = anchor.and_then(|anchor| find(anchor, &["cid", "anchorcid"])).and_then(text_of);
        if truth_of(find(range, &["allsentencessatisfy"])) == Some(true) {
            self.leave(Reason::Anchor, "allSentencesSatisfy");
        }
        if let (Some(anchor), Some(target)) = (anchor, target.filter(|target| !target.is_empty())) {
            let side = match find(anchor, &["location"]).and_then(text_of).unwrap_or_default() {
                "BEFORE" => Side::Before,
                "AFTER" => Side::After,
                "CURRENT" => Side::Same,
                _ => Side::Around,
            };
            let times = number_of(find(anchor, &["hittime"])).unwrap_or(-1.0);
            if times > 0.0 {
                self.leave(Reason::Anchor, format!("hit_time {times}"));
            }
            self.condition(target, depth + 1);
            let Some(atom) = self.read.get(target).and_then(|(_, first)| *first) else { return };
            let reach = last
                .filter(|last| *last > 0.0 && *last < 100.0)
                .and_then(|last| (1..100).find(|n| f64::from(*n) >= last));
            let reach = reach.filter(|_| side == Side::After).and_then(|reach| usize::try_from(reach).ok());
            for own in &mut self.atoms[from..] {
                own.anchor = Some(Anchor { atom, side, reach });
            }
            return;
        }
        let window = match (first, last) {
            (Some(first), _) if first < 0.0 => Some(Window::Last),
            (Some(first), Some(last)) if first <= 1.0 && last > 0.0 => Some(Window::First),
            _ => None,
        };
        let (first, last) = (first.unwrap_or(1.0), last.unwrap_or(-1.0));
        // From the first to the last is everything.
        if window.is_some() || first > 1.0 {
            self.leave(Reason::Window, format!("{first} \u{2026} {last}"));
        }
        for own in &mut self.atoms[from..] {
            own.window = window;
        }
    }

    fn operator(&mut self, node: &Node, role: Option<Role>) -> Expr {
        let kind = find(node, &["type"]).and_then(text_of).unwrap_or_default().to_ascii_uppercase();
        let param = find(node, &["param"]).unwrap_or(node);
        match kind.as_str() {
            "HIT_ANY_KEYWORDS" | "INCLUDE_KEYWORDS" | "KEYWORDS" => self.keywords(param, &kind, role),
            "REGULAR_EXPRESSION" => self.expression(param, role),
            "SIMILAR_MATCH" | "SIMILAR_MATCH_NEW" => {
                let sentences = find(param, &["similarlysentences", "similarsentences", "references"]).map(texts_of);
                let sentences = sentences.unwrap_or_default();
                self.leave(Reason::Similar, sentences.first().map(|(_, text)| (*text).to_owned()).unwrap_or_default());
                let found: Vec<Outcome> = sentences.iter().filter_map(|(_, text)| literal(text, None)).collect();
                self.atom(&found, role)
            }
            other => {
                self.leave(Reason::Operator, other);
                Expr::Unknown
            }
        }
    }

    fn keywords(&mut self, param: &Node, kind: &str, role: Option<Role>) -> Expr {
        let words = find(param, &["keywords", "operkeywords"]).map(texts_of).unwrap_or_default();
        let found: Vec<Outcome> = words.iter().filter_map(|(_, word)| literal(word, None)).collect();
        if found.len() < words.len() || words.is_empty() {
            self.leave(Reason::FindsNothing, "");
        }
        if found.is_empty() {
            return Expr::Unknown;
        }
        let size = number_of(find(param, &["keywordmatchsize"]));
        let any = kind == "HIT_ANY_KEYWORDS" || kind == "KEYWORDS";
        let size = size.unwrap_or(if any { 1.0 } else { -1.0 });
        if size == 0.0 {
            return Expr::Not(Box::new(self.atom(&found, role)));
        }
        if (0.0..=1.0).contains(&size) || found.len() == 1 {
            return self.atom(&found, role);
        }
        // All of them, or this many.
        let wanted = (1..=found.len()).find(|n| n.to_string() == size.to_string()).unwrap_or(found.len());
        if truth_of(find(param, &["insentence"])) == Some(false) && wanted == found.len() {
            let parts = found.iter().map(|one| self.atom(std::slice::from_ref(one), role)).collect();
            return Expr::And(parts);
        }
        let plain: Vec<String> = found.iter().filter_map(plain_word).collect();
        if wanted > MOST_TOGETHER || plain.len() < found.len() || (wanted < found.len() && wanted != 2) {
            self.leave(Reason::TooManyConditions, "");
            return Expr::Unknown;
        }
        let orders = orders(&plain, wanted);
        let Some(sample) = orders.first().map(|order| order.join(", ")) else { return Expr::Unknown };
        let rows = orders.iter().map(|order| {
            let gap = std::iter::once("<gap:60>".to_owned());
            let row = order.iter().flat_map(|word| gap.clone().chain([word.clone()]));
            texts(row.skip(1))
        });
        let mut cue = kept();
        cue.insert("sequences".to_owned(), Value::Array(rows.collect()));
        self.add(cue, sample, role)
    }

    fn expression(&mut self, param: &Node, role: Option<Role>) -> Expr {
        let written = find(param, &["regex"]).and_then(text_of).unwrap_or_default();
        let outcome = match carry(written, Meant { any_case: true, words: false }) {
            Ok(outcome) => outcome,
            Err(reason) => {
                self.leave(reason, written);
                return Expr::Unknown;
            }
        };
        let (mut cue, sample) = cue_of(&[outcome], role);
        let not = find(param, &["notregex"]).and_then(text_of).filter(|text| !text.trim().is_empty());
        if let Some(not) = not {
            match carry(not, Meant { any_case: true, words: false }) {
                Ok(outcome) => {
                    let name = super::draft::kebab(self.called).unwrap_or_else(|| "words".to_owned());
                    let other = self.bench.draft.cue(&format!("{name}-except"), cue_of(&[outcome], role).0, self.place);
                    let unless = table([("sentence", texts([format!("<{other}>")]))]);
                    cue.insert("unless".to_owned(), Value::Table(unless));
                }
                Err(reason) => self.leave(reason, not),
            }
        }
        self.add(cue, sample, role)
    }

    fn atom(&mut self, found: &[Outcome], role: Option<Role>) -> Expr {
        if found.is_empty() {
            return Expr::Unknown;
        }
        let (cue, sample) = cue_of(found, role);
        self.add(cue, sample, role)
    }

    fn add(&mut self, mut cue: toml::Table, sample: String, role: Option<Role>) -> Expr {
        if let Some(role) = role {
            cue.insert("roles".to_owned(), texts([if role == Role::Customer { "customer" } else { "agent" }]));
        }
        let name = super::draft::kebab(self.called).unwrap_or_else(|| "words".to_owned());
        let cue = self.bench.draft.cue(&name, cue, self.place);
        self.atoms.push(Atom { cue, role, sample, window: None, anchor: None });
        Expr::Atom(self.atoms.len() - 1)
    }
}

/// A single plain word.
fn plain_word(outcome: &Outcome) -> Option<String> {
    match &outcome.carried {
        Carried::Words(words) => words.first().filter(|word| !word.contains(['|', '<', '>'])).cloned(),
        Carried::Pattern { .. } => None,
    }
}

/// All orders of this many of the words.
fn orders(words: &[String], wanted: usize) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![Vec::new()];
    for _ in 0..wanted {
        let longer = found.iter().flat_map(|order| {
            let rest = words.iter().filter(|word| !order.contains(word));
            rest.map(|word| [&order[..], std::slice::from_ref(word)].concat()).collect::<Vec<_>>()
        });
        found = longer.take(400).collect();
    }
    found
}
