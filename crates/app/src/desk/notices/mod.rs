//! What technicians are told (Q7): made of what happened, kept, and marked when it was seen.
//!
//! One task reads the feed of what happened from its cursor. What is told of it, the mails that follow and the cursor are
//! written together, so that a restart neither loses nor repeats anything. Consoles hear that there is something new
//! for their technician, and ask for it.

mod words;

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use ponte_desk::{
    availability::Availability,
    notify::{Deed, Event, Happening, Person, Place, Preferences, Seen, Way, Whom, changed, ways},
    permission::{Permission, Where},
    transfer::Recipient,
};
use ponte_session::tries::{Limit, Then};
use ponte_store::{
    FeedLine, HistoryKind, KeptOffer, KeptPreferences, NewMail, NewNotice, Notice, SeenUp, Session, Telling,
    Touched,
};
use ponte_types::{ErrorCode, SessionDetail, SessionState, TechnicianId, UnixMillis};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Caller, Desk, DeskError, Directory, directory::place, lock};

/// Changes read at once.
const BATCH: u64 = 200;
/// How often it is looked without a bell: another program may have changed something.
const ROUND: Duration = Duration::from_secs(15);
/// After a failure.
const AGAIN: Duration = Duration::from_secs(5);
/// Notices are kept for as long.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// Of one session, for one technician: mail about messages.
pub(super) const ONE_MAIL: Limit = Limit { tries: 1, window: Duration::from_secs(15 * 60), then: Then::Wait };

/// Who has something new, by a number that grows.
#[derive(Debug)]
pub(super) struct Board {
    marks: HashMap<TechnicianId, u64>,
    bell: watch::Sender<u64>,
}

impl Default for Board {
    fn default() -> Self {
        Self { marks: HashMap::new(), bell: watch::Sender::new(0) }
    }
}

/// What a technician chose, with what may be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPreferences {
    pub version: u64,
    pub preferences: Preferences,
    /// This desk sends mail.
    pub mail: bool,
}

impl Desk {
    /// Rings when there is something new for somebody: [`Desk::notice_mark`] tells for whom.
    #[must_use]
    pub fn notice_bell(&self) -> watch::Receiver<u64> {
        lock(&self.board).bell.subscribe()
    }

    /// Grows when there is something new for this technician, or when they saw something.
    #[must_use]
    pub fn notice_mark(&self, technician: TechnicianId) -> u64 {
        lock(&self.board).marks.get(&technician).copied().unwrap_or(0)
    }

    fn ring_for(&self, technicians: impl IntoIterator<Item = TechnicianId>) {
        let mut board = lock(&self.board);
        for technician in technicians {
            *board.marks.entry(technician).or_default() += 1;
        }
        board.bell.send_modify(|rung| *rung += 1);
    }

    /// What the caller was told after a notice, newest first, as far as they may still see it.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn notices(&self, caller: &Caller, after: u64, limit: u64) -> Result<Vec<Notice>, DeskError> {
        let directory = self.directory_now().await?;
        let sight = directory.sight_of(caller);
        let mut all = self.store.notices(caller.id, after, limit).await?;
        let unseen = |notice: &Notice| !sight.includes(&notice.session.placement);
        // What is offered to them from where they see nothing: while they can accept it.
        let offered = |notice: &Notice| notice.event == Event::Offered && unseen(notice);
        let offers = if all.iter().any(offered) { self.store.open_offers().await? } else { Vec::new() };
        let (who, now) = (caller.id, self.ambient.now());
        all.retain(|notice| {
            let open = |kept: &KeptOffer| {
                kept.offer.until > now && self.is_for(&directory, &notice.session, kept, who)
            };
            !unseen(notice) || (offered(notice) && caller.scope.is_none() && offers.iter().any(open))
        });
        Ok(all)
    }

    /// The caller saw it.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn notices_seen(&self, caller: &Caller, seen: SeenUp) -> Result<(), DeskError> {
        if self.store.notices_seen(caller.id, seen).await? {
            self.ring_for([caller.id]);
        }
        Ok(())
    }

    /// What the caller chose.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn own_preferences(&self, caller: &Caller) -> Result<OwnPreferences, DeskError> {
        let kept = self.store.preferences_of(caller.id).await?;
        Ok(OwnPreferences { version: kept.version, preferences: parse(&kept)?, mail: self.config.mail })
    }

    /// The caller chooses by which ways they are told of what; the new version.
    ///
    /// # Errors
    /// `version_conflict` when they chose something else meanwhile, in another window.
    pub async fn choose_preferences(
        &self,
        caller: &Caller,
        version: u64,
        preferences: &Preferences,
    ) -> Result<u64, DeskError> {
        let body = serde_json::to_string(preferences).map_err(|e| DeskError::Failed(e.to_string()))?;
        let kept = self.store.choose_preferences(caller.id, version, &body).await?;
        kept.ok_or(DeskError::Refused(ErrorCode::VersionConflict))
    }

    /// The language of the caller's console, in which mail is written to them.
    ///
    /// # Errors
    /// `invalid_request` for one that is not spoken here.
    pub async fn choose_language(&self, caller: &Caller, language: &str) -> Result<(), DeskError> {
        let Some(language) = words::Language::from_tag(language) else {
            let text = "the language is 'en', 'pt-BR' or 'ru'".to_owned();
            return Err(DeskError::Explained(ErrorCode::InvalidRequest, text));
        };
        Ok(self.store.choose_language(caller.id, language.tag()).await?)
    }

    /// Runs until `stop`: tells technicians of what happens.
    pub async fn run_notices(&self, stop: CancellationToken) {
        let mut bell = self.doorbell();
        loop {
            bell.mark_unchanged();
            let pause = match self.tell_what_happened().await {
                Ok(true) => continue,
                Ok(false) => ROUND,
                Err(error) => {
                    tracing::error!(%error, "technicians were not told of what happened; it is tried again");
                    AGAIN
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                rang = bell.changed() => if rang.is_err() { return },
            }
        }
    }

    /// Tells of the next part of what happened; false when there was nothing more.
    ///
    /// # Errors
    /// When the store fails: it is told the next time.
    pub async fn tell_what_happened(&self) -> Result<bool, DeskError> {
        let feed = self.store.feed(BATCH).await?;
        if feed.from == feed.to && feed.touched.is_empty() {
            return Ok(false);
        }
        let directory = self.directory_now().await?;
        let mut telling = Telling { from: feed.from, to: feed.to, ..Telling::default() };
        let mut audience = None;
        let offered =
            |line: &FeedLine| matches!(line.kind, HistoryKind::Offered | HistoryKind::TechnicianInvited);
        let offers =
            if feed.lines.iter().any(offered) { self.store.open_offers().await? } else { Vec::new() };
        let hooks = if feed.lines.is_empty() { Vec::new() } else { self.hooks_to_tell().await? };
        for touched in &feed.touched {
            let deeds = deeds(&feed.lines, touched, &offers);
            let (happenings, told) = changed(touched.told, seen(&touched.session), &deeds, touched.messages);
            let lines = feed.lines.iter().filter(|line| line.session == touched.session.id);
            telling.deliveries.extend(self.deliveries_for(&hooks, &directory, &touched.session, lines)?);
            let newest = touched.session.chat.newest;
            if told != touched.told || newest != touched.told_message {
                telling.told.push((touched.session.id, told, newest));
            }
            for happening in &happenings {
                let audience = match &mut audience {
                    Some(audience) => audience,
                    none => none.insert(self.audience().await?),
                };
                self.tell_of(&directory, audience, &touched.session, happening, &offers, &mut telling);
            }
        }
        if feed.from == feed.to && telling.told.is_empty() {
            return Ok(false);
        }
        if self.store.tell(&telling).await? {
            if !telling.deliveries.is_empty() {
                self.delivery_bell.notify_one();
            }
            if !telling.mails.is_empty() {
                self.mail_bell.notify_one();
            }
            let told: BTreeSet<_> = telling.notices.iter().map(|notice| notice.technician).collect();
            if !told.is_empty() {
                self.ring_for(told);
            }
        }
        Ok(true)
    }

    /// Forgets what was told long ago.
    pub(super) async fn tidy_notices(&self) -> Result<(), DeskError> {
        Ok(self.store.forget_notices(self.ambient.now().before(KEPT)).await?)
    }

    async fn audience(&self) -> Result<Audience, DeskError> {
        let chosen = self.store.preferences().await?;
        let presences = self.store.presences().await?;
        Ok(Audience {
            chosen: chosen.into_iter().map(|kept| (kept.technician, kept)).collect(),
            on_shift: presences
                .into_iter()
                .filter(|it| it.chosen != Availability::OffShift)
                .map(|it| it.technician)
                .collect(),
            here: lock(&self.here).keys().copied().collect(),
        })
    }

    fn tell_of(
        &self,
        directory: &Directory,
        audience: &Audience,
        session: &Session,
        happening: &Happening,
        offers: &[KeptOffer],
        telling: &mut Telling,
    ) {
        let (channel, now) = (session.placement.channel, self.ambient.now());
        let members = directory.checked.members.get(&channel);
        let works = |id: &TechnicianId| members.is_some_and(|members| members.contains(id));
        let manages = |id: &TechnicianId| {
            directory.checked.allows(*id, Permission::ChannelConfigure, Where::Channel(channel))
        };
        let candidates: Vec<TechnicianId> = match happening.whom {
            Whom::One(id) => vec![id],
            Whom::Group(group) => {
                let group = directory.setup().groups.get(&group);
                group.into_iter().flat_map(|group| &group.members).copied().collect()
            }
            Whom::Of(channel) => {
                directory.checked.members.get(&channel).into_iter().flatten().copied().collect()
            }
            Whom::Channel => members.into_iter().flatten().copied().collect(),
            Whom::ChannelAndManagers | Whom::Managers => {
                directory.checked.accounts.keys().filter(|id| works(id) || manages(id)).copied().collect()
            }
        };
        for id in candidates {
            let reads = happening.event != Event::Message
                || directory.checked.allows(id, Permission::ChatRead, place(session));
            // Where it stands now they may see nothing: it is offered to where they do.
            let offered = happening.event == Event::Offered
                && offers.iter().any(|kept| {
                    whom_of(kept.offer.to) == happening.whom && self.is_for(directory, session, kept, id)
                });
            let person = Person {
                id,
                place: match (works(&id), manages(&id)) {
                    (true, true) => Place::Both,
                    (true, false) => Place::Works,
                    (false, true) => Place::Manages,
                    (false, false) => Place::Neither,
                },
                sees: offered || (reads && directory.sight(id).includes(&session.placement)),
                on_shift: audience.on_shift.contains(&id),
                here: audience.here.contains(&id),
            };
            let kept = audience.chosen.get(&id);
            // Who chose what cannot be read any more is told as usual.
            let chosen = kept.and_then(|kept| parse(kept).ok()).unwrap_or_default();
            let mut ways = ways(happening, &person, &chosen);
            if !self.may_mail(happening, id, session, now) {
                ways.remove(&Way::Mail);
            }
            if ways.is_empty() {
                continue;
            }
            if ways.contains(&Way::Mail)
                && let Some(mail) = self.notice_mail(directory, kept, id, session, happening.event)
            {
                telling.mails.push(mail);
            }
            telling.notices.push(NewNotice {
                technician: id,
                at: now,
                event: happening.event,
                session: session.id,
                by: happening.by,
                ways: ways.into_iter().collect(),
            });
        }
    }

    /// Is this offer about the session, and could they accept it?
    fn is_for(&self, directory: &Directory, session: &Session, kept: &KeptOffer, who: TechnicianId) -> bool {
        let offer = &kept.offer;
        offer.session == session.id
            && session.held_by() == Some(kept.lead)
            && self.meant(directory, session, offer.purpose, offer.to).contains(&who)
    }

    /// Of the messages of one session a technician gets a mail now and then, not one for each.
    fn may_mail(&self, happening: &Happening, id: TechnicianId, session: &Session, now: UnixMillis) -> bool {
        self.config.mail
            && (happening.event != Event::Message
                || lock(&self.message_mails).begin((id, session.id), now).is_ok())
    }

    fn notice_mail(
        &self,
        directory: &Directory,
        kept: Option<&KeptPreferences>,
        technician: TechnicianId,
        session: &Session,
        event: Event,
    ) -> Option<NewMail> {
        let person = directory.person(technician)?;
        let language = kept.and_then(|kept| kept.language.as_deref());
        let language = language.and_then(words::Language::from_tag).unwrap_or_default();
        let told = words::Told {
            event,
            desk: &self.config.name,
            number: session.number,
            person: session.person.as_deref(),
            subject: session.subject.as_deref(),
            channel: directory.channel(session.placement.channel).map(|channel| channel.name.as_str()),
            link: &format!("{}/sessions/{}", self.config.links_base, session.id),
            settings: &format!("{}/account/notifications", self.config.links_base),
        };
        let (subject, body) = told.mail(language);
        let drawn: [u8; 16] = self.ambient.bytes().ok()?;
        let host = self.config.links_base.rsplit("//").next().unwrap_or_default();
        let host = host.split(':').next().filter(|host| !host.is_empty()).unwrap_or("localhost");
        Some(NewMail {
            technician,
            to: person.email.clone(),
            subject,
            body,
            message_id: format!("{}@{host}", super::audit_file::hex(&drawn)),
            at: self.ambient.now(),
        })
    }
}

struct Audience {
    chosen: HashMap<TechnicianId, KeptPreferences>,
    on_shift: BTreeSet<TechnicianId>,
    here: BTreeSet<TechnicianId>,
}

fn parse(kept: &KeptPreferences) -> Result<Preferences, DeskError> {
    if kept.body.is_empty() {
        return Ok(Preferences::default());
    }
    serde_json::from_str(&kept.body).map_err(|e| DeskError::Failed(format!("what somebody chose: {e}")))
}

fn seen(session: &Session) -> Seen {
    Seen {
        owner: session.owner.as_ref().map(|owner| owner.id),
        ready: session.detail == Some(SessionDetail::Ready),
        open: matches!(session.state, SessionState::Waiting | SessionState::Active),
    }
}

fn deeds(lines: &[FeedLine], touched: &Touched, offers: &[KeptOffer]) -> Vec<(Deed, Option<TechnicianId>)> {
    let of_it = lines.iter().filter(|line| line.session == touched.session.id);
    let deed = |line: &FeedLine| match offered(line, offers) {
        Some(whom) => (Deed::Offered(whom), line.by),
        None => (deed(line.kind), line.by),
    };
    of_it.map(deed).collect()
}

/// To whom the line says that the session was offered, as long as they can still accept it.
fn offered(line: &FeedLine, offers: &[KeptOffer]) -> Option<Whom> {
    if !matches!(line.kind, HistoryKind::Offered | HistoryKind::TechnicianInvited) {
        return None;
    }
    let made = offers.iter().rev().find(|it| {
        it.offer.session == line.session && it.offer.made_at == line.at && Some(it.offer.by) == line.by
    })?;
    Some(whom_of(made.offer.to))
}

fn whom_of(to: Recipient) -> Whom {
    match to {
        Recipient::Technician(id) => Whom::One(id),
        Recipient::Group(id) => Whom::Group(id),
        Recipient::Channel(id) => Whom::Of(id),
    }
}

/// By its word: of a kind that is not here nobody is told.
fn deed(kind: HistoryKind) -> Deed {
    match kind.as_str() {
        "ended_by_end_user" => Deed::EndedByEndUser,
        "expired" => Deed::Expired,
        "moved_to_channel" | "fell_back" => Deed::Moved,
        "done" => Deed::AwaitingConfirmation,
        "confirmed" | "confirmed_itself" => Deed::Confirmed,
        "rejected" => Deed::Rejected,
        "hold_ended" => Deed::HoldEnded,
        "unreached" => Deed::Unreached,
        "reopened" => Deed::Reopened,
        "reaction_amber" | "resolution_amber" => Deed::AlarmAmber,
        "reaction_red" | "resolution_red" => Deed::AlarmRed,
        _ => Deed::Other,
    }
}
