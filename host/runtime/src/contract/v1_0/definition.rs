//! From what a component says about itself to a [`Programme`].

use super::{
    bindings::{about, fields, limits, questionnaires, rules, scenarios, schedule, visibility},
    questionnaires::questionnaire,
    scenarios::scenario,
    shared::{codings, id, ids, kind, range, severity, subject, text, unknown},
};
use crate::flaw::{Flaws, shown};
use gtp_model::{
    Sector, SeriesId,
    programme::{
        About, Activity, Audience, Card, CardStatus, Fact, Field, Grant, Group, GroupCheck, Limit,
        Origin, Pattern, Phase, Programme, Read, Rule, Sight, Slot, Weekday,
    },
};

/// Everything that the describing functions returned. An aspect that is not exported is empty.
#[derive(Debug)]
pub struct Raw {
    pub about: about::Programme,
    pub fields: Vec<fields::Field>,
    pub groups: Vec<fields::Group>,
    pub questionnaires: Vec<questionnaires::Questionnaire>,
    pub limits: Vec<limits::Limit>,
    pub rules: Vec<rules::Rule>,
    pub schedule: Vec<schedule::Activity>,
    pub visibility: Vec<visibility::Grant>,
    pub scenarios: Vec<scenarios::Scenario>,
}

/// Translates a description. Nothing, where it has no identity; what cannot be translated is a flaw and
/// left out.
pub fn define(raw: Raw, flaws: &mut Flaws) -> Option<Programme> {
    let Raw {
        about,
        fields,
        groups,
        questionnaires,
        limits,
        rules,
        schedule,
        visibility,
        scenarios,
    } = raw;
    Some(Programme {
        about: identity(about, flaws)?,
        fields: fields.into_iter().filter_map(|raw| field(raw, flaws)).collect(),
        groups: groups.into_iter().filter_map(|raw| group(raw, flaws)).collect(),
        questionnaires: questionnaires
            .into_iter()
            .filter_map(|raw| questionnaire(raw, flaws))
            .collect(),
        limits: limits.into_iter().filter_map(|raw| limit(raw, flaws)).collect(),
        rules: rules.into_iter().filter_map(|raw| rule(raw, flaws)).collect(),
        schedule: schedule.into_iter().map(|raw| activity(raw, flaws)).collect(),
        visibility: visibility.into_iter().filter_map(|raw| grant(&raw, flaws)).collect(),
        scenarios: scenarios.into_iter().map(|raw| scenario(raw, flaws)).collect(),
    })
}

fn identity(raw: about::Programme, flaws: &mut Flaws) -> Option<About> {
    let item = "about";
    let own_id = id(&raw.id, item, flaws);
    let version = raw.version.parse();
    if version.is_err() {
        flaws.error(
            "version-invalid",
            item,
            format!("`{}` is no semantic version", shown(&raw.version)),
            "Write three numbers with dots between, such as 1.0.0",
        );
    }
    Some(About {
        id: own_id?,
        version: version.ok()?,
        title: text(raw.title),
        summary: text(raw.summary),
        languages: raw.languages,
        publisher: raw.publisher,
        licence: raw.licence,
        looked_at: text(raw.looked_at),
        meanwhile: text(raw.meanwhile),
        card: card(raw.card, flaws),
        codings: codings(raw.codings),
        annotations: raw.annotations,
    })
}

fn card(raw: about::Card, flaws: &mut Flaws) -> Card {
    Card {
        status: match raw.status {
            about::Status::Project => CardStatus::Project,
            about::Status::Spreading => CardStatus::Spreading,
            about::Status::InOperation => CardStatus::InOperation,
            about::Status::Ended => CardStatus::Ended,
            about::Status::Other(word) => CardStatus::Other(word),
        },
        sectors: raw.sectors.iter().filter_map(|raw| sector(raw, flaws)).collect(),
        regions: raw.regions,
        contact: raw.contact,
        evaluation: text(raw.evaluation),
        website: raw.website,
    }
}

fn sector(raw: &about::Sector, flaws: &mut Flaws) -> Option<Sector> {
    match raw {
        about::Sector::Hospital => Some(Sector::Hospital),
        about::Sector::GeneralPractice => Some(Sector::GeneralPractice),
        about::Sector::Municipality => Some(Sector::Municipality),
        about::Sector::Other(word) => {
            flaws.warning(
                "sector-unknown",
                "about, card",
                format!("this host does not know the sector `{}`", shown(word)),
                "It is left off the map",
            );
            None
        }
    }
}

fn field(raw: fields::Field, flaws: &mut Flaws) -> Option<Field> {
    let item = format!("field `{}`", shown(&raw.id));
    let own_id = id(&raw.id, &item, flaws);
    let kind = kind(raw.kind, &item, flaws);
    let origin = match raw.origin {
        fields::Origin::Entered => Some(Origin::Entered),
        fields::Origin::Derived => Some(Origin::Derived),
        fields::Origin::Other(word) => {
            unknown("origin", &word, &item, flaws);
            None
        }
    };
    Some(Field {
        id: own_id?,
        title: text(raw.title),
        help: text(raw.help),
        kind: kind?,
        origin: origin?,
        codings: codings(raw.codings),
        annotations: raw.annotations,
    })
}

fn group(raw: fields::Group, flaws: &mut Flaws) -> Option<Group> {
    let item = format!("group `{}`", shown(&raw.id));
    let own_id = id(&raw.id, &item, flaws);
    let mut checks = vec![];
    for check in raw.checks {
        match check {
            fields::Check::LessThan((less, more)) => {
                if let (Some(less), Some(more)) = (id(&less, &item, flaws), id(&more, &item, flaws))
                {
                    checks.push(GroupCheck::LessThan(less, more));
                }
            }
            fields::Check::Other(word) => unknown("check", &word, &item, flaws),
        }
    }
    Some(Group {
        id: own_id?,
        title: text(raw.title),
        help: text(raw.help),
        fields: ids(&raw.fields, &item, flaws),
        checks,
        codings: codings(raw.codings),
        annotations: raw.annotations,
    })
}

fn limit(raw: limits::Limit, flaws: &mut Flaws) -> Option<Limit> {
    let item = format!("limit `{}`", shown(&raw.id));
    Some(Limit {
        id: id(&raw.id, &item, flaws)?,
        title: text(raw.title),
        help: text(raw.help),
        field: raw.field.and_then(|field| id(&field, &item, flaws)),
        unit: raw.unit,
        decimals: raw.decimals,
        default: raw.default,
        bounds: range(raw.bounds),
        above: ids(&raw.above, &item, flaws),
        source: raw.source,
        codings: codings(raw.codings),
        annotations: raw.annotations,
    })
}

fn rule(raw: rules::Rule, flaws: &mut Flaws) -> Option<Rule> {
    let item = format!("rule `{}`", shown(&raw.id));
    Some(Rule {
        id: id(&raw.id, &item, flaws)?,
        title: text(raw.title),
        description: text(raw.description),
        reads: raw.reads.iter().filter_map(|raw| read(raw, &item, flaws)).collect(),
        person: raw.person.iter().filter_map(|raw| fact(raw, &item, flaws)).collect(),
        limits: ids(&raw.limits, &item, flaws),
        derives: ids(&raw.derives, &item, flaws),
        severities: raw.severities.into_iter().map(severity).collect(),
        source: raw.source,
        source_url: raw.source_url,
        codings: codings(raw.codings),
        annotations: raw.annotations,
    })
}

fn read(raw: &rules::Read, item: &str, flaws: &mut Flaws) -> Option<Read> {
    let input = match &raw.input {
        rules::Input::Field(field) => SeriesId::Field(id(field, item, flaws)?),
        rules::Input::Answer((questionnaire, question)) => {
            SeriesId::Answer(id(questionnaire, item, flaws)?, id(question, item, flaws)?)
        }
        rules::Input::Score((questionnaire, score)) => {
            SeriesId::Score(id(questionnaire, item, flaws)?, id(score, item, flaws)?)
        }
        rules::Input::Other(word) => {
            unknown("input", word, item, flaws);
            return None;
        }
    };
    Some(Read { input, within: raw.within, newest: raw.newest })
}

fn fact(raw: &rules::Fact, item: &str, flaws: &mut Flaws) -> Option<Fact> {
    match raw {
        rules::Fact::Age => Some(Fact::Age),
        rules::Fact::Sex => Some(Fact::Sex),
        rules::Fact::Other(word) => {
            unknown("fact about a person", word, item, flaws);
            None
        }
    }
}

fn activity(raw: schedule::Activity, flaws: &mut Flaws) -> Activity {
    let item = format!("activity `{}`", shown(&raw.id));
    Activity {
        title: text(raw.title),
        subjects: raw.subjects.iter().filter_map(|raw| subject(raw, &item, flaws)).collect(),
        phases: raw.phases.into_iter().filter_map(|raw| phase(raw, &item, flaws)).collect(),
        grace: raw.grace,
        annotations: raw.annotations,
        id: raw.id,
    }
}

fn phase(raw: schedule::Phase, item: &str, flaws: &mut Flaws) -> Option<Phase> {
    let pattern = match raw.pattern {
        schedule::Pattern::Daily => Pattern::Daily,
        schedule::Pattern::EveryDays(days) => Pattern::EveryDays(days),
        schedule::Pattern::Weekdays(days) => {
            Pattern::Weekdays(days.into_iter().map(weekday).collect())
        }
        schedule::Pattern::TimesAWeek(times) => Pattern::TimesAWeek(times),
        schedule::Pattern::BeforeVisit(days) => Pattern::BeforeVisit(days),
        schedule::Pattern::OnDemand => Pattern::OnDemand,
        schedule::Pattern::Other(word) => {
            unknown("pattern", &word, item, flaws);
            return None;
        }
    };
    let slots = raw
        .slots
        .into_iter()
        .map(|schedule::Slot { title, start, end, readings, apart }| Slot {
            title: text(title),
            start,
            end,
            readings,
            apart,
        })
        .collect();
    Some(Phase { from_day: raw.from_day, days: raw.days, pattern, slots })
}

const fn weekday(raw: schedule::Weekday) -> Weekday {
    match raw {
        schedule::Weekday::Monday => Weekday::Monday,
        schedule::Weekday::Tuesday => Weekday::Tuesday,
        schedule::Weekday::Wednesday => Weekday::Wednesday,
        schedule::Weekday::Thursday => Weekday::Thursday,
        schedule::Weekday::Friday => Weekday::Friday,
        schedule::Weekday::Saturday => Weekday::Saturday,
        schedule::Weekday::Sunday => Weekday::Sunday,
    }
}

fn grant(raw: &visibility::Grant, flaws: &mut Flaws) -> Option<Grant> {
    let item = "visibility";
    let subject = subject(&raw.subject, item, flaws);
    let audience = match &raw.audience {
        visibility::Audience::Citizen => Audience::Citizen,
        visibility::Audience::Relative => Audience::Relative,
        visibility::Audience::Hospital => Audience::Hospital,
        visibility::Audience::GeneralPractice => Audience::GeneralPractice,
        visibility::Audience::Municipality => Audience::Municipality,
        visibility::Audience::Other(word) => {
            unknown("audience", word, item, flaws);
            return None;
        }
    };
    let sees = match raw.sees {
        visibility::Sight::Never => Sight::Never,
        visibility::Sight::AfterReview => Sight::AfterReview,
        visibility::Sight::Always => Sight::Always,
    };
    Some(Grant { subject: subject?, audience, sees, may_enter: raw.may_enter })
}
