//! Roles: what each gives, and on what it can be held (K4).

use ponte_types::{ChannelId, CompanyId, RoleId, TechnicianId};
use serde::{Deserialize, Serialize};

use super::names::{Permission, Permissions};

/// A role: built in, or made by an administrator.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RoleName {
    /// May do everything; cannot be locked out.
    Owner,
    /// All channels, groups and technicians; not the relay's settings.
    TechnicianManager,
    /// Own channels and their sessions.
    ChannelManager,
    /// Takes unassigned sessions and works the assigned; manages nothing.
    ChannelTechnician,
    /// Reads everything, changes nothing.
    Auditor,
    Custom(RoleId),
}

impl RoleName {
    pub const BUILT_IN: [Self; 5] =
        [Self::Owner, Self::TechnicianManager, Self::ChannelManager, Self::ChannelTechnician, Self::Auditor];

    /// What a built-in role gives; `None` for a custom one.
    #[must_use]
    pub const fn built_in(self) -> Option<Permissions> {
        Some(match self {
            Self::Owner => Permissions::ALL,
            Self::TechnicianManager => TECHNICIAN_MANAGER,
            Self::ChannelManager => CHANNEL_MANAGER,
            Self::ChannelTechnician => CHANNEL_TECHNICIAN,
            Self::Auditor => AUDITOR,
            Self::Custom(_) => return None,
        })
    }
}

use Permission as P;

const CHANNEL_TECHNICIAN: Permissions = Permissions::of(&[
    P::SessionView,
    P::SessionOpen,
    P::SessionTake,
    P::SessionRelease,
    P::SessionEdit,
    P::SessionSetPriority,
    P::SessionSetCategory,
    P::SessionLog,
    P::SessionClose,
    P::SessionReopen,
    P::SessionTransfer,
    P::SessionMove,
    P::SessionInviteTechnician,
    P::ChatRead,
    P::ChatWrite,
    P::ChatPrivate,
    P::AttachmentRead,
    P::AttachmentAdd,
    P::RemoteView,
    P::RemotePoint,
    P::RemoteControl,
    P::RemoteClipboard,
    P::RemoteFilesSend,
    P::RemoteFilesFetch,
    P::RemoteScreenshot,
    P::RemoteDiagnose,
    P::ChannelView,
    P::TechnicianView,
]);

const CHANNEL_MANAGER: Permissions = CHANNEL_TECHNICIAN.and(&[
    P::SessionReleaseOthers,
    P::SessionAssign,
    P::SessionCloseOthers,
    P::SessionTransferOthers,
    P::SessionInviteExpert,
    P::SessionSupervise,
    P::SessionTakeOver,
    P::RemoteRecord,
    P::RecordingWatch,
    P::ChannelConfigure,
    P::ChannelPause,
    P::ChannelMembers,
    P::ChannelRules,
    P::ChannelHours,
    P::ChannelLinks,
    P::LoadView,
    P::TechnicianAvailability,
    P::ReplyManage,
    P::ReportView,
    P::ReportExport,
]);

const TECHNICIAN_MANAGER: Permissions = Permissions::ALL.without(&[
    P::RemoteAdmin,
    P::RemoteBlock,
    P::RecordingDelete,
    P::RoleManage,
    P::AuditView,
    P::SettingsManage,
    P::WebhookManage,
]);

const AUDITOR: Permissions = Permissions::of(&[
    P::SessionView,
    P::ChatRead,
    P::AttachmentRead,
    P::RecordingWatch,
    P::ChannelView,
    P::LoadView,
    P::TechnicianView,
    P::ReportView,
    P::ReportExport,
    P::AuditView,
]);

/// Where a role counts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everywhere.
    Desk,
    /// In this channel only.
    Channel(ChannelId),
}

/// A role that a technician holds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "Unchecked", deny_unknown_fields)]
pub struct Holding {
    role: RoleName,
    on: Scope,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    role: RoleName,
    on: Scope,
}

/// The role reaches beyond channels and cannot be held on one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an owner or a technician manager is that for the whole desk, not for one channel")]
pub struct HoldingError;

impl Holding {
    /// # Errors
    /// When the role cannot be held on a channel.
    pub fn new(role: RoleName, on: Scope) -> Result<Self, HoldingError> {
        match (role, on) {
            (RoleName::Owner | RoleName::TechnicianManager, Scope::Channel(_)) => Err(HoldingError),
            _ => Ok(Self { role, on }),
        }
    }
    /// Held everywhere.
    #[must_use]
    pub const fn everywhere(role: RoleName) -> Self {
        Self { role, on: Scope::Desk }
    }
    #[must_use]
    pub fn role(&self) -> RoleName {
        self.role
    }
    #[must_use]
    pub fn on(&self) -> Scope {
        self.on
    }
}

impl TryFrom<Unchecked> for Holding {
    type Error = HoldingError;
    fn try_from(it: Unchecked) -> Result<Self, HoldingError> {
        Self::new(it.role, it.on)
    }
}

/// Whose sessions a technician sees (K6).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Companies {
    #[default]
    All,
    Only {
        companies: Vec<CompanyId>,
        /// Also sessions that belong to no company.
        and_without: bool,
    },
}

impl Companies {
    /// May sessions of this company be seen, or of none?
    #[must_use]
    pub fn include(&self, company: Option<CompanyId>) -> bool {
        match (self, company) {
            (Self::All, _) => true,
            (Self::Only { companies, .. }, Some(company)) => companies.contains(&company),
            (Self::Only { and_without, .. }, None) => *and_without,
        }
    }

    /// Are all that these include among the others?
    #[must_use]
    pub fn are_within(&self, others: &Self) -> bool {
        match (self, others) {
            (_, Self::All) => true,
            (Self::All, Self::Only { .. }) => false,
            (Self::Only { companies, and_without }, others) => {
                companies.iter().all(|company| others.include(Some(*company)))
                    && (!and_without || others.include(None))
            }
        }
    }
}

/// A technician as far as permissions go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub technician: TechnicianId,
    /// A disabled account may do nothing.
    pub enabled: bool,
    pub holds: Vec<Holding>,
    pub companies: Companies,
}

impl Account {
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.enabled && self.holds.iter().any(|held| held.role == RoleName::Owner)
    }
}

/// Somebody has to be able to do everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is the last owner; make somebody else owner first")]
pub struct LastOwner;

/// May this account become `after`, or be deleted (`None`)? `accounts` are all as they are now.
///
/// # Errors
/// [`LastOwner`] when there is an owner now and would be none.
pub fn may_change(
    accounts: &[Account],
    technician: TechnicianId,
    after: Option<&Account>,
) -> Result<(), LastOwner> {
    let is_now = accounts.iter().any(|it| it.technician == technician && it.is_owner());
    let others = accounts.iter().any(|it| it.technician != technician && it.is_owner());
    if is_now && !others && !after.is_some_and(Account::is_owner) { Err(LastOwner) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        permission::Reach,
        testing::{channel, company, role, technician},
    };

    #[test]
    fn the_built_in_roles_are_what_they_say() {
        let of = |role: RoleName| role.built_in().unwrap();
        assert!(of(RoleName::Auditor).iter().all(|it| it.reach() == Reach::Reads));
        assert!(
            Permission::ALL
                .iter()
                .filter(|it| it.reach() == Reach::Reads)
                .all(|it| of(RoleName::Auditor).contains(*it))
        );
        let manages = |it: &Permission| {
            let name = it.as_str();
            let areas = ["channel_", "technician_", "group_", "role_", "company_", "settings_", "webhook_"];
            areas.iter().any(|area| name.starts_with(area)) && it.reach() == Reach::Changes
        };
        assert!(!of(RoleName::ChannelTechnician).iter().any(|it| manages(&it)));
        for (larger, smaller) in [
            (RoleName::Owner, RoleName::TechnicianManager),
            (RoleName::TechnicianManager, RoleName::ChannelManager),
            (RoleName::ChannelManager, RoleName::ChannelTechnician),
        ] {
            assert!(of(smaller).iter().all(|it| of(larger).contains(it)), "{smaller:?} within {larger:?}");
        }
        for rare in [Permission::RemoteAdmin, Permission::RemoteBlock, Permission::SettingsManage] {
            let holders = RoleName::BUILT_IN.iter().filter(|it| of(**it).contains(rare)).count();
            assert_eq!(holders, 1, "least privilege: {rare:?}");
        }
        assert_eq!(RoleName::Custom(role(1)).built_in(), None);
    }

    #[test]
    fn nobody_is_owner_of_one_channel() {
        let on = Scope::Channel(channel(1));
        assert_eq!(Holding::new(RoleName::Owner, on), Err(HoldingError));
        assert!(Holding::new(RoleName::ChannelManager, on).is_ok());
        let text = serde_json::to_string(&Holding::new(RoleName::Auditor, Scope::Desk).unwrap()).unwrap();
        assert_eq!(text, r#"{"role":"auditor","on":"desk"}"#);
        assert!(serde_json::from_str::<Holding>(&text).is_ok());
        let owner = format!(r#"{{"role":"owner","on":{{"channel":"{}"}}}}"#, channel(1));
        assert!(serde_json::from_str::<Holding>(&owner).unwrap_err().to_string().contains("whole desk"));
    }

    #[test]
    fn the_last_owner_stays() {
        let account = |n, role| Account {
            technician: technician(n),
            enabled: true,
            holds: vec![Holding::new(role, Scope::Desk).unwrap()],
            companies: Companies::All,
        };
        let (owner, other) = (account(1, RoleName::Owner), account(2, RoleName::TechnicianManager));
        let alone = [owner.clone(), other];
        let disabled = Account { enabled: false, ..owner.clone() };
        let plain = Account { holds: vec![], ..owner.clone() };
        for after in [None, Some(&disabled), Some(&plain)] {
            assert_eq!(may_change(&alone, technician(1), after), Err(LastOwner));
        }
        assert_eq!(may_change(&alone, technician(1), Some(&owner)), Ok(()));
        assert_eq!(may_change(&alone, technician(2), None), Ok(()));
        let two = [owner.clone(), account(3, RoleName::Owner)];
        assert_eq!(may_change(&two, technician(1), None), Ok(()));
        let one_disabled = [owner, Account { enabled: false, ..account(3, RoleName::Owner) }];
        assert_eq!(
            may_change(&one_disabled, technician(1), None),
            Err(LastOwner),
            "a disabled one does not count"
        );
        assert_eq!(may_change(&[], technician(1), None), Ok(()));
    }

    #[test]
    fn companies_limit_what_is_seen() {
        let only = Companies::Only { companies: vec![company(1)], and_without: false };
        assert!(only.include(Some(company(1))) && !only.include(Some(company(2))) && !only.include(None));
        let also = Companies::Only { companies: vec![], and_without: true };
        assert!(also.include(None) && !also.include(Some(company(1))));
        assert!(Companies::All.include(Some(company(9))));
        let both = Companies::Only { companies: vec![company(1), company(2)], and_without: false };
        assert!(only.are_within(&both) && only.are_within(&Companies::All) && !both.are_within(&only));
        assert!(!also.are_within(&both) && !Companies::All.are_within(&both));
        assert!(Companies::All.are_within(&Companies::All));
    }
}
