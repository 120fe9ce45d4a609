//! The control token: made at the first start, kept in the data folder for its owner alone.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;

/// Bytes of randomness.
const RANDOM_BYTES: usize = 32;

/// The token of a data folder, and whether it was just made.
pub(crate) fn load_or_make(data: &Path) -> anyhow::Result<(String, bool)> {
    let path = data.join("token");
    match fs::read_to_string(&path) {
        Ok(token) if !token.trim().is_empty() => return Ok((token.trim().to_owned(), false)),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("the token in {} could not be read", path.display())),
    }
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).context("no randomness for a token")?;
    let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
    file.and_then(|mut file| writeln!(file, "{token}").and_then(|()| file.sync_all()))
        .with_context(|| format!("the token could not be kept in {}", path.display()))?;
    Ok((token, true))
}
