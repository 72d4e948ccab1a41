//! HTTP: the JSON API and the pages.
//!
//! Nothing here decides anything of care: a request is read, one method of [`gtp_care::Care`] is called, and
//! what comes back is written as JSON or as a page. Storage and components are out of sight.
//!
//! - [`server`]: one router of both, and what every answer passes through (security headers, the request
//!   log, problem documents);
//! - [`api`]: `/api/v1`, described by `/openapi.json`;
//! - [`pages`]: what people see in a browser;
//! - [`session`]: who asks, and in which language.

pub mod api;
mod connections;
pub mod headers;
pub mod pages;
pub mod problem;
pub mod proxy;
pub mod request_log;
pub mod server;
pub mod session;
pub mod state;
pub mod text;
pub mod throttle;
pub mod tls;

pub use server::{router, serve};
pub use state::AppState;
