//! Measurements of the relay's parts; each is a plain program that prints a table.

pub mod forward;
pub mod wire;
