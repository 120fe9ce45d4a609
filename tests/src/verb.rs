//! Verbs of the command line, run as a person runs them, and the programs of this workspace.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::{fmt, io};

use anyhow::Context as _;
use tokio::process::Command;

use crate::PATIENCE;
use crate::guest::root;

/// What a verb of the command line left.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

/// Runs a verb that needs no host, in a folder.
pub async fn tollgate(folder: &Path, arguments: &[&str]) -> anyhow::Result<Ran> {
    ended(arguments, verb(folder, arguments)?.output()).await
}

/// Waits for the end of one that runs. It is killed where it does not come.
pub(crate) async fn ended(
    arguments: &[&str],
    running: impl Future<Output = io::Result<Output>>,
) -> anyhow::Result<Ran> {
    let output = tokio::time::timeout(PATIENCE, running).await;
    Ok(Ran::of(output.with_context(|| format!("`tollgate {}` did not end in {PATIENCE:?}", arguments.join(" ")))??))
}

/// The same, to be run.
pub(crate) fn verb(folder: &Path, arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = Command::new(binary()?);
    command.current_dir(folder).args(arguments);
    command.env("TOLLGATE_KITS", root().join("guests")).env("TOLLGATE_CACHE", root().join("target/kits"));
    command.env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
    command.kill_on_drop(true);
    Ok(command)
}

impl Ran {
    /// What a process left.
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl fmt::Display for Ran {
    /// As a person sees it, for snapshots; without the line that `test` says where compiling takes long (`test/telling.rs`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stdout)?;
        let slow = ": what is new is built and compiled first, and kept\n";
        self.stderr
            .split_inclusive('\n')
            .filter(|line| !line.ends_with(slow))
            .try_for_each(|line| f.write_str(line))?;
        write!(f, "exit {}", self.code.unwrap_or(-1))
    }
}

/// The host's binary.
pub(crate) fn binary() -> anyhow::Result<PathBuf> {
    program("tollgate")
}

/// A program of this workspace: beside the one that runs, or beside the folder of tests that this one is in.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let running = std::env::current_exe()?;
    let candidates = || running.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    candidates()
        .find(|path| path.is_file())
        .with_context(|| format!("{:?} are not there: run `cargo build`", candidates().collect::<Vec<_>>()))
}
