//! What a program says of its device while it is connected.
//!
//! It may say something else each second, and each time that is a write. So the facts of a session are kept at most once a
//! minute, beside its version and its history: they are what they are now, and no deed of anybody's.

use std::{
    collections::{HashMap, hash_map::Entry},
    time::Duration,
};

use ponte_types::{DeviceFacts, SessionId, UnixMillis};

use super::{Desk, DeskError, lock};

/// Least time between two writes of one session's facts.
const PACE: Duration = Duration::from_secs(60);

/// What was said lately.
#[derive(Debug, Default)]
pub(super) struct Facts(HashMap<SessionId, Said>);

#[derive(Debug)]
struct Said {
    kept_at: UnixMillis,
    /// Said since.
    newer: Option<DeviceFacts>,
}

impl Facts {
    /// Are these to be kept now? Otherwise they wait until they are due.
    fn say(&mut self, session: SessionId, device: &DeviceFacts, now: UnixMillis) -> bool {
        match self.0.entry(session) {
            Entry::Occupied(mut said) if is_soon(said.get().kept_at, now) => {
                said.get_mut().newer = Some(device.clone());
                false
            }
            Entry::Occupied(mut said) => {
                *said.get_mut() = Said { kept_at: now, newer: None };
                true
            }
            Entry::Vacant(place) => {
                place.insert(Said { kept_at: now, newer: None });
                true
            }
        }
    }

    /// What waited for long enough; of the others nothing is remembered longer than it has to be.
    fn due(&mut self, now: UnixMillis) -> Vec<(SessionId, DeviceFacts)> {
        let mut due = Vec::new();
        self.0.retain(|session, said| {
            if is_soon(said.kept_at, now) {
                return true;
            }
            said.kept_at = now;
            match said.newer.take() {
                Some(device) => {
                    due.push((*session, device));
                    true
                }
                None => false,
            }
        });
        due
    }
}

/// A clock that was set back keeps nothing waiting.
fn is_soon(kept_at: UnixMillis, now: UnixMillis) -> bool {
    kept_at <= now && now.since(kept_at) < PACE
}

impl Desk {
    pub(super) async fn facts_changed(&self, id: SessionId, device: &DeviceFacts) -> Result<(), DeskError> {
        // Of one that is over the store keeps nothing more.
        if lock(&self.facts).say(id, device, self.ambient.now()) {
            self.keep_facts(id, device).await
        } else {
            Ok(())
        }
    }

    /// The program has connected, and its facts were kept with that.
    pub(super) fn facts_begin_anew(&self, session: SessionId) {
        lock(&self.facts).0.remove(&session);
    }

    /// Keeps what programs said since theirs were kept last.
    pub(super) async fn keep_late_facts(&self) -> Result<(), DeskError> {
        let due = lock(&self.facts).due(self.ambient.now());
        for (session, device) in due {
            self.keep_facts(session, &device).await?;
        }
        Ok(())
    }

    async fn keep_facts(&self, session: SessionId, device: &DeviceFacts) -> Result<(), DeskError> {
        if self.store.keep_device(session, device).await? {
            self.changed().await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(host: &str) -> DeviceFacts {
        DeviceFacts { host_name: ponte_types::Line::cut(host), ..DeviceFacts::default() }
    }

    #[test]
    fn facts_are_kept_once_a_minute_and_the_last_ones_are() {
        let (mut facts, id) = (Facts::default(), SessionId::from_bytes([1; 16]));
        let at = |seconds: i64| UnixMillis(seconds * 1_000);
        assert!(facts.say(id, &device("a"), at(0)));
        for n in 1..60 {
            assert!(!facts.say(id, &device(&n.to_string()), at(n)));
        }
        assert!(facts.say(SessionId::from_bytes([2; 16]), &device("other"), at(59)), "each session its own");
        assert_eq!(facts.due(at(59)), []);
        assert_eq!(facts.due(at(60)), [(id, device("59"))]);
        assert!(!facts.say(id, &device("b"), at(61)), "that was a write, too");
        assert_eq!(facts.due(at(120)), [(id, device("b"))]);
        assert_eq!(facts.due(at(180)), []);
        assert!(facts.0.is_empty(), "who says nothing more is forgotten");
    }
}
