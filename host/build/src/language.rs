//! The languages that have a kit, and which one a source is of.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use include_dir::{Dir, include_dir};

use crate::{BuildError, Wasi};

static C: Dir<'_> = include_dir!("$TOLLGATE_GUESTS/c");
static GO: Dir<'_> = include_dir!("$TOLLGATE_GUESTS/go");
static JS: Dir<'_> = include_dir!("$TOLLGATE_GUESTS/js");
static PYTHON: Dir<'_> = include_dir!("$TOLLGATE_GUESTS/python");
static RUST: Dir<'_> = include_dir!("$TOLLGATE_GUESTS/rust");

/// A language with a kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// C.
    C,
    /// Go.
    Go,
    /// JavaScript and TypeScript.
    Js,
    /// Python.
    Python,
    /// Rust.
    Rust,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::C, Self::Go, Self::Js, Self::Python, Self::Rust];

    /// The language of a source, by its name. None for a component, which is built already.
    pub fn of(main: &str) -> Result<Option<Self>, BuildError> {
        let known = || Self::ALL.map(|language| language.name()).join(", ");
        match Path::new(main).extension().and_then(|extension| extension.to_str()) {
            Some("wasm") => Ok(None),
            Some("c") => Ok(Some(Self::C)),
            Some("go") => Ok(Some(Self::Go)),
            Some("js" | "mjs" | "ts" | "mts") => Ok(Some(Self::Js)),
            Some("py") => Ok(Some(Self::Python)),
            Some("rs") => Ok(Some(Self::Rust)),
            _ => Err(BuildError::Language { main: main.to_owned(), known: known() }),
        }
    }

    /// Its name, which is that of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::C => "c",
            Self::Go => "go",
            Self::Js => "js",
            Self::Python => "python",
            Self::Rust => "rust",
        }
    }

    /// Whether its kit builds for a version of WASI.
    pub(crate) fn builds_for(self, wasi: Wasi) -> bool {
        match self {
            Self::C | Self::Go | Self::Js => wasi == Wasi::P2,
            Self::Python | Self::Rust => true,
        }
    }

    /// Its folder of `guests/`, as it was when this was compiled.
    pub(crate) fn folder(self) -> &'static Dir<'static> {
        match self {
            Self::C => &C,
            Self::Go => &GO,
            Self::Js => &JS,
            Self::Python => &PYTHON,
            Self::Rust => &RUST,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(|language| language.name()).join(", ");
        let found = Self::ALL.into_iter().find(|language| language.name() == text);
        found.ok_or_else(|| format!("no such language: expected one of {}", known()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_known_by_its_extension() {
        assert_eq!(Language::of("src/index.js").unwrap(), Some(Language::Js));
        assert_eq!(Language::of("worker.wasm").unwrap(), None);
        let error = Language::of("worker.cob").unwrap_err().to_string();
        assert!(error.starts_with("main = \"worker.cob\": its language is not known"), "{error}");
    }

    #[test]
    fn every_language_has_a_kit_and_templates() {
        for language in Language::ALL {
            for path in
                ["kit/build", "kit/tools", "user/wrangler.toml", "outbound/wrangler.toml", "dispatch/wrangler.toml"]
            {
                assert!(language.folder().get_file(path).is_some(), "{language} has no {path}");
            }
        }
    }
}
