//! What a citizen decides about who sees their record: relatives they let in, and people they keep out.

use crate::{BlockId, GlassId, GrantId, ProgrammeId, Time, UnitId};
use serde::{Deserialize, Serialize};

/// What a citizen lets a relative do, in one programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelativeGrant {
    /// Its id.
    pub id: GrantId,
    /// The relative's account.
    pub relative: String,
    /// The programme whose data it is about.
    pub programme: ProgrammeId,
    /// Whether the relative may also enter, not only read.
    #[serde(default)]
    pub may_enter: bool,
    /// The first moment at which it no longer holds. Absent: until it is withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

impl RelativeGrant {
    /// Whether it holds at a moment.
    #[must_use]
    pub fn holds(&self, now: Time) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// A citizen's refusal that somebody sees their data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// Who is kept out.
    pub whom: Blocked,
    /// The programme whose data they do not see. Absent: those of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<ProgrammeId>,
    /// They do not see what was measured at this moment or later. Absent: however early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// They do not see what was measured before this moment. Absent: however late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
}

/// Whom a block keeps out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blocked {
    /// Everybody of a unit.
    Unit {
        /// Which.
        unit: UnitId,
        /// Also everybody of the units that lie under it.
        below: bool,
    },
    /// One person, whatever unit they act for.
    Person {
        /// Their account.
        account: String,
    },
    /// Every health professional.
    Everyone,
}

impl Block {
    /// Whether it is about the whole record.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.programme.is_none() && self.from.is_none() && self.to.is_none()
    }

    /// Whether it is about all data of its programme, whenever they were measured.
    #[must_use]
    pub const fn is_timeless(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Whether it is about what was measured at this moment.
    #[must_use]
    pub fn covers(&self, moment: Time) -> bool {
        self.from.is_none_or(|from| from <= moment) && self.to.is_none_or(|to| moment < to)
    }
}

/// Somebody opened a record that was closed to them, for a while and for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenGlass {
    /// Its id.
    pub id: GlassId,
    /// Why, in their own words.
    pub reason: String,
    /// The first moment at which it is closed again.
    pub until: Time,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_holds_its_first_moment_and_not_its_last() {
        let block = Block {
            id: BlockId::new(),
            whom: Blocked::Everyone,
            programme: None,
            from: Some(Time(10)),
            to: Some(Time(20)),
        };
        assert!(!block.is_whole() && !block.is_timeless());
        assert_eq!([9, 10, 19, 20].map(|at| block.covers(Time(at))), [false, true, true, false]);
    }
}
