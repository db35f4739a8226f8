//! Connections: one task owns each SOS program and its viewers.
