//! From a component's bytes to a programme that may serve, or to every reason why not.
//!
//! The steps come in the order of what they cost and of what they need: each runs as little of the component
//! as it can, and the first that fails in a way that leaves nothing to look at ends the examination.

use crate::{
    check,
    code::Code,
    compiled::Compiled,
    component,
    contract::{names, v1_0},
    flaw::{Flaws, shown},
    kept::digest,
    loaded::{Loaded, Parts},
    report::{Budget, Identity, Report},
    scenario,
    settings::{Limits, Settings},
    signature::Trust,
};
use gtp_model::{Digest, programme::Programme};
use semver::Version;
use wasmtime::{Engine, component::Component};

/// Everything an examination needs.
pub struct Examiner {
    pub engine: Engine,
    /// Absent: code is compiled each time.
    pub compiled: Option<Compiled>,
    pub settings: Settings,
    pub trust: Trust,
}

/// What came of it.
pub struct Examined {
    pub report: Report,
    /// Present where it may serve.
    pub loaded: Option<Loaded>,
}

/// Whether scenarios are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Every check.
    Whole,
    /// A component that passed all checks before, here, is only made ready.
    Known,
}

impl Examiner {
    /// Examines a component.
    pub fn examine(
        &self,
        file: &str,
        bytes: &[u8],
        signature: Option<&str>,
        depth: Depth,
    ) -> Examined {
        let mut flaws = Flaws::default();
        let own = digest(bytes);
        let mut report = Report {
            file: file.to_owned(),
            digest: Some(own),
            bytes: bytes.len() as u64,
            programme: None,
            flaws: vec![],
            scenarios: vec![],
            budget: None,
        };
        self.trust.check(bytes, signature, &mut flaws);
        let loaded = self
            .prepare(own, bytes, &mut flaws)
            .and_then(|ready| self.judge(ready, file, own, bytes, depth, &mut flaws, &mut report));
        let fatal = flaws.fatal();
        report.flaws = flaws.into_sorted();
        Examined { report, loaded: loaded.filter(|_| !fatal) }
    }

    /// Validates, compiles and links. Runs nothing of it.
    fn prepare(&self, own: Digest, bytes: &[u8], flaws: &mut Flaws) -> Option<Ready> {
        let cached = self.compiled.as_ref().and_then(|cache| cache.cached(&self.engine, own));
        let outline = component::outline(bytes, cached.is_some(), flaws)?;
        let exported = names::read(&outline.exports, flaws)?;
        if flaws.fatal() {
            return None;
        }
        let component = match cached {
            Some(component) => component,
            None => self.compile(own, bytes, flaws)?,
        };
        let code = Code::link(&self.engine, &component, &exported, flaws)?;
        let range = component.image_range();
        let compiled_bytes = (range.end as usize).saturating_sub(range.start as usize) as u64;
        Some(Ready { code, contract: exported.version, compiled_bytes })
    }

    fn compile(&self, own: Digest, bytes: &[u8], flaws: &mut Flaws) -> Option<Component> {
        let compiled = match &self.compiled {
            Some(cache) => cache.compile(&self.engine, own, bytes),
            None => Compiled::compile_now(&self.engine, bytes),
        };
        compiled
            .map_err(|error| {
                flaws.error(
                    "compile",
                    "component",
                    format!("it cannot be compiled: {}", shown(&error.to_string())),
                    "It uses something that this host does not run; build it with `gtp build`",
                );
            })
            .ok()
    }

    /// Asks what it defines, checks that, and runs its scenarios.
    #[allow(clippy::too_many_arguments, reason = "one step of one function, split for reading")]
    fn judge(
        &self,
        ready: Ready,
        file: &str,
        own: Digest,
        bytes: &[u8],
        depth: Depth,
        flaws: &mut Flaws,
        report: &mut Report,
    ) -> Option<Loaded> {
        let Ready { code, contract, compiled_bytes } = ready;
        // Which programme it is, and so what it may use, it has yet to say.
        let largest = self.settings.largest_limits();
        let (raw, spent) = code.describe(&largest, flaws);
        let mut budget = Budget::new(largest);
        budget.note(spent);
        report.budget = Some(budget.clone());
        let definition = v1_0::define(raw?, flaws)?;
        report.programme = Some(identity(&definition, &contract));
        check::definition(&definition, flaws);
        let limits = self.settings.limits_for(&definition.about.id);
        fits(bytes, &limits, flaws);
        budget.limits = limits.clone();
        let loaded = Loaded::new(Parts {
            definition,
            digest: own,
            contract,
            bytes: bytes.len() as u64,
            compiled_bytes,
            file: file.to_owned(),
            limits,
            code,
        });
        if depth == Depth::Whole && !flaws.fatal() {
            report.scenarios = scenario::run_all(&loaded, &mut budget, flaws);
        }
        report.budget = Some(budget);
        Some(loaded)
    }
}

/// Compiled and linked, and nothing of it run yet.
struct Ready {
    code: Code,
    contract: Version,
    compiled_bytes: u64,
}

fn identity(definition: &Programme, contract: &Version) -> Identity {
    Identity {
        id: definition.about.id.clone(),
        version: definition.about.version.clone(),
        title: definition.about.title.clone(),
        contract: contract.clone(),
    }
}

/// Whether the file is no larger than this programme's may be.
fn fits(bytes: &[u8], limits: &Limits, flaws: &mut Flaws) {
    if bytes.len() as u64 > limits.component {
        flaws.error(
            "component-too-large",
            "file",
            format!("it has {} bytes; {} are allowed", bytes.len(), limits.component),
            "Make it smaller, or raise `component` among its limits",
        );
    }
}
