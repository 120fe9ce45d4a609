//! The folder of compiled code: opened at the start, and rid of what no engine of this host reads once the host serves.

use std::fs;

use anyhow::Context as _;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tollgate_engine::{Engine, Removed};

use crate::config::Place;

/// Opens the folder of compiled code, and makes it if it is not there.
pub(super) fn open(place: &Place) -> anyhow::Result<Dir> {
    let path = place.compiled.clone().unwrap_or_else(|| place.data.join(NAME));
    fs::create_dir_all(&path).with_context(|| format!("{} could not be made", path.display()))?;
    Ok(Dir::open_ambient_dir(&path, ambient_authority())?)
}

/// Removes, beside everything else, the code of other engines from the data folder: an upgrade leaves a copy of all compiled code,
/// which nothing reads again. A folder of compiled code elsewhere may be shared with hosts of other releases, and is left alone. So is one
/// that a symbolic link leads to, out of the data folder.
pub(super) fn tidy(place: &Place, data: &Dir, engine: Engine) {
    if place.compiled.is_some() {
        return;
    }
    if let Ok(compiled) = data.open_dir(NAME) {
        tokio::task::spawn_blocking(move || report(engine.remove_foreign_code(&compiled)));
    }
}

fn report(removed: std::io::Result<Removed>) {
    match removed {
        Ok(Removed { folders: 0, .. }) => {}
        Ok(Removed { folders, bytes }) => tracing::info!(folders, bytes, "removed compiled code of other engines"),
        Err(error) => tracing::warn!(%error, "compiled code of other engines was not removed"),
    }
}

/// Its name in the data folder.
const NAME: &str = "compiled";
