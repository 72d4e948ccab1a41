//! Putting a host together from its configuration: the record, the programmes, and care above them.

use crate::complaint::Complaint;
use crate::config::{Config, ReportPolicy, ViewEngine};
use crate::{master_key, rebuilding, secret};
use gtp_care::access::Policies;
use gtp_care::calendar::Calendar;
use gtp_care::clock::{Clock, SystemClock};
use gtp_care::{AccessRules, Care, Escalation, NumberSecret, Parts};
use gtp_record::engine::EngineKind;
use gtp_record::{Record, RecordOptions, Store as _};
use gtp_runtime::{Runtime, Settings};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

/// The parts that a host is made of. Several [`Care`]s may stand on the same ones.
pub struct Host {
    pub record: Arc<Record>,
    pub runtime: Runtime,
    calendar: Calendar,
    secret: NumberSecret,
    escalation: Escalation,
    policies: Arc<Policies>,
    access: AccessRules,
    reports_required: bool,
}

/// What a host calls when its record accepts nothing more.
pub type OnStop = Arc<dyn Fn(&str) + Send + Sync>;

impl Host {
    /// Opens everything.
    ///
    /// # Errors
    /// A folder is missing, the data folder is in use, the journal is damaged, the time zone is unknown.
    pub fn open(config: &Config, on_stop: OnStop) -> Result<Self, Complaint> {
        let calendar = Calendar::new(&config.time_zone)
            .map_err(|error| Complaint::new(format!("time-zone: {error}")))?;
        let folder = &config.programmes;
        if !folder.is_dir() {
            return Err(Complaint::new(format!(
                "the programmes folder {} does not exist",
                folder.display()
            ))
            .help("make it, or name another as `programmes` in the configuration"));
        }
        // Before anything is opened: a policy that is not in order leaves everything as it was.
        let (policies, access) = (config.access.policies()?, config.access.rules());
        let record = open_record(config, on_stop)?;
        let secret = secret::of(&config.data, record.last() == 0, record.vault())?;
        let runtime = Runtime::start(settings(config))
            .map_err(|error| Complaint::new(format!("the programmes cannot be run: {error}")))?;
        let escalation = config.triage.escalation();
        Ok(Self {
            record: Arc::new(record),
            runtime,
            calendar,
            secret,
            escalation,
            policies,
            access,
            reports_required: config.components.report == ReportPolicy::Required,
        })
    }

    /// Care by the machine's clock.
    pub fn care(&self) -> Care {
        self.care_at(Arc::new(SystemClock))
    }

    /// Finishes what waits and closes the record.
    pub fn close(&self) {
        self.record.close();
    }

    /// Care by another clock.
    pub fn care_at(&self, clock: Arc<dyn Clock>) -> Care {
        Care::new(Parts {
            store: self.record.clone(),
            runtime: self.runtime.clone(),
            clock,
            calendar: self.calendar.clone(),
            secret: self.secret.clone(),
        })
        .escalating(self.escalation.clone())
        .requiring_reports(self.reports_required)
        .deciding_by(Arc::clone(&self.policies), self.access)
    }
}

/// Opens the record alone: for commands that need no programmes.
///
/// # Errors
/// The data folder cannot be made, is in use, or its journal is damaged.
pub fn open_record(config: &Config, on_stop: OnStop) -> Result<Record, Complaint> {
    let data = &config.data;
    make_data_folder(data)?;
    let mut options = RecordOptions::new(data);
    options.engine = match config.record.view {
        ViewEngine::Sled => EngineKind::Sled,
        ViewEngine::Redb => EngineKind::Redb,
    };
    options.cache = config.record.cache << 20;
    options.reserve = config.record.reserve << 20;
    options.key = master_key::source(config)?;
    options.on_stop = on_stop;
    options.progress = rebuilding::shown();
    let (record, opened) =
        Record::open(options).map_err(|error| Complaint::new(error.to_string()))?;
    if let Some(file) = &opened.new_key {
        master_key::announce(file, data);
    }
    tracing::info!(
        replayed = opened.replayed,
        rebuilt = opened.rebuilt,
        reserve_given_back = opened.reserve_given_back,
        "the record is open"
    );
    Ok(record)
}

/// Makes the data folder, but not the folder it is to lie in: a misspelt path would begin a new, empty
/// record there.
///
/// # Errors
/// The folder above does not exist, or this one cannot be made.
pub fn make_data_folder(data: &Path) -> Result<(), Complaint> {
    let above = data.parent().filter(|above| !above.as_os_str().is_empty());
    if above.is_some_and(|above| !above.is_dir()) {
        return Err(Complaint::new(format!(
            "the data folder {} cannot be made, since the folder it is to lie in does not exist",
            data.display()
        ))
        .help("make that folder, or name another as `data` in the configuration"));
    }
    // Health data: nobody else on the machine looks into it.
    match DirBuilder::new().mode(0o700).create(data) {
        Ok(()) => tracing::info!(folder = %data.display(), "a new data folder"),
        Err(_) if data.is_dir() => {}
        Err(error) => {
            return Err(Complaint::new(format!(
                "the data folder {} cannot be made: {error}",
                data.display()
            ))
            .help("name another as `data` in the configuration, or see to its permissions"));
        }
    }
    Ok(())
}

fn settings(config: &Config) -> Settings {
    let components = &config.components;
    let data = config.data.join("components");
    let mut settings = Settings::new(&config.programmes, data);
    settings.limits = components.limits.clone();
    settings.limits_of = components.limits_of.clone();
    settings.signatures = components.signatures.clone();
    settings.activation = components.activation;
    settings.threads = (components.threads > 0).then_some(components.threads);
    settings.queue = components.queue;
    settings
}
