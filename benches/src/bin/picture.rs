//! Prints what frames cost and what a viewer sees of the screen.

use std::io::Write as _;

use ponte_benches::picture::{Scene, run};

fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "1280×720, ten changes a second, then still")?;
    writeln!(
        out,
        "| scene | key frame, bytes | ms a change | bytes a change | left out | luma dB | refined, dB | bytes of refining |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|")?;
    for scene in [Scene::Flip, Scene::Typing, Scene::Scrolling] {
        let f = run(scene)?;
        writeln!(
            out,
            "| {scene:?} | {} | {:.1} | {} | {} | {:.1} | {:.1} | {} |",
            f.key_bytes,
            f.milliseconds,
            f.bytes_a_change,
            f.left_out,
            f.decibels.0,
            f.decibels.1,
            f.refining_bytes
        )?;
    }
    Ok(())
}
