//! E: configuration and control.

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use tollgate_tests::{Host, Upload};

/// Uploads a dispatcher with a binding, and gives the refusal.
async fn refused(host: &Host, binding: Value) -> Result<String> {
    let (status, envelope) = host.upload("scripts/dispatch", Upload::of("test-dispatch").binding(binding)).await?;
    assert_eq!(status, 400, "{envelope}");
    assert_eq!((&envelope["success"], &envelope["result"]), (&json!(false), &Value::Null));
    Ok(envelope["errors"][0]["message"].as_str().unwrap_or_default().to_owned())
}

fn binding(outbound: Value) -> Value {
    json!({ "type": "dispatch_namespace", "name": "d", "namespace": "prod", "outbound": outbound })
}

#[tokio::test(flavor = "multi_thread")]
async fn e01_binding_is_required_and_namespace_optional() -> Result<()> {
    let host = Host::start().await?;
    let error = refused(&host, json!({ "type": "dispatch_namespace", "namespace": "prod" })).await?;
    assert_eq!(error, "metadata: bindings[0].name: expected a name, found nothing");
    // Without a namespace, the binding's name is its name.
    host.namespace("d").await?;
    host.deploy("dispatch", Upload::of("test-dispatch").binding(json!({ "type": "dispatch_namespace", "name": "d" })))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn e02_outbound_must_be_a_table() -> Result<()> {
    let error = refused(&Host::start().await?, binding(json!("outbound"))).await?;
    assert_eq!(error, "metadata: bindings[0].outbound: expected a table, found the string \"outbound\"");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e03_outbound_must_name_a_worker() -> Result<()> {
    let error = refused(&Host::start().await?, binding(json!({ "worker": {} }))).await?;
    assert_eq!(error, "metadata: bindings[0].outbound.worker.service: expected a name, found nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e04_the_workers_name_must_be_text() -> Result<()> {
    let error = refused(&Host::start().await?, binding(json!({ "worker": { "service": 7 } }))).await?;
    assert_eq!(error, "metadata: bindings[0].outbound.worker.service: expected a name, found the number 7");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e05_parameters_must_be_a_list() -> Result<()> {
    let outbound = json!({ "worker": { "service": "o" }, "params": "url" });
    let error = refused(&Host::start().await?, binding(outbound)).await?;
    assert_eq!(error, "metadata: bindings[0].outbound.params: expected a list, found the string \"url\"");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e06_each_parameter_must_have_a_name() -> Result<()> {
    let outbound = json!({ "worker": { "service": "o" }, "params": [{ "name": 1 }] });
    let error = refused(&Host::start().await?, binding(outbound)).await?;
    assert_eq!(error, "metadata: bindings[0].outbound.params[0].name: expected a name, found the number 1");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e07_the_binding_of_cloudflares_clients_is_read() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    host.deploy("outbound", Upload::of("test-outbound")).await?;
    let outbound = json!({ "worker": { "service": "outbound", "environment": "production" },
        "params": [{ "name": "customer_name" }, { "name": "url" }] });
    let dispatch =
        json!({ "type": "dispatch_namespace", "name": "dispatcher", "namespace": "prod", "outbound": outbound });
    host.deploy("dispatch", Upload::of("test-dispatch").binding(dispatch).route("*.test/*")).await?;
    host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    let headers =
        [("x-target-url", "http://outbound.test/parameter/url"), ("x-parameters", r#"{"customer_name":1,"url":"u"}"#)];
    assert_eq!(host.get("user.test", "/fetch", &headers).await?.text(), "\"u\"");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e08_errors_come_in_the_envelope() -> Result<()> {
    let host = Host::start().await?;
    let (status, envelope) = host.control(Method::GET, "dispatch/namespaces/nobody", None).await?;
    assert_eq!((status, &envelope["success"], &envelope["messages"]), (404, &json!(false), &json!([])));
    assert_eq!(envelope["errors"][0]["code"], 100_119);
    let (status, envelope) = host.control(Method::GET, "no/such/path", None).await?;
    assert_eq!((status, &envelope["errors"][0]["code"]), (404, &json!(7003)));
    for (method, path, expected) in [
        (Method::POST, "dispatch/namespaces/prod/scripts/x", (405, 7001)),
        (Method::PUT, "dispatch/namespaces/prod/scripts/x", (400, 10021)), // JSON, and no form
        (Method::PUT, "scripts/x", (400, 10021)),
        (Method::DELETE, "dispatch/namespaces/prod?force=maybe", (400, 10021)),
        (Method::GET, "dispatch/namespaces/%FF", (400, 10021)),
        (Method::GET, "dispatch/namespaces/prod/scripts/%FF", (400, 10021)),
    ] {
        let (status, envelope) = host.control(method.clone(), path, Some(json!({}))).await?;
        assert_eq!(envelope["success"], false, "{method} {path}");
        assert_eq!((status, &envelope["errors"][0]["code"]), (expected.0, &json!(expected.1)), "{method} {path}");
        assert_ne!(envelope["errors"][0]["message"], "", "{method} {path}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e12_a_namespace_with_workers_is_not_deleted() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    host.deploy_in("prod", "a", Upload::of("test-user")).await?;
    let (status, envelope) = host.control(Method::DELETE, "dispatch/namespaces/prod", None).await?;
    assert_eq!(status, 400);
    assert!(envelope["errors"][0]["message"].as_str().unwrap_or_default().contains('1'), "{envelope}");
    let (status, _) = host.control(Method::DELETE, "dispatch/namespaces/prod?force=true", None).await?;
    assert_eq!(status, 200);
    Ok(())
}
