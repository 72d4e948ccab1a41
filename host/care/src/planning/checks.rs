//! What must be right about an item before it goes into a plan.

use super::LONGEST_TEXT;
use crate::enrolment_life::invalid;
use crate::{Care, CareError, Fault, Problem, Record};
use gtp_model::programme::{Field, Kind};
use gtp_model::{
    Actor, Appointment, DAY, Goal, Party, Place, PlanContent, PlanItem, PlanItemId,
    PlannedActivity, Role, Target, Time, UnitId,
};
use gtp_record::view::queries;

/// The longest place, in characters.
const LONGEST_PLACE: usize = 300;
/// The longest address of a video meeting, in bytes.
const LONGEST_LINK: usize = 1_000;
/// Nobody plans further ahead.
const FURTHEST: i64 = 5 * 366 * DAY;

/// What is wrong with a text, if it is too long.
pub fn too_long(pointer: &str, text: &str, most: usize) -> Vec<Problem> {
    let fault = Fault::TooLong(most as u64);
    (text.chars().count() > most).then(|| Problem::new(pointer, fault)).into_iter().collect()
}

impl Care {
    /// An item as it goes into the plan, where all of it is right. `before` is what it was: a moment that has
    /// passed since is no reason to refuse a change of something else.
    pub(super) fn checked_content(
        &self,
        actor: &Actor,
        record: &Record,
        content: PlanContent,
        before: Option<&PlanItem>,
        now: Time,
    ) -> Result<PlanContent, CareError> {
        let before = before.map(|item| &item.content);
        let mut check = Check { care: self, record, now, problems: vec![] };
        let content = match content {
            PlanContent::Goal(goal) => {
                if actor.role == Role::Citizen && goal.target.is_some() {
                    check.wrong("/target", Fault::MayNotEnter);
                }
                PlanContent::Goal(check.goal(goal, before)?)
            }
            _ if actor.role == Role::Citizen => {
                return Err(CareError::Invalid(vec![Problem::new("/kind", Fault::MayNotEnter)]));
            }
            PlanContent::Activity(activity) => PlanContent::Activity(check.activity(activity)?),
            PlanContent::Appointment(appointment) => {
                PlanContent::Appointment(check.appointment(appointment, before)?)
            }
        };
        invalid(check.problems)?;
        Ok(content)
    }
}

struct Check<'a> {
    care: &'a Care,
    record: &'a Record,
    now: Time,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn wrong(&mut self, pointer: &str, fault: Fault) {
        self.problems.push(Problem::new(pointer, fault));
    }

    fn text(&mut self, text: &str, may_be_empty: bool) -> String {
        let text = text.trim();
        if text.is_empty() && !may_be_empty {
            self.wrong("/text", Fault::Empty);
        }
        self.problems.extend(too_long("/text", text, LONGEST_TEXT));
        text.to_owned()
    }

    fn goal(&mut self, goal: Goal, before: Option<&PlanContent>) -> Result<Goal, CareError> {
        let text = self.text(&goal.text, goal.target.is_some());
        if let Some(target) = &goal.target {
            self.target(target);
        }
        let as_before = matches!(before, Some(PlanContent::Goal(old)) if old.by == goal.by);
        if let Some(by) = goal.by.filter(|_| !as_before) {
            self.ahead("/reach_by", by);
        }
        Ok(Goal { text, ..goal })
    }

    fn target(&mut self, target: &Target) {
        let Some(field) = self.field(target) else {
            return self.wrong("/target/field", Fault::UnknownField);
        };
        let Kind::Quantity(quantity) = &field.kind else {
            return self.wrong("/target/field", Fault::Form("quantity"));
        };
        if target.unit != quantity.unit {
            self.wrong("/target/unit", Fault::WrongUnit(quantity.unit.clone()));
        }
        let possible = quantity.reject;
        for (pointer, end) in [("/target/low", target.low), ("/target/high", target.high)] {
            let within = |value: f64| {
                value.is_finite()
                    && possible.low.is_none_or(|low| value >= low)
                    && possible.high.is_none_or(|high| value <= high)
            };
            if end.is_some_and(|value| !within(value)) {
                self.wrong(pointer, Fault::OutOfRange(possible, quantity.unit.clone()));
            }
        }
        match (target.low, target.high) {
            (None, None) => self.wrong("/target", Fault::Empty),
            (Some(low), Some(high)) if low > high => {
                self.wrong("/target/low", Fault::NotLess("low".to_owned(), "high".to_owned()));
            }
            _ => {}
        }
    }

    /// The field of a target, as one of the citizen's programmes describes it.
    fn field(&self, target: &Target) -> Option<Field> {
        self.care
            .taking_part(&self.record.enrolments)
            .iter()
            .find_map(|(_, loaded)| loaded.definition.field(&target.field).cloned())
    }

    fn activity(&mut self, activity: PlannedActivity) -> Result<PlannedActivity, CareError> {
        let text = self.text(&activity.text, false);
        if let Party::Unit(unit) = &activity.who {
            self.unit(unit)?;
        }
        if let Some(goal) = activity.goal
            && !self.is_goal(goal)?
        {
            self.wrong("/goal", Fault::Unknown("goal"));
        }
        if let (Some(from), Some(until)) = (activity.from, activity.until)
            && until <= from
        {
            self.wrong("/until", Fault::EndsBeforeItBegins);
        }
        for (pointer, moment) in [("/from", activity.from), ("/until", activity.until)] {
            if moment.is_some_and(|moment| moment > self.now.plus(FURTHEST)) {
                self.wrong(pointer, Fault::TooFarAhead);
            }
        }
        Ok(PlannedActivity { text, ..activity })
    }

    fn is_goal(&self, id: PlanItemId) -> Result<bool, CareError> {
        let row = queries::plan_item(&*self.care.store, id)?;
        let own = self.care.histories_of(self.record.citizen.id)?;
        Ok(row.is_some_and(|row| {
            matches!(row.item.content, PlanContent::Goal(_)) && own.contains(&row.item.citizen)
        }))
    }

    fn appointment(
        &mut self,
        appointment: Appointment,
        before: Option<&PlanContent>,
    ) -> Result<Appointment, CareError> {
        let text = self.text(&appointment.text, false);
        self.unit(&appointment.unit)?;
        let (starts, ends) = (appointment.starts, appointment.ends);
        let as_before =
            matches!(before, Some(PlanContent::Appointment(old)) if old.starts == starts);
        if !as_before {
            self.ahead("/starts", starts);
        }
        match ends {
            Some(ends) if ends <= starts => self.wrong("/ends", Fault::EndsBeforeItBegins),
            Some(ends) if ends.since(starts) > DAY => self.wrong("/ends", Fault::TooFarAhead),
            _ => {}
        }
        let place = match appointment.place {
            Place::At(place) => {
                let place = place.trim().to_owned();
                if place.is_empty() {
                    self.wrong("/place", Fault::Empty);
                }
                self.problems.extend(too_long("/place", &place, LONGEST_PLACE));
                Place::At(place)
            }
            Place::Video(link) => {
                if !is_https(&link) {
                    self.wrong("/video", Fault::NotHttps);
                }
                Place::Video(link)
            }
        };
        Ok(Appointment { text, place, ..appointment })
    }

    fn unit(&mut self, unit: &UnitId) -> Result<(), CareError> {
        if queries::unit(&*self.care.store, unit)?.is_none() {
            self.wrong("/unit", Fault::Unknown("unit"));
        }
        Ok(())
    }

    fn ahead(&mut self, pointer: &str, moment: Time) {
        if moment < self.now {
            self.wrong(pointer, Fault::InThePast);
        }
        if moment > self.now.plus(FURTHEST) {
            self.wrong(pointer, Fault::TooFarAhead);
        }
    }
}

/// Whether a text is an `https` address that a browser opens as it is written: a host name and no user name, so
/// that a link cannot look as if it led elsewhere, and nothing that could end an attribute.
fn is_https(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("https://") else { return false };
    let (authority, _) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let named = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    link.len() <= LONGEST_LINK
        && host.split('.').all(named)
        && host.contains('.')
        && port.parse::<u16>().is_ok()
        && rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::is_https;

    #[test]
    fn a_video_link_is_https_to_a_named_host_and_nothing_else() {
        for good in [
            "https://video.example/room/1?pin=2#x",
            "https://video.example",
            "https://video.example:8443/room",
        ] {
            assert!(is_https(good), "{good}");
        }
        for bad in [
            "",
            "http://video.example/room",
            "HTTPS://video.example",
            "https://",
            "https:///room",
            "https://localhost/room",
            "https://hospital.example@evil.example/",
            "https://video.example:x/",
            "https://video..example/",
            "https://video.example/a b",
            "https://video.example/\"onclick=\"",
            "https://vidéo.example/",
            "javascript:alert(1)//https://",
        ] {
            assert!(!is_https(bad), "{bad}");
        }
    }
}
