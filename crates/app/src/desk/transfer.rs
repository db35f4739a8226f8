//! Offering a session to somebody else, and inviting somebody to join (T1, T2).
//!
//! An offer and its session are written together, so that of two who accept at once one has it and the other is told
//! who. While the offer is open its owner keeps the session. When the session moves on by itself – it is closed, given
//! back, taken over – the offer has been overtaken: whoever touches it next, or the scheduler, writes that down.

use std::{collections::BTreeSet, time::Duration};

use ponte_desk::{
    permission::{Permission, Where},
    team::{Right, Rights, Team},
    transfer::{Note, Offer, OfferError, OfferState, Purpose, Recipient},
};
use ponte_session::record::Phase;
use ponte_store::{Actor, Entry, Held, HistoryKind, KeptOffer, KeptTeam, Owner, Session};
use ponte_types::{ChannelId, ErrorCode, OfferId, SessionId, TechnicianId, UnixMillis};

use super::{
    Caller, Desk, DeskError, Directory,
    moves::RETRIES,
    phase::{phase, refused},
    queue::at_limit,
};

/// Invitations to one session that may be open at once.
const INVITATIONS: usize = 8;
/// What somebody who handed a session over and stays in it may do.
const STAYS: Rights = Rights::of(&[Right::View, Right::Point, Right::Chat]);

/// To whom, what for, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOffer {
    pub purpose: Purpose,
    pub to: Recipient,
    pub note: Option<Note>,
    /// Of who joins.
    pub rights: Rights,
    /// Who hands it over stays in it, to see.
    pub stay: bool,
    pub life: Duration,
}

/// An offer as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenOffer {
    pub kept: KeptOffer,
    pub by: String,
    /// The name of whom it was made to.
    pub to: String,
    /// The caller may accept it.
    pub for_me: bool,
    pub number: u64,
    pub person: Option<String>,
    pub subject: Option<String>,
    pub channel: ChannelId,
}

/// How an offer ends without anybody's answer.
type End = fn(Offer, UnixMillis) -> Result<Offer, OfferError>;

impl Desk {
    /// The caller offers a session that they hold, or that somebody else holds, to somebody.
    ///
    /// # Errors
    /// `invalid_request`, with what is wrong with it; `already_claimed` when somebody else holds it; `wrong_state`,
    /// `version_conflict`, `forbidden`, `not_found`.
    pub async fn offer(
        &self,
        caller: &Caller,
        id: SessionId,
        version: u64,
        new: NewOffer,
    ) -> Result<KeptOffer, DeskError> {
        let directory = self.directory_now().await?;
        let session = self.seen(caller, id).await?;
        may_offer(&directory, caller, &session, new.purpose)?;
        let lead = session.held_by().ok_or_else(|| not_held(&session))?;
        only_ones_own(caller, &session, new.purpose)?;
        let meant = self.meant(&directory, &session, new.purpose, new.to);
        if let Recipient::Channel(channel) = new.to
            && channel != session.placement.channel
        {
            directory.may_with(caller, Permission::SessionMove, &session)?;
        }
        could_accept(&directory, &session, new.to, new.purpose, &meant)?;
        if session.version != version {
            return Err(ErrorCode::VersionConflict.into());
        }
        let now = self.ambient.now();
        let offer = Offer::make(id, new.purpose, caller.id, new.to, new.note, new.life, now)
            .map_err(|e| DeskError::Explained(ErrorCode::InvalidRequest, e.to_string()))?;
        self.not_twice(&offer).await?;
        let id = OfferId::new(now, self.ambient.bytes()?);
        let (rights, stay) = (new.rights, new.stay && new.purpose == Purpose::Transfer);
        let kept = KeptOffer { id, version: 0, offer, lead, rights, stay };
        let kind = match new.purpose {
            Purpose::Transfer => HistoryKind::Offered,
            Purpose::Collaborate => HistoryKind::TechnicianInvited,
        };
        let entry = Entry { at: now, kind, by: Actor::Technician(caller.id) };
        match self.store.move_offer(&kept, &Session { changed_at: now, ..session }, None, &entry).await? {
            Held::Done(_) => {
                self.offers_changed().await;
                Ok(KeptOffer { version: 1, ..kept })
            }
            Held::Moved | Held::AtLimit(_) => Err(ErrorCode::VersionConflict.into()),
        }
    }

    /// Open offers that the caller may accept, has made, or that are about a session of theirs; oldest first.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn offers(&self, caller: &Caller) -> Result<Vec<SeenOffer>, DeskError> {
        let directory = self.directory_now().await?;
        let now = self.ambient.now();
        let mut seen = Vec::new();
        for kept in self.store.open_offers().await? {
            if kept.offer.until <= now {
                continue;
            }
            let session = self.load(kept.offer.session).await?;
            if session.held_by() != Some(kept.lead) {
                continue;
            }
            let offer = &kept.offer;
            let meant = self.meant(&directory, &session, offer.purpose, offer.to);
            let declined =
                matches!(&offer.state, OfferState::Open { declined } if declined.contains(&caller.id));
            let for_me = meant.contains(&caller.id) && !declined && offer.by != caller.id;
            if for_me || offer.by == caller.id || kept.lead == caller.id {
                seen.push(SeenOffer {
                    by: directory.name_of(offer.by).unwrap_or_default(),
                    to: directory.name_of_recipient(offer.to),
                    for_me,
                    number: session.number,
                    person: session.person,
                    subject: session.subject,
                    channel: session.placement.channel,
                    kept,
                });
            }
        }
        Ok(seen)
    }

    /// The caller accepts: the session is theirs, or they are in it.
    ///
    /// # Errors
    /// `already_claimed` with who was first; `cannot_take`; `wrong_state` when it is over, `forbidden`, `not_found`.
    pub async fn accept_offer(&self, caller: &Caller, id: OfferId) -> Result<Session, DeskError> {
        for _ in 0..RETRIES {
            let directory = self.directory_now().await?;
            let (kept, session) = self.offered(id).await?;
            let now = self.ambient.now();
            let meant = self.meant(&directory, &session, kept.offer.purpose, kept.offer.to);
            let members: Vec<TechnicianId> = meant.iter().copied().collect();
            if matches!(kept.offer.state, OfferState::Accepted { by, .. } if by == caller.id) {
                // It may have gone on since, to where they see it no more.
                let seen = directory.sight_of(caller).includes(&session.placement);
                return if seen { Ok(session) } else { Err(ErrorCode::NotFound.into()) };
            }
            self.not_overtaken(&kept, &session).await?;
            let accepted = kept.offer.clone().accept(caller.id, &members, now);
            let offer = accepted.map_err(|e| no(e, &directory))?;
            if !meant.contains(&caller.id) {
                // It was made to them, and they were allowed to: no longer.
                return Err(ErrorCode::Forbidden.into());
            }
            let (changed, at_most, kind) = match kept.offer.purpose {
                Purpose::Transfer => {
                    self.may_take(&directory, caller.id).await?;
                    let limit = u64::from(directory.limit_of(caller.id));
                    let moved = handed_over(&directory, caller, session, &kept, now)?;
                    (moved, Some(limit), HistoryKind::Transferred)
                }
                Purpose::Collaborate => {
                    let joined = joined(&directory, caller.id, session, kept.rights, now)?;
                    (joined, None, HistoryKind::Joined)
                }
            };
            let kept = KeptOffer { offer, ..kept };
            let entry = Entry { at: now, kind, by: Actor::Technician(caller.id) };
            match self.store.move_offer(&kept, &changed, at_most, &entry).await? {
                Held::Done(session) => {
                    self.offers_changed().await;
                    return self.tell_live(*session).await;
                }
                // Somebody else accepted, or the session moved: look again, to say which.
                Held::Moved => {}
                Held::AtLimit(load) => return Err(at_limit(load, directory.limit_of(caller.id))),
            }
        }
        Err(ErrorCode::VersionConflict.into())
    }

    /// The caller does not want it.
    ///
    /// # Errors
    /// As [`Desk::accept_offer`].
    pub async fn decline_offer(&self, caller: &Caller, id: OfferId) -> Result<(), DeskError> {
        let rule = |offer: Offer, members: &[TechnicianId], now| offer.decline(caller.id, members, now);
        let by = Actor::Technician(caller.id);
        self.move_offer_on(id, HistoryKind::OfferDeclined, by, rule).await
    }

    /// Who made it, or who holds the session, takes it back.
    ///
    /// # Errors
    /// `forbidden` for anybody else; `already_claimed` with who accepted it, `wrong_state`, `not_found`.
    pub async fn withdraw_offer(&self, caller: &Caller, id: OfferId) -> Result<(), DeskError> {
        let (kept, _) = self.offered(id).await?;
        let by = if kept.lead == caller.id { kept.offer.by } else { caller.id };
        let rule = |offer: Offer, _: &[TechnicianId], now| offer.withdraw(by, now);
        self.move_offer_on(id, HistoryKind::OfferWithdrawn, Actor::Technician(caller.id), rule).await
    }

    /// Ends offers whose time is over and those whose session has moved on; returns when the next one ends. From the
    /// database, so that a restart forgets nothing.
    ///
    /// # Errors
    /// When the store fails; what is due is found again.
    pub async fn settle_offers(&self) -> Result<Option<UnixMillis>, DeskError> {
        let now = self.ambient.now();
        let mut next = None;
        for kept in self.store.open_offers().await? {
            let session = self.load(kept.offer.session).await?;
            let (rule, kind): (End, _) = if kept.offer.until <= now {
                (Offer::expire, HistoryKind::OfferTimedOut)
            } else if session.held_by() != Some(kept.lead) {
                (Offer::overtaken, HistoryKind::OfferWithdrawn)
            } else {
                next = next.into_iter().chain([kept.offer.until]).min();
                continue;
            };
            let rule = |offer: Offer, _: &[TechnicianId], now| rule(offer, now);
            match self.move_offer_on(kept.id, kind, Actor::Relay, rule).await {
                Ok(()) => {}
                Err(DeskError::Store(error)) => return Err(error.into()),
                // Somebody has ended it in another way meanwhile.
                Err(_) => {}
            }
        }
        Ok(next)
    }

    async fn move_offer_on(
        &self,
        id: OfferId,
        kind: HistoryKind,
        by: Actor,
        rule: impl Fn(Offer, &[TechnicianId], UnixMillis) -> Result<Offer, OfferError>,
    ) -> Result<(), DeskError> {
        for _ in 0..RETRIES {
            let directory = self.directory_now().await?;
            let (kept, session) = self.offered(id).await?;
            let meant = self.meant(&directory, &session, kept.offer.purpose, kept.offer.to);
            let members: Vec<TechnicianId> = meant.into_iter().collect();
            let now = self.ambient.now();
            let offer = rule(kept.offer.clone(), &members, now).map_err(|e| no(e, &directory))?;
            let kept = KeptOffer { offer, ..kept };
            let entry = Entry { at: now, kind, by };
            match self.store.move_offer(&kept, &session, None, &entry).await? {
                Held::Done(_) => {
                    self.offers_changed().await;
                    return Ok(());
                }
                Held::Moved | Held::AtLimit(_) => {}
            }
        }
        Err(ErrorCode::VersionConflict.into())
    }

    async fn offered(&self, id: OfferId) -> Result<(KeptOffer, Session), DeskError> {
        let kept = self.store.offer(id).await?.ok_or(DeskError::Refused(ErrorCode::NotFound))?;
        let session = self.load(kept.offer.session).await?;
        Ok((kept, session))
    }

    async fn not_overtaken(&self, kept: &KeptOffer, session: &Session) -> Result<(), DeskError> {
        let open = matches!(kept.offer.state, OfferState::Open { .. });
        if !open || session.held_by() == Some(kept.lead) {
            return Ok(());
        }
        self.settle_offers().await?;
        let text = "the session has moved on: it was closed, given back, or somebody else has it".to_owned();
        Err(DeskError::Explained(ErrorCode::WrongState, text))
    }

    /// One transfer at a time; nobody is invited twice.
    async fn not_twice(&self, new: &Offer) -> Result<(), DeskError> {
        let now = self.ambient.now();
        let open = self.store.open_offers().await?;
        let open = open.iter().map(|kept| &kept.offer).filter(|offer| {
            offer.session == new.session && offer.purpose == new.purpose && offer.until > now
        });
        let said = |text: &str| Err(DeskError::Explained(ErrorCode::WrongState, text.to_owned()));
        let (mut count, mut same) = (0, false);
        for offer in open {
            count += 1;
            same |= offer.to == new.to;
        }
        match new.purpose {
            Purpose::Transfer if count > 0 => {
                said("the session is offered to somebody already: withdraw that first")
            }
            Purpose::Collaborate if same => said("they are invited already, and have not answered yet"),
            Purpose::Collaborate if count >= INVITATIONS => {
                said("so many are invited already; wait for them, or withdraw some")
            }
            Purpose::Transfer | Purpose::Collaborate => Ok(()),
        }
    }

    /// Those of whom it is made to who could accept it, as things are now.
    pub(super) fn meant(
        &self,
        directory: &Directory,
        session: &Session,
        purpose: Purpose,
        to: Recipient,
    ) -> BTreeSet<TechnicianId> {
        let channel = match to {
            Recipient::Channel(channel) => channel,
            Recipient::Technician(_) | Recipient::Group(_) => session.placement.channel,
        };
        let there = Where::Session { channel, company: session.placement.company };
        let may = |who: &TechnicianId| {
            let works = directory
                .setup()
                .technicians
                .get(who)
                .is_some_and(|setup| setup.enabled && setup.companies.include(session.placement.company));
            let allows = |permission| directory.checked.allows(*who, permission, there);
            let allowed = match purpose {
                Purpose::Transfer => allows(Permission::SessionTake),
                Purpose::Collaborate => allows(Permission::SessionView) && allows(Permission::RemoteView),
            };
            let new = match purpose {
                Purpose::Transfer => session.held_by() != Some(*who),
                Purpose::Collaborate => !session.has(*who),
            };
            works && allowed && new
        };
        let all: BTreeSet<TechnicianId> = match to {
            Recipient::Technician(technician) => BTreeSet::from([technician]),
            Recipient::Group(group) => {
                directory.setup().groups.get(&group).map(|group| group.members.clone()).unwrap_or_default()
            }
            Recipient::Channel(channel) => {
                directory.checked.members.get(&channel).cloned().unwrap_or_default()
            }
        };
        all.into_iter().filter(may).collect()
    }

    pub(super) async fn offers_changed(&self) {
        self.changed().await;
        self.offers_bell.send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    /// Rings when an offer was made, accepted, declined, or has ended.
    #[must_use]
    pub fn offers_bell(&self) -> tokio::sync::watch::Receiver<u64> {
        self.offers_bell.subscribe()
    }
}

impl Directory {
    fn name_of_recipient(&self, to: Recipient) -> String {
        match to {
            Recipient::Technician(technician) => self.name_of(technician),
            Recipient::Group(group) => {
                self.setup().groups.get(&group).map(|group| group.name.as_str().to_owned())
            }
            Recipient::Channel(channel) => self.channel(channel).map(|it| it.name.as_str().to_owned()),
        }
        .unwrap_or_default()
    }

    /// The names of those in a team.
    pub(super) fn names_in(
        &self,
        team: &Team,
        from: Option<TechnicianId>,
    ) -> std::collections::BTreeMap<TechnicianId, String> {
        let all = team.members().map(|(id, _)| id).chain(from);
        all.filter_map(|id| Some((id, self.name_of(id)?))).collect()
    }
}

/// # Errors
/// `forbidden`, with the permission that is missing.
pub(super) fn may_offer(
    directory: &Directory,
    caller: &Caller,
    session: &Session,
    purpose: Purpose,
) -> Result<(), DeskError> {
    let others = session.held_by().is_some_and(|owner| owner != caller.id);
    let permission = match purpose {
        Purpose::Transfer if others => Permission::SessionTransferOthers,
        Purpose::Transfer => Permission::SessionTransfer,
        Purpose::Collaborate => Permission::SessionInviteTechnician,
    };
    directory.may_with(caller, permission, session)
}

/// Only who holds a session invites to it, whatever they may do with others'.
fn only_ones_own(caller: &Caller, session: &Session, purpose: Purpose) -> Result<(), DeskError> {
    match &session.owner {
        Some(owner) if purpose == Purpose::Collaborate && owner.id != caller.id => {
            Err(DeskError::AlreadyClaimed { owner: owner.clone() })
        }
        _ => Ok(()),
    }
}

/// # Errors
/// `invalid_request`, with what is wrong with whom it is made to.
fn could_accept(
    directory: &Directory,
    session: &Session,
    to: Recipient,
    purpose: Purpose,
    meant: &BTreeSet<TechnicianId>,
) -> Result<(), DeskError> {
    let invalid = |text: String| Err(DeskError::Explained(ErrorCode::InvalidRequest, text));
    let known = match to {
        Recipient::Technician(technician) => directory.person(technician).is_some(),
        Recipient::Group(group) => directory.setup().groups.contains_key(&group),
        Recipient::Channel(channel) => directory.channel(channel).is_some(),
    };
    if !known {
        return invalid("there is no such technician, group or channel".into());
    }
    if !meant.is_empty() {
        return Ok(());
    }
    let name = directory.name_of_recipient(to);
    match (to, purpose) {
        (Recipient::Technician(who), Purpose::Transfer) if session.held_by() == Some(who) => {
            invalid(format!("{name} holds this session already"))
        }
        (Recipient::Technician(who), Purpose::Collaborate) if session.has(who) => {
            invalid(format!("{name} is in this session already"))
        }
        (Recipient::Technician(_), _) => invalid(format!("{name} may not work on sessions of this channel")),
        (Recipient::Group(_), _) => {
            invalid(format!("nobody else in {name} may work on sessions of this channel"))
        }
        (Recipient::Channel(_), _) => invalid(format!("nobody else works in {name}")),
    }
}

/// The session in the hands of who accepted it.
fn handed_over(
    directory: &Directory,
    caller: &Caller,
    session: Session,
    kept: &KeptOffer,
    now: UnixMillis,
) -> Result<Session, DeskError> {
    let session = match kept.offer.to {
        Recipient::Channel(channel) => directory.in_channel(session, channel, now)?,
        Recipient::Technician(_) | Recipient::Group(_) => session,
    };
    taken_from(directory, caller, session, kept.stay, now)
}

/// The session with the caller as its owner instead of who has it now, who stays in it or does not.
pub(super) fn taken_from(
    directory: &Directory,
    caller: &Caller,
    session: Session,
    old_stays: bool,
    now: UnixMillis,
) -> Result<Session, DeskError> {
    let old = session.held_by().ok_or_else(|| not_held(&session))?;
    let mut team = session.crew(now).ok_or_else(|| not_held(&session))?;
    let looking = session.team.as_ref().map(|team| team.looking.clone()).unwrap_or_default();
    let team_says = |e: ponte_desk::team::TeamError| said(&e);
    team.transfer(caller.id, old_stays, now).map_err(team_says)?;
    team.pass_baton(caller.id, caller.id).map_err(team_says)?;
    if old_stays && old != caller.id {
        team.set_rights(caller.id, old, STAYS).map_err(team_says)?;
    }
    let next = phase(&session)?.hand_to(caller.id).map_err(|e| refused(e, &session))?;
    let owner = Owner { id: caller.id, name: caller.name.clone() };
    let mut moved = directory.moved(session, next, Some(&owner), now);
    let looking = looking.into_iter().filter(|who| *who != caller.id).collect();
    let names = directory.names_in(&team, Some(old));
    moved.team = Some(KeptTeam::of(&team, looking, Some(old), names));
    Ok(moved)
}

fn joined(
    directory: &Directory,
    who: TechnicianId,
    session: Session,
    rights: Rights,
    now: UnixMillis,
) -> Result<Session, DeskError> {
    changed_team(directory, session, now, |team| team.join(who, rights, now).map(drop))
}

/// The session with its team changed by a rule.
pub(super) fn changed_team(
    directory: &Directory,
    session: Session,
    now: UnixMillis,
    rule: impl FnOnce(&mut Team) -> Result<(), ponte_desk::team::TeamError>,
) -> Result<Session, DeskError> {
    let mut team = session.crew(now).ok_or_else(|| not_held(&session))?;
    rule(&mut team).map_err(|e| said(&e))?;
    let (looking, from) =
        session.team.as_ref().map(|kept| (kept.looking.clone(), kept.from)).unwrap_or_default();
    let names = directory.names_in(&team, from);
    let kept = KeptTeam::of(&team, looking, from, names);
    Ok(Session { team: Some(kept), changed_at: now, ..session })
}

fn said(error: &ponte_desk::team::TeamError) -> DeskError {
    let code = match error {
        ponte_desk::team::TeamError::NotLead | ponte_desk::team::TeamError::NotHolder => ErrorCode::Forbidden,
        _ => ErrorCode::WrongState,
    };
    DeskError::Explained(code, error.to_string())
}

pub(super) fn not_held(session: &Session) -> DeskError {
    let refusal = match phase(session) {
        Ok(Phase::Closed { .. } | Phase::Expired) => ponte_session::record::Refusal::Over,
        _ => ponte_session::record::Refusal::NotHeld,
    };
    refused(refusal, session)
}

/// Why an offer could not be moved on, in the words of the interface.
fn no(error: OfferError, directory: &Directory) -> DeskError {
    match error {
        OfferError::Taken { by } => {
            let name = directory.name_of(by).unwrap_or_default();
            DeskError::AlreadyClaimed { owner: Owner { id: by, name } }
        }
        OfferError::NotMeant | OfferError::NotYours => {
            DeskError::Explained(ErrorCode::Forbidden, error.to_string())
        }
        OfferError::ToOneself | OfferError::Life => {
            DeskError::Explained(ErrorCode::InvalidRequest, error.to_string())
        }
        OfferError::Declined
        | OfferError::TimedOut { .. }
        | OfferError::Withdrawn
        | OfferError::DeclinedBefore
        | OfferError::NotDue => DeskError::Explained(ErrorCode::WrongState, error.to_string()),
    }
}
