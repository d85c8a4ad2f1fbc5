//! Makes a rulebook of packs: names become cues, and whatever cannot work is reported before anything is checked.

use super::check::Check;
use super::meta::Meta;
use super::raw::{self, Localised, Suggest};
use super::say::{Say, misplaced, spoken};
use super::values::{VALUES, unfilled};
use super::yields::{at, yields};
use super::{Pack, PackText, Scenario, Severity, effect, scenario};
#[path = "../../build/hash.rs"]
mod hash;

use crate::conversation::{Conversation, Field, Lang, Mode, Role};
use crate::cue::native::number::NumberWords;
use crate::cue::native::slot::SlotWords;
use crate::cue::{
    ASKS_HUMAN, CueId, Frequency, LISTS, Program, Roles, SourceCue, SpeechWords, TOPICS, Tables, compile,
};
use crate::language::Lookalikes;
use crate::source::{Diagnostic, did_you_mean, wording};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Spanned;

/// A rule that is known to work.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rule {
    /// `<pack>/<offence>`.
    pub id: String,
    /// As the pack has it; settings may override.
    pub severity: Severity,
    /// Its name in lists.
    pub title: Localised,
    /// What is wrong.
    pub message: Localised,
    /// What to do about it, with the words to write in the same language.
    pub help: Localised,
    /// Words to write, for a text in the other language.
    pub say: Option<Say>,
    /// Why it matters.
    pub why: Localised,
    /// The verb.
    pub check: Check<CueId>,
    /// A text to offer.
    pub suggest: Option<Suggest>,
    /// Kinds of text it is for; empty: all.
    pub kinds: Vec<Mode>,
    /// Only for written text: not applied to calls.
    pub written_only: bool,
    /// Languages it is for; empty: all.
    pub languages: Vec<Lang>,
    /// Former ids.
    pub was: Vec<String>,
    /// Rules that this one gives way to on the same words.
    pub yields_to: Vec<String>,
}

impl Rule {
    /// Whether it is for this kind of text.
    pub fn is_for(&self, mode: Mode) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&mode)
    }

    /// Whether its findings depend on the current time.
    pub const fn is_dated(&self) -> bool {
        matches!(self.check, Check::Keep(_) | Check::Meta(Meta::Past(_) | Meta::Ended(_)))
    }

    /// The cues of actions with an agreed time, if the rule compares that with the settings.
    pub fn deals(&self) -> Option<&[CueId]> {
        match &self.check {
            Check::Meta(Meta::Facts(facts)) => Some(&facts.deals),
            _ => None,
        }
    }
}

/// Rules and cues, ready. `Send + Sync`; each thread has its own `Scratch`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rulebook {
    /// The compiled cues.
    pub program: Program,
    /// The rules, sorted by id.
    pub rules: Vec<Rule>,
    /// The scenarios, sorted by id.
    pub scenarios: Vec<Scenario>,
    /// Identifies this rulebook: 16 hexadecimal digits over its packs and the engine's version.
    pub hash: String,
}

/// A rulebook and the warnings about its packs.
pub struct Loaded {
    /// Ready to use.
    pub rulebook: Rulebook,
    /// The packs it was made of, with their examples.
    pub packs: Vec<Pack>,
    /// Weak patterns, rules without effect.
    pub warnings: Vec<Diagnostic>,
}

impl Rulebook {
    /// The `hash` that a rulebook of these packs would have.
    pub fn name(files: &[PackText]) -> String {
        hash(files)
    }

    /// A rulebook from the stored form that this program made (`builtin::prepare`); `None` if it has another hash.
    pub fn restored(stored: &[u8], name: &str) -> Option<Self> {
        postcard::from_bytes::<Self>(stored).ok().filter(|rulebook| rulebook.hash == name)
    }

    /// Makes a rulebook of packs: the default ones (`builtin::sources`) and a team's own.
    ///
    /// # Errors
    /// Every mistake found, in the order of the packs.
    pub fn load(files: &[PackText]) -> Result<Loaded, Vec<Diagnostic>> {
        let mut errors = Vec::new();
        let (mut packs, mut scenarios) = (Vec::new(), Vec::new());
        for file in files {
            if file.path.ends_with("scenarios.toml") {
                match scenario::read(&file.path, &file.text) {
                    Ok(found) => scenarios.extend(found),
                    Err(error) => errors.push(error),
                }
                continue;
            }
            let (pack, found) = Pack::with_mistakes(file.clone());
            packs.push(pack);
            errors.extend(found);
        }
        // Cues move into the compiler; rules and examples stay with their pack.
        let cues = packs.iter_mut().flat_map(|pack| {
            let (lang, file) = (pack.lang, pack.file.clone());
            std::mem::take(&mut pack.cues).into_iter().map(move |(name, raw)| SourceCue {
                name: name.into_inner(),
                lang,
                raw,
                path: file.path.clone(),
                text: file.text.clone(),
            })
        });
        let mut cues: Vec<SourceCue> = cues.collect();
        // Whatever has mistakes still has a name, so that those who name it are not blamed, and all is told at once.
        cues.extend(packs.iter().flat_map(|pack| pack.broken.iter().map(|name| stand_in(name))));
        let names: Vec<String> = cues.iter().map(|cue| cue.name.clone()).collect();
        let (program, warnings) = match compile(cues, tables()) {
            Ok(compiled) => (compiled.program, compiled.warnings),
            Err(found) => {
                errors.extend(found);
                let named = compile(names.iter().map(|name| stand_in(name)).collect(), tables());
                (named.map(|compiled| compiled.program).unwrap_or_default(), Vec::new())
            }
        };
        let whole = errors.is_empty();
        let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
        for pack in &packs {
            for (name, raw) in &pack.rules {
                match rule(pack, name, raw, &program, &scenarios) {
                    Ok(rule) => {
                        if let Some(first) = rules.insert(rule.id.clone(), rule) {
                            errors.push(at(
                                pack,
                                name,
                                "pack/duplicate-rule",
                                wording!("the rule “{id}” is defined twice", id = first.id),
                            ));
                        }
                    }
                    // What has an effect is known only when all cues are right.
                    Err(found) => errors.extend(found.into_iter().filter(|one| whole || one.code != "pack/no-effect")),
                }
            }
        }
        errors.extend(replace(&packs, &mut rules));
        let named = |name: &str| packs.iter().any(|pack| pack.names(name));
        errors.extend(yields(&packs, |name| named(name) || rules.values().any(|rule| rule.answers_to(name))));
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut program = program;
        let mut wanted: Vec<(CueId, Roles)> = rules.values().flat_map(|rule| rule.check.asked()).collect();
        if rules.values().any(|rule| rule.check.reads_ledger()) {
            let ledger = crate::cue::LEDGER.iter().filter_map(|name| program.cue(name));
            wanted.extend(ledger.map(|cue| (cue, Roles::ALL)));
        }
        let customer = Roles::only(Role::Customer);
        let told = TOPICS.iter().chain(&[ASKS_HUMAN]);
        wanted.extend(told.filter_map(|name| Some((program.cue(name)?, customer))));
        program.focus(wanted);
        let rulebook = Self { program, rules: rules.into_values().collect(), scenarios, hash: hash(files) };
        Ok(Loaded { rulebook, packs, warnings })
    }

    /// The rule of this id or former id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        let found = self.rules.iter().find(|rule| rule.id == id);
        found.or_else(|| self.rules.iter().find(|rule| rule.was.iter().any(|was| was == id)))
    }

    /// What a cue such as `deal-refund` is called in settings: `refund`.
    pub fn deal_name(&self, deal: CueId) -> &str {
        let name = self.program.name(deal);
        name.split_once('-').map_or(name, |(_, name)| name)
    }

    /// The scenario of this id or name.
    pub fn scenario(&self, name: &str) -> Option<&Scenario> {
        scenario::find(&self.scenarios, name)
    }

    /// Sets a conversation's scenario to its id. Returns an unknown name: duties that depend on it would be silent.
    pub fn settle_scenario(&self, conversation: &mut Conversation) -> Option<String> {
        // A sheet's scenario is usually a sentence; if it is a name of the list, it counts.
        if conversation.scenario.is_none() {
            let said = conversation.metadata.text(Field::Scenario);
            conversation.scenario = said.and_then(|name| self.scenario(name)).map(|known| known.id.clone());
        }
        let name = conversation.scenario.as_ref()?;
        let Some(known) = self.scenario(name) else {
            // In a template, a rule points at the unknown scenario.
            return Some(name.clone()).filter(|_| conversation.metadata.get(Field::Scenario).is_none());
        };
        conversation.scenario = Some(known.id.clone());
        None
    }
}

/// A cue of this name, for one that cannot be compiled.
fn stand_in(name: &str) -> SourceCue {
    let phrases = vec![Spanned::new(0..0, "stand-in".to_owned())];
    let raw = crate::cue::raw::Cue { phrases, ..Default::default() };
    SourceCue { name: name.to_owned(), lang: Lang::En, raw, path: "".into(), text: "".into() }
}

/// Word lists for recognisers, from `rules/language`; a test makes sure that they are valid.
fn tables() -> Tables {
    Tables {
        lookalikes: Lookalikes::from_toml(include_str!("../../rules/language/lookalikes.toml")).unwrap_or_default(),
        slots: SlotWords::builtin(),
        numbers: NumberWords::from_toml(include_str!("../../rules/language/numbers.toml")).unwrap_or_default(),
        speech: SpeechWords::from_toml(include_str!("../../rules/language/speech.toml")).unwrap_or_default(),
        frequency: Frequency::from_toml(include_str!("../../rules/language/frequency.toml")).unwrap_or_default(),
    }
}

/// Removes the rules that others replace; their ids become former ids of the new ones.
fn replace(packs: &[Pack], rules: &mut BTreeMap<String, Rule>) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    for (pack, name, raw) in packs.iter().flat_map(|pack| pack.rules.iter().map(move |(name, raw)| (pack, name, raw))) {
        let Some(target) = &raw.replaces else { continue };
        let id = pack.rule_id(name.get_ref());
        // Its own mistakes have been told.
        if !rules.contains_key(&id) {
            continue;
        }
        let old = (*target != id).then(|| rules.remove(target)).flatten();
        if let (Some(old), Some(rule)) = (old, rules.get_mut(&id)) {
            rule.was.extend(std::iter::once(old.id).chain(old.was));
            continue;
        }
        let message = wording!("the rule “{id}” replaces “{target}”, which does not exist", id, target);
        let error = at(pack, name, "pack/unknown-rule", message);
        errors.push(match did_you_mean(target, rules.keys().map(String::as_str)) {
            Some(near) => error.help(wording!("did you mean “{near}”?", near)),
            None => error,
        });
    }
    errors
}

/// Names in braces of a rule's message that are never filled in.
fn unfilled_values(pack: &Pack, name: &Spanned<String>, raw: &raw::Rule, id: &str) -> Vec<Diagnostic> {
    let unknown = [&raw.message.zh, &raw.message.en].into_iter().flat_map(|message| unfilled(message));
    let told = unknown.map(|unknown| {
        let near = did_you_mean(unknown.trim_matches(['{', '}']), VALUES);
        let message = wording!("the message of the rule “{id}” has {unknown}, which nothing fills in", id, unknown);
        let error = at(pack, name, "pack/unknown-value", message);
        match near {
            Some(near) => error.help(wording!("did you mean “{near}”?", near)),
            None => error.help(wording!("known are: {names}", names = VALUES.join(", "))),
        }
    });
    told.collect()
}

fn rule(
    pack: &Pack,
    name: &Spanned<String>,
    raw: &raw::Rule,
    program: &Program,
    scenarios: &[Scenario],
) -> Result<Rule, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let id = pack.rule_id(name.get_ref());
    let check = raw.check.resolve(&mut |cue: &str| {
        program.cue(cue).ok_or_else(|| {
            let error = at(
                pack,
                name,
                "pack/unknown-cue",
                wording!("the rule “{id}” names a cue “{cue}” that does not exist", id, cue),
            );
            match did_you_mean(cue, program.names()) {
                Some(near) => error.help(wording!("did you mean “{near}”?", near)),
                None => error.help(wording!("define it as [cue.…] in this pack or in a file below cues/")),
            }
        })
    });
    if let Some(problem) = raw.check.contradiction() {
        errors.push(at(pack, name, "pack/contradiction", wording!("the rule “{id}”: {problem}", id, problem)));
    }
    errors.extend(unfilled_values(pack, name, raw, &id));
    errors.extend(misplaced(pack, name, raw, &id));
    for (list, examples) in [("bad", &raw.bad), ("good", &raw.good)] {
        if examples.is_empty() {
            let error =
                at(pack, name, "pack/no-example", wording!("the rule “{id}” has no `{list}` example", id, list));
            errors.push(error.help(wording!("add [[rule.{name}.{list}]] with a `reply`", name = name.get_ref(), list)));
        }
        for example in examples {
            if example.get_ref().model && (list == "bad" || example.get_ref().reply.is_none()) {
                let error = Diagnostic::error(
                    "pack/no-model",
                    wording!("this example of the rule “{id}” shows nobody how to say it", id),
                );
                let error = error.help(wording!("`model = true` is for a `good` example with a `reply`"));
                errors.push(
                    error
                        .path(&*pack.file.path)
                        .text(pack.file.text.clone())
                        .label(example.span(), wording!("in this example")),
                );
            }
            for list in example.get_ref().lists().keys().filter(|list| !LISTS.contains(&list.as_str())) {
                let message = wording!("the settings have no list “{list}”", list);
                let error = Diagnostic::error("pack/unknown-list", message)
                    .help(wording!("known lists: {names}", names = LISTS.join(", ")));
                errors.push(
                    error
                        .path(&*pack.file.path)
                        .text(pack.file.text.clone())
                        .label(example.span(), wording!("in this example")),
                );
            }
            let unknown =
                example.get_ref().scenario.as_ref().filter(|id| !scenarios.iter().any(|scenario| scenario.id == **id));
            if let Some(unknown) = unknown {
                let error =
                    Diagnostic::error("pack/unknown-scenario", wording!("there is no scenario “{id}”", id = unknown));
                errors.push(
                    error
                        .path(&*pack.file.path)
                        .text(pack.file.text.clone())
                        .label(example.span(), wording!("in this example")),
                );
            }
        }
    }
    if let Ok(check) = &check {
        for idle in effect::idle(raw, check, program, scenarios) {
            errors.push(at(
                pack,
                name,
                "pack/no-effect",
                wording!("the rule “{id}” says something to no effect: {idle}", id, idle),
            ));
        }
    }
    match check {
        Ok(check) if errors.is_empty() => Ok(Rule {
            id,
            severity: raw.severity,
            title: raw.title(),
            message: raw.message.clone(),
            help: spoken(raw),
            say: raw.say.clone().map(|words| Say { help: raw.help.clone(), words }),
            why: raw.why.clone(),
            check,
            suggest: raw.suggest.clone(),
            kinds: raw.kinds.clone(),
            written_only: raw.written_only,
            languages: raw.languages.clone(),
            was: raw.was.clone(),
            yields_to: raw.yields_to.clone(),
        }),
        Ok(_) => Err(errors),
        Err(error) => {
            errors.push(error);
            Err(errors)
        }
    }
}

fn hash(files: &[PackText]) -> String {
    hash::hash(env!("CARGO_PKG_VERSION"), files.iter().map(|file| (&*file.path, &*file.text)))
}
