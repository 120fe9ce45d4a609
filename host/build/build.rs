//! What is embedded is no source to cargo: here it is told to look.

fn main() {
    for folder in ["guests/js", "guests/python", "wit"] {
        println!("cargo::rerun-if-changed=../../{folder}");
    }
}
