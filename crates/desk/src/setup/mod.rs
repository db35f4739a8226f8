//! What managers set up, checked as a whole (K1, K2, K4, K6).
//!
//! A change is made on a copy of [`Setup`] and kept only if [`Setup::check`] accepts all of it: nothing refers to what
//! is not there, no request is sent round for ever, no name means two things. What the check makes of it,
//! [`Checked`], answers the questions of the use cases.

mod channel;
mod closing;
mod form;
mod people;
mod reply;

use std::collections::{BTreeMap, BTreeSet};

use ponte_types::{CategoryId, ChannelId, CompanyId, GroupId, ReplyId, RoleId, TechnicianId};

pub use channel::{ChannelKind, ChannelSetup};
pub use closing::ClosingRules;
pub use form::{Answers, Asked, CallForm, Filled, FormFault, FormField, Question};
pub use people::{
    CategorySetup, CompanySetup, DeskSetup, GroupSetup, RoleSetup, SessionLimit, SessionLimitError,
    TechnicianSetup,
};
pub use reply::{Placeholder, ReplySetup, Shortcut, ShortcutError};

use crate::{
    calendar::{Calendar, CalendarError, CalendarSpec},
    permission::{Account, Holding, Permission, RoleName, Rulebook, Scope, Where, Whom},
    routing::{ChannelPlan, Condition, Hop, Plan, PlanError, Rule, RuleError, Rules, Target},
    team::Rights,
};

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    pub desk: DeskSetup,
    pub channels: BTreeMap<ChannelId, ChannelSetup>,
    pub groups: BTreeMap<GroupId, GroupSetup>,
    pub technicians: BTreeMap<TechnicianId, TechnicianSetup>,
    pub roles: BTreeMap<RoleId, RoleSetup>,
    pub companies: BTreeMap<CompanyId, CompanySetup>,
    pub categories: BTreeMap<CategoryId, CategorySetup>,
    pub replies: BTreeMap<ReplyId, ReplySetup>,
}

/// What does not hold together, by the names that people gave: as data, so that the interface shows it in its own words
/// beside the right field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetupError {
    #[error("{channel}: {error}")]
    Hours { channel: String, error: CalendarError },
    #[error("{channel}: {error}")]
    Rules { channel: String, error: RuleError },
    #[error("these rules send a request round for ever: {0}")]
    RuleCycle(String),
    #[error("{0} cannot be its own fallback channel")]
    FallbackToItself(String),
    #[error("these fallback channels send a request round for ever: {0}")]
    FallbackCycle(String),
    #[error("{by} refers to a {what} that is not there, or no longer; choose another or take it out first")]
    Missing { by: String, what: &'static str },
    #[error(
        "{channel}, rule {rule}: {whom} does not work in this channel; add them to it, or choose another"
    )]
    Stranger { channel: String, rule: usize, whom: &'static str },
    #[error("{0}: at least one request must be able to wait")]
    NobodyMayWait(String),
    #[error("there is another {what} with the name {name}; choose another name")]
    NameTaken { what: &'static str, name: String },
    #[error(
        "/{shortcut}: nothing is known of {{{word}}}; there are {{person}}, {{technician}}, {{session}} and {{desk}}"
    )]
    Placeholder { shortcut: String, word: String },
}

/// A setup that holds together, with what follows from it.
#[derive(Debug)]
pub struct Checked {
    pub setup: Setup,
    pub plan: Plan,
    /// Of the channels that have hours.
    pub calendars: BTreeMap<ChannelId, Calendar>,
    /// Of those that have none.
    always: Calendar,
    pub rulebook: Rulebook,
    /// With the role that follows from working in a channel.
    pub accounts: BTreeMap<TechnicianId, Account>,
    /// Who works in each channel, by themselves or in a group.
    pub members: BTreeMap<ChannelId, BTreeSet<TechnicianId>>,
}

impl Setup {
    /// Nothing but the desk itself.
    #[must_use]
    pub fn new(desk: DeskSetup) -> Self {
        Self {
            desk,
            channels: BTreeMap::new(),
            groups: BTreeMap::new(),
            technicians: BTreeMap::new(),
            roles: BTreeMap::new(),
            companies: BTreeMap::new(),
            categories: BTreeMap::new(),
            replies: BTreeMap::new(),
        }
    }

    /// Does it hold together?
    ///
    /// # Errors
    /// The first thing that does not.
    pub fn check(self) -> Result<Checked, SetupError> {
        self.references()?;
        distinct("channel", self.channels.values().map(|it| it.name.as_str()))?;
        distinct("group", self.groups.values().map(|it| it.name.as_str()))?;
        distinct("role", self.roles.values().map(|it| it.name.as_str()))?;
        distinct("company", self.companies.values().map(|it| it.name.as_str()))?;
        distinct("category", self.categories.values().map(|it| it.name.as_str()))?;
        self.replies()?;
        let members = self.members();
        let (mut calendars, mut plans) = (BTreeMap::new(), BTreeMap::new());
        for (id, channel) in &self.channels {
            let name = || channel.name.to_string();
            if channel.most_waiting == Some(0) {
                return Err(SetupError::NobodyMayWait(name()));
            }
            if let Some(hours) = &channel.hours {
                let hours =
                    Calendar::parse(hours).map_err(|error| SetupError::Hours { channel: name(), error })?;
                calendars.insert(*id, hours);
            }
            for (index, rule) in channel.rules.iter().enumerate() {
                self.rule(channel, index + 1, rule, &members[id])?;
            }
            let rules = Rules::new(channel.rules.clone())
                .map_err(|error| SetupError::Rules { channel: name(), error })?;
            plans.insert(*id, ChannelPlan { rules, fallback: channel.fallback });
        }
        let plan = Plan::new(plans).map_err(|error| self.named(error))?;
        let rulebook = Rulebook {
            custom: self.roles.iter().map(|(id, role)| (*id, role.permissions)).collect(),
            overrides: self.desk.overrides.clone(),
        };
        let accounts = self.accounts(&members);
        let always = Calendar::parse(&CalendarSpec::always())
            .map_err(|error| SetupError::Hours { channel: "a channel without hours".into(), error })?;
        Ok(Checked { setup: self, plan, calendars, always, rulebook, accounts, members })
    }

    /// Who works in each channel.
    fn members(&self) -> BTreeMap<ChannelId, BTreeSet<TechnicianId>> {
        let of = |channel: &ChannelSetup| {
            let groups = channel.groups.iter().filter_map(|group| self.groups.get(group));
            groups.flat_map(|group| &group.members).chain(&channel.technicians).copied().collect()
        };
        self.channels.iter().map(|(id, channel)| (*id, of(channel))).collect()
    }

    fn accounts(
        &self,
        members: &BTreeMap<ChannelId, BTreeSet<TechnicianId>>,
    ) -> BTreeMap<TechnicianId, Account> {
        let account = |(id, technician): (&TechnicianId, &TechnicianSetup)| {
            let works = members.iter().filter(|(_, members)| members.contains(id));
            let works = works.filter_map(|(channel, _)| {
                Holding::new(RoleName::ChannelTechnician, Scope::Channel(*channel)).ok()
            });
            let holds = technician.holds.iter().copied().chain(works).collect();
            let companies = technician.companies.clone();
            (*id, Account { technician: *id, enabled: technician.enabled, holds, companies })
        };
        self.technicians.iter().map(account).collect()
    }

    /// Everything that is named is there.
    fn references(&self) -> Result<(), SetupError> {
        let missing = |by: String, what| Err(SetupError::Missing { by, what });
        if !self.channels.contains_key(&self.desk.default_channel) {
            return missing("the desk's default".into(), "channel");
        }
        for channel in self.channels.values() {
            let by = || channel.name.to_string();
            if !channel.groups.iter().all(|group| self.groups.contains_key(group)) {
                return missing(by(), "group");
            }
            if !channel.technicians.iter().all(|technician| self.technicians.contains_key(technician)) {
                return missing(by(), "technician");
            }
            if let crate::admission::Otherwise::Fallback(to) = channel.otherwise
                && !self.channels.contains_key(&to)
            {
                return missing(by(), "channel");
            }
        }
        for group in self.groups.values() {
            if !group.members.iter().all(|technician| self.technicians.contains_key(technician)) {
                return missing(group.name.to_string(), "technician");
            }
        }
        for technician in self.technicians.values() {
            let by = || "a technician's access".to_owned();
            if !technician.holds.iter().all(|held| self.role(held.role()) && self.scope(held.on())) {
                return missing(by(), "role or channel");
            }
            if let crate::permission::Companies::Only { companies, .. } = &technician.companies
                && !companies.iter().all(|company| self.companies.contains_key(company))
            {
                return missing(by(), "company");
            }
        }
        for change in &self.desk.overrides {
            let whom = match change.whom {
                Whom::Role(role) => self.role(role),
                Whom::Technician(technician) => self.technicians.contains_key(&technician),
            };
            if !whom || !self.scope(change.on) {
                return missing("a single permission".into(), "role, technician or channel");
            }
        }
        Ok(())
    }

    /// In one channel a word means one reply; a channel's own goes before the desk's.
    fn replies(&self) -> Result<(), SetupError> {
        let mut seen = BTreeSet::new();
        for reply in self.replies.values() {
            let shortcut = || reply.shortcut.as_str().to_owned();
            if !seen.insert((reply.channel, &reply.shortcut)) {
                return Err(SetupError::NameTaken { what: "reply", name: format!("/{}", shortcut()) });
            }
            if reply.channel.is_some_and(|channel| !self.channels.contains_key(&channel)) {
                return Err(SetupError::Missing {
                    by: format!("the reply /{}", shortcut()),
                    what: "channel",
                });
            }
            if let Some(word) = reply.unknown_placeholder() {
                return Err(SetupError::Placeholder { shortcut: shortcut(), word: word.to_owned() });
            }
        }
        Ok(())
    }

    fn role(&self, role: RoleName) -> bool {
        match role {
            RoleName::Custom(id) => self.roles.contains_key(&id),
            _ => true,
        }
    }

    fn scope(&self, on: Scope) -> bool {
        match on {
            Scope::Desk => true,
            Scope::Channel(channel) => self.channels.contains_key(&channel),
        }
    }

    /// What a rule names is there, and works in the channel.
    fn rule(
        &self,
        channel: &ChannelSetup,
        number: usize,
        rule: &Rule,
        members: &BTreeSet<TechnicianId>,
    ) -> Result<(), SetupError> {
        let stranger =
            |whom| Err(SetupError::Stranger { channel: channel.name.to_string(), rule: number, whom });
        match rule.then.to {
            Some(Target::Group(group)) if !channel.groups.contains(&group) => return stranger("that group"),
            Some(Target::Technician(technician)) if !members.contains(&technician) => {
                return stranger("that technician");
            }
            // Whether a channel is there is the plan's question.
            _ => {}
        }
        for condition in &rule.when {
            let (there, what) = match condition {
                Condition::Company(all) => (all.iter().all(|id| self.companies.contains_key(id)), "company"),
                Condition::Category(all) => {
                    (all.iter().all(|id| self.categories.contains_key(id)), "category")
                }
                _ => continue,
            };
            if !there {
                return Err(SetupError::Missing { by: format!("{}, rule {number}", channel.name), what });
            }
        }
        Ok(())
    }

    fn named(&self, error: PlanError) -> SetupError {
        match error {
            PlanError::RuleCycle(way) => SetupError::RuleCycle(self.way(&way)),
            PlanError::FallbackToItself(channel) => SetupError::FallbackToItself(self.channel(channel)),
            PlanError::FallbackCycle(way) => SetupError::FallbackCycle(self.way(&way)),
            PlanError::Unknown(hop) => SetupError::Missing { by: self.channel(hop.from), what: "channel" },
        }
    }

    fn channel(&self, id: ChannelId) -> String {
        self.channels.get(&id).map_or_else(|| id.to_string(), |channel| channel.name.to_string())
    }

    fn way(&self, hops: &[Hop]) -> String {
        let start = hops.first().map(|hop| self.channel(hop.from));
        let names = start.into_iter().chain(hops.iter().map(|hop| self.channel(hop.to)));
        names.collect::<Vec<_>>().join(" → ")
    }
}

/// Names differ by more than upper and lower case.
fn distinct<'a>(what: &'static str, names: impl Iterator<Item = &'a str>) -> Result<(), SetupError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name.to_lowercase()) {
            return Err(SetupError::NameTaken { what, name: name.to_owned() });
        }
    }
    Ok(())
}

impl Checked {
    /// By which a channel counts its days; one without hours works every day.
    #[must_use]
    pub fn calendar(&self, channel: ChannelId) -> &Calendar {
        self.calendars.get(&channel).unwrap_or(&self.always)
    }

    /// May this technician do this here? False for one who is not known.
    #[must_use]
    pub fn allows(&self, technician: TechnicianId, permission: Permission, place: Where) -> bool {
        self.accounts.get(&technician).is_some_and(|account| self.rulebook.allows(account, permission, place))
    }

    /// May they go on holding a session that is here?
    #[must_use]
    pub fn may_hold(&self, technician: TechnicianId, place: Where) -> bool {
        let may = |permission| self.allows(technician, permission, place);
        may(Permission::SessionView) && (may(Permission::SessionTake) || may(Permission::SessionTakeOver))
    }

    /// May they go on being in a session that somebody else holds, as one who helps or one who looks in?
    #[must_use]
    pub fn may_stay(&self, technician: TechnicianId, looks_in: bool, place: Where) -> bool {
        let may = |permission| self.allows(technician, permission, place);
        may(Permission::SessionView) && (!looks_in || may(Permission::SessionSupervise))
    }

    /// What is left of somebody's rights in a session by what they may here.
    #[must_use]
    pub fn rights_of(&self, technician: TechnicianId, rights: Rights, place: Where) -> Rights {
        rights.bounded(|permission| self.allows(technician, permission, place))
    }

    /// The channels in which somebody works who did not `before`.
    pub fn staffed_since(&self, before: &Self) -> impl Iterator<Item = ChannelId> {
        let joined = |(id, now): &(&ChannelId, &BTreeSet<TechnicianId>)| {
            before.members.get(id).is_none_or(|then| !now.is_subset(then)) && !now.is_empty()
        };
        self.members.iter().filter(joined).map(|(id, _)| *id)
    }

    /// The channels in which they may do this.
    pub fn channels_where(
        &self,
        technician: TechnicianId,
        permission: Permission,
    ) -> impl Iterator<Item = ChannelId> {
        let channels = self.setup.channels.keys().copied();
        channels.filter(move |channel| self.allows(technician, permission, Where::Channel(*channel)))
    }
}

#[cfg(test)]
mod tests;
