//! The forms of the plan: what each kind of item asks, and how it is read.

use crate::pages::fields::{self, Choosable, Control, Field, FieldsForm};
use crate::pages::form::Posted;
use crate::pages::frame::Visitor;
use crate::pages::whose::Whose;
use crate::problem::Problem;
use crate::text::number;
use gtp_model::programme::Kind as FieldKind;
use gtp_model::{
    Appointment, Goal, Party, Place, PlanContent, PlanItem, PlannedActivity, Target, Time,
};

/// The longest text of an item, and the longest place.
const TEXT: usize = 2_000;
const PLACE: usize = 300;
const LINK: usize = 1_000;

/// A kind of item.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Goal,
    Activity,
    Appointment,
}

impl Kind {
    /// What addresses call it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::Activity => "activity",
            Self::Appointment => "appointment",
        }
    }

    /// The kind of that name.
    pub fn named(slug: &str) -> Option<Self> {
        [Self::Goal, Self::Activity, Self::Appointment].into_iter().find(|own| own.slug() == slug)
    }

    /// The kind of an item.
    pub const fn of(content: &PlanContent) -> Self {
        match content {
            PlanContent::Goal(_) => Self::Goal,
            PlanContent::Activity(_) => Self::Activity,
            PlanContent::Appointment(_) => Self::Appointment,
        }
    }

    /// The key of what it is called where a new one is made.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Goal => "plan-new-goal",
            Self::Activity => "plan-new-activity",
            Self::Appointment => "plan-new-appointment",
        }
    }

    /// The empty form for a new one.
    pub fn form(self, visitor: &Visitor, whose: &Whose) -> Result<FieldsForm, Problem> {
        let action = format!("{}/plan", whose.base);
        let form = FieldsForm::new(visitor, "new", action, "plan-add");
        let form = form.carrying("kind", self.slug().to_owned());
        self.asked(visitor, whose, form)
    }

    fn asked(
        self,
        visitor: &Visitor,
        whose: &Whose,
        form: FieldsForm,
    ) -> Result<FieldsForm, Problem> {
        let words = visitor.words();
        let t = |key: &str| words.t(key);
        Ok(match self {
            Self::Goal if whose.own => form
                .asking(Field::area("text", t("plan-own-goal"), TEXT).hint(t("plan-own-goal-hint")))
                .asking(Field::date("by", t("plan-by")).optional()),
            Self::Goal => form
                .asking(
                    Field::area("text", t("plan-goal-text"), TEXT)
                        .hint(t("plan-goal-text-hint"))
                        .optional(),
                )
                .asking(
                    Field::new(
                        "field",
                        t("plan-goal-field"),
                        Control::Select(measurable(visitor, whose)),
                    )
                    .optional(),
                )
                .asking(number_field("low", t("plan-goal-low")))
                .asking(number_field("high", t("plan-goal-high")))
                .asking(Field::date("by", t("plan-by")).optional()),
            Self::Activity => form
                .asking(Field::area("text", t("plan-activity-text"), TEXT))
                .asking(Field::new(
                    "who",
                    t("plan-activity-who"),
                    Control::Select(parties(visitor, whose)?),
                ))
                .asking(Field::date("from", t("plan-activity-from")).optional())
                .asking(Field::date("until", t("plan-activity-until")).optional()),
            Self::Appointment => form
                .asking(Field::line("text", t("plan-appointment-text"), TEXT))
                .asking(Field::new(
                    "unit",
                    t("plan-appointment-unit"),
                    Control::Select(units(visitor, whose)?),
                ))
                .asking(Field::date("day", t("form-date")))
                .asking(Field::time("starts", t("plan-appointment-starts")))
                .asking(Field::time("ends", t("plan-appointment-ends")).optional())
                .asking(
                    Field::line("place", t("plan-appointment-place"), PLACE)
                        .hint(t("plan-appointment-where-hint"))
                        .optional(),
                )
                .asking(Field::line("video", t("plan-appointment-video"), LINK).optional()),
        })
    }

    /// What was posted, or what is wrong with it, by field.
    pub fn read(
        self,
        visitor: &Visitor,
        posted: &Posted,
    ) -> Result<PlanContent, Vec<(&'static str, String)>> {
        let mut reader = Reader { visitor, posted, wrong: vec![] };
        let content = match self {
            Self::Goal => PlanContent::Goal(reader.goal()),
            Self::Activity => PlanContent::Activity(reader.activity()),
            Self::Appointment => match reader.appointment() {
                Some(appointment) => PlanContent::Appointment(appointment),
                None => return Err(reader.wrong),
            },
        };
        if reader.wrong.is_empty() { Ok(content) } else { Err(reader.wrong) }
    }
}

fn number_field(name: &'static str, label: String) -> Field {
    Field::new(name, label, Control::Number { value: String::new(), unit: String::new() })
        .optional()
}

/// The fields that a goal can be a value of: the numbers of the citizen's programmes.
fn measurable(visitor: &Visitor, whose: &Whose) -> Vec<Choosable> {
    let words = visitor.words();
    let mut all: Vec<Choosable> = vec![];
    for enrolment in &whose.enrolments {
        let Some(loaded) = visitor.state.care.programme(&enrolment.programme) else { continue };
        for field in &loaded.definition.fields {
            if let FieldKind::Quantity(quantity) = &field.kind
                && !all.iter().any(|own| own.value == field.id.as_str())
            {
                let title = format!("{} ({})", words.title(&field.title), words.unit(quantity));
                all.push(Choosable::new(field.id.as_str(), title));
            }
        }
    }
    all
}

fn units(visitor: &Visitor, whose: &Whose) -> Result<Vec<Choosable>, Problem> {
    let own = visitor.actor().unit.as_ref();
    let units = whose.units(visitor)?.into_iter().map(|(id, name)| {
        let chosen = Some(&id) == own;
        Choosable { chosen, ..Choosable::new(id.as_str(), name) }
    });
    Ok(units.collect())
}

/// Who can do something: the citizen, a relative, a unit.
fn parties(visitor: &Visitor, whose: &Whose) -> Result<Vec<Choosable>, Problem> {
    let words = visitor.words();
    let mut all = vec![
        Choosable::new("citizen", words.t("plan-who-citizen")),
        Choosable::new("relative", words.t("plan-who-relative")),
    ];
    let units = whose.units(visitor)?.into_iter();
    all.extend(units.map(|(id, name)| Choosable::new(format!("unit:{id}"), name)));
    Ok(all)
}

struct Reader<'a> {
    visitor: &'a Visitor,
    posted: &'a Posted,
    wrong: Vec<(&'static str, String)>,
}

impl Reader<'_> {
    fn say(&mut self, name: &'static str, key: &str) {
        let words = self.visitor.words().t(key);
        self.wrong.push((name, words));
    }

    fn text(&self) -> String {
        self.posted.get("text").to_owned()
    }

    /// The last moment of a day, so that "by Friday" holds on Friday.
    fn day_end(&mut self, name: &'static str) -> Option<Time> {
        let day = self.posted.get(name).to_owned();
        self.moment(name, &day, "23:59")
    }

    fn moment(&mut self, name: &'static str, day: &str, time: &str) -> Option<Time> {
        if day.is_empty() {
            return None;
        }
        let calendar = self.visitor.state.care.calendar();
        match fields::moment(day, time, calendar) {
            Ok(moment) => moment,
            Err(()) => {
                self.say(name, "form-wrong-moment");
                None
            }
        }
    }

    fn number(&mut self, name: &'static str) -> Option<f64> {
        let text = self.posted.get(name);
        if text.is_empty() {
            return None;
        }
        let number = number::parse(text);
        if number.is_none() {
            self.say(name, "form-no-number");
        }
        number
    }

    fn goal(&mut self) -> Goal {
        let (low, high) = (self.number("low"), self.number("high"));
        let field = self.posted.get("field").to_owned();
        if field.is_empty() && (low.is_some() || high.is_some()) {
            self.say("field", "form-no-choice");
        }
        let target = field.parse().ok().map(|field| {
            let programmes = self.visitor.state.care.programmes();
            let kind = programmes.iter().find_map(|own| own.definition.field(&field));
            let unit = match kind.map(|field| &field.kind) {
                Some(FieldKind::Quantity(quantity)) => quantity.unit.clone(),
                _ => String::new(),
            };
            Target { field, low, high, unit }
        });
        Goal { text: self.text(), target, by: self.day_end("by") }
    }

    fn activity(&mut self) -> PlannedActivity {
        let who = match self.posted.get("who") {
            "relative" => Party::Relative,
            other => match other.strip_prefix("unit:").map(str::parse) {
                Some(Ok(unit)) => Party::Unit(unit),
                _ => Party::Citizen,
            },
        };
        if self.posted.get("who").is_empty() {
            self.say("who", "form-no-choice");
        }
        let from = self.posted.get("from").to_owned();
        let from = self.moment("from", &from, "00:00");
        let until = self.day_end("until");
        PlannedActivity { text: self.text(), who, goal: None, from, until }
    }

    fn appointment(&mut self) -> Option<Appointment> {
        let day = self.posted.get("day").to_owned();
        let (starts, ends) = (self.posted.get("starts"), self.posted.get("ends").to_owned());
        let starts = if day.is_empty() || starts.is_empty() {
            self.say("day", "form-wrong-moment");
            None
        } else {
            let time = starts.to_owned();
            self.moment("day", &day, &time)
        };
        let ends = if ends.is_empty() { None } else { self.moment("ends", &day, &ends) };
        let unit = self.posted.get("unit").parse().ok();
        if unit.is_none() {
            self.say("unit", "form-no-choice");
        }
        let place = match (self.posted.get("place"), self.posted.get("video")) {
            ("", "") => {
                self.say("place", "plan-appointment-no-place");
                None
            }
            (place, "") => Some(Place::At(place.to_owned())),
            ("", link) => Some(Place::Video(link.to_owned())),
            _ => {
                self.say("video", "plan-appointment-both-places");
                None
            }
        };
        let all = (unit?, starts?, place?);
        let (unit, starts, place) = all;
        Some(Appointment { text: self.text(), unit, starts, ends, place })
    }
}

/// The form to change an item: filled in with what it is.
pub fn change(visitor: &Visitor, whose: &Whose, item: &PlanItem) -> Result<FieldsForm, Problem> {
    let form = FieldsForm::new(visitor, "change", format!("/plan/{}", item.id), "plan-change-send")
        .carrying("revision", item.revision.to_string());
    let mut form = Kind::of(&item.content).asked(visitor, whose, form)?;
    let day = |time: Time| visitor.state.care.calendar().zoned(time).date().to_string();
    let clock =
        |time: Time| visitor.state.care.calendar().zoned(time).strftime("%H:%M").to_string();
    let number = |value: Option<f64>| {
        value.map_or_else(String::new, |value| number::decimal(visitor.language, value, 0))
    };
    let values: Vec<(&str, String)> = match &item.content {
        PlanContent::Goal(goal) => {
            let target = goal.target.as_ref();
            vec![
                ("text", goal.text.clone()),
                ("field", target.map_or_else(String::new, |own| own.field.to_string())),
                ("low", number(target.and_then(|own| own.low))),
                ("high", number(target.and_then(|own| own.high))),
                ("by", goal.by.map_or_else(String::new, day)),
            ]
        }
        PlanContent::Activity(activity) => vec![
            ("text", activity.text.clone()),
            (
                "who",
                match &activity.who {
                    Party::Citizen => "citizen".to_owned(),
                    Party::Relative => "relative".to_owned(),
                    Party::Unit(unit) => format!("unit:{unit}"),
                },
            ),
            ("from", activity.from.map_or_else(String::new, day)),
            ("until", activity.until.map_or_else(String::new, day)),
        ],
        PlanContent::Appointment(own) => {
            let (place, video) = match &own.place {
                Place::At(place) => (place.clone(), String::new()),
                Place::Video(link) => (String::new(), link.clone()),
            };
            vec![
                ("text", own.text.clone()),
                ("unit", own.unit.to_string()),
                ("day", day(own.starts)),
                ("starts", clock(own.starts)),
                ("ends", own.ends.map_or_else(String::new, clock)),
                ("place", place),
                ("video", video),
            ]
        }
    };
    for (name, value) in values {
        form = form.filling(name, &value);
    }
    let reason = Field::line("reason", visitor.words().t("plan-change-why"), TEXT).optional();
    Ok(form.asking(reason).secondary())
}

/// The form to end an item.
pub fn end(visitor: &Visitor, item: &PlanItem) -> FieldsForm {
    let words = visitor.words();
    let keys = match Kind::of(&item.content) {
        Kind::Goal => ["plan-goal-done", "plan-goal-not-done", "plan-goal-cancelled"],
        Kind::Activity => {
            ["plan-activity-done", "plan-activity-not-done", "plan-activity-cancelled"]
        }
        Kind::Appointment => {
            ["plan-appointment-done", "plan-appointment-not-done", "plan-appointment-cancelled"]
        }
    };
    let outcomes = ["done", "not-done", "cancelled"].into_iter().zip(keys);
    let outcomes = outcomes.map(|(value, key)| Choosable::new(value, words.t(key)));
    FieldsForm::new(visitor, "end", format!("/plan/{}/end", item.id), "plan-end-send")
        .carrying("revision", item.revision.to_string())
        .asking(Field::new("outcome", words.t("plan-end-how"), Control::Choice(outcomes.collect())))
        .asking(Field::line("note", words.t("plan-end-note"), TEXT).optional())
        .secondary()
}

/// The field that a pointer of care means.
pub fn place(pointer: &str) -> &'static str {
    match pointer {
        "/text" => "text",
        "/reach_by" => "by",
        "/target" | "/target/field" | "/target/unit" => "field",
        "/target/low" => "low",
        "/target/high" => "high",
        "/unit" => "unit",
        "/from" => "from",
        "/until" => "until",
        "/starts" => "day",
        "/ends" => "ends",
        "/place" => "place",
        "/video" => "video",
        "/reason" => "reason",
        "/note" => "note",
        _ => "",
    }
}
