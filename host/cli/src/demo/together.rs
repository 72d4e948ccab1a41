//! What the demo's first citizen shares with others: a plan, messages, a diary, and a relative who helps.

use super::people::{self, DemoCitizen};
use gtp_care::{Care, CareError, NewDiaryNote, NewGrant, NewMessage, Once};
use gtp_model::{
    Actor, Appointment, CitizenId, DAY, DiaryValue, Goal, HOUR, IdempotencyKey, Party, Place,
    PlanContent, PlannedActivity, Role, Target, Time,
};

/// Writes it down, once however often it is asked to.
///
/// # Errors
/// The record cannot take it.
pub async fn write(
    care: &Care,
    demo: &DemoCitizen,
    citizen: CitizenId,
    now: Time,
) -> Result<(), CareError> {
    let own = Actor {
        account: demo.account.to_owned(),
        role: Role::Citizen,
        unit: None,
        citizen: Some(citizen),
    };
    if care.about(&own, citizen)?.1.is_empty() {
        // Nobody looks after them: there are no programmes here.
        return Ok(());
    }
    let nurse = people::nurse();
    let weight = people::field("weight");
    let programmes = care.programmes();
    let mut theirs = programmes.iter().filter(|own| demo.programmes.contains(&own.id().as_str()));
    if theirs.any(|own| own.definition.field(&weight).is_some()) {
        let key = key("demo-goal");
        care.add_to_plan(&nurse, citizen, goal(now), Once::under(key.as_ref())).await?;
    }
    for (name, content) in plan(now) {
        let key = key(name);
        care.add_to_plan(&nurse, citizen, content, Once::under(key.as_ref())).await?;
    }
    let wish =
        Goal { text: "Jeg vil kunne gå tur med hunden igen.".to_owned(), target: None, by: None };
    let wished = key("demo-wish");
    care.add_to_plan(&own, citizen, PlanContent::Goal(wish), Once::under(wished.as_ref())).await?;
    for (name, sender, text) in [
        ("demo-message-1", &own, "Hvornår på dagen skal jeg helst veje mig?"),
        (
            "demo-message-2",
            &nurse,
            "Om morgenen, efter toiletbesøg og før morgenmaden. God weekend!",
        ),
    ] {
        let unit = (sender.role == Role::Citizen).then(|| people::unit_id(people::HOME_CARE));
        let (new, key) = (NewMessage { unit, text: text.to_owned() }, key(name));
        care.send_message(sender, citizen, new, Once::under(key.as_ref())).await?;
    }
    for (name, days, text, hours) in [
        ("demo-note-1", 5, "Sov dårligt, benene var tunge.", 5.5),
        ("demo-note-2", 1, "En god nat.", 7.5),
    ] {
        let value =
            DiaryValue { what: "Søvn".to_owned(), number: hours, unit: "timer".to_owned() };
        let at = Some(now.plus(-days * DAY));
        let note = NewDiaryNote { at, text: text.to_owned(), value: Some(value) };
        let key = key(name);
        care.write_diary(&own, citizen, note, Once::under(key.as_ref())).await?;
    }
    for programme in demo.programmes {
        let Ok(programme) = programme.parse() else { continue };
        if care.programme(&programme).is_none() {
            continue;
        }
        let relative = people::RELATIVE.account.to_owned();
        let key = key(&format!("demo-grant-{programme}"));
        let new = NewGrant { relative, programme, may_enter: true, until: None };
        care.let_in(&own, citizen, &new, Once::under(key.as_ref())).await?;
    }
    Ok(())
}

fn key(name: &str) -> Option<IdempotencyKey> {
    IdempotencyKey::parse(name)
}

fn goal(now: Time) -> PlanContent {
    let field = people::field("weight");
    let target = Target { field, low: None, high: Some(82.0), unit: "kg".to_owned() };
    let goal = Goal { text: String::new(), target: Some(target), by: Some(now.plus(90 * DAY)) };
    PlanContent::Goal(goal)
}

/// What the nurse put into the plan.
fn plan(now: Time) -> Vec<(&'static str, PlanContent)> {
    let soon = Time((now.0 / HOUR + 1) * HOUR);
    let meeting = |text: &str, days: i64, place| Appointment {
        text: text.to_owned(),
        unit: people::unit_id(people::HOME_CARE),
        starts: soon.plus(days * DAY),
        ends: Some(soon.plus(days * DAY + HOUR / 2)),
        place,
    };
    let video = Place::Video("https://video.example/demo-borger-1".to_owned());
    let there = Place::At("Sundhedshuset, Demovej 1, indgang B".to_owned());
    let call = PlannedActivity {
        text: "Ringer og hører, hvordan det går".to_owned(),
        who: Party::Unit(people::unit_id(people::HOME_CARE)),
        goal: None,
        from: None,
        until: Some(now.plus(60 * DAY)),
    };
    let walk = PlannedActivity {
        text: "Går en tur på en halv time hver dag".to_owned(),
        who: Party::Citizen,
        goal: None,
        from: None,
        until: None,
    };
    vec![
        ("demo-call", PlanContent::Activity(call)),
        ("demo-walk", PlanContent::Activity(walk)),
        ("demo-video", PlanContent::Appointment(meeting("Videosamtale om medicinen", 3, video))),
        ("demo-visit", PlanContent::Appointment(meeting("Kontrol", 17, there))),
    ]
}
