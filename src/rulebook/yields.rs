//! `yields-to` entries of packs that name no rule.

use super::Pack;
use crate::source::{Diagnostic, Wording, wording};
use toml::Spanned;

/// Entries of `yields-to` that are not `known`.
pub(super) fn yields(packs: &[Pack], known: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    for (pack, name, raw) in packs.iter().flat_map(|pack| pack.rules.iter().map(move |(name, raw)| (pack, name, raw))) {
        for target in raw.yields_to.iter().filter(|target| !known(target)) {
            let id = pack.rule_id(name.get_ref());
            let said = wording!("the rule “{id}” gives way to “{target}”, which does not exist", id, target);
            errors.push(at(pack, name, "pack/unknown-rule", said));
        }
    }
    errors
}

pub(super) fn at(pack: &Pack, name: &Spanned<String>, code: &'static str, message: Wording) -> Diagnostic {
    Diagnostic::error(code, message)
        .path(&*pack.file.path)
        .text(pack.file.text.clone())
        .label(name.span(), wording!("here"))
}
