//! Prints what reading and writing the wire costs.

use std::io::Write as _;

fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "| what | ns | copying the same bytes, ns |\n|---|---|---|")?;
    for (name, nanos, copy) in ponte_benches::wire::run() {
        writeln!(out, "| {name} | {nanos:.0} | {copy:.0} |")?;
    }
    Ok(())
}
