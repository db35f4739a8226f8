//! The console is built into the program: a new build of it means a new build of this crate.
fn main() {
    println!("cargo:rerun-if-changed=../../console/dist");
}
