//! What a test asks of a host's control listener.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{Host, Upload};
use crate::authority::ClientCertificate;
use crate::guest::root;

/// The paths of Cloudflare's API.
const ACCOUNT: &str = "client/v4/accounts/test";

impl Host {
    /// A control request with the token, to any path of the control listener.
    pub fn control_request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}/{path}", self.control)).bearer_auth(&self.token)
    }

    /// Sends a control request to a path under `workers/`; the whole envelope comes back.
    pub async fn control(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<(u16, Value)> {
        self.control_of_account(method, &format!("workers/{path}"), body).await
    }

    /// The same to any path of the account.
    pub async fn control_of_account(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<(u16, Value)> {
        let mut request = self.control_request(method, &format!("{ACCOUNT}/{path}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    /// Creates a namespace.
    pub async fn namespace(&self, name: &str) -> anyhow::Result<()> {
        let (status, envelope) =
            self.control(Method::POST, "dispatch/namespaces", Some(json!({ "name": name }))).await?;
        ensure!(status == 200, "{envelope}");
        Ok(())
    }

    /// Uploads a client certificate, and gives its id.
    pub async fn certificate(&self, certificate: &ClientCertificate) -> anyhow::Result<String> {
        let ClientCertificate { certificates, private_key } = certificate;
        let body = json!({ "certificates": certificates, "private_key": private_key, "ca": false });
        let (status, envelope) = self.control_of_account(Method::POST, "mtls_certificates", Some(body)).await?;
        ensure!(status == 200, "{envelope}");
        let id = envelope.pointer("/result/id").and_then(Value::as_str).with_context(|| envelope.to_string())?;
        Ok(id.to_owned())
    }

    /// Uploads a worker to a path under `workers/`; the whole envelope comes back. It may wait for another test's upload of the
    /// same guest.
    pub async fn upload(&self, path: &str, upload: Upload) -> anyhow::Result<(u16, Value)> {
        let Some(guest) = upload.as_built().map(str::to_owned) else { return self.put(path, upload).await };
        let (first, mut answer) = (first_upload(&guest), None);
        let compiled = first.get_or_try_init(async || {
            let _turn = turn(&guest).await.map_err(drop)?;
            let put = answer.insert(self.put(path, upload.clone()).await);
            if matches!(put, Ok((200, _))) { Ok(()) } else { Err(()) }
        });
        // The first caller has its answer, good or bad.
        let _compiled = compiled.await;
        match answer {
            Some(answer) => answer,
            None => self.put(path, upload).await,
        }
    }

    async fn put(&self, path: &str, upload: Upload) -> anyhow::Result<(u16, Value)> {
        let request = self.control_request(Method::PUT, &format!("{ACCOUNT}/workers/{path}"));
        let response = request.multipart(upload.form()?).send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    /// Deploys one of the operator's own workers.
    pub async fn deploy(&self, name: &str, upload: Upload) -> anyhow::Result<()> {
        let (status, envelope) = self.upload(&format!("scripts/{name}"), upload).await?;
        ensure!(status == 200, "{envelope}");
        Ok(())
    }

    /// Deploys a customer's worker.
    pub async fn deploy_in(&self, namespace: &str, name: &str, upload: Upload) -> anyhow::Result<()> {
        let (status, envelope) = self.upload(&customer(namespace, name), upload).await?;
        ensure!(status == 200, "{envelope}");
        Ok(())
    }

    /// Deletes a customer's worker.
    pub async fn delete_in(&self, namespace: &str, name: &str) -> anyhow::Result<()> {
        let (status, envelope) = self.control(Method::DELETE, &customer(namespace, name), None).await?;
        ensure!(status == 200, "{envelope}");
        Ok(())
    }

    /// Instances alive now.
    pub async fn instances(&self) -> anyhow::Result<u64> {
        let envelope: Value = self.control_request(Method::GET, "status").send().await?.json().await?;
        envelope.pointer("/result/instances").and_then(Value::as_u64).with_context(|| envelope.to_string())
    }

    /// What `/status` tells.
    pub async fn status(&self) -> anyhow::Result<Value> {
        let envelope: Value = self.control_request(Method::GET, "status").send().await?.json().await?;
        envelope.get("result").cloned().with_context(|| envelope.to_string())
    }

    /// Waits until no more than this many instances live.
    pub async fn wait_for_instances(&self, most: u64, within: Duration) -> anyhow::Result<()> {
        let gone = async {
            while self.instances().await? > most {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(within, gone).await.context("instances still live")?
    }

    /// Lets a client come and leave, and sees that no instance outlives it: never for long, and at least once no longer than
    /// this. How long it takes is also a matter of the machine, so there are five tries. More would hide a host that is
    /// seldom prompt.
    pub async fn frees(&self, within: Duration, leave: impl AsyncFn() -> anyhow::Result<()>) -> anyhow::Result<()> {
        const TRIES: u32 = 5;
        for _ in 0..TRIES {
            leave().await?;
            let since = Instant::now();
            // A limit or a timeout would end them later.
            self.wait_for_instances(0, Duration::from_secs(30)).await?;
            if since.elapsed() < within {
                return Ok(());
            }
        }
        bail!("instances outlived {TRIES} clients by more than {within:?}")
    }
}

/// The first upload of a guest since these tests began, for which others wait: its host compiles the guest, and theirs find it
/// compiled. As many tests as run at once would else do it at once.
fn first_upload(guest: &str) -> Arc<OnceCell<()>> {
    static UPLOADS: LazyLock<Mutex<HashMap<String, Arc<OnceCell<()>>>>> = LazyLock::new(Mutex::default);
    let mut uploads = UPLOADS.lock().unwrap_or_else(PoisonError::into_inner);
    uploads.entry(guest.to_owned()).or_default().clone()
}

/// Waits for the tests of other processes that upload the same guest for the first time; held for as long as the file is.
async fn turn(guest: &str) -> anyhow::Result<File> {
    let path = root().join("target/compiled-for-tests/turns").join(guest.replace('/', "-"));
    let locked = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(path.parent().context("no folder")?)?;
        let file = File::create(path)?;
        file.lock()?;
        anyhow::Ok(file)
    });
    locked.await?
}

fn customer(namespace: &str, name: &str) -> String {
    format!("dispatch/namespaces/{namespace}/scripts/{name}")
}
