//! The parts of one citizen's screen beside the values: how each programme goes, what waits for a decision, the plan,
//! who is involved, and what was written down.

use crate::pages::alert::layer;
use crate::pages::enrolment::{StateView, unit_name};
use crate::pages::frame::{Moment, Words};
use crate::pages::severity::SeverityView;
use crate::text::plain::{self, TITLE};
use crate::text::unit_in_words;
use gtp_care::{EnrolmentView, LimitWhy, Overview, Picture};
use gtp_model::programme::{Programme, Severity};
use gtp_model::{
    Alert, AlertCause, AlertState, EnrolmentState, LimitLayer, Party, Place, PlanContent,
    ProgrammeId, Sector, Target, Unit,
};
use gtp_record::view::rows::DiaryRow;

/// One programme of the citizen's.
pub struct ProgrammeCard {
    pub title: String,
    pub href: Option<String>,
    pub state: StateView,
    /// The worst of what is not resolved; green where nothing is. Absent where the programme does not run.
    pub severity: Option<SeverityView>,
    pub unit: String,
    pub since: Moment,
    pub limits_href: String,
    pub enrolment_href: String,
}

/// The programmes, those that go on first.
pub fn cards(overview: &Overview, units: &[Unit], words: Words<'_>) -> Vec<ProgrammeCard> {
    let mut enrolments: Vec<&EnrolmentView> = overview.enrolments.iter().collect();
    enrolments.sort_by_key(|own| own.enrolment.state == EnrolmentState::Ended);
    enrolments.into_iter().map(|own| card(own, overview, units, words)).collect()
}

fn card(
    own: &EnrolmentView,
    overview: &Overview,
    units: &[Unit],
    words: Words<'_>,
) -> ProgrammeCard {
    let definition = own.programme.as_ref().map(|loaded| &loaded.definition);
    let enrolment = &own.enrolment;
    let unresolved = overview.alerts.iter().filter(|alert| {
        alert.enrolment == enrolment.id && !matches!(alert.state, AlertState::Resolved { .. })
    });
    let worst = unresolved.map(|alert| alert.severity).max();
    let goes_on = matches!(enrolment.state, EnrolmentState::Active | EnrolmentState::Paused);
    let severity = match worst {
        Some(severity) => Some(words.severity(severity)),
        None => goes_on.then(|| words.finding_severity(Severity::Green)),
    };
    let unit = units.iter().find(|unit| unit.id == enrolment.unit);
    let name = unit_name(units, &enrolment.unit);
    ProgrammeCard {
        title: definition.map_or_else(
            || enrolment.programme.to_string(),
            |definition| words.title(&definition.about.title),
        ),
        href: definition.map(|definition| format!("/programmes/{}", definition.id())),
        state: words.enrolment_state(enrolment.state),
        severity,
        unit: unit.map_or_else(
            || name.clone(),
            |unit| format!("{name} ({})", sector(unit.sector, words)),
        ),
        since: words.full(enrolment.start),
        limits_href: format!("/enrolments/{}/limits", enrolment.id),
        enrolment_href: format!("/enrolments/{}", enrolment.id),
    }
}

/// A sector's name.
pub fn sector(sector: Sector, words: Words<'_>) -> String {
    match sector {
        Sector::Hospital => words.t("sector-hospital"),
        Sector::GeneralPractice => words.t("sector-general-practice"),
        Sector::Municipality => words.t("sector-municipality"),
    }
}

/// Something about the limits that somebody should decide.
pub struct Waiting {
    pub words: String,
    pub href: String,
}

/// Rules that say nothing before a limit is set, and limits on which programmes disagree.
pub fn waiting(overview: &Overview, words: Words<'_>) -> Vec<Waiting> {
    let enrolled = |id: &ProgrammeId| {
        overview.enrolments.iter().find(|own| {
            own.enrolment.programme == *id && own.enrolment.state != EnrolmentState::Ended
        })
    };
    let definition = |id: &ProgrammeId| -> Option<&Programme> {
        Some(&enrolled(id)?.programme.as_ref()?.definition)
    };
    let unset = overview.unjudging.iter().filter_map(|own| {
        let (enrolment, programme) = (enrolled(&own.programme)?, definition(&own.programme)?);
        let blanks = [
            ("rule", words.title(&programme.rule(&own.rule)?.title).into()),
            ("limit", words.title(&programme.limit(&own.limit)?.title).into()),
        ];
        Some(Waiting {
            words: words.t_with("waiting-limit", &blanks),
            href: format!("/enrolments/{}/limits/{}", enrolment.enrolment.id, own.limit),
        })
    });
    let disagree = overview.disagreements.iter().filter_map(|own| {
        let (first, ..) = own.limits.first()?;
        let field = definition(first)?.field(&own.field)?;
        let limits = own.limits.iter().filter_map(|(programme, limit, value)| {
            let definition = definition(programme)?;
            let limit = definition.limit(limit)?;
            let unit = unit_in_words(words.language, &limit.unit);
            let value = words.number(*value, limit.decimals);
            let title = words.title(&limit.title);
            Some(format!("{}: {title} {value} {unit}", words.title(&definition.about.title)))
        });
        let blanks = [
            ("field", words.title(&field.title).into()),
            ("limits", limits.collect::<Vec<_>>().join("; ").into()),
        ];
        Some(Waiting {
            words: words.t_with("waiting-disagreement", &blanks),
            href: format!("/enrolments/{}/limits", enrolled(first)?.enrolment.id),
        })
    });
    unset.chain(disagree).collect()
}

/// The limits that an alert's rule compares with, as they apply now: the value, the layer that decides and its
/// reason, and where the whole answer stands.
pub fn limits_of(
    alert: &Alert,
    programme: Option<&Programme>,
    limits: &[LimitWhy],
    words: Words<'_>,
) -> Vec<(String, String)> {
    let AlertCause::Rule(rule) = &alert.cause else { return vec![] };
    let Some(rule) = programme.and_then(|own| own.rule(rule)) else { return vec![] };
    let compared = limits.iter().filter(|why| rule.limits.contains(&why.limit.id));
    compared
        .map(|why| {
            let unit = unit_in_words(words.language, &why.limit.unit);
            let value = why.value.map_or_else(
                || words.t("limit-not-set"),
                |value| format!("{} {unit}", words.number(value, why.limit.decimals)),
            );
            let deciding = why.layers.first();
            // The programme's own source is long, and the same for everybody.
            let reason = deciding.filter(|own| own.layer != LimitLayer::Programme);
            let parts = [
                layer(why.layer, words),
                reason.map_or_else(String::new, |own| plain::line(&own.reason, TITLE)),
            ];
            let from: Vec<_> = parts.into_iter().filter(|own| !own.is_empty()).collect();
            let from =
                if from.is_empty() { String::new() } else { format!(" ({})", from.join(": ")) };
            let href = format!("/enrolments/{}/limits#{}", alert.enrolment, why.limit.id);
            (format!("{}: {}{from}", words.title(&why.limit.title), value.trim_end()), href)
        })
        .collect()
}

/// The plan in a few lines.
pub struct PlanSummary {
    pub goals: Vec<String>,
    pub activities: Vec<String>,
    pub appointments: Vec<(Moment, String)>,
}

impl PlanSummary {
    /// Whether nothing is planned.
    pub const fn empty(&self) -> bool {
        self.goals.is_empty() && self.activities.is_empty() && self.appointments.is_empty()
    }
}

/// The plan, with appointments that are to come, the next one first.
pub fn plan(picture: &Picture, units: &[Unit], words: Words<'_>) -> PlanSummary {
    let (mut goals, mut activities, mut appointments) = (vec![], vec![], vec![]);
    for item in &picture.plan {
        match &item.content {
            PlanContent::Goal(goal) => {
                let target = goal.target.as_ref().map(|own| target(own, picture, words));
                let text = plain::line(&goal.text, TITLE);
                let parts = [Some(text).filter(|text| !text.is_empty()), target];
                goals.push(parts.into_iter().flatten().collect::<Vec<_>>().join(": "));
            }
            PlanContent::Activity(own) => {
                let who = match &own.who {
                    Party::Citizen => words.t("party-citizen"),
                    Party::Relative => words.t("party-relative"),
                    Party::Unit(unit) => unit_name(units, unit),
                };
                activities.push(format!("{} ({who})", plain::line(&own.text, TITLE)));
            }
            PlanContent::Appointment(own) if own.starts >= words.now => {
                let place = match &own.place {
                    Place::At(place) => plain::line(place, TITLE),
                    Place::Video(_) => words.t("place-video"),
                };
                let unit = unit_name(units, &own.unit);
                let text = plain::line(&own.text, TITLE);
                let parts = [text, unit, place].into_iter().filter(|own| !own.is_empty());
                appointments.push((own.starts, parts.collect::<Vec<_>>().join(", ")));
            }
            PlanContent::Appointment(_) => {}
        }
    }
    appointments.sort();
    let appointments = appointments.into_iter().map(|(at, own)| (words.brief(at), own)).collect();
    PlanSummary { goals, activities, appointments }
}

/// What the goals aim at, for the charts.
pub fn targets(picture: &Picture) -> Vec<Target> {
    let goals = picture.plan.iter().filter_map(|item| match &item.content {
        PlanContent::Goal(goal) => goal.target.clone(),
        _ => None,
    });
    goals.collect()
}

fn target(target: &Target, picture: &Picture, words: Words<'_>) -> String {
    let field = picture.overview.fields.iter().find(|own| own.field.id == target.field);
    let title = field.map_or_else(|| target.field.to_string(), |own| words.title(&own.field.title));
    let range = gtp_model::programme::Range { low: target.low, high: target.high };
    let unit = unit_in_words(words.language, &target.unit);
    format!("{title} {}", crate::text::range_in_words(words.language, &range, 0, &unit))
}

/// A note in the diary.
pub struct NoteView {
    pub who: String,
    pub when: Moment,
    pub text: String,
    pub value: String,
}

/// The newest notes.
pub fn notes(rows: &[DiaryRow], words: Words<'_>) -> Vec<NoteView> {
    let view = |row: &DiaryRow| NoteView {
        who: words.who(&row.by),
        when: words.brief(row.note.at),
        text: plain::line(&row.note.text, 300),
        value: row.note.value.as_ref().map_or_else(String::new, |own| {
            let number = words.number(own.number, 0);
            format!("{}: {number} {}", plain::line(&own.what, 80), plain::line(&own.unit, 40))
        }),
    };
    rows.iter().map(view).collect()
}

/// The units of all care teams: name, sector.
pub fn team(picture: &Picture, words: Words<'_>) -> Vec<(String, String)> {
    let one = |unit: &Unit| (plain::line(&unit.name, TITLE), sector(unit.sector, words));
    picture.team.iter().map(one).collect()
}
