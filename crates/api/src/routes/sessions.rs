//! The queue.

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ponte_app::desk::{self, ListSessions, NewLink, OwnedBy, PersonInvited, SessionOrder};
use ponte_types::{ChannelId, Line, SessionId, SessionState};

use crate::{
    auth::Signed,
    dto::{NewSession, Seen, Session, SessionPage, queue::EditSession},
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

/// Sessions on one page, unless asked otherwise and at most.
const PAGE: (u64, u64) = (100, 500);
/// Most sessions that a page leaves out: who reads further continues with `after`.
const SKIP: u64 = 1_000_000;
/// Longest search, in characters.
const SEARCH: usize = 200;

#[utoipa::path(get, path = "/sessions", tag = "sessions", params(
    ("state" = Option<Vec<SessionState>>, Query, description = "Repeat it for several; absent: all", explode = true),
    ("unfinished" = Option<bool>, Query, description = "`true`: only those not over, also those that wait to be confirmed"),
    ("limit" = Option<u64>, Query, description = "1 to 500; 100 unless told"),
    ("after" = Option<u64>, Query, description = "Continue below this session number"),
    ("channel" = Option<ChannelId>, Query),
    ("owner" = Option<String>, Query, description = "`me` or `nobody`"),
    ("search" = Option<String>, Query, description = "Words that all occur, at most 200 characters"),
    ("order" = Option<SessionOrder>, Query, description = "`newest` unless told"),
    ("skip" = Option<u64>, Query, description = "Leaves out this many, at most 1,000,000"),
), responses((status = 200, body = SessionPage, description = "Only what the caller may see")))]
pub(crate) async fn list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<SessionPage>, Problem> {
    let mut ask = ListSessions { limit: PAGE.0, ..ListSessions::default() };
    for (name, value) in query {
        let number =
            || value.parse::<u64>().map_err(|_| Problem::invalid(format!("'{name}' must be a number")));
        match name.as_str() {
            "state" => ask.states.push(
                value
                    .parse()
                    .map_err(|_| Problem::invalid("'state' must be waiting, active, closed or expired"))?,
            ),
            "unfinished" => {
                ask.unfinished =
                    value.parse().map_err(|_| Problem::invalid("'unfinished' must be true or false"))?;
            }
            "limit" => ask.limit = number()?.clamp(1, PAGE.1),
            "after" => ask.before = Some(number()?),
            "skip" => {
                ask.skip = number()?;
                if ask.skip > SKIP {
                    let text = format!("'skip' may be at most {SKIP}; continue with 'after' instead");
                    return Err(Problem::invalid(text));
                }
            }
            "channel" => {
                let channel =
                    value.parse().map_err(|_| Problem::invalid("'channel' must be a channel's id"))?;
                ask.channel = Some(channel);
            }
            "owner" => {
                ask.owner = Some(match value.as_str() {
                    "me" => OwnedBy::Me,
                    "nobody" => OwnedBy::Nobody,
                    _ => return Err(Problem::invalid("'owner' must be me or nobody")),
                });
            }
            "search" if value.chars().count() > SEARCH => {
                return Err(Problem::invalid(format!("'search' may have at most {SEARCH} characters")));
            }
            "search" => ask.search = value,
            "order" => {
                ask.order = value.parse().map_err(|_| {
                    let words: Vec<_> = SessionOrder::ALL.iter().map(|order| order.as_str()).collect();
                    Problem::invalid(format!("'order' must be one of {}", words.join(", ")))
                })?;
            }
            _ => return Err(Problem::invalid(format!("unknown parameter '{name}'"))),
        }
    }
    let (cursor, sessions) = api.desk.list(&caller, &ask).await?;
    Ok(Json(SessionPage { cursor, sessions: sessions.into_iter().map(Session::from).collect() }))
}

#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = NewSession, responses(
    (status = 201, body = Session, description = "With `invite`. The same `request` again is the same session"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`channel_shut` with `asked` and, where it is known, `again_at`"),
))]
pub(crate) async fn create(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<NewSession>,
) -> Result<(StatusCode, Json<Session>), Problem> {
    let invited = PersonInvited {
        request: body.request,
        link: match (body.invite_public, body.claim_hash) {
            (None, None) => None,
            (Some(public), Some(claim)) => Some(link(&public, &claim)?),
            _ => return Err(Problem::invalid("'invite_public' and 'claim_hash' belong together")),
        },
        person: body.person.into_string(),
        email: body.email.map(Line::into_string),
        phone: body.phone.map(Line::into_string),
        company: body.company.map(Line::into_string),
        subject: body.subject.map(Line::into_string),
        channel: body.channel,
        priority: body.priority,
        category: body.category,
    };
    Ok((StatusCode::CREATED, Json(api.desk.create_session(&caller, invited).await?.into())))
}

/// What was drawn for a link.
pub(super) fn link(public: &str, claim_hash: &str) -> Result<NewLink, Problem> {
    Ok(NewLink { public: bytes32("invite_public", public)?, claim_hash: bytes32("claim_hash", claim_hash)? })
}

fn bytes32(name: &str, text: &str) -> Result<[u8; 32], Problem> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Problem::invalid(format!("'{name}' must be 32 bytes in base64url without padding")))
}

#[utoipa::path(get, path = "/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)), responses(
    (status = 200, body = Session, description = "With `device`, `history` and, while it waits, `place`"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn get(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
) -> Result<Json<Session>, Problem> {
    let (session, history) = api.desk.get(&caller, id).await?;
    let place = api.desk.in_line(&session).await?;
    Ok(Json(Session::with_history(session, history, place)))
}

#[utoipa::path(post, path = "/sessions/{id}/claim", tag = "sessions", params(("id" = SessionId, Path)),
    request_body = Seen, responses(
    (status = 200, body = Session),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn claim(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(seen): Body<Seen>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.claim(&caller, id, seen.version).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/release", tag = "sessions", params(("id" = SessionId, Path)),
    request_body = Seen, responses(
    (status = 200, body = Session),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn release(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(seen): Body<Seen>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.release(&caller, id, seen.version).await?.into()))
}

#[utoipa::path(patch, path = "/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)),
    request_body = EditSession, responses(
    (status = 200, body = Session),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn edit(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<EditSession>,
) -> Result<Json<Session>, Problem> {
    let edit = desk::EditSession {
        person: body.person.map(Line::into_string),
        subject: body.subject.map(Line::into_string),
        priority: body.priority,
        category: body.category,
        company: body.company,
        channel: body.channel,
    };
    Ok(Json(api.desk.edit(&caller, id, body.version, &edit).await?.into()))
}
