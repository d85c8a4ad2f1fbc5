//! What a fix would change, as a unified diff.

use super::style::Paint;
use super::{Masker, Style, sanitize, sanitize_line};
use similar::{ChangeTag, TextDiff};
use std::io::{self, Write};

/// Writes how `after` differs from `before`; nothing if it does not.
pub fn write_diff(
    out: &mut dyn Write,
    path: &str,
    before: &str,
    after: &str,
    style: &Style,
    masker: &Masker,
) -> io::Result<()> {
    if before == after {
        return Ok(());
    }
    let path = sanitize_line(path);
    writeln!(out, "{}", style.paint(Paint::Removed, &format!("--- a/{path}")))?;
    writeln!(out, "{}", style.paint(Paint::Added, &format!("+++ b/{path}")))?;
    let diff = TextDiff::from_lines(before, after);
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        writeln!(out, "{}", style.paint(Paint::Faint, &hunk.header().to_string()))?;
        for change in hunk.iter_changes() {
            let line = change.value();
            let safe = masker.mask(line.trim_end_matches(['\r', '\n']));
            let safe = sanitize(&safe);
            match change.tag() {
                ChangeTag::Equal => writeln!(out, " {safe}")?,
                ChangeTag::Delete => writeln!(out, "{}", style.paint(Paint::Removed, &format!("-{safe}")))?,
                ChangeTag::Insert => writeln!(out, "{}", style.paint(Paint::Added, &format!("+{safe}")))?,
            }
            if !line.ends_with('\n') {
                writeln!(out, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_changes_and_nothing_that_acts() {
        let (before, after) = ("您好\r\n你好！！！\x1b[2J\r\n13812341234", "您好\r\n您好！\x1b[2J\r\n13812341234");
        let mut out = Vec::new();
        let masker = Masker::new(super::super::mask::tests::find);
        write_diff(&mut out, "a\x1b.txt", before, after, &Style::default(), &masker).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @"
        --- a/a␛.txt
        +++ b/a␛.txt
        @@ -1,3 +1,3 @@
         您好
        -你好！！！␛[2J
        +您好！␛[2J
         138****1234
        \\ No newline at end of file
        ");
    }
}
