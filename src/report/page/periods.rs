//! Days, weeks and months as a page compares them: a few figures each, and the items that cost most points.

use serde_json::{Value, json};

/// Most periods of a kind; the latest are kept.
const MOST: usize = 800;
/// Most items named for each.
const ITEMS: usize = 5;

/// The periods of a summary, by their kind.
pub(super) fn periods(summary: &Value) -> Value {
    let list = |field: &str| {
        let all: Vec<Value> = summary[field].as_array().into_iter().flatten().filter_map(period).collect();
        Value::from(all[all.len().saturating_sub(MOST)..].to_vec())
    };
    json!({ "day": list("byDay"), "week": list("byWeek"), "month": list("byMonth") })
}

/// One period; cases without a day belong to none.
fn period(group: &Value) -> Option<Value> {
    let name = group["name"].as_str()?;
    let mut items = Vec::new();
    let mut scores = serde_json::Map::new();
    for score in group["scores"].as_array().into_iter().flatten() {
        let card = score["scorecard"].as_str()?;
        let fields = ["mean", "passed", "excellent", "redLines", "otherErrors"];
        let kept = fields.map(|field| (field.to_owned(), score[field].clone())).into_iter().collect();
        scores.insert(card.to_owned(), Value::Object(kept));
        let lost = score["items"].as_array().into_iter().flatten().filter(|item| item["points"].as_f64() < Some(0.0));
        items.extend(lost.map(|item| {
            json!({ "item": format!("{card}/{}", item["item"].as_str().unwrap_or_default()),
            "points": item["points"], "cases": item["cases"]["hits"] })
        }));
    }
    let points = |item: &Value| item["points"].as_f64().unwrap_or_default();
    items.sort_by(|one, other| points(one).total_cmp(&points(other)));
    // The next period also shows what this one's items cost, so keep all that either may name.
    items.truncate(2 * ITEMS);
    Some(json!({ "at": name, "cases": group["cases"], "flagged": group["flagged"], "errors": group["errors"],
        "scores": scores, "items": items }))
}
