//! The policies: read and checked once, sorted by who acts and what they do.

use crate::entities::{Asked, Names, Unmakeable};
use crate::memory::{Memory, facts};
use crate::{Decision, Deed, What, Who};
use cedar_policy::{
    ActionConstraint, Authorizer, Context, Effect, Entities, EntityTypeName, EntityUid, Policy,
    PolicyId, PolicySet, PrincipalConstraint, Request, Schema, ValidationMode, Validator,
};
use gtp_model::Role;
use std::collections::{HashMap, HashSet};
use thiserror::Error;

const SCHEMA: &str = include_str!("../policies/schema.cedarschema");

/// The policies that are always there.
const SHIPPED: [(&str, &str); 5] = [
    ("citizens.cedar", include_str!("../policies/citizens.cedar")),
    ("relatives.cedar", include_str!("../policies/relatives.cedar")),
    ("clinicians.cedar", include_str!("../policies/clinicians.cedar")),
    ("blocks.cedar", include_str!("../policies/blocks.cedar")),
    ("operation.cedar", include_str!("../policies/operation.cedar")),
];

/// A file of further policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFile {
    /// What it is called, for whoever must mend it.
    pub name: String,
    /// The policies.
    pub text: String,
}

/// Why policies were not taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// It is no Cedar.
    #[error("{file} is not written as policies are: {why}")]
    Syntax {
        /// Which file.
        file: String,
        /// What is wrong and where.
        why: String,
    },
    /// A policy has no name.
    #[error("a policy in {file} has no name; write @id(\"a-name\") above it")]
    Nameless {
        /// Which file.
        file: String,
    },
    /// Two policies have one name.
    #[error("{file} has a second policy “{policy}”; each needs a name of its own")]
    Twice {
        /// Which file.
        file: String,
        /// The name.
        policy: String,
    },
    /// A template: there is nothing that would fill it in.
    #[error("{file} has a policy with a slot; write out what it stands for")]
    Template {
        /// Which file.
        file: String,
    },
    /// It speaks of what there is not.
    #[error("the policies do not fit the schema: {why}")]
    Schema {
        /// Which policy, and what is wrong.
        why: String,
    },
    /// What ships with the host is broken: a fault in the host.
    #[error("the policies that ship with the host cannot be used: {0}")]
    Shipped(String),
}

/// What a principal is in the policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Citizen,
    Relative,
    Clinician,
    Operator,
    Auditor,
    Host,
}

impl Kind {
    pub const ALL: [Self; 6] =
        [Self::Citizen, Self::Relative, Self::Clinician, Self::Operator, Self::Auditor, Self::Host];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Citizen => "Citizen",
            Self::Relative => "Relative",
            Self::Clinician => "Clinician",
            Self::Operator => "Operator",
            Self::Auditor => "Auditor",
            Self::Host => "Host",
        }
    }

    /// What somebody in this capacity is. Nothing for a capacity that the policies do not know.
    pub const fn of(role: Role) -> Option<Self> {
        match role {
            Role::Citizen => Some(Self::Citizen),
            Role::Relative => Some(Self::Relative),
            Role::Clinician => Some(Self::Clinician),
            Role::Operator => Some(Self::Operator),
            Role::Auditor => Some(Self::Auditor),
            Role::Host => Some(Self::Host),
            _ => None,
        }
    }
}

/// What is unusual about a record. A policy that only matters then says so, by `@only_if("blocked")` or
/// `@only_if("opened")`, and is left alone where it is not so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Case {
    /// The citizen keeps somebody out.
    blocked: bool,
    /// The one who acts has broken the glass.
    opened: bool,
}

impl Case {
    const ALL: [Self; 4] = [
        Self { blocked: false, opened: false },
        Self { blocked: false, opened: true },
        Self { blocked: true, opened: false },
        Self { blocked: true, opened: true },
    ];

    fn of(what: &What<'_>) -> Self {
        match what {
            What::Installation => Self::default(),
            What::Record(relation) => Self {
                blocked: relation.blocks.iter().any(gtp_model::Block::is_whole),
                opened: relation.opened,
            },
            What::Block(_, relation) => Self { blocked: true, opened: relation.opened },
        }
    }

    fn has(self, policy: &Policy) -> bool {
        match policy.annotation("only_if") {
            Some("blocked") => self.blocked,
            Some("opened") => self.opened,
            _ => true,
        }
    }
}

/// The policies that can matter where one kind of principal does one deed.
struct Slice {
    number: u16,
    set: PolicySet,
    action: EntityUid,
    /// Those that could allow it.
    permits: Vec<&'static str>,
    /// What they ask about: nothing else is looked up for them.
    asked: Asked,
}

/// All policies, checked against the schema and ready to decide.
pub struct Policies {
    authorizer: Authorizer,
    names: Names,
    slices: HashMap<(Kind, Deed, Case), Slice>,
    memory: Memory,
    /// Every policy's name. Kept for the life of the process: they are a few dozen, read once, and go into every
    /// decision and every line of the access log.
    known: HashMap<PolicyId, &'static str>,
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policies").field("known", &self.known.len()).finish_non_exhaustive()
    }
}

impl Policies {
    /// The policies that ship with the host.
    ///
    /// # Errors
    /// [`PolicyError::Shipped`]: a fault in the host.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::with(&[])
    }

    /// The policies that ship with the host, and a region's own.
    ///
    /// # Errors
    /// One of its own is no policy, has no name, or speaks of what there is not.
    pub fn with(own: &[PolicyFile]) -> Result<Self, PolicyError> {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA)
            .map_err(|error| PolicyError::Shipped(error.to_string()))?;
        let mut all = PolicySet::new();
        for (file, text) in SHIPPED {
            read(&mut all, file, text)?;
        }
        for file in own {
            read(&mut all, &file.name, &file.text)?;
        }
        let checked = Validator::new(schema).validate(&all, ValidationMode::Strict);
        let wrong: Vec<String> =
            checked.validation_errors().map(|error| error.to_string()).collect();
        if !wrong.is_empty() {
            return Err(PolicyError::Schema { why: wrong.join("; ") });
        }
        let shipped = |error: Unmakeable| PolicyError::Shipped(error.to_string());
        let known: HashMap<PolicyId, &'static str> = all
            .policies()
            .map(|policy| (policy.id().clone(), &*policy.id().to_string().leak()))
            .collect();
        let mut slices = HashMap::new();
        for kind in Kind::ALL {
            for deed in Deed::ALL {
                for case in Case::ALL {
                    let mut slice = slice(&all, &known, kind, deed, case).map_err(shipped)?;
                    slice.number = slices.len() as u16;
                    slices.insert((kind, deed, case), slice);
                }
            }
        }
        let names = Names::new().map_err(shipped)?;
        Ok(Self { authorizer: Authorizer::new(), names, slices, memory: Memory::default(), known })
    }

    /// Decides.
    #[must_use]
    pub fn decide(&self, who: &Who<'_>, deed: Deed, what: &What<'_>) -> Decision {
        self.decide_with(who, deed, what, Some(&self.memory))
    }

    /// The same, without looking at decisions that were made before.
    #[must_use]
    pub fn decide_anew(&self, who: &Who<'_>, deed: Deed, what: &What<'_>) -> Decision {
        self.decide_with(who, deed, what, None)
    }

    fn decide_with(
        &self,
        who: &Who<'_>,
        deed: Deed,
        what: &What<'_>,
        memory: Option<&Memory>,
    ) -> Decision {
        let refused =
            |policies: Vec<&'static str>| Decision { allowed: false, policies, forbidden: false };
        let Some(kind) = Kind::of(who.actor.role) else { return refused(vec![]) };
        let Some(slice) = self.slices.get(&(kind, deed, Case::of(what))) else {
            return refused(vec![]);
        };
        // Most denials are of this kind, and nothing needs to be known for them.
        if slice.permits.is_empty() {
            return refused(vec![]);
        }
        let facts =
            memory.map(|memory| (memory, facts(slice.number, kind, who, what, slice.asked)));
        if let Some(known) = facts.as_ref().and_then(|(memory, facts)| memory.recall(facts)) {
            return known;
        }
        match self.ask(slice, who, what) {
            Ok(decision) => {
                if let Some((memory, facts)) = facts {
                    memory.keep(facts, decision.clone());
                }
                decision
            }
            // Whatever cannot be decided is refused.
            Err(_) => refused(vec!["undecidable"]),
        }
    }

    fn ask(&self, slice: &Slice, who: &Who<'_>, what: &What<'_>) -> Result<Decision, Unmakeable> {
        let facts = self.names.facts(who, what, slice.asked)?;
        let entities = Entities::from_entities(facts.entities, None)?;
        let (action, context) = (slice.action.clone(), Context::empty());
        let request = Request::new(facts.principal, action, facts.resource, context, None)?;
        let response = self.authorizer.is_authorized(&request, &slice.set, &entities);
        // A policy that fails is one that was left out; where it forbids, that would let somebody in.
        if response.diagnostics().errors().next().is_some() {
            return Err("a policy failed".into());
        }
        let allowed = response.decision() == cedar_policy::Decision::Allow;
        let mut policies: Vec<&'static str> =
            response.diagnostics().reason().filter_map(|id| self.known.get(id).copied()).collect();
        policies.sort_unstable();
        let forbidden = !allowed && !policies.is_empty();
        if policies.is_empty() {
            policies.clone_from(&slice.permits);
        }
        Ok(Decision { allowed, policies, forbidden })
    }
}

fn read(all: &mut PolicySet, file: &str, text: &str) -> Result<(), PolicyError> {
    let file = || file.to_owned();
    let set: PolicySet =
        text.parse().map_err(|error| PolicyError::Syntax { file: file(), why: plain(&error) })?;
    if set.templates().next().is_some() {
        return Err(PolicyError::Template { file: file() });
    }
    for policy in set.policies() {
        let name = policy.annotation("id").filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| PolicyError::Nameless { file: file() })?.to_owned();
        all.add(policy.new_id(PolicyId::new(&name)))
            .map_err(|_| PolicyError::Twice { file: file(), policy: name })?;
    }
    Ok(())
}

/// An error and what it stems from, in one line.
fn plain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    text
}

/// The policies whose scope fits.
fn slice(
    all: &PolicySet,
    known: &HashMap<PolicyId, &'static str>,
    kind: Kind,
    deed: Deed,
    case: Case,
) -> Result<Slice, Unmakeable> {
    let action: EntityUid = format!("Action::\"{}\"", deed.name()).parse()?;
    let principal: EntityTypeName = kind.name().parse()?;
    let fits = |policy: &&Policy| {
        let of_principal = match policy.principal_constraint() {
            PrincipalConstraint::Is(own) | PrincipalConstraint::IsIn(own, _) => own == principal,
            PrincipalConstraint::Eq(own) => *own.type_name() == principal,
            PrincipalConstraint::Any | PrincipalConstraint::In(_) => true,
        };
        of_principal
            && match policy.action_constraint() {
                ActionConstraint::Any => true,
                ActionConstraint::In(own) => own.contains(&action),
                ActionConstraint::Eq(own) => own == action,
            }
    };
    let mut permits = HashSet::new();
    let mut set = PolicySet::new();
    let mut asked = Asked::default();
    for policy in all.policies().filter(fits) {
        if policy.effect() == Effect::Permit {
            permits.extend(known.get(policy.id()).copied());
        }
        if case.has(policy) {
            asked.also_in(&policy.to_string());
            set.add(policy.clone())?;
        }
    }
    let mut permits: Vec<&'static str> = permits.into_iter().collect();
    permits.sort_unstable();
    Ok(Slice { number: 0, set, action, permits, asked })
}
