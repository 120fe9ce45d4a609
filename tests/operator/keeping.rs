//! What a deploy keeps of the version before, and what it may not take away.

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use tollgate_tests::{Host, Upload};

const USER: &str = "dispatch/namespaces/prod/scripts/user";

async fn host() -> Result<Host> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    Ok(host)
}

/// Uploads a worker, and gives the refusal.
async fn refused(host: &Host, path: &str, upload: Upload) -> Result<String> {
    let (status, envelope) = host.upload(path, upload).await?;
    assert_eq!(status, 400, "{envelope}");
    Ok(envelope["errors"][0]["message"].as_str().unwrap_or_default().to_owned())
}

async fn secret(host: &Host, path: &str, name: &str) -> Result<()> {
    let body = json!({ "name": name, "text": "s3cret", "type": "secret_text" });
    let (status, envelope) = host.control(Method::PUT, &format!("{path}/secrets"), Some(body)).await?;
    assert_eq!(status, 200, "{envelope}");
    Ok(())
}

/// What is kept is checked as if the upload had it.
#[tokio::test(flavor = "multi_thread")]
async fn a_binding_that_is_kept_still_leads_somewhere() -> Result<()> {
    let host = host().await?;
    host.deploy_in("prod", "stock", Upload::of("hello-2")).await?;
    let service = json!({ "type": "service", "name": "STOCK", "service": "stock", "dispatch_namespace": "prod" });
    host.deploy_in("prod", "user", Upload::of("test-user").binding(service)).await?;
    host.deploy("outbound", Upload::of("test-outbound")).await?;
    let dispatch = || Upload::of("test-dispatch");
    host.deploy("dispatch", dispatch().dispatches("prod", Some(("outbound", json!([]))))).await?;
    host.deploy_in("prod", "user", Upload::of("test-user").keeps(&["service"])).await?;
    host.deploy("dispatch", dispatch().keeps(&["dispatch_namespace"])).await?;
    host.delete_in("prod", "stock").await?;
    let (status, envelope) = host.control(Method::DELETE, "scripts/outbound", None).await?;
    assert_eq!(status, 200, "{envelope}");
    let error = refused(&host, USER, Upload::of("test-user").keeps(&["service"])).await?;
    assert_eq!(error, "metadata: binding \"STOCK\": service: expected a deployed worker, found \"stock\"");
    let error = refused(&host, "scripts/dispatch", dispatch().keeps(&["dispatch_namespace"])).await?;
    let expected =
        "metadata: binding \"dispatcher\": outbound.worker.service: expected a deployed worker, found \"outbound\"";
    assert_eq!(error, expected);
    Ok(())
}

/// Each of its dispatches would fail.
#[tokio::test(flavor = "multi_thread")]
async fn a_binding_to_a_namespace_that_does_not_exist_is_refused() -> Result<()> {
    let host = host().await?;
    let dispatch = || Upload::of("test-dispatch");
    let expected = "metadata: binding \"dispatcher\": namespace: expected one that was created, found \"later\"";
    let error = refused(&host, "scripts/dispatch", dispatch().dispatches("later", None)).await?;
    assert_eq!(error, expected);
    host.namespace("later").await?;
    host.deploy("dispatch", dispatch().dispatches("later", None)).await?;
    let (status, envelope) = host.control(Method::DELETE, "dispatch/namespaces/later", None).await?;
    assert_eq!(status, 200, "{envelope}");
    let error = refused(&host, "scripts/dispatch", dispatch().keeps(&["dispatch_namespace"])).await?;
    assert_eq!(error, expected);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_counts_among_the_bindings() -> Result<()> {
    let host = host().await?;
    host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    secret(&host, USER, "KEY").await?;
    let with = |count: usize| {
        let all = (0..count).fold(Upload::of("test-user"), |upload, place| upload.variable(&format!("V{place}"), "x"));
        all.keeps(&["secret_text"])
    };
    let error = refused(&host, USER, with(128)).await?;
    assert_eq!(error, "metadata: bindings: expected at most 128, found 129");
    host.deploy_in("prod", "user", with(127)).await
}

/// It could not be read back, and so would be lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_not_replaced_by_a_variable() -> Result<()> {
    let host = host().await?;
    host.deploy("user", Upload::of("test-user")).await?;
    secret(&host, "scripts/user", "KEY").await?;
    let folder = tempfile::tempdir()?;
    let main = tollgate_tests::guest_path("test-user")?;
    let text = format!("name = \"user\"\nmain = {main:?}\n[vars]\nKEY = \"placeholder\"\n");
    std::fs::write(folder.path().join("wrangler.toml"), text)?;
    let ran = host.run(folder.path(), &["deploy"]).await?;
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (
            Some(1),
            "error: \"KEY\" is a secret of the worker, and a plain_text binding in its place would lose it\n\
             hint: call the variable something else, or delete the secret first with `tollgate secret delete`\n"
        )
    );
    let ran = host.run(folder.path(), &["secret", "list"]).await?;
    assert_eq!(ran.stdout, "KEY\tsecret_text\n");
    let ran = host.run(folder.path(), &["secret", "delete", "KEY"]).await?;
    assert_eq!(ran.code, Some(0), "{ran}");
    let ran = host.run(folder.path(), &["deploy"]).await?;
    assert_eq!(ran.code, Some(0), "{ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_error_shows_what_may_be_a_secret() -> Result<()> {
    let host = host().await?;
    for (text, found) in [(json!(["s3cret"]), "a list"), (json!(53), "a number"), (Value::Null, "null")] {
        let upload = Upload::of("test-user").binding(json!({ "type": "secret_text", "name": "KEY", "text": text }));
        let error = refused(&host, USER, upload).await?;
        assert_eq!(error, format!("metadata: bindings[0].text: expected a string, found {found}"));
    }
    let upload = Upload::of("test-user").binding(json!({ "type": "a".repeat(10_000), "name": "KEY" }));
    let error = refused(&host, USER, upload).await?;
    assert!(error.starts_with("metadata: bindings[0].type: expected") && error.ends_with("a…\""), "{error}");
    assert!(error.len() < 300, "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn bindings_that_this_host_has_not_are_told() -> Result<()> {
    let (host, folder) = (host().await?, tempfile::tempdir()?);
    let main = tollgate_tests::guest_path("test-user")?;
    let text = format!(
        "name = \"user\"\nmain = {main:?}\ncompatibility_date = \"2025-01-01\"\n[[kv_namespaces]]\nbinding = \"KV\"\n"
    );
    std::fs::write(folder.path().join("wrangler.toml"), text)?;
    let ran = host.run(folder.path(), &["deploy"]).await?;
    let warning = "warning: wrangler.toml: [[kv_namespaces]]: this host has no such bindings, and the worker will not find them\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), warning));
    Ok(())
}
