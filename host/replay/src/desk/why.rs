//! Why an alert was raised, for whoever may handle it.

use super::{Desk, DeskError};
use crate::explain::{Explained, assessments, component, explain};
use gtp_care::calendar::Calendar;
use gtp_care::{AlertView, Why};
use gtp_model::programme::Programme;
use gtp_model::{Actor, AlertId, Digest};
use gtp_record::event::{Recorded, StreamId};
use gtp_record::view::queries;
use std::collections::BTreeMap;

impl Desk {
    /// Everything that an alert rests on, as far as the actor may see it. Noted in the citizen's access log.
    ///
    /// # Errors
    /// There is no such alert, for this actor.
    pub async fn why(
        &self,
        actor: &Actor,
        alert: AlertId,
        why: &Why,
    ) -> Result<(AlertView, Explained), DeskError> {
        let (care, store) = (&self.parts.care, &*self.parts.store);
        let view = care.alert(actor, alert, why).await?;
        let citizen = view.alert.citizen;
        let own = queries::merged_into(store, citizen)?.unwrap_or(citizen);
        let mut streams = vec![StreamId::Citizen(own)];
        streams.extend(queries::merged(store, own)?.into_iter().map(StreamId::Citizen));
        streams.push(StreamId::Programmes);
        let mut events: Vec<Recorded> = vec![];
        for stream in streams {
            events.extend(store.events(stream, 1, usize::MAX)?);
        }
        events.sort_by_key(|event| event.number);
        let mut definitions: BTreeMap<Digest, Programme> = BTreeMap::new();
        for assessment in assessments(alert, &events) {
            let Some(run) = component(assessment) else { continue };
            if let Ok(loaded) = self.parts.runtime.earlier(run.digest) {
                definitions.insert(run.digest, loaded.definition.clone());
            }
        }
        let zone = care.calendar().name().to_owned();
        let calendar = |own: &str| Calendar::new(if own.is_empty() { &zone } else { own }).ok();
        let mut explained = explain(alert, &events, |digest| definitions.get(&digest), calendar)
            .ok_or(gtp_care::CareError::NotFound("alert"))?;
        // What the gate took out of the alert, and what a block of a period hides, is not told here either.
        let programme = &view.alert.programme;
        for judgement in &mut explained.judgements {
            let found = view.alert.findings.iter().find(|(id, _)| *id == judgement.assessment);
            judgement.finding = found.map(|(_, finding)| finding.clone());
            judgement.values.retain(|value| {
                care.sees_input(actor, citizen, programme, &value.series, value.measured)
            });
            judgement.output = None;
            if let Some(again) = &mut judgement.rebuilt {
                again.case.series.clear();
            }
        }
        for since in explained.since.iter_mut().filter(|own| own.what == "observation-corrected") {
            since.text.clear();
        }
        explained.alert = view.alert.clone();
        Ok((view, explained))
    }
}
