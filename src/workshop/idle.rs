//! Parts of a pack that can never have an effect: words that their own guards always drop, cues that nothing uses.

use crate::conversation::Role;
use crate::cue::{ACTS, LEDGER, Lists, Scratch, Trace, raw::Cue};
use crate::rulebook::{Pack, PackText, Rulebook};
use crate::source::{Diagnostic, wording};
use std::collections::BTreeSet;
use toml::Spanned;

/// Warnings about these packs under `rulebook`.
pub fn idle(rulebook: &Rulebook, files: &[PackText]) -> Vec<Diagnostic> {
    let program = &rulebook.program;
    let mut asked: BTreeSet<&str> = ACTS.into_iter().chain(LEDGER.iter().copied()).collect();
    asked.extend(rulebook.rules.iter().flat_map(|rule| rule.check.cues()).map(|cue| program.name(cue)));
    asked.extend(program.referred().map(|cue| program.name(cue)));
    let mut scratch = Scratch::explaining();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.path.ends_with("scenarios.toml")) {
        // A pack that does not load has been reported when the rulebook was made.
        let Ok(pack) = Pack::read(file.clone()) else { continue };
        let warn = |code, message, place: std::ops::Range<usize>| {
            let warning = Diagnostic::warning(code, message).path(&*pack.file.path).text(pack.file.text.clone());
            warning.label(place, wording!("here"))
        };
        for (name, cue) in &pack.cues {
            if !asked.contains(name.get_ref().as_str()) {
                let message = wording!("no rule and no other cue asks for “{name}”", name = name.get_ref());
                found.push(warn("pack/unused-cue", message, name.span()));
            }
            for phrase in &cue.phrases {
                let Some(trace) = dropped(rulebook, &mut scratch, name.get_ref(), cue, phrase) else { continue };
                let text = phrase.get_ref();
                let reason = trace.dropped.word();
                let message =
                    wording!("“{text}” can never be found: a guard of the cue drops it ({reason})", text, reason);
                found.push(warn("pack/never-found", message, phrase.span()));
            }
        }
    }
    found
}

/// The guard that drops a phrase on its own; `None` if the phrase is found.
fn dropped(
    rulebook: &Rulebook,
    scratch: &mut Scratch,
    name: &str,
    cue: &Cue,
    phrase: &Spanned<String>,
) -> Option<Trace> {
    let id = rulebook.program.cue(name)?;
    let role = cue.roles.first().copied().unwrap_or(Role::Agent);
    let text = phrase.get_ref().trim_end_matches('*');
    let scan = rulebook.program.scan(scratch, text, role, &Lists::new());
    let traces = scratch.dropped();
    if scan.has(id) {
        return None;
    }
    traces.into_iter().find(|trace| trace.cue == id)
}
