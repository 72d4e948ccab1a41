//! `gtp serve`: the host itself.

use super::ConfigArgument;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::host::Host;
use crate::{Done, control, demo, logging, programme_log};
use clap::Args;
use gtp_care::timekeeping::Timekeeping;
use gtp_replay::desk::{Desk, Parts};
use gtp_runtime::Change;
use gtp_web::AppState;
use gtp_web::proxy::Proxies;
use gtp_web::tls::Tls;
use std::future::Future;
use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Arguments of `gtp serve`.
#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    config: ConfigArgument,
    /// Make demo units, citizens and clinicians with four weeks of history, and print their logins. Only on
    /// a loopback address.
    #[arg(long)]
    demo: bool,
    /// Listen here in place of what the configuration says
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

impl Serve {
    /// Serves until it is told to stop.
    ///
    /// # Errors
    /// The set-up is wrong, or the record stopped accepting events.
    pub fn run(self) -> Done {
        let mut config = Config::load(self.config.config.as_deref())?;
        logging::start(&config.log)?;
        if let Some(listen) = self.listen {
            config.listen = listen;
        }
        if self.demo && !config.listen.ip().is_loopback() {
            return Err(Complaint::new(format!(
                "--demo makes accounts with known passwords, so it does not listen on {}",
                config.listen
            ))
            .help("use a loopback address, for example --listen 127.0.0.1:8080"));
        }
        with_threads(&config, self.demo)
    }
}

/// Serves made-up people by this configuration, until it is told to stop.
///
/// # Errors
/// The set-up is wrong, or the record stopped accepting events.
pub fn demo(config: &Config) -> Done {
    with_threads(config, true)
}

fn with_threads(config: &Config, demo: bool) -> Done {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Complaint::failed(format!("no threads to serve with: {error}")))?
        .block_on(serve(config, demo))
}

async fn serve(config: &Config, demo: bool) -> Done {
    // Bound before anything is opened: a port in use is told at once, and touches nothing.
    let listener = bind(config.listen).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Complaint::failed(format!("the listening address is unknown: {error}")))?;
    let tls = tls(config)?;
    let stop = Stop::default();
    gtp_runtime::measures::install();
    let host = Host::open(config, stop.for_record())?;
    let care = host.care().letting_in(config.login.rules(demo));
    let sessions = config.data.join("sessions");
    care.keep_sessions(&sessions).map_err(|error| {
        Complaint::new(format!("sessions cannot be kept in {}: {error}", sessions.display()))
            .help("see to its permissions, or remove it: everybody then logs in again")
    })?;
    let care = Arc::new(care);
    programme_log::follow(&host.runtime);
    let following = tokio::spawn(care.clone().follow_programmes());
    let publishing = tokio::spawn(care.clone().publish_checkpoints());
    let desk = Desk::begin(Parts {
        care: care.clone(),
        store: host.record.clone(),
        runtime: host.runtime.clone(),
        folder: config.data.join("desk"),
        programmes: config.programmes.clone(),
    })
    .map_err(|error| Complaint::failed(format!("versions cannot be weighed: {error}")))?;
    let looking = tokio::spawn(look_after(desk.clone(), host.runtime.subscribe()));
    let control = control::listen(&config.data, &host.record, Some((&care, &desk)))
        .inspect_err(|error| {
            tracing::warn!(%error, "no control socket: commands cannot reach this host while it runs");
        })
        .ok();
    let logins = if demo { Some(demo::prepare(&host).await?) } else { None };
    let keeping = Timekeeping::begin(care.clone())
        .map_err(|error| Complaint::failed(format!("no thread to keep time on: {error}")))?;
    let signals = stop.signals()?;
    say(config.scheme(), address, logins.as_deref());
    let base = config.data.parent().unwrap_or(Path::new(""));
    let providers = config.login.providers(base, &format!("{}://{address}", config.scheme()))?;
    let proxies =
        Proxies { trusted: config.proxy.trusted.clone(), header: config.proxy.header.clone() };
    let state = AppState::new(care, config.secure_cookies(), demo)
        .with_desk(desk.clone())
        .with_providers(providers)
        .behind(proxies);
    let following_tls = tls.clone().map(|tls| tokio::spawn(tls.follow()));
    gtp_web::serve(listener, tls, state, signals).await;
    if let Some(following) = following_tls {
        following.abort();
    }
    drop(control);
    looking.abort();
    desk.end();
    following.abort();
    drop(keeping);
    publishing.abort();
    host.close();
    match stop.reason() {
        None => {
            tracing::info!("stopped");
            Ok(())
        }
        Some(why) => Err(Complaint::failed(format!("the record accepts nothing any more: {why}"))
            .help("see to the disk, then start again: opening the record settles what was kept")),
    }
}

/// Has a report made of every version that waits, now and whenever another does.
async fn look_after(desk: Arc<Desk>, mut changes: Receiver<Change>) {
    loop {
        let looking = desk.clone();
        // What waits may have to be compiled.
        let _ = tokio::task::spawn_blocking(move || looking.look()).await;
        // Having missed some is no matter: it is what waits that is looked at.
        if let Err(RecvError::Closed) = changes.recv().await {
            return;
        }
    }
}

/// The certificate and its key, where the configuration names them.
fn tls(config: &Config) -> Result<Option<Tls>, Complaint> {
    let files = match (&config.tls.certificate, &config.tls.key) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (certificate, key),
        _ => {
            return Err(Complaint::new(
                "tls names a certificate without a key, or a key without one",
            )
            .help("name both `certificate` and `key`, or neither"));
        }
    };
    Tls::load(files.0, files.1).map(Some).map_err(|error| Complaint::new(format!("tls: {error}")))
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Complaint> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Complaint::new(format!("{address} is in use by another process"))
            .help("stop that one (is it another gtp?), or choose another with --listen; port 0 takes a free one"),
        ErrorKind::PermissionDenied => Complaint::new(format!("listening on {address} is not permitted"))
            .help("ports under 1024 are reserved; choose a higher one with --listen"),
        _ => Complaint::new(format!("cannot listen on {address}: {error}"))
            .help("choose an address of this machine with --listen"),
    })
}

/// Says where the host is to be reached. Programs that start a host read the first line.
fn say(scheme: &str, address: SocketAddr, logins: Option<&str>) {
    let mut out = std::io::stdout().lock();
    // Nobody may be reading any more; that is no reason to stop.
    let _ = writeln!(out, "listening on {scheme}://{address}");
    if let Some(logins) = logins {
        let _ = writeln!(out, "{}", logins.replace("{address}", &address.to_string()));
    }
    let _ = out.flush();
}

/// Why and when the host stops: a signal, or a record that accepts nothing more.
#[derive(Default)]
struct Stop(Arc<StopState>);

#[derive(Default)]
struct StopState {
    notify: Notify,
    reason: Mutex<Option<String>>,
}

impl Stop {
    /// What the record calls when it stops.
    fn for_record(&self) -> Arc<dyn Fn(&str) + Send + Sync> {
        let state = self.0.clone();
        Arc::new(move |why| {
            tracing::error!(why, "the record accepts nothing any more; the host stops");
            *state.reason.lock().unwrap_or_else(PoisonError::into_inner) = Some(why.to_owned());
            state.notify.notify_one();
        })
    }

    /// Done when the host is to stop. The handlers are in place when this returns.
    fn signals(&self) -> Result<impl Future<Output = ()> + Send + 'static + use<>, Complaint> {
        let handler = |kind| {
            signal(kind)
                .map_err(|error| Complaint::failed(format!("signals cannot be received: {error}")))
        };
        let (mut interrupt, mut terminate) =
            (handler(SignalKind::interrupt())?, handler(SignalKind::terminate())?);
        let state = self.0.clone();
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => tracing::info!("interrupted; finishing what is running"),
                _ = terminate.recv() => tracing::info!("told to end; finishing what is running"),
                () = state.notify.notified() => {}
            }
        })
    }

    /// Why the record stopped, if it did.
    fn reason(&self) -> Option<String> {
        self.0.reason.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
