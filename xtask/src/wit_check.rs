//! Whether the contract in `wit/` still fits every component that was built against a released version of it.

use crate::Failure;
use crate::repository::Repository;

/// Compares the contract with every released one, and names every difference that would break a component.
pub(crate) fn check(repository: &Repository) -> Result<(), Failure> {
    let wit = repository.root.join("wit");
    let breakages = gtp_wit_check::check(&wit)?;
    for breakage in &breakages {
        eprintln!("{breakage}");
    }
    if breakages.is_empty() {
        println!("the contract breaks no component built against a released version");
        return Ok(());
    }
    Err(format!(
        "the contract would break released components in {} place(s). Add a function or an interface beside \
         what is there; what was released stays as it is",
        breakages.len()
    )
    .into())
}
