//! Short names for tests.

use std::time::Duration;

use ponte_types::{CategoryId, ChannelId, CompanyId, GroupId, RoleId, SessionId, TechnicianId, UnixMillis};

macro_rules! short {
    ($($name:ident -> $id:ident)*) => {$(
        pub(crate) fn $name(n: u16) -> $id {
            let [high, low] = n.to_be_bytes();
            $id::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, high, low])
        }
    )*};
}
short! {
    session -> SessionId
    technician -> TechnicianId
    channel -> ChannelId
    group -> GroupId
    company -> CompanyId
    category -> CategoryId
    role -> RoleId
}

pub(crate) const MINUTE: i64 = 60_000;

pub(crate) fn minutes(n: u64) -> Duration {
    Duration::from_secs(n * 60)
}

/// Minutes after the epoch.
pub(crate) fn at(minute: i64) -> UnixMillis {
    UnixMillis(minute * MINUTE)
}

/// Puts a list in another order, the same for the same seed.
pub(crate) fn shuffled<T: Clone>(items: &[T], seed: u64) -> Vec<T> {
    let mut items = items.to_vec();
    let mut state = seed;
    for last in (1..items.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(state >> 33).unwrap_or(0) % (last + 1);
        items.swap(last, other);
    }
    items
}

pub(crate) fn line<const MAX: usize>(text: &str) -> ponte_types::Line<MAX> {
    ponte_types::Line::parse(text).unwrap()
}
