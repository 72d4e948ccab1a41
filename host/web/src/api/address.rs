//! Reading the address: the id in the path, and the query.

use crate::problem::{Expected, Kind, Problem};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use gtp_care::calendar::parse_rfc3339;
use gtp_model::Time;
use std::str::FromStr;

/// The `{id}` of the path. What is no id is an id of nothing: it is not found.
#[derive(Debug)]
pub struct Id<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let not_found = || Problem::new(Kind::NotFound);
        let params =
            RawPathParams::from_request_parts(parts, state).await.map_err(|_| not_found())?;
        let id = params.iter().find(|(name, _)| *name == "id").map(|(_, value)| value);
        id.and_then(|id| id.parse().ok()).map(Self).ok_or_else(not_found)
    }
}

/// The query, checked against the names that a route knows.
#[derive(Debug)]
pub struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes());
        Ok(Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()))
    }
}

impl Query {
    /// Refuses a parameter that the route does not know, or that is there twice: a filter that is misspelt
    /// would otherwise filter nothing.
    ///
    /// # Errors
    /// The parameter, unless even its name is nobody's: then it is not repeated.
    pub fn only(&self, known: &[&'static str]) -> Result<(), Problem> {
        for (index, (name, _)) in self.0.iter().enumerate() {
            let Some(known) = known.iter().find(|known| *known == name) else {
                return Err(Problem::query("", Expected::Known));
            };
            if self.0.iter().take(index).any(|(earlier, _)| earlier == known) {
                return Err(Problem::query(known, Expected::Once));
            }
        }
        Ok(())
    }

    /// The text of a parameter; one that is empty counts as absent.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A parameter that is an id, a number, ...
    ///
    /// # Errors
    /// It is there and is none.
    pub fn parsed<T: FromStr>(
        &self,
        name: &'static str,
        expected: Expected,
    ) -> Result<Option<T>, Problem> {
        let parse = |text: &str| text.parse().map_err(|_| Problem::query(name, expected));
        self.text(name).map(parse).transpose()
    }

    /// A parameter that is an RFC 3339 moment.
    ///
    /// # Errors
    /// It is there and is none.
    pub fn moment(&self, name: &'static str) -> Result<Option<Time>, Problem> {
        let parse =
            |text| parse_rfc3339(text).ok_or_else(|| Problem::query(name, Expected::Moment));
        self.text(name).map(parse).transpose()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Query {
        Query(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    #[test]
    fn a_misspelt_or_doubled_filter_is_refused() {
        assert!(query(&[("field", "weight")]).only(&["field"]).is_ok());
        assert!(query(&[("feild", "weight")]).only(&["field"]).is_err());
        assert!(query(&[("field", "a"), ("field", "b")]).only(&["field"]).is_err());
    }

    #[test]
    fn a_moment_needs_an_offset() {
        assert!(query(&[("from", "2026-11-21T07:30:00+01:00")]).moment("from").unwrap().is_some());
        assert!(query(&[("from", "2026-11-21")]).moment("from").is_err());
        assert_eq!(query(&[("from", "")]).moment("from").unwrap(), None);
        assert_eq!(query(&[]).moment("from").unwrap(), None);
    }
}
