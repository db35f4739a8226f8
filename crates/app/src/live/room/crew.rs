//! The technicians of a session: who may be in the room, who alone steers, and what they show each other.
//!
//! The records say who is in a session; the room only enforces it, for each viewer. Where technicians point and who
//! would like to steer goes from viewer to viewer and never to the SOS program.

use std::time::Duration;

use ponte_desk::team::Right;
use ponte_types::{ErrorCode, TechnicianId, ViewerId};
use ponte_wire::msg::{self, ViewerRole, to_sos, to_viewer};
use tokio::time::Instant;

use super::Room;
use crate::ports::{Crew, Place};

/// Least time between two positions of one pointer that are passed on; what comes between is left out.
const POINTS_EVERY: Duration = Duration::from_millis(40);
/// Least time between two wishes of one viewer to steer.
const WISHES_EVERY: Duration = Duration::from_secs(2);

impl Room {
    /// Takes over what the records say about who is in the session, unless something newer is known.
    pub(super) fn crew_is(&mut self, version: u64, crew: Crew) {
        let Some(session) = &mut self.session else { return };
        let newer = (version, crew.as_of) >= (session.version, session.crew.as_of);
        if !newer || (version == session.version && crew == session.crew) {
            return;
        }
        session.version = version;
        session.owner = crew.lead;
        session.crew = crew;
        self.tell_taken();
        self.remove_strangers(ErrorCode::AlreadyClaimed);
        let viewers: Vec<ViewerId> = self.viewers.keys().copied().collect();
        for id in viewers {
            self.role_changed(id);
        }
        self.tell_crew();
    }

    pub(super) fn allows(&self, id: ViewerId, right: Right) -> bool {
        let crew = self.session.as_ref().map(|session| &session.crew);
        self.viewers.get(&id).is_some_and(|v| crew.is_some_and(|crew| crew.allows(v.technician, right)))
    }

    /// How a viewer's technician came to be in the session, for the SOS program to show.
    pub(super) fn role(&self, technician: TechnicianId) -> (ViewerRole, String) {
        let Some(session) = &self.session else { return (ViewerRole::Leads, String::new()) };
        match session.crew.members.get(&technician) {
            Some((_, Place::TookOver)) => {
                (ViewerRole::TakesOver, session.crew.from.clone().unwrap_or_default())
            }
            Some((_, Place::Joined)) => (ViewerRole::Joins, String::new()),
            Some((_, Place::LooksIn)) => (ViewerRole::LooksIn, String::new()),
            Some((_, Place::Lead)) | None => (ViewerRole::Leads, String::new()),
        }
    }

    fn role_changed(&mut self, id: ViewerId) {
        let Some(technician) = self.viewers.get(&id).map(|v| v.technician) else { return };
        let role = self.role(technician);
        let Some(viewer) = self.viewers.get_mut(&id) else { return };
        if viewer.role == role {
            return;
        }
        viewer.role = role.clone();
        let (role, from) = (role.0.into(), role.1);
        let changed = msg::ViewerChanged { viewer: id.as_bytes().to_vec(), role, from };
        self.send_sos(to_sos::Body::ViewerChanged(changed));
    }

    /// Tells all consoles who is in the session, and who of them is here.
    pub(super) fn tell_crew(&mut self) {
        let Some(session) = &self.session else { return };
        let bytes = |id: Option<TechnicianId>| id.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
        let members = session.crew.members.iter().map(|(id, (rights, _))| msg::CrewMember {
            technician_id: id.as_bytes().to_vec(),
            role: self.role(*id).0.into(),
            rights: rights.iter().map(|right| right.as_str().to_owned()).collect(),
            here: self.viewers.values().any(|v| v.technician == *id),
        });
        let crew = msg::Crew {
            lead: bytes(session.crew.lead),
            baton: bytes(session.crew.baton),
            members: members.collect(),
        };
        let viewers: Vec<ViewerId> = self.viewers.keys().copied().collect();
        for id in viewers {
            self.send_viewer(id, to_viewer::Body::Crew(crew.clone()));
        }
    }

    /// A technician points at the picture: the others see where, under their name.
    pub(super) fn points(&mut self, id: ViewerId, at: &msg::PointAt) {
        if !self.allows(id, Right::Point) {
            return;
        }
        let now = Instant::now();
        let Some(viewer) = self.viewers.get_mut(&id) else { return };
        let soon = viewer.pointed.is_some_and(|last| now.duration_since(last) < POINTS_EVERY);
        if soon && !at.gone {
            return;
        }
        viewer.pointed = Some(now);
        let pointed = msg::PointedAt {
            technician_id: viewer.technician.as_bytes().to_vec(),
            name: viewer.name.clone(),
            x: at.x.min(65_535),
            y: at.y.min(65_535),
            gone: at.gone,
        };
        self.tell_others(id, |_| true, &to_viewer::Body::Pointed(pointed));
    }

    /// A technician would like to steer: who does, and the lead, are told.
    pub(super) fn wants_baton(&mut self, id: ViewerId) {
        let now = Instant::now();
        let Some(viewer) = self.viewers.get_mut(&id) else { return };
        if viewer.wished.is_some_and(|last| now.duration_since(last) < WISHES_EVERY) {
            return;
        }
        viewer.wished = Some(now);
        let technician = viewer.technician;
        let wanted =
            msg::BatonWanted { technician_id: technician.as_bytes().to_vec(), name: viewer.name.clone() };
        let Some(crew) = self.session.as_ref().map(|session| &session.crew) else { return };
        let may = crew.members.get(&technician).is_some_and(|(rights, _)| rights.contains(Right::Control));
        if !may {
            return;
        }
        let (lead, baton) = (crew.lead, crew.baton);
        let asked = |who: TechnicianId| Some(who) == lead || Some(who) == baton;
        self.tell_others(id, asked, &to_viewer::Body::BatonWanted(wanted));
    }

    fn tell_others(&mut self, from: ViewerId, whom: impl Fn(TechnicianId) -> bool, body: &to_viewer::Body) {
        let author = self.viewers.get(&from).map(|v| v.technician);
        let others: Vec<ViewerId> = self
            .viewers
            .iter()
            .filter(|(_, v)| Some(v.technician) != author && v.accepted && whom(v.technician))
            .map(|(id, _)| *id)
            .collect();
        for id in others {
            self.send_viewer(id, body.clone());
        }
    }
}
