//! A worker that prints without end.

use std::time::Instant;

use anyhow::Result;
use serde_json::json;
use tollgate_tests::{Host, PATIENCE, Upload, printing};

/// Lines of one request: many more than its namespace may print, and fewer than `limits.log_bytes` lets through.
const LINES: u32 = 1_500;
/// Lines that the namespace may print in a second.
const SHARE: u64 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_has_so_many_lines_of_the_log_in_a_second() -> Result<()> {
    let keys = format!("[shares]\nnamespace_log_lines = {SHARE}\n");
    let host = Host::configured(&format!("{keys}[[dispatch]]\ndomain = \"evil.test\"\nnamespace = \"evil\"\n")).await?;
    host.namespace("evil").await?;
    host.deploy_in("evil", "attacker", Upload::made(printing(LINES, b"noise\n")?)).await?;
    host.deploy("own", Upload::made(printing(LINES, b"own words\n")?).route("own.test/*")).await?;
    let since = Instant::now();
    for name in ["attacker.evil.test", "own.test"] {
        host.get(name, "/", &[]).await?;
    }
    host.wait_for_instances(0, PATIENCE).await?;
    // The seconds that the share counts began before the first line, and the last one may have begun just now.
    let most = SHARE * (since.elapsed().as_secs() + 2);
    let log = host.log()?;
    let printed = log.matches("noise").count();
    let lost = json!(LINES as usize - printed);
    let status = host.status().await?;
    assert!((SHARE..=most).contains(&(printed as u64)) && lost != 0, "{printed} lines, at most {most}");
    assert_eq!(status["namespaces"][0]["lost_log_lines"], lost, "{status}");
    assert!(
        log.contains("10 log lines a second (shares.namespace_log_lines) namespace=\"evil\" worker=\"attacker\""),
        "{log}"
    );
    assert_eq!(log.matches("own words").count(), LINES as usize, "the operator's own workers have no share");
    Ok(())
}
