//! The console's interface: REST and WebSockets under `/api/v1`, the console itself, and the SOS programs.
//!
//! A handler turns JSON into a use case of [`ponte_app::desk`] and back; it holds no rule. To add a route: write the
//! handler with its `#[utoipa::path]` in `routes/`, add it to [`protected`] (or, if it must answer without a sign-in, to
//! [`open`] and to `open-routes.txt`), describe it in docs/api.md, and run `cargo xtask gen`.

mod auth;
mod console;
mod convert;
mod downloads;
pub mod dto;
mod headers;
mod openapi;
mod problem;
mod routes;
mod state;
mod ws;

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::DefaultBodyLimit, middleware, response::IntoResponse, routing::get};
use tower_http::{compression::CompressionLayer, timeout::TimeoutLayer};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use downloads::find_programs;
pub use openapi::openapi;
pub use state::Setup;

use problem::Problem;
use state::Api;

const BASE: &str = "/api/v1";
/// Largest request body, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// Longest work on one request; a WebSocket's upgrade counts, its life does not.
const MAX_TIME: Duration = Duration::from_secs(20);

/// Everything that the public port answers.
pub fn router(setup: Setup) -> Router {
    let api: Api = Arc::new(setup);
    let (open, _) = open().split_for_parts();
    let (protected, _) = protected().split_for_parts();
    let protected = protected.route_layer(middleware::from_fn_with_state(Arc::clone(&api), auth::require));
    let rest = Router::new()
        .merge(open)
        .merge(protected)
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, MAX_TIME))
        .layer(middleware::from_fn(headers::no_store));
    Router::new()
        .nest(BASE, rest)
        .route("/dl/{file}", get(downloads::download))
        .route("/api", get(unknown))
        .route("/api/{*rest}", get(unknown))
        .fallback(console::serve)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(Arc::clone(&api), headers::secure))
        .with_state(api)
}

/// Routes that answer without a sign-in; `open-routes.txt` lists them, and a test compares.
fn open() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(routes::account::sign_in))
        .routes(routes!(routes::account::refresh))
        .routes(routes!(routes::account::sign_out))
        .routes(routes!(routes::desk::info))
        .routes(routes!(routes::desk::invite))
        .routes(routes!(routes::links::page))
        .routes(routes!(ws::events::events))
        .routes(routes!(ws::view::view))
}

/// Routes for signed-in technicians.
fn protected() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(routes::account::me, routes::accounts::change_me))
        .routes(routes!(routes::accounts::change_my_password))
        .routes(routes!(routes::accounts::my_sign_ins))
        .routes(routes!(routes::accounts::end_my_sign_in))
        .routes(routes!(routes::notices::notices))
        .routes(routes!(routes::notices::notices_seen))
        .routes(routes!(routes::notices::notifications, routes::notices::choose_notifications))
        .routes(routes!(routes::notices::choose_language))
        .routes(routes!(routes::accounts::change_account))
        .routes(routes!(routes::accounts::reset_password))
        .routes(routes!(routes::accounts::sign_ins_of, routes::accounts::sign_out_technician))
        .routes(routes!(routes::sessions::list, routes::sessions::create))
        .routes(routes!(routes::sessions::get))
        .routes(routes!(routes::sessions::claim))
        .routes(routes!(routes::sessions::release))
        .routes(routes!(routes::life::hold))
        .routes(routes!(routes::life::resume))
        .routes(routes!(routes::life::close))
        .routes(routes!(routes::life::confirm))
        .routes(routes!(routes::life::reject))
        .routes(routes!(routes::life::reopen))
        .routes(routes!(routes::life::renew_link))
        .routes(routes!(routes::equipment::equipment, routes::equipment::add_piece))
        .routes(routes!(routes::equipment::change_piece, routes::equipment::remove_piece))
        .routes(routes!(routes::chat::messages, routes::chat::say_message))
        .routes(routes!(routes::chat::messages_seen))
        .routes(routes!(routes::chat::comings))
        .routes(routes!(routes::chat::transcript))
        .routes(routes!(routes::attachments::attachments, routes::attachments::begin_attachment))
        .merge(pieces())
        .routes(routes!(routes::codes::enter))
        .routes(routes!(routes::codes::ticket))
        .routes(routes!(routes::sessions::edit))
        .routes(routes!(routes::earlier::earlier))
        .routes(routes!(routes::actions::actions, routes::actions::log_action))
        .routes(routes!(routes::team::next, routes::team::take_next))
        .routes(routes!(routes::team::team))
        .routes(routes!(routes::load::load))
        .routes(routes!(routes::team::choose_availability))
        .routes(routes!(routes::together::offers))
        .routes(routes!(routes::together::make_offer))
        .routes(routes!(routes::together::recipients))
        .routes(routes!(routes::together::accept_offer))
        .routes(routes!(routes::together::decline_offer))
        .routes(routes!(routes::together::withdraw_offer))
        .routes(routes!(routes::together::look_in))
        .routes(routes!(routes::together::take_over))
        .routes(routes!(routes::together::set_team_rights, routes::together::leave_team))
        .routes(routes!(routes::together::pass_baton))
        .routes(routes!(routes::together::hand_over_lead))
        .routes(routes!(routes::together::private_messages, routes::together::say_privately))
        .routes(routes!(routes::setup::all, routes::setup::change_desk))
        .routes(routes!(routes::setup::make_channel))
        .routes(routes!(routes::setup::change_channel, routes::setup::remove_channel))
        .routes(routes!(routes::setup::try_route))
        .routes(routes!(routes::links::links, routes::links::make_link))
        .routes(routes!(routes::links::change_link, routes::links::delete_link))
        .routes(routes!(routes::hours::try_hours))
        .routes(routes!(routes::setup::make_group))
        .routes(routes!(routes::setup::change_group, routes::setup::remove_group))
        .routes(routes!(routes::setup::make_role))
        .routes(routes!(routes::setup::change_role, routes::setup::remove_role))
        .routes(routes!(routes::setup::make_company))
        .routes(routes!(routes::setup::change_company, routes::setup::remove_company))
        .routes(routes!(routes::setup::make_category))
        .routes(routes!(routes::setup::change_category, routes::setup::remove_category))
        .routes(routes!(routes::setup::make_reply))
        .routes(routes!(routes::setup::change_reply, routes::setup::remove_reply))
        .routes(routes!(routes::setup::make_technician))
        .routes(routes!(routes::setup::change_technician))
        .routes(routes!(routes::setup::permissions))
        .routes(routes!(routes::webhooks::webhooks, routes::webhooks::make_webhook))
        .routes(routes!(routes::webhooks::change_webhook, routes::webhooks::remove_webhook))
        .routes(routes!(routes::webhooks::renew_webhook_secret))
        .routes(routes!(routes::webhooks::deliveries))
        .routes(routes!(routes::webhooks::deliver_again))
        .routes(routes!(routes::webhooks::test_webhook))
        .routes(routes!(routes::api_tokens::api_tokens, routes::api_tokens::make_api_token))
        .routes(routes!(routes::api_tokens::revoke_api_token))
        .routes(routes!(routes::audit::lines))
        .routes(routes!(routes::audit::audit_kinds))
        .routes(routes!(routes::audit::export_audit))
        .routes(routes!(routes::audit::verify))
}

/// Files, whose pieces are larger than other bodies.
fn pieces() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(
            routes::attachments::attachment,
            routes::attachments::attachment_piece,
            routes::attachments::give_attachment_up
        ))
        .layer(DefaultBodyLimit::max(routes::attachments::PIECE))
}

async fn unknown() -> impl IntoResponse {
    Problem::new(ponte_types::ErrorCode::NotFound)
}

async fn wrong_method() -> impl IntoResponse {
    (
        axum::http::StatusCode::METHOD_NOT_ALLOWED,
        Problem::explained(ponte_types::ErrorCode::InvalidRequest, "this route does not know this method"),
    )
}
