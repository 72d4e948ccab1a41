//! Reading a JSON body.
//!
//! A body is read whole, up to 1 MiB, and parsed as JSON. An error says where, never what: the parser's own
//! message can quote the text, and the text is about a citizen.

use crate::problem::{Kind, Problem};
use axum::body::Body as HttpBody;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use gtp_care::Fault;
use gtp_care::calendar::parse_rfc3339;
use gtp_model::Time;
use http_body_util::BodyExt;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// The largest body.
pub const LARGEST: usize = 1024 * 1024;
/// A larger body is read and thrown away up to here before it is refused: an answer that is sent while the
/// client still writes is often lost to it.
const DRAINED: usize = 16 * LARGEST;
/// A body that takes longer than this does not come.
const LONGEST: Duration = Duration::from_secs(30);

/// A body that is JSON.
#[derive(Debug)]
pub struct Body(pub Value);

impl<S: Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let bytes = timeout(LONGEST, collect(request.into_body()))
            .await
            .map_err(|_| Problem::new(Kind::TooSlow))??;
        if !is_json {
            return Err(Problem::new(Kind::UnsupportedMediaType));
        }
        parse(&bytes).map(Self)
    }
}

fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(bytes).map_err(|error| Problem {
        place: Some((error.line(), error.column())),
        ..Problem::new(Kind::Malformed)
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

async fn collect(mut body: HttpBody) -> Result<Vec<u8>, Problem> {
    let (mut bytes, mut length) = (vec![], 0_usize);
    while let Some(frame) = body.frame().await {
        // A connection that breaks off: nobody will read the answer.
        let frame = frame.map_err(|_| Problem::new(Kind::Malformed))?;
        let chunk = frame.into_data().unwrap_or_default();
        length = length.saturating_add(chunk.len());
        if length > DRAINED {
            break;
        }
        if length <= LARGEST {
            bytes.extend_from_slice(&chunk);
        }
    }
    if length > LARGEST { Err(Problem::new(Kind::TooLarge)) } else { Ok(bytes) }
}

/// Reads the members of a small object and collects everything that is wrong with them.
pub struct Members<'a> {
    object: Option<&'a serde_json::Map<String, Value>>,
    problems: Vec<gtp_care::Problem>,
}

impl<'a> Members<'a> {
    /// The members of an object that has no others than these.
    #[must_use]
    pub fn of(body: &'a Value, known: &[&str]) -> Self {
        let mut problems = vec![];
        let object = body.as_object();
        match object {
            None => problems.push(gtp_care::Problem::new("", Fault::Form("object"))),
            Some(object) => {
                let unknown = object.keys().filter(|key| !known.contains(&key.as_str()));
                for key in unknown {
                    problems.push(gtp_care::Problem::new("", Fault::Unexpected(key.clone())));
                }
            }
        }
        Self { object, problems }
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &str) -> &'a str {
        match self.object.and_then(|object| object.get(name)) {
            Some(Value::String(text)) => text,
            Some(_) => {
                self.wrong(name, Fault::Form("text"));
                ""
            }
            None => {
                self.problems.push(gtp_care::Problem::new("", Fault::Absent(name.to_owned())));
                ""
            }
        }
    }

    /// A text that may be absent.
    pub fn optional(&mut self, name: &str) -> Option<&'a str> {
        match self.object.and_then(|object| object.get(name)) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.text(name)),
        }
    }

    /// A list of texts, empty where it is absent.
    pub fn texts(&mut self, name: &str) -> Vec<&'a str> {
        match self.object.and_then(|object| object.get(name)) {
            None | Some(Value::Null) => vec![],
            Some(Value::Array(list)) => {
                let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                if texts.len() < list.len() {
                    self.wrong(name, Fault::Form("list"));
                }
                texts
            }
            Some(_) => {
                self.wrong(name, Fault::Form("list"));
                vec![]
            }
        }
    }

    /// A number that may be absent.
    pub fn number(&mut self, name: &str) -> Option<f64> {
        let number = self.value(name)?.as_f64();
        if number.is_none() {
            self.wrong(name, Fault::Form("value"));
        }
        number
    }

    /// A moment that may be absent.
    pub fn moment(&mut self, name: &str) -> Option<Time> {
        let moment = parse_rfc3339(self.optional(name)?);
        if moment.is_none() {
            self.wrong(name, Fault::Form("date-time"));
        }
        moment
    }

    /// Yes or no; no where it is absent.
    pub fn flag(&mut self, name: &str) -> bool {
        let Some(value) = self.value(name) else { return false };
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong(name, Fault::Form("boolean"));
        }
        flag.unwrap_or(false)
    }

    /// A member as it is, where it is there.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        self.object.and_then(|object| object.get(name)).filter(|value| !value.is_null())
    }

    /// Notes everything that is wrong with a member that is an object itself.
    pub fn take_in(&mut self, name: &str, own: Members<'_>) {
        self.problems.extend(own.problems.into_iter().map(|problem| gtp_care::Problem {
            pointer: format!("/{name}{}", problem.pointer),
            ..problem
        }));
    }

    /// Notes that a member is not there.
    pub fn absent(&mut self, name: &str) {
        self.problems.push(gtp_care::Problem::new("", Fault::Absent(name.to_owned())));
    }

    /// Everything that was wrong so far.
    #[must_use]
    pub fn so_far(&self) -> Problem {
        Problem::invalid(self.problems.clone())
    }

    /// Notes that a member is wrong.
    pub fn wrong(&mut self, name: &str, fault: Fault) {
        self.problems.push(gtp_care::Problem::new(format!("/{name}"), fault));
    }

    /// Whether everything was right.
    ///
    /// # Errors
    /// Everything that was not.
    pub fn finish(self) -> Result<(), Problem> {
        if self.problems.is_empty() { Ok(()) } else { Err(Problem::invalid(self.problems)) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_no_json_is_placed_and_not_repeated() {
        let problem = parse(b"{\n  \"name\": Secretname }").unwrap_err();
        assert_eq!(problem.place, Some((2, 11)));
        let document = problem.document(gtp_model::Language::En);
        assert!(!serde_json::to_string(&document).unwrap().contains("Secretname"));
    }

    #[test]
    fn json_with_a_parameter_is_json_and_text_is_not() {
        let is = |kind: &'static str| {
            is_json(&[(header::CONTENT_TYPE, kind.parse().unwrap())].into_iter().collect())
        };
        assert!(is("application/json; charset=utf-8") && is("Application/JSON"));
        assert!(!is("text/plain") && !is("application/json-seq") && !is(""));
        assert!(!is_json(&HeaderMap::new()));
    }

    #[test]
    fn all_that_is_wrong_with_an_object_is_said_at_once() {
        let body = json!({ "number": 7, "extra": 1 });
        let mut members = Members::of(&body, &["number", "name"]);
        members.text("number");
        members.text("name");
        let problem = members.finish().unwrap_err();
        let faults: Vec<_> = problem.values.into_iter().map(|value| value.fault).collect();
        assert_eq!(
            faults,
            [Fault::Unexpected("extra".into()), Fault::Form("text"), Fault::Absent("name".into())]
        );
        assert!(Members::of(&json!([]), &[]).finish().is_err());
    }
}
