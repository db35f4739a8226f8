//! Ways to a live connection: a code's five routing digits, and tickets for the WebSockets.

use axum::{Json, extract::State};
use ponte_types::NotRouting;

use crate::{
    auth::Signed,
    dto::{EnterCode, Ticket, TicketPurpose},
    problem::{Body, Problem, ProblemBody},
    state::Api,
};

#[utoipa::path(post, path = "/codes", tag = "codes", request_body = EnterCode, responses(
    (status = 200, body = Ticket, description = "For `view`"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_code`"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json", description = "`too_many_tries`"),
))]
pub(crate) async fn enter(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<EnterCode>,
) -> Result<Json<Ticket>, Problem> {
    let routing = body.routing.parse().map_err(|e: NotRouting| Problem::invalid(format!("'routing' {e}")))?;
    Ok(Json(Ticket { ticket: api.desk.resolve_code(&caller, routing).await? }))
}

#[utoipa::path(post, path = "/tickets", tag = "codes", request_body = TicketPurpose, responses(
    (status = 200, body = Ticket),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`already_claimed`, `wrong_state`"),
))]
pub(crate) async fn ticket(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(purpose): Body<TicketPurpose>,
) -> Result<Json<Ticket>, Problem> {
    let ticket = match purpose {
        TicketPurpose::Events {} => api.desk.events_ticket(&caller).await?,
        TicketPurpose::View { session } => api.desk.view_ticket(&caller, session).await?,
    };
    Ok(Json(Ticket { ticket }))
}
