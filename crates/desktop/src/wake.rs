//! Waiting for the X server or for another thread, whichever speaks first, without polling in a loop.

use std::{
    io::{Read, Write},
    os::{fd::AsRawFd, unix::net::UnixStream},
    sync::Arc,
    time::Duration,
};

/// Wakes the thread that waits on the paired [`Sleeper`]. Cheap to clone; waking twice is waking once.
#[derive(Debug, Clone)]
pub(crate) struct Waker(Arc<UnixStream>);

impl Waker {
    pub(crate) fn wake(&self) {
        // A full pipe means that the sleeper has been woken already.
        let _ = (&*self.0).write(&[1]);
    }
}

/// The waiting end.
#[derive(Debug)]
pub(crate) struct Sleeper(UnixStream);

/// A connected pair.
pub(crate) fn pair() -> std::io::Result<(Waker, Sleeper)> {
    let (a, b) = UnixStream::pair()?;
    a.set_nonblocking(true)?;
    b.set_nonblocking(true)?;
    Ok((Waker(Arc::new(a)), Sleeper(b)))
}

impl Sleeper {
    /// Blocks until `other` is readable, the waker is used, or `timeout` passes (`None`: no limit).
    pub(crate) fn wait(&mut self, other: &impl AsRawFd, timeout: Option<Duration>) {
        poll(&mut [watched(other.as_raw_fd()), watched(self.0.as_raw_fd())], timeout);
        let mut sink = [0; 64];
        while matches!(self.0.read(&mut sink), Ok(n) if n == sink.len()) {}
    }
}

/// Blocks until `other` is readable or `timeout` passes.
pub(crate) fn readable(other: &impl AsRawFd, timeout: Duration) {
    poll(&mut [watched(other.as_raw_fd())], Some(timeout));
}

fn watched(fd: std::os::fd::RawFd) -> libc::pollfd {
    libc::pollfd { fd, events: libc::POLLIN, revents: 0 }
}

fn poll<const N: usize>(fds: &mut [libc::pollfd; N], timeout: Option<Duration>) {
    // Rounded up, so that a deadline half a millisecond away does not spin.
    let millis = timeout.map_or(-1, |t| i32::try_from(t.as_micros().div_ceil(1000)).unwrap_or(i32::MAX));
    // SAFETY: `fds` is a live array of `N` initialised entries, and its length is passed with it.
    #[allow(unsafe_code)]
    unsafe {
        libc::poll(fds.as_mut_ptr(), N as libc::nfds_t, millis);
    }
}
