//! Values of closed lists by their names in files, so that no list of names stands beside the one that serde has.

use serde::Serialize;
use serde_json::Value;

/// The name of a value in files: `warning`, `true`. Empty where it is no word.
pub fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(Value::Bool(flag)) => flag.to_string(),
        _ => String::new(),
    }
}
