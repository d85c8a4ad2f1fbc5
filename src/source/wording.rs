//! Messages about mistakes, as a sentence and its values: made in English where the mistake is found, translated where
//! they are shown.

use std::fmt;

/// A message about a mistake. The English stands in the code, made by `wording!`; translations stand in
/// `rules/language/mistakes.toml`, keyed by the English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wording {
    /// Final text: a value, or a message from a room that already knows the reader's language.
    Said(String),
    /// A library's message: English, some of which has a translation.
    Library(String),
    /// A sentence that can still be translated.
    Template {
        /// In English, with `{name}` where values belong.
        english: &'static str,
        /// The values, which may be wordings themselves.
        values: Vec<(&'static str, Wording)>,
    },
}

/// Makes a [`Wording`] from an English sentence and the values for its `{name}`s, given as `name` or `name = value`.
macro_rules! wording {
    ($english:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::source::Wording::Template {
            english: $english,
            values: vec![$((
                stringify!($name),
                $crate::source::Wording::from($crate::source::wording!(@value $name $($value)?)),
            )),*],
        }
    };
    (@value $name:ident) => { $name.clone() };
    (@value $name:ident $value:expr) => { $value };
}
pub(crate) use wording;

impl Wording {
    /// The message in a language: `translated` gives the template for an English one; `None` leaves it in English.
    pub fn text<'a>(&self, translated: &impl Fn(&str) -> Option<&'a str>) -> String {
        match self {
            Self::Said(text) => text.clone(),
            Self::Library(text) => translated(text).unwrap_or(text).to_owned(),
            Self::Template { english, values } => {
                let template = translated(english).unwrap_or(english);
                let values = values.iter().map(|(name, value)| (*name, value.text(translated))).collect::<Vec<_>>();
                filled(template, &values)
            }
        }
    }
}

impl fmt::Display for Wording {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(&|_| None))
    }
}

impl std::error::Error for Wording {}

impl From<String> for Wording {
    fn from(text: String) -> Self {
        Self::Said(text)
    }
}

/// Values come out unchanged.
macro_rules! values {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Wording {
            fn from(value: $kind) -> Self {
                Self::Said(value.to_string())
            }
        })*
    };
}
values!(&str, &String, std::sync::Arc<str>, std::borrow::Cow<'_, str>, char, usize, u64, u32, u8, i64, f64);

impl From<std::io::Error> for Wording {
    fn from(error: std::io::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&std::io::Error> for Wording {
    fn from(error: &std::io::Error) -> Self {
        // Our own wording, returned to us through serde's error.
        let own = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>());
        own.cloned().unwrap_or_else(|| Self::Library(error.to_string()))
    }
}

/// A template with `{name}` filled in, in one pass, so that braces inside a value are never taken for a name.
pub fn filled(template: &str, values: &[(&str, impl AsRef<str>)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(given, _)| *given == name)?;
            Some((value.as_ref(), tail))
        });
        if let Some((value, tail)) = value {
            filled.push_str(value);
            rest = tail;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wording_is_english_unless_it_is_translated() {
        let (given, size) = ("{size}", 3_usize);
        let inner = wording!("no key is called `{given}`", given);
        let whole = wording!("line {line}: {what}", line = size, what = inner);
        assert_eq!(whole.to_string(), "line 3: no key is called `{size}`");
        let chinese = |english: &str| match english {
            "line {line}: {what}" => Some("第 {line} 行：{what}"),
            "no key is called `{given}`" => Some("没有“{given}”"),
            _ => None,
        };
        assert_eq!(whole.text(&chinese), "第 3 行：没有“{size}”");
        let known = "no key is called `{given}`".to_owned();
        assert_eq!(Wording::from(known.clone()).text(&chinese), known, "a value is no sentence");
        assert_eq!(Wording::Library(known).text(&chinese), "没有“{given}”");
    }

    #[test]
    fn values_are_filled_in_once() {
        assert_eq!(filled("{a} {b} {c", &[("a", "{b}"), ("b", "2")]), "{b} 2 {c");
    }
}
