//! Makes the folding table: for each character of the basic plane its folded form, and its properties (`holds`). Made
//! at build time, because at start it would take longer than checking a draft.

#[path = "../src/language/holds.rs"]
mod holds;

/// The table as little-endian numbers; `han` is the text of `rules/language/han.txt`.
pub fn table(han: &str) -> Vec<u8> {
    let mut table: Vec<u32> = (0..=0xFFFF).collect();
    let mut set = |from: u32, to: char| {
        if let Some(entry) = table.get_mut(from as usize) {
            *entry = u32::from(to);
        }
    };
    // Letters with a one-character lower case: Latin, Greek, Cyrillic, Armenian.
    for code in 0..0x590_u32 {
        if let Some(character) = char::from_u32(code) {
            let mut lower = character.to_lowercase();
            if let (Some(one), None) = (lower.next(), lower.next()) {
                set(code, one);
            }
        }
    }
    // Full-width forms stand 0xFEE0 above ASCII.
    for code in 0xFF01..=0xFF5E_u32 {
        if let Some(ascii) = char::from_u32(code - 0xFEE0) {
            set(code, ascii.to_ascii_lowercase());
        }
    }
    // Letters in circles: both rows of the alphabet.
    for (code, letter) in (0x24B6_u32..).zip(('a'..='z').chain('a'..='z')) {
        set(code, letter);
    }
    set(0x3000, ' ');
    set(0x00A0, ' ');
    // Typographic apostrophes.
    set(0x2018, '\'');
    set(0x2019, '\'');
    for line in section(han, "fold") {
        let mut characters = line.chars();
        while let (Some(traditional), Some(simplified)) = (characters.next(), characters.next()) {
            set(u32::from(traditional), simplified);
        }
    }
    for (code, entry) in (0_u32..).zip(table.iter_mut()) {
        *entry |= told(code, char::from_u32(*entry).unwrap_or('\u{fffd}'));
    }
    for (name, flag) in [("simplified-only", holds::SIMPLIFIED), ("traditional-only", holds::TRADITIONAL)] {
        for character in section(han, name).flat_map(str::chars) {
            if let Some(entry) = table.get_mut(character as usize) {
                *entry |= flag;
            }
        }
    }
    table.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// Lines of one section of the Han table.
fn section<'a>(han: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let heading = move |line: &&str| line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) != Some(name);
    han.lines().skip_while(heading).skip(1).take_while(|line| !line.starts_with('['))
}

/// A character's properties, apart from scripts.
fn told(code: u32, folded: char) -> u32 {
    let mut flags = 0;
    if is_mark(folded) {
        flags |= holds::MARK;
    }
    if (0x41..=0x5A).contains(&code) || (0xFF21..=0xFF3A).contains(&code) {
        flags |= holds::CAPITAL;
    }
    flags |= match folded {
        '0'..='9' => holds::DIGIT,
        'a'..='z' => holds::LATIN,
        '@' => holds::AT,
        '.' | ':' => holds::POINT,
        '{' | '}' | '[' | ']' | '<' | '>' | '_' | '%' | '$' | '#' | '*' | '\u{3010}' | '\u{3011}' | '\u{d7}' => {
            holds::SLOT
        }
        // The Han characters of `unaddressed` in `rules/language/slots.toml`, which precede a name, and of `stand-ins`
        // there, which stand for any name.
        '\u{656c}' | '\u{7231}' | '\u{67d0}' => holds::SLOT,
        _ => 0,
    };
    // Unassigned code points in Han blocks count as Han.
    let han = matches!(folded, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}');
    if !han && !folded.is_alphanumeric() {
        flags |= holds::NOISE;
    }
    flags
}

/// Whether a folded character can end or open something, that is, whether `Segmenter::mark` handles it.
fn is_mark(character: char) -> bool {
    let open = matches!(character, '\u{201c}' | '\u{300c}' | '\u{300e}' | '\u{300a}');
    let close = matches!(character, '\u{201d}' | '\u{300d}' | '\u{300f}' | '\u{300b}' | '"');
    let end = matches!(
        character,
        '\u{3002}' | '!' | '?' | ';' | '\n' | '\u{2026}' | '\u{ff61}' | '.' | ',' | ':' | '~' | ' ' | '\t'
    );
    open || close || end
}
