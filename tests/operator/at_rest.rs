//! What is on the disk: the key of secrets is rotated, and what no version names is deleted.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use reqwest::Method;
use serde_json::json;
use tollgate_tests::{Host, Upload, tollgate};

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_rotated_while_the_host_runs_and_every_value_opens_afterwards() -> Result<()> {
    let host = Host::start().await?;
    let key = host.data().join("key");
    host.deploy("user", Upload::of("hello-2")).await?;
    let secret = json!({ "name": "TOKEN", "text": "s3cret", "type": "secret_text" });
    let (status, envelope) = host.control(Method::PUT, "scripts/user/secrets", Some(secret)).await?;
    assert_eq!(status, 200, "{envelope}");
    let before = std::fs::read_to_string(&key)?;
    let rotated = host.run(host.data(), &["store", "rotate-key"]).await?;
    assert_eq!(rotated.code, Some(0), "{}", rotated.stderr);
    assert!(rotated.stdout.starts_with("sealed 1 records and the control token with"), "{}", rotated.stdout);
    let after = std::fs::read_to_string(&key)?;
    assert!(after != before && after.lines().count() == 1);
    let host = host.restart().await?;
    let listed = host.run(host.data(), &["secret", "list", "--name", "user"]).await?;
    assert_eq!((listed.code, listed.stdout.as_str()), (Some(0), "TOKEN\tsecret_text\n"), "{}", listed.stderr);
    // The data folder alone does not tell the token.
    std::fs::rename(&key, host.data().join("elsewhere"))?;
    let listed = host.run(host.data(), &["worker", "list"]).await?;
    assert_eq!(listed.code, Some(2));
    assert!(listed.stderr.contains("hint: pass --token, or the host's key file with --key-file"), "{}", listed.stderr);
    let listed = host.run(host.data(), &["worker", "list", "--key-file", "elsewhere"]).await?;
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_file_that_is_damaged_is_refused_by_name() -> Result<()> {
    let data = tempfile::tempdir()?;
    std::fs::write(data.path().join("token"), "x")?;
    let folder = data.path().display().to_string();
    let ran =
        tollgate(data.path(), &["serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", &folder])
            .await?;
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let file = data.path().join("token").display().to_string();
    assert!(ran.stderr.contains(&format!("the control token in {file} cannot be used")), "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("delete {file}")), "{}", ran.stderr);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_that_no_version_names_are_deleted() -> Result<()> {
    let host = Host::configured("[store]\nversions = 1\ngrace_seconds = 0\n").await?;
    host.deploy("user", Upload::of("hello-2")).await?;
    host.deploy("user", Upload::of("hello-3")).await?;
    let scripts = host.data().join("scripts/sha256");
    while files(&scripts)? != 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (status, envelope) = host.control(Method::DELETE, "scripts/user", None).await?;
    assert_eq!(status, 200, "{envelope}");
    while files(&scripts)? != 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

fn files(shelves: &Path) -> Result<usize> {
    let mut count = 0;
    for shelf in std::fs::read_dir(shelves)? {
        count += std::fs::read_dir(shelf?.path())?.count();
    }
    Ok(count)
}
