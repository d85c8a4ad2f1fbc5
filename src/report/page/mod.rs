//! The report that people open: one self-contained HTML file, in which no word of a transcript can act as code.

mod about;
mod chosen;
mod data;
mod periods;
mod shown;
mod talk;

pub use about::{About, Kind, Model};
pub use chosen::Chosen;
pub use data::data;
pub use talk::{Talk, talk};

use super::{Ui, sanitize_line};
use askama::Template;
use askama::filters::HtmlSafe;
use std::fmt::{self, Display, Formatter};
use std::io;
use xxhash_rust::xxh3::Xxh3;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    lang: &'static str,
    title: &'a str,
    noscript: &'a str,
    /// Only elements with this nonce may run or style the page. It is derived from the whole page, so that nothing in
    /// the page can know it.
    nonce: String,
    style: Own,
    script: Own,
    data: Json<'a>,
}

/// Our own style and script: constants of the program, never data.
struct Own(&'static str);

impl Display for Own {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl HtmlSafe for Own {}

/// JSON in which no character can end the element around it.
struct Json<'a>(&'a str);

impl Display for Json<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut written = 0;
        for (at, letter) in self.0.char_indices() {
            if matches!(letter, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') {
                f.write_str(&self.0[written..at])?;
                write!(f, "\\u{:04x}", u32::from(letter))?;
                written = at + letter.len_utf8();
            }
        }
        f.write_str(&self.0[written..])
    }
}

impl HtmlSafe for Json<'_> {}

/// The page for this data.
///
/// # Errors
/// When it cannot be written out, which does not happen for data that is JSON.
pub fn page(data: &serde_json::Value, ui: Ui) -> io::Result<String> {
    let json = serde_json::to_string(data)?;
    let mut all = Xxh3::new();
    for part in [STYLE, SCRIPT, &json] {
        all.update(part.as_bytes());
    }
    let page = Page {
        lang: ui.code(),
        title: &sanitize_line(data["title"].as_str().unwrap_or_default()),
        noscript: &ui.text("page.noscript", &[]),
        nonce: format!("{:032x}", all.digest128()),
        style: Own(STYLE),
        script: Own(SCRIPT),
        data: Json(&json),
    };
    page.render().map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_template_lets_data_through_unescaped() {
        let text = include_str!("page.html");
        assert!(!text.contains("safe") && !text.contains("escape"), "only `Own` and `Json` are written as they are");
        for form in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(!SCRIPT.contains(form), "{form}");
        }
    }

    #[test]
    fn nothing_ends_the_element_of_the_data() {
        let hostile = "</script><script>alert(1)</script><!--<script>\u{2028}&amp;";
        let page = page(&json!({ "title": hostile, "words": hostile }), Ui::default()).unwrap();
        assert_eq!(page.matches("</script>").count(), 2, "{page}");
        assert!(!page.contains("<script>alert") && !page.contains("<!--"));
        let start = page.find("id=\"data\">").unwrap() + 10;
        let end = start + page[start..].find("</script>").unwrap();
        let back: serde_json::Value = serde_json::from_str(&page[start..end]).unwrap();
        assert_eq!(back["words"], hostile);
    }
}
