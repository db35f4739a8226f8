//! Pairing without a shared secret (docs/pairing.md, WORDS): the commitment, the root, and the words themselves.
//!
//! The words are no words of any language: two syllables that English, Portuguese and Russian write and say alike, so
//! that a technician and an end user who share no alphabet can still compare them (docs/adr/0011).

use curve25519_dalek::ristretto::RistrettoPoint;
use ponte_types::{PairingWords, TechnicianId, ViewerId};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use crate::cpace::lv_cat;

/// One word a line, in order; four letters each.
const LIST: &str = include_str!("../words.txt");
const WORD: usize = 4;

/// Which letters the words are shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    Latin,
    Cyrillic,
}

/// The words as they are shown and read out.
#[must_use]
pub fn spoken(words: PairingWords, alphabet: Alphabet) -> [String; PairingWords::COUNT] {
    words.places().map(|place| {
        let start = usize::from(place) * (WORD + 1);
        let word = LIST.get(start..start + WORD).unwrap_or_default();
        match alphabet {
            Alphabet::Latin => word.to_owned(),
            Alphabet::Cyrillic => word.chars().map(cyrillic).collect(),
        }
    })
}

fn cyrillic(letter: char) -> char {
    match letter {
        'a' => 'а',
        'b' => 'б',
        'd' => 'д',
        'e' => 'е',
        'f' => 'ф',
        'i' => 'и',
        'k' => 'к',
        'l' => 'л',
        'm' => 'м',
        'n' => 'н',
        'o' => 'о',
        'p' => 'п',
        's' => 'с',
        't' => 'т',
        'u' => 'у',
        'v' => 'в',
        other => other,
    }
}

/// What the technician's side binds itself to before it sees the other side's share.
pub(crate) fn commitment(viewer: ViewerId, technician: TechnicianId, share_a: &[u8; 32]) -> [u8; 32] {
    let parts: [&[u8]; 4] = [b"ponte/1 words commitment", viewer.as_bytes(), technician.as_bytes(), share_a];
    Sha256::digest(lv_cat(&parts)).into()
}

/// The root secret from the Diffie-Hellman result between the fresh keys.
pub(crate) fn root(share_a: &[u8; 32], share_b: &[u8; 32], fresh: RistrettoPoint) -> Zeroizing<[u8; 64]> {
    let fresh = Zeroizing::new(fresh.compress().to_bytes());
    let input = Zeroizing::new(lv_cat(&[b"ponte/1 words", share_a, share_b, &fresh[..]]));
    Zeroizing::new(Sha512::digest(&*input).into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_list_is_2048_different_words_of_four_letters_that_both_alphabets_have() {
        let words: BTreeSet<&str> = LIST.lines().collect();
        assert_eq!(words.len(), usize::from(PairingWords::LIST));
        assert_eq!(LIST.len(), words.len() * (WORD + 1));
        assert!(words.iter().all(|word| word.chars().all(|c| cyrillic(c) != c)));
        assert!(words.iter().copied().eq(LIST.lines()), "in order");
    }

    #[test]
    fn a_word_is_the_same_sound_in_either_alphabet() {
        let words = PairingWords::from_hash(&[0; 32]);
        assert_eq!(spoken(words, Alphabet::Latin), ["bada"; 5].map(str::to_owned));
        assert_eq!(spoken(words, Alphabet::Cyrillic), ["бада"; 5].map(str::to_owned));
        let last = PairingWords::from_hash(&[0xff; 32]);
        assert_eq!(Some(spoken(last, Alphabet::Latin)[4].as_str()), LIST.lines().last());
    }
}
