//! Everything that can keep a project from being built.

use std::io;
use std::path::PathBuf;

/// Why a project was not built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file or folder could not be read or written.
    #[error("cannot {act} {path}", path = path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// With which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// No kit for this kind of source.
    #[error("main = {main:?}: its language is not known: expected a component (.wasm), or a source of {known}")]
    Language {
        /// What `main` says.
        main: String,
        /// The languages there are.
        known: String,
    },
    /// The language's toolchain cannot build for this version of WASI.
    #[error("{language} cannot be built for WASI {wasi}")]
    Version {
        /// The language.
        language: crate::Language,
        /// The version.
        wasi: &'static str,
    },
    /// The project's own WIT.
    #[error("{path}: {reason}", path = path.display())]
    Wit {
        /// Its folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The core module that a kit wrote is no component's.
    #[error("{what} wrote a core module that does not make a component: {reason}")]
    Module {
        /// What was run.
        what: String,
        /// Why not.
        reason: String,
    },
    /// A kit, or the project's own command, ended badly. It has said why.
    #[error("{what} ended with {status}")]
    Failed {
        /// What was run.
        what: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// A kit, or the project's own command, or what one of them ran, turned to the terminal.
    #[error("{what} turned to the terminal, where nobody answers a build, and was ended")]
    AtTerminal {
        /// What was run.
        what: String,
    },
    /// A kit, or the project's own command, was ended with all that ran (`Children::end`), or not begun any more.
    #[error("{what} was ended, or not begun, since no build goes on")]
    Ended {
        /// What was run.
        what: String,
    },
    /// A kit ended well, and there is no component.
    #[error("{what} wrote no component to {path}", path = path.display())]
    Nothing {
        /// What was run.
        what: String,
        /// Where the component was to be.
        path: PathBuf,
    },
    /// A template would overwrite what is there.
    #[error("{path} exists already", path = path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
}

impl BuildError {
    pub(crate) fn io(act: &'static str, path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { act, path, source }
    }
}
