//! Names that somebody writes down and an audit shows: one of them may have hidden what is private in it, and it is still
//! the same name.

use super::names::is_starred;
use crate::language::fold_str;
use std::collections::HashMap;

/// Names of one list that are looked for in another one, by what is to be seen of them when what is private is hidden.
pub struct Alike<'m> {
    mask: &'m dyn Fn(&str) -> String,
    /// Those that are looked for; none where several look so.
    wanted: HashMap<String, Option<String>>,
    /// Those that were met, likewise.
    met: HashMap<String, Option<String>>,
}

impl<'m> Alike<'m> {
    /// Looks for nothing yet.
    pub fn new(mask: &'m dyn Fn(&str) -> String) -> Self {
        Self { mask, wanted: HashMap::new(), met: HashMap::new() }
    }

    /// Looks for a name.
    pub fn want(&mut self, name: &str) {
        if let Some(look) = self.look(name) {
            only(&mut self.wanted, look, name);
        }
    }

    /// Whether anything is looked for.
    pub fn wants(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Takes note of a name of the other list.
    pub fn meet(&mut self, name: &str) {
        if let Some(look) = self.look(name).filter(|look| self.wanted.contains_key(look)) {
            only(&mut self.met, look, name);
        }
    }

    /// The name of the other list that this one is, where on both sides nobody else looks so.
    pub fn of(&self, name: &str) -> Option<&str> {
        let look = self.look(name)?;
        self.wanted.get(&look)?.as_ref()?;
        // Two whole names are two people, however much they would look alike if they were masked.
        self.met.get(&look)?.as_deref().filter(|met| is_starred(name) != is_starred(met))
    }

    /// What is to be seen of a name, without the number that tells it from others; none where nothing in it is hidden.
    fn look(&self, name: &str) -> Option<String> {
        let masked = (self.mask)(name.trim());
        let number = |end: &str| !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit());
        let plain = masked.rsplit_once('#').filter(|(name, end)| is_starred(name) && number(end));
        let look = plain.map_or(masked.as_str(), |(name, _)| name);
        is_starred(look).then(|| fold_str(look))
    }
}

/// Keeps a name, unless another one looks the same.
fn only(names: &mut HashMap<String, Option<String>>, look: String, name: &str) {
    let kept = names.entry(look).or_insert_with(|| Some(name.to_owned()));
    if kept.as_ref().is_some_and(|kept| fold_str(kept.trim()) != fold_str(name.trim())) {
        *kept = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_known_again_and_two_that_look_the_same_are_nobody() {
        let mask = |name: &str| name.replace("00", "**");
        let mut alike = Alike::new(&mask);
        for name in ["100", "200", "200 ", "3**", "4**", "400", "plain"] {
            alike.want(name);
        }
        for name in ["1**#2", "2**", "2**#2", "300", "400", "plain"] {
            alike.meet(name);
        }
        let found = ["100", "200", "3**", "4**", "400", "plain", "500"].map(|name| alike.of(name));
        assert_eq!(found, [Some("1**#2"), None, Some("300"), None, None, None, None]);
    }
}
