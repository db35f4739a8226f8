//! What managers set up. The settings themselves are the rules' own values; here each gets its id and version.

use ponte_desk::{
    permission::{Decision, Permission, Scope},
    routing::{Pick, Route},
    setup::{
        CategorySetup, ChannelSetup, CompanySetup, DeskSetup, GroupSetup, ReplySetup, RoleSetup,
        TechnicianSetup,
    },
};
use ponte_types::{
    CategoryId, ChannelId, CompanyId, GroupId, Line, Paragraphs, ReplyId, RoleId, TechnicianId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! things {
    ($($(#[$doc:meta])* $kept:ident $change:ident $id:ty, $setup:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        pub struct $kept {
            pub id: $id,
            /// Grows by one with every change; send it back with a change.
            pub version: u64,
            pub setup: $setup,
        }
        impl From<ponte_app::desk::Versioned<$id, $setup>> for $kept {
            fn from(it: ponte_app::desk::Versioned<$id, $setup>) -> Self {
                Self { id: it.id, version: it.version, setup: it.value }
            }
        }
        /// A change of what was seen.
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $change {
            /// That was seen; 409 `version_conflict` when there is a newer one.
            pub version: u64,
            pub setup: $setup,
        }
    )*};
}

things! {
    /// A channel.
    Channel ChangeChannel ChannelId, ChannelSetup;
    /// A group of technicians.
    Group ChangeGroup GroupId, GroupSetup;
    /// A role that an administrator made.
    Role ChangeRole RoleId, RoleSetup;
    /// A customer.
    Company ChangeCompany CompanyId, CompanySetup;
    /// What a request is about.
    Category ChangeCategory CategoryId, CategorySetup;
    /// A canned reply.
    Reply ChangeReply ReplyId, ReplySetup;
}

/// What holds for the whole desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholeDesk {
    pub version: u64,
    pub setup: DeskSetup,
}

/// A change of what was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDesk {
    pub version: u64,
    pub setup: DeskSetup,
}

/// A technician's account with what they may do and can do.
#[derive(Debug, Serialize, ToSchema)]
pub struct TechnicianEntry {
    pub id: TechnicianId,
    pub version: u64,
    pub name: String,
    pub email: String,
    pub setup: TechnicianSetup,
}

/// A change of what was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTechnician {
    pub version: u64,
    pub setup: TechnicianSetup,
}

/// An account for a colleague.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTechnician {
    pub name: Line<120>,
    pub email: Line<254>,
    /// At least 10 characters; they change it themselves.
    #[schema(min_length = 10, max_length = 1024)]
    pub password: String,
    pub setup: TechnicianSetup,
}

impl std::fmt::Debug for NewTechnician {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewTechnician").field("email", &self.email).finish_non_exhaustive()
    }
}

/// A channel that was removed; old sessions still stand in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemovedChannel {
    pub id: ChannelId,
    pub name: String,
}

/// What somebody may do in one place.
#[derive(Debug, Serialize, ToSchema)]
pub struct MayDo {
    pub on: Scope,
    pub permissions: Vec<Permission>,
}

/// All that is set up, as far as the caller may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupPage {
    pub desk: WholeDesk,
    pub channels: Vec<Channel>,
    pub removed_channels: Vec<RemovedChannel>,
    pub groups: Vec<Group>,
    pub technicians: Vec<TechnicianEntry>,
    pub roles: Vec<Role>,
    pub companies: Vec<Company>,
    pub categories: Vec<Category>,
    pub replies: Vec<Reply>,
    /// What the caller may do on the whole desk, and in each channel.
    pub may: Vec<MayDo>,
}

/// The version that a change made.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Changed {
    pub version: u64,
}

/// What was made.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Made {
    pub id: uuid::Uuid,
    pub version: u64,
}

/// A request that is only imagined.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryRequest {
    pub department: Option<Line<120>>,
    pub company: Option<CompanyId>,
    pub category: Option<CategoryId>,
    /// BCP 47, for example `pt-BR`.
    pub language: Option<Line<35>>,
    pub system: Option<Line<120>>,
    pub asset: Option<Line<64>>,
    /// Title and description.
    pub text: Option<Paragraphs<4_000>>,
}

/// Where it would go, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tried {
    pub route: Route,
    pub pick: Pick,
}

/// One permission, decided for one technician in one place.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explained {
    pub permission: Permission,
    pub decision: Decision,
}
