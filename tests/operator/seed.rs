//! The announcement's own files, deployed as they were printed, but for line breaks and a brace (tests/seed).

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use tollgate_tests::{Host, Upload, language, root};

/// A folder with the seed's files, names in the place of placeholders.
fn unpacked() -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for file in ["wrangler.toml", "index.js"] {
        let text = std::fs::read_to_string(root().join("tests/seed").join(file))?;
        let text = text.replace("<NAMESPACE_NAME>", "prod").replace("<SERVICE_NAME>", "outbound");
        std::fs::write(folder.path().join(file), text)?;
    }
    Ok(folder)
}

/// Deploys them with the command line, as wrangler's users would.
async fn deployed(host: &Host, folder: &Path) -> Result<()> {
    let deploy = ["deploy", "index.js", "--name", "dispatch", "--route", "*.localhost/*"];
    let ran = host.run(folder, &deploy).await?;
    ensure!(ran.code == Some(0), "{ran}");
    ensure!(ran.stderr.contains("warning: wrangler.toml: the names in `parameters` are not quoted"), "{ran}");
    Ok(())
}

/// Nothing but white space was put in, and nothing but a brace left out.
#[test]
fn the_seed_is_as_it_was_printed() -> Result<()> {
    let read = |file: &str| std::fs::read_to_string(root().join("tests/seed").join(file));
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let printed = read("printed.txt")?;
    let mut lines = printed.lines();
    for file in ["wrangler.toml", "index.js"] {
        let line = lines.next().and_then(|line| line.strip_prefix(file)).unwrap_or_default();
        let line = bare(line).replace("url:request.url}}})", "url:request.url}})");
        assert_eq!(bare(&read(file)?), line, "{file}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seed_runs_as_it_stands() -> Result<()> {
    if !language("js")? {
        return Ok(());
    }
    let (host, folder) = (Host::start().await?, unpacked()?);
    host.namespace("prod").await?;
    host.deploy("outbound", Upload::of("test-outbound")).await?;
    host.deploy_in("prod", "customer", Upload::of("test-user")).await?;
    deployed(&host, folder.path()).await?;

    let url = "http://outbound.test/parameters";
    let answer = host.get("customer.localhost", "/fetch?q=1", &[("x-target-url", url)]).await?;
    let expected = json!({ "customer_name": "customer", "url": "http://customer.localhost/fetch?q=1" });
    assert_eq!(serde_json::from_str::<Value>(&answer.text())?, expected);

    let missing = host.get("nobody.localhost", "/", &[]).await?;
    assert_eq!((missing.status.as_u16(), missing.text().as_str()), (404, ""));

    let failing = host.get("customer.localhost", "/trap", &[]).await?;
    assert_eq!(failing.status, 500);
    assert!(failing.text().starts_with("worker trapped: wasm trap"), "{}", failing.text());
    Ok(())
}
