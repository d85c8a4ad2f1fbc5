//! The terminal's capabilities, as the command line found them, and the few colours drawn without miette.

/// Capabilities of an output stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns to wrap at.
    pub width: usize,
    /// Whether to colour.
    pub color: bool,
    /// Whether to draw with more than ASCII.
    pub unicode: bool,
    /// Where rules are explained, if the terminal shows links: the rule's id is appended.
    pub links: Option<String>,
}

impl Default for Style {
    /// For a pipe: no colour, no links.
    fn default() -> Self {
        Self { width: 100, color: false, unicode: true, links: None }
    }
}

/// A colour by its meaning.
#[cfg(feature = "cli")]
#[derive(Clone, Copy, Debug)]
pub(super) enum Paint {
    Error,
    Warning,
    Advice,
    Added,
    Removed,
    Faint,
}

#[cfg(feature = "cli")]
impl Style {
    /// `text` in this colour, or unchanged if colours are off.
    pub(super) fn paint(&self, paint: Paint, text: &str) -> String {
        let code = match paint {
            Paint::Error | Paint::Removed => 31,
            Paint::Warning => 33,
            Paint::Advice => 36,
            Paint::Added => 32,
            Paint::Faint => 2,
        };
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// miette's theme for this terminal; its own default would ask the environment.
    pub(super) fn theme(&self) -> miette::GraphicalTheme {
        use miette::{GraphicalTheme, ThemeCharacters, ThemeStyles};
        GraphicalTheme {
            characters: if self.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
            styles: if self.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
        }
    }
}
