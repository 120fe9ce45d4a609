//! A: what a user worker sends out reaches the outbound worker, and nothing leaves by another door.

use anyhow::{Context as _, Result};
use reqwest::Url;
use serde_json::json;
use tollgate_tests::{Origin, Upload, paired};

use crate::stage::{ALICE, Stage, with_alice};

#[tokio::test(flavor = "multi_thread")]
async fn a01_fetch_reaches_the_outbound() -> Result<()> {
    let stage = Stage::set().await?;
    // `outbound.test` resolves nowhere: only the outbound can have answered.
    assert_eq!(stage.fetch_outbound("/count", &[]).await?.text(), "counted");
    assert!(stage.origin.seen().is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a02_the_outbound_sees_the_request_unchanged() -> Result<()> {
    let stage = Stage::set().await?;
    let url = "http://outbound.test/see?a=1&b=%20x";
    let headers = with_alice(&[("x-target-url", url), ("x-mine", "one"), ("x-target-method", "PUT")]);
    let seen = stage.host.post("user.test", "/fetch", &headers, "the body").await?.text();
    let lines: Vec<_> = seen.lines().collect();
    assert!(lines.len() > 2, "{seen}");
    assert_eq!(lines[..2], ["PUT", url], "{seen}");
    assert!(lines.contains(&"x-mine: one"), "{seen}");
    assert_eq!(lines.last(), Some(&"the body"), "{seen}");
    // Nobody tidies a URL up, on no hop: neither one that the user wrote nor one that it passes on.
    let user = paired("test-user");
    let arrived = || stage.origin.seen().into_iter().map(|seen| seen.uri.to_string()).collect::<Vec<_>>();
    let mut expected = Vec::new();
    for path in ["//a//b", "/a/../b", "/100%", "/%zz?q=%", "/a|b", "/%7cb%2Fc", "/{a}^\"b\"?{c}|^"] {
        stage.fetch_origin(path, &[]).await?;
        expected.push(written(&user, &stage.origin.url(path))?);
        assert_eq!(arrived(), expected, "written");
        // The suite's other users look for a path that they know.
        if user.contains('/') && !user.starts_with("js/") {
            continue;
        }
        let authority = stage.origin.url("").replace("http://", "");
        stage.host.get(&authority, path, &with_alice(&[("x-worker", "user")])).await?;
        // Nor does a header that the platform uses itself change it, and it stays.
        stage.host.get(&authority, path, &with_alice(&[("x-worker", "user"), ("tollgate-ticket", "x")])).await?;
        expected.extend([path.to_owned(), path.to_owned()]);
        assert_eq!(arrived(), expected, "passed on");
        let last = stage.origin.seen().pop().context("nothing arrived")?;
        assert_eq!(last.headers["tollgate-ticket"], "x");
    }
    Ok(())
}

/// The path and query of a request as a user makes it, of this URL: JavaScript's are by the URL standard.
fn written(user: &str, url: &str) -> Result<String> {
    let url = if user.starts_with("js/") { Url::parse(url)?.to_string() } else { url.to_owned() };
    let path = url.split('/').skip(3).collect::<Vec<_>>().join("/");
    Ok(format!("/{path}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a03_the_user_gets_what_the_outbound_returned() -> Result<()> {
    let stage = Stage::set().await?;
    let answer = stage.fetch_origin("/teapot", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (418, "short and stout"));
    let twice: Vec<_> = answer.headers.get_all("x-two").iter().collect();
    assert_eq!(twice, ["1", "2"]);
    let answer = stage.fetch_origin("/trailers", &[("te", "trailers")]).await?;
    let trailer = answer.trailers.get("x-checksum").map(|value| value.as_bytes());
    assert_eq!((answer.text().as_str(), trailer), ("body", Some(&b"42"[..])));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a04_the_outbound_may_answer_by_itself() -> Result<()> {
    let stage = Stage::set().await?;
    let answer = stage.fetch_outbound("/status/451", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (451, "as asked"));
    assert!(stage.origin.seen().is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a05_the_outbound_may_add_a_credential() -> Result<()> {
    let outbound = Upload::of("test-outbound").variable("API_KEY", "s3cret");
    let stage = Stage::with(outbound, json!([{ "name": "customer_name" }, { "name": "url" }])).await?;
    stage.fetch_origin("/hello", &[]).await?;
    let seen = stage.origin.seen();
    assert_eq!(seen[0].headers["authorization"], "Bearer s3cret");
    let environment = stage.user("/env", &[]).await?.text();
    assert!(!environment.contains("s3cret"), "{environment}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a06_the_outbound_may_forward_something_else() -> Result<()> {
    let stage = Stage::set().await?;
    let url = stage.origin.url("/teapot");
    let answer = stage.fetch_outbound("/elsewhere", &[("x-outbound-url", &url)]).await?;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (418, "forwarded"));
    let seen = stage.origin.seen();
    assert_eq!(
        (seen[0].method.as_str(), seen[0].uri.path(), &seen[0].body[..]),
        ("PUT", "/teapot", &b"another body"[..])
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a07_the_outbounds_own_requests_go_to_the_network() -> Result<()> {
    let stage = Stage::set().await?;
    assert_eq!(stage.fetch_origin("/hello", &[]).await?.text(), "origin");
    let seen = stage.origin.seen();
    assert_eq!(seen.len(), 1);
    // Each invocation of the outbound appends one.
    assert_eq!(seen[0].headers.get_all("x-hop").iter().count(), 1);
    // Nor is a request of its own making, which has no such header.
    let url = stage.origin.url("/own");
    stage.fetch_outbound("/fetch-many?1", &[("x-outbound-url", &url)]).await?;
    let seen = stage.origin.seen();
    assert_eq!((seen.len(), seen[1].headers.get("x-hop")), (2, None));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a08_every_request_is_one_invocation() -> Result<()> {
    let stage = Stage::set().await?;
    let url = stage.origin.url("/hello");
    for path in ["/fetch-many?n=7", "/fetch-many?n=7&parallel=1"] {
        let before = stage.origin.seen().len();
        assert_eq!(stage.user(path, &[("x-target-url", &url)]).await?.text().lines().count(), 7);
        let seen = stage.origin.wait_for(before + 7).await?;
        assert_eq!(seen.len(), before + 7);
        assert!(seen.iter().all(|one| one.headers["x-intercepted-for"] == "\"alice\""));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a09_no_redirect_is_followed() -> Result<()> {
    let stage = Stage::set().await?;
    let answer = stage.fetch_origin("/redirect", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, "http://elsewhere.test/"));
    let answer = stage.fetch_outbound("/redirect", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, "http://outbound.test/see"));
    assert_eq!(stage.origin.seen().len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_forwarding_the_inbound_request_is_intercepted() -> Result<()> {
    let stage = Stage::set().await?;
    // The front door is asked under the origin's own name, so the request that came in leads on to the origin.
    let authority = format!("origin.test:{}", stage.origin.port());
    let answer = stage.host.get(&authority, "/forward", &with_alice(&[("x-worker", "user")])).await?;
    assert_eq!(answer.text(), "origin");
    let seen = stage.origin.seen();
    assert_eq!((seen.len(), &seen[0].headers["x-intercepted-for"]), (1, &"\"alice\"".parse()?));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a13_background_requests_are_intercepted() -> Result<()> {
    let stage = Stage::set().await?;
    let url = stage.origin.url("/hello");
    assert_eq!(stage.user("/background", &[("x-target-url", &url)]).await?.text(), "ok");
    let seen = stage.origin.wait_for(1).await?;
    assert_eq!(seen[0].headers["x-intercepted-for"], "\"alice\"");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a18_no_socket_and_no_name() -> Result<()> {
    for stage in [Stage::set().await?, Stage::without_outbound().await?] {
        let answer = stage.user("/sockets", &[]).await?;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.text(), "PermissionDenied\nPermissionDenied\naccess-denied");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a21_without_an_outbound_requests_go_to_the_network() -> Result<()> {
    let stage = Stage::without_outbound().await?;
    assert_eq!(stage.fetch_origin("/hello", &[]).await?.text(), "origin");
    assert!(!stage.origin.seen()[0].headers.contains_key("x-intercepted-for"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a27_nothing_internal_leaks() -> Result<()> {
    let stage = Stage::set().await?;
    // By its address: a name that the front door serves may lead back to the host, and such a request has the host's token.
    let url = format!("http://127.0.0.1:{}/hello", stage.origin.port());
    stage.user("/fetch", &[("x-own", "1"), ("x-target-url", &url)]).await?;
    let seen = stage.origin.seen();
    let mut names: Vec<_> = seen[0].headers.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    // The suite's own headers came in with the request and are the user's to pass on.
    assert_eq!(names, ["host", "x-hop", "x-intercepted-for", "x-own", "x-parameters"]);
    assert_eq!(seen[0].headers["host"], format!("127.0.0.1:{}", stage.origin.port()));
    // What reached the user is what it passes on; the outbound sees that, and nothing beside it.
    let forged = [("x-tollgate-worker", "other"), ("x-outbound", "other"), ("x-forwarded-host", "other.test")];
    let answer = stage.fetch_outbound("/see", &forged).await?;
    let expected = format!(
        "GET\nhttp://outbound.test/see\nx-forwarded-host: other.test\nx-outbound: other\n{}: {}\nx-tollgate-worker: other",
        ALICE.0, ALICE.1
    );
    assert_eq!(answer.text(), expected);
    let answer = stage.fetch_outbound("/parameters", &forged).await?;
    assert_eq!(answer.text(), ALICE.1, "a forged header changed a parameter");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a28_the_network_means_public_addresses() -> Result<()> {
    let stage = Stage::without_outbound().await?;
    #[rustfmt::skip]
    let hosts = [
        "127.0.0.2", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.2]", "224.0.0.1", "0.0.0.0",
        // As the system reads an address, whoever wrote it so.
        "127.2", "127.0.2", "0x7f.2", "0x7f000002", "2130706434", "017700000002", "10.1", "0",
    ];
    for host in hosts {
        let url = format!("http://{host}:{}/", stage.origin.port());
        let answer = stage.user("/fetch", &[("x-target-url", &url)]).await?;
        assert_eq!(answer.text(), "ErrorCode::DestinationIpProhibited", "{host}");
    }
    assert!(stage.origin.seen().is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a29_a_malformed_authority_fails_before_the_outbound() -> Result<()> {
    // The outbound worker reports to the origin each time it is called.
    let origin = Origin::start().await?;
    let outbound = Upload::of("test-outbound").variable("REPORT_URL", &origin.url("/report"));
    let stage = Stage::with(outbound, json!([{ "name": "customer_name" }, { "name": "url" }])).await?;
    let long = "a.".repeat(127);
    #[rustfmt::skip]
    let wrong = ["", "user@outbound.test", "outbound.test:99999", "outbound.test:", "outbound.test:0", "a..b", "[127.0.0.1]", &format!("{long}b")];
    for authority in wrong {
        let answer = stage.user("/authority", &[("x-authority", authority)]).await?;
        assert_eq!(answer.status, 599, "{authority:?}: {}", answer.text());
        assert!(
            answer.text().contains("HttpRequestUriInvalid") || answer.text().contains("set-authority"),
            "{authority:?}: {}",
            answer.text()
        );
        assert!(origin.seen().is_empty(), "{authority:?} reached the outbound worker");
    }
    let answer = stage.user("/authority", &[("x-authority", "outbound.test")]).await?;
    assert_eq!((answer.text().as_str(), origin.seen().len()), ("answered 200", 1), "a good one is reported");
    Ok(())
}
