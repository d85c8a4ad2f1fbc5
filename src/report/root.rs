//! Paths as platforms expect them: from the top of the repository, with `/`, and as URIs.

use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

/// The working folder, and the top of the repository around it. Never accesses the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root {
    here: PathBuf,
    top: PathBuf,
}

impl Root {
    /// A run in the folder `here` of the repository at `top`, both absolute.
    pub fn new(here: impl Into<PathBuf>, top: impl Into<PathBuf>) -> Self {
        Self { here: here.into(), top: top.into() }
    }

    /// The path from the top of the repository; as it was given if it is outside.
    pub(super) fn path(&self, given: &str) -> String {
        self.inside(given).unwrap_or_else(|| given.to_owned())
    }

    /// The path as a URI reference, and whether that is relative to the top of the repository.
    pub(super) fn uri(&self, given: &str) -> (String, bool) {
        if let Some(inside) = self.inside(given) {
            return (encoded(&inside), true);
        }
        let absolute = slashed(&plain(&self.here.join(given)));
        (format!("file://{}", encoded(&absolute)), false)
    }

    fn inside(&self, given: &str) -> Option<String> {
        let path = plain(&self.here.join(given));
        let inside = path.strip_prefix(&self.top).ok()?;
        (inside.is_relative() && !inside.starts_with("..")).then(|| slashed(inside))
    }
}

/// Without `.` and, as far as names alone tell, without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().filter(|part| !matches!(part, Component::RootDir)).collect();
    let joined = parts.iter().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    if path.has_root() { format!("/{joined}") } else { joined }
}

/// Percent-encoded except for RFC 3986's unreserved characters and the slashes.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_counted_from_the_top() {
        let root = Root::new("/work/shop/scripts", "/work/shop");
        for (given, path, uri) in [
            ("a.md", "scripts/a.md", "scripts/a.md"),
            ("./a.md", "scripts/a.md", "scripts/a.md"),
            ("../b c.md", "b c.md", "b%20c.md"),
            ("/work/shop/退款.md", "退款.md", "%E9%80%80%E6%AC%BE.md"),
            ("x/../../100%.md", "100%.md", "100%25.md"),
            ("a:b#c?.md", "scripts/a:b#c?.md", "scripts/a%3Ab%23c%3F.md"),
        ] {
            assert_eq!(root.path(given), path);
            assert_eq!(root.uri(given), (uri.to_owned(), true));
        }
        assert_eq!(root.path("../../else.md"), "../../else.md");
        assert_eq!(root.uri("../../else.md"), ("file:///work/else.md".to_owned(), false));
        assert_eq!(root.uri("/tmp/ .md"), ("file:///tmp/%20.md".to_owned(), false));
        assert_eq!(Root::default().path("./a/b.md"), "a/b.md");
    }
}
