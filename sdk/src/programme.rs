//! The trait that a programme is, and the macro that makes a component of it.
//!
//! `programme!` implements the trait from `programme.toml`. Whoever would rather build descriptions in
//! code implements it by hand and calls [`export!`](crate::export).

use gtp_contract::bindings::exports::gtp::programme as guest;
use gtp_contract::{
    about, assess, fields, limits, questionnaires, rules, scenarios, schedule, visibility,
};
use std::marker::PhantomData;

/// A programme: what it is, what it collects, and how it judges. Every method but three has a default, so
/// that a new aspect of the contract breaks nobody.
pub trait Programme {
    /// What it is and who answers for it.
    fn about() -> about::Programme;

    /// What can be measured or noted, in the order of the forms.
    fn fields() -> Vec<fields::Field>;

    /// Judges the named rules: exactly one finding for each.
    fn assess(rules: Vec<String>, case: assess::Case) -> assess::Assessment;

    /// What is measured together.
    fn groups() -> Vec<fields::Group> {
        vec![]
    }

    /// Questionnaires.
    fn questionnaires() -> Vec<questionnaires::Questionnaire> {
        vec![]
    }

    /// Limits.
    fn limits() -> Vec<limits::Limit> {
        vec![]
    }

    /// Rules, described.
    fn rules() -> Vec<rules::Rule> {
        vec![]
    }

    /// What is expected when.
    fn schedule() -> Vec<schedule::Activity> {
        vec![]
    }

    /// Who sees what.
    fn visibility() -> Vec<visibility::Grant> {
        vec![]
    }

    /// The stories that prove the rules.
    fn scenarios() -> Vec<scenarios::Scenario> {
        vec![]
    }
}

/// Gives the exports of a component to a [`Programme`].
#[doc(hidden)]
pub struct Exported<P>(PhantomData<P>);

impl<P: Programme> guest::about::Guest for Exported<P> {
    fn about() -> about::Programme {
        P::about()
    }
}

impl<P: Programme> guest::fields::Guest for Exported<P> {
    fn fields() -> Vec<fields::Field> {
        P::fields()
    }

    fn groups() -> Vec<fields::Group> {
        P::groups()
    }
}

impl<P: Programme> guest::questionnaires::Guest for Exported<P> {
    fn questionnaires() -> Vec<questionnaires::Questionnaire> {
        P::questionnaires()
    }
}

impl<P: Programme> guest::limits::Guest for Exported<P> {
    fn limits() -> Vec<limits::Limit> {
        P::limits()
    }
}

impl<P: Programme> guest::rules::Guest for Exported<P> {
    fn rules() -> Vec<rules::Rule> {
        P::rules()
    }
}

impl<P: Programme> guest::schedule::Guest for Exported<P> {
    fn schedule() -> Vec<schedule::Activity> {
        P::schedule()
    }
}

impl<P: Programme> guest::visibility::Guest for Exported<P> {
    fn visibility() -> Vec<visibility::Grant> {
        P::visibility()
    }
}

impl<P: Programme> guest::scenarios::Guest for Exported<P> {
    fn scenarios() -> Vec<scenarios::Scenario> {
        P::scenarios()
    }
}

impl<P: Programme> guest::assess::Guest for Exported<P> {
    fn assess(rules: Vec<String>, case: assess::Case) -> assess::Assessment {
        P::assess(rules, case)
    }
}

/// Makes a type that implements [`Programme`] the component's programme. Does nothing but for
/// WebAssembly, so that the same crate runs natively under `cargo test`.
#[macro_export]
macro_rules! export {
    ($programme:ty) => {
        #[cfg(target_arch = "wasm32")]
        #[doc(hidden)]
        #[allow(unsafe_code, clippy::all)]
        mod gtp_exported {
            #[allow(unused_imports)]
            use super::*;
            type Exported = $crate::Exported<$programme>;
            $crate::contract::bindings::export_component!(Exported with_types_in $crate::contract::bindings);
        }
    };
}
