//! Prints the OpenAPI document: `cargo run -p ponte-api --bin ponte-openapi > console/openapi.json`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let document = ponte_api::openapi().to_pretty_json().map_err(std::io::Error::other)?;
    writeln!(std::io::stdout(), "{document}")
}
