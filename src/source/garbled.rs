//! Finds text that was decoded wrongly and saved so, before it came here: mojibake, which every rule passes over.

use encoding_rs::{GB18030, WINDOWS_1252};
use memchr::{memchr2_iter, memmem};
use std::ops::Range;

/// What is left where bytes could not be read, and what GBK makes of two of these.
const REPLACED: &str = "\u{fffd}";
const REPLACED_TWICE: &str = "\u{951f}\u{65a4}\u{62f7}";
/// What GB18030 makes of the UTF-8 of the commonest signs and words: hardly a Chinese text in UTF-8 is without one, and
/// hardly any other text has it.
const TELLING: [&str; 4] = ["\u{951b}", "\u{9286}", "\u{9428}", "\u{93ae}"];
/// Most places that are looked at for each of these.
const TRIES: usize = 8;
/// Characters around such a place that are read again.
const AROUND: usize = 24;
/// Characters that are quoted.
const QUOTED: usize = 8;
/// Letters of one encoding that stand together by accident are fewer.
const ENOUGH: usize = 3;

/// The first place of such text.
pub fn garbled(text: &str) -> Option<Range<usize>> {
    let lost = [REPLACED, REPLACED_TWICE].into_iter().filter_map(|mark| memmem::find(text.as_bytes(), mark.as_bytes()));
    let at = lost.chain(as_latin(text)).chain(as_chinese(text)).min()?;
    let end = text[at..].char_indices().nth(QUOTED).map_or(text.len(), |(end, _)| at + end);
    let line = text[at..end].find(['\n', '\r']).map_or(end, |line| at + line);
    Some(at..line)
}

/// UTF-8 or GB18030 that was read as Latin letters.
fn as_latin(text: &str) -> Option<usize> {
    let (mut done, mut pairs) = (0, 0);
    for at in memchr2_iter(0xC2, 0xC3, text.as_bytes()) {
        if at < done {
            continue;
        }
        let single = text[at..].chars().map_while(|character| Some((byte_of(character)?, character.len_utf8())));
        let (bytes, lengths): (Vec<u8>, Vec<usize>) = single.unzip();
        done = at + lengths.into_iter().sum::<usize>();
        let found = in_utf8(&bytes);
        pairs += found.pairs;
        if found.sure || pairs >= ENOUGH || is_gb(&bytes) {
            return Some(at);
        }
    }
    None
}

/// The byte beyond ASCII that is this character in Latin-1, or in the encoding that browsers take for it.
fn byte_of(character: char) -> Option<u8> {
    if character.is_ascii() {
        return None;
    }
    u8::try_from(u32::from(character)).ok().or_else(|| {
        let mut buffer = [0; 4];
        let (bytes, _, unknown) = WINDOWS_1252.encode(character.encode_utf8(&mut buffer));
        bytes.first().copied().filter(|_| !unknown)
    })
}

struct Found {
    /// What no other text has.
    sure: bool,
    /// Accented letters, each of which might be an accident.
    pairs: usize,
}

/// Looks for characters of UTF-8 in bytes that were read one by one.
fn in_utf8(bytes: &[u8]) -> Found {
    let (mut at, mut together, mut found) = (0, 0, Found { sure: false, pairs: 0 });
    while at < bytes.len() {
        let length = match bytes[at] {
            0xC2 | 0xC3 => 2,
            0xE2..=0xE9 | 0xEF => 3,
            0xF0 => 4,
            _ => 1,
        };
        let whole = bytes.get(at..at + length).filter(|whole| length > 1 && std::str::from_utf8(whole).is_ok());
        let Some(whole) = whole else {
            together = 0;
            at += 1;
            continue;
        };
        together += 1;
        // Quotation marks, dashes and guillemets stand behind capital letters in ordinary text.
        let closing = |byte: u8| matches!(byte, 0x80..=0x9F | 0xA0 | 0xAB | 0xBB);
        found.pairs += usize::from(length == 2 && !closing(whole[1]));
        found.sure |= whole.starts_with(&[0xE2, 0x80]) || length == 4 || (length == 3 && together > 1);
        at += length;
    }
    found
}

/// Whether bytes that were read one by one are Chinese characters: common ones throughout.
fn is_gb(bytes: &[u8]) -> bool {
    let common = |pair: &[u8]| matches!(pair, [0xA1..=0xA3 | 0xB0..=0xD7, 0xA1..=0xFE]);
    let pairs = bytes.chunks(2).take_while(|pair| common(pair)).count();
    let run = &bytes[..pairs * 2];
    let han = run.chunks(2).filter(|pair| pair[0] >= 0xB0).count();
    let mut kinds = run.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    // In an alphabet, letters follow letters; here signs are among them.
    let signs = run.iter().filter(|&&byte| byte < 0xC0).count();
    pairs >= ENOUGH && han > 1 && kinds.len() > ENOUGH && signs > 0 && signs < run.len()
}

/// UTF-8 that was read as GB18030.
fn as_chinese(text: &str) -> Option<usize> {
    let places = TELLING.iter().flat_map(|sign| memmem::find_iter(text.as_bytes(), sign.as_bytes()).take(TRIES));
    places.filter_map(|at| was_utf8(text, at)).min()
}

/// Where what stands around this place begins, if it was UTF-8.
fn was_utf8(text: &str, at: usize) -> Option<usize> {
    let foreign = |&(_, character): &(usize, char)| !character.is_ascii();
    let before = text[..at].char_indices().rev().take(AROUND).take_while(foreign).last();
    let behind = text[at..].char_indices().take(AROUND).take_while(foreign).last();
    let start = before.map_or(at, |(start, _)| start);
    let end = behind.map_or(at, |(last, character)| at + last + character.len_utf8());
    let (bytes, ..) = GB18030.encode(&text[start..end]);
    let (mut next, mut together) = (0, 0);
    while next < bytes.len() && together < ENOUGH {
        let han = bytes.get(next..next + 3).filter(|three| matches!(three[0], 0xE3..=0xE9 | 0xEF));
        let whole = han.is_some_and(|three| std::str::from_utf8(three).is_ok());
        together = if whole { together + 1 } else { 0 };
        next += if whole { 3 } else { 1 };
    }
    (together >= ENOUGH).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::Encoding;

    /// What comes of bytes in one encoding that are read in another.
    fn misread(text: &str, written: &'static Encoding, read: &'static Encoding) -> String {
        let (bytes, ..) = written.encode(text);
        read.decode_without_bom_handling(&bytes).0.into_owned()
    }

    #[test]
    fn wrongly_decoded_text_is_found() {
        for text in ["您好，我们会尽快给您回复。", "亲，非常抱歉，让您久等了。", "抱歉，請您稍等。"]
        {
            for (written, read) in
                [(encoding_rs::UTF_8, WINDOWS_1252), (encoding_rs::UTF_8, GB18030), (GB18030, WINDOWS_1252)]
            {
                let wrong = misread(text, written, read);
                let found = garbled(&format!("ok\n{wrong}\nok"));
                assert!(found.is_some_and(|place| place.start < 16), "{wrong}");
            }
        }
        assert_eq!(garbled("\u{e6}\u{82}\u{a8}\u{e5}\u{a5}\u{bd}"), Some(0..12));
        for text in ["we don\u{2019}t", "caf\u{e9}, d\u{e9}j\u{e0} vu, na\u{ef}ve, no\u{eb}l", "ok \u{1f600}"] {
            let wrong = misread(text, encoding_rs::UTF_8, WINDOWS_1252);
            assert!(garbled(&wrong).is_some(), "{wrong}");
        }
        assert_eq!(garbled("ok \u{fffd}\u{fffd}\nok"), Some(3..9));
        assert_eq!(garbled("\u{951f}\u{65a4}\u{62f7}"), Some(0..9));
    }

    #[test]
    fn ordinary_text_is_not() {
        for text in [
            "Où est-il ? À Noël, «CAFÉ»… Ça alors – l’été",
            "NÃO, AMANHÃ… “SÃO” — ações, corações",
            "Größe, Spaß… groß” STRASSE ÄÖÜ äöüß ÀÁÂÃÄÅÆÇÈÉÊË àáâãäåæç",
            "½×¼×¾, 20 °C ± 2 °C, § 5, £5, ©®™, ••••••, ······, ¿¡¿¡",
            "Tiếng Việt, íslenska þð Þ ð, ÍSLENSKA",
            "锛、鐨、鎮都是生僻字，銆也是；水太烫烫烫了",
            "您好，您的订单已发货，请注意查收。联通、移动都可以",
        ] {
            assert_eq!(garbled(text), None, "{text}");
        }
    }
}
