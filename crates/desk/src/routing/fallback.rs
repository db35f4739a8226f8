//! Who comes next when the owner drops, or nobody answers: nothing is lost.

use ponte_types::{ChannelId, GroupId, TechnicianId, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::{
    admission::Shut,
    availability::{CannotTake, Patience, Presence, Taking},
};

/// One place to look.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FallbackStep {
    /// A technician who is in the session already becomes its owner.
    Collaborator,
    /// The group that it was routed to.
    Group,
    /// Anybody of the channel.
    Channel,
    /// The channel's fallback channel.
    FallbackChannel,
}

/// Where to look, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "Vec<FallbackStep>", into = "Vec<FallbackStep>")]
#[schema(value_type = Vec<FallbackStep>)]
pub struct FallbackOrder(Vec<FallbackStep>);

/// Why an order was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FallbackError {
    #[error("{0:?} is listed twice; leave one of them out")]
    Twice(FallbackStep),
    #[error("the order must contain the channel or its fallback channel, or sessions would be lost")]
    NoQueue,
}

impl Default for FallbackOrder {
    fn default() -> Self {
        use FallbackStep::{Channel, Collaborator, FallbackChannel, Group};
        Self(vec![Collaborator, Group, Channel, FallbackChannel])
    }
}

impl TryFrom<Vec<FallbackStep>> for FallbackOrder {
    type Error = FallbackError;
    fn try_from(steps: Vec<FallbackStep>) -> Result<Self, FallbackError> {
        for (index, step) in steps.iter().enumerate() {
            if steps[..index].contains(step) {
                return Err(FallbackError::Twice(*step));
            }
        }
        let queue =
            |step: &FallbackStep| matches!(step, FallbackStep::Channel | FallbackStep::FallbackChannel);
        if steps.iter().any(queue) { Ok(Self(steps)) } else { Err(FallbackError::NoQueue) }
    }
}

impl From<FallbackOrder> for Vec<FallbackStep> {
    fn from(order: FallbackOrder) -> Self {
        order.0
    }
}

/// A session that lost its owner, and what there is around it.
#[derive(Debug, Clone)]
pub struct Orphan {
    /// Other technicians in the session, but for who has just lost it.
    pub collaborators: Vec<Collaborator>,
    /// The group that it was routed to.
    pub group: Option<GroupId>,
    /// Members of that group who could take one more session now.
    pub group_ready: u32,
    pub channel: ChannelId,
    /// Members of the channel who could take one more session now.
    pub channel_ready: u32,
    /// The fallback channel, and whether it lets the session in.
    pub fallback: Option<(ChannelId, Result<(), Shut>)>,
}

/// A technician who is in the session already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collaborator {
    pub technician: TechnicianId,
    pub joined_at: UnixMillis,
    pub presence: Presence,
}

/// Where a session goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HandedOn {
    pub onto: Onto,
    /// Where was looked before, and what was wrong there.
    pub skipped: Vec<SkippedStep>,
}

/// Where a session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Onto {
    /// This technician owns it now.
    Collaborator(TechnicianId),
    /// It waits for this group.
    Group(GroupId),
    /// It waits in its channel.
    Channel(ChannelId),
    /// It waits in the fallback channel.
    FallbackChannel(ChannelId),
}

/// A step that led nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SkippedStep {
    pub step: FallbackStep,
    pub because: Skip,
}

/// Why a step led nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// Nobody else is in the session; it was routed to no group; the channel has no fallback.
    None,
    /// This is why the collaborator who joined first cannot take it, and no other can.
    CannotTake(CannotTake),
    /// Nobody there can take one more session.
    NobodyReady,
    /// The fallback channel does not let it in.
    Shut(Shut),
}

/// Where the session goes on. When each step leads nowhere it waits in its own channel.
#[must_use]
pub fn hand_on(order: &FallbackOrder, orphan: &Orphan, patience: &Patience, now: UnixMillis) -> HandedOn {
    let mut skipped = Vec::new();
    for step in &order.0 {
        match orphan.look(*step, patience, now) {
            Ok(onto) => return HandedOn { onto, skipped },
            Err(because) => skipped.push(SkippedStep { step: *step, because }),
        }
    }
    HandedOn { onto: Onto::Channel(orphan.channel), skipped }
}

impl Orphan {
    fn look(&self, step: FallbackStep, patience: &Patience, now: UnixMillis) -> Result<Onto, Skip> {
        match step {
            FallbackStep::Collaborator => self.collaborator(patience, now).map(Onto::Collaborator),
            FallbackStep::Group => match self.group {
                None => Err(Skip::None),
                Some(_) if self.group_ready == 0 => Err(Skip::NobodyReady),
                Some(group) => Ok(Onto::Group(group)),
            },
            FallbackStep::Channel if self.channel_ready == 0 => Err(Skip::NobodyReady),
            FallbackStep::Channel => Ok(Onto::Channel(self.channel)),
            FallbackStep::FallbackChannel => match self.fallback {
                None => Err(Skip::None),
                Some((_, Err(shut))) => Err(Skip::Shut(shut)),
                Some((channel, Ok(()))) => Ok(Onto::FallbackChannel(channel)),
            },
        }
    }

    /// Of those who can take it, the one who joined first.
    fn collaborator(&self, patience: &Patience, now: UnixMillis) -> Result<TechnicianId, Skip> {
        let mut there: Vec<&Collaborator> = self.collaborators.iter().collect();
        there.sort_by_key(|it| (it.joined_at, it.technician));
        let mut first = Skip::None;
        for one in there {
            // In the session already: busy does not keep them from it, being away does.
            let able = one.presence.may_take(Taking::ByHand, patience, now).and_then(|()| {
                match one.presence.effective(patience, now).availability {
                    crate::availability::Availability::Away => Err(CannotTake::Away),
                    _ => Ok(()),
                }
            });
            match able {
                Ok(()) => return Ok(one.technician),
                Err(why) if first == Skip::None => first = Skip::CannotTake(why),
                Err(_) => {}
            }
        }
        Err(first)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        availability::Availability,
        testing::{at, channel, group, shuffled, technician},
    };

    fn collaborator(n: u16, joined: i64, chosen: Availability, load: u32) -> Collaborator {
        let presence = Presence { chosen, heard_at: at(0), shift_ends: None, load, limit: 2 };
        Collaborator { technician: technician(n), joined_at: at(joined), presence }
    }

    fn orphan() -> Orphan {
        Orphan {
            collaborators: vec![],
            group: Some(group(1)),
            group_ready: 1,
            channel: channel(1),
            channel_ready: 1,
            fallback: Some((channel(2), Ok(()))),
        }
    }

    fn look(orphan: &Orphan) -> HandedOn {
        hand_on(&FallbackOrder::default(), orphan, &Patience::default(), at(0))
    }

    #[test]
    fn collaborator_then_group_then_channel_then_fallback_and_never_nowhere() {
        let busy = collaborator(3, 2, Availability::Busy, 1);
        let full = collaborator(4, 1, Availability::Available, 2);
        let away = collaborator(5, 0, Availability::Away, 0);
        let with = Orphan { collaborators: vec![busy, full, away], ..orphan() };
        assert_eq!(look(&with).onto, Onto::Collaborator(technician(3)));

        let without = look(&Orphan { collaborators: vec![full, away], ..orphan() });
        assert_eq!(without.onto, Onto::Group(group(1)));
        let because = Skip::CannotTake(CannotTake::Away);
        assert_eq!(without.skipped, [SkippedStep { step: FallbackStep::Collaborator, because }]);

        let nobody = Orphan { group_ready: 0, ..orphan() };
        assert_eq!(look(&nobody).onto, Onto::Channel(channel(1)));
        let nobody = Orphan { channel_ready: 0, ..nobody };
        assert_eq!(look(&nobody).onto, Onto::FallbackChannel(channel(2)));
        let full = Shut::Full { limit: 3 };
        let shut = look(&Orphan { fallback: Some((channel(2), Err(full))), ..nobody });
        assert_eq!(shut.onto, Onto::Channel(channel(1)), "it waits where it is");
        let because: Vec<_> = shut.skipped.iter().map(|it| it.because).collect();
        assert_eq!(because, [Skip::None, Skip::NobodyReady, Skip::NobodyReady, Skip::Shut(full)]);
    }

    #[test]
    fn an_order_without_a_queue_or_with_a_step_twice_is_refused() {
        use FallbackStep::{Channel, Collaborator, Group};
        assert_eq!(FallbackOrder::try_from(vec![Collaborator, Group]), Err(FallbackError::NoQueue));
        assert_eq!(FallbackOrder::try_from(vec![]), Err(FallbackError::NoQueue));
        let twice = FallbackOrder::try_from(vec![Channel, Group, Channel]);
        assert_eq!(twice, Err(FallbackError::Twice(Channel)));
        let order: FallbackOrder = serde_json::from_str(r#"["channel","group"]"#).unwrap();
        assert_eq!(hand_on(&order, &orphan(), &Patience::default(), at(0)).onto, Onto::Channel(channel(1)));
        assert!(serde_json::from_str::<FallbackOrder>(r#"["group"]"#).is_err());
    }

    proptest! {
        #[test]
        fn the_collaborator_is_the_same_on_every_node_and_within_the_limit(
            team in prop::collection::vec((0i64..4, 0u32..4, 0u8..4), 0..12), seed: u64,
        ) {
            let collaborators: Vec<_> = team.iter().enumerate().map(|(n, (joined, load, chosen))| {
                let chosen = match chosen {
                    0 => Availability::OffShift,
                    1 => Availability::Away,
                    2 => Availability::Busy,
                    _ => Availability::Available,
                };
                collaborator(u16::try_from(n).unwrap(), *joined, chosen, *load)
            }).collect();
            let one = look(&Orphan { collaborators: collaborators.clone(), ..orphan() });
            let other = look(&Orphan { collaborators: shuffled(&collaborators, seed), ..orphan() });
            prop_assert_eq!(&one, &other);
            if let Onto::Collaborator(id) = one.onto {
                let presence = collaborators.iter().find(|it| it.technician == id).unwrap().presence;
                prop_assert!(presence.load < presence.limit);
                prop_assert!(matches!(presence.chosen, Availability::Available | Availability::Busy));
            }
        }
    }
}
