//! Compares templates: what is said twice, differently, or not in every language. One pass over their digests.

use super::digest::{Digest, Filled, Mark, Promised};
use super::filed::{Filed, deliberate, meet};
use super::fingerprint::Fingerprints;
use super::minhash::LshIndex;
use super::offence::{filled, shortened};
use super::silence::Values;
use super::{Finding, Related, shown_place};
use crate::conversation::{Field, Role};
use crate::cue::CueId;
use crate::rulebook::check::{Agree, Check, Repeat};
use crate::rulebook::meta::{Languages, Meta, Of};
use crate::rulebook::{Rule, Rulebook};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most templates that a new one is compared with one by one.
const TRIES: usize = 8;

/// Compares templates with one another. Each finding has the index of its template in `templates`, in order.
pub fn judge_together(rulebook: &Rulebook, templates: &[Filed]) -> Vec<(usize, Finding)> {
    let mut found: Vec<Match> = Vec::new();
    for (number, rule) in rulebook.wide() {
        let from = found.len();
        let mut asked: Vec<usize> =
            (0..templates.len()).filter(|&template| templates[template].options.is_on(number)).collect();
        // Unchanged templates come before new ones, wherever they stand.
        asked.sort_by_key(|&template| !templates[template].old);
        let desk = Desk { templates, asked: &asked };
        match &rule.check {
            Check::Agree(Agree { of: Some(Of::Slots), .. }) => desk.slots(&mut found),
            Check::Agree(check) => desk.promises(check, &mut found),
            Check::Repeat(check) => desk.copies(check, &mut found),
            Check::Meta(Meta::Shared(check)) => desk.shared(check.field, &mut found),
            Check::Meta(Meta::Languages(check)) => desk.languages(*check, &mut found),
            _ => {}
        }
        for one in &mut found[from..] {
            one.rule = number;
        }
    }
    found.sort_by_key(|one| (one.template, one.mark.location.map(|place| place.start), one.mark.span, one.rule));
    let mut names = Fingerprints::default();
    let mut last = None;
    let finish = |one: Match| {
        if last.replace(templates[one.template].path.clone()) != Some(templates[one.template].path.clone()) {
            names = Fingerprints::default();
        }
        let (template, rule) = (one.template, &rulebook.rules[one.rule]);
        (template, one.finding(rule, templates, &mut names))
    };
    found.into_iter().map(finish).collect()
}

/// What a rule found when comparing templates.
struct Match {
    rule: usize,
    template: usize,
    mark: Mark,
    quote: String,
    values: Values,
    /// The other place.
    other: Option<(usize, Mark, String)>,
    /// The input of its fingerprint, if that is not the quotation.
    named: Option<String>,
    /// Templates that a full run would report instead, each with the input of its fingerprint there.
    elsewhere: Vec<(usize, String)>,
}

impl Match {
    fn new(template: usize, mark: Mark, quote: &str) -> Self {
        let quote = quote.to_owned();
        Self { rule: 0, template, mark, quote, values: Vec::new(), other: None, named: None, elsewhere: Vec::new() }
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers hand over numbers and names as they have them")]
    fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    fn beside(mut self, template: usize, mark: Mark, quote: &str) -> Self {
        self.other = Some((template, mark, quote.to_owned()));
        self
    }

    fn finding(self, rule: &Rule, templates: &[Filed], names: &mut Fingerprints) -> Finding {
        let template = &templates[self.template];
        let locale = template.options.locale;
        let mut values = vec![("quote", shortened(&self.quote))];
        let mut related = Vec::new();
        if let Some((other, mark, quote)) = self.other {
            let other = &templates[other];
            values.push(("other", shortened(&quote)));
            values.push(("place", place(other, mark)));
            related.push(Related {
                turn: other.digest.turn,
                span: mark.span,
                message: String::new(),
                path: other.path.as_deref().map(ToOwned::to_owned),
                location: mark.location,
                quote: Some(quote),
            });
        }
        values.extend(self.values);
        let named = self.named.as_ref().unwrap_or(&self.quote);
        let elsewhere = self.elsewhere.iter().filter_map(|(template, named)| {
            let path = templates[*template].path.as_deref()?.to_owned();
            Some((path, Fingerprints::default().of(&rule.id, named, 0, named.len())))
        });
        Finding {
            rule: rule.id.clone(),
            severity: template.options.severity(self.rule, rule).unwrap_or(rule.severity),
            message: filled(rule.message.text(locale), &values),
            help: filled(rule.help.text(locale), &values),
            path: template.path.as_deref().map(ToOwned::to_owned),
            conversation: template.digest.conversation.clone(),
            turn: template.digest.turn,
            role: Role::Agent,
            span: self.mark.span,
            outside: self.mark.outside,
            location: self.mark.location,
            cell: None,
            fingerprint: names.of(&rule.id, named, 0, named.len()),
            former_fingerprints: rule.was.iter().map(|id| names.of(id, named, 0, named.len())).collect(),
            told_elsewhere: elsewhere.collect(),
            quote: self.quote,
            related,
            fixes: Vec::new(),
            baseline_state: None,
            suppression: None,
        }
    }
}

fn place(template: &Filed, mark: Mark) -> String {
    let line = mark.location.map(|location| location.start.line);
    shown_place(template.path.as_deref().unwrap_or("-"), line, template.digest.cell.as_ref())
}

/// The templates that a rule compares.
struct Desk<'a> {
    templates: &'a [Filed],
    asked: &'a [usize],
}

impl<'a> Desk<'a> {
    fn all(&self) -> impl Iterator<Item = (usize, &'a Digest)> + '_ {
        self.asked.iter().map(|&template| (template, &self.templates[template].digest))
    }

    /// Whether a template is new, so that findings may be reported on it.
    fn is_new(&self, template: usize) -> bool {
        !self.templates[template].old
    }

    /// Templates that a full run would report instead of this one: a run over changes takes the unchanged one as
    /// correct. None if a full run would report this one, too.
    fn instead(&self, template: usize, others: impl Iterator<Item = usize>) -> Vec<usize> {
        let place = |template: usize| (&self.templates[template].path, self.templates[template].number);
        let mut later = Vec::new();
        for other in others {
            if self.is_new(other) || place(other) < place(template) {
                return Vec::new();
            }
            later.push(other);
        }
        later
    }

    /// Different times for the same thing: the rarer one is reported, among equals the later. Where unchanged templates
    /// state a time, new ones have to keep to it.
    fn promises(&self, check: &Agree<CueId>, found: &mut Vec<Match>) {
        let mut groups: BTreeMap<_, Vec<(usize, &Promised)>> = BTreeMap::new();
        for (template, digest) in self.all() {
            let Some(key) = digest.key(&check.group_by) else { continue };
            for (number, said) in digest.promises.iter().enumerate() {
                // Two times for one action in one text depend on conditions, which a person has to compare.
                let same = |other: &&Promised| other.deal == said.deal;
                let several = digest.promises.iter().filter(same).any(|other| other.most != said.most);
                let again = digest.promises[..number].iter().any(|other| same(&other));
                let agreed = self.templates[template].options.house.facts.has_time(&said.deal);
                if !several && !again && !agreed {
                    groups.entry((said.deal.as_str(), key.clone())).or_default().push((template, said));
                }
            }
        }
        for group in groups.values() {
            let mut times: BTreeMap<u64, usize> = BTreeMap::new();
            for (_, said) in group {
                *times.entry(said.most).or_default() += 1;
            }
            let several = times.len() > 1;
            let before = group.iter().filter(|(template, _)| !self.is_new(*template)).map(|(_, said)| said.most);
            let before: BTreeSet<u64> = before.collect();
            if !before.is_empty() {
                times.retain(|time, _| before.contains(time));
            }
            let most = times.values().copied().max().unwrap_or_default();
            let usual = group.iter().find(|(_, said)| times.get(&said.most) == Some(&most));
            let Some(&(first, usual)) = usual.filter(|_| several) else { continue };
            let differs = |(template, said): &&(usize, &Promised)| said.most != usual.most && self.is_new(*template);
            for (template, said) in group.iter().filter(differs) {
                found.push(Match::new(*template, said.mark, &said.quote).beside(first, usual.mark, &usual.quote));
            }
        }
    }

    /// Nearly identical templates, each with the most similar earlier one.
    fn copies(&self, check: &Repeat<CueId>, found: &mut Vec<Match>) {
        let mut seen: HashMap<&str, LshIndex> = HashMap::new();
        // Keep only those unchanged templates that a new one will be compared with.
        if self.all().next().is_some_and(|(template, _)| !self.is_new(template)) {
            for (_, digest) in self.all().filter(|&(template, _)| self.is_new(template)) {
                if let Some(hashes) = &digest.hashes {
                    seen.entry(&digest.language).or_default().expect(hashes);
                }
            }
        }
        for (template, digest) in self.all() {
            let Some(hashes) = &digest.hashes else { continue };
            let number = u32::try_from(template).unwrap_or(u32::MAX);
            let seen = seen.entry(&digest.language).or_default();
            if !self.is_new(template) {
                seen.keep(number, hashes);
                continue;
            }
            let mut met = seen.candidates(number, hashes);
            met.sort_by_key(|&number| self.is_new(number as usize));
            let earlier = met.into_iter().filter_map(|number| {
                let other = &self.templates[number as usize];
                let likeness = hashes.jaccard(other.digest.hashes.as_ref()?);
                let wanted = likeness >= check.alike && !deliberate(&self.templates[template], other);
                wanted.then_some((number as usize, likeness))
            });
            let earlier: Vec<(usize, f64)> = earlier.collect();
            // The first of equally similar ones.
            let best = earlier.iter().rev().max_by(|(_, one), (_, other)| one.total_cmp(other));
            if let Some(&(other, likeness)) = best {
                let copied = &self.templates[other].digest;
                let mut one =
                    Match::new(template, digest.start, &digest.head).beside(other, copied.start, &copied.head);
                let named = |template: usize| (template, self.templates[template].digest.head.clone());
                one.elsewhere =
                    self.instead(template, earlier.iter().map(|(other, _)| *other)).into_iter().map(named).collect();
                found.push(one.value("percent", format!("{:.0}", (likeness * 100.0).floor())));
            }
        }
    }

    /// The same value in two templates that are used in one place.
    fn shared(&self, field: Field, found: &mut Vec<Match>) {
        let mut seen: HashMap<String, Vec<(usize, Mark)>> = HashMap::new();
        for (template, digest) in self.all() {
            for (_, value, mark) in digest.fields.iter().filter(|(known, ..)| *known == field) {
                let earlier = seen.entry(value.trim().to_lowercase()).or_default();
                let clashes = |(other, _): &&(usize, Mark)| {
                    let (one, other) = (&self.templates[template], &self.templates[*other]);
                    let versions = one.digest.language != other.digest.language && one.family() == other.family();
                    meet(&one.digest, &other.digest) && !(versions && one.family().is_some())
                };
                if let Some(&(other, there)) = earlier.iter().find(clashes).filter(|_| self.is_new(template)) {
                    let mut one = Match::new(template, *mark, value).beside(other, there, value);
                    let others = self.instead(template, earlier.iter().filter(clashes).map(|(other, _)| *other));
                    one.elsewhere = others.into_iter().map(|other| (other, value.clone())).collect();
                    found.push(one);
                }
                if earlier.len() < TRIES {
                    earlier.push((template, *mark));
                }
            }
        }
    }

    /// Templates that lack a language which the others have.
    fn languages(&self, check: Languages, found: &mut Vec<Match>) {
        let mut families: BTreeMap<String, Family> = BTreeMap::new();
        for (template, digest) in self.all().filter(|&(template, _)| self.templates[template].whole) {
            let Some((key, by_path)) = self.templates[template].family() else { continue };
            let family = families.entry(key).or_insert(Family { first: template, by_path, languages: BTreeSet::new() });
            if self.is_new(template) && !self.is_new(family.first) {
                family.first = template;
            }
            let language = if digest.language == "zh" { "zh-Hans" } else { &digest.language };
            family.languages.insert(language);
        }
        let several = || families.values().filter(|family| family.languages.len() > 1);
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        several().flat_map(|family| &family.languages).for_each(|language| *counts.entry(language).or_default() += 1);
        let all = u32::try_from(several().count()).unwrap_or(u32::MAX);
        let usual =
            counts.into_iter().filter(|&(_, count)| all > 1 && f64::from(count) >= check.share * f64::from(all));
        let usual: Vec<&str> = usual.map(|(language, _)| language).collect();
        for family in families.values().filter(|family| self.is_new(family.first)) {
            let template = &self.templates[family.first];
            let settled = &template.options.house.languages;
            let held = !settled.is_empty() || family.by_path || family.languages.len() > 1;
            let expected =
                settled.iter().map(String::as_str).chain(usual.iter().copied().filter(|_| settled.is_empty()));
            let missing: Vec<&str> = expected.filter(|language| held && !family.languages.contains(language)).collect();
            if !missing.is_empty() {
                let digest = &template.digest;
                let titled = digest.fields.iter().find(|(field, ..)| *field == Field::Title);
                let (quote, mark) = titled.map_or((&digest.head, digest.start), |(_, title, mark)| (title, *mark));
                found.push(Match::new(family.first, mark, quote).value("missing", missing.join(", ")));
            }
        }
    }

    /// A placeholder that one language version has and another lacks.
    fn slots(&self, found: &mut Vec<Match>) {
        let mut families: BTreeMap<String, Vec<(usize, &Digest)>> = BTreeMap::new();
        for (template, digest) in self.all() {
            if let Some((key, _)) = self.templates[template].family() {
                families.entry(key).or_default().push((template, digest));
            }
        }
        for versions in families.into_values() {
            // The version with the most placeholders sets the standard; among equals, the first. What it lacks itself,
            // the fullest of another language may have.
            let mut by_fullness = versions.clone();
            by_fullness.sort_by_key(|(_, digest)| std::cmp::Reverse(digest.slots.len()));
            let mut fullest: Vec<(usize, &Digest)> = Vec::new();
            for (template, digest) in by_fullness {
                if fullest.len() < TRIES && fullest.iter().all(|(_, other)| other.language != digest.language) {
                    fullest.push((template, digest));
                }
            }
            for &version in &versions {
                let compared = if fullest.contains(&version) { fullest.len() } else { 1 };
                let mut told: BTreeSet<&str> = BTreeSet::new();
                for &full in fullest[..compared].iter().filter(|full| full.1.language != version.1.language) {
                    if !(self.is_new(version.0) || self.is_new(full.0)) {
                        continue;
                    }
                    let mut missing = version.1.lacks(full.1);
                    missing.retain(|slot| told.insert(&slot.name));
                    if !missing.is_empty() {
                        found.push(self.slot_missing(full, version, &missing));
                    }
                }
            }
        }
    }

    /// Reports the version that lacks it, or the other one if only that has changed.
    fn slot_missing(
        &self,
        (full, model): (usize, &Digest),
        (template, digest): (usize, &Digest),
        missing: &[&Filled],
    ) -> Match {
        let added = missing[0];
        let missing = missing.iter().map(|slot| slot.name.as_str()).collect::<Vec<_>>().join(", ");
        // The missing names enter the fingerprint: one more is a new finding.
        let named = [digest.head.as_str(), &missing].join("\u{1f}");
        let mut one = if self.is_new(template) {
            Match::new(template, digest.start, &digest.head).beside(full, model.start, &model.head)
        } else {
            let mut one = Match::new(full, added.mark, &added.quote).beside(template, digest.start, &digest.head);
            one.elsewhere.push((template, named.clone()));
            one
        };
        one.named = Some(named);
        let [with, without] = [(full, model), (template, digest)]
            .map(|(template, digest)| place(&self.templates[template], digest.start));
        one.value("missing", missing).value("with", with).value("without", without)
    }
}

/// Versions of one template.
struct Family<'a> {
    first: usize,
    by_path: bool,
    languages: BTreeSet<&'a str>,
}
