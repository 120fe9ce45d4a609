//! Prints the component that `worker.wat` describes, for the durability tests: Python has no compiler of WebAssembly's text.

use std::io::Write as _;

fn main() -> anyhow::Result<()> {
    let component = wat::parse_str(include_str!("worker.wat"))?;
    std::io::stdout().write_all(&component)?;
    Ok(())
}
