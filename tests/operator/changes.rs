//! The log of changes: a line for each, with who made it.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tollgate_tests::{Authority, Host, PATIENCE, Upload, importing};

/// The beginning of the SHA-256 of a host's token, which is its name in the log.
fn who(host: &Host) -> String {
    Sha256::digest(host.token()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// What the log tells of changes, without the time and where they came from.
fn lines(host: &Host) -> Result<Vec<String>> {
    let log = host.log()?;
    let told = log.lines().filter_map(|line| line.split_once(" change: ").map(|(_, told)| told));
    Ok(told.map(without_port).collect())
}

fn without_port(told: &str) -> String {
    let Some((before, after)) = told.split_once("from=127.0.0.1:") else { return told.to_owned() };
    format!("{before}from{}", after.trim_start_matches(|one: char| one.is_ascii_digit()))
}

fn upload() -> Result<Upload> {
    Ok(Upload::made(importing("")?))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_change_is_in_the_log_with_its_author_and_its_versions() -> Result<()> {
    let (host, folder) = (Host::start().await?, tempfile::tempdir()?);
    let delete = async |path: &str| host.control(Method::DELETE, path, None).await;
    host.namespace("prod").await?;
    let with_secret = upload()?.binding(json!({ "type": "secret_text", "name": "GIVEN", "text": "s3cret-given" }));
    host.deploy_in("prod", "shop", with_secret).await?;
    host.deploy_in("prod", "shop", upload()?).await?;
    host.deploy("own", upload()?).await?;
    let secret = json!({ "name": "KEY", "text": "s3cret-put", "type": "secret_text" });
    host.control(Method::PUT, "scripts/own/secrets", Some(secret)).await?;
    let certificate = host.certificate(&Authority::new()?.client("customer")?).await?;
    let rotated = host.run(folder.path(), &["store", "rotate-key"]).await?;
    assert_eq!(rotated.code, Some(0), "{rotated}");
    let backup = host.run(folder.path(), &["store", "backup", "tollgate.tar"]).await?;
    let records = backup.stdout.split(' ').nth(1).with_context(|| backup.to_string())?.to_owned();
    delete("scripts/own/secrets/KEY").await?;
    delete("scripts/own").await?;
    delete("dispatch/namespaces/prod?force=true").await?;
    host.control_of_account(Method::DELETE, &format!("mtls_certificates/{certificate}"), None).await?;
    let key = fs::read_to_string(host.data().join("key"))?;
    let key = key.split(' ').nth(1).unwrap_or_default();
    let made = format!("done who=\"{}\" from act=", who(&host));
    let expected = [
        "\"namespace.create\" namespace=\"prod\"".to_owned(),
        "\"worker.deploy\" namespace=\"prod\" worker=\"shop\" version=1".to_owned(),
        "\"worker.deploy\" namespace=\"prod\" worker=\"shop\" version_before=1 version=2".to_owned(),
        "\"worker.deploy\" worker=\"own\" version=1".to_owned(),
        "\"secret.put\" worker=\"own\" secret=\"KEY\" version_before=1 version=2".to_owned(),
        format!("\"certificate.upload\" certificate=\"{certificate}\""),
        format!("\"key.rotate\" key=\"{key}\" records=2"),
        format!("\"backup.take\" records={records} scripts=1"),
        "\"secret.delete\" worker=\"own\" secret=\"KEY\" version_before=2 version=3".to_owned(),
        "\"worker.delete\" worker=\"own\" version_before=3".to_owned(),
        "\"namespace.delete\" namespace=\"prod\" workers=1".to_owned(),
        format!("\"certificate.delete\" certificate=\"{certificate}\""),
    ];
    assert_eq!(lines(&host)?, expected.map(|told| format!("{made}{told}")));
    let log = host.log()?;
    for text in ["s3cret", "PRIVATE KEY", host.token()] {
        assert!(!log.contains(text), "{text} is in the log");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_caller_has_to_mend_is_not_in_the_log_of_changes() -> Result<()> {
    let host = Host::start().await?;
    let (status, _) = host.control(Method::DELETE, "scripts/missing", None).await?;
    assert_eq!(status, 404);
    let path = "client/v4/accounts/test/workers/scripts/own";
    let request = host.control_request(Method::PUT, path).multipart(upload()?.form()?).header("if-match", "\"7\"");
    assert_eq!(request.send().await?.status(), 412);
    assert_eq!(lines(&host)?, [""; 0]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_the_disk_refuses_is_in_the_log_with_the_reason() -> Result<()> {
    let host = Host::start().await?;
    let (folder, elsewhere) = (host.data().join("scripts/sha256"), host.data().join("elsewhere"));
    fs::rename(&folder, &elsewhere)?;
    fs::write(&folder, "a file in the way")?;
    let (status, envelope) = host.upload("scripts/own", upload()?).await?;
    assert_eq!(status, 500, "{envelope}");
    let told = lines(&host)?;
    let beginning =
        format!("not done who=\"{}\" from act=\"worker.deploy\" worker=\"own\" error=\"cannot ", who(&host));
    assert!(told.len() == 1 && told[0].starts_with(&beginning), "{told:?}");
    Ok(())
}

/// Clients that send a request and close the connection at once: the host notices while it is at work.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_client_goes_away_is_in_the_log() -> Result<()> {
    let host = Host::start().await?;
    let (address, token) = (host.control_address(), host.token());
    let path = "/client/v4/accounts/test/workers/dispatch/namespaces";
    for number in 0..30 {
        let body = json!({ "name": format!("left-{number}") }).to_string();
        let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}");
        let request = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        TcpStream::connect(address).await?.write_all(request.as_bytes()).await?;
    }
    let all_told = async {
        loop {
            let (_, envelope) = host.control(Method::GET, "dispatch/namespaces", None).await?;
            let made = envelope["result"].as_array().context("no list")?.len();
            if made > 0 && lines(&host)?.len() == made {
                return anyhow::Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all_told).await.context("not every change is in the log")?
}
