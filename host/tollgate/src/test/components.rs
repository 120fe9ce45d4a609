//! The components that scenarios name: files, or projects, each of which is built once a run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;
use tollgate_build::Kits;
use tollgate_test::TestError;
use tollgate_test::scenario::{Found, Part};

use crate::author;
use crate::wrangler::Wrangler;

type Loaded = Result<Found, String>;

pub(super) struct Components {
    kits: Kits,
    found: Mutex<HashMap<PathBuf, Arc<OnceLock<Loaded>>>>,
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
    pub(super) fn find(&self, part: &Part) -> Result<Found, TestError> {
        let path = part.path();
        self.at(path).map_err(|reason| TestError::Refused(format!("{}: {reason}", path.display())))
    }

    /// The component of a file or a project.
    pub(super) fn at(&self, path: &Path) -> Loaded {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = found.entry(path.to_owned()).or_default().clone();
        drop(found);
        slot.get_or_init(|| self.load(path)).clone()
    }

    fn load(&self, path: &Path) -> Loaded {
        let (file, metadata) = match path.is_dir() {
            true => self.build(path).map_err(|error| told(&error))?,
            false => (path.to_owned(), Value::Null),
        };
        let component = std::fs::read(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        Ok(Found { component: component.into(), metadata })
    }

    /// A project's component, and what its configuration says of its deploy.
    fn build(&self, folder: &Path) -> anyhow::Result<(PathBuf, Value)> {
        let _alone = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        let config = folder.join("wrangler.toml");
        let wrangler = Wrangler::read_or(&config, "name a component, or a folder with a wrangler.toml")?;
        let built = author::project(&config, &wrangler, None)?.build(&self.kits).map_err(author::refused)?;
        Ok((built, wrangler.metadata.into()))
    }
}

/// An error, and below it what to try.
fn told(error: &anyhow::Error) -> String {
    let hint = crate::report::hint(error).map(|hint| format!("\nhint: {hint}"));
    format!("{error:#}{}", hint.unwrap_or_default())
}
