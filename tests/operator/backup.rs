//! `tollgate store`: a backup of a running host, what is restored from it, and what a check says of both.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Result;
use tollgate_tests::{Host, Ran, Upload, importing, tollgate};

/// A host with one worker that has a secret.
async fn host() -> Result<Host> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    let secret = serde_json::json!({ "type": "secret_text", "name": "KEY", "text": "s3cret-value" });
    host.deploy_in("prod", "shop", Upload::made(importing("")?).binding(secret)).await?;
    Ok(host)
}

async fn restore(host: &Host, folder: &Path, file: &str) -> Result<Ran> {
    let key = host.data().join("key");
    let key = key.to_str().unwrap();
    tollgate(folder, &["store", "restore", file, "--data", "restored", "--key-file", key]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_host_is_restored_and_checked() -> Result<()> {
    let (host, folder) = (host().await?, tempfile::tempdir()?);
    let ran = host.run(folder.path(), &["store", "backup", "tollgate.tar"]).await?;
    let file = folder.path().join("tollgate.tar");
    let bytes = fs::read(&file)?;
    let contents = "2 records up to entry 2, 1 script";
    assert_eq!(ran.stdout, format!("tollgate.tar: {contents}, {} bytes\n", bytes.len()), "{ran}");
    assert_eq!(fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
    for secret in ["s3cret-value", host.token(), fs::read_to_string(host.data().join("key"))?.trim()] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
    }
    let ran = restore(&host, folder.path(), "tollgate.tar").await?;
    assert!(
        ran.stdout.starts_with(&format!("restored {contents} into restored\nstart it with `tollgate serve")),
        "{ran}"
    );
    let key = host.data().join("key");
    let check = ["store", "check", "--data", "restored", "--key-file", key.to_str().unwrap()];
    let ran = tollgate(folder.path(), &check).await?;
    assert_eq!((ran.code, &*ran.stdout), (Some(0), "restored: 2 records up to entry 2 and 1 script are intact\n"));
    let shelf = fs::read_dir(folder.path().join("restored/scripts/sha256"))?.next().unwrap()?;
    let script = fs::read_dir(shelf.path())?.next().unwrap()?;
    fs::write(script.path(), "something else")?;
    let ran = tollgate(folder.path(), &check).await?;
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("(worker prod/shop): deploy it again\n"), "{ran}");
    assert!(ran.stderr.starts_with("error: restored has 1 finding; 2 records up to entry 2 "), "{}", ran.stderr);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_restored_leaves_nothing() -> Result<()> {
    let (host, folder) = (host().await?, tempfile::tempdir()?);
    host.run(folder.path(), &["store", "backup", "tollgate.tar"]).await?;
    let bytes = fs::read(folder.path().join("tollgate.tar"))?;
    fs::write(folder.path().join("cut.tar"), &bytes[..bytes.len() / 2])?;
    let ran = restore(&host, folder.path(), "cut.tar").await?;
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("the backup cut.tar cannot be used: it is "), "{}", ran.stderr);
    assert_eq!(fs::read_dir(folder.path())?.count(), 2);
    let ran = tollgate(folder.path(), &["store", "restore", "tollgate.tar", "--data", "restored"]).await?;
    assert!(
        ran.stderr.contains("the key file restored/key is missing") && ran.stderr.contains("--key-file"),
        "{}",
        ran.stderr
    );
    fs::create_dir(folder.path().join("restored"))?;
    fs::write(folder.path().join("restored/mine"), "")?;
    let ran = restore(&host, folder.path(), "tollgate.tar").await?;
    assert!(ran.stderr.contains("the folder restored is not empty"), "{}", ran.stderr);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_a_host_has_open_is_neither_checked_nor_repaired() -> Result<()> {
    let (host, folder) = (host().await?, tempfile::tempdir()?);
    for verb in ["check", "repair"] {
        let ran = host.run(folder.path(), &["store", verb]).await?;
        assert_eq!(ran.code, Some(2));
        assert!(ran.stderr.contains("is in use by another process"), "{}", ran.stderr);
        assert!(ran.stderr.contains("\nhint: stop the host first"), "{}", ran.stderr);
        assert!(ran.stderr.contains("GET /status"), "{}", ran.stderr);
    }
    Ok(())
}
