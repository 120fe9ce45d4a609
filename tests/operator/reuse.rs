//! Reuse of instances: off unless namespace and worker both ask for it, in every language whose instances can serve again.

use anyhow::{Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _};
use reqwest::Method;
use serde_json::json;
use tollgate_tests::{Host, Origin, PATIENCE, Upload, language};

/// A host with the customer's worker `user`, behind a dispatch worker at `*.test`.
async fn host(namespace_lets: bool, worker: Upload, outbound: Upload) -> Result<Host> {
    let host = Host::start().await?;
    let namespace = json!({ "name": "prod", "reuse": namespace_lets });
    let (status, envelope) = host.control(Method::POST, "dispatch/namespaces", Some(namespace)).await?;
    ensure!(status == 200, "{envelope}");
    host.deploy("outbound", outbound).await?;
    let params = json!([{ "name": "customer_name" }]);
    let dispatch = Upload::of("test-dispatch").dispatches("prod", Some(("outbound", params)));
    host.deploy("dispatch", dispatch.route("*.test/*")).await?;
    host.deploy_in("prod", "user", worker).await?;
    Ok(host)
}

/// What requests one after another were answered, each dispatched for a customer of its own.
async fn answers(host: &Host, path: &str, count: u32) -> Result<Vec<String>> {
    let mut answers = Vec::new();
    for customer in 0..count {
        let parameters = json!({ "customer_name": customer }).to_string();
        let url = "http://outbound.test/parameter/customer_name";
        let headers = [("x-parameters", parameters.as_str()), ("x-target-url", url)];
        answers.push(host.get("user.test", path, &headers).await?.text());
    }
    Ok(answers)
}

#[tokio::test(flavor = "multi_thread")]
async fn state_outlives_a_request_where_namespace_and_worker_ask_for_it() -> Result<()> {
    let plain = Upload::of("test-outbound");
    let asks = || Upload::of("test-user").reuse(3);
    let cases = [
        (false, Upload::of("test-user"), ["0", "0", "0", "0"]),
        (true, Upload::of("test-user"), ["0", "0", "0", "0"]),
        (false, asks(), ["0", "0", "0", "0"]),
        (true, asks(), ["0", "1", "2", "0"]),
    ];
    for (namespace_lets, worker, expected) in cases {
        let host = host(namespace_lets, worker, plain.clone()).await?;
        assert_eq!(answers(&host, "/counter", 4).await?, expected);
    }
    Ok(())
}

/// Languages, and the suite's worker in each.
const LANGUAGES: [(&str, &str); 6] = [
    ("rust", "test-user"),
    ("rust", "test-user-3"),
    ("c", "c/test-user"),
    ("go", "go/test-user"),
    ("python", "python/test-user"),
    ("python", "python/test-user-3"),
];

#[tokio::test(flavor = "multi_thread")]
async fn in_every_language_one_instance_serves_several_requests() -> Result<()> {
    let host = host(true, Upload::of("test-user"), Upload::of("test-outbound")).await?;
    for (name, worker) in LANGUAGES {
        if name != "rust" && !language(name)? {
            continue;
        }
        host.deploy_in("prod", "counts", Upload::of(worker).reuse(100)).await?;
        let mut counts = Vec::new();
        for _ in 0..20 {
            let answer = host.get("counts.test", "/counter", &[("x-parameters", r#"{"customer_name":1}"#)]).await?;
            ensure!(answer.status == 200, "{worker}: {} {}, after {counts:?}", answer.status, answer.text());
            counts.push(answer.text().parse::<u32>()?);
        }
        // A fresh instance counts from 0.
        ensure!(counts.iter().any(|count| *count > 0), "{worker}: no instance served twice: {counts:?}");
    }
    Ok(())
}

/// An instance of a JavaScript worker answers 500 to every request but its first.
#[tokio::test(flavor = "multi_thread")]
async fn a_javascript_worker_that_asks_for_reuse_is_refused() -> Result<()> {
    if !language("js")? {
        return Ok(());
    }
    for namespace_lets in [false, true] {
        let host = host(namespace_lets, Upload::of("js/test-user"), Upload::of("test-outbound")).await?;
        for path in ["dispatch/namespaces/prod/scripts/user", "scripts/own"] {
            let (status, envelope) = host.upload(path, Upload::of("js/test-user").reuse(128)).await?;
            let message = envelope["errors"][0]["message"].as_str().unwrap_or_default();
            assert_eq!(status, 400, "{path}: {envelope}");
            assert!(message.starts_with("reuse: expected none, found {\"requests\": 128}: "), "{message}");
            assert!(message.ends_with("deploy it without `reuse`"), "{message}");
        }
        // One request an instance is what every worker has.
        host.deploy_in("prod", "user", Upload::of("js/test-user").reuse(1)).await?;
        for _ in 0..5 {
            let answer = host.get("user.test", "/hello", &[("x-parameters", r#"{"customer_name":1}"#)]).await?;
            assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "hello"));
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_trapped_or_reached_a_limit_is_not_reused() -> Result<()> {
    let host = host(true, Upload::of("test-user").reuse(100), Upload::of("test-outbound")).await?;
    let parameters = ("x-parameters", r#"{"customer_name":1}"#);
    let limits = ("x-limits", r#"{"wall_ms":100}"#);
    for path in ["/trap", "/sleep?ms=60000"] {
        assert_eq!(answers(&host, "/counter", 3).await?, ["0", "1", "2"], "before {path}");
        let failed = host.get("user.test", path, &[parameters, limits]).await?;
        assert!(failed.status == 500 || failed.status == 429, "{path}: {}", failed.text());
        assert_eq!(answers(&host, "/counter", 1).await?, ["0"], "after {path}");
        host.delete_in("prod", "user").await?;
        host.deploy_in("prod", "user", Upload::of("test-user").reuse(100)).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn reused_instances_never_see_another_dispatchs_parameters() -> Result<()> {
    let host = host(true, Upload::of("test-user").reuse(100), Upload::of("test-outbound").reuse(100)).await?;
    let expected: Vec<_> = (0..20).map(|customer| customer.to_string()).collect();
    let rounds = (0..8).map(|_| answers(&host, "/fetch", 20));
    for seen in futures::future::join_all(rounds).await {
        assert_eq!(seen?, expected);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_waits_too_long_is_dropped() -> Result<()> {
    let host = host(true, Upload::of("test-user").reuse(100), Upload::of("test-outbound")).await?;
    assert_eq!(answers(&host, "/counter", 2).await?, ["0", "1"]);
    // The second answer came from an instance that had waited, so one waits now.
    host.wait_for_instances(0, PATIENCE).await
}

/// Instances go from one dispatch to the next while others are under way: none may see the parameters of another.
#[tokio::test(flavor = "multi_thread")]
async fn of_10_000_interleaved_dispatches_none_sees_the_parameters_of_another() -> Result<()> {
    const DISPATCHES: u32 = 10_000;
    let host = host(true, Upload::of("test-user").reuse(128), Upload::of("test-outbound").reuse(128)).await?;
    host.deploy("outbound-3", Upload::of("test-outbound-3").reuse(128)).await?;
    let params = json!([{ "name": "customer_name" }]);
    let dispatch = Upload::of("test-dispatch").dispatches("prod", Some(("outbound-3", params)));
    host.deploy("dispatch-3", dispatch.route("*.three.test/*")).await?;
    host.deploy_in("prod", "user-3", Upload::of("test-user-3").reuse(128)).await?;
    let one = async |customer: u32| {
        let name = if customer.is_multiple_of(2) { "user.test" } else { "user-3.three.test" };
        let parameters = json!({ "customer_name": customer }).to_string();
        let url = "http://outbound.test/parameter/customer_name";
        let headers = [("x-parameters", parameters.as_str()), ("x-target-url", url)];
        let answer = host.get(name, "/fetch", &headers).await?;
        ensure!(answer.text() == customer.to_string(), "dispatch {customer} saw {}", answer.text());
        Ok(())
    };
    futures::stream::iter(0..DISPATCHES).map(one).buffer_unordered(64).try_collect::<()>().await
}

/// Background work that a body asks for while it is made is done before the instance goes to the next dispatch.
#[tokio::test(flavor = "multi_thread")]
async fn work_asked_for_late_is_of_its_own_dispatch() -> Result<()> {
    if !language("c")? {
        return Ok(());
    }
    let origin = Origin::start().await?;
    let host = host(true, Upload::of("c/test-user").reuse(100), Upload::of("test-outbound")).await?;
    for customer in 0..3 {
        let (parameters, url) = (json!({ "customer_name": customer }).to_string(), origin.url("/late"));
        let headers = [("x-parameters", parameters.as_str()), ("x-target-url", &url)];
        assert_eq!(host.get("user.test", "/made-background", &headers).await?.text(), "x");
        let seen = origin.wait_for(customer + 1).await?;
        assert_eq!(seen[customer].headers["x-intercepted-for"], customer.to_string().as_str());
    }
    Ok(())
}

/// A host like [`host`], with keys of `[instances]`.
async fn with_keys(keys: &str) -> Result<Host> {
    let dispatch = "[[dispatch]]\ndomain = \"test\"\nnamespace = \"prod\"\n";
    let host = Host::configured(&format!("[instances]\n{keys}\n{dispatch}")).await?;
    let namespace = json!({ "name": "prod", "reuse": true });
    host.control(Method::POST, "dispatch/namespaces", Some(namespace)).await?;
    host.deploy_in("prod", "user", Upload::of("test-user").reuse(100_000)).await?;
    Ok(host)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_instance_is_kept_where_none_may_be() -> Result<()> {
    let host = with_keys("reuse_idle_instances = 0").await?;
    assert_eq!(answers(&host, "/counter", 3).await?, ["0", "0", "0"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_has_grown_too_much_is_not_reused() -> Result<()> {
    let host = with_keys("reuse_growth_bytes = 4194304").await?;
    assert_eq!(answers(&host, "/counter", 2).await?, ["0", "1"]);
    assert_eq!(host.get("user.test", "/memory?mib=8", &[]).await?.status, 200);
    assert_eq!(answers(&host, "/counter", 1).await?, ["0"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_is_too_old_is_not_reused() -> Result<()> {
    let host = with_keys("reuse_age_seconds = 1\nreuse_idle_seconds = 86400").await?;
    let replaced = async {
        let mut counts = answers(&host, "/counter", 2).await?;
        while counts.iter().filter(|count| *count == "0").count() < 3 {
            counts.extend(answers(&host, "/counter", 1).await?);
        }
        ensure!(counts.iter().any(|count| *count != "0"), "no instance was reused: {counts:?}");
        Ok(())
    };
    tokio::time::timeout(PATIENCE, replaced).await?
}
