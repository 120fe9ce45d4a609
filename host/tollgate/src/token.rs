//! The control token of a data folder, for verbs that speak to its host. The store makes it, seals it and reads it.

use tollgate_store::{StoreError, read_token};

use crate::Host;
use crate::report::Hinted;

/// The token that was passed, or else the one in the data folder.
pub(crate) fn of(host: &Host) -> anyhow::Result<String> {
    if let Some(token) = &host.token {
        return Ok(token.trim().to_owned());
    }
    read_token(&host.data, host.key_file.as_deref()).map_err(|error| {
        let path = host.data.join("token");
        match error {
            StoreError::Io { source, .. } => Hinted::usage(
                format!("no token in {}: {source}", path.display()),
                "start the host first, or say --token, or --data for the host's data folder",
            ),
            StoreError::KeyFileMissing(file) => Hinted::usage(
                format!("the token in {} is sealed, and the key file {} is missing", path.display(), file.display()),
                "pass --token, or the host's key file with --key-file",
            ),
            error => error.into(),
        }
    })
}
