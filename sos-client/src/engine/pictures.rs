//! By which keys the pictures are sealed, and who has them. No I/O.

use ponte_seal::{PictureKey, PictureSealer};
use ponte_types::ViewerId;

/// The epoch, and whose it is.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    sealer: Option<PictureSealer>,
    epoch: u8,
    /// Who has its key, as the relay was told, too.
    keyed: Vec<ViewerId>,
    /// One of them began anew, and has no key any more: whatever became of them, all get another.
    renew: bool,
}

impl Pictures {
    /// Is the epoch's key with these, and nobody else?
    pub(super) fn are_for(&self, viewers: impl Iterator<Item = ViewerId>) -> bool {
        !self.renew && viewers.eq(self.keyed.iter().copied())
    }

    /// From now on pictures are for these: who left opens nothing of what follows, who came nothing of what was.
    pub(super) fn turn(&mut self, viewers: Vec<ViewerId>, key: &PictureKey) -> u8 {
        self.epoch = self.epoch.checked_add(1).unwrap_or(1);
        self.sealer = Some(PictureSealer::new(self.epoch, key));
        self.keyed = viewers;
        self.renew = false;
        self.epoch
    }

    /// A viewer began anew: what it had of keys is gone.
    pub(super) fn forgotten_by(&mut self, viewer: ViewerId) {
        self.renew |= self.keyed.contains(&viewer);
    }

    /// Nobody may see.
    pub(super) fn end(&mut self) {
        self.sealer = None;
        self.keyed.clear();
        self.renew = false;
    }

    /// The picture as it may leave this machine, with its epoch; `None` while nobody has a key, or when it is none.
    pub(super) fn seal(&mut self, picture: &[u8]) -> Option<(u8, Vec<u8>)> {
        let sealer = self.sealer.as_mut()?;
        Some((sealer.epoch(), sealer.seal(picture)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_pairs_anew_has_no_key_and_neither_have_the_others_the_one_they_share() {
        let [ana, bia] = [1, 2].map(|n| ViewerId::from_bytes([n; 16]));
        let mut pictures = Pictures::default();
        let picture = [0, 0, 0, 1, 0x65, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        assert!(pictures.seal(&picture).is_none(), "nobody may see");
        assert_eq!(pictures.turn(vec![ana, bia], &PictureKey::from_bytes([1; 32])), 1);
        assert!(pictures.are_for([ana, bia].into_iter()));
        pictures.forgotten_by(ViewerId::from_bytes([3; 16]));
        assert!(pictures.are_for([ana, bia].into_iter()), "somebody else");

        // Ana may see no more, or once more: either way all get another key, and the relay hears who.
        pictures.forgotten_by(ana);
        assert!(!pictures.are_for([bia].into_iter()) && !pictures.are_for([ana, bia].into_iter()));
        assert_eq!(pictures.turn(vec![bia], &PictureKey::from_bytes([2; 32])), 2);
        assert!(pictures.are_for([bia].into_iter()));
        assert_eq!(pictures.seal(&picture).map(|(epoch, _)| epoch), Some(2));
        pictures.end();
        assert!(pictures.seal(&picture).is_none());
    }

    #[test]
    fn epochs_are_counted_from_one_again_after_the_last() {
        let mut pictures = Pictures::default();
        let key = PictureKey::from_bytes([1; 32]);
        let all: Vec<u8> = (0..256).map(|_| pictures.turn(vec![], &key)).collect();
        assert_eq!((all[0], all[254], all[255]), (1, 255, 1));
    }
}
