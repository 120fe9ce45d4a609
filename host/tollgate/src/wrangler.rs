//! Reads `wrangler.toml`: the keys that mean something here, into an upload's metadata.

mod build;
mod ignored;
mod lenient;

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tollgate_build::{Role, Wasi};
use tollgate_types::{BindingError, BindingName, DispatchNamespace, MtlsCertificate, Service, WorkerName};

use crate::err::tell;
use crate::report::{Hinted, told};
pub(crate) use build::Build;

/// What a configuration says.
#[derive(Debug)]
pub(crate) struct Wrangler {
    /// The worker's name, where it has one.
    pub(crate) name: Option<WorkerName>,
    /// The source's or the component's path, relative to the configuration.
    pub(crate) main: Option<String>,
    /// What the worker is for, and what it is written for.
    pub(crate) kind: Kind,
    /// The project's own way to build itself.
    pub(crate) build: Build,
    /// Its dispatch bindings, which are in `metadata` too.
    pub(crate) dispatches: Vec<(BindingName, DispatchNamespace)>,
    /// Its tables with bindings that this host does not have, as they are written.
    ignored: Vec<String>,
    /// Bindings, limits and routes in the form of an upload.
    pub(crate) metadata: Map<String, Value>,
}

/// `[tollgate]`: what wrangler has no key for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Kind {
    /// Without it: dispatch where the worker has a dispatch binding, else user.
    pub(crate) role: Option<Role>,
    /// The version of WASI.
    pub(crate) wasi: Wasi,
}

impl Wrangler {
    /// Reads it, for a verb that has `--config`.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        Self::read_or(path, "name the configuration with --config")
    }

    /// Reads it; `hint` is for where there is none.
    pub(crate) fn read_or(path: &Path, hint: &str) -> anyhow::Result<Self> {
        let at = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| Hinted::usage(format!("{at}: {error}"), hint))?;
        let table = match (text.parse::<toml::Table>(), lenient::quoted(&text)) {
            (Ok(table), _) => table,
            (Err(error), None) => return Err(Hinted::usage(format!("{at}: {error}"), "")),
            (Err(_), Some(quoted)) => {
                tell!("warning: {}: the names in `parameters` are not quoted; read as if they were", told(&at));
                quoted.parse().map_err(|error| Hinted::usage(format!("{at}: {error}"), ""))?
            }
        };
        Self::from_table(table).map_err(|error| Hinted::refused(format!("{at}: {error}"), ""))
    }

    /// What the worker is for.
    pub(crate) fn role(&self) -> Role {
        self.kind.role.unwrap_or(if self.dispatches.is_empty() { Role::User } else { Role::Dispatch })
    }

    /// Says which bindings are not there, to who is about to deploy.
    pub(crate) fn warn(&self, config: &Path) {
        if !self.ignored.is_empty() {
            let (at, ignored) = (told(config.display()), self.ignored.join(", "));
            tell!("warning: {at}: {ignored}: this host has no such bindings, and the worker will not find them");
        }
    }

    fn from_table(table: toml::Table) -> Result<Self, BindingError> {
        let ignored = ignored::among(&table);
        let table = serde_json::to_value(table).unwrap_or_default();
        let text = |at: &str, expected| match table.get(at) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            other => Err(shape(at, expected, other)),
        };
        let name = text("name", "the worker's name")?.map(|name| name.parse()).transpose();
        let name = name.map_err(|source| BindingError::Name { at: "name".into(), source })?;
        let kind = table.get("tollgate").cloned().unwrap_or_else(|| json!({}));
        let kind = serde_json::from_value(kind).map_err(|error| {
            shape(
                "tollgate",
                "role = \"user\", \"outbound\" or \"dispatch\", wasi = \"0.2\" or \"0.3\"",
                Some(&json!(error.to_string())),
            )
        })?;
        let mut bindings = variables(table.get("vars"))?;
        let dispatches = tables(&table, "dispatch_namespaces")?.into_iter();
        let dispatches: Vec<_> =
            dispatches.map(|(at, one)| DispatchNamespace::from_toml(&at, one)).collect::<Result<_, _>>()?;
        bindings.extend(dispatches.iter().map(|(name, binding)| binding.to_wire(name)));
        for (at, one) in tables(&table, "services")? {
            let (name, service) = Service::from_toml(&at, one)?;
            bindings.push(service.to_wire(&name));
        }
        for (at, one) in tables(&table, "mtls_certificates")? {
            let (name, certificate) = MtlsCertificate::from_toml(&at, one)?;
            bindings.push(certificate.to_wire(&name));
        }
        let mut metadata = Map::new();
        metadata.insert("bindings".to_owned(), bindings.into());
        metadata.insert("routes".to_owned(), routes(&table)?.into());
        metadata.extend(table.get("reuse").map(|reuse| ("reuse".to_owned(), reuse.clone())));
        metadata.extend(table.get("limits").map(|limits| ("limits".to_owned(), limits.clone())));
        // A configuration knows no secrets: those that the worker has stay.
        metadata.insert("keep_bindings".to_owned(), json!(["secret_text"]));
        let main = text("main", "the path of a source or a component")?;
        let build = Build::of(&table)?;
        Ok(Self { name, main, kind, build, dispatches, ignored, metadata })
    }
}

/// The tables of a list of tables, each with where it stands.
fn tables<'a>(table: &'a Value, key: &str) -> Result<Vec<(String, &'a Value)>, BindingError> {
    match table.get(key) {
        None => Ok(Vec::new()),
        Some(Value::Array(list)) => {
            Ok(list.iter().enumerate().map(|(place, one)| (format!("{key}[{place}]"), one)).collect())
        }
        other => Err(shape(key, "a list of tables, each under its name in [[…]]", other)),
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
        assert_eq!(wrangler.role(), Role::Dispatch);
        assert_eq!(wrangler.name.unwrap().as_str(), "dispatch");
        assert_eq!(wrangler.main.unwrap(), "dispatch.wasm");
        assert_eq!(wrangler.metadata["routes"], json!(["*.localhost/*", "example.com/*"]));
        let bindings = &wrangler.metadata["bindings"];
        assert_eq!(bindings[0], json!({ "type": "plain_text", "name": "PLAN", "text": "free" }));
        assert_eq!(bindings[1], json!({ "type": "json", "name": "SEATS", "json": 3 }));
        assert_eq!(bindings[2]["outbound"]["params"][1]["name"], "url");
    }

    #[test]
    fn bindings_that_are_not_there_are_told() {
        let text = "compatibility_date = \"2025-01-01\"\nkv_namespaces = [{ binding = \"KV\", id = \"1\" }]\n[ai]\n\
                    binding = \"AI\"\n[[queues.producers]]\nbinding = \"Q\"\n[vars]\nd1_databases = 1\n[observability]\n\
                    enabled = true\n";
        assert_eq!(read(text).unwrap().ignored, ["[ai]", "[[kv_namespaces]]", "[queues]"]);
    }

    #[test]
    fn certificates_are_read() {
        let wrangler = read("mtls_certificates = [{ binding = \"CERT\", certificate_id = \"2458ce5a\" }]").unwrap();
        let expected = json!([{ "type": "mtls_certificate", "name": "CERT", "certificate_id": "2458ce5a" }]);
        assert_eq!(wrangler.metadata["bindings"], expected);
        let error = read("mtls_certificates = [{ binding = \"CERT\" }]").unwrap_err();
        assert_eq!(error, "mtls_certificates[0].certificate_id: expected a name, found nothing");
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        assert_eq!(read("main = 1").unwrap_err(), "main: expected the path of a source or a component, found 1");
        assert!(read("[tollgate]\nrole = \"boss\"").unwrap_err().starts_with("tollgate: expected role ="));
        assert!(read("services = 1").unwrap_err().starts_with("services: expected a list of tables"));
        let error = read("name = \"x\"\nmain = \"x\"\n[[dispatch_namespaces]]\nnamespace = \"n\"").unwrap_err();
        assert_eq!(error, "dispatch_namespaces[0].binding: expected a name, found nothing");
        assert!(read("name = \"../x\"\nmain = \"x\"").unwrap_err().starts_with("name: invalid worker name"));
    }
}
