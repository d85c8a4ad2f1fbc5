//! From the bytes of a file to text: byte order mark, strict UTF-8, a declared encoding, then GB18030 or Big5 with a notice.

use super::Diagnostic;
use super::wording;

/// An encoding by its label, as the WHATWG standard names it.
pub type Encoding = &'static encoding_rs::Encoding;

/// A file's text and how it was read.
#[derive(Debug)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// What it was read as.
    pub encoding: Encoding,
    /// Whether a byte order mark stood before it.
    pub bom: bool,
    /// Said when the encoding was guessed.
    pub notice: Option<Diagnostic>,
}

/// Bytes that are no text in the encoding they were read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Name of the encoding.
    pub encoding: &'static str,
    /// First byte that could not be read.
    pub offset: usize,
    /// Line of that byte, from 1.
    pub line: usize,
}

/// Reads `bytes` as text. `declared` is the encoding that the user named, if any.
///
/// # Errors
/// When the bytes are no text in any encoding that applies; the place is that of the first wrong byte.
pub fn decode(bytes: Vec<u8>, declared: Option<Encoding>) -> Result<Decoded, DecodeError> {
    if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(&bytes) {
        return strict(encoding, &bytes[length..], length).map(|text| Decoded {
            text,
            encoding,
            bom: true,
            notice: None,
        });
    }
    if let Some(encoding) = declared {
        return strict(encoding, &bytes, 0).map(|text| Decoded { text, encoding, bom: false, notice: None });
    }
    let (failure, bytes) = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text, encoding: encoding_rs::UTF_8, bom: false, notice: None }),
        Err(error) => (error.utf8_error(), error.into_bytes()),
    };
    // Report the place where UTF-8 fails: nearly every file is meant to be UTF-8.
    let place = strict(encoding_rs::UTF_8, &bytes, 0).err();
    let read = &bytes[..failure.valid_up_to()];
    if failure.error_len().is_none() && !read.is_ascii() {
        // UTF-8 that was cut off within its last character would decode as GB18030, too, to nonsense.
        let line = memchr::memchr_iter(b'\n', read).count() + 1;
        return Err(DecodeError { encoding: "UTF-8", offset: read.len(), line });
    }
    for encoding in GUESSES {
        if let Ok(text) = strict(encoding, &bytes, 0)
            && !looks_garbled(&text)
        {
            let notice = Diagnostic::warning(
                "input/encoding-guessed",
                wording!("not UTF-8; read as {encoding}", encoding = said(encoding)),
            )
            .help(wording!("say which with --encoding, or save the file as UTF-8"));
            return Ok(Decoded { text, encoding, bom: false, notice: Some(notice) });
        }
    }
    Err(place.unwrap_or(DecodeError { encoding: "UTF-8", offset: 0, line: 1 }))
}

/// Tried in this order where a text is not UTF-8. Most Big5 would also decode as GB18030, to nonsense: such files need
/// `--encoding`.
static GUESSES: [Encoding; 2] = [encoding_rs::GB18030, encoding_rs::BIG5];

/// An encoding as people write it.
fn said(encoding: Encoding) -> &'static str {
    if encoding == encoding_rs::GB18030 { "GB18030" } else { encoding.name() }
}

fn strict(encoding: Encoding, bytes: &[u8], skipped: usize) -> Result<String, DecodeError> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text.into_owned());
    }
    // Only on the way to an error: find the first byte at which decoding fails.
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(bytes.len().saturating_mul(3).saturating_add(16));
    let (_, read) = decoder.decode_to_string_without_replacement(bytes, &mut out, true);
    let offset = read.saturating_sub(1).min(bytes.len());
    let line = out.bytes().filter(|&byte| byte == b'\n').count() + 1;
    Err(DecodeError { encoding: encoding.name(), offset: offset + skipped, line })
}

/// Almost any byte string decodes as GB18030; one full of private-use characters or controls was never meant to be it.
fn looks_garbled(text: &str) -> bool {
    let (mut odd, mut all) = (0_usize, 0_usize);
    for character in text.chars().take(4096) {
        all += 1;
        let code = u32::from(character);
        if (0xE000..=0xF8FF).contains(&code) || (character.is_control() && !matches!(character, '\n' | '\r' | '\t')) {
            odd += 1;
        }
    }
    odd * 20 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_encodings_that_chat_exports_come_in() {
        let text = "您好，抱歉讓您久等了";
        for encoding in [encoding_rs::GB18030, encoding_rs::UTF_8] {
            let (bytes, _, _) = encoding.encode(text);
            assert_eq!(decode(bytes.into_owned(), None).unwrap().text, text);
        }
        let (big5, _, _) = encoding_rs::BIG5.encode(text);
        assert_eq!(decode(big5.into_owned(), Some(encoding_rs::BIG5)).unwrap().text, text);
        // Big5 that is not valid GB18030.
        let (big5, _, _) = encoding_rs::BIG5.encode("我們會盡快回覆您。");
        let guessed = decode(big5.into_owned(), None).unwrap();
        assert_eq!((guessed.text.as_str(), guessed.notice.is_some()), ("我們會盡快回覆您。", true));
        let mut utf16 = vec![0xFF, 0xFE];
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let decoded = decode(utf16, None).unwrap();
        assert_eq!((decoded.text.as_str(), decoded.bom), (text, true));
    }

    #[test]
    fn what_is_cut_off_in_its_last_character_is_said() {
        let text = "您好，我们会尽快给您回复，请耐心等待。";
        for cut in 1..3 {
            let error = decode(text.as_bytes()[..text.len() - cut].to_vec(), None).unwrap_err();
            assert_eq!((error.encoding, error.offset + 3), ("UTF-8", text.len()));
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_place() {
        let error = decode(b"ok\nok \xff\xff\xff".to_vec(), None).unwrap_err();
        assert_eq!((error.encoding, error.line), ("UTF-8", 2));
    }
}
