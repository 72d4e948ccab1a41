//! What makes a submission the same as an earlier one: its content, in whatever order a sender writes the members of
//! an object.

use gtp_model::Digest;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// SHA-256 of a JSON value with the members of every object in the order of their names.
#[must_use]
pub fn fingerprint(value: &Value) -> Digest {
    let mut text = vec![];
    write(value, &mut text);
    Digest(Sha256::digest(&text).into())
}

fn write(value: &Value, text: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<&String, &Value> = members.iter().collect();
            listed(b'{', b'}', text, sorted, |(name, value), text| {
                scalar(&Value::String(name.clone()), text);
                text.push(b':');
                write(value, text);
            });
        }
        Value::Array(items) => listed(b'[', b']', text, items, write),
        other => scalar(other, text),
    }
}

fn listed<T>(
    open: u8,
    close: u8,
    text: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    write: impl Fn(T, &mut Vec<u8>),
) {
    text.push(open);
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            text.push(b',');
        }
        write(item, text);
    }
    text.push(close);
}

fn scalar(value: &Value, text: &mut Vec<u8>) {
    // Writing a value that was read to memory cannot fail.
    let _ = serde_json::to_writer(text, value);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_order_of_members_does_not_matter_and_that_of_items_does() {
        let of = |text: &str| fingerprint(&serde_json::from_str(text).unwrap());
        let one = of(r#"{"a":[1,{"b":2.5,"c":"x\""}],"d":null}"#);
        assert_eq!(one, of(r#"{ "d": null, "a": [1, {"c": "x\"", "b": 2.5}] }"#));
        assert_ne!(one, of(r#"{"a":[{"b":2.5,"c":"x\""},1],"d":null}"#));
        let plain: [u8; 32] = Sha256::digest(r#"{"a":[1,2],"b":true}"#).into();
        assert_eq!(of(r#"{"b":true,"a":[1,2]}"#).0, plain);
    }
}
