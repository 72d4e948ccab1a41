//! Changes over rows: what a commit, a group of commits or a stretch of the journal has changed so far, as the
//! event after it finds it.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::engine::{Entry, KeyRange, Put};
use crate::store::StoreError;

/// Keys and their new values; none removes the key.
pub(crate) type Puts = Vec<Put>;

/// The rows of the view as they are before an event.
pub(crate) trait Rows {
    /// The value of a key.
    fn row(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The last entry of a range.
    fn last(&self, range: &KeyRange) -> Result<Option<Entry>, StoreError>;
}

/// A view in which nothing is.
pub(crate) struct Nothing;

impl Rows for Nothing {
    fn row(&self, _: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }

    fn last(&self, _: &KeyRange) -> Result<Option<Entry>, StoreError> {
        Ok(None)
    }
}

/// Rows with changes over them.
pub(crate) struct Overlay<'a> {
    under: &'a dyn Rows,
    puts: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'a> Overlay<'a> {
    pub fn over(under: &'a dyn Rows) -> Self {
        Self { under, puts: BTreeMap::new() }
    }

    /// Gives a key a value, or takes it away.
    pub fn put(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.puts.insert(key, value);
    }

    /// Makes changes that were worked out elsewhere.
    pub fn put_all(&mut self, puts: impl IntoIterator<Item = Put>) {
        self.puts.extend(puts);
    }

    /// All changes, by key.
    pub fn into_puts(self) -> Puts {
        self.puts.into_iter().collect()
    }
}

impl Rows for Overlay<'_> {
    fn row(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.puts.get(key) {
            Some(value) => Ok(value.clone()),
            None => self.under.row(key),
        }
    }

    fn last(&self, range: &KeyRange) -> Result<Option<Entry>, StoreError> {
        let mut rest = range.clone();
        while !rest.is_empty() {
            let until = rest.until.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
            let bounds = (Bound::Included(rest.from.as_slice()), until);
            let over = self.puts.range::<[u8], _>(bounds).next_back();
            let under = self.under.last(&rest)?;
            match over {
                Some((key, value)) if under.as_ref().is_none_or(|(other, _)| other <= key) => {
                    if let Some(value) = value {
                        return Ok(Some((key.clone(), value.clone())));
                    }
                    // It is gone, and so is what lies under it.
                    rest.until = Some(key.clone());
                }
                _ => return Ok(under),
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn last(rows: &dyn Rows, from: &str, until: &str) -> Option<String> {
        let range = KeyRange { from: from.into(), until: Some(until.into()) };
        let (key, value) = rows.last(&range).unwrap()?;
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Some(format!("{}={}", text(key), text(value)))
    }

    #[test]
    fn the_last_of_a_range_is_that_of_both_together() {
        let mut first = Overlay::over(&Nothing);
        for key in ["b", "d", "f"] {
            first.put(key.into(), Some(b"old".to_vec()));
        }
        let mut second = Overlay::over(&first);
        assert_eq!(last(&second, "a", "z").as_deref(), Some("f=old"));
        second.put(b"f".to_vec(), None);
        second.put(b"e".to_vec(), Some(b"new".to_vec()));
        second.put(b"d".to_vec(), Some(b"new".to_vec()));
        assert_eq!(last(&second, "a", "z").as_deref(), Some("e=new"));
        assert_eq!(last(&second, "a", "e").as_deref(), Some("d=new"));
        assert_eq!(last(&second, "a", "d").as_deref(), Some("b=old"));
        assert_eq!(last(&second, "f", "z"), None);
        assert_eq!(last(&second, "d", "d"), None);
        assert_eq!(second.row(b"f").unwrap(), None);
        assert_eq!(second.row(b"b").unwrap().as_deref(), Some(&b"old"[..]));
    }
}
