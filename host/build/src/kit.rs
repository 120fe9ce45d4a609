//! Kits: what knows how to build a language. They are carried in the binary, and unpacked into the cache where they are run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use include_dir::{Dir, DirEntry};
use tollgate_types::ScriptDigest;

use crate::children::End;
use crate::{BuildError, Children, Language};

/// Where kits, and the tools that they install, are kept.
#[derive(Debug, Clone)]
pub struct Kits {
    /// Unpacked kits and installed tools.
    pub cache: PathBuf,
    /// A checkout's `guests/`, to run kits from while they are being written.
    pub checkout: Option<PathBuf>,
    /// The `tollgate` binary, which kits ask for bindings.
    pub tollgate: PathBuf,
    /// What they run now, for whoever has to end it: the terminal does not.
    pub children: Children,
}

impl Kits {
    /// The folder of a language's kit, ready to run.
    pub(crate) fn kit(&self, language: Language) -> Result<PathBuf, BuildError> {
        if let Some(checkout) = &self.checkout {
            return Ok(checkout.join(language.name()).join("kit"));
        }
        let Some(kit) = language.folder().get_dir("kit") else { return Ok(self.cache.clone()) };
        // By what is in it: a kit of another version has files that this one must not find.
        let digest = ScriptDigest::of(&contents(kit)).to_string();
        let folder = self.cache.join("kits").join(language.name()).join(digest.replace(':', "-"));
        unpack(kit, "kit".as_ref(), &folder)?;
        Ok(folder)
    }

    /// Where a language's tools are installed.
    pub fn tools(&self, language: Language) -> PathBuf {
        self.cache.join("tools").join(language.name())
    }

    /// Installs a language's tools, at the versions that its kit is made for.
    pub fn install(&self, language: Language) -> Result<(), BuildError> {
        let mut command = Command::new(self.kit(language)?.join("tools"));
        command.env("TOLLGATE_TOOLS", self.tools(language));
        self.run(command, &format!("installing the tools of {language}"))
    }

    /// Runs a command whose output is the user's to see.
    pub(crate) fn run(&self, command: Command, what: &str) -> Result<(), BuildError> {
        let program = PathBuf::from(command.get_program());
        let what = what.to_owned();
        match self.children.run(command).map_err(BuildError::io("run", &program))? {
            End::Status(status) if status.success() => Ok(()),
            End::Status(status) => Err(BuildError::Failed { what, status }),
            End::AtTerminal => Err(BuildError::AtTerminal { what }),
            End::Ended => Err(BuildError::Ended { what }),
        }
    }
}

/// Writes what is carried in the binary into a folder. A file that is the same already stays as it is: another build may be
/// running from it.
pub(crate) fn unpack(from: &Dir<'_>, below: &Path, to: &Path) -> Result<(), BuildError> {
    for entry in from.entries() {
        match entry {
            // A checkout's own builds leave it in Rust's examples.
            DirEntry::Dir(dir) if dir.path().ends_with(".tollgate") => {}
            DirEntry::Dir(dir) => unpack(dir, below, to)?,
            DirEntry::File(file) => {
                let path = to.join(file.path().strip_prefix(below).unwrap_or(file.path()));
                if fs::read(&path).is_ok_and(|found| found == file.contents()) {
                    continue;
                }
                let folder = path.parent().unwrap_or(to);
                fs::create_dir_all(folder).map_err(BuildError::io("create", folder))?;
                // Renamed into place, so that nobody runs half of it.
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let partial = path.with_file_name(format!(".{name}.{}.partial", std::process::id()));
                fs::write(&partial, file.contents()).map_err(BuildError::io("write", &partial))?;
                if file.contents().starts_with(b"#!") {
                    executable(&partial)?;
                }
                fs::rename(&partial, &path).map_err(BuildError::io("write", &path))?;
            }
        }
    }
    Ok(())
}

/// Every path and every file of a folder, one after another.
fn contents(folder: &Dir<'_>) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in folder.entries() {
        all.extend(entry.path().to_string_lossy().as_bytes());
        match entry {
            DirEntry::Dir(dir) => all.extend(contents(dir)),
            DirEntry::File(file) => all.extend(file.contents()),
        }
    }
    all
}

fn executable(path: &Path) -> Result<(), BuildError> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(BuildError::io("make executable", path))
}
