//! What may Ana do here, and why? (K4, K5, K6)
//!
//! In this order:
//!
//! 1. A disabled account may do nothing; an owner may do everything, whatever else is said.
//! 2. Each role that is held on the place gives what it gives. A single permission of a role can be allowed or denied,
//!    on the whole desk or in one channel; the channel goes before the desk. One role that gives it is enough.
//! 3. A single permission of a technician can be allowed or denied in the same way, and goes before all roles.
//! 4. Where a session belongs to a company, the technician must have access to that company.
//!
//! Where one place says both allow and deny, deny wins. [`Rulebook::explain`] is the only function that decides; it
//! returns the chain of reasons with the decision, so they cannot differ.

mod names;
mod roles;

use std::collections::{BTreeMap, BTreeSet};

use ponte_types::{ChannelId, CompanyId, RoleId, TechnicianId};
use serde::{Deserialize, Serialize};

pub use names::{Permission, Permissions, Reach};
pub use roles::{Account, Companies, Holding, HoldingError, LastOwner, RoleName, Scope, may_change};

/// Where something is to be done.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Where {
    /// Nowhere in particular: only what is held for the whole desk counts.
    Desk,
    Channel(ChannelId),
    Session {
        channel: ChannelId,
        company: Option<CompanyId>,
    },
}

impl Where {
    fn channel(self) -> Option<ChannelId> {
        match self {
            Self::Desk => None,
            Self::Channel(channel) | Self::Session { channel, .. } => Some(channel),
        }
    }
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    Allow,
    Deny,
}

ponte_types::words!(Effect { Allow = "allow", Deny = "deny" });

impl Effect {
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Allow => Self::Deny,
            Self::Deny => Self::Allow,
        }
    }
}

/// Whom an override is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    Role(RoleName),
    Technician(TechnicianId),
}

/// One permission, allowed or denied to somebody somewhere.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Override {
    pub whom: Whom,
    pub on: Scope,
    pub permission: Permission,
    pub effect: Effect,
}

/// What the administrators have settled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rulebook {
    /// What the custom roles give.
    pub custom: BTreeMap<RoleId, Permissions>,
    pub overrides: Vec<Override>,
}

/// May they, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Decision {
    pub allowed: bool,
    /// From the weakest to the one that decided.
    pub reasons: Vec<Reason>,
}

/// One link in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Holds no role at all.
    NoRole,
    /// Holds this role, but not here.
    RoleElsewhere {
        role: RoleName,
        on: Scope,
    },
    RoleLacks {
        role: RoleName,
        on: Scope,
    },
    RoleGives {
        role: RoleName,
        on: Scope,
    },
    /// An override of that role.
    RoleChanged {
        role: RoleName,
        on: Scope,
        effect: Effect,
    },
    /// An override of that technician.
    TechnicianChanged {
        on: Scope,
        effect: Effect,
    },
    /// No access to that company; for none, to sessions without a company.
    CompanyClosed {
        company: Option<CompanyId>,
    },
    /// Owners may do everything.
    Owner,
    /// The account is disabled.
    Disabled,
}

/// Why something cannot be given to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotGive {
    #[error("giving this needs the permission {} there", .0.as_str())]
    NotAllowed(Permission),
    #[error("only an owner can make an owner, or change what owners hold")]
    OnlyOwners,
    #[error("nobody can give what they do not have themselves: {}", .0.as_str())]
    BeyondOwn(Permission),
    #[error("there is no such role")]
    NoSuchRole,
    #[error("nobody gives access to the sessions of companies that they do not see themselves")]
    OtherCompanies,
}

impl Rulebook {
    /// May this account do this here, and why?
    #[must_use]
    pub fn explain(&self, account: &Account, permission: Permission, place: Where) -> Decision {
        if !account.enabled {
            return Decision { allowed: false, reasons: vec![Reason::Disabled] };
        }
        if account.is_owner() {
            return Decision { allowed: true, reasons: vec![Reason::Owner] };
        }
        let mut reasons = Vec::new();
        let mut allowed = false;
        let mut holds = account.holds.clone();
        holds.sort_unstable();
        holds.dedup();
        if holds.is_empty() {
            reasons.push(Reason::NoRole);
        }
        for held in holds {
            allowed |= self.by_role(held, permission, place, &mut reasons);
        }
        // A role that gives it is the stronger reason, wherever it stands.
        reasons.sort_by_key(|reason| gives(reason) && allowed);
        if let Some((on, effect)) = self.change(Whom::Technician(account.technician), permission, place) {
            allowed = effect == Effect::Allow;
            reasons.push(Reason::TechnicianChanged { on, effect });
        }
        if let Where::Session { company, .. } = place
            && !account.companies.include(company)
        {
            allowed = false;
            reasons.push(Reason::CompanyClosed { company });
        }
        Decision { allowed, reasons }
    }

    /// As [`Rulebook::explain`], without the reasons.
    #[must_use]
    pub fn allows(&self, account: &Account, permission: Permission, place: Where) -> bool {
        self.explain(account, permission, place).allowed
    }

    /// May `giver` give this role to somebody, or take it from them?
    ///
    /// # Errors
    /// Without the permission to give roles there, or when the role gives more than the giver has there.
    pub fn may_assign(&self, giver: &Account, held: Holding) -> Result<(), CannotGive> {
        let place = place_of(held.on());
        if !self.allows(giver, Permission::RoleAssign, place) {
            return Err(CannotGive::NotAllowed(Permission::RoleAssign));
        }
        if held.role() == RoleName::Owner && !giver.is_owner() {
            return Err(CannotGive::OnlyOwners);
        }
        let gives = self.gives(held.role()).ok_or(CannotGive::NoSuchRole)?;
        self.within_own(giver, gives.iter(), place)
    }

    /// May `giver` change, disable or delete this account?
    ///
    /// Whoever gives somebody another password or address can sign in as them: so only of those who may nothing, and see
    /// nobody's sessions, that the giver may not.
    ///
    /// # Errors
    /// Without the permission, when the account is an owner's and the giver's is not, or when it may more.
    pub fn may_manage(&self, giver: &Account, account: &Account) -> Result<(), CannotGive> {
        if !self.allows(giver, Permission::TechnicianManage, Where::Desk) {
            return Err(CannotGive::NotAllowed(Permission::TechnicianManage));
        }
        // A disabled account counts as what it was: whoever enables it gets that.
        let account = Account { enabled: true, ..account.clone() };
        if account.is_owner() && !giver.is_owner() {
            return Err(CannotGive::OnlyOwners);
        }
        let held = account.holds.iter().map(Holding::on);
        let settled = self.overrides.iter().map(|it| it.on);
        let places: BTreeSet<Scope> = held.chain(settled).chain([Scope::Desk]).collect();
        for place in places.into_iter().map(place_of) {
            let all = Permission::ALL.iter().copied();
            let has = all.filter(|permission| self.allows(&account, *permission, place));
            self.within_own(giver, has, place)?;
        }
        Self::may_show(giver, &account.companies)
    }

    /// May `giver` let somebody see the sessions of these companies?
    ///
    /// # Errors
    /// When they do not see them all themselves.
    pub fn may_show(giver: &Account, companies: &Companies) -> Result<(), CannotGive> {
        if giver.is_owner() || companies.are_within(&giver.companies) {
            Ok(())
        } else {
            Err(CannotGive::OtherCompanies)
        }
    }

    /// May `giver` let somebody work in this channel, and so be its channel technician? Who may settle that is asked
    /// elsewhere: here, that nobody gives themselves or others more than they have.
    ///
    /// # Errors
    /// When that gives more than the giver has there.
    pub fn may_staff(&self, giver: &Account, channel: ChannelId) -> Result<(), CannotGive> {
        let (role, on) = (RoleName::ChannelTechnician, Scope::Channel(channel));
        let place = place_of(on);
        let Ok(held) = Holding::new(role, on) else { return Err(CannotGive::NoSuchRole) };
        let all = Permission::ALL.iter().copied();
        let gives = all.filter(|it| self.by_role(held, *it, place, &mut Vec::new()));
        self.within_own(giver, gives, place)
    }

    /// May `giver` settle this single permission?
    ///
    /// # Errors
    /// Without the permission to do so there, or when they do not have what they allow.
    pub fn may_override(&self, giver: &Account, change: &Override) -> Result<(), CannotGive> {
        let place = place_of(change.on);
        if !self.allows(giver, Permission::RoleManage, place) {
            return Err(CannotGive::NotAllowed(Permission::RoleManage));
        }
        if change.whom == Whom::Role(RoleName::Owner) {
            return Err(CannotGive::OnlyOwners);
        }
        match change.effect {
            Effect::Allow => self.within_own(giver, [change.permission].into_iter(), place),
            Effect::Deny => Ok(()),
        }
    }

    /// May `giver` take back what was settled so? Whoever takes a denial back gives what it denied.
    ///
    /// # Errors
    /// As [`Rulebook::may_override`] with the opposite.
    pub fn may_lift(&self, giver: &Account, settled: &Override) -> Result<(), CannotGive> {
        self.may_override(giver, &Override { effect: settled.effect.opposite(), ..*settled })
    }

    fn within_own(
        &self,
        giver: &Account,
        mut gives: impl Iterator<Item = Permission>,
        place: Where,
    ) -> Result<(), CannotGive> {
        match gives.find(|permission| !self.allows(giver, *permission, place)) {
            Some(beyond) => Err(CannotGive::BeyondOwn(beyond)),
            None => Ok(()),
        }
    }

    /// What a role gives before overrides; `None` when there is no such role.
    #[must_use]
    pub fn gives(&self, role: RoleName) -> Option<Permissions> {
        match role {
            RoleName::Custom(id) => self.custom.get(&id).copied(),
            built_in => built_in.built_in(),
        }
    }

    fn by_role(
        &self,
        held: Holding,
        permission: Permission,
        place: Where,
        reasons: &mut Vec<Reason>,
    ) -> bool {
        let (role, on) = (held.role(), held.on());
        if on != Scope::Desk && place.channel().map(Scope::Channel) != Some(on) {
            reasons.push(Reason::RoleElsewhere { role, on });
            return false;
        }
        if let Some((on, effect)) = self.change(Whom::Role(role), permission, place) {
            reasons.push(Reason::RoleChanged { role, on, effect });
            return effect == Effect::Allow;
        }
        let has = self.gives(role).is_some_and(|gives| gives.contains(permission));
        reasons.push(if has { Reason::RoleGives { role, on } } else { Reason::RoleLacks { role, on } });
        has
    }

    /// What is settled for somebody here: the channel before the desk, deny before allow.
    fn change(&self, whom: Whom, permission: Permission, place: Where) -> Option<(Scope, Effect)> {
        let scopes = place.channel().map(Scope::Channel).into_iter().chain([Scope::Desk]);
        scopes.into_iter().find_map(|on| {
            let settled = self
                .overrides
                .iter()
                .filter(|it| it.whom == whom && it.permission == permission && it.on == on)
                .map(|it| it.effect)
                .max()?;
            Some((on, settled))
        })
    }
}

fn gives(reason: &Reason) -> bool {
    matches!(reason, Reason::RoleGives { .. } | Reason::RoleChanged { effect: Effect::Allow, .. })
}

fn place_of(scope: Scope) -> Where {
    match scope {
        Scope::Desk => Where::Desk,
        Scope::Channel(channel) => Where::Channel(channel),
    }
}

#[cfg(test)]
mod tests;
