//! What a dispatch attaches, checked.

use std::collections::BTreeMap;

use tollgate_types::{Declaration, DispatchNamespace, Limits, Parameters, WorkerName, excerpt};
use tollgate_worlds::{DispatchError, GetOptions};

/// Most bytes of one dispatch's props, as JSON text: as many as its parameters may have.
const PROPS_BYTES: usize = 64 * 1024;

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
        if let Some(props) = &given.props {
            if props.len() > PROPS_BYTES {
                return Err(refused(format!("props of {} bytes: at most {PROPS_BYTES}", props.len())));
            }
            serde_json::from_str::<serde::de::IgnoredAny>(props)
                .map_err(|error| refused(format!("props are not JSON: {error}")))?;
        }
        let outbound = match &binding.outbound {
            None => None,
            Some(outbound) => {
                let mut values = BTreeMap::new();
                for (name, text) in given.outbound {
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
        Ok(Self { props: given.props, limits: given.limits, outbound })
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
    use super::*;

    #[test]
    fn props_are_bounded_and_are_json() {
        let binding = DispatchNamespace { namespace: "prod".parse().unwrap(), outbound: None };
        let check = |props: String| {
            let given = GetOptions { props: Some(props), limits: Limits::default(), outbound: Vec::new() };
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
}
