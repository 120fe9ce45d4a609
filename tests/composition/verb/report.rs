//! What other programs read of `tollgate test`: TAP and JUnit's XML.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;
use tollgate_tests::{program, root, tollgate};

use super::guarded;

#[tokio::test(flavor = "multi_thread")]
async fn prove_reads_the_tap() -> Result<()> {
    for (fault, passes) in [("", true), ("9", false)] {
        let folder = guarded(fault)?;
        let mut prove = Command::new("prove");
        prove.current_dir(folder.path()).arg("--exec").arg(format!("{} test --tap", program("tollgate")?.display()));
        prove.env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
        let output = prove.arg("guard.test.toml").output().await.context("prove is not there: it comes with Perl")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success() == passes, "{text}");
        ensure!(text.contains(if passes { "Files=1, Tests=10" } else { "Failed test:  9" }), "{text}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_junit_schema_takes_the_xml() -> Result<()> {
    let folder = guarded("9")?;
    std::fs::write(
        folder.path().join("broken.test.toml"),
        "workers = { user = \"gone.wasm\" }\n[[scenario]]\nname = \"<&\\\"'>\"\nrequest = { url = \"http://a/\" }\nexpect = { status = 200 }\n",
    )?;
    let ran = tollgate(folder.path(), &["test", "--junit", "report.xml"]).await?;
    ensure!(ran.code == Some(2), "{ran}");
    assert_eq!(junit(&folder.path().join("report.xml")).await?, "11 1 1 0 0");
    Ok(())
}

/// What a reader of JUnit's XML counts: cases, failures, errors, skipped, and what cases said.
pub(crate) async fn junit(report: &Path) -> Result<String> {
    let mut read = Command::new("python3");
    read.arg(root().join("tests/composition/junit.py")).arg(report);
    let output = read.output().await?;
    let [told, complaint] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    ensure!(output.status.success(), "{complaint}");
    Ok(told.trim().to_owned())
}
