//! A component's compiled code, ready to be called.

use crate::{
    contract::{
        names::Exported,
        v1_0::{
            self, Asked, Raw,
            bindings::{
                about, assess, fields, limits, questionnaires, rules, scenarios, schedule,
                visibility,
            },
        },
    },
    flaw::{Flaws, shown},
    run::{Run, RunError, Spent},
    sandbox::{self, Meter},
    settings::Limits,
};
use wasmtime::{
    Engine,
    component::{Component, InstancePre, Linker},
};

/// Code whose exports have the contract's types.
pub struct Code {
    pre: InstancePre<Meter>,
    aspects: Aspects,
}

/// Where each exported function lies. An optional aspect is absent where the component has it not.
struct Aspects {
    about: about::GuestIndices,
    fields: fields::GuestIndices,
    questionnaires: Option<questionnaires::GuestIndices>,
    limits: Option<limits::GuestIndices>,
    rules: Option<rules::GuestIndices>,
    schedule: Option<schedule::GuestIndices>,
    visibility: Option<visibility::GuestIndices>,
    scenarios: Option<scenarios::GuestIndices>,
    assess: assess::GuestIndices,
}

/// Calls one describing function in an instance of its own. A failure becomes a flaw.
macro_rules! ask {
    ($self:ident, $limits:ident, $flaws:ident, $spent:ident, $indices:expr, $aspect:literal, $function:ident) => {{
        let indices = $indices;
        let (result, spent) =
            sandbox::call($self.pre.engine(), &$self.pre, $limits, |store, instance| {
                let guest = indices.load(&mut *store, instance).map_err(NotOfType::wrap)?;
                guest.$function(store)
            });
        $spent.most(spent);
        result.map_err(|error| not_described($aspect, &error, $flaws)).ok()
    }};
}

impl Code {
    /// Links a compiled component.
    pub fn link(
        engine: &Engine,
        component: &Component,
        exported: &Exported,
        flaws: &mut Flaws,
    ) -> Option<Self> {
        // An empty linker: there is nothing that a component could import.
        let pre = match Linker::new(engine).instantiate_pre(component) {
            Ok(pre) => pre,
            Err(error) => {
                flaws.error(
                    "link",
                    "component",
                    format!("it cannot be linked: {}", shown(&format!("{error:#}"))),
                    "A programme imports nothing",
                );
                return None;
            }
        };
        match Aspects::find(&pre, exported) {
            Ok(aspects) => Some(Self { pre, aspects }),
            Err(error) => {
                flaws.error(
                    "export-missing",
                    "component",
                    shown(&format!("{error:#}")),
                    "Build the component against the contract in wit/",
                );
                None
            }
        }
    }

    /// Asks the component what it defines, each question in an instance of its own.
    pub fn describe(&self, limits: &Limits, flaws: &mut Flaws) -> (Option<Raw>, Spent) {
        let mut spent = Spent::default();
        let raw = self.describe_within(limits, flaws, &mut spent);
        (raw, spent)
    }

    fn describe_within(
        &self,
        limits: &Limits,
        flaws: &mut Flaws,
        spent: &mut Spent,
    ) -> Option<Raw> {
        let aspects = &self.aspects;
        // What fails before it is asked anything fails at every question: one flaw says it all.
        let (started, _) = sandbox::call(self.pre.engine(), &self.pre, limits, |_, _| Ok(()));
        if let Err(error) = started {
            flaws.error(
                "start",
                "component",
                format!("it cannot be started: {error}"),
                "It must start within the limits of one call, without a start function if it can",
            );
            return None;
        }
        let about = ask!(self, limits, flaws, spent, &aspects.about, "about", call_about);
        let fields = ask!(self, limits, flaws, spent, &aspects.fields, "fields", call_fields);
        let groups = ask!(self, limits, flaws, spent, &aspects.fields, "fields", call_groups);
        macro_rules! optional {
            ($field:ident, $name:literal, $function:ident) => {
                match &aspects.$field {
                    Some(indices) => ask!(self, limits, flaws, spent, indices, $name, $function),
                    None => Some(vec![]),
                }
            };
        }
        let questionnaires = optional!(questionnaires, "questionnaires", call_questionnaires);
        let limits_described = optional!(limits, "limits", call_limits);
        let rules = optional!(rules, "rules", call_rules);
        let schedule = optional!(schedule, "schedule", call_schedule);
        let visibility = optional!(visibility, "visibility", call_visibility);
        let scenarios = optional!(scenarios, "scenarios", call_scenarios);
        self.check_assess(limits, flaws);
        Some(Raw {
            about: about?,
            fields: fields?,
            groups: groups?,
            questionnaires: questionnaires?,
            limits: limits_described?,
            rules: rules?,
            schedule: schedule?,
            visibility: visibility?,
            scenarios: scenarios?,
        })
    }

    /// Whether `assess` has the contract's type. It is not called: there is no case yet.
    fn check_assess(&self, limits: &Limits, flaws: &mut Flaws) {
        let (result, _) = sandbox::call(self.pre.engine(), &self.pre, limits, |store, instance| {
            self.aspects.assess.load(store, instance).map_err(NotOfType::wrap)
        });
        if let Err(error) = result {
            not_described("assess", &error, flaws);
        }
    }

    /// Lets the component judge a case. What it returns is checked against what was asked.
    pub fn assess(&self, asked: Asked<'_>, limits: &Limits) -> (Result<Run, RunError>, Spent) {
        let (result, spent) =
            sandbox::call(self.pre.engine(), &self.pre, limits, |store, instance| {
                let guest = self.aspects.assess.load(&mut *store, instance)?;
                v1_0::lend(asked.rules, asked.case, |rules, case| {
                    guest.call_assess(store, rules, case)
                })
            });
        let run = result.and_then(|raw| {
            let assessment =
                v1_0::translate(raw, asked).map_err(|faults| RunError::Invalid { faults })?;
            Ok(Run { assessment, spent })
        });
        (run, spent)
    }
}

impl Aspects {
    fn find(pre: &InstancePre<Meter>, exported: &Exported) -> wasmtime::Result<Self> {
        macro_rules! optional {
            ($aspect:ident) => {
                exported
                    .has(stringify!($aspect))
                    .then(|| $aspect::GuestIndices::new(pre))
                    .transpose()?
            };
        }
        Ok(Self {
            about: about::GuestIndices::new(pre)?,
            fields: fields::GuestIndices::new(pre)?,
            questionnaires: optional!(questionnaires),
            limits: optional!(limits),
            rules: optional!(rules),
            schedule: optional!(schedule),
            visibility: optional!(visibility),
            scenarios: optional!(scenarios),
            assess: assess::GuestIndices::new(pre)?,
        })
    }
}

impl Spent {
    /// Keeps the larger of each figure.
    pub(crate) fn most(&mut self, other: Self) {
        self.fuel = self.fuel.max(other.fuel);
        self.memory = self.memory.max(other.memory);
        self.time = self.time.max(other.time);
    }
}

/// An export that exists and has not the type that the contract gives it.
#[derive(Debug, thiserror::Error)]
#[error("it has not the type that the contract gives it ({0})")]
struct NotOfType(String);

impl NotOfType {
    fn wrap(error: wasmtime::Error) -> wasmtime::Error {
        wasmtime::Error::new(Self(format!("{:#}", error.root_cause())))
    }
}

fn not_described(aspect: &str, error: &RunError, flaws: &mut Flaws) {
    flaws.error(
        "describe",
        format!("interface `{aspect}`"),
        format!("asked what it defines, {error}"),
        "It must answer within the limits of one call and with the contract's types",
    );
}
