//! The internal listener: metrics and health, for the machine itself.

use std::sync::Arc;

use axum::{Router, extract::State, http::StatusCode, routing::get};
use ponte_store::Events as _;
use ponte_store_sql::SqlStore;
use prometheus::{Registry, TextEncoder};

#[derive(Clone)]
struct Inside {
    registry: Registry,
    store: Arc<SqlStore>,
}

pub(crate) fn router(registry: Registry, store: Arc<SqlStore>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/health", get(health))
        .with_state(Inside { registry, store })
}

async fn metrics(State(inside): State<Inside>) -> Result<String, StatusCode> {
    TextEncoder::new()
        .encode_to_string(&inside.registry.gather())
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

/// Healthy is who can read the database.
async fn health(State(inside): State<Inside>) -> (StatusCode, &'static str) {
    match inside.store.newest_cursor().await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(%error, "the health check cannot read the database");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n")
        }
    }
}
