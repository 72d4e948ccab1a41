//! What precisely differs between two things that should be the same.

use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// One place at which two things differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Where: `/findings/0/verdict`.
    pub at: String,
    /// What was kept. Null where there was nothing.
    pub kept: Value,
    /// What there is now. Null where there is nothing.
    pub now: Value,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, kept, now } = self;
        write!(f, "{at}: kept {kept}, now {now}")
    }
}

/// All places at which two things differ as JSON, in order.
#[must_use]
pub fn differences(kept: &impl Serialize, now: &impl Serialize) -> Vec<Difference> {
    let json = |thing: Result<Value, _>| thing.unwrap_or(Value::Null);
    let mut found = vec![];
    walk(
        &json(serde_json::to_value(kept)),
        &json(serde_json::to_value(now)),
        &mut String::new(),
        &mut found,
    );
    found
}

fn walk(kept: &Value, now: &Value, at: &mut String, found: &mut Vec<Difference>) {
    let nothing = &Value::Null;
    let length = at.len();
    match (kept, now) {
        (Value::Object(left), Value::Object(right)) => {
            let new = right.keys().filter(|key| !left.contains_key(*key));
            for key in left.keys().chain(new) {
                at.push('/');
                at.push_str(key);
                let side = |map: &serde_json::Map<String, Value>| map.get(key).cloned();
                walk(&side(left).unwrap_or_default(), &side(right).unwrap_or_default(), at, found);
                at.truncate(length);
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            for index in 0..left.len().max(right.len()) {
                at.push('/');
                at.push_str(&index.to_string());
                let (left, right) = (left.get(index), right.get(index));
                walk(left.unwrap_or(nothing), right.unwrap_or(nothing), at, found);
                at.truncate(length);
            }
        }
        (kept, now) if kept == now => {}
        (kept, now) => {
            found.push(Difference { at: at.clone(), kept: kept.clone(), now: now.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equal_things_do_not_differ_and_others_differ_where_they_do() {
        let one = json!({ "a": [1, 2], "b": { "c": "x" } });
        assert!(differences(&one, &one).is_empty());
        let other = json!({ "a": [1, 3, 4], "b": {}, "d": true });
        let found: Vec<String> =
            differences(&one, &other).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "/a/1: kept 2, now 3",
                "/a/2: kept null, now 4",
                "/b/c: kept \"x\", now null",
                "/d: kept null, now true"
            ]
        );
    }
}
