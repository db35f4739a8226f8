//! See `ponte_benches::desk::records`.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    ponte_benches::desk::records::run().await?.finish()
}
