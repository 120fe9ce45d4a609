//! Reads `wrangler.toml`: the keys that mean something here, into an upload's metadata.

use std::path::Path;

use serde_json::{Map, Value, json};
use tollgate_types::{BindingError, DispatchNamespace, WorkerName};

use crate::report::Hinted;

/// What a configuration says.
#[derive(Debug)]
pub(crate) struct Wrangler {
    /// The worker's name.
    pub(crate) name: WorkerName,
    /// The component's path, relative to the configuration.
    pub(crate) main: String,
    /// Bindings, limits and routes in the form of an upload.
    pub(crate) metadata: Map<String, Value>,
}

impl Wrangler {
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let at = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Hinted::usage(format!("{at}: {error}"), "name the configuration with --config"))?;
        let table: toml::Table = text.parse().map_err(|error| Hinted::usage(format!("{at}: {error}"), ""))?;
        Self::from_table(table).map_err(|error| Hinted::refused(format!("{at}: {error}"), ""))
    }

    fn from_table(table: toml::Table) -> Result<Self, BindingError> {
        let table = serde_json::to_value(table).unwrap_or_default();
        let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
        let needed = |key: &str, expected| text(key).ok_or_else(|| shape(key, expected, table.get(key)));
        let name = needed("name", "the worker's name")?;
        let name = name.parse().map_err(|source| BindingError::Name { at: "name".into(), source })?;
        let mut bindings = variables(table.get("vars"))?;
        let namespaces = table.get("dispatch_namespaces").unwrap_or(&Value::Null);
        if !matches!(namespaces, Value::Null | Value::Array(_)) {
            return Err(shape("dispatch_namespaces", "a list of tables, [[dispatch_namespaces]]", Some(namespaces)));
        }
        for (place, one) in namespaces.as_array().into_iter().flatten().enumerate() {
            let (name, binding) = DispatchNamespace::from_toml(&format!("dispatch_namespaces[{place}]"), one)?;
            bindings.push(binding.to_wire(&name));
        }
        let mut metadata = Map::new();
        metadata.insert("bindings".to_owned(), bindings.into());
        metadata.insert("routes".to_owned(), routes(&table)?.into());
        metadata.extend(table.get("reuse").map(|reuse| ("reuse".to_owned(), reuse.clone())));
        metadata.extend(table.get("limits").map(|limits| ("limits".to_owned(), limits.clone())));
        Ok(Self { name, main: needed("main", "the path of a component")?, metadata })
    }
}

fn shape(at: &str, expected: &'static str, found: Option<&Value>) -> BindingError {
    let found = found.map_or_else(|| "nothing".to_owned(), Value::to_string);
    BindingError::Shape { at: at.to_owned(), expected, found }
}

fn variables(vars: Option<&Value>) -> Result<Vec<Value>, BindingError> {
    let empty = Map::new();
    let vars = match vars {
        None => &empty,
        Some(Value::Object(vars)) => vars,
        other => return Err(shape("vars", "a table", other)),
    };
    let binding = |(name, value): (&String, &Value)| match value {
        Value::String(text) => json!({ "type": "plain_text", "name": name, "text": text }),
        other => json!({ "type": "json", "name": name, "json": other }),
    };
    Ok(vars.iter().map(binding).collect())
}

/// `route = "…"`, `routes = ["…"]`, or `routes = [{ pattern = "…" }]`.
fn routes(table: &Value) -> Result<Vec<String>, BindingError> {
    let list: Vec<&Value> = match (table.get("route"), table.get("routes")) {
        (Some(one), None) => vec![one],
        (None, Some(Value::Array(list))) => list.iter().collect(),
        (None, None) => vec![],
        (_, other) => return Err(shape("routes", "a list of patterns, and no `route` beside it", other)),
    };
    let pattern = |(place, value): (usize, &Value)| {
        let text = value.get("pattern").unwrap_or(value).as_str();
        let wrong = || shape(&format!("routes[{place}]"), "a pattern such as \"*.example.com/*\"", Some(value));
        text.map(str::to_owned).ok_or_else(wrong)
    };
    list.into_iter().enumerate().map(pattern).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Wrangler, String> {
        Wrangler::from_table(text.parse().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_keys_of_the_announcement_are_read() {
        let wrangler = read(
            r#"
            name = "dispatch"
            main = "dispatch.wasm"
            routes = ["*.localhost/*", { pattern = "example.com/*", zone_name = "example.com" }]
            [vars]
            PLAN = "free"
            SEATS = 3
            [[dispatch_namespaces]]
            binding = "dispatcher"
            namespace = "prod"
            outbound = { service = "outbound", parameters = ["customer_name", "url"] }
            "#,
        )
        .unwrap();
        assert_eq!((wrangler.name.as_str(), wrangler.main.as_str()), ("dispatch", "dispatch.wasm"));
        assert_eq!(wrangler.metadata["routes"], json!(["*.localhost/*", "example.com/*"]));
        let bindings = &wrangler.metadata["bindings"];
        assert_eq!(bindings[0], json!({ "type": "plain_text", "name": "PLAN", "text": "free" }));
        assert_eq!(bindings[1], json!({ "type": "json", "name": "SEATS", "json": 3 }));
        assert_eq!(bindings[2]["outbound"]["params"][1]["name"], "url");
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        assert_eq!(read("main = \"x\"").unwrap_err(), "name: expected the worker's name, found nothing");
        assert_eq!(read("name = \"x\"").unwrap_err(), "main: expected the path of a component, found nothing");
        let error = read("name = \"x\"\nmain = \"x\"\n[[dispatch_namespaces]]\nnamespace = \"n\"").unwrap_err();
        assert_eq!(error, "dispatch_namespaces[0].binding: expected a name, found nothing");
        assert!(read("name = \"../x\"\nmain = \"x\"").unwrap_err().starts_with("name: invalid worker name"));
    }
}
