//! What other programs read of `tollgate test`: TAP and JUnit's XML.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;
use tollgate_tests::{program, root, tollgate};

use super::{at, guarded};

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

/// What the parser of `prove` makes of it.
pub(crate) async fn proved(tap: &str) -> Result<String> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("told.tap"), tap)?;
    let count = "local $/; my $read = TAP::Parser->new({ tap => scalar <STDIN> }); $read->run; \
        printf '%d passed, %d failed, %d skipped, %d errors', map { scalar @$_ } \
        [$read->passed], [$read->failed], [$read->skipped], [$read->parse_errors]";
    let mut perl = Command::new("perl");
    perl.args(["-MTAP::Parser", "-e", count]).stdin(std::fs::File::open(folder.path().join("told.tap"))?);
    let output = perl.output().await.context("perl is not there")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A file with a scenario that is broken, and has this name.
fn broken(folder: &Path, name: &str) -> Result<()> {
    let text = format!(
        "workers = {{ user = \"gone.wasm\" }}\n[[scenario]]\nname = {name}\nrequest = {{ url = \"http://a/\" }}\nexpect = {{ status = 200 }}\n"
    );
    Ok(std::fs::write(folder.join("broken.test.toml"), text)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_text_for_terminals_and_for_prove() -> Result<()> {
    let folder = tempfile::tempdir()?;
    broken(folder.path(), "\"a\\u001b[31m\\rok 1 # SKIP\"")?;
    for format in [&["test"][..], &["test", "--tap"]] {
        let ran = tollgate(folder.path(), format).await?;
        ensure!(ran.code == Some(2), "{ran}");
        ensure!(!ran.stdout.contains(|one: char| one.is_control() && one != '\n'), "{:?}", ran.stdout);
        ensure!(ran.stdout.contains("u{1b}[31m"), "{ran}");
    }
    let tap = tollgate(folder.path(), &["test", "--tap"]).await?.stdout;
    assert_eq!(proved(&tap).await?, "0 passed, 1 failed, 0 skipped, 0 errors");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_reading_is_no_error() -> Result<()> {
    let folder = guarded("9")?;
    let program = program("tollgate")?.display().to_string();
    let ran = |line: String| {
        let mut shell = Command::new("bash");
        shell.current_dir(folder.path()).args(["-c", &line]);
        shell.env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
        async move {
            let output = shell.output().await?;
            anyhow::Ok((output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()))
        }
    };
    let inspect = format!("inspect {}", at("guard-3")?);
    for (verb, code) in [
        ("test --json", 1),
        ("test --tap", 1),
        ("test", 1),
        ("test --filter 1 --json", 0),
        ("test --schema", 0),
        (&inspect, 0),
    ] {
        let (found, complaint) = ran(format!("set -o pipefail; {program} {verb} | true")).await?;
        ensure!(found == Some(code) && !complaint.contains("panicked"), "{verb}: {found:?}: {complaint}");
        // Whoever reads and gets nothing is told.
        let (found, complaint) = ran(format!("{program} {verb} > /dev/full")).await?;
        ensure!(found == Some(if code == 0 { 2 } else { code }), "{verb}: {found:?}: {complaint}");
        ensure!(code == 1 || complaint.contains("error: cannot write to the standard output"), "{verb}: {complaint}");
    }
    Ok(())
}

/// Nor is it one that nobody reads what went wrong.
#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_that_nobody_reads_is_no_error() -> Result<()> {
    let folder = guarded("9")?;
    let text = "name = \"pick\"\nmain = \"pick.wasm\"\nparameters = [bare]\n";
    std::fs::write(folder.path().join("wrangler.toml"), text)?;
    for (arguments, code) in [(&["test", "--tap"][..], 1), (&["inspect", "gone.wasm"], 2), (&["build"], 0)] {
        let mut verb = Command::new(program("tollgate")?);
        verb.current_dir(folder.path()).args(arguments).kill_on_drop(true);
        verb.env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
        let (nobody, complaints) = std::io::pipe()?;
        drop(nobody);
        let ended = verb.stdout(Stdio::null()).stderr(complaints).status().await?;
        ensure!(ended.code() == Some(code), "{arguments:?}: {ended}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_of_this_run() -> Result<()> {
    let folder = guarded("")?;
    let report = folder.path().join("report.xml");
    std::fs::write(&report, "yesterday's")?;
    let ran = tollgate(folder.path(), &["test", "--filter", "nothing is called so", "--junit", "report.xml"]).await?;
    ensure!(ran.code == Some(2) && !report.exists(), "{ran}");
    // What keeps nothing is left in its place.
    std::os::unix::fs::symlink("/dev/null", &report)?;
    let ran = tollgate(folder.path(), &["test", "--filter", "9", "--junit", "report.xml"]).await?;
    ensure!(ran.code == Some(0) && report.symlink_metadata()?.is_symlink(), "{ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_junit_schema_takes_the_xml() -> Result<()> {
    let folder = guarded("9")?;
    broken(folder.path(), "\"<&\\\"'>\"")?;
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
