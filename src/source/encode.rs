//! From text back to the bytes of a file, in the encoding and with the byte order mark that it came with.

use super::Encoding;

/// `text` in `encoding`, behind a byte order mark if `bom`.
///
/// # Errors
/// The first character that the encoding cannot write.
pub fn encode(text: &str, encoding: Encoding, bom: bool) -> Result<Vec<u8>, char> {
    let marked = bom.then_some('\u{FEFF}').into_iter();
    if encoding == encoding_rs::UTF_16LE {
        return Ok(marked.chain(text.chars()).flat_map(|c| units(c).flat_map(u16::to_le_bytes)).collect());
    }
    if encoding == encoding_rs::UTF_16BE {
        return Ok(marked.chain(text.chars()).flat_map(|c| units(c).flat_map(u16::to_be_bytes)).collect());
    }
    let (bytes, _, unwritable) = encoding.encode(text);
    if unwritable {
        let mut characters = text.chars();
        let lost = characters.find(|c| encoding.encode(c.encode_utf8(&mut [0; 4])).2);
        return Err(lost.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    let mark: &[u8] = if bom { b"\xEF\xBB\xBF" } else { b"" };
    Ok([mark, &bytes].concat())
}

fn units(character: char) -> impl Iterator<Item = u16> {
    let mut units = [0; 2];
    let length = character.encode_utf16(&mut units).len();
    units.into_iter().take(length)
}

#[cfg(test)]
mod tests {
    use super::super::decode;
    use super::*;

    #[test]
    fn what_is_written_reads_back_the_same() {
        let text = "您好，抱歉讓您久等了";
        let encodings = [
            (encoding_rs::UTF_8, true),
            (encoding_rs::UTF_8, false),
            (encoding_rs::UTF_16LE, true),
            (encoding_rs::UTF_16BE, true),
            (encoding_rs::GB18030, false),
            (encoding_rs::BIG5, false),
        ];
        for (encoding, bom) in encodings {
            let bytes = encode(text, encoding, bom).unwrap();
            let declared = (!bom).then_some(encoding);
            let decoded = decode(bytes.clone(), declared).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.bom), (text, bom), "{}", encoding.name());
            assert_eq!(encode(&decoded.text, decoded.encoding, decoded.bom).unwrap(), bytes);
        }
        assert_eq!(encode("好😀", encoding_rs::BIG5, false), Err('😀'));
    }
}
