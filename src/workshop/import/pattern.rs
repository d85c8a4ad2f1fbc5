//! Foreign regular expressions: as words if they match only a few, as a pattern if it is supported, else refused.

use super::Reason;
use regex_syntax::ParserBuilder;
use regex_syntax::ast;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// What a foreign expression became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// A few words, which are all it matches.
    Words(Vec<String>),
    /// A pattern, and a text that it matches.
    Pattern { regex: String, sample: String },
}

/// Flags of the expression.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meant {
    /// Case-insensitive.
    pub(super) any_case: bool,
    /// Matches whole words only.
    pub(super) words: bool,
}

/// A converted expression, and what was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) carried: Carried,
    pub(super) lost: Option<Reason>,
}

/// Most words that an expression is expanded into.
const MOST_WORDS: usize = 32;
/// Longest word and sample, in characters; longest expression, in bytes, the limit of packs.
const LONGEST_SAMPLE: usize = 160;
const LONGEST: usize = 4096;

/// Converts an expression.
pub(super) fn carry(written: &str, meant: Meant) -> Result<Outcome, Reason> {
    if written.len() > LONGEST {
        return Err(Reason::TooLong);
    }
    let (any_case, written) = without_flags(written, meant.any_case);
    let written = without_ends(written);
    if written.is_empty() {
        return Err(Reason::FindsNothing);
    }
    let capitals = capitals(written);
    if capitals == Capitals::Needed || (capitals == Capitals::InClass && !any_case) {
        return Err(Reason::Capitals);
    }
    let lower = lower(written);
    let hir = match ParserBuilder::new().nest_limit(50).build().parse(&lower) {
        Ok(hir) => hir,
        Err(error) => return Err(refusal(&error)),
    };
    let lost = (capitals != Capitals::None && !any_case).then_some(Reason::Case);
    // If letters may adjoin it, only a pattern can express that.
    let bounded = |word: &String| meant.words || !word.contains(|c: char| c.is_ascii_alphanumeric());
    if let Some(words) = enumerate(&hir).filter(|words| words.iter().all(|word| is_phrase(word) && bounded(word))) {
        return Ok(Outcome { carried: Carried::Words(words), lost });
    }
    let regex = if meant.words { format!(r"\b(?:{lower})\b") } else { lower };
    if regex.len() > LONGEST {
        return Err(Reason::TooLong);
    }
    let compiled = regex::RegexBuilder::new(&regex).size_limit(1 << 20).dfa_size_limit(1 << 20).nest_limit(50).build();
    let compiled = compiled.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Reason::TooBig,
        _ => Reason::BadPattern,
    })?;
    if compiled.is_match("") {
        return Err(Reason::FindsNothing);
    }
    let mut sample = String::new();
    if !add_sample(&hir, &mut sample) || !compiled.is_match(&sample) {
        return Err(Reason::NoExample);
    }
    Ok(Outcome { carried: Carried::Pattern { regex, sample }, lost })
}

/// A literal word.
pub(super) fn literal(word: &str, lost: Option<Reason>) -> Option<Outcome> {
    let word = word.trim().to_owned();
    if is_phrase(&word) {
        return Some(Outcome { carried: Carried::Words(vec![word]), lost });
    }
    // A star at the end of a phrase is a wildcard; this one is literal.
    let fits = word.ends_with('*') && word.chars().count() <= LONGEST_SAMPLE;
    fits.then(|| Outcome {
        carried: Carried::Pattern { regex: regex::escape(&word.to_lowercase()), sample: word },
        lost,
    })
}

/// Whether a cue can list it as a phrase that matches literally.
fn is_phrase(word: &str) -> bool {
    !word.trim().is_empty()
        && word.trim() == word
        && !word.ends_with('*')
        && word.chars().count() <= LONGEST_SAMPLE
        && !word.contains(|c: char| c.is_control())
        && word.contains(|c: char| c.is_alphanumeric())
}

fn without_flags(written: &str, any_case: bool) -> (bool, &str) {
    for (flags, folds) in [("(?i)", true), ("(?-i)", false), ("(?im)", true), ("(?mi)", true), ("(?m)", any_case)] {
        if let Some(rest) = written.strip_prefix(flags) {
            return (folds, rest);
        }
    }
    (any_case, written)
}

/// Without `.*` at the ends: a match may begin anywhere anyway.
fn without_ends(written: &str) -> &str {
    let mut rest = written.trim();
    while let Some(shorter) = [".*?", ".*", ".+?", ".+"].iter().find_map(|any| rest.strip_prefix(any)) {
        rest = shorter;
    }
    while let Some(shorter) = [".*?", ".*"].iter().find_map(|any| rest.strip_suffix(any)) {
        if shorter.ends_with('\\') {
            break;
        }
        rest = shorter;
    }
    rest
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Capitals {
    None,
    /// In literal text.
    InText,
    /// A class has capitals but no small letters.
    InClass,
    /// Capitals are required explicitly.
    Needed,
}

fn capitals(written: &str) -> Capitals {
    if written.contains("\\p{Lu}") || written.contains("[[:upper:]]") || written.contains("\\p{Uppercase}") {
        return Capitals::Needed;
    }
    let (mut found, mut class, mut upper, mut small) = (Capitals::None, false, false, false);
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let next = characters.next();
                // Escaped classes include small letters, too.
                small |= class && matches!(next, Some('w' | 'S' | 'D'));
            }
            '[' if !class => (class, upper, small) = (true, false, false),
            ']' if class => {
                class = false;
                if upper && !small {
                    return Capitals::InClass;
                }
                if upper {
                    found = Capitals::InText;
                }
            }
            _ if class => {
                upper |= character.is_uppercase();
                small |= character.is_lowercase();
            }
            _ if character.is_uppercase() => found = Capitals::InText,
            _ => {}
        }
    }
    found
}

/// The expression in lower case, with escapes unchanged.
fn lower(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut characters = written.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.extend(character.to_lowercase());
            continue;
        }
        out.push('\\');
        let Some(next) = characters.next() else { break };
        out.push(next);
        if matches!(next, 'p' | 'P' | 'x' | 'u' | 'U') && characters.peek() == Some(&'{') {
            for inside in characters.by_ref() {
                out.push(inside);
                if inside == '}' {
                    break;
                }
            }
        }
    }
    out
}

fn refusal(error: &regex_syntax::Error) -> Reason {
    match error {
        regex_syntax::Error::Parse(error) => match error.kind() {
            ast::ErrorKind::UnsupportedLookAround => Reason::LookAround,
            ast::ErrorKind::UnsupportedBackreference => Reason::BackReference,
            ast::ErrorKind::NestLimitExceeded(_) => Reason::TooBig,
            _ => Reason::BadPattern,
        },
        _ => Reason::BadPattern,
    }
}

/// The words that an expression matches, if they are few.
fn enumerate(hir: &Hir) -> Option<Vec<String>> {
    let few = |words: Vec<String>| {
        (words.len() <= MOST_WORDS && words.iter().all(|word| word.len() <= 4 * LONGEST_SAMPLE)).then_some(words)
    };
    match hir.kind() {
        // Phrases respect word boundaries anyway.
        HirKind::Empty | HirKind::Look(Look::WordUnicode | Look::WordAscii) => Some(vec![String::new()]),
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(|text| vec![text.to_owned()]),
        HirKind::Look(_) => None,
        HirKind::Class(class) => {
            let characters = members(class, 12)?;
            few(characters.into_iter().map(String::from).collect())
        }
        HirKind::Capture(capture) => enumerate(&capture.sub),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.filter(|most| *most <= 3)?;
            let once = enumerate(&repetition.sub)?;
            let mut all = Vec::new();
            let mut so_far = vec![String::new()];
            for count in 0..=most {
                if count >= repetition.min {
                    all.extend(so_far.iter().cloned());
                }
                so_far = few(product(&so_far, &once))?;
            }
            all.sort();
            all.dedup();
            few(all)
        }
        HirKind::Concat(parts) => {
            let mut all = vec![String::new()];
            for part in parts {
                all = few(product(&all, &enumerate(part)?))?;
            }
            Some(all)
        }
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(enumerate(part)?);
                all = few(all)?;
            }
            Some(all)
        }
    }
}

fn product(left: &[String], right: &[String]) -> Vec<String> {
    // A product that is too large is dropped, so it need not be completed.
    let pairs = left.iter().flat_map(|one| right.iter().map(move |other| format!("{one}{other}")));
    pairs.take(MOST_WORDS + 1).collect()
}

fn members(class: &Class, most: usize) -> Option<Vec<char>> {
    let Class::Unicode(class) = class else { return None };
    let mut found = Vec::new();
    for range in class.iter() {
        for character in range.start()..=range.end() {
            if found.len() == most {
                return None;
            }
            found.push(character);
        }
    }
    Some(found)
}

/// Appends the simplest text that it matches; `false` if that would be long.
fn add_sample(hir: &Hir, out: &mut String) -> bool {
    if out.chars().count() > LONGEST_SAMPLE {
        return false;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).map(|text| out.push_str(text)).is_ok(),
        HirKind::Class(class) => plainest(class).map(|character| out.push(character)).is_some(),
        HirKind::Capture(capture) => add_sample(&capture.sub, out),
        HirKind::Repetition(repetition) => (0..repetition.min).all(|_| add_sample(&repetition.sub, out)),
        HirKind::Concat(parts) => parts.iter().all(|part| add_sample(part, out)),
        HirKind::Alternation(parts) => parts.first().is_some_and(|part| add_sample(part, out)),
    }
}

fn plainest(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let holds = |wanted: char| class.iter().any(|range| range.start() <= wanted && wanted <= range.end());
    let plain = ('a'..='z').chain('0'..='9').chain([' ', '-', ',']).find(|&wanted| holds(wanted));
    plain.or_else(|| {
        class.iter().map(regex_syntax::hir::ClassUnicodeRange::start).find(|character| !character.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(written: &str, any_case: bool, words: bool) -> Result<Outcome, Reason> {
        carry(written, Meant { any_case, words })
    }

    fn words(written: &str) -> Vec<String> {
        match carried(written, true, true).unwrap().carried {
            Carried::Words(words) => words,
            pattern @ Carried::Pattern { .. } => panic!("{pattern:?}"),
        }
    }

    #[test]
    fn small_expressions_are_words() {
        assert_eq!(words("colou?r"), ["color", "colour"]);
        assert_eq!(words(r"\b(?:no|not) way\b"), ["no way", "not way"]);
        assert_eq!(words("gr[ae]y"), ["gray", "grey"]);
        assert_eq!(words(".*修改密码.*"), ["修改密码"]);
        assert_eq!(words("Hello"), ["hello"]);
    }

    #[test]
    fn larger_ones_are_patterns_with_a_sample() {
        let Carried::Pattern { regex, sample } = carried(r"\d{2,} Days?", true, true).unwrap().carried else {
            panic!()
        };
        assert_eq!((regex.as_str(), sample.as_str()), (r"\b(?:\d{2,} days?)\b", "00 day"));
        let Carried::Pattern { regex, .. } = carried("cat", true, false).unwrap().carried else { panic!() };
        assert_eq!(regex, "cat");
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        for (written, reason) in [
            ("(?=a)b", Reason::LookAround),
            ("(?<!a)b", Reason::LookAround),
            (r"(\w+) \1", Reason::BackReference),
            ("(a", Reason::BadPattern),
            ("[A-Z]{3}", Reason::Capitals),
            (r"\p{Lu}x", Reason::Capitals),
            ("(a{1000}){1000}", Reason::TooBig),
            ("a*", Reason::FindsNothing),
            (".*", Reason::FindsNothing),
        ] {
            assert_eq!(carried(written, false, false), Err(reason), "{written}");
        }
        assert_eq!(carried("So", false, true).unwrap().lost, Some(Reason::Case));
        assert_eq!(carried("[A-Z]x", true, true).map(|outcome| outcome.lost), Ok(None));
        let start = std::time::Instant::now();
        assert!(carried(&"(".repeat(4000), true, true).is_err());
        assert!(carried("((a|b|c|d){3}){3}[e-z]{9}", true, false).is_ok());
        assert!(carried("(x+x+)+y", true, true).is_ok());
        assert!(start.elapsed().as_secs() < 20);
    }
}
