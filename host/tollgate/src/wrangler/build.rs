//! `[build]`: how a project builds itself. A key that is not known here is refused: one that was ignored would be missed.

use serde_json::{Map, Value};
use tollgate_types::BindingError;

use super::shape;

/// What `[build]` says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Build {
    /// The command, for the shell.
    pub(crate) command: Option<String>,
    /// The folder to run it in, relative to the configuration.
    pub(crate) cwd: Option<String>,
    /// The folders to watch for changes, relative to the configuration.
    pub(crate) watch_dirs: Option<Vec<String>>,
}

impl Build {
    pub(super) fn of(table: &Value) -> Result<Self, BindingError> {
        let empty = Map::new();
        let keys = match table.get("build") {
            None => &empty,
            Some(Value::Object(keys)) => keys,
            other => return Err(shape("build", "a table", other)),
        };
        if let Some((key, value)) =
            keys.iter().find(|(key, _)| !["command", "cwd", "watch_dir"].contains(&key.as_str()))
        {
            return Err(shape(&format!("build.{key}"), "`command`, `cwd` and `watch_dir` alone", Some(value)));
        }
        let text = |key: &str, expected| match keys.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            other => Err(shape(&format!("build.{key}"), expected, other)),
        };
        Ok(Self {
            command: text("command", "a command for the shell")?,
            cwd: text("cwd", "a folder to run the command in")?,
            watch_dirs: keys.get("watch_dir").map(folders).transpose()?,
        })
    }
}

fn folders(value: &Value) -> Result<Vec<String>, BindingError> {
    let wrong = || shape("build.watch_dir", "a folder to watch, or a list of folders", Some(value));
    let list = match value {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    list.iter().map(|one| one.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Build, String> {
        let table: toml::Table = text.parse().unwrap();
        Build::of(&serde_json::to_value(table).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_key_is_read_and_no_other_is_taken() {
        let one = read("[build]\ncommand = \"make\"\ncwd = \"worker\"\nwatch_dir = \"a\"").unwrap();
        assert_eq!((one.command.as_deref(), one.cwd.as_deref()), (Some("make"), Some("worker")));
        assert_eq!(one.watch_dirs, Some(vec!["a".to_owned()]));
        let two = read("build = { watch_dir = [\"a\", \"b\"] }").unwrap();
        assert_eq!(two.watch_dirs, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(read("").unwrap(), Build::default());
        let error = read("[build]\nwatchdir = \"a\"").unwrap_err();
        assert_eq!(error, "build.watchdir: expected `command`, `cwd` and `watch_dir` alone, found \"a\"");
        let error = read("[build]\nwatch_dir = [1]").unwrap_err();
        assert_eq!(error, "build.watch_dir: expected a folder to watch, or a list of folders, found [1]");
        assert!(read("build = 1").unwrap_err().starts_with("build: expected a table"));
    }
}
