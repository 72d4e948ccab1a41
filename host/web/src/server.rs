//! One server for the API and the pages.
//!
//! Every answer passes the same layers, outermost first: the request log, the security headers, the
//! language of problem documents, the check for foreign forms, and a net under handlers that panic.

use crate::problem::{Kind, Problem};
use crate::session::same_site;
use crate::tls::Tls;
use crate::{AppState, api, connections, headers, pages, problem, request_log};
use axum::Router;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::request::Parts;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;

/// Serves until `shutdown` is done, then finishes the requests that are running.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    state: AppState,
    shutdown: impl Future<Output = ()>,
) {
    connections::serve(listener, tls, router(state), shutdown).await;
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

impl FromRequestParts<AppState> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Without a socket there is only a test.
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
        Ok(Self(state.proxies.origin(peer, &parts.headers)))
    }
}
