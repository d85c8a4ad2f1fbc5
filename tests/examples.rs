//! Every example in the default rulebook holds, and every rule has some in each of its languages.

use replylint::Rulebook;
use replylint::conversation::{Lang, Role};
use replylint::language::language_of;
use replylint::report::{DiagnosticForm, Masker, Style, Ui, write_diagnostics};
use replylint::rulebook::{Pack, Rule, builtin, raw::Example};
use replylint::source::Diagnostic;
use replylint::workshop;

#[test]
fn every_example_does_what_it_says() {
    let files = builtin::sources();
    let loaded = Rulebook::load(&files).unwrap_or_else(|mistakes| panic!("{}", drawn(&mistakes)));
    assert!(loaded.warnings.is_empty(), "{}", drawn(&loaded.warnings));
    let outcome = workshop::test(&loaded.rulebook, &files);
    assert!(outcome.rules > 50 && outcome.cues > 100, "the examples are not where they were");
    assert!(outcome.failures.is_empty(), "{} failures\n{}", outcome.failures.len(), drawn(&outcome.failures));
}

/// Each industry by itself over the default rulebook, as people use it.
#[test]
fn every_example_of_an_industry_does_what_it_says() {
    let tested: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = builtin::industries().into_iter().map(|name| scope.spawn(move || industry(name))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert_eq!(tested.len(), 11);
    assert!(tested.concat().is_empty(), "{}", drawn(&tested.concat()));
}

fn industry(name: &str) -> Vec<Diagnostic> {
    let own = builtin::industry(name);
    let files: Vec<_> = builtin::sources().into_iter().chain(own.clone()).collect();
    let loaded = Rulebook::load(&files).unwrap_or_else(|mistakes| panic!("{name}: {}", drawn(&mistakes)));
    let outcome = workshop::test(&loaded.rulebook, &own);
    // Checks that they ran at all; `industry/sms` has one rule.
    assert!(outcome.rules >= 6, "{name}: {} examples", outcome.rules);
    loaded.warnings.into_iter().chain(outcome.failures).collect()
}

/// The program contains only those compiled rules that it starts with.
#[test]
fn the_default_rulebook_holds_no_industry() {
    let rulebook = Rulebook::builtin();
    assert!(rulebook.rule("banking/promises-return").is_none());
    assert!(rulebook.program.cue("sure-return").is_none());
}

fn drawn(mistakes: &[Diagnostic]) -> String {
    let mut out = Vec::new();
    let style = Style { width: 100, color: false, unicode: true, links: None };
    write_diagnostics(&mut out, mistakes, DiagnosticForm::Graphical, &style, Ui::default(), &Masker::off()).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_rule_has_examples_in_each_of_its_languages() {
    let rulebook =
        Rulebook::load(&builtin::sources()).unwrap_or_else(|mistakes| panic!("{}", drawn(&mistakes))).rulebook;
    let mut missing = Vec::new();
    for pack in builtin::sources().into_iter().filter_map(|file| Pack::read(file).ok()) {
        for (name, raw) in &pack.rules {
            let id = format!("{}/{}", pack.name, name.get_ref());
            let rule = rulebook.rule(&id).unwrap();
            for lang in [Lang::Zh, Lang::En].into_iter().filter(|&lang| speaks(&rulebook, rule, lang)) {
                for (list, examples) in [("bad", &raw.bad), ("good", &raw.good)] {
                    if !examples.iter().any(|example| is_in(example.get_ref(), lang)) {
                        missing.push(format!("{id}: no {list} example in {lang:?}"));
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Whether a rule is for a language: as stated, else by the languages of its cues.
fn speaks(rulebook: &Rulebook, rule: &Rule, lang: Lang) -> bool {
    if !rule.languages.is_empty() {
        return rule.languages.contains(&lang);
    }
    let cues = rule.check.cues();
    let known: Vec<&[Lang]> = cues
        .into_iter()
        .filter(|&cue| cue != replylint::cue::CueId::ANY)
        .map(|cue| rulebook.program.languages(cue))
        .filter(|langs| !langs.is_empty())
        .collect();
    known.is_empty() || known.iter().any(|langs| langs.contains(&lang))
}

/// Whether an example is in a language; one without letters (`{name}`) is in all of them.
fn is_in(example: &Example, lang: Lang) -> bool {
    let turns = example.turns.iter().filter(|turn| turn.role == Role::Agent).map(|turn| turn.text.as_str());
    let said: Vec<&str> = example.reply.as_deref().into_iter().chain(turns).collect();
    example.lang.or_else(|| language_of(&said.join("\n"))).is_none_or(|found| found == lang)
}
