//! Taking connections: so many at once, each with a time to say what it wants, all finished before the end.
//!
//! `axum::serve` would do, but it waits for ever for a client that never finishes its request's head, and takes
//! any number of such clients.

use crate::tls::Tls;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::extract::connect_info::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_service::Service;

/// How long a connection may be silent, and how long the head of a request may take.
const HEAD: Duration = Duration::from_secs(60);
/// How long agreeing on TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Connections at once. Further ones wait in the operating system's queue.
const MOST: usize = 8_192;
/// Requests that are still running this long after the host was told to stop are cut off.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait when the machine has no more connections to give.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `shutdown` is done, then finishes the requests that are running.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    shutdown: impl Future<Output = ()>,
) {
    let running = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST));
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = places.clone().acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, stream, peer) = tokio::select! {
            () = &mut shutdown => break,
            (place, accepted) = accepted => match accepted {
                Ok((stream, peer)) => (place, stream, peer),
                Err(error) => {
                    pause_after(&error).await;
                    continue;
                }
            },
        };
        set_to_send_at_once(&stream);
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            // A router is always ready.
            router.clone().call(request)
        });
        let (watcher, tls) = (running.watcher(), tls.clone());
        tokio::spawn(async move {
            // A client that goes away in the middle, or speaks no TLS, is nothing to worry about.
            match tls {
                None => drop(
                    watcher.watch(http().serve_connection(TokioIo::new(stream), service)).await,
                ),
                Some(tls) => {
                    let shake = tls.acceptor().accept(stream);
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, shake).await {
                        let connection = http().serve_connection(TokioIo::new(stream), service);
                        drop(watcher.watch(connection).await);
                    }
                }
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(PATIENCE, running.shutdown()).await.is_err() {
        tracing::warn!(
            "requests were still running after {} s and were cut off",
            PATIENCE.as_secs()
        );
    }
}

fn http() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder
}

/// Answers are small and written whole: waiting to fill a packet would only delay them.
fn set_to_send_at_once(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection cannot be set to send at once");
    }
}

/// A client that is gone before it is taken is none of ours; out of file descriptors, the host waits for some.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be taken; trying again");
        tokio::time::sleep(BREATH).await;
    }
}
