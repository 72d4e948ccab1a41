//! What changed since the reader was here last: counted from what the page shows anyway, so it says nothing of what
//! the reader may not see.

use crate::pages::frame::Words;
use gtp_care::Picture;
use gtp_model::{AlertState, Time};

/// What changed.
pub struct Changes {
    /// Since when, in words; that this is the first time where it is.
    pub since: String,
    /// Each with its number.
    pub lines: Vec<String>,
}

/// What changed since `last`.
pub fn changes(picture: &Picture, last: Option<Time>, words: Words<'_>) -> Changes {
    let Some(last) = last else {
        return Changes { since: words.t("changes-first"), lines: vec![] };
    };
    let overview = &picture.overview;
    let new = |moment: Time| moment > last;
    let values = overview.fields.iter().flat_map(|field| &field.observations);
    let resolved = overview
        .alerts
        .iter()
        .filter(|alert| matches!(&alert.state, AlertState::Resolved { at, .. } if new(*at)));
    let counts = [
        ("changes-alerts", overview.alerts.iter().filter(|own| new(own.opened)).count()),
        ("changes-resolved", resolved.count()),
        ("changes-values", values.filter(|own| new(own.received)).count()),
        ("changes-responses", overview.responses.iter().filter(|own| new(own.received)).count()),
        ("changes-plan", picture.plan.iter().filter(|own| new(own.changed_at)).count()),
        (
            "changes-enrolments",
            overview
                .enrolments
                .iter()
                .filter(|own| new(own.enrolment.start) && own.enrolment.start <= words.now)
                .count(),
        ),
    ];
    let some = counts.into_iter().filter(|(_, count)| *count > 0);
    let lines: Vec<String> =
        some.map(|(key, count)| words.t_with(key, &[("count", count.into())])).collect();
    let key = if lines.is_empty() { "changes-none" } else { "changes-since" };
    let since = words.t_with(key, &[("when", words.brief(last).words.into())]);
    Changes { since, lines }
}
