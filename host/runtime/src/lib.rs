//! Programmes as components.
mod contract { pub mod v1_0; }
