//! Prints how many packets the relay's media plane forwards.

use std::{io::Write as _, time::Duration};

fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let bytes = ponte_benches::forward::frame_bytes().len();
    writeln!(out, "frames of {bytes} bytes, loopback, the plane on one thread")?;
    writeln!(
        out,
        "| viewers | packets/s | Mbit/s | CPU % | packets/s a core | CPU % a viewer | arrived % |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    for viewers in [1, 10, 50] {
        let f = ponte_benches::forward::run(viewers, Duration::from_secs(4))?;
        writeln!(
            out,
            "| {} | {:.0} | {:.0} | {:.0} | {:.0} | {:.2} | {:.1} |",
            f.viewers,
            f.packets_a_second,
            f.megabits_a_second,
            f.cpu,
            f.packets_a_core,
            f.cpu / f64::from(f.viewers),
            f.arrived
        )?;
    }
    Ok(())
}
