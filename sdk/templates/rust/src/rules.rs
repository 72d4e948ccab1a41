//! When somebody should look. Each rule of `programme.toml` is a function of the same name.

use crate::{Case, say};
use gtp_sdk::prelude::*;

pub(crate) fn weight_rises(case: &Case) -> Judgement {
    let limit = case.limits().weight_gain()?;
    let rise = case.weight().rise_since_lowest(hours(72))?;
    if rise.by > limit {
        return Ok(red(say::weight_rises::Rose { gain: rise.by, limit })
            .evidence([rise.from, rise.to])
            .advise(say::weight_rises::Call));
    }
    Ok(green().evidence([rise.from, rise.to]))
}
