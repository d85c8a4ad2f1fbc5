//! Validates a Parquet footer before the library trusts it: every list must have room for the items it claims.

/// Deepest nesting, and most items of a list; no real file has more columns or row groups.
const DEEPEST: usize = 32;
const MOST: u64 = 100_000;

/// Whether the bytes are one record in Thrift's compact protocol, with lists as long as they claim.
pub(super) fn is_sound(bytes: &[u8]) -> bool {
    record(&mut &bytes[..], 0).is_some()
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

fn skip(bytes: &mut &[u8], count: u64) -> Option<()> {
    *bytes = bytes.get(usize::try_from(count).ok()?..)?;
    Some(())
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let next = byte(bytes)?;
        number |= u64::from(next & 0x7F) << shift;
        if next < 0x80 {
            return Some(number);
        }
    }
    None
}

fn record(bytes: &mut &[u8], depth: usize) -> Option<()> {
    loop {
        let head = byte(bytes)?;
        if head == 0 {
            return Some(());
        }
        if head >> 4 == 0 {
            number(bytes)?;
        }
        // A boolean is stored in the head itself.
        if !matches!(head & 0xF, 1 | 2) {
            value(bytes, head & 0xF, depth)?;
        }
    }
}

fn value(bytes: &mut &[u8], kind: u8, depth: usize) -> Option<()> {
    if depth > DEEPEST {
        return None;
    }
    match kind {
        1..=3 => skip(bytes, 1),
        4..=6 => number(bytes).map(drop),
        7 => skip(bytes, 8),
        8 => {
            let length = number(bytes)?;
            skip(bytes, length)
        }
        9 | 10 => {
            let head = byte(bytes)?;
            let size = if head >> 4 == 15 { number(bytes)? } else { u64::from(head >> 4) };
            let kind = head & 0xF;
            if size > bytes.len() as u64 || (kind == 12 && size > MOST) {
                return None;
            }
            (0..size).try_for_each(|_| value(bytes, kind, depth + 1))
        }
        11 => {
            let size = number(bytes)?;
            if size == 0 {
                return Some(());
            }
            let kinds = byte(bytes)?;
            if size > bytes.len() as u64 {
                return None;
            }
            (0..size).try_for_each(|_| {
                value(bytes, kinds >> 4, depth + 1)?;
                value(bytes, kinds & 0xF, depth + 1)
            })
        }
        12 => record(bytes, depth + 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_without_room_and_endless_nesting_are_seen() {
        // Field 1: a number; field 2: a list of two numbers.
        assert!(is_sound(&[0x15, 0x02, 0x19, 0x25, 0x02, 0x04, 0x00]));
        assert!(!is_sound(&[0x15, 0x02, 0x19, 0x25, 0x02]));
        // A list of 2^31 records.
        assert!(!is_sound(&[0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00]));
        assert!(!is_sound(&[0x1C].repeat(100_000)));
        // Nested lists.
        assert!(!is_sound(&[vec![0x19], [0x19].repeat(100_000)].concat()));
        assert!(!is_sound(b""));
    }
}
