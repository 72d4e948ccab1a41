//! Who sees and enters what: only of what exists, and only once.

use super::dangling;
use crate::flaw::Flaws;
use gtp_model::programme::{Audience, Grant, ItemKind, Origin, Programme, Sight, Subject};
use std::collections::HashSet;

pub fn check(programme: &Programme, flaws: &mut Flaws) {
    let mut seen = HashSet::new();
    for grant in &programme.visibility {
        let place = place(grant);
        exists(grant, programme, &place, flaws);
        if !seen.insert((&grant.subject, grant.audience)) {
            flaws.error("grant-twice", &place, "it is granted twice", "Keep one of the two grants");
        }
        if grant.may_enter && grant.sees == Sight::Never {
            let mend = "Let whoever enters it see it, if only after review";
            flaws.warning("grant-blind", &place, "they may enter it and never see it", mend);
        }
    }
    relatives(programme, flaws);
    enterable(programme, flaws);
}

fn place(grant: &Grant) -> String {
    let audience = match grant.audience {
        Audience::Citizen => "citizen",
        Audience::Relative => "relative",
        Audience::Hospital => "hospital",
        Audience::GeneralPractice => "general-practice",
        Audience::Municipality => "municipality",
    };
    format!("visibility of {} to {audience}", name(&grant.subject))
}

fn name(subject: &Subject) -> String {
    match subject {
        Subject::Field(id) => format!("field `{id}`"),
        Subject::Questionnaire(id) => format!("questionnaire `{id}`"),
        Subject::Rule(id) => format!("rule `{id}`"),
    }
}

fn exists(grant: &Grant, programme: &Programme, place: &str, flaws: &mut Flaws) {
    let enterable = match &grant.subject {
        Subject::Field(id) => match programme.field(id) {
            Some(field) => field.origin == Origin::Entered,
            None => return dangling(place, "field", id, flaws),
        },
        Subject::Questionnaire(id) => match programme.questionnaire(id) {
            Some(_) => true,
            None => return dangling(place, "questionnaire", id, flaws),
        },
        Subject::Rule(id) => match programme.rule(id) {
            Some(_) => false,
            None => return dangling(place, "rule", id, flaws),
        },
    };
    if grant.may_enter && !enterable {
        let mend = "Set `may-enter` to false";
        flaws.error("grant-enter", place, "what a rule computes, nobody can enter", mend);
    }
}

/// A relative sees no more than the citizen whose data it is.
fn relatives(programme: &Programme, flaws: &mut Flaws) {
    for grant in programme.visibility.iter().filter(|grant| grant.audience == Audience::Relative) {
        if grant.sees > programme.sight(&grant.subject, &Audience::Citizen) {
            flaws.warning(
                "grant-relative",
                place(grant),
                "a relative sees more of it than the citizen does",
                "Grant it to the citizen too",
            );
        }
    }
}

/// A field that nobody can enter stays empty for ever.
fn enterable(programme: &Programme, flaws: &mut Flaws) {
    let asked = |id| {
        programme
            .questionnaires
            .iter()
            .flat_map(|questionnaire| &questionnaire.items)
            .any(|item| matches!(&item.kind, ItemKind::Field(field) if field == id))
    };
    for field in programme.fields.iter().filter(|field| field.origin == Origin::Entered) {
        let subject = Subject::Field(field.id.clone());
        let granted =
            programme.visibility.iter().any(|grant| grant.may_enter && grant.subject == subject);
        if !granted && !asked(&field.id) {
            flaws.note(
                "field-only-clinicians",
                name(&subject),
                "no audience may enter it, so only clinicians of the care team can",
                "Grant it in `visibility` if citizens are to enter it",
            );
        }
    }
}
