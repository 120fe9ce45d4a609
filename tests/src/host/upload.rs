//! A worker with what its deployment says, as an upload has it.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::guest::{guest, paired};

/// A worker to be deployed.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    guest: String,
    bytes: Option<Vec<u8>>,
    mark: Option<usize>,
    metadata: serde_json::Map<String, Value>,
    bindings: Vec<Value>,
}

impl Upload {
    /// A guest of `guests/`; one of the suite's own in the version that the pairing says.
    pub fn of(guest: &str) -> Self {
        Self { guest: paired(guest), ..Self::default() }
    }

    /// A component that no guest is.
    pub fn made(bytes: Vec<u8>) -> Self {
        Self { bytes: Some(bytes), ..Self::default() }
    }

    /// With a variable.
    pub fn variable(self, name: &str, text: &str) -> Self {
        self.binding(json!({ "type": "plain_text", "name": name, "text": text }))
    }

    /// With a binding in its wire form.
    pub fn binding(mut self, binding: Value) -> Self {
        self.bindings.push(binding);
        self
    }

    /// With the dispatch binding `dispatcher` to a namespace, and an outbound worker with parameters.
    pub fn dispatches(self, namespace: &str, outbound: Option<(&str, Value)>) -> Self {
        let outbound = outbound.map(|(service, params)| json!({ "worker": { "service": service }, "params": params }));
        self.binding(json!({
            "type": "dispatch_namespace", "name": "dispatcher", "namespace": namespace, "outbound": outbound
        }))
    }

    /// With a route.
    pub fn route(self, pattern: &str) -> Self {
        self.metadata("routes", json!([pattern]))
    }

    /// With limits of its own.
    pub fn limits(self, limits: Value) -> Self {
        self.metadata("limits", limits)
    }

    /// With instances that serve this many requests each.
    pub fn reuse(self, requests: u32) -> Self {
        self.metadata("reuse", json!({ "requests": requests }))
    }

    /// That keeps bindings of these kinds where it does not name them.
    pub fn keeps(self, kinds: &[&str]) -> Self {
        self.metadata("keep_bindings", json!(kinds))
    }

    /// As a script of its own among scripts that do the same: with a custom section that holds a number.
    pub fn distinct(mut self, mark: usize) -> Self {
        self.mark = Some(mark);
        self
    }

    /// The guest, where it is uploaded as it was built.
    pub(super) fn as_built(&self) -> Option<&str> {
        (self.bytes.is_none() && self.mark.is_none()).then_some(&self.guest)
    }

    /// As a request's body.
    pub fn form(mut self) -> anyhow::Result<Form> {
        let module = Part::bytes(self.script()?).file_name("worker.wasm").mime_str("application/wasm")?;
        self.metadata.insert("main_module".to_owned(), "worker.wasm".into());
        self.metadata.insert("bindings".to_owned(), self.bindings.into());
        Ok(Form::new().text("metadata", Value::from(self.metadata).to_string()).part("worker.wasm", module))
    }

    fn script(&self) -> anyhow::Result<Vec<u8>> {
        let mut script = self.bytes.clone().map_or_else(|| guest(&self.guest), Ok)?;
        if let Some(mark) = self.mark {
            // Section 0 of 13 bytes: a name of 4 bytes, and 8 of the number.
            script.extend([0, 13, 4]);
            script.extend(b"mark");
            script.extend(mark.to_le_bytes());
        }
        Ok(script)
    }

    /// With another key of the metadata.
    pub fn metadata(mut self, key: &str, value: Value) -> Self {
        self.metadata.insert(key.to_owned(), value);
        self
    }
}
