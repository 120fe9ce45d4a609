//! The control token.

use std::os::unix::fs::PermissionsExt as _;

use anyhow::Result;
use reqwest::Client;
use tollgate_tests::Host;

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_its_owners_alone_and_outlives_a_restart() -> Result<()> {
    let host = Host::start().await?;
    let path = host.data().join("token");
    assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
    let first = std::fs::read_to_string(&path)?;
    let host = host.restart().await?;
    assert_eq!(std::fs::read_to_string(host.data().join("token"))?, first);
    assert!(!host.log()?.contains(first.trim()), "the token is in the log");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_answers_without_the_token() -> Result<()> {
    let host = Host::start().await?;
    let token = std::fs::read_to_string(host.data().join("token"))?;
    let http = Client::builder().no_proxy().build()?;
    let account = "client/v4/accounts/a/workers";
    for path in [format!("{account}/dispatch/namespaces"), format!("{account}/scripts"), "status".to_owned()] {
        let url = format!("http://{}/{path}", host.control_address());
        for wrong in [None, Some(""), Some("x"), Some(&token.trim()[1..])] {
            let request = wrong.into_iter().fold(http.get(&url), |request, token| request.bearer_auth(token));
            let response = request.send().await?;
            assert_eq!(response.status(), 401, "{path} {wrong:?}");
            assert!(response.text().await?.contains(r#""success":false"#));
        }
        assert_eq!(http.get(&url).bearer_auth(token.trim()).send().await?.status(), 200, "{path}");
    }
    Ok(())
}
