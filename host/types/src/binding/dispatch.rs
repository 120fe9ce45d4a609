//! Dispatch bindings: from which namespace workers are taken, and who receives their outgoing requests.

mod parameters;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use parameters::{declarations, unknown_parameters, wire_parameter};

use super::BindingError;
use super::shape::{found, name, no_environment, object, refuse_others};
use crate::{BindingName, Declaration, Declarations, NamespaceName, ParameterError, WorkerName};

/// The outbound worker of a dispatch binding, and the parameters that a dispatch must attach for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutboundBinding {
    /// The operator's worker that receives customers' outgoing requests.
    pub service: WorkerName,
    /// What a dispatch attaches.
    pub parameters: Declarations,
}

/// A dispatch binding: from which namespace workers are taken, and who receives their outgoing requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DispatchNamespace {
    /// The namespace.
    pub namespace: NamespaceName,
    /// The outbound worker; without one, requests go to the network under the host's policy.
    pub outbound: Option<OutboundBinding>,
}

impl DispatchNamespace {
    /// Reads a `[[dispatch_namespaces]]` table of `wrangler.toml` (given as JSON). `at` names the table in errors.
    ///
    /// `binding` is required; `namespace` may be left out, and is then the binding's name.
    pub fn from_toml(at: &str, table: &Value) -> Result<(BindingName, Self), BindingError> {
        let table = object(at, table)?;
        refuse_others(at, table, &["binding", "namespace", "outbound", "remote", "experimental_remote"])?;
        let binding: BindingName = name(&format!("{at}.binding"), table.get("binding"))?;
        let namespace = match table.get("namespace") {
            None => name(&format!("{at}.namespace"), table.get("binding"))?,
            some => name(&format!("{at}.namespace"), some)?,
        };
        let outbound = table.get("outbound").map(|value| OutboundBinding::from_toml(&format!("{at}.outbound"), value));
        Ok((binding, Self { namespace, outbound: outbound.transpose()? }))
    }

    /// Reads the binding of an upload's metadata, as Cloudflare's clients send it:
    /// `{type, name, namespace, outbound: {worker: {service, environment?}, params: [{name, type?}]}}`. The type of a
    /// parameter and `unknown_parameters` are Tollgate's own. Null stands for what is absent, under any key.
    pub fn from_wire(at: &str, value: &Value) -> Result<(BindingName, Self), BindingError> {
        let table = object(at, value)?;
        refuse_others(at, table, &["type", "name", "namespace", "outbound"])?;
        let binding: BindingName = name(&format!("{at}.name"), table.get("name"))?;
        let namespace = match table.get("namespace") {
            None | Some(Value::Null) => name(&format!("{at}.namespace"), table.get("name"))?,
            some => name(&format!("{at}.namespace"), some)?,
        };
        let outbound = table.get("outbound").filter(|value| !value.is_null());
        let outbound = outbound.map(|value| OutboundBinding::from_wire(&format!("{at}.outbound"), value));
        Ok((binding, Self { namespace, outbound: outbound.transpose()? }))
    }

    /// The binding as [`Self::from_wire`] reads it.
    pub fn to_wire(&self, binding: &BindingName) -> Value {
        let outbound = self.outbound.as_ref().map(OutboundBinding::to_wire);
        json!({ "type": "dispatch_namespace", "name": binding, "namespace": self.namespace, "outbound": outbound })
    }
}

impl OutboundBinding {
    /// Checks that an outbound worker fits: no parameter hides a variable of its own (B09), and each has the type that the
    /// worker reads (B16). `variables` are the names of all that the worker is bound to.
    pub fn fits<'a>(
        &self,
        variables: impl IntoIterator<Item = &'a str>,
        reads: &[Declaration],
    ) -> Result<(), ParameterError> {
        let worker = self.service.as_str();
        let mut variables = variables.into_iter();
        let hidden = variables.find_map(|own| self.parameters.iter().find(|one| one.name.hides(own)));
        match hidden {
            None => self.parameters.agree(worker, reads),
            Some(one) => Err(ParameterError::Hidden { name: one.name.to_string(), worker: worker.to_owned() }),
        }
    }

    /// The outbound worker of a binding as [`Self::from_wire`] reads it.
    pub fn to_wire(&self) -> Value {
        let params = self.parameters.iter().map(|one| json!({ "name": one.name, "type": one.kind }));
        json!({
            "worker": { "service": self.service },
            "params": params.collect::<Vec<_>>(),
            "unknown_parameters": self.parameters.unknown(),
        })
    }

    /// Reads the key `outbound` of an upload's binding. `at` names it in errors.
    pub fn from_wire(at: &str, value: &Value) -> Result<Self, BindingError> {
        let table = object(at, value)?;
        refuse_others(at, table, &["worker", "params", "unknown_parameters"])?;
        let service = wire_worker(&format!("{at}.worker"), table.get("worker"))?;
        let at_params = format!("{at}.params");
        let declared = match table.get("params") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(params)) => {
                let one = |(place, value)| wire_parameter(&format!("{at_params}[{place}]"), value);
                params.iter().enumerate().map(one).collect::<Result<_, _>>()?
            }
            other => return Err(BindingError::Shape { at: at_params, expected: "a list", found: found(other) }),
        };
        let unknown = unknown_parameters(&format!("{at}.unknown_parameters"), table.get("unknown_parameters"))?;
        let parameters =
            Declarations::new(declared, unknown).map_err(|source| BindingError::Parameter { at: at_params, source })?;
        Ok(Self { service, parameters })
    }

    fn from_toml(at: &str, value: &Value) -> Result<Self, BindingError> {
        let table = object(at, value)?;
        refuse_others(at, table, &["service", "environment", "parameters", "unknown_parameters"])?;
        let service = name(&format!("{at}.service"), table.get("service"))?;
        no_environment(&format!("{at}.environment"), table.get("environment"))?;
        let declared = table.get("parameters").map(|value| declarations(&format!("{at}.parameters"), value));
        let unknown = unknown_parameters(&format!("{at}.unknown_parameters"), table.get("unknown_parameters"))?;
        let parameters = Declarations::new(declared.transpose()?.unwrap_or_default(), unknown)
            .map_err(|source| BindingError::Parameter { at: format!("{at}.parameters"), source })?;
        Ok(Self { service, parameters })
    }
}

/// `{service, environment?}`.
fn wire_worker(at: &str, value: Option<&Value>) -> Result<WorkerName, BindingError> {
    let table = object(at, value.unwrap_or(&Value::Null))?;
    refuse_others(at, table, &["service", "environment"])?;
    no_environment(&format!("{at}.environment"), table.get("environment"))?;
    name(&format!("{at}.service"), table.get("service"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::ParameterType;

    fn refused(table: Value) -> String {
        DispatchNamespace::from_toml("dispatch_namespaces[0]", &table).unwrap_err().to_string()
    }

    #[test]
    fn the_binding_of_the_announcement_is_taken() {
        let table = json!({ "binding": "dispatcher", "namespace": "prod",
            "outbound": { "service": "outbound", "parameters": ["customer_name", "url"] } });
        let (name, binding) = DispatchNamespace::from_toml("dispatch_namespaces[0]", &table).unwrap();
        assert_eq!((name.as_str(), binding.namespace.as_str()), ("dispatcher", "prod"));
        let outbound = binding.outbound.unwrap();
        let names: Vec<_> = outbound.parameters.iter().map(|one| one.name.as_str()).collect();
        assert_eq!((outbound.service.as_str(), names), ("outbound", vec!["customer_name", "url"]));
    }

    #[test]
    fn an_outbound_worker_fits_its_binding_or_not() {
        let table = json!({ "binding": "d", "outbound": { "service": "o", "parameters": ["plan", "api_key"] } });
        let outbound = DispatchNamespace::from_toml("d", &table).unwrap().1.outbound.unwrap();
        assert_eq!(outbound.fits(["REGION"], &[]), Ok(()));
        let hidden = outbound.fits(["REGION", "api-key"], &[]).unwrap_err().to_string();
        assert_eq!(hidden, "parameter \"api_key\" has the name of a variable of the outbound worker \"o\"");
        let read = Declaration { name: "quota".parse().unwrap(), kind: ParameterType::String };
        assert!(matches!(outbound.fits([], &[read]), Err(ParameterError::Disagreement { .. })));
    }

    #[test]
    fn the_wire_form_is_read_back_as_it_was_written() {
        let table = json!({ "binding": "d", "namespace": "prod",
            "outbound": { "service": "o", "parameters": { "quota": "u32" }, "unknown_parameters": "ignore" } });
        let (name, binding) = DispatchNamespace::from_toml("d", &table).unwrap();
        let wire = binding.to_wire(&name);
        assert_eq!(DispatchNamespace::from_wire("bindings[0]", &wire).unwrap(), (name, binding));
    }

    #[test]
    fn the_wire_form_of_cloudflares_clients_is_taken() {
        let read = |outbound: Value| {
            let value = json!({ "type": "dispatch_namespace", "name": "d", "namespace": "prod", "outbound": outbound });
            DispatchNamespace::from_wire("bindings[0]", &value).unwrap().1.outbound
        };
        let whole = json!({ "worker": { "service": "o", "environment": "production" }, "params": [{ "name": "url" }] });
        let outbound = read(whole).unwrap();
        assert_eq!((outbound.service.as_str(), outbound.parameters.iter().count()), ("o", 1));
        for environment in [json!(null), json!("")] {
            let worker = json!({ "service": "o", "environment": environment, "entrypoint": null });
            assert!(read(json!({ "worker": worker, "params": null, "unknown_parameters": null })).is_some());
        }
        assert_eq!(read(Value::Null), None);
        let absent = json!({ "type": "dispatch_namespace", "name": "d", "namespace": null });
        assert_eq!(DispatchNamespace::from_wire("d", &absent).unwrap().1.namespace.as_str(), "d");
    }

    #[test]
    fn a_misspelt_key_is_refused_in_the_wire_form() {
        let refused = |value: Value| DispatchNamespace::from_wire("bindings[0]", &value).unwrap_err().to_string();
        let binding = |outbound: Value| json!({ "type": "dispatch_namespace", "name": "d", "outbound": outbound });
        assert_eq!(
            refused(json!({ "type": "dispatch_namespace", "name": "d", "outbonud": { "worker": { "service": "o" } } })),
            "bindings[0].outbonud: no such key, expected one of type, name, namespace, outbound"
        );
        assert_eq!(
            refused(binding(json!({ "service": "o" }))),
            "bindings[0].outbound.service: no such key, expected one of worker, params, unknown_parameters"
        );
        assert_eq!(
            refused(binding(json!({ "worker": { "service": "o", "enviroment": "staging" } }))),
            "bindings[0].outbound.worker.enviroment: no such key, expected one of service, environment"
        );
        assert_eq!(
            refused(binding(json!({ "worker": { "service": "o" }, "params": [{ "name": "a", "tpye": "u8" }] }))),
            "bindings[0].outbound.params[0].tpye: no such key, expected one of name, type"
        );
    }

    #[test]
    fn another_environment_than_production_is_refused() {
        let expected = "environment: expected \"production\" or nothing, as environments are not supported, \
                        found the string \"staging\"";
        let table = json!({ "binding": "d", "outbound": { "service": "o", "environment": "staging" } });
        assert_eq!(refused(table), format!("dispatch_namespaces[0].outbound.{expected}"));
        let worker = json!({ "service": "o", "environment": "staging" });
        let wire = json!({ "type": "dispatch_namespace", "name": "d", "outbound": { "worker": worker } });
        let error = DispatchNamespace::from_wire("bindings[0]", &wire).unwrap_err().to_string();
        assert_eq!(error, format!("bindings[0].outbound.worker.{expected}"));
        let production = json!({ "binding": "d", "outbound": { "service": "o", "environment": "production" } });
        assert!(DispatchNamespace::from_toml("d", &production).is_ok());
    }

    #[test]
    fn typed_parameters_are_a_table() {
        let table = json!({ "binding": "d", "outbound": { "service": "o", "parameters": { "quota": "u32" } } });
        let (_, binding) = DispatchNamespace::from_toml("d", &table).unwrap();
        assert_eq!(binding.namespace.as_str(), "d");
        assert_eq!(binding.outbound.unwrap().parameters.iter().next().unwrap().kind, ParameterType::Unsigned(32));
    }

    #[test]
    fn errors_name_table_key_expected_and_found() {
        assert_eq!(refused(json!({})), "dispatch_namespaces[0].binding: expected a name, found nothing");
        assert_eq!(
            refused(json!({ "binding": "d", "outbound": "o" })),
            "dispatch_namespaces[0].outbound: expected a table, found the string \"o\""
        );
        assert_eq!(
            refused(json!({ "binding": "d", "outbound": { "service": 1 } })),
            "dispatch_namespaces[0].outbound.service: expected a name, found the number 1"
        );
        assert_eq!(
            refused(json!({ "binding": "d", "outbound": { "service": "o", "parameters": [1] } })),
            "dispatch_namespaces[0].outbound.parameters[0]: expected a name, found the number 1"
        );
        assert_eq!(
            refused(json!({ "binding": "d", "outbound": { "service": "o", "parameters": "url" } })),
            "dispatch_namespaces[0].outbound.parameters: expected a list of names, or a table of names with WIT types, found the string \"url\""
        );
    }
}
