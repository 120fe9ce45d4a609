//! A client of the control API.

use anyhow::Context as _;
use reqwest::{Method, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::Value;
use tollgate_types::PlatformMismatch;

use crate::report::Hinted;
use crate::{Host, token};

/// The control API of one host. Tollgate has one account.
pub(crate) struct Client {
    base: String,
    token: String,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Envelope {
    success: bool,
    #[serde(default)]
    errors: Vec<Problem>,
    #[serde(default)]
    result: Value,
}

#[derive(Deserialize)]
struct Problem {
    code: u32,
    message: String,
}

impl Client {
    pub(crate) fn new(host: Host) -> anyhow::Result<Self> {
        let token = token::of(&host)?;
        let base = if host.control.contains("://") { host.control } else { format!("http://{}", host.control) };
        Self::of(base, token)
    }

    /// Of the host with this control address and token.
    pub(crate) fn of(base: String, token: String) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { base, token, http })
    }

    /// A request to a path under the account's workers.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.of_account(method, &format!("workers/{path}"))
    }

    /// A request to a path under the account.
    pub(crate) fn of_account(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/client/v4/accounts/tollgate/{path}", self.base.trim_end_matches('/'));
        self.http.request(method, url).bearer_auth(&self.token)
    }

    /// A request to a path of the host's own, which no other platform has.
    pub(crate) fn of_host(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/{path}", self.base.trim_end_matches('/'))).bearer_auth(&self.token)
    }

    /// Sends it, and gives what came without an envelope.
    pub(crate) async fn bytes(&self, request: RequestBuilder) -> anyhow::Result<Vec<u8>> {
        Ok(self.response(request).await?.bytes().await?.to_vec())
    }

    /// Sends it, and gives the response of a host that did what it was asked for.
    pub(crate) async fn response(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let hint = "is the host running? start it with `tollgate serve`, or say --control";
        let response = request.send().await;
        let response =
            response.map_err(|error| Hinted::usage(format!("no answer from {}: {error}", self.base), hint))?;
        let status = response.status();
        if !status.is_success() {
            let text = response.text().await.unwrap_or_default();
            return Err(Hinted::refused(format!("{status}: {text}"), ""));
        }
        Ok(response)
    }

    /// Sends it, and opens the envelope.
    pub(crate) async fn send(&self, request: RequestBuilder) -> anyhow::Result<Value> {
        let hint = "is the host running? start it with `tollgate serve`, or say --control";
        let response = request
            .send()
            .await
            .map_err(|error| Hinted::usage(format!("no answer from {}: {error}", self.base), hint))?;
        let status = response.status();
        let envelope: Envelope = response.json().await.with_context(|| format!("{status} without an envelope"))?;
        if envelope.success {
            return Ok(envelope.result);
        }
        let texts: Vec<_> = envelope.errors.iter().map(|problem| problem.message.as_str()).collect();
        let hint = match envelope.errors.first().map(|problem| problem.code) {
            Some(10000) => "the token is that of another host: say --token or --data",
            Some(100_119) => "create it with `tollgate namespace create NAME`",
            Some(100_121) => "delete its workers first, or say --force",
            Some(100_200) => "see `tollgate mtls-certificate list`",
            Some(100_201) => "deploy that worker without the binding first, or delete it",
            Some(100_202) => "delete one that no worker is bound to",
            Some(100_203) => {
                "call the variable something else, or delete the secret first with `tollgate secret delete`"
            }
            Some(100_204) => PlatformMismatch::HINT,
            Some(100_205) => "see what is deployed with `tollgate worker list`, then decide which version to replace",
            Some(100_206) => "check the disk and start the host again; the host's log has every change that was kept",
            _ => "",
        };
        Err(Hinted::refused(texts.join("; "), hint))
    }
}
