//! The content of a placeholder or tag (a value, filters, brackets, quotations), and slips in it.

/// The corrected form of a placeholder or tag whose content has a slip: an open quotation or bracket, a filter without
/// a name, or no content. `None` if it has none, or if the correction is uncertain.
pub fn mended(slot: &str) -> Option<String> {
    let inside = Inside::of(slot)?;
    let bare = inside.text.trim();
    // Comments may hold anything.
    if bare.starts_with(if inside.is_tag { '#' } else { '!' }) {
        return None;
    }
    let written = |whole: &str| [&slot[..inside.start], whole, &slot[inside.start + inside.text.len()..]].concat();
    if bare.is_empty() {
        return Some(written(" … "));
    }
    // A backslash escapes a quotation mark in Jinja; in Liquid it is a letter. Only a slip in both readings counts.
    let slip = mend(bare, false).filter(|_| !bare.contains('\\') || mend(bare, true).is_some());
    slip.map(|whole| written(&inside.text.replacen(bare, &whole, 1)))
}

/// A placeholder taken apart: its signs and its content.
struct Inside<'a> {
    text: &'a str,
    start: usize,
    is_tag: bool,
}

impl<'a> Inside<'a> {
    fn of(slot: &'a str) -> Option<Self> {
        let braces = slot.find('{')?;
        let rest = &slot[braces..];
        let is_tag = rest.starts_with("{%");
        let count = if is_tag { 2 } else { rest.len() - rest.trim_start_matches('{').len() };
        let signs = |next: char| matches!(next, '-' | '~' | '+' | '&');
        let text = rest.get(count..rest.len().checked_sub(count)?)?;
        let text = text.strip_suffix(signs).unwrap_or(text);
        let kept = text.strip_prefix(signs).unwrap_or(text);
        Some(Self { text: kept, start: braces + count + text.len() - kept.len(), is_tag })
    }
}

/// `inside` with the missing sign added, where one has no partner.
fn mend(inside: &str, escapes: bool) -> Option<String> {
    let mut open: Vec<char> = Vec::new();
    // Whether a value or filter name is still missing, and where the sign stands that needs it.
    let mut awaits = Some(0);
    let mut at = 0;
    while let Some(next) = inside[at..].chars().next() {
        let (from, before) = (at, &inside[..at]);
        at += next.len_utf8();
        match next {
            // An apostrophe opens no quotation.
            '"' | '\'' if !before.ends_with(char::is_alphanumeric) => match closed(inside, at, next, escapes) {
                None => return Some(format!("{inside}{next}")),
                // Both quotations lack a mark: what stands between them is unquoted.
                Some(end) if inside[end..].starts_with(char::is_alphanumeric) => {
                    return Some(format!("{}…{next}", &inside[..at]));
                }
                Some(end) => at = end,
            },
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' => match open.iter().rposition(|close| *close == next) {
                None => return Some([before, &inside[at..]].concat()),
                Some(own) if own + 1 < open.len() => {
                    let lost: String = open[own + 1..].iter().rev().collect();
                    return Some([before, &lost, &inside[from..]].concat());
                }
                Some(own) => open.truncate(own),
            },
            // `||` means “or”.
            '|' if inside[at..].starts_with('|') && awaits.is_none() => at += 1,
            '|' if awaits == Some(0) => return Some(format!("… {inside}")),
            '|' if awaits.is_some() => return Some([before, inside[at..].trim_start()].concat()),
            _ => {}
        }
        if next == '|' {
            awaits = Some(from);
        } else if !next.is_whitespace() {
            awaits = None;
        }
    }
    match awaits {
        Some(sign) => Some(inside[..sign].trim_end().to_owned()),
        None if open.is_empty() => None,
        None => Some(inside.chars().chain(open.into_iter().rev()).collect()),
    }
}

/// Where the quotation from `at` ends, behind its mark.
fn closed(inside: &str, at: usize, mark: char, escapes: bool) -> Option<usize> {
    let mut marks = inside[at..].match_indices(mark).map(|(step, _)| at + step);
    marks.find(|&end| !escapes || !inside[..end].ends_with('\\')).map(|end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::mended;

    #[test]
    fn a_slip_is_mended() {
        for (broken, whole) in [
            ("{{ }}", "{{ … }}"),
            ("{{}}", "{{ … }}"),
            ("{% %}", "{% … %}"),
            ("{{ a | }}", "{{ a }}"),
            ("{{ | upcase }}", "{{ … | upcase }}"),
            ("{{ a | | upcase }}", "{{ a | upcase }}"),
            ("{{ a || }}", "{{ a }}"),
            ("{{ a | default: \"there }}", "{{ a | default: \"there\" }}"),
            ("{{ a | default: 'there }}", "{{ a | default: 'there' }}"),
            ("{{- a[0 -}}", "{{- a[0] -}}"),
            ("{{ a(b[0) }}", "{{ a(b[0]) }}"),
            ("{{ a) }}", "{{ a }}"),
            ("{% if a == \"b %}", "{% if a == \"b\" %}"),
            ("{% for i in (1..5 %}", "{% for i in (1..5) %}"),
            ("{{ a | default: \"b }} and {{ c | default: \"d\" }}", "{{ a | default: \"…\" }}"),
        ] {
            assert_eq!(mended(broken).as_deref(), Some(whole), "{broken}");
        }
    }

    #[test]
    fn what_is_whole_is_left_alone() {
        for whole in [
            "{{ a }}",
            "{{{a}}}",
            "{{ a | default: \"there\" | append: ', ' | upcase }}",
            "{{ a | default: \"it's\" }}",
            "{{ a | default: 'say \"hi\"' }}",
            "{{ a | replace('\\'', '\"') }}",
            "{{ a | split: '\\' | join: ',' }}",
            "{% set a = {\"b\": 1}%}",
            "${{a}}",
            "{{ customer's name }}",
            "{{ a | default: it's }}",
            "{{ a || \"there\" }}",
            "{{ a[0].b['c d'] | slice(1, (2 + 3)) }}",
            "{% for i in (1..5) %}",
            "{%- if a and (b or c) -%}",
            "{% set a = {\"b\": [1, 2]} %}",
            "{% # the shop's note %}",
            "{{! the shop's (note }}",
            "{{#if (eq a 'b')}}",
            "{{/if}}",
            "{{^}}",
            "{{else}}",
        ] {
            assert_eq!(mended(whole), None, "{whole}");
        }
    }
}
