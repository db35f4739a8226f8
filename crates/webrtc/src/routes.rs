//! Which viewer a packet without a name (DTLS, SRTP) belongs to: whoever proved its source address last.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
};

use ponte_types::ViewerId;

/// Addresses remembered for one viewer; the one that was proved longest ago is forgotten first.
const MAX_ADDRESSES: usize = 16;

#[derive(Debug, Default)]
pub(crate) struct Routes {
    by_address: HashMap<SocketAddr, ViewerId>,
    /// The other way round, newest proof last.
    by_viewer: HashMap<ViewerId, VecDeque<SocketAddr>>,
}

impl Routes {
    pub(crate) fn find(&self, address: SocketAddr) -> Option<ViewerId> {
        self.by_address.get(&address).copied()
    }

    /// A check of the viewer came from this address and was answered with success.
    pub(crate) fn proved(&mut self, viewer: ViewerId, address: SocketAddr) {
        if let Some(before) = self.by_address.insert(address, viewer)
            && let Some(addresses) = self.by_viewer.get_mut(&before)
        {
            addresses.retain(|known| *known != address);
        }
        let addresses = self.by_viewer.entry(viewer).or_default();
        addresses.push_back(address);
        if addresses.len() > MAX_ADDRESSES
            && let Some(oldest) = addresses.pop_front()
        {
            self.by_address.remove(&oldest);
        }
    }

    pub(crate) fn forget(&mut self, viewer: ViewerId) {
        for address in self.by_viewer.remove(&viewer).unwrap_or_default() {
            self.by_address.remove(&address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(n: u8) -> ViewerId {
        ViewerId::from_bytes([n; 16])
    }

    fn address(port: u16) -> SocketAddr {
        ([192, 0, 2, 1], port).into()
    }

    #[test]
    fn an_address_belongs_to_whoever_proved_it_last() {
        let mut routes = Routes::default();
        routes.proved(viewer(1), address(1));
        routes.proved(viewer(2), address(1));
        assert_eq!(routes.find(address(1)), Some(viewer(2)));
        routes.proved(viewer(1), address(1));
        routes.forget(viewer(2));
        assert_eq!(routes.find(address(1)), Some(viewer(1)), "who left takes only its own along");
        routes.forget(viewer(1));
        assert_eq!(routes.find(address(1)), None);
        assert!(routes.by_address.is_empty() && routes.by_viewer.is_empty());
    }

    #[test]
    fn a_viewer_that_moves_for_ever_keeps_only_its_newest_addresses() {
        let mut routes = Routes::default();
        for port in 1..=1_000 {
            routes.proved(viewer(1), address(1));
            routes.proved(viewer(1), address(port));
        }
        assert_eq!(routes.by_address.len(), MAX_ADDRESSES);
        assert_eq!(routes.by_viewer[&viewer(1)].len(), MAX_ADDRESSES);
        assert_eq!(routes.find(address(1)), Some(viewer(1)), "the one in use is not forgotten");
        assert_eq!(routes.find(address(1_000)), Some(viewer(1)));
        assert_eq!(routes.find(address(500)), None);
    }
}
