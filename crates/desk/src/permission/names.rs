//! The single permissions, by their stable names.

use serde::{Deserialize, Serialize};

/// What a permission reaches.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Only looks.
    Reads,
    /// Changes what the desk keeps.
    Changes,
    /// Reaches the end user's machine: the SOS program checks it again.
    Machine,
}

macro_rules! permissions {
    ($($name:ident = $text:literal, $reach:ident, $about:literal;)*) => {
        /// One thing that a technician's roles let them do.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
        )]
        // Said once for all, and not name by name: the OpenAPI document follows this and does not see into a macro's literals.
        #[serde(rename_all = "snake_case")]
        pub enum Permission { $(#[doc = $about] $name,)* }

        impl Permission {
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// The stable name, for example `session_take`.
            #[must_use]
            pub fn as_str(self) -> &'static str { match self { $(Self::$name => $text,)* } }
            /// In English, for documents and logs; people see the console's translation.
            #[must_use]
            pub fn about(self) -> &'static str { match self { $(Self::$name => $about,)* } }
            #[must_use]
            pub fn reach(self) -> Reach { match self { $(Self::$name => Reach::$reach,)* } }
        }
        impl std::str::FromStr for Permission {
            type Err = ponte_types::UnknownWord;
            fn from_str(text: &str) -> Result<Self, ponte_types::UnknownWord> {
                match text { $($text => Ok(Self::$name),)* _ => Err(ponte_types::UnknownWord) }
            }
        }
    };
}

permissions! {
    SessionView = "session_view", Reads, "See sessions";
    SessionOpen = "session_open", Changes, "Open a session by link or code";
    SessionTake = "session_take", Changes, "Take a waiting session";
    SessionRelease = "session_release", Changes, "Give an own session back";
    SessionReleaseOthers = "session_release_others", Changes, "Give back a session that somebody else holds";
    SessionAssign = "session_assign", Changes, "Give a session to another technician";
    SessionEdit = "session_edit", Changes, "Change a session's title, person and form";
    SessionSetPriority = "session_set_priority", Changes, "Set the priority";
    SessionSetCategory = "session_set_category", Changes, "Set the category";
    SessionLog = "session_log", Changes, "Write into the work log";
    SessionClose = "session_close", Changes, "Close an own session";
    SessionCloseOthers = "session_close_others", Changes, "Close a session that somebody else holds";
    SessionReopen = "session_reopen", Changes, "Reopen a closed session";
    SessionTransfer = "session_transfer", Changes, "Offer an own session to somebody else";
    SessionTransferOthers = "session_transfer_others", Changes, "Transfer a session that somebody else holds";
    SessionMove = "session_move", Changes, "Move a session to another channel";
    SessionInviteTechnician = "session_invite_technician", Changes, "Invite technicians to an own session";
    SessionInviteExpert = "session_invite_expert", Changes, "Invite an outside expert to an own session";
    SessionSupervise = "session_supervise", Machine, "Look into a session that somebody else holds";
    SessionTakeOver = "session_take_over", Machine, "Take a session over from its owner";
    ChatRead = "chat_read", Reads, "Read a session's chat";
    ChatWrite = "chat_write", Changes, "Write to the end user";
    ChatPrivate = "chat_private", Changes, "Chat among technicians";
    AttachmentRead = "attachment_read", Reads, "Open a session's files and pictures";
    AttachmentAdd = "attachment_add", Changes, "Add files and pictures to a session";
    RemoteView = "remote_view", Machine, "Ask to see the screen";
    RemotePoint = "remote_point", Machine, "Ask to point and draw on the screen";
    RemoteControl = "remote_control", Machine, "Ask to control mouse and keyboard";
    RemoteClipboard = "remote_clipboard", Machine, "Ask to share the clipboard";
    RemoteFilesSend = "remote_files_send", Machine, "Ask to send files to the machine";
    RemoteFilesFetch = "remote_files_fetch", Machine, "Ask to fetch files from the machine";
    RemoteScreenshot = "remote_screenshot", Machine, "Take a screenshot into the session";
    RemoteDiagnose = "remote_diagnose", Machine, "Ask to run diagnostics";
    RemoteRecord = "remote_record", Machine, "Ask to record";
    RemoteAdmin = "remote_admin", Machine, "Ask to work as administrator";
    RemoteBlock = "remote_block", Machine, "Block the end user's input or blank their screen";
    RecordingWatch = "recording_watch", Reads, "Watch recordings";
    RecordingDelete = "recording_delete", Changes, "Delete recordings";
    ChannelView = "channel_view", Reads, "See a channel and its settings";
    ChannelCreate = "channel_create", Changes, "Create channels";
    ChannelConfigure = "channel_configure", Changes, "Change a channel's settings and form";
    ChannelDelete = "channel_delete", Changes, "Delete a channel";
    ChannelPause = "channel_pause", Changes, "Pause and resume a channel";
    ChannelMembers = "channel_members", Changes, "Add groups and technicians to a channel, and remove them";
    ChannelRules = "channel_rules", Changes, "Change routing and fallback";
    ChannelHours = "channel_hours", Changes, "Change hours, holidays and targets";
    ChannelLinks = "channel_links", Changes, "Make, pause and delete SOS Call links";
    LoadView = "load_view", Reads, "See the live load";
    TechnicianView = "technician_view", Reads, "See technicians and their availability";
    TechnicianManage = "technician_manage", Changes, "Create, change and disable technicians";
    TechnicianAvailability = "technician_availability", Changes, "Set somebody else's availability";
    GroupManage = "group_manage", Changes, "Create, change and delete groups and skills";
    RoleAssign = "role_assign", Changes, "Give roles to technicians, and take them";
    RoleManage = "role_manage", Changes, "Make roles, and allow or deny single permissions";
    CompanyManage = "company_manage", Changes, "Create and change companies, and who sees them";
    CategoryManage = "category_manage", Changes, "Create and change categories";
    ReplyManage = "reply_manage", Changes, "Create and change canned replies";
    ReportView = "report_view", Reads, "See reports";
    ReportExport = "report_export", Reads, "Export reports and lists";
    AuditView = "audit_view", Reads, "Read and verify the audit log";
    SettingsManage = "settings_manage", Changes, "Change the relay's settings and keys";
    WebhookManage = "webhook_manage", Changes, "Create and change webhooks and API keys";
}

/// A set of permissions. In JSON, a list of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(from = "Vec<Permission>", into = "Vec<Permission>")]
#[schema(value_type = Vec<Permission>)]
pub struct Permissions(u64);

// Adding the 65th permission needs a wider set.
const _: () = assert!(Permission::ALL.len() <= 64);

impl Permissions {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self(u64::MAX >> (64 - Permission::ALL.len()));

    #[must_use]
    pub const fn of(permissions: &[Permission]) -> Self {
        let (mut set, mut index) = (0, 0);
        while index < permissions.len() {
            set |= 1 << permissions[index] as u32;
            index += 1;
        }
        Self(set)
    }
    #[must_use]
    pub const fn without(self, permissions: &[Permission]) -> Self {
        Self(self.0 & !Self::of(permissions).0)
    }
    #[must_use]
    pub const fn and(self, permissions: &[Permission]) -> Self {
        Self(self.0 | Self::of(permissions).0)
    }
    #[must_use]
    pub fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }
}

impl From<Vec<Permission>> for Permissions {
    fn from(permissions: Vec<Permission>) -> Self {
        Self::of(&permissions)
    }
}

impl From<Permissions> for Vec<Permission> {
    fn from(set: Permissions) -> Self {
        set.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_at_least_thirty_and_their_names_are_stable() {
        assert!(Permission::ALL.len() >= 30);
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(*permission));
            assert_eq!(serde_json::to_string(permission).unwrap(), format!("\"{}\"", permission.as_str()));
            assert!(permission.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
        assert_eq!("session_fly".parse::<Permission>(), Err(ponte_types::UnknownWord));
    }

    #[test]
    fn sets_hold_what_they_were_given() {
        assert_eq!(Permissions::ALL.iter().count(), Permission::ALL.len());
        let set = Permissions::of(&[Permission::RemoteView, Permission::ChatRead]);
        assert!(set.contains(Permission::ChatRead) && !set.contains(Permission::ChatWrite));
        let text = serde_json::to_string(&set).unwrap();
        assert_eq!(text, r#"["chat_read","remote_view"]"#);
        assert_eq!(serde_json::from_str::<Permissions>(&text).unwrap(), set);
        assert!(serde_json::from_str::<Permissions>(r#"["session_fly"]"#).is_err());
        assert_eq!(set.without(&[Permission::ChatRead]), Permissions::of(&[Permission::RemoteView]));
    }
}
