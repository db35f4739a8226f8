//! Records: accounts, sessions, codes, invites.
