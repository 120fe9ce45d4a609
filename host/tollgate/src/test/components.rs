//! The components that scenarios name: files, or projects, each of which is built once a run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tollgate_build::Kits;
use tollgate_test::TestError;
use tollgate_test::scenario::{Component, Part};

use crate::author;
use crate::wrangler::Wrangler;

type Found = Result<Component, String>;

pub(super) struct Components {
    kits: Kits,
    found: Mutex<HashMap<PathBuf, Arc<OnceLock<Found>>>>,
    /// Held by who builds: two builds at once would take longer than one after the other, and may share a folder.
    building: Mutex<()>,
}

impl Components {
    pub(super) fn new(kits: Kits) -> Self {
        Self { kits, found: Mutex::default(), building: Mutex::default() }
    }

    /// The user's cache folder.
    pub(super) fn cache(&self) -> &Path {
        &self.kits.cache
    }

    /// Forgets what may have changed.
    pub(super) fn forget(&self) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The component of a part.
    pub(super) fn find(&self, part: &Part) -> Result<Component, TestError> {
        let path = part.path();
        self.at(path).map_err(|reason| TestError::Refused(format!("{}: {reason}", path.display())))
    }

    /// The component of a file or a project.
    pub(super) fn at(&self, path: &Path) -> Found {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = found.entry(path.to_owned()).or_default().clone();
        drop(found);
        slot.get_or_init(|| self.load(path)).clone()
    }

    fn load(&self, path: &Path) -> Found {
        let built;
        let file = if path.is_dir() {
            built = self.build(path).map_err(|error| format!("{error:#}"))?;
            &built
        } else {
            path
        };
        std::fs::read(file).map(Into::into).map_err(|error| format!("cannot read {}: {error}", file.display()))
    }

    fn build(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        let _alone = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        let config = folder.join("wrangler.toml");
        let wrangler = Wrangler::read_or(&config, "name a component, or a folder with a wrangler.toml")?;
        author::project(&config, &wrangler, None)?.build(&self.kits).map_err(author::refused)
    }
}
