//! One citizen's case as one rule may see it.
//!
//! The host asks for several rules at once and hands over the inputs of all of them. Each rule is shown
//! only what it declares, cut to its own windows, so that its verdict never depends on which other rules
//! were asked.

use crate::series::{Reading, Series};
use crate::{Day, Limit, Moment, NotJudged, Number};
use gtp_contract::assess;
use gtp_contract::rules::{Fact, Input, Read, Rule};
use gtp_contract::types::Sex;
use std::cell::RefCell;

/// What a rule may know. The macro wraps it in a `Case` with a method for every field, answer and limit.
#[derive(Debug)]
pub struct View<'a> {
    case: &'a assess::Case,
    rule: &'a Rule,
    /// What the rule asked for without declaring it.
    undeclared: RefCell<Vec<String>>,
}

impl<'a> View<'a> {
    /// The part of a case that a rule declares.
    #[must_use]
    pub const fn new(case: &'a assess::Case, rule: &'a Rule) -> Self {
        Self { case, rule, undeclared: RefCell::new(vec![]) }
    }

    /// The moment that is judged.
    #[must_use]
    pub const fn now(&self) -> Moment {
        Moment(self.case.now)
    }

    /// The local day of the moment that is judged.
    #[must_use]
    pub const fn today(&self) -> Day {
        self.now().day(self.case.offset)
    }

    /// Age in whole years.
    ///
    /// # Errors
    ///
    /// Not enough data, where it is not known.
    pub fn age(&self) -> Result<u16, NotJudged> {
        self.fact(&Fact::Age, "age");
        self.case.age.ok_or_else(|| NotJudged::not_enough(&["age"]))
    }

    /// Sex.
    ///
    /// # Errors
    ///
    /// Not enough data, where it is not known.
    pub fn sex(&self) -> Result<Sex, NotJudged> {
        self.fact(&Fact::Sex, "sex");
        self.case.sex.ok_or_else(|| NotJudged::not_enough(&["sex"]))
    }

    fn fact(&self, fact: &Fact, name: &str) {
        if !self.rule.person.contains(fact) {
            self.undeclared.borrow_mut().push(format!("person = [\"{name}\"]"));
        }
    }

    /// One input, by the id it has in a case.
    #[must_use]
    pub fn series(&self, id: &'static str) -> Series {
        let Some(read) = self.rule.reads.iter().find(|read| names(&read.input, id)) else {
            self.undeclared.borrow_mut().push(format!("reads = [{{ \"{id}\" }}]"));
            return Series::new(id, self.now(), self.today(), vec![], vec![]);
        };
        match self.case.series.iter().find(|series| series.id == id) {
            Some(series) => self.cut(id, series, read),
            None => Series::new(id, self.now(), self.today(), vec![], vec![]),
        }
    }

    /// One input by an id that is only known when the rule runs.
    #[must_use]
    pub fn series_named(&self, id: &str) -> Series {
        self.series(kept(id))
    }

    /// A limit by an id that is only known when the rule runs.
    ///
    /// # Errors
    ///
    /// Limit not set.
    pub fn limit_named(&self, id: &str) -> Result<Limit, NotJudged> {
        self.limit(kept(id))
    }

    fn cut(&self, id: &'static str, series: &assess::Series, read: &Read) -> Series {
        let now = self.now();
        let from = read.within.map_or(i64::MIN, |within| now.0.saturating_sub_unsigned(within));
        let inside = |time: i64| from <= time && time <= now.0;
        let columns = series.times.iter().zip(&series.values).zip(&series.offsets);
        let mut readings: Vec<Reading> = columns
            .filter(|((time, _), _)| inside(**time))
            .map(|((time, value), offset)| {
                let time = Moment(*time);
                Reading { id, value: Number::new(*value), time, day: time.day(*offset) }
            })
            .collect();
        if let Some(newest) = read.newest {
            readings.drain(..readings.len().saturating_sub(newest as usize));
        }
        let skipped = series.skipped.iter().filter(|time| inside(**time));
        let skipped =
            skipped.map(|time| (Moment(*time), Moment(*time).day(self.case.offset))).collect();
        Series::new(id, now, self.today(), readings, skipped)
    }

    /// The value of a limit that applies to this citizen now.
    ///
    /// # Errors
    ///
    /// Limit not set.
    pub fn limit(&self, id: &'static str) -> Result<Limit, NotJudged> {
        if !self.rule.limits.iter().any(|own| own == id) {
            self.undeclared.borrow_mut().push(format!("limits = [\"{id}\"]"));
        }
        let set =
            self.case.limits.iter().find(|limit| limit.id == id).and_then(|limit| limit.value);
        match set {
            Some(value) => Ok(Limit { id, value: Number::new(value) }),
            None => Err(NotJudged::LimitNotSet(id.to_owned())),
        }
    }

    /// The judgement, unless the rule looked at something that it does not declare: what was not declared
    /// was not fetched, so whatever it concluded from it would be wrong.
    pub(crate) fn settle<T>(&self, judgement: Result<T, NotJudged>) -> Result<T, NotJudged> {
        let undeclared = self.undeclared.borrow();
        if undeclared.is_empty() {
            return judgement;
        }
        Err(NotJudged::Other(format!(
            "the rule `{}` uses what it does not declare in programme.toml: {}",
            self.rule.id,
            undeclared.join(", ")
        )))
    }
}

/// Keeps an id for good. A component lives for one call, so this is never more than a few names.
fn kept(id: &str) -> &'static str {
    Box::leak(id.to_owned().into_boxed_str())
}

/// Whether an input has this id in a case.
fn names(input: &Input, id: &str) -> bool {
    match input {
        Input::Field(field) => field == id,
        Input::Answer((questionnaire, part)) | Input::Score((questionnaire, part)) => {
            id.strip_prefix(questionnaire.as_str()).and_then(|rest| rest.strip_prefix('/'))
                == Some(part.as_str())
        }
        Input::Other(_) => false,
    }
}

/// The id that an input has in a case.
#[must_use]
pub fn series_id(input: &Input) -> String {
    match input {
        Input::Field(field) => field.clone(),
        Input::Answer((questionnaire, part)) | Input::Score((questionnaire, part)) => {
            format!("{questionnaire}/{part}")
        }
        Input::Other(other) => other.clone(),
    }
}
