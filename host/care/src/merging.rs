//! A citizen who was known by a replacement number gets a CPR number.
//!
//! Where nobody has that number in the record yet, the citizen simply has another number from now on, and the
//! earlier one still finds them. Where somebody has, both are the same person: nothing is copied and nothing is
//! lost, each history stays where it was written, and whoever reads one reads both.

use crate::access::Deed;
use crate::command::{Decided, Once};
use crate::enrolment_life::{check_reason, invalid};
use crate::histories::Histories;
use crate::{Care, CareError, Conflict, Fault, Problem, TRIES};
use gtp_model::{Actor, Citizen, CitizenId, CitizenNumber, EnrolmentState, NumberKind};
use gtp_record::event::StreamId;
use gtp_record::event::citizen::{CitizenRenumbered, CitizensMerged};
use gtp_record::view::queries;
use gtp_record::{Commit, Expected, StoreError};

impl Care {
    /// Gives a citizen who is known by a replacement number their CPR number, and merges them with whoever
    /// has it in the record already. Returns the citizen as they are known from now on.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: no valid CPR number, the citizen has one already, or no reason.
    /// - [`Conflict::BothEnrolled`]: both take part in the same programme.
    /// - [`Conflict::Merged`]: the citizen was merged before.
    /// - [`CareError::NotFound`]: no such citizen for this actor, or the other one is none for them: whoever
    ///   merges two records must be in the care team of both.
    pub async fn give_cpr_number(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        number: &str,
        reason: &str,
        once: Once<'_>,
    ) -> Result<Citizen, CareError> {
        let mut problems = vec![];
        check_reason(reason, &mut problems);
        let number = match number.parse::<CitizenNumber>() {
            Ok(number) if number.kind() == NumberKind::Cpr => Some(number),
            Ok(_) => {
                problems.push(Problem::new("/number", Fault::NotCpr));
                None
            }
            Err(error) => {
                problems.push(Problem::new("/number", Fault::CitizenNumber(error)));
                None
            }
        };
        invalid(problems)?;
        let Some(number) = number else { return Err(CareError::NotFound("citizen")) };
        let record = self.permitted(actor, Deed::Change, citizen)?;
        let key = self.secret.key(&number);
        let other = queries::citizen_by_number(&*self.store, &key)?;
        match other {
            Some(other) if other.id == record.citizen.id => Ok(record.citizen),
            Some(other) => self.merge(actor, citizen, other.id, reason.trim()).await,
            None => self.renumber(actor, citizen, &number, reason.trim(), once).await,
        }
    }

    async fn renumber(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        number: &CitizenNumber,
        reason: &str,
        once: Once<'_>,
    ) -> Result<Citizen, CareError> {
        // The number itself is in no idempotency record: its keyed hash says as much.
        let number_key = self.secret.key(number);
        let asked = ("number", number_key, reason);
        self.command(actor, Deed::Change, citizen, once, &asked, |record, _| {
            if record.citizen.number.kind() == NumberKind::Cpr {
                let problem = Problem::new("/number", Fault::HasCpr);
                return Err(CareError::Invalid(vec![problem]));
            }
            let renumbered =
                CitizenRenumbered { number: number.clone(), number_key, reason: reason.to_owned() };
            Ok(Decided::new(vec![renumbered.into()], ()))
        })
        .await?;
        queries::citizen(&*self.store, citizen)?.ok_or(CareError::NotFound("citizen"))
    }

    /// Merging twice is the same as once.
    async fn merge(
        &self,
        actor: &Actor,
        from: CitizenId,
        into: CitizenId,
        reason: &str,
    ) -> Result<Citizen, CareError> {
        for _ in 0..TRIES {
            let versions = [StreamId::Citizen(from), StreamId::Citizen(into)]
                .map(|stream| self.store.version(stream).map(|version| (stream, version)));
            let [of_from, of_into] = versions;
            let ((from_stream, from_version), (into_stream, into_version)) = (of_from?, of_into?);
            let histories = Histories::of(&*self.store, from)?;
            if histories.own() != from {
                return Err(Conflict::Merged.into());
            }
            let (old, new) = (
                self.permitted(actor, Deed::Change, from)?,
                self.permitted(actor, Deed::Change, into)?,
            );
            if old.citizen.number.kind() == NumberKind::Cpr {
                let problem = Problem::new("/number", Fault::HasCpr);
                return Err(CareError::Invalid(vec![problem]));
            }
            let goes_on =
                |enrolment: &&gtp_model::Enrolment| enrolment.state != EnrolmentState::Ended;
            let (of_old, of_new) = (old.every_enrolment(), new.every_enrolment());
            let both = of_old
                .iter()
                .filter(goes_on)
                .any(|one| of_new.iter().filter(goes_on).any(|own| own.programme == one.programme));
            if both {
                return Err(Conflict::BothEnrolled.into());
            }
            let merged = CitizensMerged {
                from,
                from_number_key: self.secret.key(&old.citizen.number),
                into,
                reason: reason.to_owned(),
            };
            let commit = Commit::new(actor.clone(), self.now())
                .stream(from_stream, Expected::Version(from_version))
                .event(merged.clone())
                .stream(into_stream, Expected::Version(into_version))
                .event(merged);
            match self.store.commit(commit).await {
                Ok(_) => return Ok(new.citizen),
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Conflict::Race.into())
    }
}
