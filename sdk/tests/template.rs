//! The template with a rule in Rust compiles, and its stories come out as told.

#[path = "../templates/rust/src/rules.rs"]
mod rules;

use rules::weight_rises;

gtp_sdk::programme!("templates/rust/programme.toml");

#[test]
fn the_template_describes_itself() {
    use gtp_sdk::Programme;
    assert_eq!(Component::about().id, "weight-watch");
    assert_eq!(Component::rules().len(), 1);
    assert!(!Component::scenarios().is_empty());
}
