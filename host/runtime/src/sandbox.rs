//! One call into a component, in an instance made for it and dropped after it.
//!
//! Nothing outlives the call: no memory, no table, no global. So nothing of one citizen can reach another,
//! whatever the component tries to remember.

use crate::{
    flaw::shown,
    run::{RunError, Spent},
    settings::Limits,
};
use std::time::{Duration, Instant};
use wasmtime::{
    Engine, PoolConcurrencyLimitError, ResourceLimiter, Store, Trap, WasmBacktrace,
    component::{Instance, InstancePre},
};

/// How often the engine's epoch advances. A wall clock limit is met within one of these.
pub const TICK: Duration = Duration::from_millis(20);

/// What a store carries: how much the instance has asked for.
#[derive(Debug)]
pub struct Meter {
    memory: u64,
    peak: u64,
    tables: u64,
    memory_limit: u64,
    table_limit: u64,
    refused: Option<Refused>,
}

#[derive(Clone, Copy, Debug)]
enum Refused {
    Memory,
    Tables,
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = self.memory.saturating_sub(current as u64).saturating_add(desired as u64);
        if total > self.memory_limit {
            self.refused = Some(Refused::Memory);
            return Ok(false);
        }
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.memory = total;
        self.peak = self.peak.max(total);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = self.tables.saturating_sub(current as u64).saturating_add(desired as u64);
        if total > self.table_limit {
            self.refused = Some(Refused::Tables);
            return Ok(false);
        }
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.tables = total;
        Ok(true)
    }
}

/// Makes an instance, lets `call` use it, drops it. Says what it cost whether it worked or not.
pub fn call<R>(
    engine: &Engine,
    code: &InstancePre<Meter>,
    limits: &Limits,
    call: impl FnOnce(&mut Store<Meter>, &Instance) -> wasmtime::Result<R>,
) -> (Result<R, RunError>, Spent) {
    let begun = Instant::now();
    let mut store = Store::new(
        engine,
        Meter {
            memory: 0,
            peak: 0,
            tables: 0,
            memory_limit: limits.memory,
            table_limit: limits.table_elements,
            refused: None,
        },
    );
    store.limiter(|meter| meter);
    store.set_hostcall_fuel(usize::try_from(limits.result).unwrap_or(usize::MAX));
    store.set_epoch_deadline(ticks(limits));
    let result = store
        .set_fuel(limits.fuel)
        .and_then(|()| code.instantiate(&mut store))
        .and_then(|instance| call(&mut store, &instance));
    let fuel = limits.fuel.saturating_sub(store.get_fuel().unwrap_or(0));
    let result = result.map_err(|error| explain(&error, store.data(), limits));
    let spent = Spent { fuel, memory: store.data().peak, time: begun.elapsed() };
    (result, spent)
}

fn ticks(limits: &Limits) -> u64 {
    let tick = TICK.as_millis() as u64;
    limits.milliseconds.div_ceil(tick).saturating_add(1)
}

fn explain(error: &wasmtime::Error, meter: &Meter, limits: &Limits) -> RunError {
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return RunError::Overloaded;
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => return RunError::OutOfFuel { limit: limits.fuel },
        Some(Trap::Interrupt) => return RunError::WallClock { limit: limits.milliseconds },
        _ => {}
    }
    // A component that is refused memory most often traps right after: name the cause.
    match meter.refused {
        Some(Refused::Memory) => return RunError::Memory { limit: limits.memory },
        Some(Refused::Tables) => return RunError::Tables { limit: limits.table_elements },
        None => {}
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return RunError::Trap { what: words(trap), at: functions(error) };
    }
    let what = format!("{:#}", error.root_cause());
    if what.contains("fuel allocated for hostcalls") {
        return RunError::ResultTooLarge { limit: limits.result };
    }
    RunError::Malformed { what: shown(&what) }
}

fn words(trap: &Trap) -> String {
    match trap {
        Trap::UnreachableCodeReached => "it gave up (in Rust, a panic)".to_owned(),
        Trap::StackOverflow => "it called itself too deeply and ran out of stack".to_owned(),
        other => other.to_string(),
    }
}

/// The functions a trap went through, as far as the component names them.
fn functions(error: &wasmtime::Error) -> Vec<String> {
    const MOST: usize = 5;
    error
        .downcast_ref::<WasmBacktrace>()
        .map(|trace| {
            trace
                .frames()
                .iter()
                .filter_map(|frame| frame.func_name())
                .take(MOST)
                .map(shown)
                .collect()
        })
        .unwrap_or_default()
}
