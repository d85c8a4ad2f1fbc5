//! The shape of words: capitals, and runs of one kind of character. Works on the unfolded text.

use crate::source::Span;

/// Fewest letters of a word in capitals that counts on its own.
pub const ALONE: usize = 4;

/// Words of at least `alone` capital letters, and runs of words of at least two (`PLEASE STOP`, `THIS IS A TEST`).
/// Letters next to digits, hyphens or other letters (`USB-C`, `A000110735`, `iPhone`) belong to names, not to shouting.
pub fn capitals(text: &str, alone: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let mut run: Option<Run> = None;
    for word in words(text) {
        let letters = word.of(text).bytes().filter(u8::is_ascii_uppercase).count();
        let loud = letters > 0 && word.of(text).bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'\'');
        let joined = run.as_ref().is_some_and(|run| is_gap(&text[run.last..word.start]));
        if !joined || !loud {
            found.extend(run.take().and_then(|run| run.shouted(alone)));
        }
        if !loud {
            continue;
        }
        let run = run.get_or_insert(Run { span: word, last: word.end, words: 0, longest: 0 });
        run.last = word.end;
        if letters >= 2 {
            // A single letter belongs to a run only between two words.
            run.span = if run.words == 0 { word } else { Span::new(run.span.start, word.end) };
            run.words += 1;
            run.longest = run.longest.max(letters);
        }
    }
    found.extend(run.and_then(|run| run.shouted(alone)));
    found
}

/// Runs of at least `min` characters from `set`. `begins` holds, in order, at least all bytes at which a run begins.
pub fn runs(text: &str, set: &str, min: usize, begins: impl Iterator<Item = usize>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut end = 0;
    for start in begins {
        if start < end {
            continue;
        }
        end = start;
        let mut count = 0;
        for character in text[start..].chars().take_while(|&character| set.contains(character)) {
            end += character.len_utf8();
            count += 1;
        }
        if count >= min.max(1) {
            found.push(Span::new(start, end));
        }
    }
    found
}

struct Run {
    span: Span,
    last: usize,
    words: usize,
    longest: usize,
}

impl Run {
    fn shouted(self, alone: usize) -> Option<Span> {
        (self.words >= 2 || (self.words == 1 && self.longest >= alone)).then_some(self.span)
    }
}

/// Stretches of ASCII letters (`DON'T` is one) without digits, hyphens or other letters next to them.
fn words(text: &str) -> impl Iterator<Item = Span> + '_ {
    let bytes = text.as_bytes();
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'\'' | b'-' | b'_' | b'@' | b'/');
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + bytes[at..].iter().position(|&byte| byte.is_ascii_alphanumeric())?;
            let end = start + bytes[start..].iter().position(|&byte| !part(byte)).unwrap_or(bytes.len() - start);
            at = end;
            let word = Span::new(start, end);
            let clean = start == 0 || !matches!(bytes[start - 1], b'-' | b'_' | b'@' | b'/');
            if clean && word.of(text).bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'\'') {
                return Some(word);
            }
        }
    })
}

fn is_gap(between: &str) -> bool {
    between.len() <= 3 && between.bytes().all(|byte| matches!(byte, b' ' | b',' | b'!'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shouted(text: &str) -> Vec<&str> {
        capitals(text, ALONE).into_iter().map(|span| span.of(text)).collect()
    }

    #[test]
    fn capitals_are_words_not_names() {
        assert_eq!(shouted("PLEASE do not SHOUT"), ["PLEASE", "SHOUT"]);
        assert_eq!(shouted("I SAID NO, THIS IS A TEST! ok"), ["SAID NO, THIS IS A TEST"]);
        assert_eq!(shouted("您好WAIT一下DON'T GO"), ["WAIT", "DON'T GO"]);
        for fine in
            ["iPhone XR", "USB-C", "A000110735", "SIM卡", "OK, I am", "XXL码", "GB18030", "WiFi", "尺码 XL 或 M", ""]
        {
            assert_eq!(shouted(fine), [""; 0], "{fine}");
        }
    }

    #[test]
    fn runs_of_a_set() {
        let text = "真的！！！？嗯~~";
        let runs = |set, min| runs(text, set, min, text.char_indices().map(|(at, _)| at));
        assert_eq!(runs("!！?？", 3), [Span::new(6, 18)]);
        assert_eq!(runs("~", 2).len(), 1);
        assert_eq!(runs("~", 3), []);
    }
}
