//! The engines: one that runs components, and one made anew for each compilation.
//!
//! Both have the same settings as far as compiled code is concerned, so that what one compiled the other
//! can load. They are two because an engine keeps the memory of its compiler.

use crate::settings::Limits;
use thiserror::Error;
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig,
    WasmBacktraceDetails,
};

/// Stack of a component. Threads that run components have four times as much, since the host's own
/// frames lie on the same stack.
pub const STACK: usize = 512 << 10;

/// Most instances that live at one moment: those of the pool's threads, of replay and of checks.
const INSTANCES: u32 = 128;

/// Core modules, memories and tables of one component. One of our own has one of each; components from
/// other languages have a few.
const PARTS: u32 = 8;

/// No engine could be made.
#[derive(Debug, Error)]
#[error("the WebAssembly engine does not start on this machine: {0}")]
pub struct EngineError(String);

/// The engine that runs components, and how its memory is allocated.
pub struct Running {
    pub engine: Engine,
    /// Why instances are allocated one by one instead of from a pool, where that is so.
    pub without_pool: Option<String>,
}

/// The engine that runs components: from a pool where the machine has the address space for one, else
/// with memory made for each instance, which is slower and otherwise the same.
pub fn running(limits: &Limits) -> Result<Running, EngineError> {
    let mut pooled = common();
    pooled.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
    let why = match Engine::new(&pooled) {
        Ok(engine) => return Ok(Running { engine, without_pool: None }),
        Err(error) => format!("{error:#}"),
    };
    let engine = Engine::new(&common()).map_err(|error| EngineError(format!("{error:#}")))?;
    Ok(Running { engine, without_pool: Some(why) })
}

/// An engine for compiling one component.
pub fn compiling() -> Result<Engine, EngineError> {
    Engine::new(&common()).map_err(|error| EngineError(format!("{error:#}")))
}

fn common() -> Config {
    let mut config = Config::new();
    config
        // A run is a pure function: the same bits on every machine.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        // Fuel is the budget; the epoch only catches what fuel does not count.
        .consume_fuel(true)
        .epoch_interruption(true)
        // Calls are synchronous, on threads of our own.
        .concurrency_support(false)
        .max_wasm_stack(STACK)
        // Many programmes lie in memory and few are compiled: small code matters as much as fast code.
        .cranelift_opt_level(OptLevel::SpeedAndSize)
        // Compiling must leave the other processors to the citizens.
        .parallel_compilation(false)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .generate_address_map(false)
        .memory_init_cow(true);
    config
}

fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    let memory = usize::try_from(limits.memory).unwrap_or(usize::MAX);
    pool.total_component_instances(INSTANCES)
        .total_core_instances(INSTANCES * 2)
        .total_memories(INSTANCES)
        .total_tables(INSTANCES * 2)
        .max_core_instances_per_component(PARTS)
        .max_memories_per_component(PARTS)
        .max_tables_per_component(PARTS)
        .max_memory_size(memory)
        .table_elements(usize::try_from(limits.table_elements).unwrap_or(usize::MAX))
        // A slot used by one programme stays warm for it: its next instance starts from the same image.
        .max_unused_warm_slots(INSTANCES)
        .table_keep_resident(16 << 10);
    // A call dirties a handful of pages. Where the kernel says which (Linux 6.7 and later), they alone are
    // written back, and neither this call nor the next pays for page faults. Where it cannot, all pages are
    // handed back at once, since wiping a whole memory would cost more.
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(1 << 20);
    }
    pool
}
