//! Measurements of the product's parts; each is a plain program that prints a table.

pub mod clock;
pub mod desk;
pub mod forward;
pub mod picture;
pub mod wire;
