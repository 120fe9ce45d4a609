//! Built workers.

use std::path::Path;

/// A worker that `just guests` built: one of the suite's, or one of the golden example's in Rust.
pub(crate) fn guest(name: &str) -> Vec<u8> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/guests");
    let places = [format!("wasm32-wasip2/release/{name}.wasm"), format!("rust/{name}.wasm")];
    let found = places.iter().map(|place| built.join(place)).find(|path| path.exists());
    let path = found.unwrap_or_else(|| panic!("{name} is not there: run `just guests`"));
    std::fs::read(path).unwrap()
}
