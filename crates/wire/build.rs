//! Turns `proto/ponte.proto` into Rust, without a system-wide protobuf compiler.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=proto/ponte.proto");
    let files = protox::compile(["ponte.proto"], ["proto"])?;
    prost_build::Config::new().bytes([".ponte.v1.Peer.payload"]).compile_fds(files)?;
    Ok(())
}
