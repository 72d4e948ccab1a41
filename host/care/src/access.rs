//! Who may do what: the one gate that every command passes.
//!
//! A [`Gate`] collects what the policies ask about (how somebody stands to a citizen, what the citizen has decided,
//! whether the glass is broken) and lets [`gtp_access`] decide. Whoever is let in gets a [`Record`]: the citizen
//! with those enrolments that are theirs to see, and what else is kept from them.

use crate::histories::Histories;
use crate::{Care, CareError, Why};
pub use gtp_access::{Decision, Deed, Policies, PolicyError, PolicyFile, audience};
use gtp_access::{Relation, What, Who};
use gtp_model::{
    Actor, Alert, Block, Citizen, CitizenId, Enrolment, EnrolmentId, HOUR, MINUTE, ProgrammeId,
    RelativeGrant, Role, Sector, Time, UnitId,
};
use gtp_record::event::{StreamId, access::RecordViewed};
use gtp_record::view::queries;
use gtp_record::view::rows::Consents;
use gtp_record::{Commit, Expected, Store, StoreError};
use gtp_runtime::Runtime;
use std::sync::{Arc, LazyLock};

/// Units lie at most so deep in each other: a circle of them ends here.
const DEEPEST: usize = 12;

/// What an installation decides about access, beside its policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessRules {
    /// For how long broken glass stays open, in milliseconds.
    pub glass_open: i64,
    /// Whoever sees more citizens than this within [`AccessRules::many_within`] is listed as unusual.
    pub many_citizens: usize,
    /// In milliseconds.
    pub many_within: i64,
}

impl Default for AccessRules {
    fn default() -> Self {
        Self { glass_open: 60 * MINUTE, many_citizens: 50, many_within: HOUR }
    }
}

/// The policies that ship with the host, read once.
static SHIPPED: LazyLock<Option<Arc<Policies>>> = LazyLock::new(|| {
    let read = Policies::shipped().map(Arc::new);
    read.inspect_err(|error| tracing::error!(%error, "nobody is let in to anything")).ok()
});

/// Decides, by the policies and by what the record says.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) runtime: Runtime,
    /// Without any, nothing is allowed.
    policies: Option<Arc<Policies>>,
    pub rules: AccessRules,
}

/// A citizen as somebody sees them who was let in.
pub(crate) struct Record {
    pub citizen: Citizen,
    /// The enrolments that the actor sees.
    pub enrolments: Vec<Enrolment>,
    /// Those that were kept from them: a relative sees what was granted, and blocks hide programmes.
    pub kept_back: Vec<Enrolment>,
    pub histories: Histories,
    /// The blocks of a period that keep something from the actor.
    periods: Vec<Block>,
    /// Whether the actor has broken the glass.
    pub opened: bool,
}

impl Record {
    /// All enrolments, for what must not depend on who asks.
    pub fn every_enrolment(&self) -> Vec<Enrolment> {
        self.enrolments.iter().chain(&self.kept_back).cloned().collect()
    }

    /// Whether the actor sees this enrolment.
    pub fn has(&self, enrolment: EnrolmentId) -> bool {
        self.enrolments.iter().any(|own| own.id == enrolment)
    }

    /// Whether the actor sees what was measured or written at this moment in these programmes.
    pub fn shows(&self, programme: &ProgrammeId, moment: Time) -> bool {
        !self.periods.iter().any(|block| {
            block.covers(moment) && block.programme.as_ref().is_none_or(|own| own == programme)
        })
    }

    /// Whether no period is hidden from the actor.
    pub fn hides_no_period(&self) -> bool {
        self.periods.is_empty()
    }

    /// Whether the actor sees an alert: its enrolment, and everything that it rests on.
    pub fn shows_alert(&self, alert: &Alert) -> bool {
        let evidence = alert.findings.iter().flat_map(|(_, finding)| &finding.evidence);
        self.has(alert.enrolment)
            && evidence
                .map(|one| one.time)
                .chain([alert.opened, alert.judged])
                .all(|moment| self.shows(&alert.programme, moment))
    }
}

/// What is known of somebody and of a citizen before it is decided.
#[derive(Default)]
struct Standing {
    sector: Option<Sector>,
    above: Vec<UnitId>,
    grants: Vec<RelativeGrant>,
    blocks: Vec<Block>,
    opened: bool,
}

impl Standing {
    fn who<'a>(&'a self, actor: &'a Actor) -> Who<'a> {
        Who { actor, sector: self.sector, above: &self.above }
    }
}

impl Gate {
    /// By the policies that ship with the host.
    pub fn shipped(store: Arc<dyn Store>, runtime: Runtime) -> Self {
        Self { store, runtime, policies: SHIPPED.clone(), rules: AccessRules::default() }
    }

    /// By these policies and rules.
    pub fn by(self, policies: Arc<Policies>, rules: AccessRules) -> Self {
        Self { policies: Some(policies), rules, ..self }
    }

    fn decide(&self, who: &Who<'_>, deed: Deed, what: &What<'_>) -> Decision {
        match &self.policies {
            Some(policies) => policies.decide(who, deed, what),
            None => Decision { allowed: false, policies: vec![], forbidden: false },
        }
    }

    /// What matters for this actor: of most of them nothing needs to be read.
    fn standing(&self, actor: &Actor, of: &[CitizenId], now: Time) -> Result<Standing, StoreError> {
        let mut standing = Standing::default();
        if !matches!(actor.role, Role::Relative | Role::Clinician) {
            return Ok(standing);
        }
        for citizen in of {
            let Consents { grants, blocks, glasses } = queries::consents(&*self.store, *citizen)?;
            if actor.role == Role::Relative {
                standing.grants.extend(grants.into_iter().map(|row| row.grant));
            } else {
                standing.blocks.extend(blocks.into_iter().map(|row| row.block));
                standing.opened |= glasses
                    .iter()
                    .any(|row| row.by.account == actor.account && now < row.glass.until);
            }
        }
        if actor.role == Role::Clinician {
            (standing.sector, standing.above) = self.unit(actor.unit.as_ref())?;
        }
        Ok(standing)
    }

    /// The sector of a unit, and the units that it lies under.
    pub(crate) fn unit(
        &self,
        unit: Option<&UnitId>,
    ) -> Result<(Option<Sector>, Vec<UnitId>), StoreError> {
        let Some(unit) = unit else { return Ok((None, vec![])) };
        let found = queries::unit(&*self.store, unit)?;
        let sector = found.as_ref().map(|unit| unit.sector);
        let mut above: Vec<UnitId> = vec![];
        let mut next = found.and_then(|unit| unit.under);
        while let Some(unit) = next.filter(|unit| above.len() < DEEPEST && !above.contains(unit)) {
            next = queries::unit(&*self.store, &unit)?.and_then(|unit| unit.under);
            above.push(unit);
        }
        Ok((sector, above))
    }

    /// Decides a deed that is about one citizen's record; lets in, or says why not.
    fn pass(
        &self,
        actor: &Actor,
        deed: Deed,
        citizen: CitizenId,
        now: Time,
    ) -> Result<(Record, Decision), CareError> {
        let histories = Histories::of(&*self.store, citizen)?;
        let found = queries::citizen(&*self.store, histories.own())?;
        let rows = histories.enrolments(&*self.store)?;
        let enrolments: Vec<Enrolment> = rows.into_iter().map(|row| row.enrolment).collect();
        let standing = self.standing(actor, histories.ids(), now)?;
        // Whichever of their ids a citizen's account was made for.
        let citizen = actor.citizen.filter(|id| histories.has(*id)).unwrap_or(histories.own());
        let relation = Relation {
            grants: &standing.grants,
            blocks: &standing.blocks,
            opened: standing.opened,
            ..Relation::of(citizen, &enrolments, now)
        };
        let (who, what) = (standing.who(actor), What::Record(&relation));
        let decision = self.decide(&who, deed, &what);
        if !decision.allowed {
            tracing::info!(%decision, policy = decision.policy(), deed = deed.name(), "access denied");
            // Somebody of the care team knows the citizen, and may break the glass; nobody else learns anything.
            let open = Relation { blocks: &[], ..relation };
            let but_for_a_block = !standing.blocks.is_empty()
                && found.is_some()
                && self.decide(&who, deed, &What::Record(&open)).allowed;
            return Err(if but_for_a_block {
                CareError::Blocked
            } else {
                CareError::NotFound("citizen")
            });
        }
        let found = found.ok_or(CareError::NotFound("citizen"))?;
        let parts = relation.blocks.iter().filter(|block| !block.is_whole());
        let (timeless, periods): (Vec<&Block>, Vec<&Block>) = parts
            .filter(|block| {
                !self.decide(&who, Deed::SeeBehind, &What::Block(block, &relation)).allowed
            })
            .partition(|block| block.is_timeless());
        let granted = |programme: &ProgrammeId| {
            standing.grants.iter().any(|grant| {
                grant.relative == actor.account
                    && grant.holds(now)
                    && grant.programme == *programme
                    && (deed != Deed::Submit || grant.may_enter)
            })
        };
        let seen = |enrolment: &Enrolment| {
            (actor.role != Role::Relative || granted(&enrolment.programme))
                && !timeless.iter().any(|own| own.programme.as_ref() == Some(&enrolment.programme))
        };
        let periods = periods.into_iter().cloned().collect();
        let opened = standing.opened;
        let (enrolments, kept_back) = enrolments.iter().cloned().partition(seen);
        Ok((Record { citizen: found, enrolments, kept_back, histories, periods, opened }, decision))
    }

    /// Whether a list of the unit that somebody acts for may name a citizen: no block keeps it from them.
    pub fn lists(&self, actor: &Actor, citizen: CitizenId, now: Time) -> Result<bool, CareError> {
        Ok(self.behind(actor, citizen, now)?.is_none_or(|record| record.is_some()))
    }

    /// An alert as a list of the unit that somebody acts for shows it, if it does.
    pub fn lists_alert(
        &self,
        actor: &Actor,
        alert: Alert,
        now: Time,
    ) -> Result<Option<Alert>, CareError> {
        match self.behind(actor, alert.citizen, now)? {
            Some(Some(record)) if record.shows_alert(&alert) => {}
            Some(_) => return Ok(None),
            None => {}
        }
        self.sight_of_alert(actor, alert)
    }

    /// What somebody sees of a citizen who blocks anybody at all. Hardly anybody does: one look, and no more, for
    /// all others.
    fn behind(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        now: Time,
    ) -> Result<Option<Option<Record>>, CareError> {
        let mut blocks = false;
        for id in Histories::of(&*self.store, citizen)?.ids() {
            blocks |= !queries::consents(&*self.store, *id)?.blocks.is_empty();
        }
        if !blocks {
            return Ok(None);
        }
        match self.pass(actor, Deed::Triage, citizen, now) {
            Ok((record, _)) => Ok(Some(Some(record))),
            Err(CareError::Blocked | CareError::NotFound(_)) => Ok(Some(None)),
            Err(other) => Err(other),
        }
    }
}

impl Care {
    /// With these policies and rules; without, those that ship with the host.
    #[must_use]
    pub fn deciding_by(mut self, policies: Arc<Policies>, rules: AccessRules) -> Self {
        self.gate = self.gate.by(policies, rules);
        self
    }

    /// A citizen with their enrolments, where the actor may do this to their record.
    ///
    /// Somebody who may not is told what they would be told if there were no such citizen; somebody who might, but
    /// for a block, is told of the block.
    pub(crate) fn permitted(
        &self,
        actor: &Actor,
        deed: Deed,
        citizen: CitizenId,
    ) -> Result<Record, CareError> {
        Ok(self.gate.pass(actor, deed, citizen, self.now())?.0)
    }

    /// The same, where it is about one enrolment that the actor must see.
    pub(crate) fn permitted_enrolment(
        &self,
        actor: &Actor,
        deed: Deed,
        enrolment: &Enrolment,
    ) -> Result<Record, CareError> {
        let no_such = || CareError::NotFound("enrolment");
        match self.permitted(actor, deed, enrolment.citizen) {
            Ok(record) if record.has(enrolment.id) => Ok(record),
            Ok(_) | Err(CareError::NotFound(_)) => Err(no_such()),
            Err(other) => Err(other),
        }
    }

    /// Refuses a deed that is not about one citizen's record.
    pub(crate) fn require(&self, actor: &Actor, deed: Deed) -> Result<(), CareError> {
        let standing =
            Standing { sector: self.gate.unit(actor.unit.as_ref())?.0, ..Standing::default() };
        let decision = self.gate.decide(&standing.who(actor), deed, &What::Installation);
        if decision.allowed {
            return Ok(());
        }
        tracing::info!(%decision, policy = decision.policy(), deed = deed.name(), "access denied");
        Err(CareError::Denied(decision.policy()))
    }

    /// Writes into the access log that somebody sees a part of a citizen's record. Called before the data
    /// leaves. What citizens see of themselves is not logged.
    pub(crate) async fn viewed(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        what: &str,
        why: &Why,
    ) -> Result<(), CareError> {
        if actor.citizen == Some(citizen) {
            return Ok(());
        }
        // An auditor, who sees nothing of the record, may see its log.
        let deed = if what == "access-log" { Deed::ReadAccessLog } else { Deed::View };
        let under = match self.gate.pass(actor, deed, citizen, self.now()) {
            Ok((_, decision)) => decision.policies,
            Err(CareError::NotFound(_) | CareError::Blocked) => vec![],
            Err(other) => return Err(other),
        };
        let event = RecordViewed {
            what: what.to_owned(),
            why: why.reason.clone(),
            through: why.through.to_owned(),
            under: under.into_iter().map(str::to_owned).collect(),
        };
        let commit = Commit::new(actor.clone(), self.now())
            .stream(StreamId::Citizen(citizen), Expected::Any)
            .event(event);
        self.store.commit(commit).await?;
        Ok(())
    }
}
