//! Small boolean expressions over names, as rules elsewhere join their conditions: `a && (b || !c)`.

/// Deepest nesting, and most tokens.
const DEEPEST: usize = 40;
const MOST_WORDS: usize = 500;

/// An expression over names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    Id(String),
    Not(Box<Named>),
    And(Vec<Named>),
    Or(Vec<Named>),
}

/// Parses an expression; `None` if it is invalid.
pub(super) fn parse(text: &str) -> Option<Named> {
    let words = words(text)?;
    let mut reader = Reader { words: &words, at: 0 };
    let expr = reader.either(0)?;
    (reader.at == words.len()).then_some(expr)
}

fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut characters = text.chars().peekable();
    let of_name = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-');
    while let Some(character) = characters.next() {
        match character {
            _ if character.is_whitespace() => {}
            '(' | ')' | '!' => words.push(character.to_string()),
            '&' | '|' => {
                characters.next_if_eq(&character);
                words.push(character.to_string());
            }
            _ if of_name(&character) => {
                let mut word = String::from(character);
                while let Some(next) = characters.next_if(of_name) {
                    word.push(next);
                }
                words.push(word);
            }
            _ => return None,
        }
        if words.len() > MOST_WORDS {
            return None;
        }
    }
    Some(words)
}

struct Reader<'a> {
    words: &'a [String],
    at: usize,
}

impl Reader<'_> {
    fn takes(&mut self, sign: &str) -> bool {
        let there = self.words.get(self.at).is_some_and(|word| word == sign);
        self.at += usize::from(there);
        there
    }

    fn either(&mut self, depth: usize) -> Option<Named> {
        let mut parts = vec![self.all(depth)?];
        while self.takes("|") {
            parts.push(self.all(depth)?);
        }
        if parts.len() > 1 { Some(Named::Or(parts)) } else { parts.pop() }
    }

    fn all(&mut self, depth: usize) -> Option<Named> {
        let mut parts = vec![self.single(depth)?];
        while self.takes("&") {
            parts.push(self.single(depth)?);
        }
        if parts.len() > 1 { Some(Named::And(parts)) } else { parts.pop() }
    }

    fn single(&mut self, depth: usize) -> Option<Named> {
        if depth > DEEPEST {
            return None;
        }
        if self.takes("!") {
            return Some(Named::Not(Box::new(self.single(depth + 1)?)));
        }
        if self.takes("(") {
            let inner = self.either(depth + 1)?;
            return self.takes(")").then_some(inner);
        }
        let word =
            self.words.get(self.at).filter(|word| word.starts_with(|c: char| c.is_alphanumeric() || c == '_'))?;
        self.at += 1;
        Some(Named::Id(word.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_and_broken_ones_are_not() {
        let id = |name: &str| Named::Id(name.to_owned());
        assert_eq!(
            parse("1&&2||!3"),
            Some(Named::Or(vec![Named::And(vec![id("1"), id("2")]), Named::Not(Box::new(id("3"))),]))
        );
        assert_eq!(parse(" ( a ) "), Some(id("a")));
        for broken in ["", "a b", "a &&", "(a", "a)", "&&a", "a;b", &"!".repeat(1000), &"(".repeat(100_000)] {
            assert_eq!(parse(broken), None, "{broken:.20}");
        }
    }
}
