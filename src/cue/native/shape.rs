//! stub
use crate::source::Span;
pub fn runs(_t: &str, _c: &str, _m: usize) -> Vec<Span> {
    Vec::new()
}
