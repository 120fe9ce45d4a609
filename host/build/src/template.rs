//! A new project: a language's example for a role, under a name of its own.

use std::fs;
use std::path::Path;

use tollgate_types::WorkerName;

use crate::kit::unpack;
use crate::{BuildError, Language, Role, Wasi};

impl Language {
    /// Writes a new project into a folder that is not there yet.
    pub fn create(self, role: Role, wasi: Wasi, name: &WorkerName, folder: &Path) -> Result<(), BuildError> {
        if folder.exists() {
            return Err(BuildError::Exists { path: folder.to_owned() });
        }
        let own = format!("{}-3", role.name());
        // Where the two versions of WASI are written differently, there is a template for each.
        let (template, key) = match (wasi, self.folder().get_dir(&own)) {
            (Wasi::P3, Some(template)) => (Some((template, own)), ""),
            (Wasi::P3, None) if !self.builds_for(wasi) => {
                return Err(BuildError::Version { language: self, wasi: wasi.name() });
            }
            (Wasi::P3, None) => (None, "wasi = \"0.3\"\n"),
            (Wasi::P2, _) => (None, ""),
        };
        let common = || self.folder().get_dir(role.name()).map(|template| (template, role.name().to_owned()));
        if let Some((template, below)) = template.or_else(common) {
            unpack(template, below.as_ref(), folder)?;
        }
        let config = folder.join("wrangler.toml");
        let text = fs::read_to_string(&config).map_err(BuildError::io("read", &config))?;
        fs::write(&config, configured(&text, name, key)).map_err(BuildError::io("write", &config))
    }
}

/// The configuration with another name, and with one more line in its table `[tollgate]`.
fn configured(text: &str, name: &WorkerName, key: &str) -> String {
    const TABLE: &str = "[tollgate]\n";
    let line =
        |line: &str| if line.starts_with("name = ") { format!("name = \"{name}\"\n") } else { format!("{line}\n") };
    let text: String = text.lines().map(line).collect();
    match text.contains(TABLE) {
        _ if key.is_empty() => text,
        true => text.replace(TABLE, &format!("{TABLE}{key}")),
        false => format!("{text}\n{TABLE}{key}"),
    }
}
