//! Names of rules in settings, options and waivers: an id, a pack, a pattern, or a former id.

use super::Rule;

impl Rule {
    /// Whether `name` (an id, a former id, a pack's name, or either with `*`) is this rule's.
    pub fn answers_to(&self, name: &str) -> bool {
        std::iter::once(&self.id).chain(&self.was).any(|id| names(name, id))
    }
}

/// Whether a pattern (an id, a pack's name, or either with `*`) names a rule.
pub fn names(pattern: &str, id: &str) -> bool {
    if !pattern.contains(['/', '*']) {
        return id.split('/').next() == Some(pattern);
    }
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| id.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn patterns_name_rules() {
        for pattern in ["*", "wording", "wording/*", "wording/jargon", "*/jargon", "w*/j*n", "*jar*"] {
            assert!(names(pattern, "wording/jargon"), "{pattern}");
        }
        for pattern in ["", "jargon", "word", "wording/", "wording/jar", "*/jar", "jar*", "w*x*n", "promise/*"] {
            assert!(!names(pattern, "wording/jargon"), "{pattern}");
        }
    }
}
