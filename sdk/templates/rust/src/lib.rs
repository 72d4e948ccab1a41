//! What is measured and compared stands in `programme.toml`; when somebody should look stands in `rules.rs`.

mod rules;

use rules::weight_rises;

gtp_sdk::programme!("programme.toml");
