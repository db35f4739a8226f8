//! Technicians, their groups and roles, and whom they work for (K2, K4, K6, D3).

use std::collections::{BTreeMap, BTreeSet};

use ponte_types::{ChannelId, Line, TechnicianId};
use serde::{Deserialize, Serialize};

use crate::{
    Priority,
    availability::Patience,
    bounded::bounded,
    files::{FileRules, Retention},
    permission::{Companies, Holding, Override, Permissions},
    routing::{Skill, SkillLevel},
};

/// What a technician may do and can do. Name and e-mail address belong to the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TechnicianSetup {
    /// A disabled account can do nothing and not sign in.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// Roles. Who works in a channel has the channel technician's there besides.
    #[serde(default)]
    pub holds: BTreeSet<Holding>,
    #[serde(default)]
    pub companies: Companies,
    /// From 1, knows a little, to 5, knows best.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, u8>)]
    pub skills: BTreeMap<Skill, SkillLevel>,
    #[serde(default)]
    pub limit: SessionLimit,
}

fn enabled() -> bool {
    true
}

impl TechnicianSetup {
    /// An enabled account that holds this.
    #[must_use]
    pub fn holding(holds: impl IntoIterator<Item = Holding>) -> Self {
        Self {
            enabled: true,
            holds: holds.into_iter().collect(),
            companies: Companies::default(),
            skills: BTreeMap::new(),
            limit: SessionLimit::default(),
        }
    }
}

bounded! {
    /// The most sessions that somebody may hold at once: 1 to 50.
    SessionLimit(u32 "u32") 1..=50, SessionLimitError "the limit on sessions at once is from 1 to 50"
}

impl Default for SessionLimit {
    fn default() -> Self {
        Self(5)
    }
}

/// Technicians who are given work together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupSetup {
    pub name: Line<80>,
    pub description: Option<Line<500>>,
    #[serde(default)]
    pub members: BTreeSet<TechnicianId>,
}

/// A role that an administrator made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleSetup {
    pub name: Line<80>,
    pub description: Option<Line<500>>,
    #[serde(default)]
    pub permissions: Permissions,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanySetup {
    pub name: Line<120>,
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategorySetup {
    pub name: Line<80>,
    /// Of its requests, unless a rule or a person says otherwise.
    #[serde(default)]
    pub priority: Priority,
}

/// What holds for the whole desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskSetup {
    /// Where sessions go for which nobody named a channel.
    pub default_channel: ChannelId,
    #[serde(default)]
    pub patience: Patience,
    /// Single permissions, allowed or denied to a role or a technician.
    #[serde(default)]
    pub overrides: Vec<Override>,
    /// What may be sent in chats.
    #[serde(default)]
    pub files: FileRules,
    #[serde(default)]
    pub retention: Retention,
}

impl DeskSetup {
    /// With nothing settled but where sessions go.
    #[must_use]
    pub fn new(default_channel: ChannelId) -> Self {
        Self {
            default_channel,
            patience: Patience::default(),
            overrides: Vec::new(),
            files: FileRules::default(),
            retention: Retention::default(),
        }
    }
}
