//! TOML blocks: settings and packs that a reader copies must be valid.

use crate::page::{Block, Page};
use replylint::report::{DiagnosticForm, Masker, Style, Ui, write_diagnostics};
use replylint::rulebook::{PackText, Rulebook, builtin};
use replylint::settings::{self, Flags};
use replylint::source::Diagnostic;
use replylint::workshop;
use std::path::Path;

/// What is wrong with a page's blocks.
pub fn mistakes(page: &Page) -> Vec<String> {
    let mut wrong = Vec::new();
    for block in page.blocks() {
        let text = block.lines.join("\n") + "\n";
        let found = match kind(&block) {
            Some(Kind::Settings) => settings(&text),
            Some(Kind::Pack) => pack(&text),
            None => Vec::new(),
        };
        if !found.is_empty() {
            wrong.push(format!("{}:{}\n{}", page.path.display(), block.line, drawn(&found)));
        }
    }
    wrong
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Settings,
    Pack,
}

/// The declared kind of a block, after its fence or in a comment on its first line.
fn kind(block: &Block) -> Option<Kind> {
    let (language, marks) = block.info.split_once(char::is_whitespace).unwrap_or((block.info, ""));
    if language != "toml" {
        return None;
    }
    let comment = block.lines.first().and_then(|line| line.strip_prefix('#')).unwrap_or_default();
    let marks = || marks.split_whitespace().chain(comment.split_whitespace().take(1));
    if marks().any(|mark| mark == "replylint.toml") {
        return Some(Kind::Settings);
    }
    marks().any(|mark| mark == "pack").then_some(Kind::Pack)
}

fn settings(text: &str) -> Vec<Diagnostic> {
    let mut read = |_: &Path| Ok(text.to_owned());
    let file = Path::new("/docs/replylint.toml");
    match settings::load(Some(file), &Flags::default(), Ui::default(), &mut read) {
        Err(mistakes) => mistakes,
        // The reader's own pack may have any rules.
        Ok(settings) if !settings.packs.value.is_empty() => Vec::new(),
        Ok(settings) => {
            let rulebook = Rulebook::builtin();
            let ids: Vec<&str> = rulebook.rules.iter().map(|rule| rule.id.as_str()).collect();
            settings.check_rules(&ids, Ui::default())
        }
    }
}

/// A pack must load on top of the default rulebook, and its examples must hold.
fn pack(text: &str) -> Vec<Diagnostic> {
    let own = PackText::new("docs.toml", text);
    let files = [builtin::sources(), vec![own.clone()]].concat();
    match Rulebook::load(&files) {
        Err(mistakes) => mistakes,
        Ok(loaded) => {
            let doubts = loaded.warnings.into_iter().filter(|warning| warning.path.as_deref() == Some("docs.toml"));
            doubts.chain(workshop::test(&loaded.rulebook, &[own]).failures).collect()
        }
    }
}

fn drawn(mistakes: &[Diagnostic]) -> String {
    let mut out = Vec::new();
    let style = Style { width: 100, color: false, unicode: true, links: None };
    write_diagnostics(&mut out, mistakes, DiagnosticForm::Graphical, &style, Ui::default(), &Masker::off()).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn invalid_blocks_are_seen() {
    let wrong = |text: &str| mistakes(&Page { path: "a.md".into(), text: text.to_owned() }).len();
    assert_eq!(wrong("```toml\nnonsense = 1\n```\n"), 0);
    assert_eq!(wrong("```toml replylint.toml\nnonsense = 1\n```\n"), 1);
    assert_eq!(wrong("```toml\n# replylint.toml\n[rules]\nignore = [\"wording/*\"]\n```\n"), 0);
    assert_eq!(wrong("```toml\n# replylint.toml\n[rules]\nignore = [\"no/such\"]\n```\n"), 1);
    assert_eq!(wrong("```toml pack\n[rule.a]\n```\n"), 1);
    assert_eq!(
        wrong("```toml pack\n[cue.own-words]\nphrases = [\"abc\"]\nyes = [\"⟦abc⟧\"]\nno = [\"abd\"]\n```\n"),
        0
    );
    assert_eq!(wrong("```toml pack\n[cue.own-words]\nphrases = [\"abc\"]\nyes = [\"xyz\"]\n```\n"), 1);
}
