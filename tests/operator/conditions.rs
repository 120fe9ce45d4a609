//! Changes that are made only if a version is deployed: tags, `If-Match` and `If-None-Match`.

use anyhow::{Context as _, Result};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tollgate_tests::{Host, Upload, importing};

const NAMESPACE: &str = "client/v4/accounts/test/workers/dispatch/namespaces/prod";
const WORKER: &str = "client/v4/accounts/test/workers/dispatch/namespaces/prod/scripts/shop";

/// A host with a namespace.
async fn host() -> Result<Host> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    Ok(host)
}

fn upload() -> Result<Upload> {
    Ok(Upload::made(importing("")?))
}

fn deploy(host: &Host) -> Result<RequestBuilder> {
    Ok(host.control_request(Method::PUT, WORKER).multipart(upload()?.form()?))
}

fn secret(host: &Host) -> RequestBuilder {
    let body = json!({ "name": "KEY", "text": "s3cret", "type": "secret_text" });
    host.control_request(Method::PUT, &format!("{WORKER}/secrets")).json(&body)
}

/// The tag of a successful answer.
async fn tag(request: RequestBuilder) -> Result<Option<String>> {
    let response = request.send().await?.error_for_status()?;
    Ok(response.headers().get("etag").map(|tag| tag.to_str().map(str::to_owned)).transpose()?)
}

/// The status of an answer, and the error in it.
async fn refusal(request: RequestBuilder) -> Result<(u16, Value)> {
    let response = request.send().await?;
    let (status, mut envelope) = (response.status().as_u16(), response.json::<Value>().await?);
    Ok((status, envelope["errors"][0].take()))
}

fn failed(message: &str) -> (u16, Value) {
    (412, json!({ "code": 100_205, "message": message }))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_about_a_worker_has_the_tag_of_its_version() -> Result<()> {
    let host = host().await?;
    let get = |path: &str| tag(host.control_request(Method::GET, path));
    let version = |number: u32| Some(format!("\"{number}\""));
    assert_eq!(tag(deploy(&host)?).await?, version(1));
    assert_eq!(tag(secret(&host)).await?, version(2));
    for below in ["", "/content", "/bindings", "/secrets"] {
        assert_eq!(get(&format!("{WORKER}{below}")).await?, version(2), "{below}");
    }
    let delete = |path: &str| tag(host.control_request(Method::DELETE, path));
    assert_eq!(delete(&format!("{WORKER}/secrets/KEY")).await?, version(3));
    // No version is there any more, and the next one is not the first.
    assert_eq!(delete(WORKER).await?, None);
    assert_eq!(tag(deploy(&host)?).await?, version(4));
    host.deploy("own", upload()?).await?;
    assert_eq!(get("client/v4/accounts/test/workers/scripts/own").await?, version(1));
    let (_, envelope) = host.control(Method::GET, "dispatch/namespaces/prod", None).await?;
    let id = envelope["result"]["namespace_id"].as_str().context("no id")?.to_owned();
    assert_eq!(get(NAMESPACE).await?, Some(format!("\"{id}\"")));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_made_only_if_its_condition_holds() -> Result<()> {
    let host = host().await?;
    let delete = |path: &str| host.control_request(Method::DELETE, path);
    let absent = "worker prod/shop: expected that it exists, found that it does not exist";
    assert_eq!(refusal(deploy(&host)?.header("if-match", "*")).await?, failed(absent));
    assert_eq!(tag(deploy(&host)?.header("if-none-match", "*")).await?, Some("\"1\"".to_owned()));
    let there = "worker prod/shop: expected that it does not exist, found version 1";
    assert_eq!(refusal(deploy(&host)?.header("if-none-match", "*")).await?, failed(there));
    assert_eq!(tag(deploy(&host)?.header("if-match", "\"1\"")).await?, Some("\"2\"".to_owned()));
    // A client that read version 1, or that repeats what it sent before.
    for late in [
        deploy(&host)?.header("if-match", "\"1\""),
        secret(&host).header("if-match", "\"1\""),
        delete(WORKER).header("if-match", "\"1\""),
    ] {
        assert_eq!(refusal(late).await?, failed("worker prod/shop: expected \"1\", found version 2"));
    }
    let weak = secret(&host).header("if-match", "W/\"2\"");
    assert_eq!(refusal(weak).await?, failed("worker prod/shop: expected W/\"2\", found version 2"));
    // Two lines of a header are one list.
    assert_eq!(tag(secret(&host).header("if-match", "\"1\"").header("if-match", "\"2\"")).await?, Some("\"3\"".into()));
    let not_key = delete(&format!("{WORKER}/secrets/KEY")).header("if-none-match", "\"3\"");
    assert_eq!(refusal(not_key).await?, failed("worker prod/shop: expected anything but \"3\", found version 3"));
    assert_eq!(tag(delete(WORKER).header("if-match", "\"3\"")).await?, None);
    let (status, error) = refusal(delete(WORKER).header("if-match", "\"3\"")).await?;
    assert_eq!((status, &error["code"]), (404, &json!(10092)), "it is gone, whatever was expected");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_was_made_again_is_not_deleted_for_the_one_before() -> Result<()> {
    let host = host().await?;
    let delete = || host.control_request(Method::DELETE, NAMESPACE);
    let first = tag(host.control_request(Method::GET, NAMESPACE)).await?.context("no tag")?;
    tag(delete().header("if-match", &first)).await?;
    host.namespace("prod").await?;
    let second = tag(host.control_request(Method::GET, NAMESPACE)).await?.context("no tag")?;
    let found = format!("found the namespace with the id {}", second.trim_matches('"'));
    let refused = refusal(delete().header("if-match", &first)).await?;
    assert_eq!(refused, failed(&format!("namespace prod: expected {first}, {found}")));
    tag(delete().header("if-match", &second)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_is_no_condition_is_refused_by_its_name() -> Result<()> {
    let host = host().await?;
    let expected = "expected `*`, or tags in double quotes such as `\"7\"` or `\"7\", \"8\"`";
    for (name, header) in [("If-Match", "7"), ("If-None-Match", "\"7\", *"), ("If-Match", "")] {
        let (status, error) = refusal(deploy(&host)?.header(name, header)).await?;
        assert_eq!((status, &error["code"]), (400, &json!(10021)), "{error}");
        assert_eq!(error["message"], format!("{name}: {expected}, found `{header}`"));
    }
    let (status, _) = host.control(Method::GET, "dispatch/namespaces/prod/scripts/shop", None).await?;
    assert_eq!(status, 404, "something was deployed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_deploys_on_a_condition() -> Result<()> {
    let (host, folder) = (host().await?, tempfile::tempdir()?);
    std::fs::write(folder.path().join("shop.wasm"), importing("")?)?;
    std::fs::write(folder.path().join("wrangler.toml"), "name = \"shop\"\nmain = \"shop.wasm\"\n")?;
    let deploy = async |more: &[&str]| host.run(folder.path(), &[&["deploy"], more].concat()).await;
    assert_eq!(deploy(&["--if-absent"]).await?.stdout, "deployed shop, version 1\n");
    assert_eq!(deploy(&["--if-version", "1"]).await?.stdout, "deployed shop, version 2\n");
    let ran = deploy(&["--if-version", "1"]).await?;
    let hint = "hint: see what is deployed with `tollgate worker list`, then decide which version to replace\n";
    let error = format!("error: worker shop: expected \"1\", found version 2\n{hint}");
    assert_eq!((ran.code, ran.stderr), (Some(1), error));
    let ran = deploy(&["--if-absent"]).await?;
    assert!(ran.stderr.contains("expected that it does not exist, found version 2\n"), "{ran}");
    assert_eq!(deploy(&["--if-absent", "--if-version", "2"]).await?.code, Some(2), "they exclude each other");
    Ok(())
}
