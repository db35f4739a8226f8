//! A piece of memory that the X server writes pictures into.

use x11rb::{
    connection::Connection,
    protocol::shm::{ConnectionExt as _, Seg},
};

/// One System V shared memory segment, attached here and in the server. Freed when both are gone.
#[derive(Debug)]
pub(super) struct Segment {
    at: *mut u8,
    len: usize,
    pub(super) seg: Seg,
}

// SAFETY: the segment is private to this process and its X server; nothing ties the mapping to a thread.
#[allow(unsafe_code)]
unsafe impl Send for Segment {}

impl Segment {
    /// `None` when the server cannot share memory with this process (another host, another namespace).
    pub(super) fn new(conn: &impl Connection, len: usize) -> Option<Self> {
        // SAFETY: plain System V calls; their results are checked before use, and the segment is marked for
        // removal at once, so that it cannot outlive its users.
        #[allow(unsafe_code)]
        let (id, at) = unsafe {
            let id = libc::shmget(libc::IPC_PRIVATE, len, libc::IPC_CREAT | 0o600);
            if id < 0 {
                return None;
            }
            let at = libc::shmat(id, std::ptr::null(), 0);
            if at.addr() == usize::MAX {
                libc::shmctl(id, libc::IPC_RMID, std::ptr::null_mut());
                return None;
            }
            (id, at.cast::<u8>())
        };
        let attached = conn.generate_id().ok().and_then(|seg| {
            conn.shm_attach(seg, u32::try_from(id).ok()?, false).ok()?.check().ok()?;
            Some(seg)
        });
        // SAFETY: `id` is the segment made above; removal takes effect when the last user detaches.
        #[allow(unsafe_code)]
        unsafe {
            libc::shmctl(id, libc::IPC_RMID, std::ptr::null_mut());
        }
        // Made before the check, so that a refused segment is detached by its drop.
        let segment = Self { at, len, seg: attached.unwrap_or(x11rb::NONE) };
        attached.map(|_| segment)
    }

    /// What the server wrote. Call only after the reply to the grab that wrote it.
    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: `at` points to `len` mapped bytes until drop. The server writes only while it answers a grab,
        // and each grab's reply is awaited before the bytes are looked at; a misbehaving server (which owns the
        // screen anyway) could at worst change pixel values, which are plain bytes of any value.
        #[allow(unsafe_code)]
        unsafe {
            std::slice::from_raw_parts(self.at, self.len)
        }
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        // SAFETY: `at` came from shmat and is detached exactly once; no slice of it outlives `self`.
        #[allow(unsafe_code)]
        unsafe {
            libc::shmdt(self.at.cast());
        }
    }
}
