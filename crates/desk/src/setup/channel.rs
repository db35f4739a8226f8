//! A channel as its manager sets it up (K1).

use std::collections::BTreeSet;

use ponte_types::{ChannelId, GroupId, Line, Paragraphs, TechnicianId};
use serde::{Deserialize, Serialize};

use super::ClosingRules;
use super::form::CallForm;
use crate::{
    admission::{Otherwise, Pause},
    calendar::CalendarSpec,
    expiry::{LinkHours, WaitingLimit},
    order::Ageing,
    routing::{FallbackOrder, Policy, Rule},
    targets::Targets,
};

/// How its sessions are worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// On the end user's screen.
    #[default]
    Remote,
    /// On site, or on the equipment itself: no screen, no control.
    InPerson,
}

ponte_types::words!(ChannelKind { Remote = "remote", InPerson = "in_person" });

/// A queue with its routing, members, hours and policy. What is left out has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelSetup {
    pub name: Line<80>,
    pub description: Option<Line<500>>,
    #[serde(default)]
    pub kind: ChannelKind,
    /// Technicians who work here, beside those of its groups.
    #[serde(default)]
    pub technicians: BTreeSet<TechnicianId>,
    #[serde(default)]
    pub groups: BTreeSet<GroupId>,
    #[serde(default)]
    pub policy: Policy,
    /// Asked in their order; the first whose conditions hold decides.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Where sessions go that nobody here takes.
    pub fallback: Option<ChannelId>,
    #[serde(default)]
    pub fallback_order: FallbackOrder,
    /// How long a session may wait, in opening time, before it is opened to more of the channel and then falls back.
    #[serde(default)]
    pub fallback_after: WaitingLimit,
    /// Always open without.
    pub hours: Option<CalendarSpec>,
    /// While it is there, nobody is let in.
    pub pause: Option<Pause>,
    /// The most requests that may wait.
    #[schema(minimum = 1)]
    pub most_waiting: Option<u32>,
    #[serde(default)]
    pub otherwise: Otherwise,
    /// How long a request may wait before it expires.
    #[serde(default)]
    pub waiting_limit: WaitingLimit,
    /// How long an invite link of a session here is good; absent: as long as the relay's configuration says.
    pub link_life: Option<LinkHours>,
    /// Head starts of higher priorities.
    #[serde(default)]
    pub ageing: Ageing,
    pub targets: Option<Targets>,
    /// Is the person asked again when another technician comes whom the owner asked to come by name? Whoever else comes,
    /// and whoever does not have the link, is asked about in any case.
    #[serde(default = "yes")]
    pub ask_again: bool,
    #[serde(default)]
    pub closing: ClosingRules,
    /// What technicians say and ask, shown beside the session.
    pub script: Option<Paragraphs<4_000>>,
    /// What becomes of what is told here, for who needs help to read before they send the form.
    pub privacy: Option<Paragraphs<1_000>>,
    /// What is asked of who comes by one of the channel's links.
    #[serde(default)]
    pub form: CallForm,
}

impl ChannelSetup {
    /// A channel with nothing but a name: always open, nobody in it, sessions are taken by hand.
    #[must_use]
    pub fn new(name: Line<80>) -> Self {
        Self {
            name,
            description: None,
            kind: ChannelKind::default(),
            technicians: BTreeSet::new(),
            groups: BTreeSet::new(),
            policy: Policy::default(),
            rules: Vec::new(),
            fallback: None,
            fallback_order: FallbackOrder::default(),
            fallback_after: WaitingLimit::default(),
            hours: None,
            pause: None,
            most_waiting: None,
            otherwise: Otherwise::default(),
            waiting_limit: WaitingLimit::default(),
            link_life: None,
            ageing: Ageing::default(),
            targets: None,
            ask_again: true,
            closing: ClosingRules::default(),
            script: None,
            privacy: None,
            form: CallForm::default(),
        }
    }
}

fn yes() -> bool {
    true
}
