//! Alerts as clinicians work with them: the worklist, one alert with everything it rests on, and what is done
//! about it.

use crate::access::Deed;
use crate::{Care, CareError, Conflict, Fault, Problem, TRIES, Why};
use gtp_model::programme::{Limit, Rule};
use gtp_model::{
    Actor, Alert, AlertCause, AlertId, AlertOutcome, AlertState, Citizen, LimitLayer, UnitId,
};
use gtp_record::event::alert::{AlertNoted, AlertResolved, AlertTaken};
use gtp_record::event::{Event, StreamId};
use gtp_record::view::queries::{self, AlertColumn};
use gtp_record::{Commit, Expected, StoreError};
use gtp_runtime::Loaded;
use std::sync::Arc;

/// How an alert can end, beside words.
pub const OUTCOMES: [&str; 5] = ["contacted", "no-action", "measured-again", "referred", "other"];
/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 4_000;

/// Which alerts a worklist shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlertFilter {
    /// Nobody has taken them.
    Open,
    /// Somebody works on them.
    Taken,
    /// Done.
    Resolved,
    /// Open and taken.
    #[default]
    Unresolved,
}

/// What to show of a worklist.
#[derive(Clone, Debug, Default)]
pub struct WorklistQuery {
    /// Whose. Absent: the actor's own unit's.
    pub unit: Option<UnitId>,
    /// Which.
    pub state: AlertFilter,
    /// At most so many.
    pub limit: usize,
}

/// One line of a worklist.
#[derive(Clone, Debug, PartialEq)]
pub struct WorklistItem {
    /// The alert.
    pub alert: Alert,
    /// Whom it is about.
    pub citizen_name: String,
}

/// One alert with what it rests on.
#[derive(Clone, Debug)]
pub struct AlertView {
    /// The alert.
    pub alert: Alert,
    /// Whom it is about.
    pub citizen: Citizen,
    /// The programme, where it is active.
    pub programme: Option<Arc<Loaded>>,
    /// The rule that fired, as the active version describes it.
    pub rule: Option<Rule>,
    /// The limits that the newest finding was judged by, as they were then.
    pub limits: Vec<JudgedLimit>,
}

/// A limit as it was when an alert was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedLimit {
    /// The limit, as the active version describes it.
    pub limit: Limit,
    /// Its value then. Absent: nobody had set it.
    pub value: Option<f64>,
    /// Where the value came from.
    pub layer: Option<LimitLayer>,
}

impl Care {
    /// The worklist of a unit, worst first and then oldest first.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor has no worklist or asks for another unit's.
    pub async fn worklist(
        &self,
        actor: &Actor,
        query: WorklistQuery,
    ) -> Result<Vec<WorklistItem>, CareError> {
        self.require(actor, Deed::Worklist)?;
        let unit = match (&query.unit, &actor.unit) {
            (None, Some(own)) => own,
            (Some(asked), Some(own)) if asked == own => own,
            _ => return Err(CareError::Denied("own-worklist-only")),
        };
        let store = &*self.store;
        let mut alerts = vec![];
        if matches!(query.state, AlertFilter::Open | AlertFilter::Unresolved) {
            alerts.extend(queries::worklist(store, unit, AlertColumn::Open, query.limit)?);
        }
        if matches!(query.state, AlertFilter::Taken | AlertFilter::Unresolved) {
            alerts.extend(queries::worklist(store, unit, AlertColumn::Taken, query.limit)?);
        }
        if query.state == AlertFilter::Resolved {
            alerts.extend(queries::worklist(store, unit, AlertColumn::Resolved, query.limit)?);
        }
        alerts.sort_by_key(|alert| {
            let Alert { severity, escalated, opened, .. } = alert;
            (std::cmp::Reverse(*severity), escalated.is_none(), *opened)
        });
        alerts.truncate(query.limit);
        let (mut items, now) = (vec![], self.now());
        for alert in alerts {
            if let Some(alert) = self.gate.lists_alert(actor, alert, now)? {
                let citizen = queries::citizen(store, alert.citizen)?;
                let citizen_name = citizen.map_or_else(String::new, |citizen| citizen.name);
                items.push(WorklistItem { alert, citizen_name });
            }
        }
        Ok(items)
    }

    /// One alert with its rule, values and limits.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is none, or the actor may not know of it.
    pub async fn alert(
        &self,
        actor: &Actor,
        id: AlertId,
        why: &Why,
    ) -> Result<AlertView, CareError> {
        let (alert, citizen) = self.permitted_alert(actor, id)?;
        let programme = self.programme(&alert.programme);
        let definition = programme.as_ref().map(|loaded| &loaded.definition);
        let rule = match &alert.cause {
            AlertCause::Rule(rule) => {
                definition.and_then(|definition| definition.rule(rule)).cloned()
            }
            _ => None,
        };
        let mut limits = vec![];
        if let (Some(definition), Some((assessment, _))) = (definition, alert.findings.last())
            && let Some(made) = self.assessment_made(*assessment)?
        {
            let of_rule = |id| rule.as_ref().is_none_or(|rule: &Rule| rule.limits.contains(id));
            for origin in made.limits.iter().filter(|origin| of_rule(&origin.limit)) {
                let limit = definition.limit(&origin.limit).cloned();
                limits.extend(limit.map(|limit| JudgedLimit {
                    limit,
                    value: origin.value,
                    layer: origin.layer,
                }));
            }
        }
        self.viewed(actor, alert.citizen, "alert", why).await?;
        Ok(AlertView { alert, citizen, programme, rule, limits })
    }

    /// Takes an alert: from now on everybody sees who works on it.
    ///
    /// # Errors
    /// [`Conflict::Taken`] where somebody else was first, and who; [`Conflict::Resolved`] where it is done.
    pub async fn take_alert(&self, actor: &Actor, id: AlertId) -> Result<Alert, CareError> {
        self.change_alert(actor, id, |alert| match &alert.state {
            AlertState::Open => Ok(Some(AlertTaken { alert: id }.into())),
            AlertState::Taken { by, .. } if by.account == actor.account => Ok(None),
            AlertState::Taken { by, .. } => Err(Conflict::Taken(by.clone()).into()),
            AlertState::Resolved { by, .. } => Err(Conflict::Resolved(by.clone()).into()),
        })
        .await
    }

    /// Writes something on an alert.
    ///
    /// # Errors
    /// [`CareError::Invalid`] where the text is empty or too long.
    pub async fn note_alert(
        &self,
        actor: &Actor,
        id: AlertId,
        text: &str,
    ) -> Result<Alert, CareError> {
        let text = text.trim().to_owned();
        check_note(&text, "/text", false)?;
        self.change_alert(actor, id, |_| {
            Ok(Some(AlertNoted { alert: id, text: text.clone() }.into()))
        })
        .await
    }

    /// Resolves an alert.
    ///
    /// # Errors
    /// - [`Conflict::Taken`] where somebody else works on it, and who;
    /// - [`Conflict::Resolved`] where somebody else resolved it;
    /// - [`CareError::Invalid`] where the outcome is none of [`OUTCOMES`].
    pub async fn resolve_alert(
        &self,
        actor: &Actor,
        id: AlertId,
        outcome: AlertOutcome,
    ) -> Result<Alert, CareError> {
        if !OUTCOMES.contains(&outcome.code.as_str()) {
            return Err(CareError::Invalid(vec![Problem::new("/outcome", Fault::NoSuchChoice)]));
        }
        check_note(&outcome.note, "/note", true)?;
        self.change_alert(actor, id, |alert| match &alert.state {
            AlertState::Taken { by, .. } if by.account != actor.account => {
                Err(Conflict::Taken(by.clone()).into())
            }
            AlertState::Resolved { by, .. } => Err(Conflict::Resolved(by.clone()).into()),
            _ => Ok(Some(AlertResolved { alert: id, outcome: outcome.clone() }.into())),
        })
        .await
    }

    /// Looks at an alert, decides, and commits what was decided, over again if somebody else was first.
    pub(crate) async fn change_alert(
        &self,
        actor: &Actor,
        id: AlertId,
        decide: impl Fn(&Alert) -> Result<Option<Event>, CareError>,
    ) -> Result<Alert, CareError> {
        for _ in 0..TRIES {
            let (alert, _) = self.permitted_alert(actor, id)?;
            let stream = StreamId::Citizen(alert.citizen);
            let version = self.store.version(stream)?;
            // The alert is read again, now that the version is known which it must not have outrun.
            let (alert, _) = self.permitted_alert(actor, id)?;
            let Some(event) = decide(&alert)? else { return Ok(alert) };
            let mut commit =
                Commit::new(actor.clone(), self.now()).stream(stream, Expected::Version(version));
            commit.push(event);
            match self.store.commit(commit).await {
                Ok(_) => return Ok(self.permitted_alert(actor, id)?.0),
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Conflict::Race.into())
    }

    fn permitted_alert(&self, actor: &Actor, id: AlertId) -> Result<(Alert, Citizen), CareError> {
        let no_such = |_| CareError::NotFound("alert");
        let alert = queries::alert(&*self.store, id)?.ok_or(CareError::NotFound("alert"))?;
        match self.permitted(actor, Deed::Triage, alert.citizen) {
            Ok(record) => match self.visible_alert(actor, &record, alert)? {
                Some(alert) => Ok((alert, record.citizen)),
                None => Err(CareError::NotFound("alert")),
            },
            Err(CareError::NotFound(what)) => Err(no_such(what)),
            Err(other) => Err(other),
        }
    }
}

pub(crate) fn check_note(text: &str, pointer: &str, may_be_empty: bool) -> Result<(), CareError> {
    let fault = match text.chars().count() {
        0 if !may_be_empty => Fault::Empty,
        n if n > LONGEST_NOTE => Fault::TooLong(LONGEST_NOTE as u64),
        _ => return Ok(()),
    };
    Err(CareError::Invalid(vec![Problem::new(pointer, fault)]))
}
