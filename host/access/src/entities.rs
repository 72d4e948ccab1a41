//! What is known of a request, as the policies see it.

use crate::policies::Kind;
use crate::{Relation, What, Who};
use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use gtp_model::{Actor, Block, Blocked, CitizenId, EnrolmentState, Sector, UnitId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The names of the schema, read once.
pub struct Names {
    kinds: [(Kind, EntityTypeName); 6],
    unit: EntityTypeName,
    installation: EntityUid,
    record: EntityTypeName,
    block: EntityTypeName,
}

/// Which attributes policies ask about. To make one takes about as long as to compare it, so those that nobody
/// asks about are left out. Found by looking for their names in the policies' text: one too many does no harm.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    pub account: bool,
    pub unit: bool,
    pub sector: bool,
    pub citizen: bool,
    pub programmes: bool,
    pub care_team: bool,
    pub readers: bool,
    pub helpers: bool,
    pub ancestors: bool,
    /// A certain person, record or block by name.
    pub persons: bool,
}

impl Asked {
    /// Also what this policy asks about.
    pub fn also_in(&mut self, policy: &str) {
        for (asked, name) in [
            (&mut self.account, "account"),
            (&mut self.unit, "unit"),
            (&mut self.sector, "sector"),
            (&mut self.citizen, "citizen"),
            (&mut self.programmes, "programmes"),
            (&mut self.care_team, "careTeam"),
            (&mut self.readers, "readers"),
            (&mut self.helpers, "helpers"),
        ] {
            *asked |= policy.contains(name);
        }
        let named = policy.match_indices("::\"").filter_map(|(at, _)| policy.get(..at));
        self.persons |= named
            .into_iter()
            .any(|before| !before.ends_with("Action") && !before.ends_with("Unit"));
        // Whoever is in a unit is in those above it: asked by any `in` but that of the action's list.
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let words = policy.split(|c| !is_word(c)).filter(|word| !word.is_empty());
        let followed = words.clone().zip(words.skip(1));
        self.ancestors |=
            followed.into_iter().any(|(before, word)| word == "in" && before != "action");
    }
}

/// The attributes of an entity.
type Attributes = HashMap<String, RestrictedExpression>;

/// What a request is decided by.
pub struct Facts {
    pub principal: EntityUid,
    pub resource: EntityUid,
    pub entities: Vec<Entity>,
}

/// Why an entity cannot be made: none of the host's can fail, since they hold no extension's functions.
pub type Unmakeable = Box<dyn std::error::Error + Send + Sync>;

impl Names {
    pub fn new() -> Result<Self, Unmakeable> {
        let named = |name: &str| name.parse::<EntityTypeName>().map_err(Unmakeable::from);
        let mut kinds = vec![];
        for kind in Kind::ALL {
            kinds.push((kind, named(kind.name())?));
        }
        let installation = named("Installation")?;
        Ok(Self {
            kinds: kinds.try_into().map_err(|_| "there are not six kinds of principals")?,
            unit: named("Unit")?,
            installation: uid(&installation, "gtp"),
            record: named("Record")?,
            block: named("Block")?,
        })
    }

    /// The facts about who does something to what.
    pub fn facts(&self, who: &Who<'_>, what: &What<'_>, asked: Asked) -> Result<Facts, Unmakeable> {
        let mut entities = Vec::with_capacity(2);
        let principal = self.principal(who, asked, &mut entities)?;
        let resource = match what {
            What::Installation => self.installation.clone(),
            What::Record(relation) => {
                let own = uid(&self.record, &encoded(relation.citizen));
                let attributes = self.record(who.actor, relation, asked)?;
                entities.push(Entity::new(own.clone(), attributes, HashSet::new())?);
                own
            }
            What::Block(block, relation) => {
                let own = uid(&self.block, &block.id.to_string());
                let mut attributes = Attributes::new();
                self.blocked(std::slice::from_ref(block), &mut attributes)?;
                opened(who.actor, relation, &mut attributes);
                entities.push(Entity::new(own.clone(), attributes, HashSet::new())?);
                own
            }
        };
        Ok(Facts { principal, resource, entities })
    }

    fn principal(
        &self,
        who: &Who<'_>,
        asked: Asked,
        entities: &mut Vec<Entity>,
    ) -> Result<EntityUid, Unmakeable> {
        let actor = who.actor;
        let kind = Kind::of(actor.role).ok_or("this role acts nowhere")?;
        let name = self.kinds.iter().find(|(own, _)| *own == kind).map(|(_, name)| name);
        let name = name.ok_or("a kind of principal has no name")?;
        let own = match (kind, actor.citizen) {
            (Kind::Citizen, Some(citizen)) => uid(name, &encoded(citizen)),
            _ => uid(name, &actor.account),
        };
        if !matches!(kind, Kind::Relative | Kind::Clinician) {
            return Ok(own);
        }
        let mut attributes = Attributes::with_capacity(3);
        if asked.account {
            attributes.insert("account".to_owned(), text(&actor.account));
        }
        let mut parents = HashSet::new();
        if kind == Kind::Clinician {
            if let Some(unit) = actor.unit.as_ref().filter(|_| asked.unit) {
                attributes.insert("unit".to_owned(), self.unit(unit));
            }
            if let Some(sector) = who.sector.filter(|_| asked.sector) {
                attributes.insert("sector".to_owned(), text(sector_name(sector)));
            }
            if asked.ancestors {
                let units = actor.unit.iter().chain(who.above);
                parents.extend(units.map(|unit| uid(&self.unit, unit.as_str())));
            }
        }
        entities.push(Entity::new(own.clone(), attributes, parents)?);
        Ok(own)
    }

    fn record(
        &self,
        actor: &Actor,
        relation: &Relation<'_>,
        asked: Asked,
    ) -> Result<Attributes, Unmakeable> {
        let alive = || {
            let enrolments = relation.enrolments.iter();
            enrolments.filter(|enrolment| enrolment.state != EnrolmentState::Ended)
        };
        let holding = || relation.grants.iter().filter(|grant| grant.holds(relation.now));
        let mut attributes = Attributes::with_capacity(4);
        let mut put = |name: &str, value| attributes.insert(name.to_owned(), value);
        if asked.citizen {
            let name = self.kinds.iter().find(|(kind, _)| *kind == Kind::Citizen);
            let (_, name) = name.ok_or("citizens have no name")?;
            let own = uid(name, &encoded(relation.citizen));
            put("citizen", RestrictedExpression::new_entity_uid(own));
        }
        if asked.programmes {
            put("programmes", set(alive().map(|enrolment| text(enrolment.programme.as_str()))));
        }
        if asked.care_team {
            let team = alive().flat_map(|one| std::iter::once(&one.unit).chain(&one.care_team));
            let team: BTreeSet<&UnitId> = team.collect();
            put("careTeam", set(team.into_iter().map(|unit| self.unit(unit))));
        }
        if asked.readers {
            put("readers", set(holding().map(|grant| text(&grant.relative))));
        }
        if asked.helpers {
            let entering = holding().filter(|grant| grant.may_enter);
            put("helpers", set(entering.map(|grant| text(&grant.relative))));
        }
        let whole: Vec<&Block> = relation.blocks.iter().filter(|own| own.is_whole()).collect();
        if !whole.is_empty() {
            self.blocked(&whole, &mut attributes)?;
        }
        opened(actor, relation, &mut attributes);
        Ok(attributes)
    }

    /// Whom blocks keep out.
    fn blocked(&self, blocks: &[&Block], attributes: &mut Attributes) -> Result<(), Unmakeable> {
        let units = |branches: bool| {
            set(blocks.iter().filter_map(|block| match &block.whom {
                Blocked::Unit { unit, below } if *below == branches => Some(self.unit(unit)),
                _ => None,
            }))
        };
        let persons = set(blocks.iter().filter_map(|block| match &block.whom {
            Blocked::Person { account } => Some(text(account)),
            _ => None,
        }));
        let all = blocks.iter().any(|block| block.whom == Blocked::Everyone);
        let blocked = RestrictedExpression::new_record([
            ("units".to_owned(), units(false)),
            ("branches".to_owned(), units(true)),
            ("persons".to_owned(), persons),
            ("everyone".to_owned(), RestrictedExpression::new_bool(all)),
        ])?;
        attributes.insert("blocked".to_owned(), blocked);
        Ok(())
    }

    fn unit(&self, id: &UnitId) -> RestrictedExpression {
        RestrictedExpression::new_entity_uid(uid(&self.unit, id.as_str()))
    }
}

/// For whom the glass is broken: of all for whom it may be, only the one who acts is asked about.
fn opened(actor: &Actor, relation: &Relation<'_>, attributes: &mut Attributes) {
    if relation.opened {
        attributes.insert("openedFor".to_owned(), set(std::iter::once(text(&actor.account))));
    }
}

fn encoded(id: CitizenId) -> String {
    id.0.as_simple().to_string()
}

fn uid(name: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(name.clone(), EntityId::new(id))
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn set(values: impl Iterator<Item = RestrictedExpression>) -> RestrictedExpression {
    RestrictedExpression::new_set(values)
}

const fn sector_name(sector: Sector) -> &'static str {
    match sector {
        Sector::Hospital => "hospital",
        Sector::GeneralPractice => "general-practice",
        Sector::Municipality => "municipality",
    }
}
