//! Programmes as WebAssembly components: check, load, run in a sandbox, swap.
//!
//! A programme gets numbers and answers and gives back findings. It has no imports, so it knows no clock,
//! network, storage or identity, and each run happens in an instance of its own. This crate knows no storage
//! of the record and no HTTP.
//!
//! The way of a component, from the folder to an assessment:
//!
//! 1. `folder` and `watch` notice a file and read it once, through a handle that nothing leads out of.
//! 2. [`component`](check_file) validates it and names its imports and exports; `signature` checks who made it.
//! 3. `compiled` compiles it, or takes the code from the cache.
//! 4. `code` asks it what it defines; `contract` translates that; `check` looks for what would surprise a nurse.
//! 5. `scenario` runs the small stories that it brings along.
//! 6. `decide` compares it with what serves, and `keeper` publishes a new [`Catalogue`] by one pointer swap.
//! 7. [`Runtime::assess`] runs rules in the `sandbox`, on `threads` where it is not over in a moment (`brevity`); the
//!    result is checked before anybody sees it.

mod brevity;
mod catalogue;
mod check;
mod check_file;
mod code;
mod compiled;
mod component;
mod contract;
mod decide;
mod engine;
mod examine;
mod files;
mod flaw;
mod folder;
mod gauges;
mod health;
pub mod inputs;
mod keeper;
mod kept;
mod ledger;
mod loaded;
pub mod measures;
mod report;
mod run;
mod runtime;
mod sandbox;
mod scenario;
mod settings;
pub mod signature;
mod threads;
mod watch;

pub use catalogue::{Catalogue, Change, Standing, State};
pub use check_file::{CheckSettings, check_file, define, load};
pub use engine::EngineError;
pub use files::FileError;
pub use flaw::{Flaw, Gravity};
pub use keeper::OrderError;
pub use kept::{KeptError, keep, read_kept};
pub use ledger::LedgerError;
pub use loaded::Loaded;
pub use report::{Budget, Identity, Report, ScenarioResult};
pub use run::{Fault, Run, RunError, Spent};
pub use runtime::{EarlierError, Runtime, StartError};
pub use settings::{Activation, Limits, OwnLimits, Settings, SignaturePolicy, Signatures};
