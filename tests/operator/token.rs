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
    let (token, kept) = (host.token().to_owned(), std::fs::read_to_string(&path)?);
    assert!(!kept.contains(&token), "the token is kept in clear text");
    let host = host.restart().await?;
    assert_eq!(std::fs::read_to_string(&path)?, kept);
    assert!(!host.log()?.contains(&token), "the token is in the log");
    // Its own verbs read it there.
    let listed = host.run(host.data(), &["namespace", "list"]).await?;
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_answers_without_the_token() -> Result<()> {
    let host = Host::start().await?;
    let token = host.token();
    let http = Client::builder().no_proxy().build()?;
    let account = "client/v4/accounts/a/workers";
    for path in [
        format!("{account}/dispatch/namespaces"),
        format!("{account}/scripts"),
        "status".to_owned(),
        "store/backup".to_owned(),
        "metrics".to_owned(),
    ] {
        let url = format!("http://{}/{path}", host.control_address());
        for wrong in [None, Some(""), Some("x"), Some(&token[1..])] {
            let request = wrong.into_iter().fold(http.get(&url), |request, token| request.bearer_auth(token));
            let response = request.send().await?;
            assert_eq!(response.status(), 401, "{path} {wrong:?}");
            assert!(response.text().await?.contains(r#""success":false"#));
        }
        assert_eq!(http.get(&url).bearer_auth(token).send().await?.status(), 200, "{path}");
    }
    Ok(())
}
