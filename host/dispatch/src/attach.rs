//! What a dispatch attaches, checked.

use std::collections::BTreeMap;

use tollgate_types::{Declaration, DispatchNamespace, Limits, Parameters, WorkerName};
use tollgate_worlds::{DispatchError, GetOptions};

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
            serde_json::from_str::<serde::de::IgnoredAny>(props)
                .map_err(|error| refused(format!("props are not JSON: {error}")))?;
        }
        let outbound = match &binding.outbound {
            None => None,
            Some(outbound) => {
                let mut values = BTreeMap::new();
                for (name, text) in given.outbound {
                    let value = serde_json::from_str(&text)
                        .map_err(|error| refused(format!("parameter {name:?} is not JSON: {error}")))?;
                    if values.insert(name.clone(), value).is_some() {
                        return Err(refused(format!("parameter {name:?} is given twice")));
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
