//! By which keys the pictures are sealed, and who has them. No I/O.

use ponte_seal::{PictureKey, PictureSealer};
use ponte_types::ViewerId;

/// The epoch, and whose it is.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    sealer: Option<PictureSealer>,
    epoch: u8,
    /// Who has its key.
    keyed: Vec<ViewerId>,
}

impl Pictures {
    /// Is the epoch's key with these, and nobody else?
    pub(super) fn are_for(&self, viewers: impl Iterator<Item = ViewerId>) -> bool {
        viewers.eq(self.keyed.iter().copied())
    }

    /// From now on pictures are for these: who left opens nothing of what follows, who came nothing of what was.
    pub(super) fn turn(&mut self, viewers: Vec<ViewerId>, key: &PictureKey) -> u8 {
        self.epoch = self.epoch.checked_add(1).unwrap_or(1);
        self.sealer = Some(PictureSealer::new(self.epoch, key));
        self.keyed = viewers;
        self.epoch
    }

    /// A viewer began anew: what it had of keys is gone.
    pub(super) fn forgotten_by(&mut self, viewer: ViewerId) {
        self.keyed.retain(|it| *it != viewer);
    }

    /// Nobody may see.
    pub(super) fn end(&mut self) {
        self.sealer = None;
        self.keyed.clear();
    }

    /// The picture as it may leave this machine, with its epoch; `None` while nobody has a key, or when it is none.
    pub(super) fn seal(&mut self, picture: &[u8]) -> Option<(u8, Vec<u8>)> {
        let sealer = self.sealer.as_mut()?;
        Some((sealer.epoch(), sealer.seal(picture)?))
    }
}
