//! The catalogue: every rule with its texts and examples, as a page of Markdown.

use super::markdown::{anchor, plain, row, rule as line};
use crate::conversation::Lang;
use crate::rulebook::{Localised, Pack, PackText, Rule, Rulebook, raw};
use crate::source;
use serde::Serialize;
use std::collections::BTreeMap;

/// The words of the page, in both languages.
const WORDS: &str = include_str!("../../rules/language/catalogue.toml");

/// Writes the catalogue of `rulebook`, and of what `extended`, with all industries, adds to it, in this language.
/// `files` are the packs of both. Deterministic.
///
/// # Errors
/// When a word of the page is missing from `rules/language/catalogue.toml`.
pub fn catalogue(
    rulebook: &Rulebook,
    extended: &Rulebook,
    files: &[PackText],
    locale: Lang,
) -> Result<String, toml::de::Error> {
    let words = toml::from_str(WORDS)?;
    // A pack that does not load has been reported when the rulebook was made.
    let packs = files.iter().filter_map(|file| Pack::read(file.clone()).ok()).collect();
    Ok(Page { rulebook, extended, packs, locale, words }.write())
}

struct Page<'a> {
    rulebook: &'a Rulebook,
    extended: &'a Rulebook,
    packs: Vec<Pack>,
    locale: Lang,
    words: BTreeMap<String, Localised>,
}

impl Page<'_> {
    fn write(&self) -> String {
        let mut out = format!("# {}\n\n", self.word("title"));
        let counts = [
            ("{rules}", self.rulebook.rules.len()),
            ("{cues}", self.rulebook.program.names().count()),
            ("{scenarios}", self.rulebook.scenarios.len()),
        ];
        let intro = self.word("intro").trim().to_owned();
        out += &counts.iter().fold(intro, |text, (name, count)| text.replace(name, &count.to_string()));
        out.push('\n');
        out += &self.sections(self.rulebook, &self.rulebook.rules.iter().collect::<Vec<_>>());
        out += &["\n## ", self.word("industries"), "\n\n", self.word("industries-intro").trim(), "\n"].concat();
        let of_industry =
            |rule: &&Rule| self.written(rule).is_some_and(|(pack, _)| pack.file.path.starts_with("industry/"));
        out += &self.sections(self.extended, &self.extended.rules.iter().filter(of_industry).collect::<Vec<_>>());
        out + &self.scenarios()
    }

    /// Pack after pack: a table, and each rule.
    fn sections(&self, rulebook: &Rulebook, rules: &[&Rule]) -> String {
        let packs = rules.chunk_by(|one, other| pack_of(&one.id) == pack_of(&other.id));
        packs
            .flat_map(|rules| {
                std::iter::once(self.table(rules)).chain(rules.iter().map(|rule| self.rule(rulebook, rule)))
            })
            .collect()
    }

    /// An overview of one pack's rules.
    fn table(&self, rules: &[&Rule]) -> String {
        let mut out = format!("\n## {}\n\n", rules.first().map_or("", |rule| pack_of(&rule.id)));
        out += &row(["rule", "severity", "message"].map(|key| self.word(key)));
        out += &line(3);
        for rule in rules {
            let name = format!("[{}](#{})", rule.id, anchor(&rule.id));
            out += &row([&*name, self.named(rule.severity), &self.message(rule)]);
        }
        out
    }

    fn rule(&self, rulebook: &Rulebook, rule: &Rule) -> String {
        let mut out = format!("\n### {}\n\n**{}** · {}\n\n", rule.id, self.named(rule.severity), self.message(rule));
        let mut facts = vec![
            ("help", plain(rule.help.text(self.locale))),
            ("why", plain(rule.why.text(self.locale))),
            ("kinds", self.list(&rule.kinds)),
            ("languages", self.list(&rule.languages)),
        ];
        if !rule.was.is_empty() {
            facts.push(("was", rule.was.join(", ")));
        }
        if !rule.yields_to.is_empty() {
            facts.push(("yields-to", rule.yields_to.join(", ")));
        }
        let cues = self.cues(rulebook, rule);
        if !cues.is_empty() {
            facts.push(("cues", cues));
        }
        let written = self.written(rule);
        if let Some((pack, _)) = &written {
            facts.push(("place", link(&pack.file.path)));
        }
        for (key, text) in facts {
            out += &["- ", self.word(key), self.word("colon"), &text, "\n"].concat();
        }
        if let Some((_, raw)) = written {
            for (key, examples) in [("bad", &raw.bad), ("good", &raw.good)] {
                out += &["\n", self.word(key), self.word("colon").trim_end(), "\n\n"].concat();
                for example in examples {
                    out += &["- ", &self.example(example.get_ref()), "\n"].concat();
                }
            }
        }
        out
    }

    /// The messages on one line; a single reply needs no role before it.
    fn example(&self, example: &raw::Example) -> String {
        let mut said = Vec::new();
        if let Some(customer) = &example.customer {
            said.push(self.said(self.word("customer"), "", customer));
        }
        if let Some(reply) = &example.reply {
            let alone = example.customer.is_none();
            said.push(if alone { plain(reply) } else { self.said(self.word("agent"), "", reply) });
        }
        for turn in &example.turns {
            let time = turn.time.as_ref().map(|time| format!(" ({})", plain(time))).unwrap_or_default();
            said.push(self.said(self.named(turn.role), &time, &turn.text));
        }
        let scenario = example.scenario.iter().map(|scenario| format!("`{scenario}`"));
        let kind = example.kind.iter().map(|&kind| self.named(kind).to_owned());
        let closed = example.closed_by.iter().map(|&role| format!("closed-by: {}", self.named(role)));
        let about: Vec<String> = scenario.chain(kind).chain(closed).collect();
        let about = if about.is_empty() { String::new() } else { format!("({}) ", about.join(self.word("comma"))) };
        about + &said.join("<br>")
    }

    fn said(&self, who: &str, when: &str, text: &str) -> String {
        format!("{who}{when}{}{}", self.word("colon"), plain(text))
    }

    /// The cues that a rule names, each with the files that define it.
    fn cues(&self, rulebook: &Rulebook, rule: &Rule) -> String {
        let mut cues = rule.check.cues();
        cues.retain(|&cue| cue != crate::cue::CueId::ANY);
        let mut names: Vec<&str> = cues.into_iter().map(|cue| rulebook.program.name(cue)).collect();
        names.sort_unstable();
        names.dedup();
        let named = names.iter().map(|name| {
            let defines = |pack: &&Pack| pack.cues.iter().any(|(cue, _)| cue.get_ref() == name);
            let files: Vec<String> = self.packs.iter().filter(defines).map(|pack| link(&pack.file.path)).collect();
            if files.is_empty() { format!("`{name}`") } else { format!("`{name}` ({})", files.join(", ")) }
        });
        named.collect::<Vec<_>>().join(self.word("comma"))
    }

    /// The rule as written in its pack.
    fn written(&self, rule: &Rule) -> Option<(&Pack, &raw::Rule)> {
        self.packs.iter().find_map(|pack| {
            let (_, raw) = pack.rules.iter().find(|(name, _)| rule.id == pack.rule_id(name.get_ref()))?;
            Some((pack, raw))
        })
    }

    fn scenarios(&self) -> String {
        let mut out = format!("\n## {}\n\n{}\n\n", self.word("scenarios"), self.word("scenarios-intro"));
        out += &row(["scenarios", "name", "owes"].map(|key| self.word(key)));
        out += &line(3);
        for scenario in &self.rulebook.scenarios {
            let id = format!("`{}`", scenario.id);
            out += &row([&*id, scenario.names.text(self.locale), &scenario.owes.join(", ")]);
        }
        out
    }

    fn message(&self, rule: &Rule) -> String {
        plain(&rule.message.text(self.locale).replace("{quote}", "\u{2026}"))
    }

    fn list<T: Serialize + Copy>(&self, values: &[T]) -> String {
        if values.is_empty() {
            return self.word("all").to_owned();
        }
        values.iter().map(|&value| self.named(value)).collect::<Vec<_>>().join(self.word("comma"))
    }

    /// A closed value's name in this language.
    fn named<T: Serialize>(&self, value: T) -> &str {
        self.word(&source::word(value))
    }

    fn word(&self, key: &str) -> &str {
        self.words.get(key).map_or("?", |word| word.text(self.locale))
    }
}

fn pack_of(id: &str) -> &str {
    id.split('/').next().unwrap_or_default()
}

fn link(path: &str) -> String {
    format!("[{path}]({path})")
}
