//! A project: a folder with a source, and what is to become of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use serde::Deserialize;

use crate::{BuildError, Kits, Language, component, wit};

/// What a worker is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A customer's worker.
    User,
    /// Receives what customers' workers send out.
    Outbound,
    /// Picks a customer's worker for each request.
    Dispatch,
}

/// The version of WASI that a worker is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Wasi {
    /// 0.2.
    #[default]
    #[serde(rename = "0.2")]
    P2,
    /// 0.3.
    #[serde(rename = "0.3")]
    P3,
}

/// A folder with a source.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder.
    pub folder: PathBuf,
    /// The source, relative to the folder; or the component that `command` writes.
    pub main: String,
    /// What the worker is for.
    pub role: Role,
    /// What it is written for.
    pub wasi: Wasi,
    /// The project's own way to build itself, by the shell.
    pub command: Option<String>,
    /// Where `command` runs, relative to the folder; in the folder itself, if not said.
    pub cwd: Option<PathBuf>,
    /// Where builds keep what they keep: in the project's own folder, if not said.
    pub work: Option<PathBuf>,
}

impl Role {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Outbound => "outbound",
            Self::Dispatch => "dispatch",
        }
    }
}

impl FromStr for Wasi {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = [Self::P2, Self::P3].into_iter().find(|wasi| wasi.name() == text);
        found.ok_or("no such version of WASI: expected 0.2 or 0.3")
    }
}

impl Wasi {
    /// Its number.
    pub fn name(self) -> &'static str {
        match self {
            Self::P2 => "0.2",
            Self::P3 => "0.3",
        }
    }
}

impl Project {
    /// Builds it, and gives the component's path.
    pub fn build(&self, kits: &Kits) -> Result<PathBuf, BuildError> {
        if let Some(text) = &self.command {
            let place = self.cwd.as_ref().map_or_else(|| self.folder.clone(), |cwd| self.folder.join(cwd));
            fs::read_dir(&place).map_err(BuildError::io("build in", &place))?;
            let mut command = Command::new("sh");
            command.arg("-c").arg(text).current_dir(&place);
            kits.run(command, &format!("the build command {text:?}"))?;
        }
        match Language::of(&self.main)? {
            None => Ok(self.folder.join(&self.main)),
            Some(language) => self.build_with(kits, language),
        }
    }

    fn build_with(&self, kits: &Kits, language: Language) -> Result<PathBuf, BuildError> {
        if !language.builds_for(self.wasi) {
            return Err(BuildError::Version { language, wasi: self.wasi.name() });
        }
        let folder = fs::canonicalize(&self.folder).map_err(BuildError::io("find", &self.folder))?;
        let work = self.work.clone().unwrap_or_else(|| folder.join(".tollgate/build"));
        fs::create_dir_all(&work).map_err(BuildError::io("create", &work))?;
        keep_to_oneself(&folder.join(".tollgate"))?;
        let out = work.join("worker.wasm");
        remove(&out)?;
        let world = wit::compose(self, &work.join("world"))?;
        let mut command = Command::new(kits.kit(language)?.join("build"));
        command
            .current_dir(&folder)
            .env("TOLLGATE_MAIN", &self.main)
            .env("TOLLGATE_ROLE", self.role.name())
            .env("TOLLGATE_WASI", self.wasi.name())
            .env("TOLLGATE_WIT", &world)
            .env("TOLLGATE_OUT", &out)
            .env("TOLLGATE_WORK", &work)
            .env("TOLLGATE_TOOLS", kits.tools(language))
            .env("TOLLGATE", &kits.tollgate);
        let what = format!("building {} as {language}", folder.display());
        kits.run(command, &what)?;
        if !out.exists() {
            return Err(BuildError::Nothing { what, path: out });
        }
        component::finish(&out, &world, what)?;
        Ok(out)
    }
}

/// Tells git, and whatever goes by it, that a folder is nobody else's, where the folder is there: with what is built in it
/// are a host's secrets, under `tollgate dev`.
pub fn keep_to_oneself(folder: &Path) -> Result<(), BuildError> {
    let path = folder.join(".gitignore");
    if !folder.is_dir() || path.exists() {
        return Ok(());
    }
    fs::write(&path, "*\n").map_err(BuildError::io("write", &path))
}

fn remove(file: &Path) -> Result<(), BuildError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(BuildError::io("remove", file)(error)),
        _ => Ok(()),
    }
}
