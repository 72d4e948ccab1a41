//! What the citizen meets: what is measured, what is asked, and when.

use super::document::Block;
use super::read::Reader;
use gtp_model::programme::{
    Activity, Combine, Field, Item, ItemKind, Kind, Method, Origin, Pattern, Phase, Questionnaire,
    ScoreRule, Slot, Test,
};

pub(crate) fn fields(reader: Reader<'_>) -> Vec<Block> {
    let programme = reader.programme;
    if programme.fields.is_empty() {
        return vec![];
    }
    let heads = [
        reader.pick("Hvad", "What"),
        reader.pick("Svar", "Answer"),
        reader.pick("Muligt", "Possible"),
        reader.pick("Sædvanligt", "Usual"),
        reader.pick("Borgeren læser", "The citizen reads"),
        reader.pick("Koder", "Codes"),
        reader.pick("Kilde", "Source"),
    ];
    let row = |field: &Field| {
        let (possible, usual) = match &field.kind {
            Kind::Quantity(quantity) => {
                let change = quantity.confirm_change.map(|change| {
                    format!(
                        "±{} {}",
                        reader.number(change),
                        reader.pick("siden sidst", "since the last")
                    )
                });
                let usual = [Some(reader.range(&quantity.confirm)), change];
                let usual = usual.into_iter().flatten().filter(|part| !part.is_empty());
                (reader.range(&quantity.reject), usual.collect::<Vec<_>>().join("; "))
            }
            _ => (String::new(), String::new()),
        };
        let title = match field.origin {
            Origin::Entered => reader.text(&field.title).to_owned(),
            Origin::Derived => {
                format!("{} ({})", reader.text(&field.title), reader.pick("beregnes", "computed"))
            }
        };
        let codes = field
            .codings
            .iter()
            .map(|coding| format!("{} {}", system(&coding.system), coding.code));
        [
            title,
            reader.answers(&field.kind),
            possible,
            usual,
            reader.text(&field.help).to_owned(),
            codes.collect::<Vec<_>>().join(", "),
            noted_source(&field.annotations).to_owned(),
        ]
    };
    let mut blocks = vec![
        Block::Heading(2, reader.pick("Hvad der måles", "What is measured").to_owned()),
        Block::Paragraph(
            reader
                .pick(
                    "Værdier uden for det mulige afvises. Uden for det sædvanlige spørges der, om tallet er rigtigt.",
                    "Values outside the possible are refused. Outside the usual, whoever enters one is asked whether it is right.",
                )
                .to_owned(),
        ),
        Block::table(heads, programme.fields.iter().map(row).collect()),
    ];
    if !programme.groups.is_empty() {
        let group = |group: &gtp_model::programme::Group| {
            let fields: Vec<String> = group.fields.iter().map(|id| reader.field(id)).collect();
            format!("{}: {}", reader.text(&group.title), fields.join(", "))
        };
        blocks
            .push(Block::Paragraph(reader.pick("Måles sammen:", "Measured together:").to_owned()));
        blocks.push(Block::List(programme.groups.iter().map(group).collect()));
    }
    blocks
}

/// Where the numbers of a field, a score or an activity come from, as its author noted it.
fn noted_source(annotations: &[(String, String)]) -> &str {
    let noted = annotations.iter().find(|(name, _)| name == "gtp/source");
    noted.map_or("", |(_, source)| source.as_str())
}

/// A code system by the name that people use.
fn system(uri: &str) -> &str {
    match uri {
        "http://loinc.org" => "LOINC",
        "http://snomed.info/sct" => "SNOMED CT",
        _ if uri.contains("npu") || uri.ends_with("1.2.208.176.2.1") => "NPU",
        _ => uri.rsplit(['/', ':']).find(|part| !part.is_empty()).unwrap_or(uri),
    }
}

pub(crate) fn questionnaires(reader: Reader<'_>) -> Vec<Block> {
    let mut blocks = vec![];
    for own in &reader.programme.questionnaires {
        if blocks.is_empty() {
            blocks.push(Block::Heading(
                2,
                reader.pick("Hvad der spørges om", "What is asked").to_owned(),
            ));
        }
        blocks.extend(questionnaire(reader, own));
    }
    blocks
}

fn questionnaire(reader: Reader<'_>, own: &Questionnaire) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(
        3,
        format!("{} ({} {})", reader.text(&own.title), own.id, own.version),
    )];
    if !own.introduction.is_empty() {
        blocks.push(Block::Paragraph(reader.text(&own.introduction).to_owned()));
    }
    let row = |(number, item): (usize, &Item)| {
        let answers = match &item.kind {
            ItemKind::Heading => String::new(),
            ItemKind::Question(kind @ Kind::Quantity(quantity)) => {
                let parts = [reader.range(&quantity.reject), reader.answers(kind)];
                let parts: Vec<String> =
                    parts.into_iter().filter(|part| !part.is_empty()).collect();
                parts.join(", ")
            }
            ItemKind::Question(kind) => reader.answers(kind),
            ItemKind::Field(id) => reader
                .programme
                .field(id)
                .map_or_else(String::new, |field| reader.answers(&field.kind)),
        };
        let answers = match (&item.kind, item.required) {
            (ItemKind::Heading, _) | (_, true) => answers,
            (_, false) => {
                format!("{answers} ({})", reader.pick("kan springes over", "may be left out"))
            }
        };
        [format!("{number}"), reader.item(&own.id, &item.id), answers, shown(reader, own, item)]
    };
    let heads = [
        "",
        reader.pick("Spørgsmål", "Question"),
        reader.pick("Svar", "Answer"),
        reader.pick("Vises, når", "Shown when"),
    ];
    blocks.push(Block::table(heads, (1..).zip(&own.items).map(row).collect()));
    for score in &own.scores {
        blocks.push(Block::Paragraph(score_text(reader, score)));
        let bands = score.bands.iter().map(|band| {
            let span = if band.low == band.high {
                reader.number(band.low)
            } else {
                format!("{}–{}", reader.number(band.low), reader.number(band.high))
            };
            let colour = band.severity.map(|severity| format!(" ({})", reader.severity(severity)));
            format!("{span}: {}{}", reader.text(&band.title), colour.unwrap_or_default())
        });
        blocks.push(Block::List(bands.collect()));
        let source = noted_source(&score.annotations);
        if !source.is_empty() {
            let heading = reader.pick("Kilde", "Source");
            blocks.push(Block::Paragraph(format!("{heading}: {source}")));
        }
    }
    let licence = [own.licence.as_str(), own.attribution.as_str()];
    let licence: Vec<&str> = licence.into_iter().filter(|text| !text.is_empty()).collect();
    if !licence.is_empty() {
        blocks.push(Block::Paragraph(format!(
            "{}: {}",
            reader.pick("Licens", "Licence"),
            licence.join(". ")
        )));
    }
    blocks
}

fn shown(reader: Reader<'_>, questionnaire: &Questionnaire, item: &Item) -> String {
    let joiner = match item.shown_if {
        Combine::All => reader.pick(" og ", " and "),
        Combine::Any => reader.pick(" eller ", " or "),
    };
    let one = |condition: &gtp_model::programme::Condition| {
        let asked = questionnaire.item(&condition.item);
        let kind = asked.and_then(|asked| match &asked.kind {
            ItemKind::Question(kind) => Some(kind),
            ItemKind::Field(id) => reader.programme.field(id).map(|field| &field.kind),
            ItemKind::Heading => None,
        });
        let number = (1..).zip(&questionnaire.items).find(|(_, own)| own.id == condition.item);
        let number =
            number.map_or_else(|| condition.item.to_string(), |(number, _)| number.to_string());
        let test = match condition.test {
            Test::Answered => reader.pick("er besvaret", "is answered").to_owned(),
            Test::Equals(value) => {
                format!("{} {}", reader.pick("er", "is"), reader.value(kind, value))
            }
            Test::AtLeast(value) => {
                format!("{} {}", reader.pick("er mindst", "is at least"), reader.value(kind, value))
            }
            Test::AtMost(value) => {
                format!("{} {}", reader.pick("er højst", "is at most"), reader.value(kind, value))
            }
        };
        format!("{number} {test}")
    };
    item.shown_when.iter().map(one).collect::<Vec<_>>().join(joiner)
}

fn score_text(reader: Reader<'_>, score: &ScoreRule) -> String {
    let items = score.items.len();
    let how = match score.method {
        Method::Sum => format!(
            "{} {items} {}",
            reader.pick("summen af", "the sum of"),
            reader.pick("svar", "answers")
        ),
        Method::SumTimes(factor) => format!(
            "{} {items} {} {}",
            reader.pick("summen af", "the sum of"),
            reader.pick("svar gange", "answers times"),
            reader.number(factor)
        ),
        Method::Mean => {
            format!(
                "{} {items} {}",
                reader.pick("gennemsnittet af", "the mean of"),
                reader.pick("svar", "answers")
            )
        }
    };
    let open = reader.pick(
        "Mangler et svar, er der ingen score.",
        "Where an answer is missing there is no score.",
    );
    format!("{}: {how}. {open}", reader.text(&score.title))
}

pub(crate) fn schedule(reader: Reader<'_>) -> Vec<Block> {
    let activities = &reader.programme.schedule;
    if activities.is_empty() {
        return vec![];
    }
    let heads = [
        reader.pick("Hvad", "What"),
        reader.pick("Omfatter", "Takes in"),
        reader.pick("Hvornår", "When"),
        reader.pick("Mangler efter", "Missing after"),
        reader.pick("Kilde", "Source"),
    ];
    let row = |activity: &Activity| {
        let subjects: Vec<String> =
            activity.subjects.iter().map(|subject| reader.subject(subject)).collect();
        let phases: Vec<String> = activity.phases.iter().map(|own| phase(reader, own)).collect();
        [
            reader.text(&activity.title).to_owned(),
            subjects.join(", "),
            phases.join(reader.pick("; derefter ", "; then ")),
            reader.minutes(u64::from(activity.grace)),
            noted_source(&activity.annotations).to_owned(),
        ]
    };
    vec![
        Block::Heading(2, reader.pick("Hvornår", "When").to_owned()),
        Block::table(heads, activities.iter().map(row).collect()),
    ]
}

fn phase(reader: Reader<'_>, phase: &Phase) -> String {
    let mut text = match &phase.pattern {
        Pattern::Daily => reader.pick("hver dag", "every day").to_owned(),
        Pattern::EveryDays(days) => {
            format!("{} {days}. {}", reader.pick("hver", "every"), reader.pick("dag", "day"))
        }
        Pattern::Weekdays(days) => {
            let days: Vec<&str> = days.iter().map(|day| reader.weekday(*day)).collect();
            days.join(", ")
        }
        Pattern::TimesAWeek(1) => reader.pick("en gang om ugen", "once a week").to_owned(),
        Pattern::TimesAWeek(times) => {
            format!("{times} {}", reader.pick("gange om ugen", "times a week"))
        }
        Pattern::BeforeVisit(days) => {
            format!(
                "{days} {}",
                reader.pick("dage før hver aftale", "days before each appointment")
            )
        }
        Pattern::OnDemand => {
            reader.pick("når borgeren vil", "whenever the citizen wants to").to_owned()
        }
    };
    if let Some(days) = phase.days {
        text.push_str(&format!(
            " {} {days} {}",
            reader.pick("i", "for"),
            reader.pick("dage", "days")
        ));
    }
    let slots: Vec<String> = phase.slots.iter().filter_map(|own| slot(reader, own)).collect();
    if !slots.is_empty() {
        text.push_str(&format!(" ({})", slots.join("; ")));
    }
    text
}

/// A part of the day, where it says more than "some time that day".
fn slot(reader: Reader<'_>, slot: &Slot) -> Option<String> {
    let whole_day = slot.start == 0 && slot.end == 24 * 60;
    if whole_day && slot.readings <= 1 {
        return None;
    }
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let mut text = reader.text(&slot.title).to_owned();
    if !whole_day {
        text.push_str(&format!(" {}–{}", clock(slot.start), clock(slot.end)));
    }
    if slot.readings > 1 {
        text.push_str(&format!(
            ", {} {} {}",
            slot.readings,
            reader.pick("målinger med mindst", "readings at least"),
            reader.minutes(u64::from(slot.apart))
        ));
        text.push_str(reader.pick(" imellem", " apart"));
    }
    Some(text)
}
