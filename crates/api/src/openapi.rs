//! The contract with the console, made from the handlers.

use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Document, SecurityRequirement, Server,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{BASE, dto, open, problem::ProblemBody, protected, state::Api};

#[derive(OpenApi)]
#[openapi(
    info(title = "Ponte", description = "The console's interface to the relay; see docs/api.md."),
    components(schemas(
        dto::EventsHello,
        dto::Event,
        ProblemBody,
        ponte_types::ErrorCode,
        ponte_app::desk::SessionOrder
    ))
)]
struct Base;

/// The OpenAPI document that `console/openapi.json` keeps.
#[must_use]
pub fn openapi() -> Document {
    let routes: OpenApiRouter<Api> =
        OpenApiRouter::with_openapi(Base::openapi()).merge(open()).merge(protected());
    let mut document = routes.into_openapi();
    document.servers = Some(vec![Server::new(BASE)]);
    document.security = Some(vec![SecurityRequirement::new::<_, [String; 0], String>("access_token", [])]);
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        "access_token",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build()),
    );
    components.add_security_scheme(
        "refresh_cookie",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-ponte"))),
    );
    document
}
