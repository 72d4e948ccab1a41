//! A story told step by step, and what the rules make of it.

use super::check;
use crate::case::series_id;
use crate::{Programme, Severity, Sex};
use gtp_contract::assess::{Assessment, Case, LimitValue, Reason, Series, Verdict};
use gtp_contract::questionnaires::{ItemKind, Method, Questionnaire, Score};
use gtp_contract::rules::{Fact, Rule};
use gtp_contract::scenarios::Entry;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

/// What is known of one citizen so far.
#[derive(Debug)]
pub struct Story<P> {
    start: Date,
    zone: TimeZone,
    age: Option<u16>,
    sex: Option<Sex>,
    limits: BTreeMap<String, f64>,
    columns: BTreeMap<String, Column>,
    programme: PhantomData<P>,
}

#[derive(Debug, Default)]
struct Column {
    /// Time, value and offset, in the order of time.
    values: Vec<(i64, f64, i16)>,
    skipped: Vec<i64>,
}

impl<P: Programme> Story<P> {
    /// A story whose first day is this date in Copenhagen.
    ///
    /// # Panics
    ///
    /// Where it is no date.
    #[must_use]
    pub fn starting(date: &str) -> Self {
        Self::in_zone(date, "Europe/Copenhagen")
    }

    /// A story whose first day is this date in an IANA time zone.
    ///
    /// # Panics
    ///
    /// Where it is no date or no zone.
    #[must_use]
    #[allow(clippy::panic, reason = "a test with a wrong date must fail and say so")]
    pub fn in_zone(date: &str, zone: &str) -> Self {
        let start = date.parse().unwrap_or_else(|error| panic!("`{date}` is no date: {error}"));
        let zone =
            TimeZone::get(zone).unwrap_or_else(|error| panic!("`{zone}` is no time zone: {error}"));
        Self {
            start,
            zone,
            age: None,
            sex: None,
            limits: BTreeMap::new(),
            columns: BTreeMap::new(),
            programme: PhantomData,
        }
    }

    /// The citizen's age in whole years.
    #[must_use]
    pub fn aged(mut self, age: impl Into<Option<u16>>) -> Self {
        self.age = age.into();
        self
    }

    /// The citizen's sex.
    #[must_use]
    pub fn sex(mut self, sex: impl Into<Option<Sex>>) -> Self {
        self.sex = sex.into();
        self
    }

    /// Sets a limit for this citizen.
    #[must_use]
    pub fn limit(mut self, id: &str, value: f64) -> Self {
        self.limits.insert(id.to_owned(), value);
        self
    }

    /// Begins what is sent on a day, the first being 1, at a time of the day.
    ///
    /// # Panics
    ///
    /// Where `time` is not written `07:30`.
    #[allow(clippy::panic, reason = "a test with a wrong time must fail and say so")]
    pub fn at(&mut self, day: u32, time: &str) -> Sending<'_, P> {
        let minute = time.split_once(':').and_then(|(hours, minutes)| {
            Some(hours.parse::<u16>().ok()? * 60 + minutes.parse::<u16>().ok()?)
        });
        let minute = minute.unwrap_or_else(|| panic!("`{time}` is no time of day"));
        Sending { story: self, day, minute, entries: vec![] }
    }

    /// Sends entries and runs every rule that reads one of them.
    ///
    /// # Panics
    ///
    /// Where an entry names what the programme does not have, or the assessment breaks the contract.
    #[allow(clippy::panic, reason = "a test that asks for the impossible must fail and say so")]
    pub fn send(&mut self, day: u32, minute: u16, entries: &[Entry]) -> Outcome {
        let (now, offset) = self.moment(day, minute);
        let mut touched = BTreeSet::new();
        for entry in entries {
            self.record(entry, now, offset, &mut touched);
        }
        let rules = P::rules();
        let asked: Vec<&Rule> = rules
            .iter()
            .filter(|rule| rule.reads.iter().any(|read| touched.contains(&series_id(&read.input))))
            .collect();
        let ids: Vec<String> = asked.iter().map(|rule| rule.id.clone()).collect();
        let assessment = P::assess(ids.clone(), self.case(&asked, now, offset));
        if let Err(fault) = check::assessment(&assessment, &asked, &P::about().languages) {
            panic!("{fault}");
        }
        for derived in &assessment.derived {
            let own = &mut BTreeSet::new();
            self.push(derived.field.clone(), Some(derived.value), derived.time, offset, own);
        }
        Outcome { asked: ids, assessment }
    }

    fn moment(&self, day: u32, minute: u16) -> (i64, i16) {
        let days = i64::from(day) - 1;
        let date = self.start.saturating_add(jiff::Span::new().days(days));
        let time = jiff::civil::Time::midnight();
        // A time that the clock skips in spring is taken as if it had not been changed yet.
        let wall =
            date.to_datetime(time).saturating_add(jiff::Span::new().minutes(i64::from(minute)));
        let zoned = self.zone.to_ambiguous_zoned(wall).compatible();
        let timestamp = zoned.map_or(jiff::Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
        let offset = self.zone.to_offset(timestamp).seconds() / 60;
        (timestamp.as_millisecond(), i16::try_from(offset).unwrap_or(0))
    }

    #[allow(clippy::panic, reason = "a test that asks for the impossible must fail and say so")]
    fn record(&mut self, entry: &Entry, now: i64, offset: i16, touched: &mut BTreeSet<String>) {
        match entry {
            Entry::Value((field, value)) => {
                assert_known(P::fields().iter().any(|own| own.id == *field), "field", field);
                self.push(field.clone(), Some(*value), now, offset, touched);
            }
            Entry::Skipped(field) => {
                assert_known(P::fields().iter().any(|own| own.id == *field), "field", field);
                self.push(field.clone(), None, now, offset, touched);
            }
            Entry::Response((id, answers)) => {
                let all = P::questionnaires();
                let Some(questionnaire) = all.iter().find(|own| own.id == *id) else {
                    panic!("there is no questionnaire `{id}`");
                };
                for (item, _) in answers {
                    let known = questionnaire.items.iter().any(|own| own.id == *item);
                    assert_known(known, "item", item);
                }
                self.respond(questionnaire, answers, now, offset, touched);
            }
            Entry::Other(other) => panic!("nobody knows what the entry `{other}` is"),
        }
    }

    /// A question that is left open, and a score that lacks an answer, get no value.
    fn respond(
        &mut self,
        questionnaire: &Questionnaire,
        answers: &[(String, f64)],
        now: i64,
        offset: i16,
        touched: &mut BTreeSet<String>,
    ) {
        let answer =
            |id: &String| answers.iter().find(|(own, _)| own == id).map(|(_, value)| *value);
        for item in &questionnaire.items {
            let Some(value) = answer(&item.id) else { continue };
            self.push(
                format!("{}/{}", questionnaire.id, item.id),
                Some(value),
                now,
                offset,
                touched,
            );
            if let ItemKind::Field(field) = &item.kind {
                self.push(field.clone(), Some(value), now, offset, touched);
            }
        }
        for score in &questionnaire.scores {
            if let Some(value) = compute(score, answer) {
                self.push(
                    format!("{}/{}", questionnaire.id, score.id),
                    Some(value),
                    now,
                    offset,
                    touched,
                );
            }
        }
    }

    fn push(
        &mut self,
        id: String,
        value: Option<f64>,
        now: i64,
        offset: i16,
        touched: &mut BTreeSet<String>,
    ) {
        let column = self.columns.entry(id.clone()).or_default();
        match value {
            Some(value) => {
                let place = column.values.partition_point(|(time, _, _)| *time <= now);
                column.values.insert(place, (now, value, offset));
            }
            None => {
                let place = column.skipped.partition_point(|time| *time <= now);
                column.skipped.insert(place, now);
            }
        }
        touched.insert(id);
    }

    fn case(&self, asked: &[&Rule], now: i64, offset: i16) -> Case {
        let reads: BTreeSet<String> =
            asked.iter().flat_map(|rule| &rule.reads).map(|read| series_id(&read.input)).collect();
        let limits: BTreeSet<&String> = asked.iter().flat_map(|rule| &rule.limits).collect();
        let defaults = P::limits();
        let declared = |fact: &Fact| asked.iter().any(|rule| rule.person.contains(fact));
        Case {
            now,
            offset,
            age: self.age.filter(|_| declared(&Fact::Age)),
            sex: self.sex.filter(|_| declared(&Fact::Sex)),
            series: reads.into_iter().map(|id| self.series(id, now)).collect(),
            limits: limits
                .into_iter()
                .map(|id| {
                    let default =
                        defaults.iter().find(|limit| limit.id == *id).and_then(|own| own.default);
                    LimitValue { id: id.clone(), value: self.limits.get(id).copied().or(default) }
                })
                .collect(),
        }
    }

    fn series(&self, id: String, now: i64) -> Series {
        let empty = Column::default();
        let column = self.columns.get(&id).unwrap_or(&empty);
        let values: Vec<_> = column.values.iter().filter(|(time, _, _)| *time <= now).collect();
        Series {
            id,
            times: values.iter().map(|(time, _, _)| *time).collect(),
            values: values.iter().map(|(_, value, _)| *value).collect(),
            offsets: values.iter().map(|(_, _, offset)| *offset).collect(),
            skipped: column.skipped.iter().filter(|time| **time <= now).copied().collect(),
        }
    }
}

#[allow(clippy::panic, reason = "a test that asks for the impossible must fail and say so")]
fn assert_known(known: bool, what: &str, id: &str) {
    assert!(known, "there is no {what} `{id}`");
}

/// The score, or nothing where one answer is missing.
fn compute(score: &Score, answer: impl Fn(&String) -> Option<f64>) -> Option<f64> {
    let sum = score.items.iter().map(answer).sum::<Option<f64>>()?;
    match &score.method {
        Method::Sum => Some(sum),
        Method::SumTimes(factor) => Some(sum * factor),
        Method::Mean => Some(sum / score.items.len() as f64),
        Method::Other(_) => None,
    }
}

/// What is about to be sent together.
#[derive(Debug)]
pub struct Sending<'s, P> {
    story: &'s mut Story<P>,
    day: u32,
    minute: u16,
    entries: Vec<Entry>,
}

impl<P: Programme> Sending<'_, P> {
    /// A measurement.
    #[must_use]
    pub fn value(mut self, field: &str, value: f64) -> Self {
        self.entries.push(Entry::Value((field.to_owned(), value)));
        self
    }

    /// A measurement that was deliberately not made.
    #[must_use]
    pub fn skipped(mut self, field: &str) -> Self {
        self.entries.push(Entry::Skipped(field.to_owned()));
        self
    }

    /// A questionnaire, with the number of each answer. Items that are not named are left open.
    #[must_use]
    pub fn answers(mut self, questionnaire: &str, answers: &[(&str, f64)]) -> Self {
        let answers = answers.iter().map(|(item, value)| ((*item).to_owned(), *value)).collect();
        self.entries.push(Entry::Response((questionnaire.to_owned(), answers)));
        self
    }

    /// A questionnaire in which every question that is always asked has this answer, but for those named.
    #[must_use]
    pub fn answers_all(self, questionnaire: &str, rest: f64, but: &[(&str, f64)]) -> Self {
        let all = P::questionnaires();
        let items = all.iter().filter(|own| own.id == questionnaire).flat_map(|own| &own.items);
        let asked: Vec<&str> = items
            .filter(|item| matches!(item.kind, ItemKind::Question(_)) && item.required)
            .filter(|item| {
                item.shown_when.is_empty() && !but.iter().any(|(own, _)| *own == item.id)
            })
            .map(|item| item.id.as_str())
            .collect();
        let answers: Vec<(&str, f64)> =
            asked.into_iter().map(|id| (id, rest)).chain(but.iter().copied()).collect();
        self.answers(questionnaire, &answers)
    }

    /// Sends it and runs the rules that read any of it.
    pub fn send(self) -> Outcome {
        self.story.send(self.day, self.minute, &self.entries)
    }
}

/// What came of one sending.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    asked: Vec<String>,
    assessment: Assessment,
}

impl Outcome {
    /// The rules that were run.
    #[must_use]
    pub fn ran(&self) -> &[String] {
        &self.asked
    }

    /// Everything that the rules said.
    #[must_use]
    pub const fn assessment(&self) -> &Assessment {
        &self.assessment
    }

    /// A rule's verdict; nothing where it was not run.
    #[must_use]
    pub fn verdict(&self, rule: &str) -> Option<&Verdict> {
        self.assessment.findings.iter().find(|finding| finding.rule == rule).map(|own| &own.verdict)
    }

    /// A rule's severity; nothing where it was not run or did not judge.
    #[must_use]
    pub fn severity(&self, rule: &str) -> Option<Severity> {
        match self.verdict(rule)? {
            Verdict::Judged(severity) => Some(*severity),
            Verdict::NotJudged(_) => None,
        }
    }

    /// Why a rule did not judge; nothing where it was not run or did.
    #[must_use]
    pub fn reason(&self, rule: &str) -> Option<&Reason> {
        match self.verdict(rule)? {
            Verdict::NotJudged(reason) => Some(reason),
            Verdict::Judged(_) => None,
        }
    }

    /// What a rule says to a clinician, in a language; empty where it says nothing.
    #[must_use]
    pub fn message(&self, rule: &str, language: &str) -> &str {
        let finding = self.assessment.findings.iter().find(|finding| finding.rule == rule);
        let text = finding.and_then(|own| own.message.iter().find(|(tag, _)| tag == language));
        text.map_or("", |(_, words)| words)
    }

    /// The rules that told the citizen what to do, each once.
    #[must_use]
    pub fn advising(&self) -> BTreeSet<&str> {
        self.assessment.advice.iter().map(|advice| advice.rule.as_str()).collect()
    }
}
