//! The built-in dispatch, for operators who write no dispatch worker: the first label of the host is the worker's name,
//! and the parameters come from templates.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tollgate_dispatch::{Attached, DispatchError};
use tollgate_types::{
    Declaration, Declarations, NamespaceName, ParameterName, ParameterType, UnknownParameters, WorkerId, WorkerName,
};

use crate::Request;

/// Dispatches `<worker>.<domain>` to the workers of a namespace.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BuiltinDispatch {
    /// What stands behind the first label: `apps.example.com`.
    pub domain: String,
    /// Where workers are looked up.
    pub namespace: NamespaceName,
    /// Who receives their outgoing requests.
    pub outbound: Option<BuiltinOutbound>,
}

/// The outbound worker of a built-in dispatch.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BuiltinOutbound {
    /// The operator's worker.
    pub service: WorkerName,
    /// Parameters, each with a template for its text.
    #[serde(default)]
    pub parameters: BTreeMap<String, Template>,
}

/// Text with `{worker}`, `{host}`, `{path}`, `{url}` or `{method}` in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Template(pub String);

impl BuiltinDispatch {
    /// The first label, if this dispatch is for the host.
    pub(crate) fn label<'a>(&self, host: &'a str) -> Option<&'a str> {
        let label = host.strip_suffix(self.domain.as_str())?.strip_suffix('.')?;
        (!label.is_empty() && !label.contains('.')).then_some(label)
    }

    /// The worker, and what is attached for its outbound worker.
    pub(crate) fn attach(&self, label: &str, request: &Request) -> Result<(WorkerId, Attached), DispatchError> {
        let name = label.parse::<WorkerName>().map_err(|error| DispatchError::InvalidName(error.to_string()))?;
        let refused = |error: tollgate_types::ParameterError| DispatchError::Parameter(error.to_string());
        let outbound = match &self.outbound {
            None => None,
            Some(outbound) => {
                let mut declared = Vec::new();
                let mut values = BTreeMap::new();
                for (text, template) in &outbound.parameters {
                    let name: ParameterName = text.parse().map_err(refused)?;
                    declared.push(Declaration { name, kind: ParameterType::String });
                    values.insert(text.clone(), template.fill(label, request).into());
                }
                let declared = Declarations::new(declared, UnknownParameters::Refuse).map_err(refused)?;
                Some((outbound.service.clone(), declared.check(&values).map_err(refused)?))
            }
        };
        let id = WorkerId::in_namespace(self.namespace.clone(), name);
        Ok((id, Attached { outbound, ..Attached::default() }))
    }
}

impl Template {
    fn fill(&self, worker: &str, request: &Request) -> String {
        let uri = request.uri();
        // Split at braces rather than replaced one after another: a value must not be read as a template.
        let mut text = String::new();
        let mut rest = self.0.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (key, behind) = after.split_once('}').unwrap_or((after, ""));
            match key {
                "worker" => text.push_str(worker),
                "host" => text.push_str(uri.host().unwrap_or_default()),
                "path" => text.push_str(uri.path()),
                "url" => text.push_str(&uri.to_string()),
                "method" => text.push_str(request.method().as_str()),
                other => text.extend(["{", other, "}"]),
            }
            rest = behind;
        }
        text + rest
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http_body_util::{BodyExt, Empty};

    use super::*;

    #[test]
    fn templates_are_filled_once() {
        let mut request = http::Request::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
        *request.uri_mut() = "http://a.example.com/x?q=1".parse().unwrap();
        let fill = |text: &str| Template(text.to_owned()).fill("a", &request);
        assert_eq!(fill("{worker} {method} {url}"), "a GET http://a.example.com/x?q=1");
        assert_eq!(fill("plain {unknown} {path}"), "plain {unknown} /x");
        assert_eq!(Template("{worker}".to_owned()).fill("{host}", &request), "{host}");
    }

    #[test]
    fn only_one_label_is_a_worker() {
        let builtin = BuiltinDispatch {
            domain: "apps.example.com".to_owned(),
            namespace: "prod".parse().unwrap(),
            outbound: None,
        };
        assert_eq!(builtin.label("a.apps.example.com"), Some("a"));
        for host in ["apps.example.com", ".apps.example.com", "a.b.apps.example.com", "aapps.example.com", "x"] {
            assert_eq!(builtin.label(host), None, "{host}");
        }
    }
}
