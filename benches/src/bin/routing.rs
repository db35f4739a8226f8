//! See `ponte_benches::desk::routing`.

fn main() -> anyhow::Result<()> {
    ponte_benches::desk::routing::run()?.finish()
}
