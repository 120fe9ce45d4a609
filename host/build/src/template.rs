//! A new project: a language's example for a role, under a name of its own.

use std::fs;
use std::path::Path;

use tollgate_types::WorkerName;

use crate::kit::unpack;
use crate::{BuildError, Language, Role};

impl Language {
    /// Writes a new project into a folder that is not there yet.
    pub fn create(self, role: Role, name: &WorkerName, folder: &Path) -> Result<(), BuildError> {
        if folder.exists() {
            return Err(BuildError::Exists { path: folder.to_owned() });
        }
        if let Some(template) = self.folder().get_dir(role.name()) {
            unpack(template, role.name().as_ref(), folder)?;
        }
        let config = folder.join("wrangler.toml");
        let text = fs::read_to_string(&config).map_err(BuildError::io("read", &config))?;
        fs::write(&config, renamed(&text, name)).map_err(BuildError::io("write", &config))
    }
}

/// The configuration with another name.
fn renamed(text: &str, name: &WorkerName) -> String {
    let line =
        |line: &str| if line.starts_with("name = ") { format!("name = \"{name}\"\n") } else { format!("{line}\n") };
    text.lines().map(line).collect()
}
