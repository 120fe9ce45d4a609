//! Workers: put, get, list and delete, in a namespace and among the operator's own.

use std::sync::Arc;

use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use serde_json::{Value, json};
use tollgate_dispatch::PrepareError;
use tollgate_store::Writer;
use tollgate_types::{Home, NamespaceName, WorkerId, WorkerName, WorkerRecord};

use crate::Control;
use crate::audit::Change;
use crate::change::{Caller, may_be_made};
use crate::envelope::{list as envelope_list, success, tagged};
use crate::error::ControlError;
use crate::extract::Enveloped;
use crate::upload::{self, Upload};

type Answer = Result<Response, ControlError>;
type Own = Enveloped<Path<(String, String)>>;
type Inside = Enveloped<Path<(String, String, String)>>;
type Form = Enveloped<Multipart>;

pub(crate) async fn put_own(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path((_, name))): Own,
    form: Form,
) -> Answer {
    put(&control, caller, own(&name)?, form.0).await
}

pub(crate) async fn put_in_namespace(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path(path)): Inside,
    form: Form,
) -> Answer {
    put(&control, caller, inside(&path)?, form.0).await
}

pub(crate) async fn get_own(State(control): State<Control>, Enveloped(Path((_, name))): Own) -> Answer {
    get(&control, &own(&name)?)
}

pub(crate) async fn get_in_namespace(State(control): State<Control>, Enveloped(Path(path)): Inside) -> Answer {
    get(&control, &inside(&path)?)
}

pub(crate) async fn delete_own(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path((_, name))): Own,
) -> Answer {
    delete(control, caller, own(&name)?).await
}

pub(crate) async fn delete_in_namespace(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path(path)): Inside,
) -> Answer {
    delete(control, caller, inside(&path)?).await
}

pub(crate) async fn stop_own(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path((_, name))): Own,
) -> Answer {
    stop(control, caller, own(&name)?).await
}

pub(crate) async fn stop_in_namespace(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path(path)): Inside,
) -> Answer {
    stop(control, caller, inside(&path)?).await
}

pub(crate) async fn list_own(State(control): State<Control>) -> Answer {
    list(&control, Home::Operator).await
}

pub(crate) async fn list_in_namespace(
    State(control): State<Control>,
    Enveloped(Path((_, namespace))): Enveloped<Path<(String, String)>>,
) -> Answer {
    list(&control, Home::Namespace(existing(&control, namespace.parse()?)?)).await
}

pub(crate) fn own(name: &str) -> Result<WorkerId, ControlError> {
    Ok(WorkerId::operator(name.parse()?))
}

pub(crate) fn inside((_, namespace, name): &(String, String, String)) -> Result<WorkerId, ControlError> {
    Ok(WorkerId::in_namespace(namespace.parse()?, name.parse()?))
}

/// The worker that a request names.
pub(crate) fn existing_worker(control: &Control, id: &WorkerId) -> Result<Arc<WorkerRecord>, ControlError> {
    control.reader.worker(id)?.ok_or_else(|| ControlError::NoWorker(id.to_string()))
}

fn existing(control: &Control, namespace: NamespaceName) -> Result<NamespaceName, ControlError> {
    match control.reader.namespace(&namespace)? {
        Some(_) => Ok(namespace),
        None => Err(tollgate_store::StoreError::NamespaceNotFound(namespace).into()),
    }
}

async fn put(control: &Control, caller: Caller, id: WorkerId, form: Multipart) -> Answer {
    if let Home::Namespace(namespace) = &id.home {
        existing(control, namespace.clone())?;
    }
    let mut upload = upload::read(form, control.upload_bytes).await?;
    upload::expect_reusable(&upload)?;
    let prepared = control.chain.prepare(&id.home, upload.script.clone()).await;
    upload.draft.reads = prepared.inspect_err(|error| tell_refused(&id, error))?;
    let (change, Upload { script, draft }, name) = (Change::of_worker("worker.deploy", &id), upload, id.name.clone());
    let deployed = caller.change(change, |writer| async move { writer.put_worker(id, script, draft).await }).await?;
    Ok(one(&name, &deployed.record))
}

/// Whose script cost this host much, and was refused.
fn tell_refused(id: &WorkerId, error: &PrepareError) {
    let namespace = match &id.home {
        Home::Namespace(namespace) => Some(namespace.as_str()),
        Home::Operator => None,
    };
    tracing::warn!(namespace, worker = id.name.as_str(), %error, "a script was not deployed");
}

fn get(control: &Control, id: &WorkerId) -> Answer {
    Ok(one(&id.name, &*existing_worker(control, id)?))
}

/// Deletes a worker. Requests in flight may finish for a while.
async fn delete(control: Control, caller: Caller, id: WorkerId) -> Answer {
    let change = Change::of_worker("worker.delete", &id);
    let delete = |writer: Writer| async move {
        let deleted = writer.delete_worker(id.clone()).await;
        if may_be_made(&deleted) {
            control.chain.deleted(&id);
        }
        deleted
    };
    caller.change(change, delete).await?;
    Ok(success(Value::Null))
}

/// Ends what runs of a worker. The next request starts it again.
async fn stop(control: Control, caller: Caller, id: WorkerId) -> Answer {
    existing_worker(&control, &id)?;
    let change = Change::of_worker("worker.stop", &id);
    let stop = |_| async move {
        control.chain.stop(&id);
        Ok(())
    };
    caller.change(change, stop).await?;
    Ok(success(Value::Null))
}

/// Records that are not in memory are read from the disk.
async fn list(control: &Control, home: Home) -> Answer {
    let reader = control.reader.clone();
    let workers = tokio::task::spawn_blocking(move || reader.workers(&home)).await.map_err(ControlError::Unread)??;
    Ok(envelope_list(workers.iter().map(|(name, record)| json(name, record)).collect()))
}

fn one(name: &WorkerName, record: &WorkerRecord) -> Response {
    tagged(record.version, success(json(name, record)))
}

fn json(name: &WorkerName, record: &WorkerRecord) -> Value {
    json!({
        "id": name,
        "etag": record.script,
        "version": record.version,
        "routes": record.routes,
        "limits": record.limits,
        "egress": record.egress,
        "parameters": record.reads,
        "deployed_unix_ms": record.deployed_unix_ms,
    })
}
