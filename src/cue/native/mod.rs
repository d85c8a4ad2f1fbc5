//! Built-in recognisers, for what no list of phrases can find: promises, placeholders, addresses, numbers with a check
//! digit.

mod ground;
pub mod number;
pub mod promise;
mod script;
pub mod shape;
pub mod slot;
pub mod url;

pub use ground::Ground;

use super::raw::Native;
use super::scan::Scan;
use crate::language::{holds, is_simplified_only, is_traditional_only};
use crate::source::Span;
use number::NumberKind;

/// What a recogniser without cues finds, in bytes of the folded text. `text` is the turn's own. `known` means that hits
/// will be compared with a list, so that short ones count, too.
pub(super) fn places(native: Native, known: bool, scan: &Scan, text: &str) -> Vec<Span> {
    let folded = scan.folded.text.as_str();
    let numbers = |kinds: &[NumberKind]| {
        scan.numbers.iter().filter(|number| kinds.contains(&number.kind)).map(|number| number.span).collect()
    };
    match native {
        Native::Phone => numbers(&[NumberKind::Mobile, NumberKind::Landline, NumberKind::Abroad]),
        Native::IdNumber => numbers(&[NumberKind::Identity]),
        Native::BankCard => numbers(&[NumberKind::Card]),
        Native::Email => numbers(&[NumberKind::Email]),
        Native::OfficeContact => scan.numbers.iter().filter(|hit| hit.public).map(|hit| hit.span).collect(),
        Native::Slot => scan.slots.iter().map(|slot| slot.span).collect(),
        Native::Url => scan.addresses.clone(),
        Native::Capitals if scan.segments.holds(holds::CAPITAL) => {
            script::refolded(text, folded, &shape::capitals(text, if known { 2 } else { shape::ALONE }))
        }
        Native::SimplifiedOnly if mixed(scan) => script::only(text, folded, is_simplified_only),
        Native::TraditionalOnly if mixed(scan) => script::only(text, folded, is_traditional_only),
        // Built on cues: the scanner runs these itself.
        Native::Promise | Native::Capitals | Native::SimplifiedOnly | Native::TraditionalOnly => Vec::new(),
    }
}

/// Whether the text mixes the scripts. Only then can a character be of the wrong one, which is rare.
fn mixed(scan: &Scan) -> bool {
    scan.segments.holds(holds::SIMPLIFIED) && scan.segments.holds(holds::TRADITIONAL)
}
