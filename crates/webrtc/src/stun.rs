//! As much of STUN (RFC 8489) as it takes to find the peer that a packet is for.
//!
//! Nothing here is believed: the peer's ICE agent checks the message's integrity before it answers, and only an answer
//! makes an address known.

const COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
const HEADER: usize = 20;
const USERNAME: u16 = 0x0006;
const USE_CANDIDATE: u16 = 0x0025;

/// Is it STUN, by its first byte (RFC 9443)?
pub(crate) fn is_stun(packet: &[u8]) -> bool {
    packet.first().is_some_and(|b| *b < 4)
}

/// The part of a binding request's USERNAME that names the receiver.
pub(crate) fn receiver_ufrag(packet: &[u8]) -> Option<&str> {
    if !packet.starts_with(&[0, 1]) || packet.get(4..8) != Some(&COOKIE[..]) {
        return None;
    }
    let (_, name) = attributes(packet).find(|(kind, _)| *kind == USERNAME)?;
    std::str::from_utf8(name).ok()?.split(':').next()
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
        assert_eq!(receiver_ufrag(&packet), Some("ab"));
        assert!(nominates(&packet));
        for cut in 0..packet.len() {
            let _ = (receiver_ufrag(&packet[..cut]), nominates(&packet[..cut]));
        }
        assert_eq!(receiver_ufrag(&request(b"\x00\x06\xff\xffab")), None);
        assert_eq!(receiver_ufrag(b"\x00\x01\x00\x00nonsense"), None);
    }
}
