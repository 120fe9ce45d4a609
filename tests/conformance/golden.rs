//! The golden example: the announcement's three workers.

use anyhow::Result;
use serde_json::json;
use tollgate_tests::{Host, Upload};

#[tokio::test(flavor = "multi_thread")]
async fn golden_example() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("example").await?;
    host.deploy("outbound", Upload::of("example-outbound")).await?;
    let params = json!([{ "name": "paramCustomerName" }, { "name": "account" }]);
    let dispatch = Upload::of("example-dispatch").dispatches("example", Some(("outbound", params)));
    host.deploy("dispatch", dispatch.route("*.localhost/*")).await?;
    host.deploy_in("example", "customer-1", Upload::of("example-user")).await?;
    host.deploy_in("example", "teller", Upload::of("fetch-2")).await?;
    let expected = r#"user worker got "intercepted a request for customer-1 by the outbound" from fetch"#;
    assert_eq!(host.get("customer-1.localhost", "/", &[]).await?.text(), expected);
    // The outbound worker reads the account by type, field by field.
    let account = host.get("teller.localhost", "/", &[("x-target-url", "https://example.com/account")]);
    assert_eq!(account.await?.text(), "account 7 paid eu");
    let host = host.restart().await?;
    assert_eq!(host.get("customer-1.localhost", "/", &[]).await?.text(), expected);
    assert_eq!(host.get("nobody.localhost", "/", &[]).await?.status, 404);
    Ok(())
}
