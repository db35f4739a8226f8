//! Where the relay may call (SSRF): addresses of the public internet, and those that the administrator allowed.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// An address with the ones around it: `10.1.0.0/16`, `fd00::/8`, or one address alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    first: IpAddr,
    bits: u8,
}

/// A text that is no [`Block`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no address and no block of addresses, such as 10.1.0.7 or 10.1.0.0/16")]
pub struct NoBlock(String);

impl FromStr for Block {
    type Err = NoBlock;
    fn from_str(text: &str) -> Result<Self, NoBlock> {
        let wrong = || NoBlock(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        if bits > most { Err(wrong()) } else { Ok(Self { first, bits }) }
    }
}

impl Block {
    fn has(&self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(it)) => {
                let shift = 32 - u32::from(self.bits);
                u32::from(first).checked_shr(shift) == u32::from(it).checked_shr(shift)
            }
            (IpAddr::V6(first), IpAddr::V6(it)) => {
                let shift = 128 - u32::from(self.bits);
                u128::from(first).checked_shr(shift) == u128::from(it).checked_shr(shift)
            }
            _ => false,
        }
    }
}

/// What an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Public,
    /// The administrator allowed it.
    Allowed,
    Refused,
}

pub(crate) fn reach(address: IpAddr, allowed: &[Block]) -> Reach {
    // ::ffff:10.0.0.1 is 10.0.0.1, and goes where that goes.
    let address = address.to_canonical();
    if allowed.iter().any(|block| block.has(address)) {
        Reach::Allowed
    } else if is_public(address) {
        Reach::Public
    } else {
        Reach::Refused
    }
}

/// By the registries of special-purpose addresses (RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            !special_v4().any(|(first, bits)| Block { first: first.into(), bits }.has(address))
                && !v4.is_broadcast()
        }
        IpAddr::V6(_) => {
            // Whatever is given out to the world is in 2000::/3; what lies in it and is not, or leads to IPv4, follows.
            let of = |text: [u16; 8], bits| Block { first: Ipv6Addr::from(text).into(), bits }.has(address);
            of([0x2000, 0, 0, 0, 0, 0, 0, 0], 3)
                && !of([0x2001, 0, 0, 0, 0, 0, 0, 0], 23)
                && !of([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32)
                && !of([0x2002, 0, 0, 0, 0, 0, 0, 0], 16)
                && !of([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20)
        }
    }
}

fn special_v4() -> impl Iterator<Item = (Ipv4Addr, u8)> {
    [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 3),
    ]
    .into_iter()
    .map(|(octets, bits)| (Ipv4Addr::from(octets), bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str, allowed: &[&str]) -> Reach {
        let allowed: Vec<Block> = allowed.iter().map(|text| text.parse().unwrap()).collect();
        reach(address.parse().unwrap(), &allowed)
    }

    #[test]
    fn only_the_public_internet_is_public() {
        for public in ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8"] {
            assert_eq!(of(public, &[]), Reach::Public, "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert_eq!(of(special, &[]), Reach::Refused, "{special}");
        }
    }

    #[test]
    fn what_the_administrator_allows_is_allowed_and_no_more() {
        let allowed = ["127.0.0.1", "10.1.0.0/16", "fd00::/8"];
        for one in ["127.0.0.1", "::ffff:127.0.0.1", "10.1.255.9", "fd12::1"] {
            assert_eq!(of(one, &allowed), Reach::Allowed, "{one}");
        }
        for one in ["127.0.0.2", "10.2.0.0", "fe80::1"] {
            assert_eq!(of(one, &allowed), Reach::Refused, "{one}");
        }
        assert_eq!(of("10.9.9.9", &["0.0.0.0/0"]), Reach::Allowed);
        assert_eq!(of("fe80::1", &["0.0.0.0/0"]), Reach::Refused);
        for wrong in ["", "localhost", "10.0.0.0/33", "10.0.0.0/x", "::/129", "10.0.0"] {
            assert!(wrong.parse::<Block>().is_err(), "{wrong}");
        }
    }
}
