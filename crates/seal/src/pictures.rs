//! Pictures that the relay forwards and cannot read (docs/pairing.md, "Sealed pictures").

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{AeadInOut, inout::InOutBuf},
};
use memchr::{memchr, memmem};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{cpace::lv_cat, lanes::nonce};

/// Of each slice these bytes stay clear: its header byte, and where the slice header begins.
const CLEAR: usize = 9;
const START: [u8; 4] = [0, 0, 0, 1];
/// Ends each slice: a zero there would be taken for the beginning of a start code.
const LAST: u8 = 0x80;

/// By which the pictures of one epoch are sealed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PictureKey([u8; 32]);

impl PictureKey {
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for PictureKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PictureKey(…)")
    }
}

/// Seals the pictures of one epoch, one after the other.
pub struct PictureSealer {
    cipher: Aes256Gcm,
    epoch: u8,
    sealed: u64,
}

impl PictureSealer {
    #[must_use]
    pub fn new(epoch: u8, key: &PictureKey) -> Self {
        Self { cipher: Aes256Gcm::new((&key.0).into()), epoch, sealed: 0 }
    }

    #[must_use]
    pub fn epoch(&self) -> u8 {
        self.epoch
    }

    /// One access unit (Annex B); `None` when there is no picture in it.
    pub fn seal(&mut self, picture: &[u8]) -> Option<Vec<u8>> {
        let units: Vec<&[u8]> = units(picture).collect();
        let slices =
            || units.iter().filter(|unit| is_slice(unit)).map(|unit| unit.split_at(unit.len().min(CLEAR)));
        let last = units.iter().rposition(|unit| is_slice(unit))?;

        self.sealed += 1;
        let mut hidden = Vec::with_capacity(picture.len() + 64);
        slices().for_each(|(_, rest)| hidden.extend_from_slice(rest));
        let clear: Vec<&[u8]> = slices().map(|(clear, _)| clear).collect();
        let aad = [b"ponte picture".as_slice(), &[self.epoch], &lv_cat(&clear)].concat();
        let nonce = nonce(self.sealed);
        let tag = self.cipher.encrypt_inout_detached(&nonce, &aad, InOutBuf::from(&mut hidden[..])).ok()?;
        hidden.extend_from_slice(&tag);
        hidden.extend_from_slice(&self.sealed.to_be_bytes());
        hidden.push(self.epoch);

        let mut out = Vec::with_capacity(hidden.len() + hidden.len() / 64 + 256);
        let mut hidden = &hidden[..];
        for (index, unit) in units.iter().enumerate() {
            out.extend_from_slice(&START);
            if !is_slice(unit) {
                out.extend_from_slice(unit);
                continue;
            }
            let (clear, rest) = unit.split_at(unit.len().min(CLEAR));
            let (own, others) = if index == last { (hidden, &[][..]) } else { hidden.split_at(rest.len()) };
            put(&mut out, clear, own);
            out.push(LAST);
            hidden = others;
        }
        Some(out)
    }
}

impl std::fmt::Debug for PictureSealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PictureSealer").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// The NAL units between start codes. None ends in a zero byte: those belong to the next start code.
fn units(picture: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut starts = memmem::find_iter(picture, &START[1..]).map(|at| at + 3).peekable();
    std::iter::from_fn(move || {
        let from = starts.next()?;
        let to = starts.peek().map_or(picture.len(), |next| next - 3);
        let unit = &picture[from..to];
        let zeros = unit.iter().rev().take_while(|byte| **byte == 0).count();
        Some(&unit[..unit.len() - zeros])
    })
    .filter(|unit| !unit.is_empty())
}

/// Coded pictures (ITU-T H.264, table 7-1).
fn is_slice(unit: &[u8]) -> bool {
    matches!(unit[0] & 0x1f, 1..=5)
}

/// Slices, and beside them parameter sets, delimiters, fillers. All further types carry or steer pictures of extensions
/// (annexes F to I), in clear.
fn is_known(unit: &[u8]) -> bool {
    matches!(unit[0] & 0x1f, 1..=12)
}

/// Appends a slice so that nothing in it, from where it may be hidden on, looks like a start code.
fn put(out: &mut Vec<u8>, clear: &[u8], hidden: &[u8]) {
    let (first, mut rest) = hidden.split_at(hidden.len().min(CLEAR - clear.len()));
    out.extend_from_slice(clear);
    out.extend_from_slice(first);
    let mut zeros = out.iter().rev().take_while(|byte| **byte == 0).count();
    while let Some((first, others)) = rest.split_first() {
        if zeros >= 2 && *first <= 3 {
            out.push(3);
            zeros = 0;
        }
        if zeros > 0 {
            out.push(*first);
            zeros = if *first == 0 { zeros + 1 } else { 0 };
            rest = others;
        } else {
            let to = memchr(0, rest);
            let upto = to.map_or(rest.len(), |zero| zero + 1);
            out.extend_from_slice(&rest[..upto]);
            zeros = usize::from(to.is_some());
            rest = &rest[upto..];
        }
    }
}

/// Takes out what [`put`] put between.
fn take(slice: &[u8]) -> Vec<u8> {
    let (first, bytes) = slice.split_at(slice.len().min(CLEAR));
    let mut zeros = first.iter().rev().take_while(|byte| **byte == 0).count();
    let mut out = Vec::with_capacity(slice.len());
    out.extend_from_slice(first);
    for byte in bytes {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        out.push(*byte);
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
    }
    out
}

const TAG: usize = 16;
const TRAILER: usize = TAG + 8 + 1;
/// Keys of this many epochs are kept: pictures of the one before are still on their way.
const EPOCHS: usize = 3;

/// Why a picture was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    #[error("the picture is not sealed")]
    Unsealed,
    #[error("there is no key for the picture")]
    NoKey,
    #[error("the picture is a repeat, or comes too late")]
    Repeated,
    #[error("the picture was not sealed with its epoch's key, or was changed")]
    Forged,
}

struct Epoch {
    number: u8,
    cipher: Aes256Gcm,
    opened: u64,
}

/// Opens pictures, as the technician's browser does.
#[derive(Default)]
pub struct PictureOpener(Vec<Epoch>);

impl PictureOpener {
    /// A key for what follows.
    pub fn learn(&mut self, number: u8, key: &PictureKey) {
        self.0.retain(|known| known.number != number);
        self.0.push(Epoch { number, cipher: Aes256Gcm::new((&key.0).into()), opened: 0 });
        if self.0.len() > EPOCHS {
            self.0.remove(0);
        }
    }

    /// One access unit, as it was before it was sealed.
    ///
    /// # Errors
    /// When it is not what the end user's program sealed, or was opened before.
    pub fn open(&mut self, sealed: &[u8]) -> Result<Vec<u8>, PictureError> {
        let units: Vec<&[u8]> = units(sealed).collect();
        if !units.iter().all(|unit| is_known(unit)) {
            return Err(PictureError::Unsealed);
        }
        let bare = |unit: &&[u8]| unit.strip_suffix(&[LAST]).map(take);
        let slices: Option<Vec<_>> = units.iter().filter(|unit| is_slice(unit)).map(bare).collect();
        let mut slices = slices.ok_or(PictureError::Unsealed)?;
        let end = slices.last_mut().ok_or(PictureError::Unsealed)?;
        let at = end.len().checked_sub(TRAILER).ok_or(PictureError::Unsealed)?;
        let trailer = end.split_off(at);
        let (tag, facts) = trailer.split_at(TAG);
        let (counter, facts) = facts.split_first_chunk().ok_or(PictureError::Unsealed)?;
        let [number] = *facts else { return Err(PictureError::Unsealed) };
        let counter = u64::from_be_bytes(*counter);

        let epoch = self.0.iter_mut().find(|known| known.number == number).ok_or(PictureError::NoKey)?;
        if counter <= epoch.opened {
            return Err(PictureError::Repeated);
        }
        let cut = |slice: &Vec<u8>| slice.len().min(CLEAR);
        let clear: Vec<&[u8]> = slices.iter().map(|slice| &slice[..cut(slice)]).collect();
        let aad = [b"ponte picture".as_slice(), &[number], &lv_cat(&clear)].concat();
        let mut hidden: Vec<u8> =
            slices.iter().flat_map(|slice| slice[cut(slice)..].iter().copied()).collect();
        let tag = aes_gcm::Tag::try_from(tag).map_err(|_| PictureError::Unsealed)?;
        epoch
            .cipher
            .decrypt_inout_detached(&nonce(counter), &aad, InOutBuf::from(&mut hidden[..]), &tag)
            .map_err(|_| PictureError::Forged)?;
        epoch.opened = counter;
        // Pictures never go back: what a relay kept of an earlier epoch is not to be shown after this.
        let now = self.0.iter().position(|known| known.number == number).unwrap_or(0);
        self.0.drain(..now);

        let (mut out, mut rest, mut next) = (Vec::with_capacity(sealed.len()), &hidden[..], slices.iter());
        for unit in units {
            out.extend_from_slice(&START);
            match is_slice(unit).then(|| next.next()).flatten() {
                Some(slice) => {
                    let (own, others) = rest.split_at(slice.len() - cut(slice));
                    out.extend_from_slice(&slice[..cut(slice)]);
                    out.extend_from_slice(own);
                    rest = others;
                }
                None => out.extend_from_slice(unit),
            }
        }
        Ok(out)
    }
}

impl std::fmt::Debug for PictureOpener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PictureOpener(…)")
    }
}
