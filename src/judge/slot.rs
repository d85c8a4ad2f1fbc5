//! `slot`: offends when a placeholder is not as it should be.

use super::case::Case;
use super::offence::Offence;
use super::silence::Silence;
use super::stretch::Stretch;
use crate::conversation::{Field, Mode};
use crate::cue::native::slot::{Dialect, Form, SlotHit, SlotKind, mended};
use crate::language::fold_str;
use crate::rulebook::Safety;
use crate::rulebook::check::{Slot, SlotProblem};
use crate::source::{Span, word};

/// Most known names listed for an unknown one.
const LISTED: usize = 5;
/// A name may have one wrong character per so many to count as a misspelling.
const ONE_WRONG_OF: usize = 4;

pub(super) fn ask(case: &Case, check: &Slot, out: &mut Vec<Offence>) {
    let dialect = case.conversation.dialect.as_deref().or(case.options.dialect.as_deref());
    let dialect = dialect.and_then(|name| case.rulebook.program.tables.slots.dialect(name));
    let declared = match check.problem {
        SlotProblem::Unfilled | SlotProblem::Unbalanced => None,
        _ if case.conversation.mode != Mode::Template => return,
        SlotProblem::NoFallback => None,
        SlotProblem::Unused => return unused(case, dialect, out),
        SlotProblem::Unknown => match Declared::of(case, dialect) {
            Some(declared) => Some(declared),
            None => return,
        },
    };
    for turn in (0..case.scans.len()).filter(|&turn| case.is_judged(turn)) {
        for slot in &case.scans[turn].slots {
            let offence = match check.problem {
                SlotProblem::Unfilled => is_unfilled(case, turn, slot).then(|| named(case, turn, slot)),
                SlotProblem::Unbalanced => unbalanced(case, turn, slot),
                SlotProblem::NoFallback => needs_fallback(slot, dialect).then(|| named(case, turn, slot)),
                SlotProblem::Unknown => declared.as_ref().and_then(|declared| unknown(case, turn, slot, declared)),
                SlotProblem::Unused => None,
            };
            match offence {
                Some(offence) => out.push(offence),
                None => case.note(|| {
                    let at = Stretch::new(turn, slot.span.start, slot.span.end);
                    Silence::at(at, "slot-fine").value("problem", word(check.problem))
                }),
            }
        }
    }
}

/// Variables that a template declares but uses nowhere, in a tag or a field of its own.
fn unused(case: &Case, dialect: Option<&Dialect>, out: &mut Vec<Offence>) {
    let Some((turn, known)) = case.judged_turn().zip(Declared::of(case, dialect)) else { return };
    let scan = &case.scans[turn];
    let whole = scan.slots.iter().filter(|slot| slot.kind == SlotKind::Closed);
    let mut named = whole.filter_map(|slot| Some((slot.name?.of(&scan.folded.text), slot.form)));
    // A misspelt name has been reported already.
    if named.any(|(name, form)| !known.holds(name, form)) {
        return;
    }
    let metadata = &case.conversation.metadata;
    let declared = metadata.all(Field::Slots);
    let subject = fold_str(metadata.text(Field::Subject).unwrap_or_default());
    for (number, name) in case.conversation.slots.iter().flatten().enumerate() {
        let folded = fold_str(name);
        let said = |text: &str| text.contains(&folded);
        if folded.contains('*') || said(&scan.folded.text) || said(&subject) {
            continue;
        }
        let mut offence = match declared.get(number).filter(|value| value.span.is_some()) {
            Some(value) => case.about(turn, Some(value)),
            None => case.whole(turn),
        };
        offence = offence.value("name", name);
        out.push(offence);
    }
}

/// An offence of a placeholder, with its name.
fn named(case: &Case, turn: usize, slot: &SlotHit) -> Offence {
    let name = slot.name.map_or("", |name| own(case, turn, name).of(&case.turn(turn).text));
    Offence::new(Stretch::new(turn, slot.span.start, slot.span.end)).value("name", name)
}

/// A stretch of a turn's folded text in its own text.
fn own(case: &Case, turn: usize, span: Span) -> Span {
    case.span(Stretch::new(turn, span.start, span.end))
}

/// Whether something should have been filled in before sending. In a template a slot is expected, and a blank is a slot
/// of another dialect.
fn is_unfilled(case: &Case, turn: usize, slot: &SlotHit) -> bool {
    let drawn = || slot.span.of(&case.scans[turn].folded.text).bytes().all(|byte| byte == b'_');
    match case.conversation.mode {
        Mode::Template => false,
        // A line to write on in a sent message is a form, a quiz or a mask of the export.
        Mode::Transcript if drawn() => false,
        // So are stand-in names, which the export put there.
        Mode::Transcript if slot.form == Form::StandIn => false,
        // Emoticons look like this, too.
        _ if slot.form == Form::Comment => false,
        Mode::Draft | Mode::Transcript => matches!(slot.kind, SlotKind::Closed | SlotKind::Blank),
    }
}

/// Half a placeholder, or in a template one with an incomplete expression.
fn unbalanced(case: &Case, turn: usize, slot: &SlotHit) -> Option<Offence> {
    let said = own(case, turn, slot.span).of(&case.turn(turn).text);
    let whole = match slot.kind {
        SlotKind::Unopened | SlotKind::Unclosed => {
            let words = &case.rulebook.program.tables.slots;
            completed(said, |tag| words.encloses(tag))
        }
        // In a draft or a chat, every one of them is a blank.
        SlotKind::Closed if case.conversation.mode == Mode::Template => match slot.form {
            Form::Mustache | Form::Tag => mended(said)?,
            _ => return None,
        },
        _ => return None,
    };
    Some(named(case, turn, slot).value("whole", whole))
}

/// An undeclared placeholder.
fn unknown(case: &Case, turn: usize, slot: &SlotHit, declared: &Declared) -> Option<Offence> {
    let (scan, place) = (&case.scans[turn], slot.name.filter(|_| slot.kind == SlotKind::Closed)?);
    let text = &scan.folded.text;
    let name = place.of(text);
    let bound = || {
        let root = name.split(['.', '[']).next();
        let tags = scan.slots.iter().filter(|tag| tag.form == Form::Tag);
        let words = &case.rulebook.program.tables.slots;
        tags.filter_map(|tag| words.bound(tag.span.of(text))).any(|bound| Some(bound) == root)
    };
    if name.starts_with(['"', '\'']) || declared.holds(name, slot.form) || bound() {
        return None;
    }
    let (own_text, whole, place) = (&case.turn(turn).text, own(case, turn, slot.span), own(case, turn, place));
    let folded = fold_str(place.of(own_text));
    let alike = declared.nearest(&folded);
    let mut listed = alike.iter().take(LISTED).map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    if alike.len() > LISTED {
        listed.push_str(", …");
    }
    // `ticket.*` stands for many names.
    let meant = alike.iter().find(|name| !name.contains('*') && is_near(&folded, &fold_str(name)));
    let first = meant.map_or("", |name| name.as_str());
    let mut offence = named(case, turn, slot).value("near", first).value("declared", listed);
    if !first.is_empty() {
        let fixed = [&own_text[whole.start..place.start], first, &own_text[place.end..whole.end]].concat();
        offence.replacement = Some((fixed, Safety::Unsafe));
    }
    Some(offence)
}

/// Whether a placeholder greets by a name that may be missing and gives no fallback, though its dialect allows one.
fn needs_fallback(slot: &SlotHit, dialect: Option<&Dialect>) -> bool {
    let could = || match dialect {
        Some(dialect) => dialect.fallback && dialect.forms.contains(&slot.form),
        None => slot.may_fall_back,
    };
    slot.kind == SlotKind::Closed && slot.greets && !slot.fallback && could()
}

/// Brackets of placeholders.
const BRACKETS: [(char, char); 5] = [('{', '}'), ('[', ']'), ('<', '>'), ('【', '】'), ('(', ')')];

/// Half a placeholder with its other half added; for a block, its other tag.
fn completed<'a>(half: &str, encloses: impl Fn(&str) -> Option<&'a str>) -> String {
    let tag = half.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}"));
    if let Some(word) = tag.and_then(|tag| tag.trim_matches(['-', ' ']).split_whitespace().next()) {
        return match word.strip_prefix("end") {
            Some(block) => format!("{{% {block} … %}} … {half}"),
            None => match encloses(word) {
                Some(block) => format!("{{% {block} … %}} … {half}"),
                None => format!("{half} … {{% end{word} %}}"),
            },
        };
    }
    if let Some(word) = half.strip_prefix("{%").filter(|word| !word.ends_with("%}")) {
        let end = word.trim_start_matches(['-', ' ']).starts_with("end");
        return format!("{half} {}%}}", if end { "" } else { "… " });
    }
    let mustache = half.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    if let Some(tag) = mustache.filter(|tag| tag.starts_with(['#', '/', '^'])) {
        let word = tag[1..].split_whitespace().next().unwrap_or_default();
        return if tag.starts_with('/') {
            format!("{{{{#{word}}}}} … {half}")
        } else {
            format!("{half} … {{{{/{word}}}}}")
        };
    }
    let (mut before, mut open) = (String::new(), Vec::new());
    for letter in half.chars() {
        if let Some((_, close)) = BRACKETS.iter().find(|(first, _)| *first == letter) {
            open.push(*close);
        } else if let Some((first, _)) = BRACKETS.iter().find(|(_, close)| *close == letter)
            && open.pop().is_none()
        {
            before.insert(0, *first);
        }
    }
    before.push_str(half);
    before.extend(open.into_iter().rev());
    before
}

/// Whether `name` may be meant as `known`: a typing mistake, or a part of the name.
fn is_near(name: &str, known: &str) -> bool {
    // The object that two names share is no sign of similarity.
    let shared = name.bytes().zip(known.bytes()).take_while(|(one, other)| one == other).count();
    let object = name.as_bytes()[..shared].iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
    let (name, known) = (&name[object..], &known[object..]);
    let length = name.chars().count().min(known.chars().count());
    let whole_words = |text: &str, part: &str| {
        let edge = |next: Option<char>| next.is_none_or(|next| !next.is_ascii_alphanumeric() && next != '.');
        let around = |at: usize| (text[..at].chars().next_back(), text[at + part.len()..].chars().next());
        !part.is_empty()
            && text.match_indices(part).map(|(at, _)| around(at)).any(|(one, other)| edge(one) && edge(other))
    };
    let joined = |text: &str| text.replace(['_', '-', ' '], "");
    strsim::osa_distance(name, known) <= (length / ONE_WRONG_OF).max(1)
        || whole_words(name, known)
        || whole_words(known, name)
        || joined(name) == joined(known)
}

/// The variables that a template may use.
struct Declared<'a> {
    names: Vec<&'a String>,
    folded: Vec<String>,
    /// The system's own names, folded.
    system: Vec<String>,
    dialect: Option<&'a Dialect>,
    /// Whether the only declared names are the system's.
    system_only: bool,
}

impl<'a> Declared<'a> {
    /// `None` if no names are declared: then every name is allowed.
    fn of(case: &'a Case, dialect: Option<&'a Dialect>) -> Option<Self> {
        let (own, house) = (&case.conversation.slots, &case.options.declared_slots);
        let system = dialect.map_or(&[][..], |dialect| &dialect.known);
        let system_only = own.is_none() && house.is_empty();
        if system_only && system.is_empty() {
            return None;
        }
        let declared = own.iter().flatten().chain(house);
        let fold = |name: &String| fold_str(name);
        let folded = declared.clone().map(fold).collect();
        let names = declared.chain(system).collect();
        Some(Self { names, folded, system: system.iter().map(fold).collect(), dialect, system_only })
    }

    fn holds(&self, name: &str, form: Form) -> bool {
        let known = |known: &str| match known.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == known,
        };
        // Blanks for people are not variables, and a form the system does not fill may be such a blank.
        let blank = self.system_only || matches!(form, Form::Bracket | Form::Underscore | Form::Letters);
        blank && !self.dialect.is_some_and(|dialect| dialect.forms.contains(&form))
            || self.folded.iter().chain(&self.system).any(|name| known(name))
    }

    /// The names, the most similar to `name` first.
    fn nearest(&self, name: &str) -> Vec<&'a String> {
        let likeness = |folded: &String| strsim::jaro_winkler(name, folded);
        let folded = self.folded.iter().chain(&self.system);
        let mut ordered: Vec<(f64, &String)> = folded.map(likeness).zip(self.names.iter().copied()).collect();
        ordered.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1)));
        ordered.dedup_by(|one, other| one.1 == other.1);
        ordered.into_iter().map(|(_, name)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::completed;

    #[test]
    fn the_missing_half_is_of_its_own_dialect() {
        for (half, whole) in [
            ("{{name}", "{{name}}"),
            ("${name", "${name}"),
            ("%{my_name", "%{my_name}"),
            ("[姓名", "[姓名]"),
            ("name}}", "{{name}}"),
            ("{% if vip %}", "{% if vip %} … {% endif %}"),
            ("{%- endfor -%}", "{% for … %} … {%- endfor -%}"),
            ("{{#if vip}}", "{{#if vip}} … {{/if}}"),
            ("{{/each}}", "{{#each}} … {{/each}}"),
            ("{% %}", "{% %}"),
            ("{% else %}", "{% if … %} … {% else %}"),
            ("{% if", "{% if … %}"),
            ("{%- endif", "{%- endif %}"),
        ] {
            let encloses = |tag: &str| (tag == "else").then_some("if");
            assert_eq!(completed(half, encloses), whole, "{half}");
        }
    }
}
