//! One server for the API and the pages.
//!
//! Every answer passes the same layers, outermost first: the request log, the security headers, the
//! language of problem documents, the check for foreign forms, and a net under handlers that panic.

use crate::problem::{Kind, Problem};
use crate::session::same_site;
use crate::{AppState, api, headers, pages, problem, request_log};
use axum::Router;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::request::Parts;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::serve::ListenerExt;
use std::convert::Infallible;
use std::future::{Future, IntoFuture};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower_http::catch_panic::CatchPanicLayer;

/// Requests that are still running this long after the host was told to stop are cut off.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is done, then finishes the requests that are running.
///
/// # Errors
/// The listener breaks.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // Answers are small and written whole: waiting to fill a packet would only delay them.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection cannot be set to send at once");
        }
    });
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = oneshot::channel();
    let shutdown = async move {
        shutdown.await;
        // The receiver is gone only when serving has ended already.
        let _ = stopping.send(());
    };
    let serving = axum::serve(listener, service).with_graceful_shutdown(shutdown).into_future();
    let impatience = async move {
        match stopped.await {
            Ok(()) => tokio::time::sleep(PATIENCE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        served = serving => served,
        () = impatience => {
            tracing::warn!("requests were still running after {} s and were cut off", PATIENCE.as_secs());
            Ok(())
        }
    }
}

/// Everything the server answers to. Tests call it without a socket.
pub fn router(state: AppState) -> Router {
    Router::new()
        .merge(api::routes())
        .merge(pages::routes())
        .fallback(|| async { Problem::new(Kind::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::new(Kind::MethodNotAllowed) })
        .layer(DefaultBodyLimit::max(api::body::LARGEST))
        .layer(CatchPanicLayer::custom(|_| Problem::new(Kind::Internal).into_response()))
        .layer(from_fn(same_site))
        .layer(from_fn(problem::speak))
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .layer(from_fn(request_log::log))
        .with_state(state)
}

/// The network address that a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Address(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Without a socket there is only a test.
        Ok(Self(peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip())))
    }
}
