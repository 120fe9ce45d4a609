//! The built-in dispatch, for operators who write no dispatch worker: the first label of the host is the worker's name,
//! and the parameters come from templates. All of it is checked when the configuration is read.

use std::collections::BTreeMap;

use serde::Deserialize;
use tollgate_dispatch::{Attached, DispatchError};
use tollgate_store::Reader;
use tollgate_types::{
    Declaration, Declarations, DispatchNamespace, NamespaceName, OutboundBinding, ParameterError, ParameterType,
    Parameters, UnknownParameters, WorkerId, WorkerName,
};

use crate::{Request, Template};

/// Dispatches `<worker>.<domain>` to the workers of a namespace.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuiltinDispatch {
    domain: Domain,
    namespace: NamespaceName,
    outbound: Option<BuiltinOutbound>,
}

/// What stands behind the first label, in lower case: `apps.example.com`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Domain(String);

/// The outbound worker of a built-in dispatch: who, and a template for each parameter's text.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct BuiltinOutbound {
    service: WorkerName,
    declared: Declarations,
    templates: BTreeMap<String, Template>,
}

/// An outbound worker as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    service: WorkerName,
    #[serde(default)]
    parameters: BTreeMap<String, Template>,
}

impl TryFrom<String> for Domain {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let label = |label: &str| !label.is_empty() && label.chars().all(letter);
        if text.split('.').all(label) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        Err(format!("domain {text:?}: expected a host name without a port, such as \"apps.example.com\""))
    }
}

impl TryFrom<Written> for BuiltinOutbound {
    type Error = ParameterError;

    fn try_from(written: Written) -> Result<Self, ParameterError> {
        // Names alone: what a text stands for, the worker's own types say.
        let declare = |name: &String| Ok(Declaration { name: name.parse()?, kind: ParameterType::Json });
        let declared = written.parameters.keys().map(declare).collect::<Result<Vec<_>, ParameterError>>()?;
        let declared = Declarations::new(declared, UnknownParameters::Refuse)?;
        Ok(Self { service: written.service, declared, templates: written.parameters })
    }
}

impl BuiltinOutbound {
    /// The worker, and the parameters for one request, by the types that the worker reads.
    pub(crate) fn fill(
        &self,
        label: &str,
        request: &Request,
        reader: &Reader,
    ) -> Result<(WorkerName, Parameters), DispatchError> {
        // A worker that is gone shows when it is called.
        let worker = reader.worker(&WorkerId::operator(self.service.clone())).ok().flatten();
        let declared = self.declared.typed_by(worker.as_ref().map_or(&[], |record| &record.reads));
        let mut values = BTreeMap::new();
        for ((name, template), Declaration { kind, .. }) in self.templates.iter().zip(declared.iter()) {
            let value = kind.of_text(&template.fill(label, request));
            let value = value.map_err(|wrong| DispatchError::Parameter(format!("parameter {name:?}: {wrong}")))?;
            values.insert(name.clone(), value);
        }
        let checked = declared.check(&values).map_err(|error| DispatchError::Parameter(error.to_string()))?;
        Ok((self.service.clone(), checked))
    }

    /// The outbound worker, with the parameters that the templates give.
    fn binding(&self) -> OutboundBinding {
        OutboundBinding { service: self.service.clone(), parameters: self.declared.clone() }
    }
}

impl BuiltinDispatch {
    /// The outbound worker that it names, with the parameters that its templates give.
    pub fn outbound(&self) -> Option<OutboundBinding> {
        self.outbound.as_ref().map(BuiltinOutbound::binding)
    }

    /// The namespace and the outbound worker, as a dispatch worker's binding has them.
    pub fn binding(&self) -> DispatchNamespace {
        DispatchNamespace { namespace: self.namespace.clone(), outbound: self.outbound() }
    }

    /// The first label, if this dispatch is for the host, which is in lower case.
    pub(crate) fn label<'a>(&self, host: &'a str) -> Option<&'a str> {
        let label = host.strip_suffix(self.domain.0.as_str())?.strip_suffix('.')?;
        (!label.is_empty() && !label.contains('.')).then_some(label)
    }

    /// The worker, and what is attached for its outbound worker.
    pub(crate) fn attach(
        &self,
        label: &str,
        request: &Request,
        reader: &Reader,
    ) -> Result<(WorkerId, Attached), DispatchError> {
        let name = label.parse::<WorkerName>().map_err(|error| DispatchError::InvalidName(error.to_string()))?;
        let outbound = self.outbound.as_ref().map(|outbound| outbound.fill(label, request, reader)).transpose()?;
        let id = WorkerId::in_namespace(self.namespace.clone(), name);
        Ok((id, Attached { outbound, ..Attached::default() }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(more: &str) -> Result<BuiltinDispatch, String> {
        let text = format!(r#"{{"namespace":"prod",{more}}}"#);
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn only_one_label_is_a_worker() {
        let builtin = read(r#""domain":"Apps.Example.com""#).unwrap();
        assert_eq!(builtin.label("a.apps.example.com"), Some("a"));
        for host in ["apps.example.com", ".apps.example.com", "a.b.apps.example.com", "aapps.example.com", "x"] {
            assert_eq!(builtin.label(host), None, "{host}");
        }
    }

    #[test]
    fn what_could_only_fail_later_is_refused_when_it_is_read() {
        let wrong = [
            (r#""domain":"a:80""#, "expected a host name"),
            (r#""domain":"""#, "expected a host name"),
            (r#""domain":"a","outbound":{"service":"o","parameters":{"1x":"y"}}"#, "invalid parameter name"),
            (r#""domain":"a","outbound":{"service":"o","parameters":{"a_b":"y","a-b":"z"}}"#, "twice"),
            (r#""domain":"a","outbound":{"service":"o","parameters":{"a":"{wroker}"}}"#, "{wroker}"),
            (r#""domain":"a","outbund":{"service":"o"}"#, "outbund"),
        ];
        for (text, expected) in wrong {
            let error = read(text).err().unwrap();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
