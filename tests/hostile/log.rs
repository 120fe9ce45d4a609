//! A worker that prints without end.

use anyhow::Result;
use serde_json::json;
use tollgate_tests::{Host, PATIENCE, Upload, printing};

/// Lines of one request: many more than its namespace may print, and fewer than `limits.log_bytes` lets through.
const LINES: u32 = 1_500;

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_has_so_many_lines_of_the_log_in_a_second() -> Result<()> {
    let keys = "[shares]\nnamespace_log_lines = 10\n";
    let host = Host::configured(&format!("{keys}[[dispatch]]\ndomain = \"evil.test\"\nnamespace = \"evil\"\n")).await?;
    host.namespace("evil").await?;
    host.deploy_in("evil", "attacker", Upload::made(printing(LINES, b"noise\n")?)).await?;
    host.deploy("own", Upload::made(printing(LINES, b"own words\n")?).route("own.test/*")).await?;
    for name in ["attacker.evil.test", "own.test"] {
        host.get(name, "/", &[]).await?;
    }
    host.wait_for_instances(0, PATIENCE).await?;
    let log = host.log()?;
    let printed = log.matches("noise").count();
    let lost = json!(LINES as usize - printed);
    let status = host.status().await?;
    assert!(printed >= 10 && lost != 0, "{printed} lines");
    assert_eq!(status["namespaces"][0]["lost_log_lines"], lost, "{status}");
    assert!(
        log.contains("10 log lines a second (shares.namespace_log_lines) namespace=\"evil\" worker=\"attacker\""),
        "{log}"
    );
    assert_eq!(log.matches("own words").count(), LINES as usize, "the operator's own workers have no share");
    Ok(())
}
