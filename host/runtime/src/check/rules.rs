//! Rules: what they read is there, bounded and readable.

use super::{dangling, places, questionnaires::answers, unique};
use crate::flaw::Flaws;
use gtp_model::{
    SeriesId,
    programme::{ItemKind, Kind, Origin, Programme, Read, Rule, Severity},
};

pub fn check(programme: &Programme, flaws: &mut Flaws) {
    unique(programme.rules.iter().map(|rule| &rule.id), |id| places::rule(id), flaws);
    for rule in &programme.rules {
        let place = places::rule(&rule.id);
        if rule.reads.is_empty() {
            let mend = "Name its inputs: it runs when one of them gets a value";
            flaws.error("rule-reads-nothing", &place, "it reads nothing, so it never runs", mend);
        }
        for read in &rule.reads {
            input(read, programme, &place, flaws);
            window(read, &place, flaws);
        }
        for limit in rule.limits.iter().filter(|id| programme.limit(id).is_none()) {
            dangling(&place, "limit", limit, flaws);
        }
        unique(rule.limits.iter(), |_| place.clone(), flaws);
        derives(rule, programme, &place, flaws);
        says(rule, &place, flaws);
    }
}

fn input(read: &Read, programme: &Programme, place: &str, flaws: &mut Flaws) {
    let kind = match &read.input {
        SeriesId::Field(id) => match programme.field(id) {
            Some(field) => Some(&field.kind),
            None => return dangling(place, "field", id, flaws),
        },
        SeriesId::Answer(questionnaire, id) => {
            let Some(own) = programme.questionnaire(questionnaire) else {
                return dangling(place, "questionnaire", questionnaire, flaws);
            };
            match own.item(id) {
                Some(item) if matches!(item.kind, ItemKind::Heading) => {
                    let what = format!("it reads `{}`, which is a heading", read.input);
                    return flaws.error("rule-reads-heading", place, what, "Read a question");
                }
                Some(item) => answers(item, programme),
                None => return dangling(place, "item", &read.input, flaws),
            }
        }
        SeriesId::Score(questionnaire, id) => {
            let Some(own) = programme.questionnaire(questionnaire) else {
                return dangling(place, "questionnaire", questionnaire, flaws);
            };
            if !own.scores.iter().any(|score| score.id == *id) {
                dangling(place, "score", &read.input, flaws);
            }
            return;
        }
    };
    if matches!(kind, Some(Kind::FreeText(_))) {
        flaws.error(
            "rule-reads-text",
            place,
            format!("it reads `{}`, which is free text and never reaches a rule", read.input),
            "Read numbers, choices, flags and dates",
        );
    }
}

fn window(read: &Read, place: &str, flaws: &mut Flaws) {
    let what = match (read.within, read.newest) {
        (None, None) => "has no end",
        (Some(0), _) | (_, Some(0)) => "holds nothing",
        _ => return,
    };
    flaws.error(
        "rule-window",
        place,
        format!("how far back it reads `{}` {what}", read.input),
        "Give `within` (milliseconds), `newest` (a count) or both",
    );
}

fn derives(rule: &Rule, programme: &Programme, place: &str, flaws: &mut Flaws) {
    for id in &rule.derives {
        match programme.field(id) {
            None => dangling(place, "field", id, flaws),
            Some(field) if field.origin != Origin::Derived => flaws.error(
                "rule-derives-entered",
                place,
                format!("it derives field `{id}`, which people enter"),
                "Make the field's origin `derived`, or derive another",
            ),
            Some(_) => {}
        }
    }
}

fn says(rule: &Rule, place: &str, flaws: &mut Flaws) {
    if rule.source.trim().is_empty() {
        let mend = "Name the publication, or write [design] where none fixes it";
        flaws.error("source-missing", place, "nobody knows where it comes from", mend);
    }
    let beyond_green = rule.severities.iter().any(|severity| *severity != Severity::Green);
    if !beyond_green && rule.derives.is_empty() {
        let mend = "Name `yellow` or `red` in `severities`, or a field in `derives`";
        flaws.warning("rule-says-nothing", place, "it can only ever be green", mend);
    }
}
