//! Workers that read each other's bodies: the reader runs the maker, and neither may notice.

use anyhow::{Context as _, Result};
use serde_json::json;
use tollgate_tests::{Answer, Host, Origin, Upload, empty};

async fn host(dispatch: &str, user: &str, outbound: &str) -> Result<Host> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    host.deploy("outbound", Upload::of(outbound)).await?;
    let params = json!([{ "name": "customer_name" }]);
    let dispatch = Upload::of(dispatch).dispatches("prod", Some(("outbound", params)));
    host.deploy("dispatch", dispatch.route("*.test/*")).await?;
    host.deploy_in("prod", "user", Upload::of(user)).await?;
    Ok(host)
}

/// wasmtime cannot begin a run of 0.3 within the poll of another: the maker of the body must not be run there.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_0_3_reads_a_body_for_which_another_worker_begins() -> Result<()> {
    for (user, outbound) in [
        ("test-user-3", "test-outbound-3"),
        ("test-user-3", "test-outbound"),
        ("test-user", "test-outbound-3"),
        ("test-user", "test-outbound"),
    ] {
        let host = host("test-dispatch-3", user, outbound).await?;
        let url = ("x-target-url", "http://outbound.test/parameter/customer_name");
        let headers = [("x-use", "read"), ("x-parameters", r#"{"customer_name":"alice"}"#), url];
        // The first loads the workers, which takes a while: only where nothing has to be waited for is one begun at once.
        for _ in 0..2 {
            let answer = host.get("user.test", "/late", &headers).await?;
            assert_eq!(answer.text(), "read: \"alice\"", "{user}, {outbound}: {}", answer.status);
        }
    }
    Ok(())
}

/// Time between bytes is the maker's, not that which the reader spends elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_is_busy_elsewhere_does_not_make_the_body_late() -> Result<()> {
    for (user, outbound) in [("test-user", "test-user"), ("test-user-3", "test-user"), ("test-user", "test-user-3")] {
        let host = host("test-dispatch", user, outbound).await?;
        let headers = [("x-target-url", "http://a.test/drip"), ("x-parameters", r#"{"customer_name":"alice"}"#)];
        assert_eq!(host.get("user.test", "/drip", &headers).await?.text(), "drop", "{user}");
        let answer = host.get("user.test", "/read-late", &headers).await?;
        assert_eq!(answer.text(), "4 bytes", "{user}, {outbound}: {}", answer.status);
    }
    Ok(())
}

/// No header tells that there is a body to read, so nobody runs the one who should read it but the one who waits for that.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_that_wait_for_each_other_go_on() -> Result<()> {
    for user in ["test-user", "test-user-3"] {
        let host = host("test-dispatch", user, "echo-2").await?;
        let parameters = ("x-parameters", r#"{"customer_name":"alice"}"#);
        let headers = [("x-target-url", "http://a.test/"), ("x-limits", r#"{"wall_ms":20000}"#), parameters];
        let answer = host.get("user.test", "/upload-first", &headers).await?;
        assert_eq!(answer.text(), "16384 bytes", "{user}: {}", answer.status);
    }
    Ok(())
}

/// Whoever answers need not read. A worker that is about to write when its reader leaves, be it no bytes at all as `wstd`'s
/// client does, must not lose the answer over it; one that goes on and on is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_reader_has_left_takes_a_little_more() -> Result<()> {
    for (user, outbound) in [
        ("test-user", "test-outbound"),
        ("test-user", "test-outbound-3"),
        ("test-user-3", "test-outbound"),
        ("test-user-3", "test-outbound-3"),
    ] {
        let host = host("test-dispatch", user, outbound).await?;
        let headers =
            [("x-target-url", "http://outbound.test/count"), ("x-parameters", r#"{"customer_name":"alice"}"#)];
        let upload = async |bytes: u64| {
            let answer = host.get("user.test", &format!("/upload-last?bytes={bytes}"), &headers).await?;
            anyhow::Ok(answer.text())
        };
        for bytes in [0, 1, 100_000] {
            assert_eq!(upload(bytes).await?, format!("{bytes} bytes"), "{user}, {outbound}");
        }
        let told = upload(100_000_000).await?;
        let (taken, closed) =
            told.split_once(" bytes, then ").with_context(|| format!("{user}, {outbound}: {told}"))?;
        assert!((256 * 1024..2 * 1024 * 1024).contains(&taken.parse::<u32>()?), "{user}, {outbound}: {told}");
        assert!(closed.eq_ignore_ascii_case("StreamError::Closed") || closed == "closed", "{user}, {outbound}: {told}");
    }
    Ok(())
}

/// What the kits of Rust hand on: bodies that are cut, and responses that have a length and no body.
#[tokio::test(flavor = "multi_thread")]
async fn a_dispatch_worker_in_rust_hands_on_what_has_no_end_or_no_body() -> Result<()> {
    let origin = Origin::start().await?;
    for dispatcher in ["rust/dispatch", "rust/dispatch-3"] {
        let host = Host::start().await?;
        host.namespace("prod").await?;
        host.deploy("outbound", Upload::of("test-outbound")).await?;
        let params = json!([{ "name": "paramCustomerName" }, { "name": "account" }]);
        let dispatch = Upload::of(dispatcher).dispatches("prod", Some(("outbound", params)));
        host.deploy("dispatch", dispatch.route("*.test/*")).await?;
        host.deploy_in("prod", "user", Upload::of("test-user")).await?;
        let open = async |method: &str, path: &str| {
            let url = origin.url(path);
            let request = host.request(method, "user.test", "/fetch", &[("x-target-url", &url)]);
            host.open(request.body(empty())?).await
        };
        let ask = async |method: &str, path: &str| Answer::read(open(method, path).await?).await;
        assert_eq!(ask("HEAD", "/teapot").await?.status, 418, "{dispatcher}");
        assert_eq!(ask("GET", "/not-modified").await?.status, 304, "{dispatcher}");
        assert_eq!(ask("GET", "/no-content").await?.status, 204, "{dispatcher}");
        let broken = open("GET", "/cut").await?;
        origin.open_gate();
        let cut = Answer::read(broken).await;
        assert!(cut.is_err(), "{dispatcher}: a body that was cut looks whole: {cut:?}");
        assert_eq!(ask("GET", "/hello").await?.text(), "origin", "{dispatcher}");
        let log = host.log()?;
        // `wstd` itself panics where a body is cut, with the error's words.
        let wrong = ["resource has children", "finishing outgoing body"];
        assert!(!wrong.iter().any(|wrong| log.contains(wrong)), "{dispatcher}: {log}");
    }
    Ok(())
}
