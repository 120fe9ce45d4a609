//! Which files `tollgate test` runs, and what it says of those that it cannot.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;
use tollgate_tests::{Ran, tollgate};

use super::{at, scenario};

/// A scenario that passes, as a file of this name.
fn good(folder: &Path, name: &str) -> Result<()> {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().context("no folder")?)?;
    let own = tempfile::tempdir()?;
    scenario(
        own.path(),
        name,
        "http://outbound.test/",
        "expect = { body = \"counted\" }\n[parameters]\ncustomer_name = \"a\"",
    )?;
    std::fs::copy(own.path().join("one.test.toml"), path)?;
    Ok(())
}

/// Runs a line of a shell in a folder.
async fn shell(folder: &Path, line: &str) -> Result<()> {
    let done = Command::new("sh").current_dir(folder).args(["-c", line]).status().await?;
    ensure!(done.success(), "{line}");
    Ok(())
}

fn broken(ran: &Ran, text: &str) -> Result<()> {
    ensure!(
        ran.code == Some(2) && ran.stdout.contains("broken  its scenarios") && ran.stdout.contains(text),
        "{text}: {ran}"
    );
    ensure!(ran.stdout.contains("1 passed, 1 did not"), "the others run: {ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_file_runs_once_and_what_is_passed_over_only_by_name() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for name in ["a.test.toml", "in/b.test.toml", ".hidden.test.toml", ".cache/c.test.toml", "gone/d.test.toml"] {
        good(folder.path(), name)?;
    }
    std::fs::write(folder.path().join(".gitignore"), "gone\n")?;
    let ran = tollgate(folder.path(), &["test"]).await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("2 passed, 0 did not"), "{ran}");
    let twice = [".", "a.test.toml", "./in/../a.test.toml", "in", ".hidden.test.toml", "gone"];
    let ran = tollgate(folder.path(), &[&["test"], &twice[..]].concat()).await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("4 passed, 0 did not"), "{ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_is_no_scenario_file() -> Result<()> {
    let folder = tempfile::tempdir()?;
    good(folder.path(), "a.test.toml")?;
    shell(folder.path(), "mkfifo pipe.test.toml").await?;
    let ran = tollgate(folder.path(), &["test"]).await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("1 passed, 0 did not"), "{ran}");
    let ran = tollgate(folder.path(), &["test", "a.test.toml", "pipe.test.toml"]).await?;
    broken(&ran, "expected a regular file, or a folder")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_looked_into_is_told() -> Result<()> {
    let folder = tempfile::tempdir()?;
    good(folder.path(), "a.test.toml")?;
    // Its path is longer than any system call takes, which holds for root too.
    let name = "n".repeat(250);
    shell(folder.path(), &format!("for i in $(seq 20); do mkdir {name} && cd -P {name} || exit 1; done")).await?;
    let ran = tollgate(folder.path(), &["test"]).await?;
    broken(&ran, "too long")
}

#[tokio::test(flavor = "multi_thread")]
async fn another_outbound_worker_takes_the_place_of_one() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let user = at("hello-3")?;
    let text = format!(
        "workers = {{ user = {user:?} }}\n[[scenario]]\nname = \"x\"\nrequest = {{ url = \"http://a/\" }}\nexpect = {{ body = \"hello\" }}\n"
    );
    std::fs::write(folder.path().join("alone.test.toml"), text)?;
    let ran = tollgate(folder.path(), &["test"]).await?;
    ensure!(ran.code == Some(0), "{ran}");
    let ran = tollgate(folder.path(), &["test", "--outbound", &at("pass-3")?]).await?;
    ensure!(ran.code == Some(2), "{ran}");
    let told = "error: alone.test.toml: no outbound worker, whose place another could take";
    ensure!(ran.stderr.contains(told), "{ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_never_end_is_not_recorded() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let stall = "fault = [{ hop = \"entrance\", kind = \"stall\" }]\nexpect = { status = 504 }\n[parameters]\ncustomer_name = \"a\"";
    scenario(folder.path(), "stalls", "http://outbound.test/", stall)?;
    let since = std::time::Instant::now();
    let ran = tollgate(folder.path(), &["test", "--record"]).await?;
    ensure!(ran.code == Some(2) && ran.stdout.contains("a stall at the entrance cannot be recorded"), "{ran}");
    ensure!(since.elapsed().as_secs() < 60, "{ran}");
    Ok(())
}
