//! Runs the small stories that a component brings along, as the host itself would run their submissions.
//!
//! Each step is one submission. Its entries join what came before, the rules that they concern are judged at
//! the step's moment, and what came of it is compared with what the story expects. Each rule is also judged
//! alone: a verdict that depends on which rules are asked together would change when a citizen skips a question.

use crate::{
    flaw::{Flaws, shown},
    inputs::{self, Person},
    loaded::Loaded,
    report::{Budget, ScenarioResult},
    run::{Run, RunError},
};
use gtp_model::{
    Finding, LocalTime, RuleId, Series, SeriesId, Time, Verdict,
    programme::{Entry, ItemKind, Outcome, Programme, Scenario, Severity, Step},
};
use jiff::{
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};

/// All scenarios of a component together may use as much fuel as this many calls.
const CALLS: u64 = 20;

/// Runs every scenario. One that fails is an error of the component.
pub fn run_all(loaded: &Loaded, budget: &mut Budget, flaws: &mut Flaws) -> Vec<ScenarioResult> {
    let mut fuel = loaded.limits.fuel.saturating_mul(CALLS);
    let mut results = vec![];
    for scenario in &loaded.definition.scenarios {
        let mut story = Story::new(loaded, scenario, budget, &mut fuel);
        let broken = story.tell();
        let Story { met, failures, .. } = story;
        if !failures.is_empty() {
            flaws.error(
                "scenario-failed",
                format!("scenario `{}`", shown(&scenario.id)),
                failures.join("; "),
                "Mend the rule, or the scenario where it tells the story wrong",
            );
        }
        results.push(ScenarioResult {
            id: scenario.id.clone(),
            title: scenario.title.clone(),
            steps: scenario.steps.len(),
            met,
            failures,
        });
        // A component that loops or traps does so in the next story too.
        if broken {
            break;
        }
    }
    results
}

struct Story<'a> {
    loaded: &'a Loaded,
    scenario: &'a Scenario,
    budget: &'a mut Budget,
    fuel: &'a mut u64,
    series: BTreeMap<SeriesId, Series>,
    met: usize,
    failures: Vec<String>,
}

impl<'a> Story<'a> {
    const fn new(
        loaded: &'a Loaded,
        scenario: &'a Scenario,
        budget: &'a mut Budget,
        fuel: &'a mut u64,
    ) -> Self {
        Self { loaded, scenario, budget, fuel, series: BTreeMap::new(), met: 0, failures: vec![] }
    }

    const fn programme(&self) -> &'a Programme {
        &self.loaded.definition
    }

    /// Tells it from the first step to the last. Whether the component broke down.
    fn tell(&mut self) -> bool {
        let (start, zone) = match calendar(self.scenario) {
            Ok(calendar) => calendar,
            Err(what) => {
                self.failures.push(what);
                return false;
            }
        };
        for (i, step) in self.scenario.steps.iter().enumerate() {
            let place = format!("step {} (day {}, {})", i + 1, step.day, clock(step.minute));
            let Some(now) = moment(start, &zone, step) else {
                self.failures.push(format!("{place}: there is no such moment"));
                return false;
            };
            if let Err(error) = self.tell_step(step, now, &place) {
                self.failures.push(format!("{place}: {error}"));
                return true;
            }
        }
        false
    }

    fn tell_step(&mut self, step: &Step, now: LocalTime, place: &str) -> Result<(), RunError> {
        let new = self.submit(step, now);
        let rules = inputs::concerned(self.programme(), &new);
        let run = self.judge(&rules, now)?;
        if rules.len() > 1 {
            for rule in &rules {
                let alone = self.judge(std::slice::from_ref(rule), now)?;
                if finding(&alone, rule) != finding(&run, rule) {
                    self.failures.push(format!(
                        "{place}: rule `{rule}` says something else when it is asked alone"
                    ));
                }
            }
        }
        self.compare(step, &run, place);
        for derived in &run.assessment.derived {
            self.push(
                SeriesId::Field(derived.field.clone()),
                now_at(now, derived.time),
                derived.value,
            );
        }
        Ok(())
    }

    /// Adds a step's entries to what came before. Returns the inputs that got something new.
    fn submit(&mut self, step: &Step, now: LocalTime) -> BTreeSet<SeriesId> {
        let mut new = BTreeSet::new();
        for entry in &step.entries {
            match entry {
                Entry::Value(field, value) => {
                    let id = SeriesId::Field(field.clone());
                    self.push(id.clone(), now, *value);
                    new.insert(id);
                }
                Entry::Skipped(field) => {
                    let id = SeriesId::Field(field.clone());
                    let series = self.series_of(id.clone());
                    let at = series.skipped.partition_point(|time| *time <= now.time.0);
                    series.skipped.insert(at, now.time.0);
                    new.insert(id);
                }
                Entry::Response(questionnaire, answers) => {
                    let Some(questionnaire) = self.programme().questionnaire(questionnaire) else {
                        continue;
                    };
                    for (item, value) in answers {
                        let id = SeriesId::Answer(questionnaire.id.clone(), item.clone());
                        self.push(id.clone(), now, *value);
                        new.insert(id);
                        if let Some(ItemKind::Field(field)) =
                            questionnaire.item(item).map(|item| &item.kind)
                        {
                            let id = SeriesId::Field(field.clone());
                            self.push(id.clone(), now, *value);
                            new.insert(id);
                        }
                    }
                    for score in &questionnaire.scores {
                        let answer = |wanted: &_| {
                            answers.iter().find(|(item, _)| item == wanted).map(|(_, value)| *value)
                        };
                        if let Some(value) = score.compute(answer) {
                            let id = SeriesId::Score(questionnaire.id.clone(), score.id.clone());
                            self.push(id.clone(), now, value);
                            new.insert(id);
                        }
                    }
                }
            }
        }
        new
    }

    fn series_of(&mut self, id: SeriesId) -> &mut Series {
        self.series.entry(id.clone()).or_insert_with(|| Series::empty(id))
    }

    /// Adds a value where it belongs in time: a story may tell of late entries.
    fn push(&mut self, id: SeriesId, at: LocalTime, value: f64) {
        let series = self.series_of(id);
        let place = series.times.partition_point(|time| *time <= at.time.0);
        series.times.insert(place, at.time.0);
        series.values.insert(place, value);
        series.offsets.insert(place, at.offset);
    }

    fn judge(&mut self, rules: &[RuleId], now: LocalTime) -> Result<Run, RunError> {
        if rules.is_empty() {
            return Ok(Run {
                assessment: gtp_model::Assessment::default(),
                spent: crate::Spent::default(),
            });
        }
        let programme = self.programme();
        let person = Person { age: self.scenario.age, sex: self.scenario.sex };
        let limit = |wanted: &_| {
            let own = self.scenario.limits.iter().find(|(limit, _)| limit == wanted);
            own.map(|(_, value)| *value)
                .or_else(|| programme.limit(wanted).and_then(|limit| limit.default))
        };
        let fetch = |want: &inputs::Want| {
            let series = self.series.get(&want.id).cloned();
            Ok::<_, Infallible>(series.unwrap_or_else(|| Series::empty(want.id.clone())))
        };
        let Ok(case) = inputs::case(programme, rules, now, person, limit, fetch);
        let (result, spent) = self.loaded.try_run(rules, &case);
        self.budget.note(spent);
        *self.fuel = self.fuel.saturating_sub(spent.fuel);
        if *self.fuel == 0 {
            return Err(RunError::OutOfFuel {
                limit: self.loaded.limits.fuel.saturating_mul(CALLS),
            });
        }
        result
    }

    fn compare(&mut self, step: &Step, run: &Run, place: &str) {
        for expected in &step.expect {
            let got = outcome(run, &expected.rule);
            if got == expected.outcome {
                self.met += 1;
            } else {
                self.failures.push(format!(
                    "{place}: rule `{}` should be {} and is {}",
                    expected.rule,
                    words(expected.outcome),
                    words(got)
                ));
            }
        }
        if let Some(expected) = &step.advice {
            let expected: BTreeSet<&RuleId> = expected.iter().collect();
            let got: BTreeSet<&RuleId> =
                run.assessment.advice.iter().map(|advice| &advice.rule).collect();
            if got == expected {
                self.met += 1;
            } else {
                self.failures.push(format!(
                    "{place}: advice should come from {} and comes from {}",
                    names(&expected),
                    names(&got)
                ));
            }
        }
    }
}

fn finding<'a>(run: &'a Run, rule: &RuleId) -> Option<&'a Finding> {
    run.assessment.findings.iter().find(|finding| finding.rule == *rule)
}

fn outcome(run: &Run, rule: &RuleId) -> Outcome {
    match finding(run, rule).map(|finding| &finding.verdict) {
        None => Outcome::NotRun,
        Some(Verdict::Judged(severity)) => Outcome::Judged(*severity),
        Some(Verdict::NotJudged(_)) => Outcome::NotJudged,
    }
}

const fn words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Judged(Severity::Green) => "green",
        Outcome::Judged(Severity::Yellow) => "yellow",
        Outcome::Judged(Severity::Red) => "red",
        Outcome::NotJudged => "not judged",
        Outcome::NotRun => "not run",
    }
}

fn names(rules: &BTreeSet<&RuleId>) -> String {
    if rules.is_empty() {
        return "no rule".to_owned();
    }
    rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ")
}

/// The story's first day and its time zone. The zones are built in, so that a story ends the same on every
/// machine.
pub fn calendar(scenario: &Scenario) -> Result<(Date, TimeZone), String> {
    let start = scenario
        .starts
        .parse()
        .map_err(|_| format!("`{}` is no date: write it as 2026-03-02", shown(&scenario.starts)))?;
    let zone = TimeZoneDatabase::bundled().get(&scenario.zone).map_err(|_| {
        format!("`{}` is no time zone: write it as Europe/Copenhagen", shown(&scenario.zone))
    })?;
    Ok((start, zone))
}

/// The moment of a step. A time that daylight saving leaves out is the one an hour later.
fn moment(start: Date, zone: &TimeZone, step: &Step) -> Option<LocalTime> {
    let days = i64::from(step.day.checked_sub(1)?);
    let date = start.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    let (hour, minute) =
        (i8::try_from(step.minute / 60).ok()?, i8::try_from(step.minute % 60).ok()?);
    let time = jiff::civil::Time::new(hour, minute, 0, 0).ok()?;
    let zoned = date.to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(LocalTime {
        time: Time(zoned.timestamp().as_millisecond()),
        offset: i16::try_from(zoned.offset().seconds() / 60).ok()?,
    })
}

/// A derived value's moment. The story's own offset is near enough for the few hours between.
const fn now_at(now: LocalTime, time: Time) -> LocalTime {
    LocalTime { time, offset: now.offset }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_model::Text;

    fn scenario(starts: &str, zone: &str) -> Scenario {
        Scenario {
            id: "s".to_owned(),
            title: Text::default(),
            starts: starts.to_owned(),
            zone: zone.to_owned(),
            age: None,
            sex: None,
            limits: vec![],
            steps: vec![],
        }
    }

    fn step(day: u32, minute: u16) -> Step {
        Step { day, minute, entries: vec![], expect: vec![], advice: None }
    }

    #[test]
    fn the_clock_of_a_story_follows_daylight_saving() {
        let (start, zone) = calendar(&scenario("2026-03-28", "Europe/Copenhagen")).unwrap();
        let winter = moment(start, &zone, &step(1, 8 * 60)).unwrap();
        let summer = moment(start, &zone, &step(2, 8 * 60)).unwrap();
        assert_eq!((winter.offset, summer.offset), (60, 120));
        assert_eq!(summer.time.since(winter.time), 23 * gtp_model::HOUR);
        assert_eq!(summer.day() - winter.day(), 1);
    }

    #[test]
    fn a_story_without_a_real_date_or_zone_says_so() {
        assert!(
            calendar(&scenario("2026-02-30", "Europe/Copenhagen")).unwrap_err().contains("date")
        );
        assert!(
            calendar(&scenario("2026-02-28", "Europe/Odense")).unwrap_err().contains("time zone")
        );
    }

    #[test]
    fn a_moment_that_does_not_exist_is_none() {
        let (start, zone) = calendar(&scenario("2026-03-28", "Europe/Copenhagen")).unwrap();
        for step in [step(0, 0), step(1, 24 * 60), step(u32::MAX, 0)] {
            assert!(moment(start, &zone, &step).is_none());
        }
    }
}
