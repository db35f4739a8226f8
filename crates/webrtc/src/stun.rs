//! As much of STUN (RFC 8489) as it takes to find the peer that a packet is for.
//!
//! Nothing here is believed: the peer's ICE agent checks the message's integrity before it answers, and only an answer
//! makes an address known.

const COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
const HEADER: usize = 20;
const USERNAME: u16 = 0x0006;
const USE_CANDIDATE: u16 = 0x0025;
const ICE_CONTROLLED: u16 = 0x8029;

/// Is it STUN, by its first byte (RFC 9443)?
pub(crate) fn is_stun(packet: &[u8]) -> bool {
    packet.first().is_some_and(|b| *b < 4)
}

/// What becomes of a packet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// A check of the peer with this username fragment.
    Check(&'a str),
    /// A request that makes no sense here: this side is ICE-lite, so the browser must be controlling (RFC 8445 §6.1.1).
    /// The agent would begin to settle the roles anew.
    Refused,
    /// Its source address tells whose it is.
    Other,
}

/// Sorts a packet.
pub(crate) fn kind(packet: &[u8]) -> Kind<'_> {
    if !packet.starts_with(&[0, 1]) || packet.get(4..8) != Some(&COOKIE[..]) {
        return Kind::Other;
    }
    let mut receiver = None;
    for (kind, value) in attributes(packet) {
        match kind {
            ICE_CONTROLLED => return Kind::Refused,
            USERNAME if receiver.is_none() => receiver = std::str::from_utf8(value).ok(),
            _ => {}
        }
    }
    receiver.and_then(|name| name.split(':').next()).map_or(Kind::Other, Kind::Check)
}

/// Does the request nominate its path?
pub(crate) fn nominates(packet: &[u8]) -> bool {
    attributes(packet).any(|(kind, _)| kind == USE_CANDIDATE)
}

/// Is it a binding success response?
pub(crate) fn is_success(packet: &[u8]) -> bool {
    packet.starts_with(&[1, 1])
}

fn attributes(packet: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = packet.get(HEADER..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (head, tail) = rest.split_first_chunk::<4>()?;
        let [k0, k1, l0, l1] = *head;
        let len = usize::from(u16::from_be_bytes([l0, l1]));
        let value = tail.get(..len)?;
        rest = tail.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some((u16::from_be_bytes([k0, k1]), value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(attributes: &[u8]) -> Vec<u8> {
        let mut packet = vec![0, 1, 0, u8::try_from(attributes.len()).unwrap()];
        packet.extend(COOKIE);
        packet.extend([7; 12]);
        packet.extend(attributes);
        packet
    }

    #[test]
    fn the_receiver_is_found_and_nonsense_is_not() {
        let packet = request(b"\x00\x06\x00\x05ab:cd\0\0\0\x00\x25\x00\x00");
        assert_eq!(kind(&packet), Kind::Check("ab"));
        assert!(nominates(&packet));
        for cut in 0..packet.len() {
            let _ = (kind(&packet[..cut]), nominates(&packet[..cut]));
        }
        assert_eq!(kind(&request(b"\x00\x06\xff\xffab")), Kind::Other);
        assert_eq!(kind(b"\x00\x01\x00\x00nonsense"), Kind::Other);
        assert_eq!(kind(b"\x16\xfe\xfd"), Kind::Other, "DTLS");
    }

    #[test]
    fn a_browser_that_is_not_controlling_is_refused() {
        let role = |attribute: &[u8]| request(&[b"\x00\x06\x00\x05ab:cd\0\0\0", attribute].concat());
        assert_eq!(kind(&role(b"\x80\x2a\x00\x0812345678")), Kind::Check("ab"));
        assert_eq!(kind(&role(b"\x80\x29\x00\x0812345678")), Kind::Refused);
        assert_eq!(kind(&request(b"\x80\x29\x00\x0812345678\x00\x06\x00\x02ab\0\0")), Kind::Refused);
    }
}
