//! A made-up citizen: programmes, what is usual for them, and what happens to them.

use crate::noise::Noise;

/// Something that happens to a citizen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Episode {
    /// The heart fails: weight climbs, then symptoms.
    Decompensation,
    /// COPD flares up: saturation falls, symptoms for days.
    Exacerbation,
    /// A stomach bug: high glucose and ketones.
    StomachBug,
    /// Blood pressure climbs late in pregnancy.
    PreEclampsia,
}

/// One citizen.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The programmes in which the citizen is enrolled.
    pub programmes: Vec<&'static str>,
    /// Usual weight, kg.
    pub weight: f64,
    /// Usual systolic blood pressure, mmHg.
    pub systolic: f64,
    /// Usual diastolic blood pressure, mmHg.
    pub diastolic: f64,
    /// Usual pulse, a minute.
    pub pulse: f64,
    /// Usual oxygen saturation, %.
    pub saturation: f64,
    /// Usual glucose before breakfast, mmol/L.
    pub glucose: f64,
    /// Gestational age on the first day, in days, for the pregnant.
    pub pregnant_days: i64,
    /// How likely a day without any submission is.
    pub gap: f64,
    /// The day from which nothing is sent any more.
    pub stops: Option<u32>,
    /// What happens, and on which day it begins.
    pub episodes: Vec<(Episode, u32)>,
}

impl Person {
    pub(crate) fn draw(noise: &mut Noise, days: u32) -> Self {
        let programmes = match noise.uniform() {
            ..0.40 => vec!["heart"],
            0.40..0.57 => vec!["copd"],
            0.57..0.65 => vec!["copd", "heart"],
            0.65..0.85 => vec!["diabetes"],
            _ => vec!["pregnancy"],
        };
        let has = |programme: &str| programmes.contains(&programme);
        let copd = has("copd");
        let pregnant = has("pregnancy");
        let systolic = if pregnant { 116.0 } else { 132.0 } + noise.around(9.0);
        let candidates: Vec<Episode> = [
            (has("heart"), Episode::Decompensation),
            (copd, Episode::Exacerbation),
            (has("diabetes"), Episode::StomachBug),
            (pregnant, Episode::PreEclampsia),
        ]
        .into_iter()
        .filter(|(may, _)| *may)
        .map(|(_, episode)| episode)
        .collect();
        let mut person = Self {
            weight: 79.0 + noise.around(13.0),
            systolic,
            diastolic: systolic * 0.6 + noise.around(4.0),
            pulse: 72.0 + noise.around(8.0),
            saturation: if copd { 92.0 } else { 97.0 } + noise.around(1.3),
            glucose: if has("diabetes") { 7.4 } else { 5.0 } + noise.around(0.9),
            pregnant_days: 140 + (noise.uniform() * 100.0) as i64,
            gap: 0.02 + noise.uniform() * 0.12,
            stops: None,
            episodes: vec![],
            programmes,
        };
        let day = |noise: &mut Noise| (noise.uniform() * f64::from(days)) as u32;
        if noise.chance(0.08) {
            person.stops = Some(day(noise));
        }
        for episode in candidates {
            if noise.chance(0.25) {
                person.episodes.push((episode, day(noise)));
            }
        }
        person
    }

    /// How many days an episode has gone on by `day`, or nothing.
    pub(crate) fn days_into(&self, wanted: Episode, day: u32) -> Option<u32> {
        let (_, began) = self.episodes.iter().find(|(episode, _)| *episode == wanted)?;
        day.checked_sub(*began).filter(|days| *days < wanted.length())
    }
}

impl Episode {
    const fn length(self) -> u32 {
        match self {
            Self::Decompensation => 8,
            Self::Exacerbation => 6,
            Self::StomachBug => 2,
            Self::PreEclampsia => 10,
        }
    }
}
