//! What people see in a browser.
//!
//! Each page is a file here and a template in `templates/`: the file asks care, puts what comes back into
//! words, and the template shows it. Every task works without a script. A page never says more than care
//! gave: what somebody may not see does not reach this crate.

mod account;
mod alert;
mod app;
mod assets;
mod chart;
mod citizen;
mod enrolling;
pub mod error;
mod form;
mod frame;
mod login;
mod login_step;
mod period;
mod programmes;
mod provider;
mod receipt;
mod record;
mod series;
mod severity;
mod today;
mod value;
mod values;
mod worklist;

use crate::AppState;
use askama::Template;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::from_fn;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

/// The routes of all pages and of the files that they load.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(login::home))
        .route("/login", get(login::page).post(login::send))
        .route("/login/step", get(login_step::page).post(login_step::send))
        .route("/login/out", get(login::gone))
        .route("/login/with/{provider}", get(provider::begin))
        .route("/login/with/{provider}/back", get(provider::back))
        .route("/logout", post(login::out))
        .route("/account", get(account::page))
        .route("/account/password", post(account::password))
        .route("/account/second-factor", post(account::begin_second_factor))
        .route("/account/second-factor/code", post(account::finish_second_factor))
        .route("/account/second-factor/remove", post(account::remove_second_factor))
        .route("/account/sessions", post(account::end_sessions))
        .route("/language", get(login::language))
        .route("/citizen", get(citizen::page))
        .route("/citizen/form", get(form::own).post(form::send_own))
        .route("/citizen/receipt/{key}", get(receipt::own))
        .route("/citizen/values", get(values::page))
        .route("/worklist", get(worklist::page))
        .route("/alerts/{id}", get(alert::page))
        .route("/alerts/{id}/take", post(alert::take))
        .route("/alerts/{id}/note", post(alert::note))
        .route("/alerts/{id}/resolve", post(alert::resolve))
        .route("/citizens", get(enrolling::page).post(enrolling::register))
        .route("/citizens/find", post(enrolling::find))
        .route("/citizens/{id}", get(record::page))
        .route("/citizens/{id}/enrol", get(enrolling::enrol_page).post(enrolling::enrol))
        .route("/citizens/{id}/form", get(form::of_citizen).post(form::send_of_citizen))
        .route("/citizens/{id}/receipt/{key}", get(receipt::of_citizen))
        .route("/programmes", get(programmes::list))
        .route("/programmes/{id}", get(programmes::page))
        .route("/assets/{version}/{*path}", get(assets::serve))
        .route("/sw.js", get(app::worker))
        .route("/manifest.webmanifest", get(app::manifest))
        .route("/offline", get(app::offline))
        .route("/offline/kept", get(app::kept))
        .layer(from_fn(error::name_refusals))
}

/// A page as an answer.
fn render(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            // A template writes into memory: this happens only where a value refuses to be written.
            tracing::error!(%error, "a page could not be written");
            crate::problem::Problem::new(crate::problem::Kind::Internal).into_response()
        }
    }
}

/// Marks a page that depends on the language, for whatever keeps pages.
fn varies(mut response: Response) -> Response {
    let value = HeaderValue::from_static("cookie, accept-language");
    response.headers_mut().insert(header::VARY, value);
    response
}
