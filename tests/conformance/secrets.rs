//! E11: a secret can be written, never read back.

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use tollgate_tests::Upload;

use crate::stage::Stage;

const USER: &str = "dispatch/namespaces/prod/scripts/user";

async fn put(stage: &Stage, worker: &str, name: &str, text: &str) -> Result<(u16, Value)> {
    let body = json!({ "name": name, "text": text, "type": "secret_text" });
    stage.host.control(Method::PUT, &format!("{worker}/secrets"), Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn e11_a_secret_is_there_for_the_worker_alone() -> Result<()> {
    let stage = Stage::set().await?;
    let (status, envelope) = put(&stage, USER, "TOKEN", "s3cret").await?;
    assert_eq!((status, &envelope["result"]), (200, &json!({ "name": "TOKEN", "type": "secret_text" })));
    let environment = stage.user("/env", &[]).await?.text();
    assert!(environment.contains("env TOKEN=s3cret") && environment.contains("config TOKEN=s3cret"), "{environment}");
    let places = [USER.to_owned(), format!("{USER}/secrets"), "dispatch/namespaces/prod/scripts".to_owned()];
    for path in places.into_iter().chain([format!("{USER}/bindings")]) {
        let (status, envelope) = stage.host.control(Method::GET, &path, None).await?;
        assert_eq!(status, 200, "{envelope}");
        assert!(!envelope.to_string().contains("s3cret"), "{envelope}");
    }
    assert!(!stage.host.log()?.contains("s3cret"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e11_a_secret_outlives_a_deploy_that_keeps_it() -> Result<()> {
    let stage = Stage::set().await?;
    put(&stage, USER, "TOKEN", "s3cret").await?;
    let keeping = Upload::of("test-user").keeps(&["secret_text"]);
    stage.host.deploy_in("prod", "user", keeping).await?;
    assert!(stage.user("/env", &[]).await?.text().contains("env TOKEN=s3cret"));
    stage.host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    assert!(!stage.user("/env", &[]).await?.text().contains("TOKEN"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e11_secrets_are_listed_by_name_and_deleted() -> Result<()> {
    let stage = Stage::set().await?;
    stage.host.deploy("outbound", Upload::of("test-outbound").variable("REGION", "eu")).await?;
    put(&stage, "scripts/outbound", "API_KEY", "k1").await?;
    let (_, listed) = stage.host.control(Method::GET, "scripts/outbound/secrets", None).await?;
    assert_eq!(listed["result"], json!([{ "name": "API_KEY", "type": "secret_text" }]));
    stage.fetch_origin("/hello", &[]).await?;
    assert_eq!(stage.origin.seen()[0].headers["authorization"], "Bearer k1");
    let (status, _) = stage.host.control(Method::DELETE, "scripts/outbound/secrets/API_KEY", None).await?;
    assert_eq!(status, 200);
    stage.fetch_origin("/hello", &[]).await?;
    assert!(!stage.origin.seen()[1].headers.contains_key("authorization"));
    let (status, envelope) = stage.host.control(Method::DELETE, "scripts/outbound/secrets/API_KEY", None).await?;
    assert_eq!((status, &envelope["errors"][0]["code"]), (404, &json!(10056)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e11_a_secret_takes_no_other_name() -> Result<()> {
    let stage = Stage::set().await?;
    stage.host.deploy("outbound", Upload::of("test-outbound").variable("REGION", "eu")).await?;
    let (status, envelope) = put(&stage, "scripts/outbound", "REGION", "x").await?;
    let message = envelope["errors"][0]["message"].as_str().unwrap_or_default();
    assert_eq!((status, message), (400, "\"REGION\" is a plain_text binding of the worker already"));
    // Nor that of a parameter, which it would hide (B09).
    let (status, envelope) = put(&stage, "scripts/outbound", "customer-name", "x").await?;
    let message = envelope["errors"][0]["message"].as_str().unwrap_or_default();
    assert_eq!(status, 400);
    assert!(message.contains("has the name of a variable of the outbound worker"), "{message}");
    Ok(())
}
