//! From cues as written to the program that the scanner runs; every mistake is said with its place.

use super::matcher::Collector;
use super::native::promise;
use super::order::{place, sorted};
use super::pattern::{self, Entry, Token};
use super::program::{Class, Cue, Element, Identity, Kind, Part, Pattern, Program, Tables};
use super::raw::{self, Guard, Native};
use super::required;
use super::watch::{Watchers, leads, waking};
use crate::conversation::Lang;
use crate::language::{Layer, fold_pattern, fold_str, skeleton};
use crate::source::Diagnostic;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::OnceLock;
use toml::Spanned;

/// A cue as one file defines it.
pub struct SourceCue {
    /// Its name.
    pub name: String,
    /// The language of the file.
    pub lang: Lang,
    /// The table.
    pub raw: raw::Cue,
    /// Path of the file, as shown to people.
    pub path: Arc<str>,
    /// The file's text, for diagnostics.
    pub text: Arc<str>,
}

/// A program and what is doubtful about it.
pub struct Compiled {
    /// Ready to scan with.
    pub program: Program,
    /// Weak patterns and the like.
    pub warnings: Vec<Diagnostic>,
}

/// Compiles all cues of a rulebook.
///
/// # Errors
/// Every mistake found, in the order of the files.
pub fn compile(cues: Vec<SourceCue>, tables: Tables) -> Result<Compiled, Vec<Diagnostic>> {
    let mut named: BTreeMap<String, Vec<SourceCue>> = BTreeMap::new();
    for cue in cues {
        named.entry(cue.name.clone()).or_default().push(cue);
    }
    let mut errors = Vec::new();
    let order = sorted(&named, &mut errors);
    let index = order.iter().zip(0_u32..).map(|(name, class)| (name.clone(), class)).collect();
    let mut compiler = Compiler {
        index,
        next: order.len() as Class,
        words: BTreeMap::new(),
        folded: Collector::default(),
        skeleton: Collector::default(),
        regexes: Vec::new(),
        tables: &tables,
        errors,
        warnings: Vec::new(),
    };
    let mut compiled = Vec::new();
    for name in &order {
        let sources = &named[name];
        let mut langs: Vec<Lang> = sources.iter().map(|source| source.lang).collect();
        langs.dedup();
        let parts = sources.iter().map(|source| compiler.part(source)).collect();
        compiled.push(Cue { name: name.clone(), langs, parts });
    }
    let Compiler { next, words, mut folded, skeleton, regexes, mut errors, warnings, index, .. } = compiler;
    let sizes = words.into_iter().map(|(key, class)| (class, key)).collect();
    let lesser = folded.lesser(&waking(&compiled, &sizes, &regexes));
    let mut build = |collector: Collector| {
        collector.build().unwrap_or_else(|error| {
            errors.push(Diagnostic::error("pack/automaton", format!("the words cannot be compiled: {error}")));
            super::matcher::Matcher::default()
        })
    };
    let (folded, skeleton) = (build(folded), build(skeleton));
    if !errors.is_empty() {
        return Err(errors);
    }
    let leads = leads(&skeleton, &tables.lookalikes);
    let watchers = Watchers::new(&compiled, next, &sizes, &regexes);
    let class_of = |name: &str| index.get(name).copied();
    let (negator, reported) = (class_of("negator"), class_of("reported-speech"));
    let program = Program {
        needed: vec![u8::MAX; next as usize],
        asked: vec![u8::MAX; compiled.len()],
        cues: compiled,
        classes: next,
        folded,
        skeleton,
        lesser,
        leads,
        regexes,
        watchers,
        negator,
        reported,
        tables,
        identity: Identity::default(),
        by_name: OnceLock::new(),
    };
    Ok(Compiled { program, warnings })
}

/// Compiles a pattern under the limits that hold everywhere.
pub(super) fn regex(pattern: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(pattern).size_limit(1 << 20).dfa_size_limit(1 << 20).nest_limit(50).build()
}

/// Lists of the settings that a guard may name.
pub const LISTS: [&str; 4] = ["brand.channels", "brand.names", "house.standard-phrases", "masks.patterns"];

/// Longest pattern in bytes.
const LONGEST_PATTERN: usize = 4096;

struct Compiler<'a> {
    index: BTreeMap<String, Class>,
    next: Class,
    /// Word classes by their words; a mark keeps those of the skeleton apart.
    words: BTreeMap<(bool, Vec<String>), Class>,
    folded: Collector,
    skeleton: Collector,
    regexes: Vec<Pattern>,
    tables: &'a Tables,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl Compiler<'_> {
    fn part(&mut self, source: &SourceCue) -> Part {
        let raw = &source.raw;
        let disguised = !raw.disguise.is_empty();
        let mut patterns = Vec::new();
        let phrases = self.phrases(source, &raw.phrases);
        if !phrases.is_empty() {
            patterns.push(Kind::Class(self.class(phrases, disguised)));
        }
        let single = (!raw.sequence.is_empty()).then_some(&raw.sequence);
        for sequence in raw.sequences.iter().chain(single) {
            patterns.extend(self.sequence(source, sequence, disguised));
        }
        for pattern in &raw.regex {
            patterns.extend(self.regex(source, pattern));
        }
        if let Some(run) = raw.run.clone() {
            let doubles = doubles(&run);
            let trigger = self.infixes(doubles);
            patterns.push(Kind::Run(run, trigger));
        }
        if let Some(native) = raw.native {
            let needs: &[&str] = if native == Native::Promise { promise::NEEDS } else { &[] };
            let empty = self.next;
            let classes = needs.iter().map(|name| self.index.get(*name).copied().unwrap_or(empty)).collect::<Vec<_>>();
            if classes.contains(&empty) {
                self.next += 1;
            }
            patterns.push(Kind::Native(native, classes));
        }
        for name in &raw.any {
            patterns.extend(self.index.get(name.get_ref()).map(|&class| Kind::Class(class)));
        }
        if patterns.is_empty() && self.errors.is_empty() {
            let message = format!("the cue “{}” can never be found", source.name);
            let error = Diagnostic::error("pack/empty-cue", message).path(&*source.path).text(source.text.clone());
            self.errors
                .push(error.help("give it phrases, a sequence, a regex, a run, a native recogniser or other cues"));
        }
        if disguised && raw.phrases.is_empty() && raw.sequence.is_empty() && raw.sequences.is_empty() {
            let message = format!("`disguise` of the cue “{}” has no effect: it has no words of its own", source.name);
            let error = Diagnostic::error("pack/no-effect", message).path(&*source.path).text(source.text.clone());
            self.errors.push(error.help("give it to the cues that have the phrases"));
        }
        let unless = &raw.unless;
        if let Some(name) = unless.config.as_ref().filter(|name| !LISTS.contains(&name.get_ref().as_str())) {
            let message = format!("the settings have no list “{}”", name.get_ref());
            let error = place(source, name, "pack/unknown-list", message, "here");
            self.errors.push(error.help(format!("known lists: {}", LISTS.join(", "))));
        }
        let mut part = Part {
            patterns,
            roles: raw.roles.clone(),
            negated: if matches!(source.name.as_str(), "negator" | "reported-speech") {
                Guard::Keep
            } else {
                raw.negated
            },
            quoted: raw.quoted,
            words: raw.words,
            covers: self.guards(source, &unless.covers, false, disguised).into_iter().map(|(class, _)| class).collect(),
            before: self.guards(source, &unless.before, true, false),
            after: self.guards(source, &unless.after, false, false),
            clause: self.guards(source, &unless.clause, false, false).into_iter().map(|(class, _)| class).collect(),
            sentence: self.guards(source, &unless.sentence, false, false).into_iter().map(|(class, _)| class).collect(),
            config: unless.config.as_ref().map(|name| name.get_ref().clone()),
            free: false,
        };
        part.free = part.has_no_guards();
        part
    }

    fn phrases(&mut self, source: &SourceCue, phrases: &[Spanned<String>]) -> Vec<String> {
        for phrase in phrases {
            if phrase.get_ref().trim().is_empty() {
                self.errors.push(place(
                    source,
                    phrase,
                    "pack/empty-phrase",
                    "a phrase needs at least one character".into(),
                    "empty",
                ));
            }
        }
        phrases.iter().map(|phrase| fold_str(phrase.get_ref())).collect()
    }

    /// The class of these words, made when first asked for.
    fn class(&mut self, mut words: Vec<String>, disguised: bool) -> Class {
        words.sort_unstable();
        words.dedup();
        if let Some(&class) = self.words.get(&(disguised, words.clone())) {
            return class;
        }
        let class = self.next;
        self.next += 1;
        for word in &words {
            self.folded.add(word, class);
            if disguised {
                let mut layer = Layer::default();
                skeleton(word, &self.tables.lookalikes, &mut layer);
                self.skeleton.add(&layer.text, class);
            }
        }
        self.words.insert((disguised, words), class);
        class
    }

    fn sequence(&mut self, source: &SourceCue, sequence: &[Spanned<String>], disguised: bool) -> Option<Kind> {
        let mut tokens = Vec::new();
        for element in sequence {
            match pattern::token(element.get_ref()) {
                Ok(token) => tokens.push(token),
                Err(mistake) => {
                    self.mistake(source, element, mistake);
                    return None;
                }
            }
        }
        let tokens = pattern::join(tokens);
        if let [Token::Any { words, cues, optional: false }] = tokens.as_slice()
            && cues.is_empty()
        {
            return Some(Kind::Class(self.class(words.iter().map(|word| fold_str(word)).collect(), disguised)));
        }
        if !tokens.iter().any(|token| matches!(token, Token::Any { optional: false, .. })) {
            if let Some(first) = sequence.first() {
                self.mistake(source, first, ("a sequence needs at least one element that must be there".into(), 0..0));
            }
            return None;
        }
        let elements = tokens.into_iter().map(|token| match token {
            Token::Gap(gap) => Element::Gap(gap),
            Token::Start => Element::Start,
            Token::End => Element::End,
            Token::Any { words, cues, optional } => {
                let mut classes: Vec<Class> = cues.iter().filter_map(|name| self.index.get(name).copied()).collect();
                if !words.is_empty() {
                    classes.push(self.class(words.iter().map(|word| fold_str(word)).collect(), disguised));
                }
                Element::Any { classes, optional }
            }
        });
        Some(Kind::Sequence(elements.collect()))
    }

    fn regex(&mut self, source: &SourceCue, value: &Spanned<String>) -> Option<Kind> {
        let text = value.get_ref();
        let problem = |message: String, help: &str| place(source, value, "pack/bad-regex", message, "here").help(help);
        if text.len() > LONGEST_PATTERN {
            self.errors.push(problem(
                format!("the pattern has {} bytes; {LONGEST_PATTERN} are allowed", text.len()),
                "split it, or use phrases",
            ));
            return None;
        }
        let lower = text.replace("\\\\", "");
        if lower.char_indices().any(|(at, character)| character.is_ascii_uppercase() && !lower[..at].ends_with('\\')) {
            self.errors
                .push(problem("patterns see lower-case text; capitals never match".into(), "write it in lower case"));
            return None;
        }
        let pattern = format!("(?:{})", fold_pattern(text));
        let regex = match regex(&pattern) {
            Ok(regex) => regex,
            Err(error) => {
                let message =
                    error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                self.errors
                    .push(problem(format!("not a regular expression: {message}"), "see docs.rs/regex for the syntax"));
                return None;
            }
        };
        if regex.is_match("") {
            self.errors.push(problem("the pattern matches the empty text".into(), "make at least one part necessary"));
            return None;
        }
        if text.starts_with(".*") || text.starts_with(".+") {
            self.errors.push(problem(
                "a pattern that begins with “.*” is slow on long text".into(),
                "drop it: a match may begin anywhere",
            ));
            return None;
        }
        let literals = required::literals(&pattern);
        if literals.is_none() {
            let mut warning = problem(
                "no word must stand in every match, so it is tried on every sentence".into(),
                "name a word that must be there, or use `run` or a sequence",
            );
            warning.level = crate::source::Level::Warning;
            warning.code = "pack/weak-regex";
            self.warnings.push(warning);
        }
        let literals = literals.map(|literals| self.infixes(literals));
        self.regexes.push(Pattern { text: pattern, literals });
        Some(Kind::Regex(self.regexes.len() as u32 - 1))
    }

    /// A class of literals that may stand inside a word: a pattern has its own ideas of where words end.
    fn infixes(&mut self, literals: Vec<String>) -> Class {
        let class = self.next;
        self.next += 1;
        for literal in literals {
            self.folded.add_infix(&literal, class);
        }
        class
    }

    fn guards(
        &mut self,
        source: &SourceCue,
        entries: &[Spanned<String>],
        before: bool,
        disguised: bool,
    ) -> Vec<(Class, u8)> {
        let mut by_gap: BTreeMap<u8, Vec<String>> = BTreeMap::new();
        let mut found = Vec::new();
        for value in entries {
            match pattern::entry(value.get_ref(), before) {
                Ok(Entry { words, cues, gap }) => {
                    found.extend(cues.iter().filter_map(|name| self.index.get(name).map(|&class| (class, gap))));
                    by_gap.entry(gap).or_default().extend(words.iter().map(|word| fold_str(word)));
                }
                Err(mistake) => self.mistake(source, value, mistake),
            }
        }
        for (gap, words) in by_gap {
            if !words.is_empty() {
                found.push((self.class(words, disguised), gap));
            }
        }
        found
    }

    fn mistake(&mut self, source: &SourceCue, value: &Spanned<String>, (message, range): pattern::Mistake) {
        // The value's span includes its quotation mark.
        let span = value.span();
        let inner = (span.start + 1 + range.start).min(span.end)..(span.start + 1 + range.end).min(span.end);
        let inner = if inner.is_empty() { span } else { inner };
        let error = Diagnostic::error("pack/bad-sequence", message).path(&*source.path).text(source.text.clone());
        self.errors.push(error.label(inner, "here"));
    }
}

/// What every run holds: two of its characters in a row.
fn doubles(run: &raw::Run) -> Vec<String> {
    let characters = || run.chars.chars();
    if run.min < 2 {
        return characters().map(String::from).collect();
    }
    characters().flat_map(|one| characters().map(move |other| [one, other].iter().collect())).collect()
}
