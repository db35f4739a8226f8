//! See `ponte_benches::desk::lists`.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    ponte_benches::desk::lists::run().await?.finish()
}
