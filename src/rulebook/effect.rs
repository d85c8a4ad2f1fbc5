//! Keys of a rule that can have no effect with its verb, its cues or its kinds of text.

use super::check::{Agree, Check, Measure, Place, SlotProblem, Trigger, When, Where, Within};
use super::meta::Of;
use super::{Scenario, raw};
use crate::conversation::{Mode, Role};
use crate::cue::{CueId, Lists, Program, Scratch};
use crate::source::{Wording, wording};

/// A sentence for each such key.
pub(super) fn idle(raw: &raw::Rule, check: &Check<CueId>, program: &Program, scenarios: &[Scenario]) -> Vec<Wording> {
    let mut found = Vec::new();
    let mut say = |idle: bool, what: Wording| {
        if idle {
            found.push(what);
        }
    };
    let transcripts = raw.kinds.is_empty() || raw.kinds.contains(&Mode::Transcript);
    let promised = |cues: &[CueId]| cues.iter().any(|&cue| program.may_promise(cue));
    say(
        matches!(check, Check::Prefer(_)) && raw.suggest.is_some(),
        wording!("`suggest` is never used: `prefer` offers what `instead` says"),
    );
    match check {
        Check::Forbid(check) => {
            let asks = check.with != Where::default() || check.label.is_some();
            say(asks && !promised(&check.find.0), wording!("`where` and `label` need a cue that finds promises"));
        }
        Check::Pair(check) => {
            let asks = check.with != Where::default();
            say(asks && !promised(&check.find.0), wording!("`where` needs a cue that finds promises"));
            say(check.without.is_empty(), wording!("`without` names no partner: use `forbid`"));
        }
        Check::Prefer(check) => {
            for worse in check.instead.keys().filter(|worse| !finds(program, &check.find.0, worse)) {
                say(true, wording!("`instead` has “{worse}”, which `find` never finds as it stands there", worse));
            }
        }
        Check::Require(check) => {
            say(check.window.transcript == Some(Place::NextReplies(0)), wording!("`next-replies` counts from 1"));
            say(
                check.window.transcript.is_some() && !transcripts,
                wording!("`window.transcript` is for a kind that is not in `kinds`"),
            );
            let several = matches!(check.window.transcript, Some(Place::NextReplies(_)));
            say(!check.minus.is_empty() && !several, wording!("`minus` has a meaning only with `next-replies`"));
        }
        Check::Order(check) => {
            say(
                check.first.0.iter().all(|cue| check.then.0.contains(cue)),
                wording!("`first` and `then` are the same"),
            );
        }
        Check::Limit(check) => {
            let sentences = !matches!(check.measure, Measure::Residue | Measure::Count | Measure::Chars);
            say(
                check.min.is_none() && check.max.is_none() && check.max_words.is_none(),
                wording!("a limit needs `min` or `max`"),
            );
            say(
                sentences && check.over != Within::Sentence,
                wording!("sentences are measured with `over = \"sentence\"`"),
            );
            say(
                (check.measure == Measure::Count) != check.find.is_some(),
                wording!("`find` belongs to `measure = \"count\"`, and that needs it"),
            );
            say(
                check.measure != Measure::Residue && !check.minus.is_empty(),
                wording!("`minus` belongs to `measure = \"residue\"`"),
            );
        }
        Check::Agree(check) => agree(check, &mut say),
        Check::Repeat(check) => {
            say(check.times < 2, wording!("`times` counts from 2"));
            say(!(check.alike > 0.0 && check.alike <= 1.0), wording!("`alike` is more than 0 and at most 1"));
        }
        Check::Keep(check) => say(!promised(&check.find.0), wording!("`keep` needs a cue that finds promises")),
        Check::Pace(check) => {
            say(check.max.is_empty() && !check.unanswered, wording!("a wait needs `max` or `unanswered`"));
            say(!transcripts, wording!("waits are for transcripts, a kind that is not in `kinds`"));
        }
        Check::Meta(_) => {
            say(!raw.kinds.is_empty() && !raw.kinds.contains(&Mode::Template), wording!("`meta` is for templates"));
        }
        Check::Slot(check) => {
            let templates = raw.kinds == [Mode::Template];
            say(
                check.problem == SlotProblem::Unfilled && templates,
                wording!("a template is there to be filled in: `unfilled` is for other kinds"),
            );
        }
    }
    if let Some(when) = check.when() {
        conditions(when, scenarios, &mut say);
    }
    let subjects = check.subjects();
    // Without `find`, a wait begins with any message.
    let cueless =
        matches!(check, Check::Repeat(_) | Check::Slot(_) | Check::Limit(_) | Check::Pace(_) | Check::Meta(_))
            || matches!(check, Check::Agree(agree) if agree.of == Some(Of::Slots));
    say(!cueless && subjects.is_empty(), wording!("it names no cue to look for"));
    found
}

/// Conditions that can never hold.
fn conditions(when: &When<CueId>, scenarios: &[Scenario], mut say: impl FnMut(bool, Wording)) {
    let never = when.unless.iter().any(|trigger| when.all.contains(trigger));
    say(never, wording!("what must hold (`all`) must not hold (`unless`), so it is never asked"));
    let idle = when.any.iter().any(|trigger| when.all.contains(trigger));
    say(idle, wording!("a condition of `all` makes those of `any` idle where it stands there, too"));
    for trigger in when.triggers() {
        match trigger {
            Trigger::Owes(part) => {
                let known = scenarios.iter().any(|scenario| scenario.owes.contains(part));
                say(!known, wording!("no scenario owes “{part}”", part));
            }
            Trigger::Scenario(id) => {
                let known = scenarios.iter().any(|scenario| scenario.id == *id);
                say(!known, wording!("there is no scenario “{id}”", id));
            }
            _ => {}
        }
    }
}

fn agree(check: &Agree<CueId>, mut say: impl FnMut(bool, Wording)) {
    if check.of.is_none() {
        say(check.forms.len() < 2, wording!("`forms` needs two forms or more"));
        say(!check.by.is_empty() || !check.group_by.is_empty(), wording!("`by` and `group-by` belong to `of`"));
        return;
    }
    let slots = check.of == Some(Of::Slots);
    say(!slots && check.by.is_empty(), wording!("`of` needs `by`: what is done"));
    let more = !check.by.is_empty() || !check.group_by.is_empty();
    say(slots && more, wording!("`of = \"slots\"` compares language versions: `by` and `group-by` have no effect"));
    say(check.over != Within::Repository, wording!("`of` compares templates: `over = \"repository\"`"));
    say(!check.forms.is_empty(), wording!("`forms` and `of` are two ways: use one"));
}

/// Whether one of these cues hits exactly this whole text.
fn finds(program: &Program, cues: &[CueId], text: &str) -> bool {
    let mut scratch = Scratch::thorough();
    let scan = program.scan(&mut scratch, text, Role::Agent, &Lists::new());
    cues.iter().any(|&cue| scan.hits(cue).iter().any(|hit| hit.start == 0 && hit.end as usize == text.len()))
}
