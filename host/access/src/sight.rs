//! What of a record is shown to somebody who may see it: as its programme says.

use gtp_model::programme::{Audience, Programme, Sight, Subject};
use gtp_model::{Role, Sector};

/// The audience that a person belongs to, by role and sector. None for those who see no citizen's data.
#[must_use]
pub const fn audience(role: Role, sector: Option<Sector>) -> Option<Audience> {
    match (role, sector) {
        (Role::Citizen, _) => Some(Audience::Citizen),
        (Role::Relative, _) => Some(Audience::Relative),
        (Role::Clinician, Some(Sector::Hospital)) => Some(Audience::Hospital),
        (Role::Clinician, Some(Sector::GeneralPractice)) => Some(Audience::GeneralPractice),
        (Role::Clinician, Some(Sector::Municipality)) => Some(Audience::Municipality),
        _ => None,
    }
}

/// How somebody stands to one enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The audience that they belong to.
    pub audience: Audience,
    /// Whether they are of the care team, or have broken the glass.
    pub treats: bool,
    /// Whether they are of the unit that looks at what comes in: they need not wait for a review.
    pub reviews: bool,
}

impl Viewer {
    /// When they see a subject of a programme.
    ///
    /// Clinicians who treat the citizen see all that the programme does not expressly keep from their sector;
    /// everybody else sees what the programme grants to them.
    #[must_use]
    pub fn sight(&self, programme: &Programme, subject: &Subject) -> Sight {
        let staff = !matches!(self.audience, Audience::Citizen | Audience::Relative);
        let stated = || {
            let mut grants = programme.visibility.iter();
            grants.any(|grant| grant.subject == *subject && grant.audience == self.audience)
        };
        if staff && !stated() {
            return if self.treats { Sight::Always } else { Sight::Never };
        }
        match programme.sight(subject, &self.audience) {
            Sight::AfterReview if staff && self.reviews => Sight::Always,
            sight => sight,
        }
    }
}

/// Whether an audience may enter values of a subject.
///
/// A relative who was let in to enter does it in the citizen's place: they enter what the citizen enters, but for
/// what the programme never shows to relatives.
#[must_use]
pub fn may_enter(programme: &Programme, subject: &Subject, audience: Audience) -> bool {
    let in_their_place = || {
        audience == Audience::Relative
            && programme.sight(subject, &Audience::Relative) != Sight::Never
            && programme.may_enter(subject, &Audience::Citizen)
    };
    programme.may_enter(subject, &audience) || in_their_place()
}
