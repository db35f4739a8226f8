//! The desk's values as JSON.

use ponte_app::desk;

use crate::dto::{
    ChatMarks, ChatMessage, Coming, HistoryEntry, Invite, Owner, Session, Technician,
    attachments::ChatFile,
    links::{Call, CallLink},
};

impl From<desk::Technician> for Technician {
    fn from(t: desk::Technician) -> Self {
        Self { id: t.id, name: t.name, email: t.email }
    }
}

impl From<desk::Session> for Session {
    fn from(s: desk::Session) -> Self {
        let red_at = s.expires_at.map(|end| ponte_desk::expiry::red_at(s.limit_counts_from(), end));
        let asset_number = s.device.as_ref().and_then(ponte_types::DeviceFacts::asset_number);
        Self {
            id: s.id,
            number: s.number,
            version: s.version,
            state: s.state,
            detail: s.detail,
            reach: s.reach,
            program: s.program,
            mode: s.mode,
            person: s.person,
            email: s.email,
            phone: s.phone,
            company: s.company,
            subject: s.subject,
            channel: s.placement.channel,
            company_id: s.placement.company,
            category: s.placement.category,
            priority: s.placement.priority,
            came_at: s.placement.came_at,
            queue_at: s.placement.queue_at,
            owner: s.owner.map(|o| Owner { id: o.id, name: o.name }),
            team: s.team.map(Into::into),
            created_at: s.created_at,
            changed_at: s.changed_at,
            waiting_since: s.waiting_since,
            started_at: s.started_at,
            closed_at: s.closed_at,
            outcome: s.outcome,
            note: s.note,
            reason: s.reason,
            hold: s.hold.map(Into::into),
            confirms_at: s.confirms_at,
            reopen_until: s.reopen_until,
            reopened_at: s.reopened_at,
            changed_infrastructure: s.changed_infrastructure,
            expires_at: s.expires_at,
            device: s.device,
            asset_number,
            invite: s.invite.map(|i| Invite { id: i.id, expires_at: i.expires_at }),
            call: s.call.map(|call| Call {
                link_name: call.link_name,
                entry: call.entry,
                department: call.department,
                rules: call.rules,
            }),
            chat: ChatMarks {
                newest: s.chat.newest,
                end_user_got: s.chat.end_user_got,
                end_user_saw: s.chat.end_user_saw,
                desk_saw: s.chat.desk_saw,
            },
            times: s.placement.came_at.map(|_| s.clocks.into()),
            red_at,
            place: None,
            history: None,
        }
    }
}

impl Session {
    pub(crate) fn with_history(
        session: desk::Session,
        history: Vec<desk::HistoryEntry>,
        place: Option<desk::InLine>,
    ) -> Self {
        let history =
            history.into_iter().map(|e| HistoryEntry { at: e.at, kind: e.kind, by: e.by }).collect();
        Self { history: Some(history), place: place.map(Into::into), ..Self::from(session) }
    }
}

impl From<desk::ChatMessage> for ChatMessage {
    fn from(m: desk::ChatMessage) -> Self {
        let technician = match m.author {
            desk::Author::EndUser => None,
            desk::Author::Technician(person) => Some(Owner { id: person.id, name: person.name }),
        };
        let file = m.file.map(ChatFile::from);
        Self {
            id: m.id,
            number: m.number,
            at: m.at,
            technician,
            text: m.text,
            file,
            removed_at: m.removed_at,
        }
    }
}

impl From<desk::Coming> for Coming {
    fn from(it: desk::Coming) -> Self {
        let technician = Owner { id: it.technician.id, name: it.technician.name };
        Self { at: it.at, technician, came: it.came }
    }
}

impl From<desk::CallLink> for CallLink {
    fn from(link: desk::CallLink) -> Self {
        Self {
            id: link.id,
            version: link.version,
            name: link.name,
            paused: link.paused,
            made_at: link.made_at,
            used: link.used,
            last_used_at: link.last_used_at,
        }
    }
}
