//! Alerts as clinicians look at them: the worklist, and one alert with everything it rests on.

use crate::access::{Deed, Record};
use crate::{Care, CareError, Why};
use gtp_model::programme::{Limit, Rule};
use gtp_model::{Actor, Alert, AlertCause, AlertId, Citizen, LimitLayer, UnitId};
use gtp_record::view::queries::{self, AlertColumn};
use gtp_runtime::Loaded;
use std::sync::Arc;

/// So many alerts of another unit are gone through, the oldest of each severity first, for those about citizens of
/// the actor's own unit.
const MOST_OF_OTHERS: usize = 2_000;

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
    /// The worklist of a unit, worst first and then oldest first. Of another unit's than the actor's own, the
    /// alerts about citizens of whose care team the actor's unit is.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor has no worklist.
    pub async fn worklist(
        &self,
        actor: &Actor,
        query: WorklistQuery,
    ) -> Result<Vec<WorklistItem>, CareError> {
        self.require(actor, Deed::Worklist)?;
        let own = actor.unit.as_ref().ok_or(CareError::Denied("own-worklist-only"))?;
        let unit = query.unit.as_ref().unwrap_or(own);
        // Of another unit's list only what is about citizens of one's own is seen, so more of it is read.
        let read = if unit == own { query.limit } else { MOST_OF_OTHERS.max(query.limit) };
        let columns: &[AlertColumn] = match query.state {
            AlertFilter::Open => &[AlertColumn::Open],
            AlertFilter::Taken => &[AlertColumn::Taken],
            AlertFilter::Resolved => &[AlertColumn::Resolved],
            AlertFilter::Unresolved => &[AlertColumn::Open, AlertColumn::Taken],
        };
        let store = &*self.store;
        let mut alerts = vec![];
        for column in columns {
            alerts.extend(queries::worklist(store, unit, *column, read)?);
        }
        alerts.sort_by_key(|alert| {
            let Alert { severity, escalated, opened, .. } = alert;
            (std::cmp::Reverse(*severity), escalated.is_none(), *opened)
        });
        alerts.truncate(read);
        let (mut items, now) = (vec![], self.now());
        for alert in alerts {
            if items.len() >= query.limit {
                break;
            }
            let shown = if unit == own {
                self.gate.lists_alert(actor, alert, now)?
            } else {
                self.if_permitted(actor, alert.id)?
            };
            if let Some(alert) = shown {
                let citizen = queries::citizen(store, alert.citizen)?;
                let citizen_name = citizen.map_or_else(String::new, |citizen| citizen.name);
                items.push(WorklistItem { alert, citizen_name });
            }
        }
        let listed = items.iter().map(|item| item.alert.citizen).collect();
        self.listed(actor, "worklist", listed).await?;
        Ok(items)
    }

    /// An alert, where the actor may look at it.
    fn if_permitted(&self, actor: &Actor, id: AlertId) -> Result<Option<Alert>, CareError> {
        match self.permitted_alert(actor, id) {
            Ok((alert, _)) => Ok(Some(alert)),
            Err(CareError::NotFound(_) | CareError::Blocked) => Ok(None),
            Err(other) => Err(other),
        }
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

    /// An alert and whom it is about, where the actor may handle it.
    pub(crate) fn permitted_alert(
        &self,
        actor: &Actor,
        id: AlertId,
    ) -> Result<(Alert, Citizen), CareError> {
        let alert = queries::alert(&*self.store, id)?.ok_or(CareError::NotFound("alert"))?;
        match self.permitted(actor, Deed::Triage, alert.citizen) {
            Ok(record) => {
                let alert = self.visible_alert(actor, &record, alert)?;
                Ok((alert.ok_or(CareError::NotFound("alert"))?, record.citizen))
            }
            Err(CareError::NotFound(_)) => Err(CareError::NotFound("alert")),
            Err(other) => Err(other),
        }
    }

    /// An alert of a record that the actor was let in to, where they see it.
    pub(crate) fn alert_in(
        &self,
        actor: &Actor,
        record: &Record,
        id: AlertId,
    ) -> Result<Alert, CareError> {
        let alert = queries::alert(&*self.store, id)?.ok_or(CareError::NotFound("alert"))?;
        self.visible_alert(actor, record, alert)?.ok_or(CareError::NotFound("alert"))
    }
}
