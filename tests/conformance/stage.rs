//! What most statements start from: an origin, a host, an outbound worker, a dispatcher at `*.test`, and the customer's
//! worker `user`.

use std::sync::Arc;

use anyhow::Result;
use serde_json::{Value, json};
use tollgate_tests::{Answer, Authority, Host, Origin, Upload};

pub(crate) struct Stage {
    pub(crate) host: Host,
    pub(crate) origin: Origin,
}

/// The parameters that every dispatch gives unless it says otherwise.
pub(crate) const ALICE: (&str, &str) = ("x-parameters", r#"{"customer_name":"alice","url":"http://u/"}"#);

impl Stage {
    /// With the outbound worker, which declares `customer_name` and `url`.
    pub(crate) async fn set() -> Result<Self> {
        Self::bare().await?.intercepted().await
    }

    /// With an outbound worker and parameters of the test's own.
    pub(crate) async fn with(outbound: Upload, params: Value) -> Result<Self> {
        Self::bare().await?.intercepted_by(outbound, params).await
    }

    /// With a binding that has no outbound worker.
    pub(crate) async fn without_outbound() -> Result<Self> {
        let stage = Self::bare().await?;
        stage.dispatcher(None).await?;
        Ok(stage)
    }

    /// With the outbound worker, and an origin that speaks TLS: it asks for a client certificate, or insists on one.
    pub(crate) async fn secure(authority: &Arc<Authority>, insists: bool) -> Result<Self> {
        let (host, origin) =
            (Host::with_egress(&authority.trusted()).await?, Origin::secure(authority, insists).await?);
        Self::on(host, origin).await?.intercepted().await
    }

    /// With that origin, and keys of the table `[egress]`; the binding has no outbound worker.
    pub(crate) async fn secure_without_outbound(authority: &Arc<Authority>, keys: &str) -> Result<Self> {
        let host = Host::with_egress(&format!("{keys}{}", authority.trusted())).await?;
        let stage = Self::on(host, Origin::secure(authority, false).await?).await?;
        stage.dispatcher(None).await?;
        Ok(stage)
    }

    async fn bare() -> Result<Self> {
        Self::on(Host::start().await?, Origin::start().await?).await
    }

    async fn on(host: Host, origin: Origin) -> Result<Self> {
        host.namespace("prod").await?;
        host.deploy_in("prod", "user", Upload::of("test-user")).await?;
        Ok(Self { host, origin })
    }

    async fn intercepted(self) -> Result<Self> {
        let params = json!([{ "name": "customer_name" }, { "name": "url" }]);
        self.intercepted_by(Upload::of("test-outbound"), params).await
    }

    async fn intercepted_by(self, outbound: Upload, params: Value) -> Result<Self> {
        self.host.deploy("outbound", outbound).await?;
        self.dispatcher(Some(("outbound", params))).await?;
        Ok(self)
    }

    async fn dispatcher(&self, outbound: Option<(&str, Value)>) -> Result<()> {
        let upload = Upload::of("test-dispatch").dispatches("prod", outbound).route("*.test/*");
        self.host.deploy("dispatch", upload).await
    }

    /// A request to the user, dispatched with Alice's parameters unless the headers say others.
    pub(crate) async fn user(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        self.host.get("user.test", path, &with_alice(headers)).await
    }

    /// A fetch of the user's, of a URL at the origin.
    pub(crate) async fn fetch_origin(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let url = self.origin.url(path);
        let mut headers = headers.to_vec();
        headers.push(("x-target-url", &url));
        self.user("/fetch", &headers).await
    }

    /// A fetch of the user's, of a URL that the outbound answers.
    pub(crate) async fn fetch_outbound(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let url = format!("http://outbound.test{path}");
        let mut headers = headers.to_vec();
        headers.push(("x-target-url", &url));
        self.user("/fetch", &headers).await
    }
}

pub(crate) fn with_alice<'a>(headers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = headers.to_vec();
    if !all.iter().any(|(name, _)| *name == "x-parameters") {
        all.push(ALICE);
    }
    all
}

/// JSON as a header can carry it.
pub(crate) fn ascii(json: &str) -> String {
    let escaped = |one: char| one.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    json.chars().map(|one| if one.is_ascii() { one.to_string() } else { escaped(one) }).collect()
}
