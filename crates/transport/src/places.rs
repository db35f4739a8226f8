//! How many connections may be open, in all and from one network. TCP and QUIC each have a count of their own.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use ponte_types::Network;

/// The limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    pub in_all: usize,
    pub per_address: usize,
}

/// Counts open connections. Clones share the count.
#[derive(Debug, Clone)]
pub struct Places {
    caps: Caps,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    in_all: usize,
    by_network: HashMap<Network, usize>,
}

/// One open connection; gives its place back when dropped.
#[derive(Debug)]
pub struct Place {
    places: Places,
    network: Network,
}

impl Places {
    #[must_use]
    pub fn new(caps: Caps) -> Self {
        Self { caps, taken: Arc::default() }
    }

    /// A place for a connection from this address, if there is one.
    #[must_use]
    pub fn enter(&self, address: IpAddr) -> Option<Place> {
        let network = Network::from(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let here = taken.by_network.get(&network).copied().unwrap_or(0);
        if taken.in_all >= self.caps.in_all || here >= self.caps.per_address {
            return None;
        }
        taken.in_all += 1;
        taken.by_network.insert(network, here + 1);
        Some(Place { places: self.clone(), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.in_all -= 1;
        if let Some(here) = taken.by_network.get_mut(&self.network) {
            *here -= 1;
            if *here == 0 {
                taken.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_by_network_and_given_back() {
        let places = Places::new(Caps { in_all: 3, per_address: 2 });
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        let plain: IpAddr = "192.0.2.1".parse().unwrap();
        let first = places.enter(mapped).unwrap();
        let _second = places.enter(plain).unwrap();
        assert!(places.enter(plain).is_none(), "an address has no third place");
        let _other = places.enter("2001:db8::1".parse().unwrap()).unwrap();
        assert!(places.enter("2001:db8:1::1".parse().unwrap()).is_none(), "full");
        drop(first);
        assert!(places.enter(plain).is_some());
    }
}
