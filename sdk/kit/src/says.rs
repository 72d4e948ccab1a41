//! What rules tell people. A component holds these texts but lists them nowhere, so they are read from the file.

use gtp_model::Text;
use gtp_programme_file::ProgrammeFile;

/// Something that a rule may say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Whether the citizen is told, and not the clinician.
    pub to_citizen: bool,
    /// The text.
    pub text: Text,
}

/// What each rule may say, by the rule's id.
pub type Says = Vec<(String, Vec<Said>)>;

/// What the rules of a file may say.
#[must_use]
pub fn says(file: &ProgrammeFile) -> Says {
    let told = |to_citizen: bool, text: &[(String, String)]| Said {
        to_citizen,
        text: Text(text.to_vec()),
    };
    let of_rule = |entry: &gtp_programme_file::RuleEntry| {
        let mut said: Vec<Said> = vec![];
        said.extend(entry.messages.iter().map(|message| told(false, &message.text)));
        said.extend(entry.advice.iter().map(|advice| told(true, &advice.text)));
        for level in entry.plain.iter().flat_map(|plain| &plain.levels) {
            said.push(told(false, &level.says));
            said.extend(level.advises.iter().map(|(_, text)| told(true, text)));
        }
        let mut once: Vec<Said> = vec![];
        for own in said {
            if !once.contains(&own) {
                once.push(own);
            }
        }
        (entry.rule.id.clone(), once)
    };
    file.rules.iter().map(of_rule).collect()
}
