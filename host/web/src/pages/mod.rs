//! What people see in a browser.
//!
//! Each page is a file here and a template in `templates/`: the file asks care, puts what comes back into
//! words, and the template shows it. Every task works without a script. A page never says more than care
//! gave: what somebody may not see does not reach this crate.

mod access_log;
mod account;
mod alert;
mod app;
mod assets;
mod blocks;
mod chart;
mod citizen;
mod diary;
mod enrolling;
mod enrolment;
pub mod error;
mod fields;
mod form;
mod frame;
mod glass;
mod health;
mod helping;
mod limits;
mod login;
mod login_step;
mod map;
mod mending;
mod messages;
mod more;
mod navigation;
mod period;
mod plan;
mod programmes;
mod provider;
mod receipt;
mod record;
mod relatives;
mod replays;
mod series;
mod severity;
mod today;
mod units;
mod value;
mod values;
mod whose;
mod why;
mod worklist;

pub use form::drafts;

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
        .route("/citizen/form/draft", post(form::keep_own))
        .route("/citizen/form/step/{n}", get(form::step::own).post(form::step::send_own))
        .route("/citizen/receipt/{key}", get(receipt::own))
        .route("/citizen/values", get(values::page))
        .route("/citizen/plan", get(plan::own).post(plan::add_own))
        .route("/citizen/plan/new", get(plan::new_own))
        .route("/citizen/diary", get(diary::own).post(diary::write_own))
        .route("/citizen/messages", get(messages::own).post(messages::send_own))
        .route("/citizen/messages/read", post(messages::read_own))
        .route("/citizen/relatives", get(relatives::page).post(relatives::let_in))
        .route("/citizen/relatives/{id}/withdraw", post(relatives::withdraw))
        .route("/citizen/access-log", get(access_log::page))
        .route("/citizen/access-log.csv", get(access_log::csv))
        .route("/citizen/blocks", get(blocks::page).post(blocks::place))
        .route("/citizen/blocks/new", get(blocks::new))
        .route("/citizen/blocks/{id}/withdraw", post(blocks::withdraw))
        .route("/citizen/more", get(more::page))
        .route("/relative", get(helping::choose))
        .route("/relative/{id}", get(helping::page))
        .route("/relative/{id}/values", get(helping::values))
        .route("/plan/{id}", get(plan::item).post(plan::change))
        .route("/plan/{id}/end", post(plan::end))
        .route("/messages", get(messages::unread))
        .route("/worklist", get(worklist::page))
        .route("/worklist/live", get(worklist::live::follow))
        .route("/worklist/green", get(worklist::green::page).post(worklist::green::acknowledge))
        .route("/alerts/{id}", get(alert::page))
        .route("/alerts/{id}/why", get(why::page))
        .route("/alerts/{id}/take", post(alert::take))
        .route("/alerts/{id}/note", post(alert::note))
        .route("/alerts/{id}/resolve", post(alert::resolve))
        .route("/alerts/{id}/handover", post(alert::hand_over))
        .route("/alerts/{id}/reopen", post(alert::reopen))
        .route("/citizens", get(enrolling::page).post(enrolling::register))
        .route("/citizens/find", post(enrolling::find))
        .route("/citizens/glass", get(glass::page).post(glass::send))
        .route("/citizens/{id}", get(record::page))
        .route("/citizens/{id}/glass", post(glass::send_of))
        .route("/citizens/{id}/enrol", get(enrolling::enrol_page).post(enrolling::enrol))
        .route("/citizens/{id}/form", get(form::of_citizen).post(form::send_of_citizen))
        .route("/citizens/{id}/form/draft", post(form::keep_of_citizen))
        .route(
            "/citizens/{id}/form/step/{n}",
            get(form::step::of_citizen).post(form::step::send_of_citizen),
        )
        .route("/citizens/{id}/receipt/{key}", get(receipt::of_citizen))
        .route("/citizens/{id}/plan", get(plan::of_citizen).post(plan::add_to_citizen))
        .route("/citizens/{id}/plan/new", get(plan::new_of_citizen))
        .route("/citizens/{id}/diary", get(diary::of_citizen).post(diary::write_of_citizen))
        .route("/citizens/{id}/messages", get(messages::of_citizen).post(messages::send_to_citizen))
        .route("/citizens/{id}/messages/read", post(messages::read_of_citizen))
        .route("/enrolments/{id}", get(enrolment::page))
        .route("/enrolments/{id}/pause", post(enrolment::pause))
        .route("/enrolments/{id}/resume", post(enrolment::resume))
        .route("/enrolments/{id}/end", post(enrolment::end))
        .route("/enrolments/{id}/limits", get(limits::page))
        .route("/enrolments/{id}/limits/{limit}", get(limits::one).post(limits::set))
        .route("/enrolments/{id}/limits/{limit}/back", post(limits::take_back))
        .route("/enrolments/{id}/limits/{limit}/usual", post(limits::usual))
        .route("/replays", get(replays::list).post(replays::ask))
        .route("/replays/{number}", get(replays::page))
        .route("/replays/{number}/cancel", post(replays::cancel))
        .route("/shadows/{programme}/{what}", post(replays::shadow))
        .route("/programmes", get(programmes::list))
        .route("/programmes/{id}", get(programmes::page))
        .route("/programmes/{id}/activate", post(programmes::operating::activate))
        .route("/programmes/{id}/back", post(programmes::operating::go_back))
        .route("/map", get(map::page))
        .route("/map.csv", get(map::csv))
        .route("/units", get(units::page))
        .route("/health", get(health::page))
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
