//! What a page about a part of one citizen's record needs beside that part: whom it is about, and when the reader
//! was there before.

use crate::access::Deed;
use crate::{Care, CareError, Why};
use gtp_model::{Actor, Citizen, CitizenId, MINUTE, Time};
use gtp_record::view::queries;
use gtp_record::view::rows::BaselineRow;

/// Looks that lie no further apart are one visit: whoever reloads the page is still there.
const ONE_VISIT: i64 = 30 * MINUTE;
/// So many lines of the access log are gone through for the last visit. Who was not there in so many looks of
/// others sees the record as for the first time.
const LOOKED_THROUGH: usize = 1_000;

impl Care {
    /// Whom a page is about, with a line in the access log that says which part of the record it shows.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub async fn citizen(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        what: &str,
        why: &Why,
    ) -> Result<Citizen, CareError> {
        let record = self.permitted(actor, Deed::View, citizen)?;
        self.viewed(actor, citizen, what, why).await?;
        Ok(record.citizen)
    }

    /// When the actor saw the overview of this citizen on an earlier visit. Absent: never, as far as is
    /// remembered. Ask before the look that is to be compared with it.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub fn last_visit(&self, actor: &Actor, citizen: CitizenId) -> Result<Option<Time>, CareError> {
        let record = self.permitted(actor, Deed::View, citizen)?;
        let mut looks = vec![];
        for id in record.histories.ids() {
            let rows = queries::access_log(&*self.store, *id, None, LOOKED_THROUGH)?;
            let own = rows
                .into_iter()
                .filter(|row| row.by.account == actor.account && row.what == "overview");
            looks.extend(own.map(|row| row.at));
        }
        looks.sort_unstable_by_key(|at| std::cmp::Reverse(*at));
        Ok(before_this_visit(self.now(), &looks))
    }

    /// What is usual for a citizen, as far as somebody has said it.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub fn baselines(
        &self,
        actor: &Actor,
        citizen: CitizenId,
    ) -> Result<Vec<BaselineRow>, CareError> {
        let record = self.permitted(actor, Deed::View, citizen)?;
        Ok(record.histories.baselines(&*self.store)?)
    }
}

/// The last look of an earlier visit, of looks of which the newest comes first.
fn before_this_visit(now: Time, looks: &[Time]) -> Option<Time> {
    let mut here = now;
    for look in looks {
        if here.since(*look) > ONE_VISIT {
            return Some(*look);
        }
        here = *look;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(minutes: i64) -> Time {
        Time(minutes * MINUTE)
    }

    #[test]
    fn a_page_that_is_loaded_again_is_the_same_visit() {
        assert_eq!(before_this_visit(at(1_000), &[at(999), at(980), at(955)]), None);
        let looks = [at(999), at(980), at(900), at(890)];
        assert_eq!(before_this_visit(at(1_000), &looks), Some(at(900)));
    }

    #[test]
    fn who_was_never_here_has_no_last_visit() {
        assert_eq!(before_this_visit(at(1_000), &[]), None);
        assert_eq!(before_this_visit(at(1_000), &[at(10)]), Some(at(10)));
    }
}
