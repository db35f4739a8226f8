//! Where a request goes, and why (K3).
//!
//! A channel has a list of [`Rule`]s. The first whose conditions all hold decides: another channel (whose rules are then
//! asked), or a group or a technician of this one. What remains is who takes it: that is the channel's [`Policy`],
//! asked when a technician could take something ([`pick`]). When the owner drops or nobody answers, the channel's
//! [`FallbackOrder`] says who comes next ([`hand_on`]). Each answer lists all that was considered, so that *"where
//! would it go?"* is the same computation as where it goes.

mod facts;
mod fallback;
mod plan;
mod policy;
mod rule;

pub use facts::{Facts, Request};
pub use fallback::{
    Collaborator, FallbackError, FallbackOrder, FallbackStep, HandedOn, Onto, Orphan, Skip, SkippedStep,
    hand_on,
};
pub use plan::{ChannelPlan, Checked, Hop, Plan, PlanError, Route, Step, Verdict};
pub use policy::{Ask, Candidate, Considered, Judgement, Pick, Policy, Unfit, pick};
pub use rule::{
    Condition, Found, MOST_RULES, MOST_VALUES, Narrow, Need, Rule, RuleError, Rules, Skill, SkillLevel,
    Target, Then,
};
