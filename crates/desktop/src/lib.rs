//! The end user's desktop: capture, encode, inject, the border, the Stop key, and facts about the machine.
//!
//! Everything that touches the window system or C is here, behind types that know nothing of networks or
//! consent. It is the only crate with `unsafe`; each block says why it is sound.
//!
//! - [`screen`] turns changes of the screen into frames, in its own thread.
//! - [`input`] turns a technician's input into the desktop's, in its own thread.
//! - [`guard`] draws the border and watches for Esc held down, in its own thread: it works when all else hangs.
//! - [`keys`] plans key strokes for text and shortcuts: pure, so that each layout is a table in a test.

pub mod encode;
pub mod facts;
pub mod geometry;
pub mod guard;
pub mod input;
pub mod keys;
pub mod picture;
pub mod screen;
pub mod still;
mod wake;
pub mod x11;

pub use geometry::Rect;
pub use still::Still;

/// Why the desktop cannot be used; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DesktopError {
    #[error(
        "there is no X display to share ({0}). Start Ponte from a terminal on the desktop itself, or set DISPLAY"
    )]
    NoDisplay(String),
    #[error("the X server has no {0} extension, which is needed. Ask your administrator to turn it on")]
    NoExtension(&'static str),
    #[error("the X display went away: {0}")]
    Lost(String),
    #[error("the screen is {0}×{1} pixels; at most 3840×2160 can be shown. Choose a smaller resolution")]
    TooLarge(u32, u32),
    #[error("the screen cannot be encoded: {0}")]
    Encoder(String),
    #[error("the colours of this display ({0} bits a pixel) cannot be shared; choose a 24-bit display")]
    Colours(u8),
}

/// A degraded way of working that the person at the other end should know about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// No shared memory with the X server: each grab costs many times more.
    NoSharedMemory,
    /// The server does not tell what changed: the screen is compared four times a second.
    NoDamage,
    /// Pointer shapes cannot be read.
    NoPointerShape,
}

impl Notice {
    /// The stable name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSharedMemory => "no_shm",
            Self::NoDamage => "no_damage",
            Self::NoPointerShape => "no_pointer_shape",
        }
    }
}
