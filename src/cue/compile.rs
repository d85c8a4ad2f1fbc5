//! Compiles cues as written into the program that the scanner runs; every mistake is reported with its place.

use super::class::Class;
use super::known::{Known, Private};
use super::matcher::Collector;
use super::native::promise;
use super::order::{place, sorted};
use super::part::{Cue, Element, Kind, Part, Pattern};
use super::pattern::{self, Entry, Token};
use super::program::{Program, Tables};
use super::raw::{self, Guard, Hiding, Native, SourceCue};
use super::watch::{Keys, Watchers, leads};
use super::weigh::{Weighed, Weighing};
use crate::conversation::Lang;
use crate::language::{Layer, fold_str, is_han, skeleton, sounds};
use crate::source::{Diagnostic, wording};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use toml::Spanned;

/// A program and the warnings about it.
pub struct Compiled {
    /// Ready to scan with.
    pub program: Program,
    /// Weak patterns and other doubts.
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
        sound: Collector::default(),
        weighing: BTreeMap::new(),
        weighed: BTreeMap::new(),
        heard: Vec::new(),
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
        compiled.push(Cue { langs, parts });
    }
    let Compiler {
        next,
        words,
        mut folded,
        skeleton,
        sound,
        weighing,
        heard,
        regexes,
        mut errors,
        warnings,
        index,
        ..
    } = compiler;
    let sizes = words.into_iter().map(|(key, class)| (class, key)).collect();
    let keys = Keys::new(&compiled, next, &sizes, &regexes, &tables.frequency);
    let lesser = folded.lesser(&keys.waking(&compiled));
    let mut fail = |error: String| {
        errors.push(Diagnostic::error("pack/automaton", wording!("the words cannot be compiled: {error}", error)));
    };
    let weighed = weighing.into_iter();
    let scales = weighed.map(|(roles, each)| (roles, each.build().map_err(&mut fail).unwrap_or_default())).collect();
    let mut build = |collector: Collector| collector.build().map_err(&mut fail).unwrap_or_default();
    let (folded, skeleton, sound) = (build(folded), build(skeleton), build(sound));
    if !errors.is_empty() {
        return Err(errors);
    }
    let leads = leads(&skeleton, &tables.lookalikes);
    let watchers = Watchers::new(&compiled, &keys);
    let class_of = |name: &str| index.get(name).copied();
    let (negator, reported) = (class_of("negator"), class_of("reported-speech"));
    let program = Program {
        needed: vec![u8::MAX; next as usize],
        asked: vec![u8::MAX; compiled.len()],
        cues: compiled.into(),
        cue_names: order,
        classes: next,
        folded,
        skeleton,
        sound,
        heard,
        scales,
        lesser,
        leads,
        regexes,
        watchers,
        negator,
        reported,
        tables,
        known: Known::default(),
        private: Private::default(),
        by_name: OnceLock::new(),
        ledger: OnceLock::new(),
    };
    Ok(Compiled { program, warnings })
}

/// Lists of the settings that `unless.config` may name.
pub const LISTS: [&str; 4] = ["brand.channels", "brand.names", "house.standard-phrases", "masks.patterns"];

/// The state of compilation.
pub(super) struct Compiler<'a> {
    pub(super) index: BTreeMap<String, Class>,
    next: Class,
    /// Word classes by their words and by how these may be disguised.
    words: BTreeMap<(Hiding, Vec<String>), Class>,
    folded: Collector,
    skeleton: Collector,
    sound: Collector,
    /// Weighed words, by the roles that are listened to.
    pub(super) weighing: BTreeMap<u8, Weighing>,
    /// Weighed words of the cues that have any, by name and language.
    pub(super) weighed: BTreeMap<(String, Lang), Weighed>,
    heard: Vec<Class>,
    pub(super) regexes: Vec<Pattern>,
    tables: &'a Tables,
    pub(super) errors: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
}

impl Compiler<'_> {
    fn part(&mut self, source: &SourceCue) -> Part {
        let raw = &source.raw;
        let disguised = Hiding::of(&raw.disguise);
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
        patterns.extend(self.like(source));
        patterns.extend(self.weigh(source));
        if let Some(run) = raw.run.clone() {
            let doubles = doubles(&run);
            let trigger = self.infixes(doubles);
            patterns.push(Kind::Run(run, trigger));
        }
        if raw.native == Some(Native::Capitals) && !raw.holding.is_empty() {
            let words = self.phrases(source, &raw.holding);
            let class = self.class(words, Hiding::default());
            patterns.push(Kind::Native(Native::Capitals, vec![class]));
        } else if let Some(word) = raw.holding.first() {
            let message = wording!("`holding` is for `native = \"capitals\"`");
            self.errors.push(place(source, word, "pack/no-effect", message, wording!("nothing asks for it")));
        } else if let Some(native) = raw.native {
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
            let message = wording!("the cue “{name}” can never be found", name = &source.name);
            let error = Diagnostic::error("pack/empty-cue", message).path(&*source.path).text(source.text.clone());
            self.errors.push(error.help(wording!(
                "give it phrases, a sequence, sentences to be like, words to weigh, a regex, a run, a native recogniser or other cues"
            )));
        }
        if disguised != Hiding::default()
            && raw.phrases.is_empty()
            && raw.sequence.is_empty()
            && raw.sequences.is_empty()
        {
            let message = wording!(
                "`disguise` of the cue “{name}” has no effect: it has no words of its own",
                name = &source.name
            );
            let error = Diagnostic::error("pack/no-effect", message).path(&*source.path).text(source.text.clone());
            self.errors.push(error.help(wording!("give it to the cues that have the phrases")));
        }
        if let Some(reach) = raw.within.as_ref().filter(|_| raw.sequence.is_empty() && raw.sequences.is_empty()) {
            let message =
                wording!("`within` of the cue “{name}” has no effect: it has no sequence", name = &source.name);
            self.errors.push(place(source, reach, "pack/no-effect", message, wording!("nothing asks for it")));
        }
        let unless = &raw.unless;
        if let Some(name) = unless.config.as_ref().filter(|name| !LISTS.contains(&name.get_ref().as_str())) {
            let message = wording!("the settings have no list “{list}”", list = name.get_ref());
            let error = place(source, name, "pack/unknown-list", message, wording!("here"));
            self.errors.push(error.help(wording!("known lists: {names}", names = LISTS.join(", "))));
        }
        // Homophones of guard words do not guard.
        let shape = Hiding { sound: false, ..disguised };
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
            covers: self.guards(source, &unless.covers, false, shape).into_iter().map(|(class, _)| class).collect(),
            before: self.guards(source, &unless.before, true, Hiding::default()),
            after: self.guards(source, &unless.after, false, Hiding::default()),
            clause: self
                .guards(source, &unless.clause, false, Hiding::default())
                .into_iter()
                .map(|(class, _)| class)
                .collect(),
            sentence: self
                .guards(source, &unless.sentence, false, Hiding::default())
                .into_iter()
                .map(|(class, _)| class)
                .collect(),
            config: unless.config.as_ref().map(|name| name.get_ref().clone()),
            free: false,
        };
        part.free = part.has_no_guards();
        part
    }

    pub(super) fn phrases(&mut self, source: &SourceCue, phrases: &[Spanned<String>]) -> Vec<String> {
        for phrase in phrases {
            if phrase.get_ref().trim().is_empty() {
                self.errors.push(place(
                    source,
                    phrase,
                    "pack/empty-phrase",
                    wording!("a phrase needs at least one character"),
                    "empty",
                ));
            }
        }
        phrases.iter().map(|phrase| fold_str(phrase.get_ref())).collect()
    }

    /// The class of these words; equal lists share one.
    fn class(&mut self, mut words: Vec<String>, disguised: Hiding) -> Class {
        words.sort_unstable();
        words.dedup();
        if let Some(&class) = self.words.get(&(disguised, words.clone())) {
            return class;
        }
        let class = self.next;
        self.next += 1;
        for word in &words {
            self.folded.add(word, class);
            if disguised.shape {
                let mut layer = Layer::default();
                skeleton(word, &self.tables.lookalikes, &mut layer);
                self.skeleton.add(&layer.text, class);
            }
            // A single syllable stands for a hundred words.
            if disguised.sound && word.chars().count() > 1 && word.chars().all(is_han) {
                let mut heard = String::new();
                sounds(word, &mut heard);
                self.sound.add(&heard, class);
                self.heard.push(class);
            }
        }
        self.words.insert((disguised, words), class);
        class
    }

    fn sequence(&mut self, source: &SourceCue, sequence: &[Spanned<String>], disguised: Hiding) -> Option<Kind> {
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
        if let Some((at, message, help)) = pattern::never(&tokens) {
            let error = place(source, &sequence[at], "pack/bad-sequence", message, wording!("here"));
            self.errors.push(error.help(help));
            return None;
        }
        let tokens = pattern::join(tokens);
        if let [Token::Any { words, cues, optional: false }] = tokens.as_slice()
            && cues.is_empty()
        {
            return Some(Kind::Class(self.class(words.iter().map(|word| fold_str(word)).collect(), disguised)));
        }
        if !tokens.iter().any(|token| matches!(token, Token::Any { optional: false, .. })) {
            if let Some(first) = sequence.first() {
                self.mistake(
                    source,
                    first,
                    (wording!("a sequence needs at least one element that must be there"), 0..0),
                );
            }
            return None;
        }
        let reach = source.raw.within.as_ref().map(|reach| *reach.get_ref()).unwrap_or_default();
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
        Some(Kind::Sequence(elements.collect(), reach))
    }

    /// A class of literals that may stand inside a word: a regular expression has its own idea of where words end.
    pub(super) fn infixes(&mut self, literals: impl IntoIterator<Item = String>) -> Class {
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
        disguised: Hiding,
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
        self.errors.push(error.label(inner, wording!("here")));
    }
}

/// The literals of which every run holds one: pairs of its characters.
fn doubles(run: &raw::Run) -> Vec<String> {
    let characters = || run.chars.chars();
    if run.min < 2 {
        return characters().map(String::from).collect();
    }
    characters().flat_map(|one| characters().map(move |other| [one, other].iter().collect())).collect()
}
