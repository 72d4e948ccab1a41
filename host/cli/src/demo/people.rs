//! Who there is in the demo. Plainly made up: the names say so, and the citizen numbers belong to nobody.

use gtp_care::NewAccount;
use gtp_model::{Actor, FieldId, Role, Sector, Text, Unit, UnitId};

/// The municipal nurses, whose worklist the alerts come to.
pub const HOME_CARE: &str = "demo-home-care";
/// The hospital's heart clinic.
pub const CARDIOLOGY: &str = "demo-cardiology";
/// The general practice.
pub const GP: &str = "demo-gp";

/// The nurse's account.
pub const NURSE: &str = "demo-nurse";

/// Somebody with an account who is no citizen.
pub struct Staff {
    pub account: &'static str,
    pub name: &'static str,
    pub who: &'static str,
    role: Role,
    unit: Option<&'static str>,
}

/// The clinicians.
pub const CLINICIANS: [Staff; 3] = [
    Staff {
        account: NURSE,
        name: "Demo Sygeplejerske",
        who: "nurse in the municipality, has the worklist",
        role: Role::Clinician,
        unit: Some(HOME_CARE),
    },
    Staff {
        account: "demo-doctor",
        name: "Demo Hjertelæge",
        who: "doctor at the hospital's heart clinic",
        role: Role::Clinician,
        unit: Some(CARDIOLOGY),
    },
    Staff {
        account: "demo-gp",
        name: "Demo Praksislæge",
        who: "general practitioner",
        role: Role::Clinician,
        unit: Some(GP),
    },
];

/// The operator.
pub const OPERATOR: Staff = Staff {
    account: "demo-operator",
    name: "Demo Driftsvagt",
    who: "operator: programmes, no citizens",
    role: Role::Operator,
    unit: None,
};

/// Who watches over access.
pub const AUDITOR: Staff = Staff {
    account: "demo-auditor",
    name: "Demo Databeskyttelse",
    who: "auditor: who looked at what, no citizens",
    role: Role::Auditor,
    unit: None,
};

/// Who helps the first citizen.
pub const RELATIVE: Staff = Staff {
    account: "demo-relative",
    name: "Demo Pårørende",
    who: "relative: sees and enters for Demo Borger 1",
    role: Role::Relative,
    unit: None,
};

impl Staff {
    /// The account to add.
    pub fn account(&self) -> NewAccount {
        NewAccount {
            account: self.account.to_owned(),
            name: self.name.to_owned(),
            role: self.role,
            unit: self.unit.map(unit_id),
            citizen: None,
            password: password(self.account),
            temporary: false,
        }
    }
}

/// What happens to a citizen in these four weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// All is well.
    Steady,
    /// Water builds up in the last days: ends in a red alert today.
    Decompensating,
    /// The blood pressure is too high at home.
    Pressure,
    /// Forgets to measure.
    Forgetful,
    /// Was bad two weeks ago, was called, and is well again.
    Recovered,
    /// Began three days ago.
    New,
}

impl Story {
    /// How many days ago the citizen was enrolled.
    pub const fn days(self) -> i64 {
        match self {
            Self::New => 3,
            _ => super::DAYS,
        }
    }
}

/// A citizen of the demo.
pub struct DemoCitizen {
    pub account: &'static str,
    pub name: &'static str,
    pub number: &'static str,
    pub who: &'static str,
    pub story: Story,
    /// In which programmes, of those that are there.
    pub programmes: &'static [&'static str],
    /// Usual weight in kg.
    pub weight: f64,
    /// Usual blood pressure.
    pub pressure: (f64, f64),
    /// Usual pulse.
    pub pulse: f64,
}

/// The citizens.
pub const CITIZENS: [DemoCitizen; 7] = [
    DemoCitizen {
        account: "demo-citizen-1",
        name: "Demo Borger 1",
        number: "070741-0001",
        who: "citizen: all is well",
        story: Story::Steady,
        programmes: &["heart", "copd"],
        weight: 82.4,
        pressure: (124.0, 76.0),
        pulse: 66.0,
    },
    DemoCitizen {
        account: "demo-citizen-2",
        name: "Demo Borger 2",
        number: "120538-0002",
        who: "citizen: gains weight fast, red today",
        story: Story::Decompensating,
        programmes: &["heart"],
        weight: 74.1,
        pressure: (118.0, 72.0),
        pulse: 74.0,
    },
    DemoCitizen {
        account: "demo-citizen-3",
        name: "Demo Borger 3",
        number: "230949-0003",
        who: "citizen: high blood pressure at home",
        story: Story::Pressure,
        programmes: &["heart", "diabetes"],
        weight: 91.0,
        pressure: (142.0, 88.0),
        pulse: 71.0,
    },
    DemoCitizen {
        account: "demo-citizen-4",
        name: "Demo Borger 4",
        number: "010155-0004",
        who: "citizen: forgets to measure",
        story: Story::Forgetful,
        programmes: &["heart", "early-detection"],
        weight: 68.7,
        pressure: (121.0, 74.0),
        pulse: 63.0,
    },
    DemoCitizen {
        account: "demo-citizen-5",
        name: "Demo Borger 5",
        number: "171144-0003",
        who: "citizen: was bad, was called, is well again",
        story: Story::Recovered,
        programmes: &["heart", "copd", "diabetes"],
        weight: 79.9,
        pressure: (126.0, 78.0),
        pulse: 70.0,
    },
    DemoCitizen {
        account: "demo-citizen-6",
        name: "Demo Borger 6",
        number: "300662-0002",
        who: "citizen: began three days ago",
        story: Story::New,
        programmes: &["heart"],
        weight: 88.2,
        pressure: (129.0, 79.0),
        pulse: 69.0,
    },
    DemoCitizen {
        account: "demo-citizen-7",
        name: "Demo Borger 7",
        number: "140494-0002",
        who: "citizen: pregnant, all is well",
        story: Story::Steady,
        programmes: &["pregnancy"],
        weight: 71.3,
        pressure: (116.0, 71.0),
        pulse: 76.0,
    },
];

/// The password of a demo account. Known to everybody, which is why a demo listens on loopback alone.
pub fn password(account: &str) -> String {
    format!("{account}-2026")
}

/// The nurse as an actor.
pub fn nurse() -> Actor {
    clinician(NURSE, HOME_CARE)
}

/// The hospital's doctor as an actor.
pub fn doctor() -> Actor {
    clinician("demo-doctor", CARDIOLOGY)
}

fn clinician(account: &str, unit: &'static str) -> Actor {
    Actor {
        account: account.to_owned(),
        role: Role::Clinician,
        unit: Some(unit_id(unit)),
        citizen: None,
    }
}

/// The id of one of the units above.
#[allow(clippy::expect_used, reason = "the three names above are legal, as a test shows")]
pub fn unit_id(name: &'static str) -> UnitId {
    name.parse().expect("a legal name")
}

/// A field by its name.
#[allow(clippy::expect_used, reason = "only called with names that are written out here")]
pub fn field(name: &'static str) -> FieldId {
    name.parse().expect("a legal name")
}

/// The units.
pub fn units() -> [Unit; 3] {
    let unit = |id, name: &str, sector, looks| Unit {
        id: unit_id(id),
        name: name.to_owned(),
        sector,
        looks,
        under: None,
    };
    [
        unit(
            HOME_CARE,
            "Demo Kommune, hjemmesygeplejen",
            Sector::Municipality,
            Text::from([
                ("da", "Hjemmesygeplejen ser på dine målinger på hverdage kl. 9."),
                ("en", "The home care nurses look at your measurements on weekdays at 9."),
            ]),
        ),
        unit(CARDIOLOGY, "Demo Sygehus, hjerteambulatoriet", Sector::Hospital, Text::default()),
        unit(GP, "Demo Lægehuset", Sector::GeneralPractice, Text::default()),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_model::{CitizenNumber, NumberKind};
    use std::collections::HashSet;

    #[test]
    fn every_name_of_a_unit_is_legal() {
        assert_eq!(units().len(), 3);
    }

    /// All numbers that were given before 2007 pass this check, so one that fails it and tells of a birth
    /// before then was never anybody's.
    fn passes_modulus_11(number: &CitizenNumber) -> bool {
        let weights = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
        let digits = number.as_str().bytes().map(|byte| u32::from(byte - b'0'));
        digits.zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11 == 0
    }

    #[test]
    fn the_citizen_numbers_are_valid_and_belong_to_nobody() {
        let known: CitizenNumber = "070761-4285".parse().unwrap();
        assert!(passes_modulus_11(&known), "the usual example of a number that passes");
        let mut seen = HashSet::new();
        for citizen in &CITIZENS {
            let number: CitizenNumber = citizen.number.parse().unwrap();
            assert_eq!(number.kind(), NumberKind::Cpr);
            assert!(!passes_modulus_11(&number), "{}", citizen.account);
            assert!(seen.insert(citizen.number));
            assert!(citizen.name.starts_with("Demo "));
        }
    }
}
