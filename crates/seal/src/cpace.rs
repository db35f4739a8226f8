//! CPace over ristretto255 with SHA-512, initiator–responder (draft-irtf-cfrg-cpace-21, §7 and §8.3).

use curve25519_dalek::{
    ristretto::{CompressedRistretto, RistrettoPoint},
    scalar::Scalar,
    traits::IsIdentity,
};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use crate::BadShare;

const DSI: &[u8] = b"CPaceRistretto255";
const DSI_ISK: &[u8] = b"CPaceRistretto255_ISK";
/// Input block size of SHA-512.
const BLOCK: usize = 128;

/// Appends `part` with its LEB128 length in front (the draft's `prepend_len`).
pub(crate) fn push_lv(out: &mut Vec<u8>, part: &[u8]) {
    let mut len = part.len();
    while len >= 0x80 {
        #[allow(clippy::cast_possible_truncation)] // masked to seven bits
        out.push((len & 0x7f) as u8 | 0x80);
        len >>= 7;
    }
    #[allow(clippy::cast_possible_truncation)] // below 0x80
    out.push(len as u8);
    out.extend_from_slice(part);
}

pub(crate) fn lv_cat(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(parts.iter().map(|p| p.len() + 2).sum());
    for part in parts {
        push_lv(&mut out, part);
    }
    out
}

/// The generator that both sides derive from the password and the context.
pub(crate) fn generator(prs: &[u8], ci: &[u8], sid: &[u8]) -> RistrettoPoint {
    let head = lv_cat(&[DSI, prs]).len();
    let zpad = [0u8; BLOCK];
    let pad = BLOCK.saturating_sub(1 + head);
    let string = Zeroizing::new(lv_cat(&[DSI, prs, zpad.get(..pad).unwrap_or_default(), ci, sid]));
    RistrettoPoint::from_uniform_bytes(&Sha512::digest(&*string).into())
}

/// Decodes a share, refusing what is not canonical and the identity.
pub(crate) fn decode(share: &[u8; 32]) -> Result<RistrettoPoint, BadShare> {
    let point = CompressedRistretto(*share).decompress().ok_or(BadShare)?;
    if point.is_identity() { Err(BadShare) } else { Ok(point) }
}

/// `ISK` from one's own scalar and the other side's share; `a` is the initiator.
pub(crate) fn isk(
    scalar: &Scalar,
    theirs: &[u8; 32],
    sid: &[u8],
    (share_a, ad_a): (&[u8; 32], &[u8]),
    (share_b, ad_b): (&[u8; 32], &[u8]),
) -> Result<Zeroizing<[u8; 64]>, BadShare> {
    let k = Zeroizing::new((decode(theirs)? * scalar).compress().to_bytes());
    let mut input = Zeroizing::new(lv_cat(&[DSI_ISK, sid, &k[..]]));
    input.extend_from_slice(&lv_cat(&[share_a, ad_a, share_b, ad_b]));
    Ok(Zeroizing::new(Sha512::digest(&*input).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(vectors: &serde_json::Value, name: &str) -> Vec<u8> {
        let text = vectors[name].as_str().unwrap();
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    }

    #[test]
    fn the_drafts_vectors_hold() {
        let v: serde_json::Value = serde_json::from_str(include_str!("../cpace-vectors.json")).unwrap();
        let get = |name| field(&v, name);
        let point = |name| <[u8; 32]>::try_from(get(name)).unwrap();
        let sid = get("sid");
        let g = generator(&get("PRS"), &get("CI"), &sid);
        assert_eq!(g.compress().to_bytes(), point("g"));
        let ya = Scalar::from_bytes_mod_order(point("ya"));
        let yb = Scalar::from_bytes_mod_order(point("yb"));
        assert_eq!((g * ya).compress().to_bytes(), point("Ya"));
        assert_eq!((g * yb).compress().to_bytes(), point("Yb"));
        let (share_a, share_b) = (point("Ya"), point("Yb"));
        let (ad_a, ad_b) = (get("ADa"), get("ADb"));
        let at_a = isk(&ya, &share_b, &sid, (&share_a, &ad_a), (&share_b, &ad_b)).unwrap();
        let at_b = isk(&yb, &share_a, &sid, (&share_a, &ad_a), (&share_b, &ad_b)).unwrap();
        assert_eq!(at_a.to_vec(), get("ISK_IR"));
        assert_eq!(at_a, at_b);
    }

    #[test]
    fn invalid_points_are_refused() {
        // Appendix B.3.11 of the draft: not a point, and the identity.
        let mut not_a_point = [0u8; 32];
        let text = "2b3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c";
        for (i, byte) in not_a_point.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap();
        }
        assert_eq!(decode(&not_a_point), Err(BadShare));
        assert_eq!(decode(&[0; 32]), Err(BadShare));
    }
}
