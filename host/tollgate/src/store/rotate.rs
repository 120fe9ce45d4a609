//! `store rotate-key`: another key for the secrets of a running host.

use reqwest::Method;
use serde_json::Value;

use crate::Host;
use crate::client::Client;
use crate::out::say;

pub(super) async fn run(host: Host) -> anyhow::Result<()> {
    let client = Client::new(host)?;
    let rotated = client.send(client.of_host(Method::POST, "store/rotate-key")).await?;
    let text = |key: &str| rotated.get(key).and_then(Value::as_str).unwrap_or_default();
    let records = rotated.get("records").and_then(Value::as_u64).unwrap_or_default();
    say!("sealed {records} records and the control token with the new key {}", text("key"));
    say!(
        "{} holds this key alone: replace your copy of it; backups from before need the copy that they were made with",
        text("key_file")
    );
    Ok(())
}
