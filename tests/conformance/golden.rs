//! The golden example: the announcement's three workers.

use anyhow::Result;
use serde_json::json;
use tollgate_tests::{Host, Upload};

#[tokio::test(flavor = "multi_thread")]
async fn golden_example() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("example").await?;
    host.deploy("outbound", Upload::of("example-outbound")).await?;
    let params = json!([{ "name": "paramCustomerName" }]);
    let dispatch = Upload::of("example-dispatch").dispatches("example", Some(("outbound", params)));
    host.deploy("dispatch", dispatch.route("*.localhost/*")).await?;
    host.deploy_in("example", "customer-1", Upload::of("example-user")).await?;
    let expected = r#"user worker got "intercepted a request for customer-1 by the outbound" from fetch"#;
    assert_eq!(host.get("customer-1.localhost", "/", &[]).await?.text(), expected);
    let host = host.restart().await?;
    assert_eq!(host.get("customer-1.localhost", "/", &[]).await?.text(), expected);
    assert_eq!(host.get("nobody.localhost", "/", &[]).await?.status, 404);
    Ok(())
}
