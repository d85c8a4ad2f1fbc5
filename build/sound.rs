//! Makes the table of sounds: for each Han character the number of its most common syllable, ignoring tones. Two
//! characters with the same number sound alike.

use pinyin::ToPinyin;
use std::collections::BTreeMap;

/// The characters that have an entry, as `src/language/sound.rs` counts them.
const HAN: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

/// The table as little-endian numbers, one for each character; 0: it has no reading.
pub fn table() -> Vec<u8> {
    let readings: Vec<Option<&str>> = HAN.map(|character| character.to_pinyin().map(pinyin::Pinyin::plain)).collect();
    let mut numbers: BTreeMap<&str, u16> = readings.iter().flatten().map(|reading| (*reading, 0)).collect();
    for (number, entry) in (1_u16..).zip(numbers.values_mut()) {
        *entry = number;
    }
    let numbers = readings.iter().map(|reading| reading.map_or(0, |reading| numbers[reading]));
    numbers.flat_map(u16::to_le_bytes).collect()
}
