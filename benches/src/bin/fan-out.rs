//! See `ponte_benches::desk::fan_out`.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    ponte_benches::desk::fan_out::run().await?.finish()
}
