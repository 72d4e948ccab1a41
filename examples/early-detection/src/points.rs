//! How many points each value gives.
//!
//! Bands are told in whole numbers and tenths; a value between two bands, such as 38.05, belongs to the one
//! that it has already left the other for: 38.0 is normal, anything above is not.

use gtp_sdk::Number;

/// Breaths a minute.
pub(crate) fn respiration(value: Number) -> u32 {
    if value <= 8.0 {
        3
    } else if value <= 11.0 {
        1
    } else if value <= 20.0 {
        0
    } else if value <= 24.0 {
        2
    } else {
        3
    }
}

/// Oxygen saturation in percent, for everybody else.
pub(crate) fn saturation_scale_1(value: Number) -> u32 {
    if value <= 91.0 {
        3
    } else if value <= 93.0 {
        2
    } else if value <= 95.0 {
        1
    } else {
        0
    }
}

/// Oxygen saturation in percent, where a target of 88-92 % is prescribed. On air nothing is too high.
pub(crate) fn saturation_scale_2(value: Number, on_oxygen: bool) -> u32 {
    if value <= 83.0 {
        3
    } else if value <= 85.0 {
        2
    } else if value <= 87.0 {
        1
    } else if value <= 92.0 || !on_oxygen {
        0
    } else if value <= 94.0 {
        1
    } else if value <= 96.0 {
        2
    } else {
        3
    }
}

/// Systolic blood pressure in mmHg.
pub(crate) fn systolic(value: Number) -> u32 {
    if value <= 90.0 {
        3
    } else if value <= 100.0 {
        2
    } else if value <= 110.0 {
        1
    } else if value < 220.0 {
        0
    } else {
        3
    }
}

/// Beats a minute.
pub(crate) fn pulse(value: Number) -> u32 {
    if value <= 40.0 {
        3
    } else if value <= 50.0 {
        1
    } else if value <= 90.0 {
        0
    } else if value <= 110.0 {
        1
    } else if value <= 130.0 {
        2
    } else {
        3
    }
}

/// Degrees Celsius.
pub(crate) fn temperature(value: Number) -> u32 {
    if value <= 35.0 {
        3
    } else if value <= 36.0 {
        1
    } else if value <= 38.0 {
        0
    } else if value <= 39.0 {
        1
    } else {
        2
    }
}
