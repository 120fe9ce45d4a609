//! What is embedded is no source to cargo: here it is told to look.

fn main() {
    for folder in ["js"] {
        println!("cargo::rerun-if-changed=../../guests/{folder}");
    }
    println!("cargo::rerun-if-changed=../../wit");
}
