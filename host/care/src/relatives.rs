//! Relatives: a citizen lets somebody read, or also enter, the data of one programme, until a date or until they
//! change their mind.

use crate::access::Deed;
use crate::command::{Decided, Once};
use crate::{Care, CareError, Conflict, Fault, Problem};
use gtp_model::{Actor, Citizen, CitizenId, GrantId, ProgrammeId, RelativeGrant, Time};
use gtp_record::event::consent::{GrantWithdrawn, RelativeGranted};
use gtp_record::view::queries;
use gtp_record::view::rows::GrantRow;
use serde::{Deserialize, Serialize};

/// A citizen gives at most so many grants, and places so many blocks: all of them are read for a decision.
pub(crate) const MOST_DECIDED: usize = 100;
/// The longest name of an account.
const LONGEST_ACCOUNT: usize = 200;

/// What a citizen wants to let a relative do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGrant {
    /// The relative's account.
    pub relative: String,
    /// The programme whose data it is about.
    pub programme: ProgrammeId,
    /// Whether the relative may also enter.
    pub may_enter: bool,
    /// Until when. Absent: until it is withdrawn.
    pub until: Option<Time>,
}

/// A citizen who has let a relative in, and to what.
#[derive(Clone, Debug, PartialEq)]
pub struct LetIn {
    /// Who.
    pub citizen: Citizen,
    /// What the relative may do now.
    pub grants: Vec<RelativeGrant>,
}

impl Care {
    /// What a citizen lets relatives do. A grant that has run out is among it until it is withdrawn.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub fn grants(&self, actor: &Actor, citizen: CitizenId) -> Result<Vec<GrantRow>, CareError> {
        let record = self.permitted(actor, Deed::LetIn, citizen)?;
        let mut grants = vec![];
        for id in record.histories.ids() {
            grants.extend(queries::consents(&*self.store, *id)?.grants);
        }
        Ok(grants)
    }

    /// Lets a relative in. Whether there is an account of that name is not told: it holds once there is.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: a programme that the citizen does not take part in, an end that has passed.
    /// - [`CareError::NotFound`]: no such citizen, for this actor.
    pub async fn let_in(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        new: &NewGrant,
        once: Once<'_>,
    ) -> Result<GrantRow, CareError> {
        let known = self.grants(actor, citizen)?.len();
        self.command(actor, Deed::LetIn, citizen, once, new, |record, now| {
            if record.citizen.id != citizen {
                return Err(Conflict::Merged.into());
            }
            let mut problems = vec![];
            problems.extend(account_problem("/relative", &new.relative));
            if !record.enrolments.iter().any(|own| own.programme == new.programme) {
                problems.push(Problem::new("/programme", Fault::Unknown("enrolment")));
            }
            if new.until.is_some_and(|until| until <= now) {
                problems.push(Problem::new("/until", Fault::InThePast));
            }
            if !problems.is_empty() {
                return Err(CareError::Invalid(problems));
            }
            if known >= MOST_DECIDED {
                return Err(Conflict::TooMany.into());
            }
            let grant = RelativeGrant {
                id: GrantId::new(),
                relative: new.relative.trim().to_owned(),
                programme: new.programme.clone(),
                may_enter: new.may_enter,
                until: new.until,
            };
            let row = GrantRow { grant: grant.clone(), at: now, event: 0 };
            Ok(Decided::new(vec![RelativeGranted { grant }.into()], row))
        })
        .await
    }

    /// Takes a grant back. One that is not there is as good as taken back.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub async fn withdraw_grant(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        grant: GrantId,
    ) -> Result<(), CareError> {
        let record = self.permitted(actor, Deed::LetIn, citizen)?;
        for id in record.histories.ids() {
            self.command(actor, Deed::LetIn, *id, Once::default(), &grant, |_, _| {
                let grants = queries::consents(&*self.store, *id)?.grants;
                let there = grants.iter().any(|row| row.grant.id == grant);
                Ok(Decided::new(
                    there.then(|| GrantWithdrawn { grant }.into()).into_iter().collect(),
                    (),
                ))
            })
            .await?;
        }
        Ok(())
    }

    /// The citizens who have let a relative in, and to what, now.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn let_in_by(&self, actor: &Actor) -> Result<Vec<LetIn>, CareError> {
        let (mut all, now) = (vec![], self.now());
        if actor.role != gtp_model::Role::Relative {
            return Ok(all);
        }
        for id in queries::citizens_of_relative(&*self.store, &actor.account)? {
            let mut grants: Vec<RelativeGrant> = queries::consents(&*self.store, id)?
                .grants
                .into_iter()
                .map(|row| row.grant)
                .collect();
            grants.retain(|grant| grant.relative == actor.account && grant.holds(now));
            if !grants.is_empty()
                && let Some(citizen) = queries::citizen(&*self.store, id)?
            {
                all.push(LetIn { citizen, grants });
            }
        }
        Ok(all)
    }
}

/// What is wrong with the name of an account.
pub(crate) fn account_problem(pointer: &str, account: &str) -> Option<Problem> {
    let fault = match account.trim().chars().count() {
        0 => Fault::Empty,
        n if n > LONGEST_ACCOUNT => Fault::TooLong(LONGEST_ACCOUNT as u64),
        _ => return None,
    };
    Some(Problem::new(pointer, fault))
}
