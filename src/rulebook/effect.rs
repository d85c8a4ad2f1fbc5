//! What a rule says to no effect: keys that its verb, its cues or its kinds of text can never make use of.

use super::check::{Agree, Check, Measure, Place, SlotProblem, Trigger, When, Where, Within};
use super::meta::Of;
use super::{Scenario, raw};
use crate::conversation::{Mode, Role};
use crate::cue::{CueId, Lists, Program, Scratch};

/// What is said to no effect, each as a sentence.
pub(super) fn idle(raw: &raw::Rule, check: &Check<CueId>, program: &Program, scenarios: &[Scenario]) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |idle: bool, what: &str| {
        if idle {
            found.push(what.to_owned());
        }
    };
    let transcripts = raw.kinds.is_empty() || raw.kinds.contains(&Mode::Transcript);
    let promised = |cues: &[CueId]| cues.iter().any(|&cue| program.may_promise(cue));
    say(
        matches!(check, Check::Prefer(_)) && raw.suggest.is_some(),
        "`suggest` is never used: `prefer` offers what `instead` says",
    );
    match check {
        Check::Forbid(check) => {
            let asks = check.with != Where::default() || check.label.is_some();
            say(asks && !promised(&check.find.0), "`where` and `label` need a cue that finds promises");
        }
        Check::Pair(check) => {
            let asks = check.with != Where::default();
            say(asks && !promised(&check.find.0), "`where` needs a cue that finds promises");
            say(check.without.is_empty(), "`without` names no partner: use `forbid`");
        }
        Check::Prefer(check) => {
            for worse in check.instead.keys().filter(|worse| !finds(program, &check.find.0, worse)) {
                say(true, &format!("`instead` has “{worse}”, which `find` never finds as it stands there"));
            }
        }
        Check::Require(check) => {
            say(check.window.transcript == Some(Place::NextReplies(0)), "`next-replies` counts from 1");
            say(
                check.window.transcript.is_some() && !transcripts,
                "`window.transcript` is for a kind that is not in `kinds`",
            );
            let several = matches!(check.window.transcript, Some(Place::NextReplies(_)));
            say(!check.minus.is_empty() && !several, "`minus` has a meaning only with `next-replies`");
        }
        Check::Order(check) => {
            say(check.first.0.iter().all(|cue| check.then.0.contains(cue)), "`first` and `then` are the same");
        }
        Check::Limit(check) => {
            let sentences = !matches!(check.measure, Measure::Residue | Measure::Count | Measure::Chars);
            say(
                check.min.is_none() && check.max.is_none() && check.max_words.is_none(),
                "a limit needs `min` or `max`",
            );
            say(sentences && check.over != Within::Sentence, "sentences are measured with `over = \"sentence\"`");
            say(
                (check.measure == Measure::Count) != check.find.is_some(),
                "`find` belongs to `measure = \"count\"`, and that needs it",
            );
            say(
                check.measure != Measure::Residue && !check.minus.is_empty(),
                "`minus` belongs to `measure = \"residue\"`",
            );
        }
        Check::Agree(check) => agree(check, &mut say),
        Check::Repeat(check) => {
            say(check.times < 2, "`times` counts from 2");
            say(!(check.alike > 0.0 && check.alike <= 1.0), "`alike` is more than 0 and at most 1");
        }
        Check::Keep(check) => say(!promised(&check.find.0), "`keep` needs a cue that finds promises"),
        Check::Pace(check) => {
            say(check.max.is_empty() && !check.unanswered, "a wait needs `max` or `unanswered`");
            say(!transcripts, "waits are for transcripts, a kind that is not in `kinds`");
        }
        Check::Meta(_) => {
            say(!raw.kinds.is_empty() && !raw.kinds.contains(&Mode::Template), "`meta` is for templates");
        }
        Check::Slot(check) => {
            let templates = raw.kinds == [Mode::Template];
            say(
                check.problem == SlotProblem::Unfilled && templates,
                "a template is there to be filled in: `unfilled` is for other kinds",
            );
        }
    }
    if let Some(when) = when(check) {
        conditions(when, scenarios, &mut say);
    }
    let subjects = check.subjects();
    // A wait begins with any message where no cue is named.
    let cueless =
        matches!(check, Check::Repeat(_) | Check::Slot(_) | Check::Limit(_) | Check::Pace(_) | Check::Meta(_))
            || matches!(check, Check::Agree(agree) if agree.of == Some(Of::Slots));
    say(!cueless && subjects.is_empty(), "it names no cue to look for");
    found
}

fn conditions(when: &When<CueId>, scenarios: &[Scenario], mut say: impl FnMut(bool, &str)) {
    let never = when.unless.iter().any(|trigger| when.all.contains(trigger));
    say(never, "what must hold (`all`) must not hold (`unless`), so it is never asked");
    let idle = when.any.iter().any(|trigger| when.all.contains(trigger));
    say(idle, "a condition of `all` makes those of `any` idle where it stands there, too");
    for trigger in when.triggers() {
        match trigger {
            Trigger::Owes(part) => {
                let known = scenarios.iter().any(|scenario| scenario.owes.contains(part));
                say(!known, &format!("no scenario owes “{part}”"));
            }
            Trigger::Scenario(id) => {
                let known = scenarios.iter().any(|scenario| scenario.id == *id);
                say(!known, &format!("there is no scenario “{id}”"));
            }
            _ => {}
        }
    }
}

fn agree(check: &Agree<CueId>, mut say: impl FnMut(bool, &str)) {
    if check.of.is_none() {
        say(check.forms.len() < 2, "`forms` needs two forms or more");
        say(!check.by.is_empty() || !check.group_by.is_empty(), "`by` and `group-by` belong to `of`");
        return;
    }
    let slots = check.of == Some(Of::Slots);
    say(!slots && check.by.is_empty(), "`of` needs `by`: what is done");
    let more = !check.by.is_empty() || !check.group_by.is_empty();
    say(slots && more, "`of = \"slots\"` compares language versions: `by` and `group-by` have no effect");
    say(check.over != Within::Repository, "`of` compares templates: `over = \"repository\"`");
    say(!check.forms.is_empty(), "`forms` and `of` are two ways: use one");
}

fn when(check: &Check<CueId>) -> Option<&When<CueId>> {
    match check {
        Check::Forbid(check) => Some(&check.when),
        Check::Require(check) => Some(&check.when),
        Check::Pair(check) => Some(&check.when),
        Check::Limit(check) => Some(&check.when),
        _ => None,
    }
}

/// Whether one of these cues hits this text, all of it.
fn finds(program: &Program, cues: &[CueId], text: &str) -> bool {
    let mut scratch = Scratch::thorough();
    let scan = program.scan(&mut scratch, text, Role::Agent, &Lists::new());
    cues.iter().any(|&cue| scan.hits(cue).iter().any(|hit| hit.start == 0 && hit.end as usize == text.len()))
}
