//! What the platform gives a worker in JavaScript: `env`, `ctx`, and what it knows from elsewhere. The dispatcher is JavaScript
//! too. And `npm create`.

use anyhow::{Context as _, Result, ensure};
use http::HeaderValue;
use reqwest::Method;
use serde_json::json;
use tollgate_tests::{Answer, Host, Origin, Upload, empty, language, root};

struct Stage {
    host: Host,
    origin: Origin,
}

impl Stage {
    async fn set() -> Result<Self> {
        let (host, origin) = (Host::start().await?, Origin::start().await?);
        host.namespace("prod").await?;
        host.deploy("service", Upload::of("test-user")).await?;
        host.deploy("outbound", Upload::of("test-outbound")).await?;
        let params = json!([{ "name": "customer_name" }]);
        let dispatch = Upload::of("js/test-dispatch").dispatches("prod", Some(("outbound", params)));
        host.deploy("dispatch", dispatch.route("*.test/*")).await?;
        let user = Upload::of("js/test-platform")
            .variable("VAR", "a variable")
            .binding(json!({ "type": "json", "name": "JSON", "json": { "list": [1, 2], "integer": 9_007_199_254_740_993_i64 } }))
            .binding(json!({ "type": "service", "name": "SERVICE", "service": "service" }));
        host.deploy_in("prod", "user", user).await?;
        let secret = json!({ "name": "SECRET", "text": "a secret", "type": "secret_text" });
        let path = "dispatch/namespaces/prod/scripts/user/secrets";
        let (status, envelope) = host.control(Method::PUT, path, Some(secret)).await?;
        ensure!(status == 200, "{envelope}");
        Ok(Self { host, origin })
    }

    /// A text is posted to the user.
    async fn post(&self, path: &str, target: &str, body: &str) -> Result<Answer> {
        let headers = [
            ("x-parameters", r#"{"customer_name":"alice"}"#),
            ("x-target-url", target),
            ("x-mark", "m"),
            ("content-type", "text/x"),
        ];
        self.host.post("user.test", path, &headers, body).await
    }

    async fn ask(&self, path: &str, target: &str, more: &[(&str, &str)]) -> Result<Answer> {
        let mut headers = [&[("x-target-url", target)], more].concat();
        if !more.iter().any(|(name, _)| *name == "x-parameters") {
            headers.push(("x-parameters", r#"{"customer_name":"alice"}"#));
        }
        self.host.get("user.test", path, &headers).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_is_there_in_javascript() -> Result<()> {
    if !language("js")? {
        return Ok(());
    }
    let stage = Stage::set().await?;
    let target = stage.origin.url("/hello");
    let fetched = stage.ask("/fetch", &target, &[]).await?.text();
    let texts = [
        ("/var", "a variable"),
        ("/json", "1,2"),
        ("/secret", "a secret"),
        ("/json-integer", "9007199254740993"),
        ("/absent", "undefined false"),
        ("/signal", "false true"),
        ("/signal-passed", &fetched),
        ("/aborted-upload", "left"),
        ("/bad-header", "TypeError"),
        ("/relative", "TypeError"),
        ("/null-body", ""),
        ("/from-list", "one two"),
        ("/can-parse", "true false null"),
        ("/classes", "true true"),
        ("/mutable-headers", &fetched),
        ("/pipe-to", &fetched),
        ("/pipe-late", &fetched),
        ("/pipe-after", &format!("first, {fetched}{fetched}")),
        ("/stream", &fetched.to_uppercase()),
        ("/text-stream", &fetched),
        ("/another-response", &format!("{fetched}, and more")),
        ("/no-network", "TypeError"),
        ("/form", "1"),
        ("/written", "one\ntwo\nthree"),
        ("/gzip", &"x".repeat(1000)),
        ("/digest", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"),
        ("/url", "https://example.com:8443/b?x=1&y=%C3%BC#f"),
        ("/typed", "alice paid"),
    ];
    for (path, text) in texts {
        let answer = stage.ask(path, &target, &[]).await?;
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, text), "{path}");
    }
    let answer = stage.ask("/no-content", &stage.origin.url("/no-content"), &[]).await?;
    assert_eq!(answer.text(), "204 null");
    let posted = stage.post("/service-post", "http://service.test/sink", "a body").await?;
    assert!(posted.text().starts_with("6 "), "a request as the second argument lost its body: {}", posted.text());

    // Every fetch of those was intercepted, with the parameter of its dispatch.
    let seen = stage.origin.seen();
    assert!(seen.len() >= 4, "{seen:?}");
    assert!(seen.iter().all(|one| one.headers["x-intercepted-for"] == "\"alice\""), "{seen:?}");

    // No text that a customer sends is taken for anything but a text, beside an integer that is sent whole.
    let odd = r#"{"customer_name":["\u00000",18446744073709551615]}"#;
    let url = "http://outbound.test/parameter/customer_name";
    let answer = stage.ask("/fetch", url, &[("x-parameters", odd)]).await?;
    let given: serde_json::Value = serde_json::from_str(odd)?;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&answer.text())?, given["customer_name"]);

    assert_eq!(stage.ask("/props", &target, &[("x-props", r#"{"plan":"pro"}"#)]).await?.text(), "pro");
    assert_eq!(stage.ask("/service", "http://service.test/hello", &[]).await?.text(), "hello");
    assert!(stage.ask("/hmac", &target, &[]).await?.text().ends_with(" true"));
    assert_eq!(stage.ask("/uuid", &target, &[]).await?.text().len(), 36);
    assert_eq!(stage.post("/blob", &target, "text").await?.text(), "text/x");
    assert_eq!(stage.post("/bytes", &target, "text").await?.text(), "4");
    for path in ["/console", "/error"] {
        assert_eq!(stage.ask(path, &target, &[]).await?.text(), "logged");
    }
    assert_eq!(stage.ask("/wait-in-vain", &target, &[]).await?.text(), "answered");
    let log = stage.host.log()?;
    for said in ["said", "the log", "gone wrong: TypeError: was here", "Uncaught Error: waited in vain"] {
        assert!(log.contains(said), "{said}: {log}");
    }
    let over = stage.ask("/loop", &target, &[("x-limits", r#"{"cpu_ms":50}"#)]).await?;
    assert_eq!(over.status, 429);
    assert!(over.text().contains("CPU time limit"), "{}", over.text());
    // One that is misspelt would hold nobody.
    let misspelt = stage.ask("/var", &target, &[("x-limits", r#"{"cpu_ms":5000,"wallms":50}"#)]).await?;
    let refused = "limits: expected cpuMs, wallMs, memoryBytes, subRequests, subrequests, found wallms";
    assert_eq!(misspelt.text(), format!("worker-error: {refused}"));
    Ok(())
}

/// Below the engine's messages, which know no trailers and tidy a URL up.
#[tokio::test(flavor = "multi_thread")]
async fn what_javascript_cannot_hold_is_passed_on() -> Result<()> {
    if !language("js")? {
        return Ok(());
    }
    let stage = Stage::set().await?;
    let target = stage.origin.url("/trailers");
    for path in ["/fetch", "/mutable-headers", "/unchanged"] {
        let answer = stage.ask(path, &target, &[("te", "trailers")]).await?;
        assert_eq!((answer.text().as_str(), answer.header("trailer")), ("body", "x-checksum"), "{path}");
        assert_eq!(answer.trailers["x-checksum"], "42", "{path}");
        // Who takes none asks for none.
        stage.ask(path, &target, &[]).await?;
        let welcome: Vec<_> =
            stage.origin.seen().iter().rev().take(2).map(|seen| seen.headers.get("te").cloned()).collect();
        assert_eq!(welcome, [None, Some(HeaderValue::from_static("trailers"))], "{path}");
    }
    for (path, text) in [("/of-two", "origin"), ("/another-response", "body, and more"), ("/clone-answered", "body")] {
        let answer = stage.ask(path, &target, &[("te", "trailers")]).await?;
        assert_eq!((answer.text().as_str(), answer.header("trailer")), (text, ""), "{path}");
        assert!(answer.trailers.is_empty(), "{path}");
    }

    let seen = stage.ask("/a/../arrived?{b}|", &target, &[]).await?.text();
    let [arrived, copied, cloned, said, parsed, made] = seen.lines().collect::<Vec<_>>()[..] else {
        anyhow::bail!("{seen}");
    };
    assert_eq!(arrived, "http://user.test/a/../arrived?{b}|");
    assert_eq!([copied, cloned, said], [arrived; 3]);
    assert_eq!([parsed, made], ["http://user.test/arrived?{b}|", "http://a/%7Bc%7D"]);

    let authority = stage.origin.url("").replace("http://", "");
    stage
        .host
        .get(&authority, "/a/%2e%2e/checked", &[("x-worker", "user"), ("x-parameters", r#"{"customer_name":"bob"}"#)])
        .await?;
    let last = || stage.origin.seen().pop().context("nothing arrived");
    assert_eq!(last()?.uri, "/checked");

    // What stands in the header of tickets and is none is a text like any other, and keeps nothing from where it is to go.
    let client = ("tollgate-ticket", "a client's, and more");
    let answer = stage.ask("/forward", &target, &[("te", "trailers"), client]).await?;
    assert_eq!(answer.trailers["x-checksum"], "42");
    assert_eq!(last()?.headers[client.0], client.1);
    let target = stage.origin.url("/echo");
    stage.ask("/odd-fetch", &target, &[]).await?;
    assert_eq!(last()?.headers["tollgate-ticket"], "mine");
    // Bound, so that it is nobody else's, and it does not listen.
    let nobody = tokio::net::TcpSocket::new_v4()?;
    nobody.bind(([127, 0, 0, 1], 0).into())?;
    let refusing = format!("http://{}/", nobody.local_addr()?);
    assert_eq!(stage.ask("/code", &refusing, &[client]).await?.text(), "connection-refused");
    for path in ["/odd-service", "/wrapped-fetch"] {
        assert_eq!(stage.ask(path, &target, &[]).await?.text(), "hello", "{path}");
    }
    assert_eq!(stage.ask("/var", &target, &[("x-wrapped-fetch", "1")]).await?.text(), "a variable");
    // What was given up meanwhile goes nowhere else either.
    let gated = stage.origin.url("/gated");
    let count = stage.origin.seen().len();
    let arrived = async {
        let seen = stage.origin.wait_for(count + 2).await?;
        stage.origin.open_gate();
        anyhow::Ok(seen)
    };
    let (answer, seen) = tokio::try_join!(stage.ask("/aborted-service", &gated, &[]), arrived)?;
    assert!(answer.text().starts_with("AbortError "), "{}", answer.text());
    assert!(seen.iter().any(|seen| seen.uri == "/by-service"), "{seen:?}");

    let headers = [("x-target-url", target.as_str()), ("x-parameters", r#"{"customer_name":"bob"}"#)];
    let odd = stage.host.request("GET", "user.test", "/forward", &headers);
    stage.host.send(odd.header("tollgate-ticket", HeaderValue::from_bytes(b"\xff")?).body(empty())?).await?;
    let seen = last()?;
    assert_eq!(seen.headers["x-intercepted-for"], "\"bob\"");
    assert_eq!(seen.headers["tollgate-ticket"].as_bytes(), b"\xff");
    Ok(())
}

/// As the standard of `fetch` has it: two messages, each with a body to be read.
#[tokio::test(flavor = "multi_thread")]
async fn messages_in_javascript_are_cloned() -> Result<()> {
    if !language("js")? {
        return Ok(());
    }
    let stage = Stage::set().await?;
    let (hello, echo) = (stage.origin.url("/hello"), stage.origin.url("/echo"));
    let posted = [
        ("/clone-request", "a body a body POST manual m true"),
        ("/clone-made", "a text a text a text PUT error enough mn"),
        ("/clone-sent", "a body a body"),
        ("/clone-looked-at", "a body a body"),
    ];
    for (path, text) in posted {
        let answer = stage.post(path, &echo, "a body").await?;
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, text), "{path}");
    }
    // What was sent is as long as what arrived, and says so.
    let seen = stage.origin.seen();
    assert_eq!(seen.len(), 2, "{seen:?}");
    for one in seen {
        assert_eq!(&one.body[..], b"a body");
        assert!(one.headers["content-length"] == "6" && one.headers["content-type"] == "text/x", "{one:?}");
    }
    let got = [
        ("/clone-response", echo.as_str(), " 200 true null"),
        ("/clone-kept", &hello, "origin"),
        ("/clone-answered", &hello, "origin"),
        ("/clone-bytes", &hello, "bytes bytes"),
        ("/clone-used", &hello, "TypeError,TypeError,TypeError"),
    ];
    for (path, target, text) in got {
        let answer = stage.ask(path, target, &[]).await?;
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, text), "{path}");
    }
    assert!(stage.host.log()?.contains("kept 6"));
    Ok(())
}

/// The head says that all is well, and what follows is not: no client may take it for a whole body.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_javascript_that_breaks_is_no_complete_response() -> Result<()> {
    if !language("js")? {
        return Ok(());
    }
    let stage = Stage::set().await?;
    // Each several times: the engine of the dispatch worker notices a body that breaks on its way through sooner or later.
    for path in ["/broken", "/aborted-writer", "/text-pieces"].into_iter().cycle().take(24) {
        let answer = stage.ask(path, "http://outbound.test/", &[]).await;
        let whole = answer.as_ref().is_ok_and(|answer| answer.status == 200);
        assert!(!whole, "{path}: {answer:?}");
    }
    // Nor is half of a body that broke on its way here, whoever has the other half.
    stage.origin.open_gate();
    let answer = stage.ask("/clone-cut", &stage.origin.url("/cut"), &[]).await;
    assert!(!answer.as_ref().is_ok_and(|answer| answer.status == 200), "{answer:?}");
    // And one that was read already is not there to be given.
    let answer = stage.ask("/read-before", &stage.origin.url("/hello"), &[]).await?;
    assert_eq!(answer.status, 500);
    assert!(answer.text().contains("read already"), "{}", answer.text());
    // Whatever was thrown, its dispatcher is told that the worker failed.
    let answer = stage.ask("/no-text", "http://outbound.test/", &[]).await?;
    assert_eq!(answer.status, 500);
    assert!(answer.text().contains("something that is no text"), "{}", answer.text());
    Ok(())
}

/// As the standard has it, where a request does not say otherwise; and each hop is intercepted.
#[tokio::test(flavor = "multi_thread")]
async fn fetch_in_javascript_follows_redirects() -> Result<()> {
    if !language("js")? {
        return Ok(());
    }
    let stage = Stage::set().await?;
    let url = "http://outbound.test/redirect";
    let followed = stage.ask("/redirect-followed", url, &[]).await?;
    assert_eq!(followed.status, 200);
    assert!(followed.text().starts_with("GET\nhttp://outbound.test/see"), "{}", followed.text());
    assert_eq!(stage.ask("/redirected", url, &[]).await?.text(), "true http://outbound.test/see");
    assert_eq!(stage.ask("/redirect-manual", url, &[]).await?.text(), "302");
    assert_eq!(stage.ask("/redirect-error", url, &[]).await?.text(), "TypeError");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_in_javascript_waits_for_is_intercepted() -> Result<()> {
    if !language("js")? {
        return Ok(());
    }
    let stage = Stage::set().await?;
    let target = stage.origin.url("/hello");
    assert_eq!(stage.ask("/wait-until", &target, &[]).await?.text(), "answered");
    let seen = stage.origin.wait_for(1).await?;
    assert_eq!(seen[0].headers["x-intercepted-for"], "\"alice\"");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_begun_by_npm() -> Result<()> {
    if !language("js")? {
        return Ok(());
    }
    let mut script = tokio::process::Command::new(root().join("guests/js/create/test.sh"));
    script.env("TOLLGATE_CACHE", root().join("target/kits"));
    let output = script.output().await?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Every hop of every status, by the kit's own module in node: here no worker has to be built for each.
#[tokio::test(flavor = "multi_thread")]
async fn redirects_in_javascript_are_those_of_the_standard() -> Result<()> {
    if !language("js")? {
        return Ok(());
    }
    let mut node = tokio::process::Command::new("node");
    let output = node.arg("--test").arg(root().join("guests/js/test/redirect")).output().await?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}
