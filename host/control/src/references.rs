//! What a worker's bindings name, checked when it is deployed: a binding that leads nowhere is refused now, not found out
//! by a customer's request.

use tollgate_store::Draft;
use tollgate_types::{
    Binding, BindingName, Bindings, Declaration, DispatchNamespace, Home, MtlsCertificate, OutboundBinding, Service,
    WorkerId,
};

use crate::Control;
use crate::error::ControlError;

/// Checks both ends: what this worker's bindings name, and the bindings of others that name this worker.
pub(crate) fn check(control: &Control, id: &WorkerId, draft: &Draft) -> Result<(), ControlError> {
    for (name, binding) in &draft.bindings {
        match binding {
            Binding::DispatchNamespace(DispatchNamespace { outbound: Some(outbound), .. }) => {
                check_outbound(control, id, draft, name, outbound)?;
            }
            Binding::Service(service) => check_service(control, id, name, service)?,
            Binding::MtlsCertificate(certificate) => check_certificate(control, name, certificate)?,
            Binding::PlainText { .. } | Binding::Json { .. } | Binding::SecretText { .. } => {}
            Binding::DispatchNamespace(DispatchNamespace { outbound: None, .. }) => {}
        }
    }
    match id.home {
        Home::Operator => check_dispatchers(control, id, draft),
        Home::Namespace(_) => Ok(()),
    }
}

/// The outbound worker that a dispatch binding names must be there (C08), and fit it.
fn check_outbound(
    control: &Control,
    id: &WorkerId,
    draft: &Draft,
    name: &BindingName,
    outbound: &OutboundBinding,
) -> Result<(), ControlError> {
    let at = format!("binding {:?}", name.as_str());
    let service = WorkerId::operator(outbound.service.clone());
    if service == *id {
        return check_fit(&at, outbound, &draft.bindings, &draft.reads);
    }
    match control.reader.worker(&service)? {
        Some(record) => check_fit(&at, outbound, &record.bindings, &record.reads),
        None => Err(ControlError::Metadata(format!(
            "{at}: outbound.worker.service: expected a deployed worker, found {:?}",
            outbound.service.as_str()
        ))),
    }
}

/// A new version of an outbound worker must fit the dispatch bindings that name it already.
fn check_dispatchers(control: &Control, id: &WorkerId, draft: &Draft) -> Result<(), ControlError> {
    let configured = control.configured.iter().filter_map(|dispatch| dispatch.outbound.as_ref());
    for outbound in configured.filter(|outbound| outbound.service == id.name) {
        let at = "[[dispatch]] of the host's configuration";
        check_fit(at, outbound, &draft.bindings, &draft.reads)?;
        let agreed = outbound.parameters.agree_as_texts(id.name.as_str(), &draft.reads);
        agreed.map_err(|error| ControlError::Metadata(format!("{at}: {error}")))?;
    }
    for (other, record) in control.reader.workers(&Home::Operator)? {
        for (name, binding) in &record.bindings {
            let Binding::DispatchNamespace(DispatchNamespace { outbound: Some(outbound), .. }) = binding else {
                continue;
            };
            if outbound.service == id.name && other != id.name {
                let at = format!("binding {:?} of worker {:?}", name.as_str(), other.as_str());
                check_fit(&at, outbound, &draft.bindings, &draft.reads)?;
            }
        }
    }
    Ok(())
}

/// A parameter must not hide a variable of the outbound worker (B09), and must have the type that the worker reads (B16).
fn check_fit(
    at: &str,
    outbound: &OutboundBinding,
    variables: &Bindings,
    reads: &[Declaration],
) -> Result<(), ControlError> {
    let fits = outbound.fits(variables.keys().map(BindingName::as_str), reads);
    fits.map_err(|error| ControlError::Metadata(format!("{at}: {error}")))
}

/// The worker behind a service binding must be there: one of the operator's own, or in the namespace of the worker whose
/// binding it is. A worker may be bound to itself.
fn check_service(control: &Control, id: &WorkerId, name: &BindingName, service: &Service) -> Result<(), ControlError> {
    let refused = |expected: &str, found: &str| {
        let name = name.as_str();
        Err(ControlError::Metadata(format!("binding {name:?}: {expected}, found {found:?}")))
    };
    let target = match &service.dispatch_namespace {
        None => WorkerId::operator(service.service.clone()),
        Some(namespace) if id.home == Home::Namespace(namespace.clone()) => {
            WorkerId::in_namespace(namespace.clone(), service.service.clone())
        }
        Some(other) => return refused("dispatch_namespace: expected the worker's own namespace", other.as_str()),
    };
    if target == *id || control.reader.worker(&target)?.is_some() {
        return Ok(());
    }
    refused("service: expected a deployed worker", service.service.as_str())
}

/// The certificate must have been uploaded. The store sees to it that it stays for as long as the worker is bound to it.
fn check_certificate(control: &Control, name: &BindingName, binding: &MtlsCertificate) -> Result<(), ControlError> {
    let id = &binding.certificate_id;
    if control.reader.certificate(id)?.is_some() {
        return Ok(());
    }
    let (name, id) = (name.as_str(), id.as_str());
    let refused = format!("binding {name:?}: certificate_id: expected an uploaded certificate, found {id:?}");
    Err(ControlError::Metadata(refused))
}
