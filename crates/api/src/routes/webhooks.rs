//! Other servers that are told of what happens.

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use ponte_app::desk::WebhookSetup;
use ponte_types::{DeliveryId, WebhookId};
use serde::Deserialize;

use crate::{
    auth::Signed,
    dto::{
        setup::Changed,
        webhooks::{
            ChangeWebhook, DeliverAgain, Delivery, DeliveryPage, NewDelivery, NewSecret, NewWebhook, Webhook,
        },
    },
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

/// Deliveries on one page, unless asked otherwise and at most.
const PAGE: (u64, u64) = (50, 200);

#[utoipa::path(get, path = "/webhooks", tag = "webhooks", responses(
    (status = 200, body = Vec<Webhook>),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn webhooks(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<Vec<Webhook>>, Problem> {
    let webhook = |it: ponte_app::desk::Webhook| Webhook {
        id: it.id,
        version: it.version,
        setup: it.setup,
        failures: it.failures,
        given_up_at: it.given_up_at,
    };
    Ok(Json(api.desk.webhooks(&caller).await?.into_iter().map(webhook).collect()))
}

#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = WebhookSetup, responses(
    (status = 201, body = NewWebhook, description = "With its secret, told this once"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn make_webhook(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(setup): Body<WebhookSetup>,
) -> Result<(StatusCode, Json<NewWebhook>), Problem> {
    let made = api.desk.make_webhook(&caller, setup).await?;
    let body = NewWebhook { id: made.id, version: made.version, secret: made.secret.into_string() };
    Ok((StatusCode::CREATED, Json(body)))
}

#[utoipa::path(put, path = "/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)), request_body = ChangeWebhook, responses(
    (status = 200, body = Changed, description = "One that was given up is tried again"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`version_conflict`"),
))]
pub(crate) async fn change_webhook(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<WebhookId>,
    Body(body): Body<ChangeWebhook>,
) -> Result<Json<Changed>, Problem> {
    let version = api.desk.change_webhook(&caller, id, body.version, body.setup).await?;
    Ok(Json(Changed { version }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seen {
    version: u64,
}

#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path), ("version" = u64, Query)), responses(
    (status = 204, description = "With its log"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`version_conflict`"),
))]
pub(crate) async fn remove_webhook(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<WebhookId>,
    Query(seen): Query<Seen>,
) -> Result<StatusCode, Problem> {
    api.desk.remove_webhook(&caller, id, seen.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/webhooks/{id}/secret", tag = "webhooks", params(("id" = WebhookId, Path)), responses(
    (status = 200, body = NewSecret, description = "Told this once; the one before is good no more"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn renew_webhook_secret(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<WebhookId>,
) -> Result<Json<NewSecret>, Problem> {
    let secret = api.desk.renew_webhook_secret(&caller, id).await?;
    Ok(Json(NewSecret { secret: secret.into_string() }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Older {
    before: Option<DeliveryId>,
    limit: Option<u64>,
}

#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", params(
    ("id" = WebhookId, Path),
    ("before" = Option<DeliveryId>, Query, description = "Only older ones than this"),
    ("limit" = Option<u64>, Query, description = "1 to 200; 50 unless told"),
), responses(
    (status = 200, body = DeliveryPage),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn deliveries(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<WebhookId>,
    Query(ask): Query<Older>,
) -> Result<Json<DeliveryPage>, Problem> {
    let limit = ask.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1);
    let delivery = |it: ponte_app::desk::Delivery| Delivery {
        id: it.id,
        event: it.event,
        body: it.body,
        at: it.at,
        state: it.state,
        tries: it.tries,
        next_at: it.next_at,
        tried_at: it.tried_at,
        status: it.status,
        failure: it.failure,
    };
    let all = api.desk.deliveries(&caller, id, ask.before, limit).await?;
    Ok(Json(DeliveryPage { deliveries: all.into_iter().map(delivery).collect() }))
}

#[utoipa::path(post, path = "/webhooks/{id}/again", tag = "webhooks", params(("id" = WebhookId, Path)), request_body = DeliverAgain, responses(
    (status = 204, description = "It is sent again"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`: nothing is sent to this webhook"),
))]
pub(crate) async fn deliver_again(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<WebhookId>,
    Body(body): Body<DeliverAgain>,
) -> Result<StatusCode, Problem> {
    api.desk.deliver_again(&caller, id, body.delivery).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", params(("id" = WebhookId, Path)), responses(
    (status = 201, body = NewDelivery, description = "The event `test`, for which nothing happened"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`: nothing is sent to this webhook"),
))]
pub(crate) async fn test_webhook(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<WebhookId>,
) -> Result<(StatusCode, Json<NewDelivery>), Problem> {
    let id = api.desk.test_webhook(&caller, id).await?;
    Ok((StatusCode::CREATED, Json(NewDelivery { id })))
}
