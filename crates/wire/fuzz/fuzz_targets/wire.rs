//! Whatever a peer sends, reading it neither panics nor changes what was said. Run it by `cargo xtask fuzz`.
#![no_main]

mod reading;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    reading::reads(bytes);
});
