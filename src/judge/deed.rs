//! What a promise says is to be done: the verb with what belongs to it.

use super::receipt::without_lead;
use crate::cue::native::promise::Promise;
use crate::language::is_letter;

/// An action with what follows it in the promise, up to words of time or a condition. In Chinese the verb may follow the
/// time: 督促施工单位在3天内做好围挡 is told whole.
pub(super) fn whole((start, end): (u32, u32), promise: &Promise, text: &str) -> (u32, u32) {
    let told = |from: u32, to: u32| {
        let rest = text.get(from as usize..to as usize).unwrap_or_default();
        !rest.is_ascii() && rest.chars().filter(|&letter| is_letter(letter)).count() > PARTICLES
    };
    let last = promise.condition.map(|place| place.0).filter(|&at| at >= end).unwrap_or(promise.span.1);
    let time = promise.time.filter(|time| time.0 >= end && time.0 < last && !told(time.1, last));
    let until = time.map_or(last, |time| time.0).max(end);
    // One or two characters are particles; leave them out.
    let rest = &text[end as usize..until as usize];
    let until = if rest.is_ascii() || rest.chars().count() > PARTICLES { until } else { end };
    let said = text[start as usize..until as usize].trim_end_matches([',', ';', '\u{3001}', ' ']);
    let said = if time.is_some() { without_lead(said) } else { said };
    (start, start + said.len() as u32)
}

/// Most characters after an action that add nothing to it.
const PARTICLES: usize = 2;
