//! What a programme author depends on.
//!
//! A programme is a `programme.toml`, which says what is asked, measured and shown, and a few plain
//! functions, which say when somebody should act:
//!
//! ```
//! use gtp_sdk::prelude::*;
//!
//! gtp_sdk::programme!("templates/rust/programme.toml");
//!
//! fn weight_rises(case: &Case) -> Judgement {
//!     let limit = case.limits().weight_gain()?;
//!     let rise = case.weight().rise_since_lowest(hours(72))?;
//!     if rise.by > limit {
//!         return Ok(red(say::weight_rises::Rose { gain: rise.by, limit }).evidence([rise.from, rise.to]));
//!     }
//!     Ok(green())
//! }
//! # fn main() {}
//! ```
//!
//! The macro makes `Case`, `say` and the component's exports of the file. A field, limit or message that
//! is misspelt does not compile, and a rule that the file names and nobody wrote does not either.
//!
//! A rule is a pure function of its case. `cargo test` runs it natively, with the programme's scenarios;
//! see `testing`. How numbers compare is told at [`Number`].

mod answer;
mod case;
#[doc(hidden)]
pub mod conditions;
#[doc(hidden)]
pub mod embedded;
pub mod gestation;
mod judgement;
mod limit;
mod number;
mod programme;
mod series;
mod statistics;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod text;
mod time;

pub use answer::{Answer, any_yes, combine};
pub use case::{View, series_id};
pub use gtp_contract as contract;
pub use gtp_contract::types::{Severity, Sex, Text};
/// Makes a programme of a `programme.toml`, given by its path from the crate's own folder.
///
/// A fault in the file is a compile error that shows the line:
///
/// ```compile_fail
/// gtp_sdk::programme!("templates/there-is-none.toml");
/// ```
///
/// A rule that the file names and nobody wrote does not compile:
///
/// ```compile_fail,E0425
/// gtp_sdk::programme!("templates/rust/programme.toml");
/// # fn main() {}
/// ```
///
/// A field that the file does not have does not compile either:
///
/// ```compile_fail,E0599
/// use gtp_sdk::prelude::*;
///
/// gtp_sdk::programme!("templates/rust/programme.toml");
///
/// fn weight_rises(case: &Case) -> Judgement {
///     case.wieght().newest()?;
///     Ok(green())
/// }
/// # fn main() {}
/// ```
///
/// And a programme whose rules are conditions needs nothing more:
///
/// ```
/// gtp_sdk::programme!("templates/plain/programme.toml");
/// # fn main() {}
/// ```
pub use gtp_sdk_macros::programme;
pub use judgement::{Figure, Finding, Judgement, NotJudged, green, red, yellow};
pub use limit::Limit;
pub use number::Number;
pub use programme::{Exported, Programme};
pub use series::{Change, Reading, Series};
pub use text::{Advise, Part, Say, fill};
pub use time::{Day, Moment, Span, days, hours, minutes};

/// Everything that rules are written with.
pub mod prelude {
    pub use crate::gestation::{GestationalAge, weeks};
    pub use crate::{
        Answer, Change, Day, Finding, Judgement, Limit, Moment, NotJudged, Number, Reading, Series,
        Sex, Span, any_yes, combine, days, green, hours, minutes, red, yellow,
    };
}
