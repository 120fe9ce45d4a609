//! The announcement's three outbound workers: one logs, one blocks, one adds a key.

use anyhow::Result;
use serde_json::json;
use tollgate_tests::{Authority, Host, Origin, Upload};

struct Stage {
    host: Host,
    origin: Origin,
}

impl Stage {
    async fn with(outbound: Upload) -> Result<Self> {
        Self::on(Host::start().await?, Origin::start().await?, outbound).await
    }

    async fn on(host: Host, origin: Origin, outbound: Upload) -> Result<Self> {
        host.namespace("prod").await?;
        host.deploy("outbound", outbound).await?;
        let params = json!([{ "name": "customer_name" }]);
        let dispatch = Upload::of("test-dispatch").dispatches("prod", Some(("outbound", params)));
        host.deploy("dispatch", dispatch.route("*.test/*")).await?;
        host.deploy_in("prod", "user", Upload::of("test-user")).await?;
        Ok(Self { host, origin })
    }

    /// What the customer's worker fetched, after a dispatch for `alice`.
    async fn fetch(&self, url: &str) -> Result<(u16, String)> {
        let headers = [("x-target-url", url), ("x-parameters", r#"{"customer_name":"alice"}"#)];
        let answer = self.host.get("user.test", "/fetch", &headers).await?;
        Ok((answer.status.as_u16(), answer.text()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_logger_names_customer_method_and_url() -> Result<()> {
    let stage = Stage::with(Upload::of("outbound-logger")).await?;
    let url = stage.origin.url("/hello");
    assert_eq!(stage.fetch(&format!("{url}?token=s3cret")).await?, (200, "origin".to_owned()));
    let log = stage.host.log()?;
    assert!(log.contains(&format!("alice GET {url}")) && !log.contains("s3cret"), "{log}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocklist_refuses_what_it_names_and_passes_the_rest() -> Result<()> {
    let blocked = "bad.test, Worse.test., [::1], 127.0.0.2, bücher.test,";
    let stage = Stage::with(Upload::of("outbound-blocklist").variable("BLOCKED_HOSTS", blocked)).await?;
    #[rustfmt::skip]
    let spellings = [
        ("bad.test", "bad.test"), ("BAD.test", "bad.test"), ("bad.test.", "bad.test"), ("worse.test:8080", "worse.test"),
        ("[0:0::1]:80", "[::1]"), ("127.2", "127.0.0.2"), ("127.0.2:80", "127.0.0.2"), ("0x7f.2", "127.0.0.2"),
        ("2130706434", "127.0.0.2"), ("0X7F000002", "127.0.0.2"), ("017700000002", "127.0.0.2"),
        ("127.0.0.2.", "127.0.0.2"), ("[::ffff:127.0.0.2]", "127.0.0.2"), ("[::FFFF:7f00:2]", "127.0.0.2"),
        ("XN--bcher-kva.test", "xn--bcher-kva.test"),
        // No address, though its end says so.
        ("127.0.0.256", "127.0.0.256"),
    ];
    for (spelling, host) in spellings {
        let answer = stage.fetch(&format!("http://{spelling}/")).await?;
        assert_eq!(answer, (403, format!("blocked: {host}")), "{spelling}");
    }
    // No host by the interface's own rules: it gets as far as no outbound worker.
    for spelling in ["%62ad.test", "user@bad.test"] {
        let (status, text) = stage.fetch(&format!("http://{spelling}/")).await?;
        assert_eq!((status, text.contains("HttpRequestUriInvalid")), (599, true), "{spelling}: {text}");
    }
    assert_eq!(stage.fetch(&stage.origin.url("/")).await?.0, 200);
    assert_eq!(stage.fetch(&stage.origin.url("/").replace("origin.test", "127.1")).await?.0, 200);
    assert_eq!(stage.origin.seen().len(), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocklist_that_cannot_be_read_lets_nobody_pass() -> Result<()> {
    for entry in ["1.2.3.4.5", "http://bad.test"] {
        let blocked = format!("worse.test, {entry}");
        let stage = Stage::with(Upload::of("outbound-blocklist").variable("BLOCKED_HOSTS", &blocked)).await?;
        assert_eq!(stage.fetch(&stage.origin.url("/")).await?.0, 599, "{entry}");
        let log = stage.host.log()?;
        assert!(log.contains(&format!("BLOCKED_HOSTS: {entry:?} is no host")), "{log}");
        assert!(stage.origin.seen().is_empty(), "{entry}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_added_for_its_host_alone() -> Result<()> {
    let origin = Origin::start().await?;
    let host = format!("Origin.test:{}", origin.port());
    let outbound = Upload::of("outbound-api-key").variable("API_HOST", &host).variable("API_KEY", "s3cret");
    // Without TLS it stays here, unless the operator says otherwise.
    let cases = [
        (outbound.clone(), origin.url("/"), None),
        (outbound.clone().variable("API_PLAINTEXT", "1"), origin.url("/"), Some("Bearer s3cret".parse()?)),
        (outbound.variable("API_PLAINTEXT", "1"), origin.url("/").replace("origin.test", "127.0.0.1"), None),
    ];
    for (outbound, url, key) in cases {
        let stage = Stage::with(outbound).await?;
        stage.fetch(&url).await?;
        assert_eq!(origin.seen().last().unwrap().headers.get("authorization").cloned(), key, "{url}");
    }
    Ok(())
}

/// Over TLS it goes without more words, to the one host and port that it is for.
#[tokio::test(flavor = "multi_thread")]
async fn the_key_goes_over_tls() -> Result<()> {
    let authority = Authority::new()?;
    let (secure, other) = (Origin::secure(&authority, false).await?, Origin::secure(&authority, false).await?);
    let (url, elsewhere) = (secure.url("/"), other.url("/"));
    let outbound = Upload::of("outbound-api-key").variable("API_KEY", "s3cret");
    let outbound = outbound.variable("API_HOST", &format!("origin.test:{}", secure.port()));
    let stage = Stage::on(Host::with_egress(&authority.trusted()).await?, secure, outbound).await?;
    assert_eq!(stage.fetch(&url).await?, (200, "origin".to_owned()));
    assert_eq!(stage.fetch(&elsewhere).await?, (200, "origin".to_owned()));
    let keys = |origin: &Origin| origin.seen().iter().map(|seen| seen.headers.get("authorization").cloned()).collect();
    let (there, elsewhere): (Vec<_>, Vec<_>) = (keys(&stage.origin), keys(&other));
    assert_eq!((there, elsewhere), (vec![Some("Bearer s3cret".parse()?)], vec![None]));
    Ok(())
}

/// The standard's own form of an interceptor: it imports the handler that it exports, and knows nothing of Tollgate.
#[tokio::test(flavor = "multi_thread")]
async fn a_middleware_of_0_3_is_an_outbound_worker() -> Result<()> {
    let stage = Stage::with(Upload::of("middleware-3")).await?;
    for (times, user) in [(1, "test-user"), (2, "test-user-3")] {
        stage.host.deploy_in("prod", "user", Upload::of(user)).await?;
        assert_eq!(stage.fetch(&stage.origin.url("/")).await?, (200, "origin".to_owned()), "{user}");
        let marked = stage.origin.seen().iter().filter(|seen| seen.headers.contains_key("x-middleware")).count();
        assert_eq!(marked, times, "{user}");
    }
    Ok(())
}
