//! The placeholders that messages may use, so that no misspelt one ever reaches an agent.

/// Placeholders that messages may use.
pub(super) const VALUES: [&str; 24] = [
    "quote", "first", "better", "count", "limit", "other", "place", "percent", "missing", "with", "without", "days",
    "state", "near", "agreed", "name", "whole", "words", "due", "declared", "amount", "key", "line", "column",
];

/// Placeholders that are never filled in.
pub(super) fn unfilled(message: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = message;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        let name = &rest[..rest.find(['}', '{']).unwrap_or(rest.len())];
        let closed = rest[name.len()..].starts_with('}');
        let plain =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_'));
        if closed && plain && !VALUES.contains(&name) {
            found.push(format!("{{{name}}}"));
        }
    }
    found
}
