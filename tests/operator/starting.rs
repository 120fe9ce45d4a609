//! Starting: what is printed at the first start alone, and what a host does without.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

/// A host that was started by hand; killed when dropped.
struct Started {
    process: Child,
    said: Vec<String>,
}

impl Started {
    fn on(data: &Path) -> Result<Self> {
        let log = std::fs::File::create(data.join("log"))?;
        let mut process = serve(data, &["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let stdout = process.stdout.take().context("no stdout")?;
        let mut started = Self { process, said: Vec::new() };
        for line in BufReader::new(stdout).lines() {
            started.said.push(line?);
            if started.says("listen").is_ok() {
                return Ok(started);
            }
        }
        anyhow::bail!("{:?}\n{}", started.said, std::fs::read_to_string(data.join("log"))?)
    }

    /// What follows a word at the beginning of a line.
    fn says(&self, word: &str) -> Result<&str> {
        let line = self.said.iter().find_map(|line| line.strip_prefix(word));
        line.and_then(|rest| rest.split_whitespace().next()).with_context(|| format!("{:?}", self.said))
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(data: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.arg("serve").arg("--data").arg(data).args(more);
    command
}

/// Beside the folder of tests that this one is in.
fn binary() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("tollgate")
}

#[test]
fn a_token_is_shown_at_the_start_that_succeeds_and_at_no_later_one() -> Result<()> {
    let data = tempfile::tempdir()?;
    let token = data.path().join("token");
    let busy = TcpListener::bind("127.0.0.1:0")?;
    let port = busy.local_addr()?.to_string();
    std::fs::write(data.path().join("wrong.toml"), "[nothing]\n")?;
    let wrong = data.path().join("wrong.toml");
    for ports in [
        ["--listen", &port, "--control", "127.0.0.1:0"],
        ["--listen", "127.0.0.1:0", "--control", &port],
        ["--listen", "127.0.0.1:0", "--config", &wrong.display().to_string()],
    ] {
        let failed = serve(data.path(), &ports).output()?;
        assert_eq!((failed.status.code(), failed.stdout.as_slice()), (Some(2), &b""[..]), "{ports:?}");
        assert!(!token.exists(), "{ports:?}");
    }
    let first = Started::on(data.path())?;
    assert_eq!(first.says("token")?, std::fs::read_to_string(&token)?.trim());
    drop(first);
    assert!(Started::on(data.path())?.says("token").is_err());
    Ok(())
}
