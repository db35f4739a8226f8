//! Records: accounts, sessions, codes, invites.

mod error;

use std::net::IpAddr;

pub use error::DeskError;
use ponte_store::Outboxed;
pub use ponte_store::{HistoryEntry, HistoryKind, Session, Technician};
use ponte_types::{ErrorCode, InviteId, Outcome, Role, SessionId, SessionState, TechnicianId};
use tokio::sync::watch;

use crate::ports::ViewerRequest;

#[derive(Debug, Clone)]
pub struct Caller { pub id: TechnicianId, pub name: String, pub role: Role }
#[derive(Debug)]
pub struct SignedIn { pub access_token: String, pub expires_in: u32, pub refresh_token: String, pub refresh_seconds: u64, pub technician: Technician }
#[derive(Debug)]
pub enum InviteState { Open, Started, Gone }
#[derive(Debug)]
pub struct InviteInfo { pub person: Option<String>, pub subject: Option<String>, pub state: InviteState }
#[derive(Debug)]
pub struct ListSessions { pub states: Vec<SessionState>, pub limit: u64, pub before: Option<u64> }
#[derive(Debug)]
pub struct PersonInvited { pub invite_public: [u8; 32], pub claim_hash: [u8; 32], pub person: String, pub email: Option<String>, pub phone: Option<String>, pub company: Option<String>, pub subject: Option<String> }
#[derive(Debug)]
pub enum Changes { TooOld, Some(Vec<Outboxed>) }
#[derive(Debug)]
pub struct Desk;
type R<T> = Result<T, DeskError>;
const NO: DeskError = DeskError::Refused(ErrorCode::Unavailable);
impl Desk {
    pub async fn sign_in(&self, _: &str, _: String, _: IpAddr) -> R<SignedIn> { Err(NO) }
    pub async fn refresh(&self, _: &str) -> R<SignedIn> { Err(NO) }
    pub async fn sign_out(&self, _: &str) -> R<()> { Err(NO) }
    pub fn authenticate(&self, _: &str) -> R<Caller> { Err(NO) }
    pub async fn me(&self, _: &Caller) -> R<Technician> { Err(NO) }
    pub async fn create_session(&self, _: &Caller, _: PersonInvited) -> R<Session> { Err(NO) }
    pub async fn list(&self, _: &Caller, _: &ListSessions) -> R<(u64, Vec<Session>)> { Err(NO) }
    pub async fn get(&self, _: &Caller, _: SessionId) -> R<(Session, Vec<HistoryEntry>)> { Err(NO) }
    pub async fn claim(&self, _: &Caller, _: SessionId, _: u64) -> R<Session> { Err(NO) }
    pub async fn release(&self, _: &Caller, _: SessionId, _: u64) -> R<Session> { Err(NO) }
    pub async fn close(&self, _: &Caller, _: SessionId, _: u64, _: Outcome, _: Option<String>) -> R<Session> { Err(NO) }
    pub async fn resolve_code(&self, _: &Caller, _: &str) -> R<String> { Err(NO) }
    pub fn events_ticket(&self, _: &Caller) -> R<String> { Err(NO) }
    pub async fn view_ticket(&self, _: &Caller, _: SessionId) -> R<String> { Err(NO) }
    pub fn redeem_events(&self, _: &str) -> R<()> { Err(NO) }
    pub fn redeem_view(&self, _: &str) -> R<ViewerRequest> { Err(NO) }
    pub async fn invite(&self, _: InviteId) -> R<InviteInfo> { Err(NO) }
    pub fn doorbell(&self) -> watch::Receiver<u64> { watch::channel(0).1 }
    pub async fn changes_after(&self, _: u64) -> R<Changes> { Err(NO) }
}
