//! How much there may be of everything. Far more than any programme needs, and few enough that nothing takes
//! long.

use crate::flaw::Flaws;
use gtp_model::programme::Programme;

/// Whether nothing is beyond measure.
pub fn check(programme: &Programme, flaws: &mut Flaws) -> bool {
    let Programme {
        about,
        fields,
        groups,
        questionnaires,
        limits,
        rules,
        schedule,
        visibility,
        scenarios,
    } = programme;
    let items = questionnaires
        .iter()
        .map(|questionnaire| questionnaire.items.len() + questionnaire.scores.len());
    let steps = scenarios.iter().map(|scenario| scenario.steps.len());
    let phases = schedule.iter().map(|activity| activity.phases.len());
    let all = [
        ("languages", about.languages.len(), 20),
        ("fields", fields.len(), 500),
        ("groups", groups.len(), 200),
        (
            "fields of groups",
            groups.iter().map(|group| group.fields.len() + group.checks.len()).sum(),
            1_000,
        ),
        ("questionnaires", questionnaires.len(), 50),
        ("items and scores", items.sum(), 2_000),
        ("limits", limits.len(), 300),
        ("rules", rules.len(), 200),
        (
            "inputs of rules",
            rules.iter().map(|rule| rule.reads.len() + rule.limits.len()).sum(),
            5_000,
        ),
        ("activities", schedule.len(), 100),
        ("phases", phases.sum(), 1_000),
        ("grants", visibility.len(), 5_000),
        ("scenarios", scenarios.len(), 300),
        ("steps of scenarios", steps.sum(), 2_000),
    ];
    let mut fits = true;
    for (what, count, most) in all {
        if count > most {
            fits = false;
            flaws.error(
                "too-many",
                "component",
                format!("it has {count} {what}; {most} are allowed"),
                "Split it into several programmes, or leave some out",
            );
        }
    }
    fits
}
