//! The JSON API.
//!
//! Each route stands in one place, the `utoipa::path` attribute of its handler: the router and the OpenAPI
//! document are both made from it, so neither can have what the other lacks.

pub mod access_log;
pub mod address;
pub mod alert_actions;
pub mod alerts;
pub mod blocks;
pub mod body;
pub mod caller;
pub mod checkpoint;
pub mod citizens;
pub mod components;
pub mod diary;
pub mod enrolments;
pub mod green;
pub mod health;
pub mod limits;
pub mod live;
pub mod messages;
pub mod metrics;
pub mod overview;
pub mod plan;
pub mod programmes;
pub mod relatives;
pub mod replays;
pub mod sessions;
pub mod shadows;
pub mod submissions;
pub mod why;
pub mod wire;

use crate::AppState;
use crate::problem::ProblemDocument;
use axum::http::header;
use axum::response::IntoResponse;
use axum::{Router, routing::get};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, Ref, RefOr, ResponseBuilder};
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The start of the document. The paths and their schemas come from the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "GTP",
        description = "The open Generic Telemedicine Platform: citizens, enrolments, submissions, alerts \
            and programmes.\n\nLog in with `POST /api/v1/sessions` and send the token as `Authorization: \
            Bearer`. Moments are RFC 3339 with an offset. Texts come in the language of `Accept-Language`, \
            `da` (where nothing is asked for) or `en`. Every error is a problem document (RFC 9457) with a \
            stable `type`; one that concerns a value names it by its JSON pointer.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "sessions", description = "Logging in and out"),
        (name = "citizens", description = "Registering, enrolling, submitting, reading"),
        (name = "limits", description = "Which value of a limit applies, why, and setting it"),
        (name = "alerts", description = "What rules found and who looks at it"),
        (name = "plan", description = "Goals, activities, appointments, and the diary"),
        (name = "messages", description = "Between citizens and their care teams"),
        (name = "programmes", description = "What the components define"),
        (name = "versions", description = "What a version would have done, does in the shadow, and changed"),
        (name = "access", description = "Relatives, blocks, breaking the glass, and who saw what"),
        (name = "audit", description = "Signed roots over the whole record, and proofs for them"),
        (name = "health", description = "For supervisors and load balancers"),
    ),
    components(schemas(ProblemDocument)),
)]
struct Head;

fn documented() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Head::openapi())
        .routes(routes!(sessions::begin, sessions::list, sessions::end_all))
        .routes(routes!(sessions::end))
        .routes(routes!(citizens::register))
        .routes(routes!(citizens::enrol))
        .routes(routes!(citizens::give_cpr_number))
        .routes(routes!(submissions::submit))
        .routes(routes!(submissions::observations))
        .routes(routes!(alerts::list))
        .routes(routes!(live::follow))
        .routes(routes!(alerts::read))
        .routes(routes!(alert_actions::take))
        .routes(routes!(alert_actions::note))
        .routes(routes!(alert_actions::resolve))
        .routes(routes!(alert_actions::hand_over))
        .routes(routes!(alert_actions::reopen))
        .routes(routes!(green::list))
        .routes(routes!(green::acknowledge))
        .routes(routes!(enrolments::read))
        .routes(routes!(enrolments::pause))
        .routes(routes!(enrolments::resume))
        .routes(routes!(enrolments::end))
        .routes(routes!(limits::list))
        .routes(routes!(limits::set))
        .routes(routes!(limits::set_for_unit))
        .routes(routes!(limits::set_for_region))
        .routes(routes!(limits::set_baseline))
        .routes(routes!(overview::read))
        .routes(routes!(overview::expected))
        .routes(routes!(plan::read, plan::add))
        .routes(routes!(plan::read_item, plan::change))
        .routes(routes!(plan::end))
        .routes(routes!(diary::read, diary::write))
        .routes(routes!(messages::list, messages::send))
        .routes(routes!(messages::mark))
        .routes(routes!(messages::unread))
        .routes(routes!(relatives::read, relatives::let_in))
        .routes(routes!(relatives::withdraw))
        .routes(routes!(relatives::let_in_by))
        .routes(routes!(blocks::read, blocks::place))
        .routes(routes!(blocks::withdraw))
        .routes(routes!(blocks::break_glass))
        .routes(routes!(access_log::read))
        .routes(routes!(access_log::export))
        .routes(routes!(access_log::search))
        .routes(routes!(access_log::unusual))
        .routes(routes!(programmes::list))
        .routes(routes!(programmes::read))
        .routes(routes!(programmes::schema))
        .routes(routes!(checkpoint::read))
        .routes(routes!(checkpoint::consistency))
        .routes(routes!(checkpoint::inclusion))
        .routes(routes!(components::list))
        .routes(routes!(components::activate))
        .routes(routes!(components::roll_back))
        .routes(routes!(replays::list, replays::ask))
        .routes(routes!(replays::read, replays::cancel))
        .routes(routes!(replays::as_csv))
        .routes(routes!(replays::as_html))
        .routes(routes!(shadows::list))
        .routes(routes!(shadows::begin, shadows::end))
        .routes(routes!(shadows::promote))
        .routes(routes!(shadows::rates))
        .routes(routes!(why::read))
        .routes(routes!(metrics::read))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
}

/// The OpenAPI document.
#[must_use]
pub fn document() -> Document {
    finish(documented().into_openapi())
}

/// The routes of the API, with the document at `/openapi.json`.
pub fn routes() -> Router<AppState> {
    let (router, document) = documented().split_for_parts();
    // Written once: it does not change while the host runs.
    let text: &'static str = finish(document).to_json().unwrap_or_default().leak();
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    router.route("/openapi.json", get(move || async move { (headers, text).into_response() }))
}

/// Adds what holds for every route: how a caller shows who it is, and that whatever else can go wrong is a
/// problem document.
fn finish(mut document: Document) -> Document {
    let components = document.components.get_or_insert_default();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.security_schemes.insert("bearer".to_owned(), RefOr::T(bearer));

    let schema = Ref::from_schema_name(ProblemDocument::name());
    let problem = ResponseBuilder::new()
        .description("Anything else that can go wrong")
        .content("application/problem+json", ContentBuilder::new().schema(Some(schema)).build())
        .build();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            let responses = &mut operation.responses.responses;
            responses.insert("default".to_owned(), RefOr::T(problem.clone()));
        }
    }
    document
}
