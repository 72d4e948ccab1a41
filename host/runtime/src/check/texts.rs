//! Texts: there in every language that the programme names, not too long, and visible.

use super::{about::address, places};
use crate::flaw::{Flaws, is_invisible, shown};
use gtp_model::{
    Text,
    programme::{Annotations, Choice, Coding, Kind, Programme},
};

/// Most characters of a name: it must fit in a list and on a button.
const NAME: usize = 120;
/// Most characters of an explanation.
const LONG: usize = 4_000;
/// Most characters of a word that is no text for people: a code, a version.
const WORD: usize = 200;

pub fn check(programme: &Programme, flaws: &mut Flaws) {
    let mut texts = Texts { languages: &programme.about.languages, flaws };
    texts.of_about(programme);
    texts.of_fields(programme);
    texts.of_questionnaires(programme);
    texts.of_limits_and_rules(programme);
    texts.of_schedule_and_scenarios(programme);
}

struct Texts<'a> {
    languages: &'a [String],
    flaws: &'a mut Flaws,
}

impl Texts<'_> {
    fn of_about(&mut self, programme: &Programme) {
        let about = &programme.about;
        self.needed(&about.title, "about, title", NAME);
        self.needed(&about.summary, "about, summary", LONG);
        self.needed(&about.looked_at, "about, looked-at", LONG);
        self.needed(&about.meanwhile, "about, meanwhile", LONG);
        self.optional(&about.card.evaluation, "about, card, evaluation", LONG);
        for (text, place) in [
            (&about.publisher, "about, publisher"),
            (&about.licence, "about, licence"),
            (&about.card.contact, "about, card, contact"),
        ] {
            self.word(text, place);
        }
        for region in &about.card.regions {
            self.word(region, "about, card, regions");
        }
        self.extras(&about.codings, &about.annotations, "about");
    }

    fn of_fields(&mut self, programme: &Programme) {
        for field in &programme.fields {
            let place = places::field(&field.id);
            self.needed(&field.title, &place, NAME);
            self.optional(&field.help, &place, LONG);
            self.kind(&field.kind, &place);
            self.extras(&field.codings, &field.annotations, &place);
        }
        for group in &programme.groups {
            let place = places::group(&group.id);
            self.needed(&group.title, &place, NAME);
            self.optional(&group.help, &place, LONG);
            self.extras(&group.codings, &group.annotations, &place);
        }
    }

    fn of_questionnaires(&mut self, programme: &Programme) {
        for questionnaire in &programme.questionnaires {
            let place = places::questionnaire(&questionnaire.id);
            self.needed(&questionnaire.title, &place, NAME);
            self.optional(&questionnaire.introduction, &place, LONG);
            self.word(&questionnaire.version, &place);
            self.readable(&questionnaire.licence, &place, LONG);
            self.readable(&questionnaire.attribution, &place, LONG);
            self.extras(&questionnaire.codings, &questionnaire.annotations, &place);
            for item in &questionnaire.items {
                let place = places::item(questionnaire, item);
                self.needed(&item.text, &place, LONG);
                self.optional(&item.help, &place, LONG);
                if let gtp_model::programme::ItemKind::Question(kind) = &item.kind {
                    self.kind(kind, &place);
                }
                self.extras(&item.codings, &item.annotations, &place);
            }
            for score in &questionnaire.scores {
                let place = places::score(questionnaire, &score.id);
                self.needed(&score.title, &place, NAME);
                for band in &score.bands {
                    self.needed(&band.title, &place, NAME);
                }
                self.extras(&score.codings, &score.annotations, &place);
            }
        }
    }

    fn of_limits_and_rules(&mut self, programme: &Programme) {
        for limit in &programme.limits {
            let place = places::limit(&limit.id);
            self.needed(&limit.title, &place, NAME);
            self.optional(&limit.help, &place, LONG);
            self.readable(&limit.source, &place, LONG);
            self.extras(&limit.codings, &limit.annotations, &place);
        }
        for rule in &programme.rules {
            let place = places::rule(&rule.id);
            self.needed(&rule.title, &place, NAME);
            self.needed(&rule.description, &place, LONG);
            self.readable(&rule.source, &place, LONG);
            address(&rule.source_url, &place, self.flaws);
            self.extras(&rule.codings, &rule.annotations, &place);
        }
    }

    fn of_schedule_and_scenarios(&mut self, programme: &Programme) {
        for activity in &programme.schedule {
            let place = places::activity(&activity.id);
            self.needed(&activity.title, &place, NAME);
            for slot in activity.phases.iter().flat_map(|phase| &phase.slots) {
                self.needed(&slot.title, &place, NAME);
            }
            self.extras(&[], &activity.annotations, &place);
        }
        for scenario in &programme.scenarios {
            self.needed(&scenario.title, &places::scenario(&scenario.id), LONG);
        }
    }

    fn kind(&mut self, kind: &Kind, place: &str) {
        match kind {
            Kind::Quantity(quantity) => {
                self.optional(&quantity.unit_title, place, NAME);
                self.choices(&quantity.coded, place);
            }
            Kind::Choice(choices) => self.choices(choices, place),
            Kind::Flag | Kind::Date | Kind::FreeText(_) => {}
        }
    }

    fn choices(&mut self, choices: &[Choice], place: &str) {
        for choice in choices {
            let place = format!("{place}, choice `{}`", shown(&choice.code));
            self.needed(&choice.title, &place, LONG);
            self.extras(&choice.codings, &vec![], &place);
        }
    }

    fn needed(&mut self, text: &Text, place: &str, longest: usize) {
        if text.is_empty() {
            self.flaws.error(
                "text-missing",
                place,
                "a text is empty that people must read",
                "Write it",
            );
        } else {
            self.optional(text, place, longest);
        }
    }

    fn optional(&mut self, text: &Text, place: &str, longest: usize) {
        if text.is_empty() {
            return;
        }
        /// More languages than any programme has.
        const LANGUAGES: usize = 20;
        if text.0.len() > LANGUAGES {
            let what = format!("a text has {} languages", text.0.len());
            self.flaws.error("text-languages", place, what, "Give each language once");
            return;
        }
        for tag in self.languages {
            let times = text.0.iter().filter(|(own, _)| own == tag).count();
            let blank = text.exact(tag).is_some_and(|text| text.trim().is_empty());
            if times == 0 || blank {
                self.flaws.error(
                    "text-missing",
                    place,
                    format!("the text is missing in language `{}`", shown(tag)),
                    "Translate it, or do not name the language in `about`",
                );
            } else if times > 1 {
                let what = format!("the text is there {times} times in language `{}`", shown(tag));
                self.flaws.error("text-languages", place, what, "Keep one of them");
            }
        }
        for (_, text) in &text.0 {
            self.readable(text, place, longest);
        }
    }

    fn word(&mut self, text: &str, place: &str) {
        self.readable(text, place, WORD);
    }

    fn readable(&mut self, text: &str, place: &str, longest: usize) {
        if text.chars().nth(longest).is_some() {
            let what =
                format!("a text has {} characters; {longest} are allowed", text.chars().count());
            self.flaws.error("text-too-long", place, what, "Shorten it");
        } else if text.chars().any(|c| (c.is_control() && c != '\n') || is_invisible(c)) {
            self.flaws.error(
                "text-invisible",
                place,
                format!("the text `{}` holds characters that nobody sees", shown(text)),
                "Take them out",
            );
        } else if looks_like_markup(text) {
            self.flaws.warning(
                "text-markup",
                place,
                format!("the text `{}` looks like markup", shown(text)),
                "Texts are plain: people will see it letter by letter",
            );
        }
    }

    fn extras(&mut self, codings: &[Coding], annotations: &Annotations, place: &str) {
        const MOST: usize = 50;
        if codings.len() > MOST || annotations.len() > MOST {
            self.flaws.error(
                "too-many",
                place,
                format!("more than {MOST} codes or annotations"),
                "Leave some out",
            );
            return;
        }
        for coding in codings {
            let system = &coding.system;
            if coding.code.trim().is_empty()
                || !system.contains(':')
                || system.contains(char::is_whitespace)
            {
                self.flaws.error(
                    "coding-invalid",
                    place,
                    format!("`{}` in system `{}` is no code", shown(&coding.code), shown(system)),
                    "Give the system's URI, such as http://loinc.org, and a code of it",
                );
            }
            for text in [system, &coding.code, &coding.display] {
                self.readable(text, place, LONG);
            }
        }
        for (name, value) in annotations {
            let named = name
                .split_once('/')
                .is_some_and(|(owner, name)| !owner.is_empty() && !name.is_empty());
            if !named {
                self.flaws.error(
                    "annotation-name",
                    place,
                    format!("`{}` is no annotation's name", shown(name)),
                    "Write owner/name",
                );
            }
            self.word(name, place);
            self.readable(value, place, LONG);
        }
    }
}

/// A `<` with a letter or slash after it: `<b>`, `</script>`. `< 5` is none.
fn looks_like_markup(text: &str) -> bool {
    text.split('<')
        .skip(1)
        .any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_is_no_markup() {
        assert!(!looks_like_markup("SpO2 < 90 %") && !looks_like_markup("a<5"));
        assert!(looks_like_markup("<b>") && looks_like_markup("x</script>"));
    }
}
