//! From a service's claims to this installation's words.

use crate::{Failure, ProviderConfig};
use gtp_model::{Assurance, Identity, Role};
use serde_json::{Map, Value};

/// The longest subject and name that are taken.
const LONGEST: usize = 200;

/// Where a person has several roles, the one that comes first here is theirs.
const BY_WEIGHT: [Role; 5] =
    [Role::Clinician, Role::Operator, Role::Auditor, Role::Relative, Role::Citizen];

/// Who it is that these claims are about.
pub fn identity(config: &ProviderConfig, claims: &Map<String, Value>) -> Result<Identity, Failure> {
    let names = &config.claims;
    let subject = text(claims, &names.subject).filter(|own| !own.is_empty());
    let subject = subject.filter(|own| own.chars().count() <= LONGEST);
    let subject = subject.filter(|own| !own.chars().any(char::is_control));
    let subject = subject.ok_or(Failure::Unreadable)?;
    let name = text(claims, &names.name).unwrap_or_default();
    let unit = text(claims, &names.unit);
    let unit = unit.and_then(|value| config.units.get(&value).cloned().or(value.parse().ok()));
    let level = text(claims, &names.level);
    Ok(Identity {
        provider: config.id.clone(),
        name: name.chars().filter(|c| !c.is_control()).take(LONGEST).collect(),
        role: role(config, claims).ok_or(Failure::NoRole)?,
        unit,
        number: text(claims, &names.number).and_then(|number| number.parse().ok()),
        assurance: level
            .and_then(|level| config.levels.get(&level).copied())
            .unwrap_or(Assurance::None),
        subject,
    })
}

fn role(config: &ProviderConfig, claims: &Map<String, Value>) -> Option<Role> {
    if let Some(role) = config.role {
        return Some(role);
    }
    let value = claim(claims, &config.claims.role)?;
    let values: Vec<&str> = match value {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let roles: Vec<Role> =
        values.iter().filter_map(|value| config.roles.get(*value).copied()).collect();
    BY_WEIGHT.into_iter().find(|role| roles.contains(role))
}

fn claim<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    match name.strip_prefix('/') {
        None => claims.get(name),
        Some(path) => {
            let mut parts = path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
            let first = claims.get(&parts.next()?)?;
            parts.try_fold(first, |value, part| match value {
                Value::Object(object) => object.get(&part),
                Value::Array(array) => array.get(part.parse::<usize>().ok()?),
                _ => None,
            })
        }
    }
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    match claim(claims, name)? {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn config(more: Value) -> ProviderConfig {
        let mut config = json!({
            "id": "demo", "name": { "da": "Demo" }, "issuer": "https://demo.example",
            "client-id": "gtp",
        });
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(config).unwrap()
    }

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_citizen_is_known_by_the_number_claim() {
        let config = config(json!({
            "role": "citizen",
            "levels": { "urn:substantial": "substantial" },
        }));
        let claims = map(json!({
            "sub": "abc", "name": "Demo Borger", "dk.cpr": "070761-0001", "acr": "urn:substantial",
        }));
        let identity = identity(&config, &claims).unwrap();
        assert_eq!(identity.role, Role::Citizen);
        assert_eq!(identity.number, "0707610001".parse().ok());
        assert_eq!(identity.assurance, Assurance::Substantial);
        let other = map(json!({ "sub": "abc", "dk.cpr": "none", "acr": "urn:high" }));
        let other = super::identity(&config, &other).unwrap();
        assert_eq!((other.number, other.assurance), (None, Assurance::None));
    }

    #[test]
    fn staff_get_role_and_unit_by_the_tables() {
        let config = config(json!({
            "claims": { "role": "/realm/roles", "unit": "org" },
            "roles": { "nurse": "clinician", "admin": "operator" },
            "units": { "4711": "home-care" },
        }));
        let claims = |roles: Value, org: &str| {
            map(json!({ "sub": "abc", "realm": { "roles": roles }, "org": org }))
        };
        let both = identity(&config, &claims(json!(["admin", "nurse", "x"]), "4711")).unwrap();
        assert_eq!(both.role, Role::Clinician);
        assert_eq!(both.unit, "home-care".parse().ok());
        let plain = identity(&config, &claims(json!("admin"), "sor-1")).unwrap();
        assert_eq!((plain.role, plain.unit), (Role::Operator, "sor-1".parse().ok()));
        let none = identity(&config, &claims(json!(["x"]), "4711"));
        assert_eq!(none.unwrap_err(), Failure::NoRole);
    }

    #[test]
    fn without_a_subject_it_is_nobody() {
        let config = config(json!({ "role": "operator" }));
        for claims in [json!({}), json!({ "sub": "" }), json!({ "sub": "a\nb" })] {
            assert_eq!(identity(&config, &map(claims)).unwrap_err(), Failure::Unreadable);
        }
    }
}
