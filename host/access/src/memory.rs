//! Decisions that were made before.
//!
//! A decision follows from the policies and the facts they ask about, and from nothing else: the same facts give
//! the same decision. Most requests are alike once it is left out who it is about: a nurse of one unit and a citizen
//! whom that unit looks after. So a decision is kept under its facts, with names left out where no policy asks
//! for a certain person. Nothing that changes is remembered: a block, a grant or an ended enrolment is another fact.

use crate::entities::Asked;
use crate::policies::Kind;
use crate::{Decision, Relation, What, Who};
use gtp_model::{Block, Blocked, EnrolmentState, UnitId};
use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

/// More decisions than this, and all are forgotten.
const MOST: usize = 8_192;

/// Decisions by the facts that they follow from.
#[derive(Default)]
pub struct Memory(RwLock<HashMap<Vec<u8>, Decision>>);

impl Memory {
    /// The decision that these facts gave.
    pub fn recall(&self, facts: &[u8]) -> Option<Decision> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(facts).cloned()
    }

    /// Keeps a decision.
    pub fn keep(&self, facts: Vec<u8>, decision: Decision) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(facts, decision);
    }
}

/// All that a decision of this slice follows from, as bytes: equal bytes, equal decision. Every part has its length or
/// its count before it, so that no two different facts give the same.
pub fn facts(slice: u16, kind: Kind, who: &Who<'_>, what: &What<'_>, asked: Asked) -> Vec<u8> {
    let mut facts = Facts(Vec::with_capacity(160));
    facts.0.extend_from_slice(&slice.to_le_bytes());
    facts.principal(kind, who, asked);
    match what {
        What::Installation => facts.0.push(0),
        What::Record(relation) => {
            facts.0.push(1);
            facts.person(kind, who, relation, asked);
            facts.relation(relation, asked);
            facts.blocks(&mut relation.blocks.iter().filter(|own| own.is_whole()));
            facts.flag(relation.opened);
        }
        What::Block(block, relation) => {
            facts.0.push(2);
            facts.person(kind, who, relation, asked);
            if asked.persons {
                facts.text(&block.id.to_string());
            }
            facts.blocks(&mut std::iter::once(*block));
            facts.flag(relation.opened);
        }
    }
    facts.0
}

struct Facts(Vec<u8>);

impl Facts {
    fn flag(&mut self, flag: bool) {
        self.0.push(u8::from(flag));
    }

    fn count(&mut self, count: usize) {
        self.0.extend_from_slice(&(count as u32).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn texts<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let texts: BTreeSet<&str> = texts.collect();
        self.count(texts.len());
        texts.into_iter().for_each(|text| self.text(text));
    }

    fn principal(&mut self, kind: Kind, who: &Who<'_>, asked: Asked) {
        let actor = who.actor;
        // A citizen's account without a citizen is known by its name alone.
        let named = asked.account || asked.persons;
        let named = named || (kind == Kind::Citizen && actor.citizen.is_none());
        self.flag(named);
        if named {
            self.text(&actor.account);
        }
        if kind != Kind::Clinician {
            return;
        }
        if asked.unit || asked.ancestors {
            self.texts(actor.unit.iter().map(UnitId::as_str));
        }
        if asked.sector {
            self.count(who.sector.map_or(0, |sector| 1 + sector as usize));
        }
        if asked.ancestors {
            self.texts(who.above.iter().map(UnitId::as_str));
        }
    }

    /// Whose record it is: their own or another's, unless a policy knows somebody by name.
    fn person(&mut self, kind: Kind, who: &Who<'_>, relation: &Relation<'_>, asked: Asked) {
        self.flag(who.actor.citizen == Some(relation.citizen));
        let unknown = kind == Kind::Citizen && who.actor.citizen.is_none();
        if asked.persons || unknown {
            self.0.extend_from_slice(relation.citizen.0.as_bytes());
        }
    }

    fn relation(&mut self, relation: &Relation<'_>, asked: Asked) {
        let alive = || {
            let enrolments = relation.enrolments.iter();
            enrolments.filter(|enrolment| enrolment.state != EnrolmentState::Ended)
        };
        let holding = || relation.grants.iter().filter(|grant| grant.holds(relation.now));
        if asked.programmes {
            self.texts(alive().map(|enrolment| enrolment.programme.as_str()));
        }
        if asked.care_team {
            let team = alive().flat_map(|one| std::iter::once(&one.unit).chain(&one.care_team));
            self.texts(team.map(UnitId::as_str));
        }
        if asked.readers {
            self.texts(holding().map(|grant| grant.relative.as_str()));
        }
        if asked.helpers {
            let entering = holding().filter(|grant| grant.may_enter);
            self.texts(entering.map(|grant| grant.relative.as_str()));
        }
    }

    fn blocks(&mut self, blocks: &mut dyn Iterator<Item = &Block>) {
        let blocks: Vec<&Blocked> = blocks.map(|block| &block.whom).collect();
        self.count(blocks.len());
        for block in blocks {
            match block {
                Blocked::Unit { unit, below } => {
                    self.0.push(1 + u8::from(*below));
                    self.text(unit.as_str());
                }
                Blocked::Person { account } => {
                    self.0.push(3);
                    self.text(account);
                }
                Blocked::Everyone => self.0.push(4),
            }
        }
    }
}
