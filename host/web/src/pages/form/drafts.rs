//! Forms that are half filled in: what was typed so far, until it is sent or a day has passed.
//!
//! A draft is no part of the record: nobody has sent it. It lies in the host's memory under the account that typed
//! it, so that a reload, a closed window or a new login loses nothing, and that nothing lies on a borrowed computer.
//! A restart of the host forgets it.

use super::posted::Posted;
use gtp_model::{CitizenId, DAY, Time};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// At most so many drafts are kept; the oldest goes first.
const MOST: usize = 10_000;
/// A draft is no longer than this, in bytes.
const LONGEST: usize = 64 * 1024;
/// A draft is kept so long after it was last touched.
const KEPT: i64 = DAY;

/// The drafts of everybody.
#[derive(Default)]
pub struct Drafts(Mutex<HashMap<(String, CitizenId), (Time, Posted)>>);

impl Drafts {
    /// Keeps what somebody typed about a citizen in place of what they typed before. Nothing that matters in it is
    /// nothing to keep.
    pub fn keep(&self, account: &str, citizen: CitizenId, draft: Posted, now: Time) {
        let draft = draft.typed();
        let key = (account.to_owned(), citizen);
        let mut drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !draft.holds_something() || draft.length() > LONGEST {
            drafts.remove(&key);
            return;
        }
        drafts.insert(key, (now, draft));
        if drafts.len() > MOST {
            drafts.retain(|_, (at, _)| now.since(*at) < KEPT);
        }
        if drafts.len() > MOST {
            let oldest = drafts.iter().min_by_key(|(_, (at, _))| *at).map(|(key, _)| key.clone());
            oldest.map(|key| drafts.remove(&key));
        }
    }

    /// What somebody typed about a citizen.
    pub fn of(&self, account: &str, citizen: CitizenId, now: Time) -> Option<Posted> {
        let drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, draft) = drafts.get(&(account.to_owned(), citizen))?;
        (now.since(*at) < KEPT).then(|| draft.clone())
    }

    /// Forgets it: it was sent, or given up.
    pub fn forget(&self, account: &str, citizen: CitizenId) {
        let mut drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.remove(&(account.to_owned(), citizen));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Posted {
        Posted::new(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
    }

    #[test]
    fn a_draft_is_of_one_account_and_one_citizen_and_a_day_old_at_most() {
        let (drafts, citizen, now) = (Drafts::default(), CitizenId::new(), Time(1_000));
        drafts.keep("a", citizen, typed(&[("v.weight", "82"), ("csrf", "secret")]), now);
        assert_eq!(drafts.of("a", citizen, now).unwrap().get("v.weight"), "82");
        assert_eq!(drafts.of("a", citizen, now).unwrap().get("csrf"), "");
        assert!(drafts.of("b", citizen, now).is_none());
        assert!(drafts.of("a", CitizenId::new(), now).is_none());
        assert!(drafts.of("a", citizen, now.plus(KEPT)).is_none());
        drafts.forget("a", citizen);
        assert!(drafts.of("a", citizen, now).is_none());
    }

    #[test]
    fn an_empty_form_and_an_endless_one_are_not_kept() {
        let (drafts, citizen, now) = (Drafts::default(), CitizenId::new(), Time(0));
        drafts.keep("a", citizen, typed(&[("v.weight", " "), ("key", "k")]), now);
        assert!(drafts.of("a", citizen, now).is_none());
        drafts.keep("a", citizen, typed(&[("v.note", &"x".repeat(LONGEST + 1))]), now);
        assert!(drafts.of("a", citizen, now).is_none());
    }

    #[test]
    fn the_moment_is_kept_only_where_somebody_changed_it() {
        let at = [("v.weight", "82"), ("date", "2026-11-21"), ("time", "07:30")];
        let mut left = at.to_vec();
        left.push(("opened", "2026-11-21T07:30"));
        assert_eq!(typed(&left).typed().get("date"), "");
        let mut changed = at.to_vec();
        changed.push(("opened", "2026-11-21T09:00"));
        assert_eq!(typed(&changed).typed().get("time"), "07:30");
    }
}
