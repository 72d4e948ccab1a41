//! A limit that somebody has set.

use crate::Number;
use std::cmp::Ordering;
use std::ops::{Add, Sub};

/// The value of a limit that applies to this citizen now. It is compared like a number: `gain > limit`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Which limit.
    pub id: &'static str,
    /// Its value.
    pub value: Number,
}

impl From<Limit> for Number {
    fn from(limit: Limit) -> Self {
        limit.value
    }
}

impl From<&Limit> for Number {
    fn from(limit: &Limit) -> Self {
        limit.value
    }
}

impl PartialEq<Limit> for Number {
    fn eq(&self, limit: &Limit) -> bool {
        *self == limit.value
    }
}

impl PartialOrd<Limit> for Number {
    fn partial_cmp(&self, limit: &Limit) -> Option<Ordering> {
        self.partial_cmp(&limit.value)
    }
}

impl Add<Number> for Limit {
    type Output = Number;
    fn add(self, other: Number) -> Number {
        self.value + other
    }
}

impl Sub<Limit> for Number {
    type Output = Self;
    fn sub(self, limit: Limit) -> Self {
        self - limit.value
    }
}

impl Sub<Limit> for Limit {
    type Output = Number;
    fn sub(self, other: Self) -> Number {
        self.value - other.value
    }
}
