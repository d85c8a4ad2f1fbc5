//! Lists in packs that may be written as a single name.

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};

/// A name or several, as written `"a"` or `["a", "b"]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Names<C>(pub Vec<C>);

impl<'de, C: DeserializeOwned> Deserialize<'de> for Names<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, bound = "C: DeserializeOwned", expecting = "expected a cue's name or a list of names")]
        enum Written<C> {
            One(C),
            Many(Vec<C>),
        }
        // The binary form has no type tags, and always holds lists.
        if !deserializer.is_human_readable() {
            return Vec::deserialize(deserializer).map(Self);
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::One(name) => Self(vec![name]),
            Written::Many(names) => Self(names),
        })
    }
}

impl<C: JsonSchema> JsonSchema for Names<C> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Names".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let one = generator.subschema_for::<C>();
        schemars::json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
    }
}
