//! stub
use crate::source::Span;
#[derive(Clone, Debug)]
pub struct SlotHit {
    pub span: Span,
}
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct SlotWords {}
pub fn find(_t: &str, _w: &SlotWords) -> Vec<SlotHit> {
    Vec::new()
}
