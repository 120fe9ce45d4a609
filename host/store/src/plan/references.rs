//! What a worker's bindings name, checked when it is deployed: a binding that leads nowhere is refused at the deploy, not
//! found out by a customer's request.

use tollgate_types::{
    Binding, BindingName, Bindings, CertificateId, Declaration, DispatchNamespace, Home, NamespaceName,
    OutboundBinding, Service, WorkerId,
};

use super::{Configured, Rules};
use crate::StoreError;
use crate::view::View;

/// Checks both ends: what this worker's bindings name, and the bindings of others that name this worker.
pub(super) fn check(
    view: &View<'_>,
    rules: &Rules,
    id: &WorkerId,
    bindings: &Bindings,
    reads: &[Declaration],
) -> Result<(), StoreError> {
    for (name, binding) in bindings {
        match binding {
            Binding::DispatchNamespace(DispatchNamespace { namespace, outbound }) => {
                check_namespace(view, name, namespace)?;
                if let Some(outbound) = outbound {
                    check_outbound(view, id, (bindings, reads), name, outbound)?;
                }
            }
            Binding::Service(service) => check_service(view, id, name, service)?,
            Binding::MtlsCertificate(named) => check_certificate(view, name, &named.certificate_id)?,
            Binding::PlainText { .. } | Binding::Json { .. } | Binding::SecretText { .. } => {}
        }
    }
    match id.home {
        Home::Operator => check_dispatchers(view, rules, id, bindings, reads),
        Home::Namespace(_) => Ok(()),
    }
}

/// The namespace that a dispatch binding names must be there. It may be deleted later: then each name in it is no worker's.
fn check_namespace(view: &View<'_>, name: &BindingName, namespace: &NamespaceName) -> Result<(), StoreError> {
    if view.namespace(namespace).is_some() {
        return Ok(());
    }
    let (name, namespace) = (name.as_str(), namespace.as_str());
    Err(StoreError::Reference(format!(
        "binding {name:?}: namespace: expected one that was created, found {namespace:?}"
    )))
}

/// The outbound worker that a dispatch binding names must be there (C08), and fit it.
fn check_outbound(
    view: &View<'_>,
    id: &WorkerId,
    (bindings, reads): (&Bindings, &[Declaration]),
    name: &BindingName,
    outbound: &OutboundBinding,
) -> Result<(), StoreError> {
    let at = format!("binding {:?}", name.as_str());
    let service = WorkerId::operator(outbound.service.clone());
    if service == *id {
        return check_fit(&at, outbound, bindings, reads);
    }
    match view.worker(&service)? {
        Some(record) => check_fit(&at, outbound, &record.bindings, &record.reads),
        None => Err(StoreError::Reference(format!(
            "{at}: outbound.worker.service: expected a deployed worker, found {:?}",
            outbound.service.as_str()
        ))),
    }
}

/// A new version of an outbound worker must fit the dispatch bindings that name it already.
fn check_dispatchers(
    view: &View<'_>,
    rules: &Rules,
    id: &WorkerId,
    bindings: &Bindings,
    reads: &[Declaration],
) -> Result<(), StoreError> {
    for Configured { at, outbound, .. } in rules.configured.iter().filter(|one| one.outbound.service == id.name) {
        let fits = outbound.fits_as_texts(bindings.keys().map(BindingName::as_str), reads);
        fits.map_err(|error| StoreError::Reference(format!("{at}: {error}")))?;
    }
    for (other, record) in view.workers_of(&Home::Operator)? {
        for (name, binding) in &record.bindings {
            let Binding::DispatchNamespace(DispatchNamespace { outbound: Some(outbound), .. }) = binding else {
                continue;
            };
            if outbound.service == id.name && other != id.name {
                let at = format!("binding {:?} of worker {:?}", name.as_str(), other.as_str());
                check_fit(&at, outbound, bindings, reads)?;
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
) -> Result<(), StoreError> {
    let fits = outbound.fits(variables.keys().map(BindingName::as_str), reads);
    fits.map_err(|error| StoreError::Reference(format!("{at}: {error}")))
}

/// The worker behind a service binding must be there: one of the operator's own, or in the namespace of the worker whose
/// binding it is. A worker may be bound to itself.
fn check_service(view: &View<'_>, id: &WorkerId, name: &BindingName, service: &Service) -> Result<(), StoreError> {
    let refused = |expected: &str, found: &str| {
        let name = name.as_str();
        Err(StoreError::Reference(format!("binding {name:?}: {expected}, found {found:?}")))
    };
    let target = match &service.dispatch_namespace {
        None => WorkerId::operator(service.service.clone()),
        Some(namespace) if id.home == Home::Namespace(namespace.clone()) => {
            WorkerId::in_namespace(namespace.clone(), service.service.clone())
        }
        Some(other) => return refused("dispatch_namespace: expected the worker's own namespace", other.as_str()),
    };
    if target == *id || view.has_worker(&target) {
        return Ok(());
    }
    refused("service: expected a deployed worker", service.service.as_str())
}

/// The certificate must have been uploaded. It stays for as long as the worker is bound to it.
fn check_certificate(view: &View<'_>, name: &BindingName, id: &CertificateId) -> Result<(), StoreError> {
    if view.certificate(id).is_some() {
        return Ok(());
    }
    let (name, id) = (name.as_str(), id.as_str());
    let expected = "expected an uploaded certificate";
    Err(StoreError::Reference(format!("binding {name:?}: certificate_id: {expected}, found {id:?}")))
}

pub(super) fn expect_certificate(view: &View<'_>, id: &CertificateId) -> Result<(), StoreError> {
    if view.certificate(id).is_some() { Ok(()) } else { Err(StoreError::CertificateNotFound(id.clone())) }
}
