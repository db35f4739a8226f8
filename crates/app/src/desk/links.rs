//! Channels' links, as managers make and mind them.

use ponte_desk::permission::{Permission, Where};
use ponte_store::{Actor, AuditEntry, CallLink};
use ponte_types::{ChannelId, ErrorCode, Line, LinkId};

use super::{Caller, Desk, DeskError, Directory};

/// The most links of a channel.
const MOST_LINKS: u64 = 100;

/// What a manager changes of a link; `None` leaves it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditLink {
    pub name: Option<Line<80>>,
    pub paused: Option<bool>,
}

impl Desk {
    /// A channel's links, the oldest first.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn links(&self, caller: &Caller, channel: ChannelId) -> Result<Vec<CallLink>, DeskError> {
        self.may_link(caller, channel).await?;
        Ok(self.store.links(channel).await?)
    }

    /// Makes a link that asks this channel for help.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid_request` when the channel has as many as it may.
    pub async fn make_link(
        &self,
        caller: &Caller,
        channel: ChannelId,
        name: Line<80>,
    ) -> Result<CallLink, DeskError> {
        let directory = self.may_link(caller, channel).await?;
        let link = CallLink {
            // Drawn entirely at random: who may ask is who was given it.
            id: LinkId::from_bytes(self.ambient.bytes()?),
            channel,
            version: 1,
            name: name.into_string(),
            paused: false,
            made_at: self.ambient.now(),
            used: 0,
            last_used_at: None,
        };
        let audit = self.link_audit(caller, &directory, "link_made", &link);
        if !self.store.add_link(&link, MOST_LINKS, &audit).await? {
            let text = format!("a channel may have {MOST_LINKS} links; delete one that nobody needs");
            return Err(DeskError::Explained(ErrorCode::InvalidRequest, text));
        }
        Ok(link)
    }

    /// Gives a link another name, pauses or resumes it.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `version_conflict`.
    pub async fn change_link(
        &self,
        caller: &Caller,
        channel: ChannelId,
        id: LinkId,
        version: u64,
        edit: EditLink,
    ) -> Result<CallLink, DeskError> {
        let directory = self.may_link(caller, channel).await?;
        let link = self.link_of(channel, id).await?;
        if link.version != version {
            return Err(ErrorCode::VersionConflict.into());
        }
        let name = edit.name.map_or_else(|| link.name.clone(), Line::into_string);
        let changed = CallLink { name, paused: edit.paused.unwrap_or(link.paused), ..link.clone() };
        if changed == link {
            return Ok(link);
        }
        let kind = match (link.paused, changed.paused) {
            (false, true) => "link_paused",
            (true, false) => "link_resumed",
            _ => "link_renamed",
        };
        let audit = self.link_audit(caller, &directory, kind, &changed);
        let kept = self.store.change_link(&changed, &audit).await?;
        kept.ok_or(DeskError::Refused(ErrorCode::VersionConflict))
    }

    /// Deletes a link for good; requests that came by it stay.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `version_conflict`.
    pub async fn delete_link(
        &self,
        caller: &Caller,
        channel: ChannelId,
        id: LinkId,
        version: u64,
    ) -> Result<(), DeskError> {
        let directory = self.may_link(caller, channel).await?;
        let link = self.link_of(channel, id).await?;
        let audit = self.link_audit(caller, &directory, "link_deleted", &link);
        if self.store.delete_link(id, version, &audit).await? {
            Ok(())
        } else {
            Err(ErrorCode::VersionConflict.into())
        }
    }

    async fn may_link(
        &self,
        caller: &Caller,
        channel: ChannelId,
    ) -> Result<std::sync::Arc<Directory>, DeskError> {
        let directory = self.directory_now().await?;
        directory.may(caller, Permission::ChannelLinks, Where::Channel(channel))?;
        match directory.channel(channel) {
            Some(_) => Ok(directory),
            None => Err(ErrorCode::NotFound.into()),
        }
    }

    async fn link_of(&self, channel: ChannelId, id: LinkId) -> Result<CallLink, DeskError> {
        let link = self.store.link(id).await?.filter(|link| link.channel == channel);
        link.ok_or(DeskError::Refused(ErrorCode::NotFound))
    }

    /// The link's id is what opens it: the audit says its name.
    fn link_audit(
        &self,
        caller: &Caller,
        directory: &Directory,
        kind: &'static str,
        link: &CallLink,
    ) -> AuditEntry {
        let channel = directory.channel(link.channel).map(|it| it.name.to_string()).unwrap_or_default();
        let about = format!("{channel}: {}", link.name);
        AuditEntry { at: self.ambient.now(), by: Actor::Technician(caller.id), kind, about }
    }
}
