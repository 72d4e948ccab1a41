//! What somebody can want to do.

/// What somebody wants to do. Its name is that of the action in the policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Deed {
    /// Register a new citizen.
    Register,
    /// Enrol a citizen in a programme, looked after by the actor's own unit.
    Enrol,
    /// Send observations and responses.
    Submit,
    /// See a citizen's record.
    View,
    /// See and handle alerts about a citizen.
    Triage,
    /// See the worklist of the actor's own unit.
    Worklist,
    /// Pause, resume or end an enrolment, or change a citizen's number.
    Change,
    /// Set a limit or a baseline for one citizen.
    SetLimit,
    /// Set a limit for the actor's own unit.
    SetUnitLimit,
    /// Set a limit for the whole region.
    SetRegionLimit,
    /// See a citizen's plan.
    SeePlan,
    /// Change a citizen's plan.
    Plan,
    /// Set, change and end a goal of one's own.
    SetOwnGoal,
    /// Read and write a citizen's diary.
    Diary,
    /// Read and write messages between a citizen and their care teams.
    Message,
    /// Look after the installation: programmes, units, accounts.
    Operate,
    /// Let a relative in, or no longer.
    LetIn,
    /// Keep somebody out, or no longer.
    Block,
    /// Open a record that is closed to one.
    BreakGlass,
    /// Read who saw and changed a citizen's record.
    ReadAccessLog,
    /// Search the access logs of all citizens.
    Audit,
    /// See what a block of a part of a record hides.
    SeeBehind,
}

impl Deed {
    /// Every deed.
    pub const ALL: [Self; 22] = [
        Self::Register,
        Self::Enrol,
        Self::Submit,
        Self::View,
        Self::Triage,
        Self::Worklist,
        Self::Change,
        Self::SetLimit,
        Self::SetUnitLimit,
        Self::SetRegionLimit,
        Self::SeePlan,
        Self::Plan,
        Self::SetOwnGoal,
        Self::Diary,
        Self::Message,
        Self::Operate,
        Self::LetIn,
        Self::Block,
        Self::BreakGlass,
        Self::ReadAccessLog,
        Self::Audit,
        Self::SeeBehind,
    ];

    /// Its name, for the policies and for the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Enrol => "enrol",
            Self::Submit => "submit",
            Self::View => "view",
            Self::Triage => "triage",
            Self::Worklist => "worklist",
            Self::Change => "change",
            Self::SetLimit => "set-limit",
            Self::SetUnitLimit => "set-unit-limit",
            Self::SetRegionLimit => "set-region-limit",
            Self::SeePlan => "see-plan",
            Self::Plan => "plan",
            Self::SetOwnGoal => "set-own-goal",
            Self::Diary => "diary",
            Self::Message => "message",
            Self::Operate => "operate",
            Self::LetIn => "let-in",
            Self::Block => "block",
            Self::BreakGlass => "break-glass",
            Self::ReadAccessLog => "read-access-log",
            Self::Audit => "audit",
            Self::SeeBehind => "see-behind",
        }
    }
}
