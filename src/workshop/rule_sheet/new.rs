//! Rules that exist only in a sheet: made from their words.

use super::row::{Row, left};
use super::{COLUMNS, View};
use crate::rulebook::Rulebook;
use crate::workshop::import::values::reply;
use crate::workshop::import::{Bench, Fresh, Reason, kebab, push_fresh, said, scenario_of};

/// Makes a new rule from its words.
pub(super) fn new_rule(id: &str, rows: &[Row], view: &View, rulebook: &Rulebook, bench: &mut Bench) {
    let Some(first) = rows.first() else { return };
    let place = first.place.clone();
    let one = |column: &str| rows.iter().find_map(|row| row.cell(column)).map(ToOwned::to_owned);
    let verb = one("check").unwrap_or_default();
    let mut words: Vec<(String, Option<String>)> = Vec::new();
    let mut known = false;
    for row in rows {
        let Some(word) = row.cell("word") else { continue };
        if let Some((other, rule)) = view.finder(word) {
            bench.left_out.push(left(&row.place, word, Reason::Overlaps, &format!("{other} ({rule})")));
            known = true;
            continue;
        }
        words.push((word.to_owned(), row.cell("better").map(ToOwned::to_owned)));
    }
    if words.is_empty() && known {
        return;
    }
    if words.is_empty() {
        return bench.left_out.push(left(&place, id, Reason::UnknownRule, id));
    }
    if !matches!(verb.as_str(), "" | "forbid" | "prefer") {
        return bench.left_out.push(left(&place, id, Reason::Verb, &verb));
    }
    let severity = one("severity").unwrap_or_else(|| "warning".to_owned());
    let Ok(severity) = said().own_severity(&severity) else {
        return bench.left_out.push(left(&place, id, Reason::NoSeverity, &severity));
    };
    for row in rows {
        match row.cell("on").map(|written| (said().switch(written), written)) {
            // A rule that is switched off need not be made.
            Some((Some(false), _)) => return,
            Some((None, written)) => bench.left_out.push(left(&row.place, id, Reason::NoSwitch, written)),
            _ => {}
        }
    }
    let scenario = one("scenario").and_then(|name| {
        let known = scenario_of(&name, &rulebook.scenarios);
        if known.is_none() {
            bench.left_out.push(left(&place, id, Reason::Scenario, &name));
        }
        known
    });
    let name = id.rsplit('/').next().unwrap_or_default();
    let cue = one("cue").filter(|cue| kebab(cue).as_deref() == Some(cue) && view.cue(cue).is_empty());
    let all = |column: &str| rows.iter().filter_map(|row| row.cell(column)).map(reply).collect::<Vec<_>>();
    let spoken = COLUMNS.iter().filter(|column| column.ends_with("-zh") || column.ends_with("-en"));
    let spoken = spoken.filter_map(|column| Some(((*column).to_owned(), one(column)?))).collect();
    let fresh = Fresh {
        called: name.to_owned(),
        words,
        severity: severity.to_owned(),
        scenario,
        spoken,
        bad: all("bad"),
        good: all("good"),
        cue,
        place,
    };
    push_fresh(&fresh, bench);
}
