//! Bindings that wrangler has and this host does not: a worker that was written for one finds nothing in its place, and
//! whoever deploys it is told. Keys that bind nothing, such as `compatibility_date`, are left out in silence.

use toml::{Table, Value};

/// The tables of wrangler's configuration that bind something, but for those that are read.
const BINDINGS: [&str; 29] = [
    "ai",
    "ai_search",
    "ai_search_namespaces",
    "analytics_engine_datasets",
    "assets",
    "browser",
    "d1_databases",
    "data_blobs",
    "durable_objects",
    "hyperdrive",
    "images",
    "kv_namespaces",
    "logfwdr",
    "media",
    "pipelines",
    "queues",
    "r2_buckets",
    "ratelimits",
    "secrets_store_secrets",
    "send_email",
    "site",
    "stream",
    "text_blobs",
    "unsafe",
    "vectorize",
    "version_metadata",
    "vpc_services",
    "wasm_modules",
    "workflows",
];

/// Those that a configuration has, as they are written there.
pub(super) fn among(table: &Table) -> Vec<String> {
    let there = table.iter().filter(|(key, _)| BINDINGS.contains(&key.as_str()));
    let written = |(key, value): (&String, &Value)| match value {
        Value::Array(_) => format!("[[{key}]]"),
        Value::Table(_) => format!("[{key}]"),
        _ => key.clone(),
    };
    there.map(written).collect()
}
