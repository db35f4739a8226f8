//! Who is told of what, by which ways (Q7).
//!
//! [`changed`] says what happened to a session since it was last looked at, and whom that concerns; [`ways`] says how one
//! of them is told. Nobody is told of what they may not see, nor of what they did themselves. Who is off shift hears
//! of their own sessions only. Each technician chooses the ways for each event.

use std::collections::{BTreeMap, BTreeSet};

use ponte_types::{ChannelId, GroupId, TechnicianId};
use serde::{Deserialize, Serialize};

use crate::bounded::bounded;

/// Something of which technicians can be told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = NoticeEvent)]
pub enum Event {
    /// Somebody waits in a channel in which they work.
    Waiting,
    /// A session waits there again: it was given back, or its owner was gone.
    Returned,
    /// A session is theirs that they did not take themselves.
    Assigned,
    /// A session, or a part in one, is offered to them.
    Offered,
    /// A session that was theirs is not any more, and they did not give it away themselves.
    TakenAway,
    /// The end user wrote, in a session that they hold or that waits in a channel of theirs.
    Message,
    /// A session comes near a time that the channel keeps.
    AlarmAmber,
    /// The time has passed; also managers of the channel are told.
    AlarmRed,
    /// The end user ended a session that they hold.
    EndedByEndUser,
    /// Somebody says that a session is done, and whoever manages the channel may confirm it.
    AwaitingConfirmation,
    /// A session of theirs was confirmed as solved.
    Confirmed,
    /// A session of theirs is not solved after all.
    Rejected,
    /// The time came until which a session of theirs was on hold.
    HoldEnded,
    /// A session of theirs was closed, because nobody could be reached.
    Unreached,
    /// A session that they had closed is open again.
    Reopened,
    /// Nobody took it in time.
    Expired,
}

ponte_types::words!(Event {
    Waiting = "waiting",
    Returned = "returned",
    Assigned = "assigned",
    Offered = "offered",
    TakenAway = "taken_away",
    Message = "message",
    AlarmAmber = "alarm_amber",
    AlarmRed = "alarm_red",
    EndedByEndUser = "ended_by_end_user",
    AwaitingConfirmation = "awaiting_confirmation",
    Confirmed = "confirmed",
    Rejected = "rejected",
    HoldEnded = "hold_ended",
    Unreached = "unreached",
    Reopened = "reopened",
    Expired = "expired",
});

/// How somebody is told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// In the console.
    Page,
    /// By the system, beside other windows.
    Desktop,
    Sound,
    Mail,
}

ponte_types::words!(Way { Page = "page", Desktop = "desktop", Sound = "sound", Mail = "mail" });

/// When mail is sent.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MailWhen {
    /// Only when no console of theirs is open.
    #[default]
    NotHere,
    Always,
}

bounded! {
    /// From silent, 0, to 100.
    Volume(u8 "u8") 0..=100, VolumeError "the volume is from 0 to 100"
}

impl Default for Volume {
    fn default() -> Self {
        Self(60)
    }
}

/// What a technician chose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// For events that are not here: [`Event::usual`].
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, Vec<Way>>)]
    pub ways: BTreeMap<Event, BTreeSet<Way>>,
    #[serde(default)]
    pub volume: Volume,
    #[serde(default)]
    pub mail: MailWhen,
}

impl Event {
    /// How people are told who chose nothing: what needs them, by all that reaches them; the rest in the console.
    #[must_use]
    pub fn usual(self) -> BTreeSet<Way> {
        use Way::{Desktop, Mail, Page, Sound};
        let ways: &[Way] = match self {
            Self::Waiting | Self::Message => &[Page, Desktop, Sound],
            Self::Assigned | Self::Offered | Self::AlarmRed => &[Page, Desktop, Sound, Mail],
            Self::Returned
            | Self::TakenAway
            | Self::EndedByEndUser
            | Self::Reopened
            | Self::Rejected
            | Self::HoldEnded => &[Page, Desktop],
            Self::AlarmAmber | Self::AwaitingConfirmation | Self::Confirmed | Self::Unreached => &[Page],
            Self::Expired => &[],
        };
        ways.iter().copied().collect()
    }

    /// About what waits in a channel, not about somebody's own session.
    fn is_of_the_channel(self) -> bool {
        matches!(
            self,
            Self::Waiting
                | Self::Returned
                | Self::AlarmAmber
                | Self::AlarmRed
                | Self::AwaitingConfirmation
                | Self::Expired
        )
    }
}

impl Preferences {
    #[must_use]
    pub fn ways_for(&self, event: Event) -> BTreeSet<Way> {
        self.ways.get(&event).cloned().unwrap_or_else(|| event.usual())
    }
}

/// Whom something concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whom {
    One(TechnicianId),
    /// Who is in this group.
    Group(GroupId),
    /// Who works in this channel, which need not be the session's.
    Of(ChannelId),
    /// Who works in the session's channel.
    Channel,
    /// As before, and who manages it.
    ChannelAndManagers,
    /// Who manages the session's channel.
    Managers,
}

/// A session, as far as this matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    pub owner: Option<TechnicianId>,
    /// It waits with its end user there.
    pub ready: bool,
    /// It is neither closed nor expired.
    pub open: bool,
}

/// What was last told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    pub owner: Option<TechnicianId>,
    /// That somebody waits.
    pub waiting: bool,
}

/// What its history says happened meanwhile; what is not here, nobody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    EndedByEndUser,
    Expired,
    AwaitingConfirmation,
    Confirmed,
    Rejected,
    HoldEnded,
    Unreached,
    Reopened,
    AlarmAmber,
    AlarmRed,
    /// To whom.
    Offered(Whom),
    /// Into the channel in which it is now.
    Moved,
    /// Anything else, which tells who did it.
    Other,
}

/// What happened, whom it concerns, and who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happening {
    pub event: Event,
    pub whom: Whom,
    pub by: Option<TechnicianId>,
}

/// What happened to a session since it was last looked at, and what is told of it then. `deeds` are in their order,
/// each with who did it; `messages` of the end user came that nobody was told of.
#[must_use]
pub fn changed(
    told: Told,
    now: Seen,
    deeds: &[(Deed, Option<TechnicianId>)],
    messages: u64,
) -> (Vec<Happening>, Told) {
    let by = deeds.last().and_then(|(_, by)| *by);
    let did = |whom: TechnicianId| deeds.iter().any(|(_, by)| *by == Some(whom));
    let mut all = Vec::new();
    let mut add = |event, whom, by| all.push(Happening { event, whom, by });
    for (deed, by) in deeds {
        let owner = now.owner.or(told.owner).map(Whom::One);
        match (deed, owner) {
            (Deed::EndedByEndUser, Some(owner)) => add(Event::EndedByEndUser, owner, *by),
            (Deed::AwaitingConfirmation, _) => add(Event::AwaitingConfirmation, Whom::Managers, *by),
            (Deed::Confirmed, Some(owner)) => add(Event::Confirmed, owner, *by),
            (Deed::Rejected, Some(owner)) => add(Event::Rejected, owner, *by),
            (Deed::HoldEnded, Some(owner)) => add(Event::HoldEnded, owner, *by),
            (Deed::Unreached, Some(owner)) => add(Event::Unreached, owner, *by),
            (Deed::Reopened, Some(owner)) => add(Event::Reopened, owner, *by),
            (Deed::Offered(whom), _) => add(Event::Offered, *whom, *by),
            (Deed::Expired, _) => add(Event::Expired, Whom::Channel, *by),
            (Deed::AlarmAmber, owner) => add(Event::AlarmAmber, owner.unwrap_or(Whom::Channel), *by),
            (Deed::AlarmRed, _) => add(Event::AlarmRed, Whom::ChannelAndManagers, *by),
            (
                Deed::EndedByEndUser
                | Deed::Confirmed
                | Deed::Rejected
                | Deed::HoldEnded
                | Deed::Unreached
                | Deed::Reopened,
                None,
            )
            | (Deed::Moved | Deed::Other, _) => {}
        }
    }
    if now.open && told.owner != now.owner {
        if let Some(before) = told.owner.filter(|before| !did(*before)) {
            add(Event::TakenAway, Whom::One(before), by);
        }
        if let Some(owner) = now.owner.filter(|owner| !did(*owner)) {
            add(Event::Assigned, Whom::One(owner), by);
        }
    }
    let waits = now.open && now.ready && now.owner.is_none();
    let new_here = deeds.iter().any(|(deed, _)| *deed == Deed::Moved);
    if waits && told.owner.is_some() && !new_here {
        add(Event::Returned, Whom::Channel, by);
    } else if waits && (new_here || !told.waiting) {
        add(Event::Waiting, Whom::Channel, by);
    }
    if now.open && messages > 0 {
        add(Event::Message, now.owner.map_or(Whom::Channel, Whom::One), None);
    }
    // Who left and comes back waits as before: that was told.
    let waiting = waits || (told.waiting && now.open && now.owner.is_none());
    (all, Told { owner: now.owner, waiting })
}

/// One whom a happening may concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub id: TechnicianId,
    pub place: Place,
    /// May see the session; for a message, also read it.
    pub sees: bool,
    pub on_shift: bool,
    /// A console of theirs is open.
    pub here: bool,
}

/// What somebody is in the session's channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Works,
    Manages,
    /// Works there, and manages it.
    Both,
    Neither,
}

/// How somebody is told of a happening; by no way when it does not concern them.
#[must_use]
pub fn ways(happening: &Happening, person: &Person, chosen: &Preferences) -> BTreeSet<Way> {
    let concerns = match happening.whom {
        Whom::One(id) => id == person.id,
        // Only who is in it is asked about.
        Whom::Group(_) | Whom::Of(_) => true,
        Whom::Channel => matches!(person.place, Place::Works | Place::Both),
        Whom::ChannelAndManagers => person.place != Place::Neither,
        Whom::Managers => matches!(person.place, Place::Manages | Place::Both),
    };
    let resting = !person.on_shift && happening.event.is_of_the_channel();
    if !concerns || !person.sees || resting || happening.by == Some(person.id) {
        return BTreeSet::new();
    }
    let mut ways = chosen.ways_for(happening.event);
    if person.here && chosen.mail == MailWhen::NotHere {
        ways.remove(&Way::Mail);
    }
    ways
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::technician;

    const WAITING: Seen = Seen { owner: None, ready: true, open: true };

    fn ana() -> TechnicianId {
        technician(1)
    }
    fn bia() -> TechnicianId {
        technician(2)
    }
    fn held(owner: TechnicianId) -> Seen {
        Seen { owner: Some(owner), ready: false, open: true }
    }
    fn events(all: &[Happening]) -> Vec<(Event, Whom)> {
        all.iter().map(|it| (it.event, it.whom)).collect()
    }

    #[test]
    fn who_waits_is_told_of_once_and_again_when_it_was_given_back() {
        let (first, told) = changed(Told::default(), WAITING, &[(Deed::Other, None)], 0);
        assert_eq!(events(&first), [(Event::Waiting, Whom::Channel)]);
        let away = Seen { ready: false, ..WAITING };
        let (none, told) = changed(told, away, &[(Deed::Other, None)], 0);
        assert!(none.is_empty());
        let (none, told) = changed(told, WAITING, &[(Deed::Other, None)], 0);
        assert!(none.is_empty(), "who left for a moment is not new: {none:?}");
        let (none, told) = changed(told, held(ana()), &[(Deed::Other, Some(ana()))], 0);
        assert!(none.is_empty(), "she took it herself: {none:?}");
        let (back, told) = changed(told, WAITING, &[(Deed::Other, Some(ana()))], 0);
        assert_eq!(events(&back), [(Event::Returned, Whom::Channel)]);
        assert_eq!(back[0].by, Some(ana()));
        let (moved, _) = changed(told, WAITING, &[(Deed::Moved, Some(ana()))], 0);
        assert_eq!(events(&moved), [(Event::Waiting, Whom::Channel)], "in another channel it is new");
        assert_eq!(changed(told, WAITING, &[], 0).0, []);
    }

    #[test]
    fn who_gets_or_loses_a_session_without_doing_is_told() {
        let told = Told { owner: Some(ana()), waiting: false };
        let (all, _) = changed(told, held(bia()), &[(Deed::Other, None)], 0);
        assert_eq!(events(&all), [(Event::TakenAway, Whom::One(ana())), (Event::Assigned, Whom::One(bia()))]);
        let (all, _) = changed(told, held(bia()), &[(Deed::Other, Some(bia()))], 0);
        assert_eq!(events(&all), [(Event::TakenAway, Whom::One(ana()))], "taken over by Bia herself");
        let (all, _) = changed(told, WAITING, &[(Deed::Other, None)], 0);
        assert_eq!(events(&all), [(Event::TakenAway, Whom::One(ana())), (Event::Returned, Whom::Channel)]);
    }

    #[test]
    fn the_end_is_told_to_whoever_holds_it_and_nothing_else_is() {
        let told = Told { owner: Some(ana()), waiting: false };
        let over = Seen { owner: Some(ana()), ready: false, open: false };
        let (all, told) = changed(told, over, &[(Deed::EndedByEndUser, None)], 3);
        assert_eq!(events(&all), [(Event::EndedByEndUser, Whom::One(ana()))]);
        assert!(changed(told, over, &[(Deed::Other, Some(bia()))], 0).0.is_empty());
    }

    #[test]
    fn messages_go_to_the_owner_or_else_to_the_channel() {
        let told = Told { owner: Some(ana()), waiting: false };
        let message = |now, told| events(&changed(told, now, &[], 2).0);
        assert_eq!(message(held(ana()), told), [(Event::Message, Whom::One(ana()))]);
        let waiting = Told { owner: None, waiting: true };
        assert_eq!(message(WAITING, waiting), [(Event::Message, Whom::Channel)]);
    }

    #[test]
    fn managers_hear_of_red_alarms_only() {
        let red = Happening { event: Event::AlarmRed, whom: Whom::ChannelAndManagers, by: None };
        let manager = Person { id: ana(), place: Place::Manages, sees: true, on_shift: true, here: true };
        let usual = Preferences::default();
        assert!(ways(&red, &manager, &usual).contains(&Way::Page));
        let new = Happening { event: Event::Waiting, whom: Whom::Channel, by: None };
        assert!(ways(&new, &manager, &usual).is_empty());
        assert!(ways(&new, &Person { place: Place::Works, ..manager }, &usual).contains(&Way::Sound));
    }

    #[test]
    fn mail_is_for_those_who_are_not_here_unless_they_want_it_always() {
        let own = Happening { event: Event::Assigned, whom: Whom::One(ana()), by: None };
        let here = Person { id: ana(), place: Place::Neither, sees: true, on_shift: false, here: true };
        let usual = Preferences::default();
        assert!(!ways(&own, &here, &usual).contains(&Way::Mail));
        assert!(ways(&own, &Person { here: false, ..here }, &usual).contains(&Way::Mail));
        let always = Preferences { mail: MailWhen::Always, ..Preferences::default() };
        assert!(ways(&own, &here, &always).contains(&Way::Mail));
        let none = Preferences { ways: [(Event::Assigned, BTreeSet::new())].into(), ..always };
        assert!(ways(&own, &here, &none).is_empty());
    }

    proptest! {
        #[test]
        fn nobody_hears_of_what_they_did_or_may_not_see(
            event in 0..Event::ALL.len(), whom in 0u8..3, works in 0u8..3, on_shift: bool, here: bool, own: bool,
        ) {
            let event = Event::ALL[event];
            let whom = [Whom::One(ana()), Whom::Channel, Whom::ChannelAndManagers][usize::from(whom)];
            let place = [Place::Works, Place::Manages, Place::Neither][usize::from(works)];
            let person = Person { id: ana(), place, sees: !own, on_shift, here };
            let by = own.then(ana);
            let happening = Happening { event, whom, by };
            prop_assert!(!own || ways(&happening, &person, &Preferences::default()).is_empty());
            let unseen = Person { sees: false, ..person };
            let happening = Happening { by: None, ..happening };
            prop_assert!(ways(&happening, &unseen, &Preferences::default()).is_empty());
        }
    }

    #[test]
    fn preferences_are_kept_as_they_are_written() {
        let text = r#"{"ways":{"message":["page","mail"]},"volume":30,"mail":"always"}"#;
        let read: Preferences = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert_eq!(read.ways_for(Event::Expired), BTreeSet::new());
        for wrong in [r#"{"volume":101}"#, r#"{"ways":{"lunch":[]}}"#, r#"{"ways":{"message":["smoke"]}}"#] {
            assert!(serde_json::from_str::<Preferences>(wrong).is_err(), "{wrong}");
        }
    }
}
