//! What `git diff --raw --patch` writes, line by line.

use std::path::PathBuf;

/// What git says of one file: `100644 100644 <hash> <hash> M<TAB>path`, or `R090` with two paths.
pub(super) struct Entry {
    /// `A`, `D`, `M`, `R`, …
    pub letter: u8,
    /// Its name, and the former one where it was renamed.
    pub path: PathBuf,
    pub former: Option<PathBuf>,
    /// The hashes of its blobs, before and after.
    pub before: String,
    pub after: String,
}

pub(super) fn entry(raw: &[u8]) -> Option<Entry> {
    let mut fields = raw.split(|&byte| byte == b'\t');
    let mut words = fields.next()?.split(|&byte| byte == b' ').skip(2);
    let mut word = || String::from_utf8(words.next()?.to_vec()).ok();
    let (before, after, letter) = (word()?, word()?, *word()?.as_bytes().first()?);
    let name = path(&unquoted(fields.next_back()?));
    let former = fields.next_back().map(|former| path(&unquoted(former)));
    Some(Entry { letter, path: name, former, before, after })
}

/// Where the new lines of a hunk begin and how many there are: `-1,2 +3,4 @@`.
pub(super) fn new_lines(hunk: &[u8]) -> Option<(usize, usize)> {
    let hunk = std::str::from_utf8(hunk.split(|&byte| byte == b'@').next()?).ok()?;
    let new = hunk.split(' ').find_map(|range| range.strip_prefix('+'))?;
    let (start, count) = new.split_once(',').unwrap_or((new, "1"));
    Some((start.parse().ok()?, count.parse().ok()?))
}

/// Unquotes a path that git quoted like a C string: `"a\tb\303\251"`.
pub(super) fn unquoted(name: &[u8]) -> Vec<u8> {
    let Some(inside) = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")) else { return name.to_vec() };
    let mut out = Vec::with_capacity(inside.len());
    let mut at = 0;
    while let Some(&byte) = inside.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&escaped) = inside.get(at) else { break };
        at += 1;
        out.push(match escaped {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            b'0'..=b'3' => {
                let digit =
                    |at: usize| inside.get(at).filter(|digit| (b'0'..=b'7').contains(digit)).map(|digit| digit - b'0');
                let (Some(second), Some(third)) = (digit(at), digit(at + 1)) else { break };
                at += 2;
                (escaped - b'0') * 64 + second * 8 + third
            }
            other => other,
        });
    }
    out
}

#[cfg(unix)]
pub(super) fn path(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(name))
}

#[cfg(not(unix))]
pub(super) fn path(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}
