//! What a dispatch attaches, checked.

use std::collections::BTreeMap;

use tollgate_types::{Declaration, Declarations, DispatchNamespace, Limits, Parameters, WorkerName, excerpt};
use tollgate_worlds::{DispatchError, GetOptions, PROPS_BYTES};

/// Checked attachments of one dispatch.
#[derive(Debug, Clone, Default)]
pub struct Attached {
    /// JSON text for the worker; empty means null.
    pub props: Option<String>,
    /// Ceilings for this dispatch.
    pub limits: Limits,
    /// Who receives the worker's requests, and with what. None: the network, under the host's policy.
    pub outbound: Option<(WorkerName, Parameters)>,
}

impl Attached {
    /// Checks what a dispatch gave against the binding it came through, and against what the outbound worker `reads` by
    /// type.
    pub fn check(binding: &DispatchNamespace, reads: &[Declaration], given: GetOptions) -> Result<Self, DispatchError> {
        let refused = |text: String| DispatchError::Parameter(text);
        let props = given.props.transpose();
        let props = props.map_err(|found| refused(format!("props of {found} bytes: at most {PROPS_BYTES}")))?;
        if let Some(props) = &props {
            serde_json::from_str::<serde::de::IgnoredAny>(props)
                .map_err(|error| refused(format!("props are not JSON: {error}")))?;
        }
        let outbound = match &binding.outbound {
            None => None,
            Some(outbound) => {
                let mut values = BTreeMap::new();
                let given = given.outbound.unwrap_or_else(|| Ok(Vec::new()));
                for (name, text) in given.map_err(|found| refused(Declarations::too_large(found).to_string()))? {
                    let value = serde_json::from_str(&text)
                        .map_err(|error| refused(format!("parameter {:?} is {}", excerpt(&name), not_read(&error))))?;
                    if values.insert(name.clone(), value).is_some() {
                        return Err(refused(format!("parameter {:?} is given twice", excerpt(&name))));
                    }
                }
                let declared = outbound.parameters.typed_by(reads);
                let parameters = declared.check(&values).map_err(|error| refused(error.to_string()))?;
                Some((outbound.service.clone(), parameters))
            }
        };
        Ok(Self { props, limits: given.limits, outbound })
    }
}

/// What JSON is nested too deep for a host is JSON all the same.
fn not_read(error: &serde_json::Error) -> String {
    let said = error.to_string();
    if said.starts_with("recursion limit exceeded") {
        return "nested too deep: at most 127 lists and objects in each other".to_owned();
    }
    format!("not JSON: {said}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use tollgate_types::OutboundBinding;

    use super::*;

    #[test]
    fn props_are_bounded_and_are_json() {
        let binding = DispatchNamespace { namespace: "prod".parse().unwrap(), outbound: None };
        let check = |props: String| {
            let mut given = GetOptions::default();
            given.set_props(props);
            match Attached::check(&binding, &[], given) {
                Err(DispatchError::Parameter(said)) => said,
                other => format!("{:?}", other.map(|_| ())),
            }
        };
        assert_eq!(check(format!("\"{}\"", "a".repeat(65_534))), "Ok(())");
        assert_eq!(check(format!("\"{}\"", "a".repeat(65_535))), "props of 65537 bytes: at most 65536");
        assert!(check("{".to_owned()).starts_with("props are not JSON: EOF"));
        // Nobody takes them apart: they are a text for the worker.
        assert_eq!(check(format!("{}{}", "[".repeat(200), "]".repeat(200))), "Ok(())");
    }

    #[test]
    fn parameters_that_were_too_large_to_keep_are_refused_by_their_size() {
        let check = |outbound| {
            let mut given = GetOptions::default();
            given.set_parameters(vec![("a".to_owned(), "1".repeat(200_000))]);
            let binding = DispatchNamespace { namespace: "prod".parse().unwrap(), outbound };
            Attached::check(&binding, &[], given).map(|_| ()).map_err(|error| error.to_string())
        };
        let outbound = OutboundBinding { service: "outbound".parse().unwrap(), parameters: Declarations::default() };
        assert_eq!(check(Some(outbound)), Err("parameters of 200049 bytes: at most 65536".to_owned()));
        // Without an outbound worker they are ignored.
        assert_eq!(check(None), Ok(()));
    }
}
